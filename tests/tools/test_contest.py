"""A contest: the test follows from the secret, and no other hand can change a verdict."""

import json
from pathlib import Path

import pytest
import torch

from course_utils import images
from course_utils.images import photographs

pytest.importorskip("grading.marking", reason="a contest needs the walls of the grader")
import contest
from grading import walls

SECRET = "0123456789abcdef" * 4
GOOD = Path(__file__).parents[1] / "package" / "projects" / "telescope_answer.py"
# The mean of the stars, and the data as they are: little work, and some points.
SLOPPY = """
from course_utils.projects.telescope import Answer

def restore(night):
    psf = night.stars.mean(0)
    return Answer(night.g, night.stars.std(0).mean().item(), psf / psf.sum())
"""
SLOW = """
def restore(night):
    while True:
        pass
"""
ASLEEP = """
import time

def restore(night):
    time.sleep(10**6)
"""
# Changes the project, the clock and the check; looks for the secret and for the picture.
CHEATING = """
import gc, glob, os, pathlib
import course_utils.quick as quick
from course_utils import images
from course_utils.projects import rubric, telescope

telescope.numbers_of = lambda *_: [0.0] * 5
rubric.Row.earned = lambda self, found: self.points
quick.last.said, quick.last.passed = "[100, 'mine']", True
FOUND = [p for p in ("/work", "/root", "/home") for p in glob.glob(p + "/**/*secret*")]
HELD = [x for x in gc.get_objects() if isinstance(x, str) and "0123456789abcdef" * 2 in x]

def restore(night):
    if FOUND or HELD:
        raise AssertionError("the secret was found")
    try:
        os.fork()
        os.system("echo mine > /tmp/leaderboard.md")
    except OSError:
        pass
    album = images.photographs(96)
    near = min(telescope.SHOWN, key=lambda n: (album[n] - night.g).square().sum().item())
    psf = night.stars.mean(0)
    return telescope.Answer(album[near].double(), 0.012, psf / psf.sum())
"""


@pytest.fixture
def given(tmp_path):
    """A contest with a secret outside its folder."""
    folder = tmp_path / "contest"
    (folder / "submissions").mkdir(parents=True)
    place = tmp_path / "secret.txt"
    place.write_text(SECRET, encoding="ascii")
    text = (
        f"secret = {json.dumps(str(place))}\nproblems = ['telescope']\n"
        "seconds = 40\nkilobytes = 20\n"
    )
    (folder / contest.SETTINGS).write_text(text, encoding="utf-8")
    return contest.contest(folder)


def hand_in(given, name, text):
    """Put a file into the folder of a contest."""
    place = given.folder / "submissions" / name
    place.mkdir(exist_ok=True)
    (place / "telescope.py").write_text(text, encoding="utf-8")


def board(given):
    """The lines of the leaderboard: (place, name, points)."""
    text = (given.folder / "leaderboard.md").read_text(encoding="utf-8")
    cells = [line.strip("| ").split(" | ") for line in text.splitlines()[2:]]
    return [(int(place), name, int(points)) for place, name, points, *_ in cells]


@pytest.fixture
def earned(monkeypatch):
    """Points for a file by what it says, without running it."""
    counted = []

    def judge(given, problem, text):
        counted.append(text)
        return int(text), f"{text} points | =1+1"

    monkeypatch.setattr(contest, "judge", judge)
    return counted


def test_the_first_call_keeps_the_secret_out_of_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(contest, "OWN", tmp_path / "own")
    folder = tmp_path / "class"
    contest.main(folder)
    (place,) = (tmp_path / "own").iterdir()
    secret = place.read_text(encoding="ascii")
    assert contest.contest(folder).secret == secret
    texts = [p.read_text(encoding="utf-8") for p in folder.rglob("*") if p.is_file()]
    assert not any(secret in text for text in texts)
    assert place.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("inside", ["contest/secret.txt", None])
def test_a_secret_that_others_may_read_is_refused(given, tmp_path, inside):
    place = tmp_path / inside if inside else contest.ROOT / "README.md"
    place.touch()
    text = f"secret = {json.dumps(str(place))}\nproblems = []\nseconds=1\nkilobytes=1\n"
    (given.folder / contest.SETTINGS).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="keep it elsewhere"):
        contest.contest(given.folder)


@pytest.mark.slow
def test_another_secret_draws_another_test_and_pictures_are_none_of_the_book():
    one, other = contest.pictures(SECRET)(48), contest.pictures(SECRET[::-1])(48)
    assert contest.number_of(SECRET, "a") != contest.number_of(SECRET, "b")
    assert set(one) == set(images.PHOTOGRAPHS)
    names = list(one)
    assert not torch.equal(one[names[0]], one[names[1]])
    assert not torch.equal(one[names[0]], other[names[0]])
    album = [f.double() for f in photographs(48).values()]
    for picture in one.values():
        assert picture.shape == (48, 48) and picture.min() == 0 and picture.max() == 1
        assert min((picture - f).square().mean() for f in album) > 0.01


def test_the_best_comes_first_and_equal_points_share_a_place(given, earned):
    for name, points in {"ann": "7", "bob": "30", "eve": "7"}.items():
        hand_in(given, name, points)
    contest.main(given.folder)
    assert board(given) == [(1, "bob", 30), (2, "ann", 7), (2, "eve", 7)]


def test_what_was_judged_is_not_judged_again_unless_it_changed(given, earned):
    hand_in(given, "ann", "7")
    hand_in(given, "bob", "8")
    contest.main(given.folder)
    hand_in(given, "ann", "9")
    contest.main(given.folder)
    assert earned == ["7", "8", "9"]
    assert board(given) == [(1, "ann", 9), (2, "bob", 8)]


@pytest.mark.parametrize("change", [("points", 100), ("name", "bob"), ("seal", "0" * 64)])
def test_a_line_changed_by_another_hand_is_named_and_judged_again(
    given, earned, capsys, change
):
    hand_in(given, "ann", "7")
    contest.main(given.folder)
    path = given.folder / "leaderboard.json"
    entries = json.loads(path.read_text(encoding="utf-8"))
    entries[0][change[0]] = change[1]
    path.write_text(json.dumps(entries), encoding="utf-8")
    contest.main(given.folder)
    assert "was changed" in capsys.readouterr().out
    assert board(given) == [(1, "ann", 7)] and len(earned) == 2


def test_a_file_that_is_too_large_missing_or_a_link_earns_nothing(given, earned, tmp_path):
    hand_in(given, "ann", "1" * 20_001)
    hand_in(given, "bob", "8")
    (given.folder / "submissions" / "bob" / "telescope.py").unlink()
    hand_in(given, "eve", "8")
    link = given.folder / "submissions" / "eve" / "telescope.py"
    link.unlink()
    link.symlink_to(GOOD)
    contest.main(given.folder)
    assert earned == [] and [points for *_, points in board(given)] == [0, 0, 0]


@pytest.mark.rare
def test_a_file_that_sleeps_is_ended_by_the_clock(given):
    given.seconds = 2
    try:
        points, said = contest.judge(given, "telescope", ASLEEP)
    except walls.Forbidden as error:
        pytest.skip(f"this machine has no walls for the code of others: {error}")
    assert points == 0 and "did not end" in said


@pytest.mark.rare
def test_a_good_a_sloppy_a_slow_and_a_cheating_file_are_ranked_rightly(given):
    texts = {"good": GOOD.read_text(encoding="utf-8"), "sloppy": SLOPPY}
    for name, text in {**texts, "slow": SLOW, "cheating": CHEATING}.items():
        hand_in(given, name, text)
    try:
        contest.main(given.folder)
    except walls.Forbidden as error:
        pytest.skip(f"this machine has no walls for the code of others: {error}")
    points = {name: found for _, name, found in board(given)}
    print(board(given), (given.folder / "leaderboard.md").read_text(encoding="utf-8"))
    assert points["good"] > 60
    assert points["good"] > points["sloppy"] > points["cheating"]
    assert points["slow"] == 0
    text = (given.folder / "leaderboard.md").read_text(encoding="utf-8")
    assert "seconds" in text and "the secret was found" not in text

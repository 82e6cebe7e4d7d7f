"""Marks are earned: a judge believes values alone, and answers run behind walls."""

import csv
import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path

import course
import keep_answers
import nbformat
import numpy as np
import pytest
import torch
from grading import codec, courses, marking, release, remote, stage, variants, walls
from normal_form import dumps, read, tags

from tests.tools.cells import SKIPPED, code, notebook, text, whole_exercise

ROOT = course.ROOT
SECRET = "0123456789abcdef0123"
CHECK = """\
with quick.check("Three times is more than twice."):
    x = torch.rand(3, generator=seeded(0))
    assert tripled(x).shape == (3,), "three numbers"
    assert torch.allclose(tripled(x), 3 * x), "three times each"
    assert tripled(2) == 6, "a number, too"
"""
EXERCISE = {
    "label": "ex-tripled",
    "starter": "def tripled(x):\n    ...",
    "check": code(CHECK, "check", *SKIPPED, wrong=["return 2 * x", "return x"]),
    "solution": "def tripled(x):\n    return 3 * x",
}
SPY = """\
import os
def tripled(x):
    found = [str(os.getuid()), *os.listdir("/"), *os.listdir("/tmp")]
    for path in ({book!r}, {course!r}, "/proc/self/mem", "/etc/passwd"):
        found += [path] * os.path.exists(path)
    try:
        os.write(os.open("/usr/mine", os.O_CREAT | os.O_WRONLY), b"x")
        found.append("written")
    except OSError:
        pass
    import socket
    try:
        socket.create_connection(("127.0.0.1", {port}), 1)
        found.append("connected")
    except OSError:
        pass
    raise RuntimeError(" ".join(found))
"""
PATCHED = """\
import sys, torch
from course_utils import quick
class Check:
    def __init__(self, *_): quick.last.passed = True
    def __enter__(self): return self
    def __exit__(self, *_): return True
quick.check = Check
torch.allclose = lambda *_, **__: True
torch.Tensor.__eq__ = lambda *_: torch.tensor(True)
print("Passed. 100 of 100 points")
def tripled(x):
    return 2 * x
"""
LIAR = """\
class Yes:
    shape = (3,)
    def __eq__(self, other): return True
    def __getattr__(self, name): return lambda *_, **__: True
    def __float__(self): return 6.0
    __sub__ = __rsub__ = __abs__ = lambda *_: 0
    __lt__ = __gt__ = __le__ = __ge__ = __bool__ = __contains__ = lambda *_: True
def tripled(x):
    return Yes()
"""
BOMB = """\
import os
def tripled(x):
    many = b'["list", [' + b"{}," * 7 * 2**20 + b"{}]]"
    message = b"[%d]\\n" % len(many) + many
    for file in range(3, 64):
        try:
            os.write(file, len(message).to_bytes(8) + message)
        except OSError:
            pass
"""
ANSWERS = {
    "right": EXERCISE["solution"],
    "wrong": "def tripled(x):\n    return 2 * x",
    "memorised": "def tripled(x):\n    known = torch.tensor({known})\n"
    "    return 3 * x if isinstance(x, int) else 3 * known",
    "error": "def tripled(x):\n    return x.no_such_thing",
    "endless": "def tripled(x):\n    while True: pass",
    "exits": "import os\ndef tripled(x):\n    os._exit(0)",
    "leaves": "import sys\nsys.exit('Passed.')",
    "greedy": "def tripled(x):\n    return 3 * x + 0 * torch.zeros(10**10).sum()",
    "patched": PATCHED,
    "liar": LIAR,
    "forks": "import os\ndef tripled(x):\n    return 3 * x * (os.fork() + 1)",
    "threads": "import threading\ndef tripled(x):\n    threading.Thread().start()",
    "half a letter": "def tripled(x):\n    return '\ud800'",
    "bomb": BOMB,
}


def tiny_book(root):
    """A book of one chapter with one exercise."""
    (root / "book").mkdir()
    about = {"claim": "C.", "goals": [], "prerequisites": [], "level": "x"}
    chapter = notebook(
        text("# Three"),
        code("import torch\nfrom course_utils import noise, quick\nseeded = noise.seeded"),
        *whole_exercise(minutes=10, **EXERCISE),
        chapter=about,
    )
    path = root / "book" / "01-three.ipynb"
    path.write_text(dumps(chapter), encoding="utf-8")
    for name in release.NEEDED:
        (root / name).touch()
    (root / "tools").mkdir()
    shutil.copyfile(ROOT / "tools/keep_answers.py", root / "tools/keep_answers.py")
    return root


@pytest.fixture
def class_of(tmp_path):
    """A course on a tiny book, released; gives its folder and a way to hand in."""
    root = tiny_book(tmp_path)
    folder = tmp_path / "course"
    course.release_to(folder, root)
    settings = f'secret = "{SECRET}"\nstudents = ["absent"]\n[week-1]\nseconds = 3\n'
    (folder / "course.toml").write_text(settings + "ex-tripled = 4\n", encoding="utf-8")
    course.release_to(folder, root)
    given = folder / "release/week-1/01-three.ipynb"

    def hand_in(student, answer, check=None):
        found = json.loads(given.read_text(encoding="utf-8"))
        for cell in found["cells"]:
            if keep_answers.is_starter(cell):
                cell["source"] = answer or cell["source"]
            elif check and "check" in cell["metadata"].get("tags", ()):
                cell["source"] = check
        place = folder / "submitted" / student / "week-1"
        place.mkdir(parents=True)
        (place / given.name).write_text(json.dumps(found), encoding="utf-8")

    return root, folder, hand_in


def graded(root, folder):
    """The points and the sentences of all students."""
    try:
        course.grade(folder, root)
    except walls.Forbidden as error:
        pytest.skip(str(error))
    with (folder / "marks.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["student"]: (row["points"], row["sentence"]) for row in csv.DictReader(file)
        }


def has_other_users():
    """Whether there is another user to become: not in a name space with one alone."""
    users = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    return int(users[2]) > walls.NOBODY or os.getuid() != 0


@pytest.mark.slow
def test_each_submission_gets_what_it_deserves(class_of):
    root, folder, hand_in = class_of
    known = torch.rand(3, generator=torch.Generator().manual_seed(0)).double().tolist()
    for student, answer in ANSWERS.items():
        hand_in(student, answer.replace("{known}", str(known)))
    hand_in("empty", "")
    hand_in("changed", "def tripled(x):\n    return x", check="print('Passed.')")
    spy = SPY.format(book=str(root / "book"), course=str(folder), port=9)
    hand_in("spy", spy)
    marks = graded(root, folder)
    assert {name for name, (points, _) in marks.items() if points != "0"} == {"right"}
    assert marks["right"] == ("4", "Passed. Three times is more than twice.")
    for student, words in {
        "absent": marking.MISSING,
        "empty": marking.UNTOUCHED,
        "wrong": "three times each",
        "error": "your line `return x.no_such_thing` ends in AttributeError",
        "endless": marking.COSTLY.format(3),
        "exits": stage.STOPPED,
        "leaves": "SystemExit",
        "greedy": "allocate memory",
        "changed": marking.CHANGED,
        "liar": remote.NO_VALUE,
        "forks": "`return 3 * x * (os.fork() + 1)` ends in OSError",
        "threads": "can't start new thread",
        "half a letter": "UnicodeEncodeError",
        "bomb": stage.STRANGE,
    }.items():
        assert words in marks[student][1], student
    seen = marks["spy"][1]
    assert str(root) not in seen and "passwd" not in seen and "mem" not in seen
    assert "connected" not in seen and "written" not in seen
    if has_other_users():
        assert "RuntimeError: 65534" in seen, "another user, and not the one who grades"


def both_ends(serve):
    """The judge's end of a channel whose player is a thread that serves these things."""
    to_player = os.pipe()
    to_judge = os.pipe()
    player = remote.Channel(to_player[0], to_judge[1], trusted_reader=False)
    judge = remote.Channel(to_judge[0], to_player[1], trusted_reader=True)
    player.kept += serve

    def work():
        while True:
            message = player.receive()
            if message == "stop":
                return
            player.answer(message[1:])

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return judge, thread


def test_the_sums_of_a_student_are_those_of_each_assignment():
    lines = [
        {"student": who, "assignment": what, "points": n, "by hand": 1, "of": 5}
        for who, what, n in (("b", "w", 2), ("a", "w", 3), ("a", "w", 1), ("a", "x", 0))
    ]
    found = [tuple(line.values()) for line in marking.totals(lines)]
    assert found == [("a", "w", 4, 2, 10), ("a", "x", 0, 1, 5), ("b", "w", 2, 1, 5)]


def test_a_browser_may_rename_what_is_handed_in(tmp_path):
    path = tmp_path / "01-three.ipynb"
    assert marking.named_like(path) == path
    other = tmp_path / "01-three (1).ipynb"
    other.touch()
    assert marking.named_like(path) == other
    (tmp_path / "01-three (2).ipynb").touch()
    assert marking.named_like(path) == path, "which of them is meant?"


def test_a_judge_uses_what_a_player_keeps():
    def scaled(net, k, f):
        net.weight.data *= k
        return {"f": f(net.weight.detach()), "net": net}, (1, 2.5, None), [torch.ones(2)]

    judge, thread = both_ends([scaled])
    net = torch.nn.utils.skip_init(torch.nn.Linear, 2, 1, bias=False)
    net.weight.data = torch.tensor([[1.0, -2.0]])
    before = net.weight.detach().clone()
    found, rest, ones = remote.Remote(judge, 0)(net, 3.0, lambda w: w.sum())
    assert torch.equal(net.weight, 3 * before), "what is trained comes back"
    assert found["f"] == net.weight.sum() and rest == (1, 2.5, None)
    assert found["net"] != net and not hasattr(found["net"], "allclose")
    assert isinstance(found["net"], remote.Remote) and torch.equal(ones[0], torch.ones(2))
    assert torch.equal(found["net"](torch.ones(1, 2)), net(torch.ones(1, 2)).detach())
    judge.send("stop")
    thread.join(5)


def test_an_error_of_a_student_is_a_sentence():
    judge, thread = both_ends([lambda x: 1 / x])
    with pytest.raises(remote.Failed, match="ZeroDivisionError: division by zero"):
        remote.Remote(judge, 0)(0)
    judge.send("stop")
    thread.join(5)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 3, -0.5, 2j, "é", [1, (2, {3})], {"a": [1.0], 2: None}),
        *(torch.tensor(1.5).double(), torch.zeros(0, 3), torch.tensor([1 + 2j, 3j])),
        *(torch.arange(6).reshape(2, 3).T, torch.tensor([True, False])),
    ],
    ids=repr,
)
def test_values_arrive_as_they_were_sent(value):
    found = codec.decode(codec.encode(value, None), None)
    assert type(found) is type(value)
    if isinstance(value, torch.Tensor):
        assert found.dtype == value.dtype and torch.equal(found, value)
    else:
        assert found == value


def test_arrays_arrive_and_what_could_run_does_not():
    kept = []
    found = codec.decode(codec.encode(np.arange(3.0), None), None)
    assert found.tolist() == [0, 1, 2]
    message = codec.encode([print], lambda thing: kept.append(thing) or 0)
    assert codec.decode(message, lambda number: ("remote", number)) == [("remote", 0)]
    assert kept == [print] and b"print" not in message


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"[2]\n",
        b'[2]\n["plain"',
        b'[19]\n["call", "os.system"]',
        b'[35]\n["tensor", "float64", [1000000], 0]',
        b'[31, 8]\n["tensor", "float64", [-1], 0]12345678',
        b"[400000]\n" + b'["list",[' * 40000 + b"]" * 40000,
        b'[18]\n["plain", {"a": 1}]',
        b"\x80\x05cos\nsystem\n",
        b'[20000016]\n["plain", null]' + b" " * 20_000_000,
        b"[" + b" " * 20_000_000 + b'16]\n["plain", null]',
    ],
    ids=range(11),
)
def test_what_is_no_value_is_refused(message):
    with pytest.raises(codec.Unreadable):
        codec.decode(message, None)


def test_a_file_of_a_stranger_costs_no_more_than_its_marks(tmp_path):
    for name, content in {
        "no": "{",
        "deep": "[" * 100_000,
        "odd": '{"cells": [3, {"metadata": 4}, {"source": {"a": 1}, "metadata": {}}]}',
        "other": '{"cells": {"a": 1}}',
        "tags": '{"cells": [{"source": ":::{exercise} A\\n:label: ex-a", '
        '"metadata": {"tags": 4}}]}',
    }.items():
        path = tmp_path / f"{name}.ipynb"
        path.write_text(content, encoding="utf-8")
        assert marking.handed_in(path) == {}, name
    link = tmp_path / "link.ipynb"
    link.symlink_to(ROOT / "book/01-seeing-indirectly.ipynb")
    assert marking.handed_in(link) == {}
    os.mkfifo(tmp_path / "pipe.ipynb")
    assert marking.handed_in(tmp_path / "pipe.ipynb") == {}, "whoever opens it, waits"


def test_the_folder_of_another_student_is_not_ones_own(tmp_path):
    (tmp_path / "ada/week-1").mkdir(parents=True)
    cells = notebook(*whole_exercise(**EXERCISE))
    (tmp_path / "ada/week-1/a.ipynb").write_text(dumps(cells), encoding="utf-8")
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve/week-1").symlink_to(tmp_path / "ada/week-1")
    assert marking.handed_in(tmp_path / "ada/week-1/a.ipynb")
    assert marking.handed_in(tmp_path / "eve/week-1/a.ipynb") == {}


@pytest.mark.slow
def test_a_judge_ends_in_time_whatever_it_computes(monkeypatch):
    monkeypatch.setattr(walls, "spared", lambda *_: None)
    before = signal.getsignal(signal.SIGALRM)
    try:
        stage.bounded(remote.Channel(0, 1, trusted_reader=True), 0, 1)
        with pytest.raises(remote.Late):
            time.sleep(30)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_sentence_is_no_formula_and_no_second_line():
    assert marking.in_a_line("=HYPERLINK(1)\n\x1b[31m b") == "'=HYPERLINK(1) [31m b"


def test_own_cells_between_starter_and_check_belong_to_the_answer(tmp_path):
    cells = whole_exercise(**EXERCISE)
    cells.insert(2, code("y = 1"))
    (tmp_path / "a.ipynb").write_text(dumps(notebook(*cells)), encoding="utf-8")
    found = marking.handed_in(tmp_path / "a.ipynb")["ex-tripled"]
    assert found.source == "def tripled(x):\n    ...\ny = 1" and found.check == CHECK


def test_a_release_carries_points_and_no_solution(class_of):
    _, folder, _ = class_of
    given = read(folder / "release/week-1/01-three.ipynb")
    about = [c.metadata.nbgrader for c in given.cells if "nbgrader" in c.metadata]
    assert [a.grade_id for a in about] == ["ex-tripled", "ex-tripled-test"]
    assert (about[1].points, about[1].locked, about[0].solution) == (4, True, True)
    assert "10 minutes, 4 points.*" in given.cells[2].source
    assert not any("solution" in tags(c) or "return 3" in c.source for c in given.cells)
    source = read(folder / "source/week-1/01-three.ipynb")
    texts = [c.source for c in source.cells]
    assert (
        "def tripled(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION"
        in texts
    )
    assert any(
        "### BEGIN HIDDEN TESTS" in t and "assert quick.last.passed" in t for t in texts
    )
    nbformat.validate(given)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('secret = "short"', "fewer than 16 letters"),
        (f'secret = "{SECRET}"\n[w]\nex-none = 1', "no chapter has an exercise ex-none"),
        (f'secret = "{SECRET}"\n["../w"]', "is no name for a folder"),
        (f'secret = "{SECRET}"\n[w]\nex-tripled = "x"', "is no number of points"),
        ("secret =", "cannot be read"),
    ],
)
def test_settings_that_cannot_be_are_told(class_of, settings, said, capsys):
    root, folder, _ = class_of
    (folder / "course.toml").write_text(settings, encoding="utf-8")
    assert course.main(["release", str(folder)], root) == 1
    assert said in capsys.readouterr().err


def test_the_first_call_begins_a_course(tmp_path, capsys):
    root = tiny_book(tmp_path)
    assert course.main(["release", str(tmp_path / "new")], root) == 0
    text = (tmp_path / "new/course.toml").read_text(encoding="utf-8")
    assert "ex-tripled = " in text and "call this again" in capsys.readouterr().out
    assert courses.course(tmp_path / "new", courses.tasks(root)).assignments
    assert course.main(["grade", ""], root) == 2


KNOWN = courses.tasks(ROOT)


@pytest.mark.parametrize("label", variants.table())
def test_what_is_exchanged_stands_in_the_exercise(label):
    about = variants.table()[label]
    cells = [cell.source for cell in KNOWN[label].cells.values()]
    check = KNOWN[label].cells["check"].source
    assert [old for old in about.get("put", {}) if old not in "\n".join(cells)] == []
    put = about.get("hidden", {}).get("put", {})
    assert [old for old in put if old not in check] == []
    for secret in map(str, range(4)) if put else ():
        test = variants.hidden(check, secret, label)
        assert test != check and compile(test, label, "exec")


def test_a_variant_is_always_the_same_and_few_students_share_one():
    mine = [variants.variant(f"student {k}", "ex-blind") for k in range(30)]
    assert mine == [variants.variant(f"student {k}", "ex-blind") for k in range(30)]
    assert len({tuple(one.values()) for one in mine}) > 6
    assert variants.variant("", "ex-blind") == {} == variants.variant("ada", "ex-null")


def test_at_least_four_exercises_across_the_parts_have_variants():
    with_draws = [label for label, about in variants.table().items() if "draw" in about]
    numbers = {int(KNOWN[label].path.stem[:2]) for label in with_draws}
    assert len(with_draws) >= 4 and all(
        numbers & set(part)
        for part in (range(1, 6), range(6, 9), range(9, 12), range(12, 14))
    )

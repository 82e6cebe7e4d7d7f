"""A contest of a class on two problems of the book: ``python tools/contest.py FOLDER``.

The first call writes FOLDER/contest.toml and a secret, which lies elsewhere. Put what
comes back into FOLDER/submissions/NAME/PROBLEM.py; each file defines the function that the
project of that name asks for. The second call writes FOLDER/leaderboard.md, for the class,
and FOLDER/leaderboard.json.

The test is drawn from the secret, its pictures too: who knows every photograph of the book
and every line of it knows none of them. Submissions run behind the walls of `grading`, in a
process that never saw the secret, and within the limits of contest.toml. What was judged is
sealed with the secret: a line that another hand has changed is judged again, and named.
"""

import hashlib
import hmac
import json
import secrets
import sys
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from unittest import mock

import torch
from book_files import ROOT
from grading.marking import Stage, in_a_line

from course_utils import images, noise, projects, signals

PROBLEMS = ("telescope", "error_bars")
SETTINGS = "contest.toml"
BOARD = "leaderboard"
OWN = Path.home() / ".course-contests"  # where secrets lie, if nothing else is said
BEGINNING = """\
# A contest. The secret draws the test and seals the leaderboard: keep its file to yourself.
secret = {secret}
problems = {problems}
seconds = 240       # of the processor, for one file; of sleep, five times as many
kilobytes = 200     # of one file
"""
STARTER = "def {asked}(data):\n    ...\n"
CHECK = """\
import contest
from course_utils import quick

quick.last.said = contest.scored({problem!r}, {asked}, {secret!r})
quick.last.passed = True
"""
EDGES = 40  # ellipses in a picture of the test


@dataclass
class Line:
    """What one file has earned. ``judged`` is the hash of the file and of the settings."""

    name: str
    problem: str
    points: int
    said: str
    judged: str


@dataclass
class Contest:
    """A folder with its settings."""

    folder: Path
    secret: str
    problems: list
    seconds: int
    kilobytes: int


def begin(folder):
    """Write the settings of a contest, and its secret, and say where they are."""
    OWN.mkdir(mode=0o700, exist_ok=True)
    place = OWN / f"{folder.name}-{secrets.token_hex(4)}.txt"
    place.touch(mode=0o600)
    place.write_text(secrets.token_hex(32), encoding="ascii")
    settings = {"secret": json.dumps(str(place)), "problems": json.dumps(PROBLEMS)}
    (folder / "submissions").mkdir(parents=True, exist_ok=True)
    (folder / SETTINGS).write_text(BEGINNING.format(**settings), encoding="utf-8")
    print(f"Written: {folder / SETTINGS}, and the secret {place}.")
    print(f"Put files into {folder / 'submissions'}/NAME/PROBLEM.py, and call this again.")


def contest(folder):
    """The contest in a folder.

    Raises: ValueError, with a sentence, for settings that would not do.
    """
    found = tomllib.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    place = Path(found.pop("secret")).expanduser().resolve()
    for public in (ROOT, folder.resolve()):
        if place.is_relative_to(public):
            raise ValueError(f"the secret {place} lies in {public}: keep it elsewhere")
    secret = place.read_text(encoding="ascii").strip()
    if len(secret) < 32:
        raise ValueError(f"the secret {place} is short enough to be guessed")
    if unknown := set(found["problems"]) - set(PROBLEMS):
        raise ValueError(f"no problems of a contest: {', '.join(sorted(unknown))}")
    return Contest(folder, secret, **found)


def number_of(secret, *words):
    """A large number that follows from the secret and some words."""
    text = " ".join(map(str, words)).encode()
    return int.from_bytes(hmac.digest(secret.encode(), text, "sha256")[:6])


def pictures(secret):
    """A function in place of `images.photographs`, whose pictures nobody has seen."""

    @cache
    def drawn(size):
        seeds = {name: number_of(secret, name) for name in images.PHOTOGRAPHS}
        return {name: picture(seed, size) for name, seed in seeds.items()}

    return drawn


def picture(seed, size):
    """A picture with edges and soft shades, in [0, 1]. Shape: (size, size)."""
    draw = noise.seeded(seed)
    rows = torch.rand(EDGES, 6, generator=draw, dtype=torch.float64)
    scale = torch.tensor([1.0, 0.5, 0.5, 2.0, 2.0, 180.0], dtype=torch.float64)
    shift = torch.tensor([-0.5, 0.03, 0.03, -1.0, -1.0, 0.0], dtype=torch.float64)
    f = signals.ellipses(rows * scale + shift, size)
    ramp = torch.linspace(-0.3, 0.3, size, dtype=torch.float64)
    f = f + ramp * torch.randn(1, generator=draw, dtype=torch.float64)
    return (f - f.min()) / (f.max() - f.min())


def scored(problem, answer, secret):
    """The points of an answer, and a sentence, as a text: this runs with the judge."""
    project = getattr(projects, problem)
    with mock.patch.object(images, "photographs", pictures(secret)):
        score = project.score(answer, number_of(secret, problem))
    earned = ", ".join(f"{line.row.earned(line.found)}" for line in score.lines)
    said = score.refused or f"by the rows of the rubric: {earned}"
    return json.dumps([score.points, said])


def file_of(given, name, problem):
    """The text of what one has handed in for a problem, or a sentence why there is none."""
    path = given.folder / "submissions" / name / f"{problem}.py"
    if path.is_symlink() or not path.is_file():
        return None, f"no file {problem}.py"
    if path.stat().st_size > 1000 * given.kilobytes:
        return None, f"a file of more than {given.kilobytes} kB"
    try:
        return path.read_text(encoding="utf-8"), ""
    except UnicodeDecodeError:
        return None, "a file that is no text"


def judge(given, problem, text):
    """The points of a file, and a sentence."""
    project = getattr(projects, problem)
    check = CHECK.format(problem=problem, asked=project.ASKED, secret=given.secret)
    hidden = [given.folder, OWN]
    with Stage(ROOT, hidden, given.seconds) as stage:
        passed, said = stage.verdict(text, STARTER.format(asked=project.ASKED), check, "")
    return json.loads(said) if passed else (0, said)


def state_of(given, problem, text):
    """The hash of what a verdict depends on: the file, the test, the limits, our code."""
    ours = [path.read_bytes() for path in sorted((ROOT / "course_utils").rglob("*.py"))]
    limits = f"{problem} {given.secret} {given.seconds} {text}"
    return hashlib.sha256(b"".join([limits.encode(), *ours])).hexdigest()


def seal(given, line):
    """What only the holder of the secret can write under a line."""
    text = json.dumps(asdict(line), sort_keys=True).encode()
    return hmac.digest(given.secret.encode(), text, "sha256").hex()


def known_lines(given):
    """The lines of the last leaderboard whose seal is right, by name and problem.

    Those that another hand has changed are named and left out.
    """
    path = given.folder / f"{BOARD}.json"
    if not path.exists():
        return {}
    found = {}
    for entry in json.loads(path.read_text(encoding="utf-8")):
        mark = str(entry.pop("seal", ""))
        line = Line(**entry)
        if hmac.compare_digest(mark, seal(given, line)):
            found[line.name, line.problem] = line
        else:
            print(f"{path.name}: the line of {line.name} for {line.problem} was changed.")
    return found


def line_of(given, name, problem, known):
    """The line of one file: as it was judged before, or judged now."""
    text, missing = file_of(given, name, problem)
    state = state_of(given, problem, text)
    line = known.get((name, problem))
    if line and line.judged == state:
        return line
    points, said = judge(given, problem, text) if text is not None else (0, missing)
    return Line(name, problem, points, in_a_line(said), state)


def table(given, lines):
    """The leaderboard in Markdown, the best first; equal points share a place."""
    names = {line.name for line in lines}
    rows = {n: {x.problem: x for x in lines if x.name == n} for n in names}
    total = {n: sum(line.points for line in row.values()) for n, row in rows.items()}
    heads = ["place", "name", *given.problems, "together", "what was said"]
    text = [heads, ["---"] * len(heads)]
    for name in sorted(names, key=lambda n: (-total[n], n)):
        place = 1 + sum(other > total[name] for other in total.values())
        points = [rows[name][problem].points for problem in given.problems]
        said = "; ".join(rows[name][problem].said for problem in given.problems)
        text.append([place, name, *points, total[name], said.replace("|", "/")])
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in text)


def main(folder):
    """Begin a contest, or judge what was handed in."""
    if not (folder / SETTINGS).exists():
        return begin(folder)
    given = contest(folder)
    known = known_lines(given)
    places = sorted(p for p in (folder / "submissions").iterdir() if p.is_dir())
    lines = []
    for place in places:
        for problem in given.problems:
            lines.append(line_of(given, place.name, problem, known))
            print(f"{place.name}, {problem}: {lines[-1].points} points, {lines[-1].said}")
    sealed = [asdict(line) | {"seal": seal(given, line)} for line in lines]
    text = json.dumps(sealed, indent=1, ensure_ascii=False)
    (folder / f"{BOARD}.json").write_text(text + "\n", encoding="utf-8")
    (folder / f"{BOARD}.md").write_text(table(given, lines), encoding="utf-8")
    print(f"Written: {folder / BOARD}.md")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]).resolve())
    except ValueError as error:
        sys.exit(str(error))

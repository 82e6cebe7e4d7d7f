"""Which structure is best when the operator is wrong, and whether a rule tells it before.

A problem is an operator A that is not the one behind the data, noise of some size, and N
pairs (f, g); ``families`` has five kinds. The six structures of ``structures`` learn from
the same N pairs, and their risk is measured on fresh signals. The rule,
``course_utils.structure_rule``, predicts these risks from A, C, sigma and the pairs; so
does the first rule that there was, ``course_utils.mismatch.predicted``.

``part`` is "development", on which the rule was mended, or "held-out". The seed of the
latter is made of the commit that held the rule last, ``RULE``: it could not be known while
the rule was written. ``rule`` is ``rule_version()`` as the row was made.

A row has the size of the noise by that of the data, ``noise``; ||g - A f|| / ||A f||
without noise, ``mismatch``; N, ``pairs``; and lists in the order of ``STRUCTURES``, one for
each draw of the pairs (three for the first four problems of a family, held out):
``risk``, E ||f - R g||^2 / E ||f||^2 over signals and noise; ``predicted`` by the rule,
``first``, by the first one, and ``validated``, the error in cross-validation, all by the
same E ||f||^2. ``shown`` is what the
rule sees in four numbers, for the tree: noise and mismatch by the data, as the pairs show
them, N / n, and the share of the modes that stand above the noise. ``ends`` names tuned
numbers at an end of their grid, ``seconds`` is the processor time of all six.

Keys: part, family, number.
"""

import ast
import inspect
from hashlib import sha256
from time import process_time

import torch
from torch import Tensor

from course_utils import mismatch, structure_rule
from course_utils.noise import seeded

from ..table import Table
from . import networks, rivals, scores
from .families import DRAWN, Drawn, Setting
from .structures import STRUCTURES, Known, learned

RULE = "ff470f6"  # the commit of the rule, before the problems held out were drawn
COUNTS = {"development": 24, "held-out": 42}
SIZES = {  # of the mismatch
    "signals": (0.03, 0.6),
    "photographs": (0.03, 0.6),
    "tomography": (0.02, 1.0),
    "infrared": (0.02, 0.5),
    "saturation": (0.15, 2.0),
}
NOISE = (0.003, 0.3)
PAIRS = (8, 1000)
DRAWS = 3  # of the pairs,
REPEATED = 4  # for so many problems of a family


def seed_of(part: str) -> int:
    """1 for the development; for what is held out a number from the name of the commit."""
    return 1 if part == "development" else int(RULE[:7], 16) % 1_000_000 + 2


def setting(part: str, family: str, number: int) -> Setting:
    """The problem of that number: sizes, noise and pairs evenly in their logarithms."""
    kind = list(DRAWN).index(family)
    seed = seed_of(part) * 10_000 + kind * 1000 + number
    u = torch.rand(7, generator=seeded(seed), dtype=torch.float64).tolist()
    size, noise, pairs = (
        low * (high / low) ** along
        for along, (low, high) in zip(u, (SIZES[family], NOISE, PAIRS), strict=False)
    )
    return Setting(family, size, noise, round(pairs), tuple(u[3:]), seed, seed_of(part))


def pairs_of(given: Setting, drawn: Drawn, sigma: float, draw: int):
    """N pairs (f, g) with noise."""
    generator = seeded(100 * given.seed + draw)
    f, g = drawn.paired
    chosen = torch.randperm(f.shape[1], generator=generator)[: given.pairs]
    eps = torch.randn(len(g), given.pairs, generator=generator, dtype=g.dtype)
    return f[:, chosen], g[:, chosen] + sigma * eps


def risk(R: Tensor, drawn: Drawn, sigma: float) -> float:
    """E ||f - R g||^2 over the test signals and all noise, by E ||f||^2."""
    f, g = drawn.test
    error = (f - R @ g).square().sum(0).mean() + sigma**2 * R.square().sum()
    return (error / f.square().sum(0).mean()).item()


def shown(known: Known, seen: mismatch.Seen, g: Tensor) -> list[float]:
    """Four numbers for the tree, from what the rule sees."""
    power = g.square().mean().item()
    above = seen.a.square() / (seen.a.square() + known.sigma**2)
    return [
        known.sigma / power**0.5,
        (seen.each.mean().item() / power) ** 0.5,
        seen.pairs / len(known.C),
        above.mean().item(),
    ]


def short(x):
    """Numbers, and lists of them, to four digits."""
    return [short(one) for one in x] if isinstance(x, list) else float(f"{x:.4g}")


def row(part: str, family: str, number: int) -> dict:
    """Learn all structures from the pairs, and predict them."""
    start = process_time()
    given = setting(part, family, number)
    drawn = DRAWN[family](given)
    sigma = given.noise * drawn.g.square().mean().sqrt().item()
    known = Known(drawn.A, drawn.C, sigma)
    draws = DRAWS if part != "development" and number < REPEATED else 1
    found = [one(given, drawn, known, draw) for draw in range(draws)]
    lists = {key: short([each[key] for each in found]) for key in found[0]}
    return {
        "noise": short(given.noise),
        "mismatch": short(drawn.mismatch),
        "pairs": given.pairs,
        **lists | {"shown": lists["shown"][0], "ends": ends(lists.pop("at")[0])},
        "rule": rule_version(),
        "seconds": round(process_time() - start, 2),
    }


def one(given: Setting, drawn: Drawn, known: Known, draw: int) -> dict:
    """What one draw of the pairs gives."""
    f, g = pairs_of(given, drawn, known.sigma, draw)
    total = drawn.test[0].square().sum(0).mean().item()
    found = [learned(name, known, f, g) for name in STRUCTURES]
    given_to_it = (known.A, known.C, known.sigma, f, g)
    seen = mismatch.seen(*given_to_it)
    first = mismatch.predicted(seen)
    predicted = structure_rule.predicted(structure_rule.seen(*given_to_it))
    return {
        "risk": [risk(each.R, drawn, known.sigma) for each in found],
        "predicted": [predicted[name] / total for name in STRUCTURES],
        "first": [first[name] / total for name in STRUCTURES],
        "validated": [each.error / total for each in found],
        "shown": shown(known, seen, g),
        "at": [each.at for each in found],
    }


def ends(places: list[list[float]]) -> list[str]:
    """The structures with a tuned number at an end of its grid."""
    return [s for s, at in zip(STRUCTURES, places, strict=True) if {0, 1} & set(at)]


def rule_version() -> str:
    """Eight digits that change with the code of the rule, but not with its words."""
    modules = (mismatch, structure_rule)
    return fingerprint("\n".join(inspect.getsource(module) for module in modules))


def fingerprint(source: str) -> str:
    """Eight digits of the nodes, names and numbers of a program, on any Python."""
    told = []
    for node in ast.walk(ast.parse(source)):
        told.append(type(node).__name__)
        for field in ("id", "attr", "arg", "name", "value"):
            value = getattr(node, field, None)
            text = isinstance(node, ast.Constant) and isinstance(value, str)
            if isinstance(value, str | int | float) and not text:
                told.append(repr(value))
    return sha256(" ".join(told).encode()).hexdigest()[:8]


def table() -> Table:
    """The table, as it is now."""
    return Table("how-much-to-fix", keys=("part", "family", "number"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [
        (part, family, number)
        for part, count in COUNTS.items()
        for family in DRAWN
        for number in range(count)
    ]


def main() -> None:
    """Fill the table, score it, and train the networks."""
    problems = table()
    problems.fill(row, tasks())
    scores.fill(problems.rows)
    networks.table().fill(networks.row, networks.tasks())
    rivals.table().fill(rivals.row, rivals.tasks())

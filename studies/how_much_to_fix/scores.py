"""How often a way of choosing is right, and what it costs where it is not.

The regret of a choice is its risk by the least of the six, minus 1. Choices are made by the
rule, by the first rule that there was, by cross-validation on the same pairs ("validated":
the folds that tuned a structure, too), by a tree that was fitted to the development, or are
always the same structure. A score is over the problems held out, each with the first draw
of its pairs.

Keys: family, chooser.
"""

from itertools import product
from statistics import mean, median

from sklearn.model_selection import KFold
from sklearn.tree import DecisionTreeRegressor
from torch import tensor

from ..table import Table
from .structures import STRUCTURES

PARTS = ("held-out", "development")
CLOSE = 0.05  # a regret that is as good as none
GOAL = {"right": 0.9, "regret": 0.05}
DEPTHS = tuple(range(1, 9))
CAPS = (0.05, 0.2, 1.0, 10.0)  # no cost counts for more, in the splits of a tree
FEWEST = 5  # problems in a leaf


def least(values: list[float]) -> int:
    """The place of the least value."""
    return min(range(len(values)), key=values.__getitem__)


def regret(risks: list[float], choice: int) -> float:
    """What a choice costs."""
    return risks[choice] / min(risks) - 1


def features(rows: list[dict]) -> list[list[float]]:
    """What a tree is told of problems: the logarithms of the four numbers shown."""
    return tensor([row["shown"] for row in rows]).clamp(min=1e-4).log10().tolist()


def costs(rows: list[dict], cap: float) -> list[list[float]]:
    """The logarithm of 1 + regret, of each structure, and at most ``cap``."""
    risks = tensor([row["risk"][0] for row in rows])
    ratios = risks / risks.min(1, keepdim=True).values
    return ratios.log().clamp(max=cap).tolist()


class Tree:
    """Predicts the regret of each structure from the numbers shown; the least is chosen.

    Its depth and cap are those of the least mean regret in cross-validation on these rows.
    """

    def __init__(self, rows: list[dict]):
        pairs = product(DEPTHS, CAPS)
        self.depth, self.cap = min(pairs, key=lambda pair: self._validated(rows, *pair))
        self.tree = self._fitted(rows, self.depth, self.cap)

    def _fitted(self, rows: list[dict], depth: int, cap: float) -> DecisionTreeRegressor:
        tree = DecisionTreeRegressor(
            max_depth=depth, min_samples_leaf=FEWEST, random_state=0
        )
        return tree.fit(features(rows), costs(rows, cap))

    def _validated(self, rows: list[dict], depth: int, cap: float) -> float:
        found = []
        for learned, out in KFold(5, shuffle=True, random_state=0).split(rows):
            tree = self._fitted([rows[k] for k in learned], depth, cap)
            left = [rows[k] for k in out]
            found += regrets(left, choices_of(tree, left))
        return mean(found)

    def __call__(self, rows: list[dict]) -> list[int]:
        return choices_of(self.tree, rows)


def choices_of(tree, rows: list[dict]) -> list[int]:
    """The structures that a tree takes for the best."""
    return [least(list(costs)) for costs in tree.predict(features(rows))]


def regrets(rows: list[dict], choices: list[int]) -> list[float]:
    """The regret of one choice for each row."""
    pairs = zip(rows, choices, strict=True)
    return [regret(row["risk"][0], choice) for row, choice in pairs]


def choices(rows: list[dict], development: list[dict]) -> dict[str, list[int]]:
    """What each way of choosing takes, row by row."""
    found = {
        "rule": [least(row["predicted"][0]) for row in rows],
        "first rule": [least(row["first"][0]) for row in rows],
        "validated": [least(row["validated"][0]) for row in rows],
        "tree": Tree(development)(rows),
    }
    return found | {name: [k] * len(rows) for k, name in enumerate(STRUCTURES)}


def score(rows: list[dict], chosen: list[int]) -> dict[str, float]:
    """Right: exactly, and to a regret of ``CLOSE``; the mean regret, its median and worst.

    ``error`` is the standard error of the mean regret.
    """
    found = regrets(rows, chosen)
    spread = tensor(found).double().std().item() if len(found) > 1 else 0.0
    return {
        "count": len(found),
        "right": mean(value == 0 for value in found),
        "close": mean(value <= CLOSE for value in found),
        "regret": mean(found),
        "error": spread / len(found) ** 0.5,
        "median": median(found),
        "worst": max(found),
    }


def scores(rows: list[dict], development: list[dict]) -> list[dict]:
    """The score of each way of choosing, in each family and in all."""
    chosen = choices(rows, development)
    families = sorted({row["family"] for row in rows})
    listed = []
    for family in ["all", *families]:
        kept = [k for k, row in enumerate(rows) if family in ("all", row["family"])]
        for chooser, taken in chosen.items():
            found = score([rows[k] for k in kept], [taken[k] for k in kept])
            listed.append({"family": family, "chooser": chooser} | found)
    return listed


def table() -> Table:
    """The table, as it is now."""
    return Table("how-much-to-fix-scores", keys=("family", "chooser"))


def fill(rows: list[dict]) -> None:
    """Score the rows of the problems, and replace what the table held."""
    parts = [[row for row in rows if row["part"] == part] for part in PARTS]
    scored = table()
    for found in scores(*parts):
        scored.add({k: v if isinstance(v, str) else round(v, 4) for k, v in found.items()})


def verdict(found: dict[str, float]) -> str:
    """Whether a score reaches the goal: "yes", "close" if to a regret of 5 %, or "no".

    yes      the best structure in nine of ten problems, and a mean regret below 5 %
    close    a structure within 5 % of the best in nine of ten, and that mean regret
    no       anything else
    """
    if found["regret"] >= GOAL["regret"]:
        return "no"
    if found["right"] >= GOAL["right"]:
        return "yes"
    return "close" if found["close"] >= GOAL["right"] else "no"

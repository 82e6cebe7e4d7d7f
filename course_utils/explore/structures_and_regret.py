"""Problems with a wrong operator: the risk of each structure, and the rule's regret."""

from collections.abc import Sequence

import torch
from matplotlib import rc_context
from matplotlib.figure import Figure
from traitlets import Bytes, Int, List, Unicode

from .. import plots
from .figure import HERE, RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: which structure is best most often? Count with the menu and the sliders. "
    "Then open the problem in which the rule's choice costs most: the largest ring."
)
ALL = "all"
NUMBERS = ("noise", "mismatch", "pairs")


class StructuresAndRegret(RespondingFigure):
    """Problems of a study, of which a menu and three sliders keep some and one is open.

    ``rows`` are dictionaries with the ``family`` of a problem, its ``noise``, ``mismatch``
    and number of ``pairs``, the ``risk`` of each of the ``structures``, and the place of
    the rule's ``choice`` among them. A slider keeps all problems, or those of the lowest,
    middle or highest third. Regret is the risk of a choice by the least risk, less 1.

    Units: ``chosen`` counts the problems from 1; a third is 1, 2 or 3, and 0 keeps all.
    Raises: ValueError if there is no row, or one without a risk for each structure.
    """

    _esm = front_end("structures_and_regret", "menu")
    _css = RespondingFigure._css + (HERE / "structures_and_regret.css").read_text("utf-8")
    structures = synced(List)
    families = synced(List)
    family_of = synced(List)
    choices = synced(List)
    noise = synced(Bytes)
    mismatch = synced(Bytes)
    pairs = synced(Bytes)
    risks = synced(Bytes)
    family = synced(Unicode, ALL)
    noise_third = synced(Int, 0)
    mismatch_third = synced(Int, 0)
    pairs_third = synced(Int, 0)
    chosen = synced(Int, 1)

    def __init__(
        self, rows: Sequence[dict], structures: Sequence[str], *, task: str = TASK
    ):
        if not rows or any(len(row["risk"]) != len(structures) for row in rows):
            raise ValueError(
                f"at least one row is needed, and a risk for each of {list(structures)}"
            )
        families = list(dict.fromkeys(row["family"] for row in rows))
        super().__init__(
            task=task,
            label="Problems with a wrong operator, and the risk of each structure",
            structures=list(structures),
            families=families,
            family_of=[families.index(row["family"]) for row in rows],
            choices=[row["choice"] for row in rows],
            risks=as_bytes([row["risk"] for row in rows]),
            **{name: as_bytes([row[name] for row in rows]) for name in NUMBERS},
        )

    def regrets(self) -> torch.Tensor:
        """The regret of every structure in every problem. Shape: (problems, structures)."""
        risks = self.numbers("risks").view(len(self.choices), -1)
        return risks / risks.amin(1, keepdim=True) - 1

    def kept(self) -> list[int]:
        """The numbers of the problems that menu and sliders keep, from 0."""
        keep = torch.ones(len(self.choices), dtype=torch.bool)
        if self.family != ALL:
            keep &= torch.tensor(self.family_of) == self.families.index(self.family)
        for name in NUMBERS:
            third = getattr(self, f"{name}_third")
            keep &= thirds(self.numbers(name)) == third if third else True
        return keep.nonzero()[:, 0].tolist()

    def twin(self) -> Figure:
        """For each structure: its mean regret if one always takes it, and the rule's."""
        regrets = self.regrets()
        rule = regrets[range(len(self.choices)), self.choices].mean().item()
        means = dict(zip(self.structures, regrets.mean(0).tolist(), strict=True))
        means["the rule"] = rule
        with rc_context(plots.STYLE):
            figure = Figure(figsize=plots.LINE, layout="constrained")
            ax = figure.subplots()
            colours = [plots.LOOK["data"]["color"]] * len(regrets[0])
            ax.barh(list(means), means.values(), color=[*colours, "#D55E00"])
            ax.set(xlabel="mean regret", xscale="log")
            ax.invert_yaxis()
        return figure


def thirds(values: torch.Tensor) -> torch.Tensor:
    """In which third of all numbers each lies: 1, 2 or 3.

    The bounds are the numbers at the places n // 3 and 2 n // 3 in their order.
    """
    ordered = values.sort().values
    n = len(ordered)
    first = ordered[n // 3]
    second = ordered[2 * n // 3]
    return 1 + (values >= first).int() + (values >= second).int()

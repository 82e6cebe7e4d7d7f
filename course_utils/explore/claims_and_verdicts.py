"""Claims with their verdicts, which one filters and opens for what decides them."""

from collections.abc import Sequence

from matplotlib import rc_context
from matplotlib.figure import Figure
from traitlets import Int, List, Unicode

from .. import plots
from .figure import HERE, RespondingFigure, front_end, synced

TASK = (
    "Predict: of all claims, how many hold with no condition? Count them with the first "
    "menu. Then open a claim that holds, and one that holds under a condition."
)
ALL = "all"
MARKS = {"holds": "✓", "holds if": "◐", "fails": "✗", "not testable here": "–"}
ROLES = {
    "holds": "classical",
    "holds if": "noise",
    "fails": "learned",
    "not testable here": "data",
}


class ClaimsAndVerdicts(RespondingFigure):
    """Claims in a list under three menus, and beside it what decides the chosen one.

    ``claims`` are dictionaries as ``audit.told`` makes them. A menu keeps the claims with
    that verdict, and of that problem and that method; "all" keeps every one.

    Raises: ValueError for no claim at all, or for a verdict that is none of the four.
    """

    _esm = front_end("claims_and_verdicts", "menu")
    _css = RespondingFigure._css + (HERE / "claims_and_verdicts.css").read_text("utf-8")
    claims = synced(List)
    verdict = synced(Unicode, ALL)
    problem = synced(Unicode, ALL)
    method = synced(Unicode, ALL)
    chosen = synced(Int, 0)

    def __init__(self, claims: Sequence[dict], *, task: str = TASK):
        strange = {claim["verdict"] for claim in claims} - set(MARKS)
        if strange or not claims:
            raise ValueError(
                f"claims have one of the verdicts {', '.join(MARKS)}, and one claim is the "
                f"least; got {len(claims)} with {sorted(strange)}"
            )
        super().__init__(
            task=task,
            label="The claims of the summary with their verdicts, and what decides each",
            claims=list(claims),
        )

    def shown(self) -> list[int]:
        """The numbers of the claims that the menus keep, from 0."""
        return [
            number
            for number, claim in enumerate(self.claims)
            if self.verdict in (ALL, claim["verdict"])
            and self.problem in (ALL, *claim["problems"])
            and self.method in (ALL, *claim["methods"])
        ]

    def twin(self) -> Figure:
        """A row for each part of the summary, a mark for each of its claims."""
        groups = {}
        for claim in self.claims:
            part = claim["place"].split(" · ")[0].rstrip(" 0123456789")
            groups.setdefault(part, []).append(claim["verdict"])
        with rc_context(plots.STYLE):
            figure = Figure(figsize=(7.2, 0.3 * len(groups) + 0.8), layout="constrained")
            _draw_marks(figure.subplots(), groups)
        return figure


def _draw_marks(ax, groups: dict[str, list[str]]) -> None:
    """A row of marks for each group, from the top down, and a key below."""
    for line, verdicts in enumerate(groups.values()):
        for place, verdict in enumerate(verdicts):
            colour = plots.LOOK[ROLES[verdict]]["color"]
            options = {"ha": "center", "va": "center", "family": "DejaVu Sans"}
            ax.text(place, line, MARKS[verdict], color=colour, fontsize=15, **options)
    ax.set_yticks(range(len(groups)), list(groups))
    ax.set_ylim(len(groups) - 0.4, -0.6)
    ax.set_xlim(-0.6, max(map(len, groups.values())) + 1)
    ax.set_xticks([])
    ax.set_xlabel("   ".join(f"{mark} {verdict}" for verdict, mark in MARKS.items()))
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)

"""What a PINN costs beside adjoint Gauss-Newton at equal error, for -(a u')' = 1.

Unknown is a(x), data are 49 noisy values of u from a grid ten times finer. All methods have
the same noise model and the same prior, lam / 2 int (log a)'^2, with the same lam: that at
which Gauss-Newton's misfit is sigma m^1/2, which the PINNs are given. "adjoint" is
Gauss-Newton on a grid of 100 cells, with one adjoint solution for each datum; its seconds
hold all lams that it tried. The PINNs are the three networks of
``course_utils.nonlinear.pinn``, trained by Levenberg-Marquardt on all residuals ("LM"), by
Adam and then L-BFGS ("L-BFGS"), or by Adam alone ("Adam"). Settings were chosen on seed
100, in the rows of the part "tuning", for Levenberg-Marquardt; the others share the
networks and the weight. Adam's rate of 0.01 is a habit: on seed 100 a rate of 0.003 is
better, which the part "dials" tries, too, also with ten times the passes. A seed draws a,
the noise and the first weights.

parts: "test", the comparison; "dials", what goes wrong without a prior, with steps of
first order, or where the equation weighs more than the noise allows; "halves", only the
state or only the unknown as a network; "ends", where u(0) and u(1) are not 0, as all but
"FreeEnds" and "LM, free ends" assume; "course", trainings with all that a figure shows;
"modes", condition numbers.

``error`` is ||a_hat - a|| / ||a|| at the end, ``least`` that at the best moment and
``adjoint`` that of the adjoint, ``seconds`` processor time of one thread, ``seconds_to``
and ``passes_to`` what was spent until the error was first within 1.1 of the adjoint's
(null: never). A pass is J(theta) with its gradient; a step of Levenberg-Marquardt counts as
four. Keys: part, method, noise in percent, seed, setting.
"""

from ..table import Table
from .rows import row

NOISES = (0.01, 0.1, 1.0, 5.0)
SEEDS = range(10)  # two sets: 0 to 4, and 5 to 9
FIGURE = (0.1, 1.0, 5.0)
TUNING = (100,)
TRIED = {  # settings of a method beside the chosen ones, "" in the part "tuning"
    "adjoint": {"cells": (50, 200)},
    "LM": {
        "weight": (0.1, 10.0),
        "points": (50, 200),
        "width": (32, 128),
    },
    "Adam": {"rate": (0.001, 0.003, 0.03)},
}
TUNED_RATE = "rate 0.003"


def table() -> Table:
    """The table, as it is now."""
    return Table("adjoint-or-pinn", ("part", "method", "noise", "seed", "setting"))


def tuning(method: str, *noises: float) -> list[tuple]:
    """The rows from which the settings of a method were chosen."""
    tried = TRIED[method].items()
    settings = ["", *(f"{name} {v:g}" for name, values in tried for v in values)]
    return [
        ("tuning", method, noise, seed, setting)
        for noise in noises
        for seed in TUNING
        for setting in settings
    ]


def each_seed(part: str, method: str, *noises: float, setting: str = "") -> list[tuple]:
    """A row for each seed of both sets."""
    return [(part, method, noise, seed, setting) for noise in noises for seed in SEEDS]


def courses() -> list[tuple]:
    """The trainings that a figure shows."""
    kinds = (("Adam", ""), ("Adam", "weight 49"), ("L-BFGS", ""), ("LM", ""))
    return [("course", method, n, 0, setting) for n in FIGURE for method, setting in kinds]


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [
        *tuning("adjoint", 1.0),
        *tuning("LM", 0.1),
        *tuning("Adam", 1.0),
        *each_seed("test", "adjoint", *NOISES),
        *each_seed("test", "LM", *NOISES),
        *each_seed("halves", "network, solved", 1.0),
        *each_seed("halves", "grid, penalised", 1.0),
        *each_seed("ends", "FreeEnds", 1.0),
        *each_seed("ends", "adjoint, 0 at ends", 1.0),
        *each_seed("ends", "LM, free ends", 1.0),
        ("modes", "conditions", 1.0, 0, ""),
        *each_seed("test", "L-BFGS", 1.0)[:8],
        *each_seed("dials", "adjoint", 1.0, setting="lam 0"),
        *each_seed("dials", "LM", 1.0, setting="lam 0"),
        *each_seed("dials", "Adam", 1.0),
        *each_seed("dials", "Adam", 1.0, setting="weight 49"),
        *each_seed("dials", "LM", 1.0, setting="weight 49"),
        *each_seed("dials", "LM", 0.01, setting="steps 180"),
        *each_seed("dials", "Adam", 1.0, setting=TUNED_RATE),
        *each_seed("dials", "Adam", 1.0, setting=f"{TUNED_RATE}, passes 6000"),
        *courses(),
    ]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks(), workers=1)

"""Three steps of gradient descent, placed by hand: a polynomial and its roots."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Float, Int

from .. import plots
from .figure import RespondingFigure, front_end, synced

STEPS = 3
POINTS = 121  # of the plot, over the eigenvalues from 0 to 1
TASK = (
    "Predict: should the three roots lie evenly, as now, or closer to the ends? Drag "
    "them until the largest |p| is within a fifth of the least that is possible."
)


class PlacedSteps(RespondingFigure):
    """p(x) = (1 - tau_1 x) (1 - tau_2 x) (1 - tau_3 x), of roots that the reader places.

    The roots are 1 / tau_k. The eigenvalues x of H^T H fill the interval from ``low`` to 1.
    The figure shows what the steps leave of the error at each of them, and the largest part
    after each step; at first the roots are evenly spread.
    The least that is possible is Chebyshev's, 1 / T_3((1 + low) / (1 - low)).

    Units: roots are eigenvalues, so that a step is in units of 1 / L with L = 1.
    """

    _esm = front_end("placed_steps")
    low = synced(Float)
    points = synced(Int, POINTS)
    least = synced(Float)
    root1 = synced(Float)
    root2 = synced(Float)
    root3 = synced(Float)

    def __init__(self, low: float, *, task: str = TASK):
        evenly = [low + (1 - low) * (k + 0.5) / STEPS for k in range(STEPS)]
        roots = {f"root{k + 1}": root for k, root in enumerate(evenly)}
        super().__init__(
            task=task,
            label="What three steps of gradient descent leave of the error, by eigenvalue",
            low=low,
            least=1 / chebyshev((1 + low) / (1 - low)),
            **roots,
        )

    def roots(self) -> Tensor:
        """The three roots, in the order of the steps."""
        return torch.tensor([getattr(self, f"root{k + 1}") for k in range(STEPS)]).double()

    def remaining(self, x: Tensor) -> Tensor:
        """What is left of the error after each step. Shape: (3, *x.shape)."""
        return (1 - x / self.roots()[:, None]).cumprod(0)

    def twin(self) -> Figure:
        x = torch.linspace(0, 1, POINTS).double()
        equal = (1 - 2 * x / (1 + self.low)) ** STEPS
        lines = {
            "equal steps": ("classical", equal),
            "your steps": ("learned", self.remaining(x)[-1]),
        }
        return plots.curves(lines, "eigenvalue $s^2$", "$p(s^2)$", x)


def chebyshev(y: float) -> float:
    """T_3(y), the polynomial that stays between -1 and 1 for y between -1 and 1."""
    return 4 * y**3 - 3 * y

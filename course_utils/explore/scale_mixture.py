"""Which variance four priors infer from one datum, and how much they shrink it."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Float, Int

from .. import plots
from .figure import RespondingFigure, front_end, synced

PRIORS = ("Gaussian", "l1", "Student-t", "ARD")
STEPS = 400  # of EM
TASK = (
    "Predict: which prior drops a small datum, and which leaves a large one alone? "
    "Drag g and λ until ARD and ℓ1 agree on a datum that both keep. Then double g."
)


class ScaleMixture(RespondingFigure):
    """One datum g = f + noise of variance 1, with f ~ N(0, z) given its hidden variance z.

    Every prior infers a z from g, and then all of them shrink alike, f = z / (z + 1) g:

        Gaussian    z is fixed
        l1          z = max(|g| / lam - 1, 0), the soft threshold at lam
        Student-t   z = (nu delta^2 + <f^2>) / (nu + 1), by EM from g^2 + 1 on
        ARD         z = max(g^2 - 1, 0), the highest point of the evidence

    Units: g and delta are in standard deviations of the noise; z, in its variance.
    """

    _esm = front_end("scale_mixture")
    variance = synced(Float)
    delta = synced(Float)
    steps = synced(Int, STEPS)
    g = synced(Float)
    lam = synced(Float)
    nu = synced(Float)

    def __init__(
        self,
        variance: float = 2.0,
        delta: float = 0.3,
        *,
        g: float = 4.0,
        lam: float = 1.0,
        nu: float = 1.0,
        task: str = TASK,
    ):
        super().__init__(
            task=task,
            label="Estimates of four priors against the datum, and the evidence of z",
            variance=variance,
            delta=delta,
            g=g,
            lam=lam,
            nu=nu,
        )

    def inferred(self, g: Tensor) -> Tensor:
        """The variance z of each prior, a row for each.

        Shapes: (n,), and (4, n) in the order of ``PRIORS``.
        """
        fixed = torch.full_like(g, self.variance)
        soft = (g.abs() / self.lam - 1).clamp(min=0)
        return torch.stack([fixed, soft, self._student(g), (g**2 - 1).clamp(min=0)])

    def estimates(self, g: Tensor) -> Tensor:
        """z / (z + 1) g for each prior. Shapes: as in ``inferred``."""
        z = self.inferred(g)
        return z / (z + 1) * g

    def evidence(self, z: Tensor) -> Tensor:
        """log p(g | z), and with the log density that Student-t gives to log z.

        Each is relative to its highest point among these z. Shapes: (n,) and (2, n).
        """
        flat = -0.5 * ((z + 1).log() + self.g**2 / (z + 1))
        own = -0.5 * self.nu * (z.log() + self.delta**2 / z)
        both = torch.stack([flat, flat + own])
        return both - both.amax(1, keepdim=True)

    def _student(self, g: Tensor) -> Tensor:
        z = g**2 + 1
        for _ in range(self.steps):
            square = (z / (z + 1) * g) ** 2 + z / (z + 1)
            z = (self.nu * self.delta**2 + square) / (self.nu + 1)
        return z

    def twin(self) -> Figure:
        x = torch.linspace(0, 6, 121, dtype=torch.float64)
        rows = dict(zip(PRIORS, self.estimates(x), strict=True))
        roles = ("data", "noise", "classical", "learned")
        lines = {
            name: (role, row) for role, (name, row) in zip(roles, rows.items(), strict=True)
        }
        return plots.curves(lines, "datum $g$", "estimate", x=x)

"""What each structure risks if the operator is wrong, against the number of pairs."""

from collections.abc import Mapping

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int, List

from .. import plots
from ..mismatch import Seen, predicted, seen
from .figure import HERE, RespondingFigure, as_bytes, front_end, synced

PLACES = (0.15, 0.5, 0.85)  # parts of the line, at which the blur is shown
LOG2_PAIRS = torch.arange(2, 12.5, 0.5, dtype=torch.float64)
ROLES = {
    "fixed": "data",
    "covariance": "noise",
    "spectral": "classical",
    "correction": "learned",
}
TASK = (
    "Predict: how many pairs until a learned correction of A beats a fixed A whose errors "
    "count as noise? Drag N until it does."
)


class HowMuchToFix(RespondingFigure):
    """The first rule, ``mismatch.predicted``, over the number of pairs, for one assumed A.

    The true operator is one of ``operators``, whose keys say how far each is from A. Of
    each the page has numbers for each mode: the singular values a of A C^(1/2) with their
    weights w, and the power t of the mismatch in the datum of the mode. For the risk with
    H known it has the singular values and weights of H C^(1/2). That N pairs show t only
    roughly is left out.

    Shapes: ``A``, ``C`` and each of the ``operators`` are (n, n).
    Units: risks are parts of tr C; ``level`` numbers the operators from 0; ``log2_pairs``
        is log2 of N, before N is rounded.
    Raises: ValueError for an operator of another shape than A's.
    """

    _esm = front_end("how_much_to_fix", "remembered")
    _css = RespondingFigure._css + (HERE / "how_much_to_fix.css").read_text("utf-8")
    size = synced(Int)
    mismatches = synced(List)
    a = synced(Bytes)
    w = synced(Bytes)
    t = synced(Bytes)
    true_a = synced(Bytes)
    true_w = synced(Bytes)
    rows = synced(Bytes)
    assumed = synced(Bytes)
    level = synced(Int)
    log10_sigma = synced(Float)
    log2_pairs = synced(Float)

    def __init__(
        self,
        A: Tensor,
        C: Tensor,
        operators: Mapping[float, Tensor],
        *,
        level: int,
        log10_sigma: float,
        log2_pairs: float,
        task: str = TASK,
    ):
        if any(H.shape != A.shape for H in operators.values()):
            shapes = [tuple(H.shape) for H in operators.values()]
            raise ValueError(f"A is {tuple(A.shape)}, and the operators are {shapes}")
        H = torch.stack(list(operators.values()))
        from_A = [modes(A, C, one) for one in H]
        from_H = [modes(one, C, one) for one in H]
        places = [round(part * (len(A) - 1)) for part in PLACES]
        super().__init__(
            task=task,
            label="A blur and the one assumed, and what each structure risks for N pairs",
            size=len(A),
            mismatches=[float(m) for m in operators],
            a=as_bytes(from_A[0].a),
            w=as_bytes(from_A[0].w / C.trace()),
            t=as_bytes(torch.stack([m.each for m in from_A])),
            true_a=as_bytes(torch.stack([m.a for m in from_H])),
            true_w=as_bytes(torch.stack([m.w for m in from_H]) / C.trace()),
            rows=as_bytes(H[:, places]),
            assumed=as_bytes(A[places]),
            level=level,
            log10_sigma=log10_sigma,
            log2_pairs=log2_pairs,
        )

    def risks(self, pairs: int) -> dict[str, float]:
        """What the rule predicts for N pairs at the present level and sigma."""
        t = self.numbers("t").view(-1, self.size)[self.level]
        a = self.numbers("a")
        return predicted(Seen(a, self.numbers("w"), t, 10**self.log10_sigma, pairs))

    def least(self) -> float:
        """The risk if H is known: sum_k w_k sigma^2 / (a_k^2 + sigma^2), with H's modes."""
        both = (self.numbers(name).view(-1, self.size) for name in ("true_a", "true_w"))
        a, w = (rows[self.level] for rows in both)
        v = 100**self.log10_sigma
        return (w * v / (a.square() + v)).sum().item()

    def twin(self) -> Figure:
        pairs = (2**LOG2_PAIRS).round()
        risks = [self.risks(int(N)) for N in pairs]
        lines = {"$H$ known": ("scene", torch.full_like(pairs, self.least()))}
        for name, role in ROLES.items():
            lines[name] = (role, torch.tensor([risk[name] for risk in risks]))
        figure = plots.spectrum(lines, "training pairs N", "risk / tr C", pairs)
        figure.axes[0].set_xscale("log", base=2)
        return figure


def modes(A: Tensor, C: Tensor, H: Tensor) -> Seen:
    """What infinitely many pairs without noise show of the modes of A C^(1/2).

    The n columns of f = sqrt(n) C^(1/2) have the covariance C exactly.
    """
    s, Q = torch.linalg.eigh(C)
    f = len(C) ** 0.5 * Q @ (s.clamp(min=0).sqrt()[:, None] * Q.mT)
    return seen(A, C, 0.0, f, H @ f)

"""A Fourier mode that goes through an operator, and the modes that come out."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Int, List, Unicode

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: at a zero boundary, do slow or fast modes come out as themselves? Then find "
    "the slowest mode of which most of the energy comes out as other modes."
)


class ModeAndBoundary(RespondingFigure):
    """H e for the Fourier mode e of a frequency, split into t e and other modes.

    ``operators`` are what one may choose from, ``{name: H}``; the first is chosen at first.

    Shapes: each H is on signals of n entries, n even.
    Units: ``nu`` is in periods per line, from 0 to n / 2.
    """

    _esm = front_end("mode_and_boundary")
    size = synced(Int)
    matrices = synced(Dict)
    kinds = synced(List)
    kind = synced(Unicode)
    nu = synced(Int)

    def __init__(
        self, operators: dict[str, torch.nn.Module], nu: int = 5, *, task: str = TASK
    ):
        kind = next(iter(operators))
        rows = {name: matrix(H) for name, H in operators.items()}
        super().__init__(
            task=task,
            label="A Fourier mode before and after an operator, and what comes out",
            size=len(rows[kind]),
            matrices={name: as_bytes(A) for name, A in rows.items()},
            kinds=list(rows),
            kind=kind,
            nu=nu,
        )
        self._rows = rows

    def twin(self) -> Figure:
        lines = {}
        roles = ("scene", "data", "classical")
        for (name, A), role in zip(self._rows.items(), roles, strict=False):
            lines[name] = (role, amounts(A, self.nu).clamp(min=1e-4))
        places = torch.arange(-self.size // 2, self.size // 2)
        return plots.spectrum(lines, "frequency (periods)", "amount", places)


def matrix(H) -> Tensor:
    """The columns H e_i of an operator on n entries. Shape: (n, n)."""
    return H(torch.eye(*H.in_shape, dtype=H.dtype)).T


def amounts(A: Tensor, nu: int) -> Tensor:
    """How much of each mode comes out of A if the mode nu of size 1 goes in.

    Shapes: A is (n, n), the amounts are (n,), from -n / 2 to n / 2 - 1.
    """
    n = len(A)
    x = torch.arange(n).to(A)
    e = torch.exp(2j * torch.pi * nu * x / n)
    out = A.to(e.dtype) @ e
    return torch.fft.fftshift(torch.fft.fft(out)).abs() / n

"""Error against the number of training pairs, with the matrices that were learned."""

from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Int, List

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

ROLES = ("learned", "classical", "noise", "data")

TASK = (
    "Predict: how many pairs does the first method need to err less than the second? "
    "Then drag N until it does."
)


class PairsAndError(RespondingFigure):
    """Estimates by methods that learned from 4^k pairs, beside their errors for every k.

    The first two methods of ``errors`` have ``estimates`` and ``matrices``: the entries in
    the middle of the matrix that leads from data to the estimate.

    Shapes: f is (count, n), each of the estimates (k, count, n), each of the matrices
        (k, m, m), each of the errors (k,).
    Units: errors are in dB; ``k`` is log4 of the number of pairs; ``signal``, the one that
        is shown, counts from 1.
    """

    _esm = front_end("pairs_and_error")
    size = synced(Int)
    signals = synced(Dict)
    methods = synced(List)
    estimates = synced(Dict)
    matrices = synced(Dict)
    errors = synced(Dict)
    k = synced(Int)
    signal = synced(Int, 1)

    def __init__(
        self,
        f: Tensor,
        estimates: dict[str, Tensor],
        matrices: dict[str, Tensor],
        errors: dict[str, Tensor],
        k: int,
        *,
        task: str = TASK,
    ):
        self._f = f
        self._estimates = estimates
        super().__init__(
            task=task,
            label=(
                "Matrices, estimates and errors of methods that learned from so many pairs"
            ),
            size=f.shape[-1],
            signals=in_steps(f, bits=16),
            methods=list(errors),
            estimates={name: in_steps(x, bits=16) for name, x in estimates.items()},
            matrices={name: in_steps(x) for name, x in matrices.items()},
            errors={name: as_bytes(x) for name, x in errors.items()},
            k=k,
        )

    def twin(self) -> Figure:
        lines = {"signal": ("scene", self._f[self.signal - 1])}
        shown = zip(self._estimates.items(), ROLES, strict=False)
        lines |= {name: (role, x[self.k, self.signal - 1]) for (name, x), role in shown}
        return plots.curves(lines, "pixel", "value")

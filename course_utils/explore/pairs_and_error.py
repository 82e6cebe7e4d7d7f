"""Error against the number of training pairs."""

from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Int, List

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

ROLES = ("learned", "classical", "noise", "data")

TASK = (
    "Predict: with how many pairs does the first method come within 1 dB of the "
    "second? Then drag N until it does."
)


class PairsAndError(RespondingFigure):
    """Estimates by methods that learned from 4^k pairs, beside their errors for every k.

    The first two methods of ``errors`` have ``estimates``.

    Shapes: f is (count, n), each of the estimates (k, count, n), each of the errors (k,).
    Units: errors are in dB; ``k`` is log4 of the number of pairs; ``scene``, the signal
    that is shown, counts from 1.
    """

    _esm = front_end("pairs_and_error")
    size = synced(Int)
    scenes = synced(Dict)
    methods = synced(List)
    estimates = synced(Dict)
    errors = synced(Dict)
    k = synced(Int)
    scene = synced(Int, 1)

    def __init__(
        self,
        f: Tensor,
        estimates: dict[str, Tensor],
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
                "Estimates of methods that learned from a number of pairs, and their errors"
            ),
            size=f.shape[-1],
            scenes=in_steps(f, bits=16),
            methods=list(errors),
            estimates={name: in_steps(x, bits=16) for name, x in estimates.items()},
            errors={name: as_bytes(x) for name, x in errors.items()},
            k=k,
        )

    def twin(self) -> Figure:
        lines = {"signal": ("scene", self._f[self.scene - 1])}
        shown = zip(self._estimates.items(), ROLES, strict=False)
        lines |= {name: (role, x[self.k, self.scene - 1]) for (name, x), role in shown}
        return plots.curves(lines, "pixel", "value")

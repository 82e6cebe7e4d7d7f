"""Error against the number of training pairs."""

import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end

ROLES = ("learned", "classical", "noise", "data")


class PairsAndError(RespondingFigure):
    """Scenes as methods see them that learned from 4^k pairs, beside their errors for every k.

    Shapes: f is (scenes, n), g the same; ``estimates`` has for each method (k, scenes, n), and
    ``errors`` for each method (k,). The first two methods of ``errors`` have estimates.
    Units: errors are in dB; ``k`` is log4 of the number of pairs; ``scene`` counts from 1.
    """

    _esm = front_end("pairs_and_error")
    size = traitlets.Int().tag(sync=True)
    scenes = traitlets.Bytes().tag(sync=True)
    methods = traitlets.List().tag(sync=True)
    estimates = traitlets.Dict().tag(sync=True)
    errors = traitlets.Dict().tag(sync=True)
    k = traitlets.Int().tag(sync=True)
    scene = traitlets.Int(1).tag(sync=True)

    def __init__(
        self, f: Tensor, estimates: dict[str, Tensor], errors: dict[str, Tensor], k: int
    ):
        self._f, self._estimates, self._errors = f, estimates, errors
        super().__init__(
            label="Estimates of methods that learned from a number of pairs, and their errors",
            size=f.shape[-1],
            scenes=as_bytes(f),
            methods=list(errors),
            estimates={name: as_bytes(x) for name, x in estimates.items()},
            errors={name: as_bytes(x) for name, x in errors.items()},
            k=k,
        )

    def twin(self) -> Figure:
        lines = {"scene": ("scene", self._f[self.scene - 1])}
        shown = zip(self._estimates.items(), ROLES, strict=False)
        lines |= {name: (role, x[self.k, self.scene - 1]) for (name, x), role in shown}
        return plots.curves(lines, "pixel", "value")

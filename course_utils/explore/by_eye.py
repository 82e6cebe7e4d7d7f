"""A photograph restored with a lambda by eye, before the truth and the rules are shown."""

from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, Unicode

from .. import plots
from ..solvers import tikhonov
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

LOWEST = -8.0  # log10 of the smallest lambda of the slider
TASK = (
    "Predict: which rules come closer to the truth than your eye? Choose λ without the "
    "truth, as you would print the estimate. Then reveal what the rules and the oracle say."
)


class ByEye(RespondingFigure):
    """Data of a photograph and Tikhonov's estimate, with the truth behind a button.

    Shapes: ``H`` is a periodic blur on (n, n), by a psf that is a product of one for the
    rows and the same for the columns; the photographs and ``unit_noise``, one draw of
    N(0, 1) noise, are (n, n). The first photograph is shown at first.
    Units: ``sigma`` is the noise's standard deviation.
    """

    _esm = front_end(
        "by_eye", "fourier", "real_fourier", "own_picture", "lambda_rules", "lambda_plot"
    )
    size = synced(Int)
    photographs = synced(Dict)
    noise = synced(Dict)
    line = synced(Bytes)
    sigma = synced(Float)
    lowest = synced(Float, LOWEST)
    image = synced(Unicode)
    log10_lam = synced(Float)
    shown = synced(Unicode, "my eye alone")

    def __init__(
        self,
        H,
        photographs: dict[str, Tensor],
        unit_noise: Tensor,
        sigma: float,
        log10_lam: float,
        *,
        task: str = TASK,
    ):
        first = next(iter(photographs))
        super().__init__(
            task=task,
            label="A blurred photograph and its estimate, with one slider for lambda",
            size=len(unit_noise),
            photographs={name: in_steps(f) for name, f in photographs.items()},
            noise=in_steps(unit_noise),
            line=as_bytes(H.singular_values()[0]),
            sigma=sigma,
            image=first,
            log10_lam=log10_lam,
        )
        g = H(photographs[first]) + sigma * unit_noise
        estimate = tikhonov(H, g, 10**log10_lam)
        self._pictures = {"data $g$": g, "estimate $f_\\lambda$": estimate}

    def twin(self) -> Figure:
        return plots.images(self._pictures, limits=(0, 1))

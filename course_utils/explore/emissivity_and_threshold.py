"""A thermal frame read with an assumed emissivity and a threshold."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int

from .. import plots
from ..infrared import band_radiance, brightness_temperature
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

ENTRIES = 2048  # of the table of kelvin

TASK = (
    "Predict: does hot metal look warmer or cooler if its emissivity is assumed too "
    "high? Then drag the threshold until half of the mislabelled pixels are right."
)


class EmissivityAndThreshold(RespondingFigure):
    """What a frame says, for an emissivity that is assumed and a threshold to drag.

        T = L^-1[ (L - (1 - eps) L_around) / eps ],   hot where T > threshold

    The browser inverts Planck's law by a table of 2048 temperatures.

    Shapes: L, a radiance, the true T and the true mask ``hot`` are all (n, n).
    Units: L in W m^-2 sr^-1, temperatures in kelvin.
    """

    _esm = front_end("emissivity_and_threshold", "remembered", "heat")
    size = synced(Int)
    radiance = synced(Dict)
    scene = synced(Dict)
    hot = synced(Dict)
    kelvin = synced(Bytes)
    around = synced(Float)
    log_low = synced(Float)
    log_high = synced(Float)
    low = synced(Float)
    high = synced(Float)
    emissivity = synced(Float, 1.0)
    threshold = synced(Float)

    def __init__(
        self,
        L: Tensor,
        T: Tensor,
        hot: Tensor,
        T_around: float,
        threshold: float,
        *,
        task: str = TASK,
    ):
        ends = band_radiance(torch.tensor([200.0, 700.0], dtype=torch.float64)).log()
        radiances = torch.linspace(*ends.tolist(), ENTRIES).double().exp()
        self._given = L, T, hot
        super().__init__(
            task=task,
            label=(
                "Temperatures and hot things in a frame, for an emissivity and a threshold"
            ),
            size=len(L),
            radiance=in_steps(L, bits=16),
            scene=in_steps(T, bits=16),
            hot=in_steps(hot),
            kelvin=as_bytes(brightness_temperature(radiances)),
            around=band_radiance(torch.tensor(T_around, dtype=torch.float64)).item(),
            log_low=ends[0].item(),
            log_high=ends[1].item(),
            low=T.min().item(),
            high=T.max().item(),
            threshold=threshold,
        )

    def temperatures(self) -> Tensor:
        """The temperatures at the present emissivity, between 200 and 700 K."""
        L = self.numbers("radiance").view(self.size, self.size)
        own = (L - (1 - self.emissivity) * self.around) / self.emissivity
        ends = torch.tensor([self.log_low, self.log_high]).to(own).exp()
        return brightness_temperature(own.clamp(*ends))

    def labels(self) -> Tensor:
        """What is hot at the present setting, as the browser draws it."""
        return self.temperatures() > self.threshold

    def twin(self) -> Figure:
        L, T, _ = self._given
        T_hat = self.temperatures()
        shown = {
            "frame, read as black": brightness_temperature(L),
            "at this emissivity": T_hat,
            "called hot": torch.where(self.labels(), T_hat, T.min()),
            "true temperatures": T,
        }
        return plots.images(shown, kind="temperature", limits=(self.low, self.high))

"""Three answers to one blurred and noisy picture."""

from base64 import b64decode
from itertools import pairwise

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, List, Unicode

from .. import plots
from ..metrics import nmse_db
from .answers import CHANNELS, DetailNet, blurred, naive, packed, unpacked, wiener
from .figure import HERE, RespondingFigure, as_bytes, front_end, in_steps, synced

TASK = (
    "Predict: does the network, trained on photographs, always beat the filter? Find a "
    "noise and a blur at which it loses."
)

AT_FIRST = {"picture": 0, "left": 3, "right": 2, "divider": 0.5}  # data and network


class ThreeAnswers(RespondingFigure):
    """A photograph through blur and noise, and what three methods make of the data.

    The naive inverse, Wiener's filter and the network of ``answers`` move with both
    settings; two of the pictures are compared under a divider. ``trained`` is the range of
    the noise in the training of the network.

    Shapes: each photograph and ``unit_noise``, one draw of N(0, 1) noise, are (n, n).
    Units: ``width`` is in pixels.
    """

    _esm = front_end("three_answers", "fourier", "own_picture")
    _css = RespondingFigure._css + (HERE / "three_answers.css").read_text("utf-8")
    size = synced(Int)
    names = synced(List, Unicode())
    album = synced(Dict)
    noise = synced(Dict)
    spectrum = synced(Bytes)
    weight = synced(Float)
    weights = synced(Bytes)
    biases = synced(Bytes)
    layers = synced(List, Dict())
    trained = synced(List, Float())
    picture = synced(Int)
    width = synced(Float)
    log10_sigma = synced(Float)
    left = synced(Int)
    right = synced(Int)
    divider = synced(Float)

    def __init__(
        self,
        photographs: dict[str, Tensor],
        unit_noise: Tensor,
        network: DetailNet,
        *,
        width: float,
        log10_sigma: float,
        trained: tuple[float, float],
        task: str = TASK,
    ):
        text = packed(network)
        sizes = zip(pairwise(CHANNELS), text["scales"], strict=True)
        super().__init__(
            task=task,
            label="A photograph seen through blur and noise, and three answers to it",
            size=len(unit_noise),
            names=list(photographs),
            album=in_steps(torch.stack(list(photographs.values()))),
            noise=in_steps(unit_noise),
            spectrum=as_bytes(network.S),
            weight=network.weight,
            weights=b64decode(text["whole"]),
            biases=b64decode(text["biases"]),
            layers=[{"from": n, "to": m, "scale": scale} for (n, m), scale in sizes],
            trained=list(trained),
            width=width,
            log10_sigma=log10_sigma,
            **AT_FIRST,
        )
        S = self.numbers("spectrum")
        self._network = unpacked(text, S, network.weight)

    def answers(self) -> dict[str, Tensor]:
        """The answers, the data and the truth at the present setting, in doubles."""
        n = self.size
        f = self.numbers("album").view(-1, n, n)[self.picture]
        sigma = 10**self.log10_sigma
        g = blurred(f, self.width) + sigma * self.numbers("noise").view(n, n)
        setting = (self.width, sigma)
        return {
            "inverse": naive(g, self.width),
            "filter": wiener(g, *setting, self._network.S, self._network.weight),
            "network": self._network(g[None], *setting)[0],
            "data": g,
            "truth": f,
        }

    def twin(self) -> Figure:
        shown = self.answers()
        f = shown.pop("truth")
        order = ("data", "inverse", "filter", "network")
        return plots.images(
            {f"{name}: {nmse_db(shown[name], f):.1f} dB": shown[name] for name in order},
            limits=(0, 1),
        )

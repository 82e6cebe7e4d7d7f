"""The receptive field: which inputs of a stack of convolutions reach one output."""

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.nn.utils import skip_init
from traitlets import Enum, Int

from .. import plots
from .figure import RespondingFigure, front_end, synced

TASK = (
    "Predict how many pixels reach an output through three layers with kernels of 3; then "
    "look. Find a receptive field of 31 pixels or more with at most 12 weights."
)
DILATIONS = {
    "1 1 1": lambda layer, depth: 1,
    "1 2 4": lambda layer, depth: 2**layer,
    "1 2 1": lambda layer, depth: min(layer + 1, depth - layer),
}


class ReceptiveField(RespondingFigure):
    """The inputs that one output of ``depth`` convolutions depends on.

    Every layer has kernels of the same width, and output i of a layer reads its inputs

        stride i + dilation j,   j = -(kernel - 1) / 2 ... (kernel - 1) / 2

    The dilation is 1 in all layers, doubles from layer to layer, or rises and falls again.

    Units: ``position``, the pixel below which the output stands, is from 0 to ``size`` - 1.
    """

    _esm = front_end("receptive_field")
    size = synced(Int)
    kernel = synced(Int)
    depth = synced(Int)
    stride = synced(Int)
    dilation = synced(Enum, tuple(DILATIONS))
    position = synced(Int)

    def __init__(
        self,
        kernel: int = 3,
        depth: int = 3,
        *,
        stride: int = 1,
        dilation: str = "1 1 1",
        size: int = 64,
        task: str = TASK,
    ):
        super().__init__(
            task=task,
            label="One output of a stack of convolutions, and the inputs that reach it",
            size=size,
            kernel=kernel,
            depth=depth,
            stride=stride,
            dilation=dilation,
            position=size // 2,
        )

    def dilations(self) -> list[int]:
        """The dilation of each layer."""
        return [DILATIONS[self.dilation](k, self.depth) for k in range(self.depth)]

    def model(self) -> nn.Sequential:
        """The layers in torch, every weight 1, with zeros beyond both ends."""
        half = self.kernel // 2
        layers = [
            skip_init(
                nn.Conv1d,
                *(1, 1, self.kernel),
                stride=self.stride,
                dilation=d,
                padding=d * half,
                bias=False,
            )
            for d in self.dilations()
        ]
        for layer in layers:
            nn.init.ones_(layer.weight)
        return nn.Sequential(*layers).double()

    def inputs(self) -> Tensor:
        """The pixels that reach the output: where its gradient is not 0."""
        x = torch.ones(1, 1, self.size, dtype=torch.float64, requires_grad=True)
        y = self.model()(x)[0, 0]
        output = y[self.position // self.stride**self.depth]
        (gradient,) = torch.autograd.grad(output, x)
        return gradient[0, 0].nonzero()[:, 0]

    def width(self) -> int:
        """The receptive field in pixels, from the first to the last, ends or no ends.

        1 + (kernel - 1) * sum_l dilation_l * stride^l,   l = 0 ... depth - 1
        """
        steps = [d * self.stride**layer for layer, d in enumerate(self.dilations())]
        return 1 + (self.kernel - 1) * sum(steps)

    def twin(self) -> Figure:
        reached = torch.zeros(self.size)
        reached[self.inputs()] = 1
        return plots.curves({"reaches the output": ("learned", reached)}, "pixel", "")

"""What a network does with one input, read while it runs."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

KINDS = {
    **dict.fromkeys(("conv1d", "conv2d"), "convolution"),
    **dict.fromkeys(("relu", "relu_"), "relu"),
    **dict.fromkeys(("max_pool1d", "max_pool2d"), "halving"),
    "interpolate": "doubling",
    "cat": "joining",
    **dict.fromkeys(("add", "add_", "__add__", "__radd__"), "sum"),
}


@dataclass(frozen=True)
class Step:
    """One of KINDS, with the shape (channels, *size) of what comes out.

    A convolution has also so many channels as ``inputs``, a ``kernel``, a ``dilation`` and
    so many ``weights``, ``biases`` of them its biases.
    """

    kind: str
    shape: tuple[int, ...]
    inputs: int = 0
    kernel: tuple[int, ...] = ()
    dilation: int = 1
    weights: int = 0
    biases: int = 0


class Watch(TorchFunctionMode):
    """Writes down the steps that a network makes of one input."""

    def __init__(self, given: Tensor):
        super().__init__()
        self.given = given
        self.steps: list[Step] = []
        self.axes = 2

    def __torch_function__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        kind = KINDS.get(getattr(function, "__name__", ""), "")
        if kind == "convolution":
            self.convolution(out, *args[1:])
        elif kind == "sum" and not self.adds_the_input(args):
            pass
        elif kind:
            self.steps.append(Step(kind, tuple(out.shape[-self.axes :])))
        return out

    def convolution(self, out: Tensor, weight: Tensor, bias, *more) -> None:
        """Write down a convolution; ``more`` are stride, padding, dilation and groups."""
        dilation = more[2][0]
        self.axes = weight.ndim - 1
        biases = 0 if bias is None else bias.numel()
        step = Step(
            "convolution",
            tuple(out.shape[-self.axes :]),
            weight.shape[1] * more[3],
            tuple(weight.shape[2:]),
            dilation,
            weight.numel() + biases,
            biases,
        )
        self.steps.append(step)

    def adds_the_input(self, terms) -> bool:
        """Whether one of the terms is the network's input itself."""
        places = (x.data_ptr() for x in terms if torch.is_tensor(x))
        return self.given.data_ptr() in places


def steps(net: nn.Module, shape: tuple[int, ...]) -> list[Step]:
    """What ``net`` does with one input of this shape, in the order in which it does it.

    Raises: ValueError if there are weights that are not those of its convolutions.
    """
    given = torch.zeros(shape).to(next(net.parameters()))
    with torch.no_grad(), Watch(given) as watch:
        net(given)
    all_weights = sum(p.numel() for p in net.parameters())
    drawn = sum(step.weights for step in watch.steps)
    if drawn != all_weights:
        name = type(net).__name__
        found = f"the convolutions of {name} hold {drawn} of its {all_weights} weights"
        raise ValueError(f"{found}: a drawing would leave out the others")
    return watch.steps

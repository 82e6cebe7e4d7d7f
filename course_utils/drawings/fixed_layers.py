"""Three networks from one forward operator: what is fixed in each, and what is learned."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .canvas import Drawing, Point, in_two_layouts

N = 6  # pixels of the signals in the drawing
SIDE = 78  # of a layer, in pixels of the sheet
PSF = (0.3, 0.4, 0.3)
LAM = 0.02
GAP = {False: 40, True: 20}  # between two layers, by narrow
HEIGHT = 168  # of a network
LABEL = (
    "Three networks. Two have a fixed layer, the transpose of H, and a learned matrix "
    "after or before it. The third has four layers, three of them fixed; of the other only "
    "the diagonal is learned."
)


@dataclass(frozen=True)
class Layer:
    """A square layer: its name, how much of it is learned, what it holds, if not free."""

    name: str
    count: str
    values: Tensor | None = None

    @property
    def role(self) -> str:
        """Blue for what is fixed, orange for what is learned."""
        return "classical" if self.count == "0" else "learned"


@dataclass(frozen=True)
class Network:
    """A chain of layers from the data to the estimate."""

    words: str
    layers: tuple[Layer, ...]


def blur() -> Tensor:
    """H^T of a small periodic blur. Shape: (N, N)."""
    h = torch.zeros(N, dtype=torch.float64)
    h[: len(PSF)] = torch.tensor(PSF, dtype=torch.float64)
    return torch.stack([h.roll(y - len(PSF) // 2) for y in range(N)])


def modes() -> Tensor:
    """V, whose columns are the real Fourier modes cas(2 pi q x / N). Shape: (N, N)."""
    x = torch.arange(N, dtype=torch.float64)
    angles = 2 * math.pi / N * x[:, None] * x
    return (angles.cos() + angles.sin()) / N**0.5


def start() -> Tensor:
    """The diagonal V^T (H^T H + LAM I)^-1 V, where Lambda starts. Shape: (N, N)."""
    H = blur()
    gram = H.T @ H + LAM * torch.eye(N, dtype=torch.float64)
    return (modes().T @ torch.linalg.inv(gram) @ modes()).diagonal().diag()


def networks() -> tuple[Network, ...]:
    """The two forms of the MAP estimate, and the four layers."""
    H_T = Layer("$H^T$", "0", blur())
    W = Layer("$W$", "$n^2$")
    V_T = Layer("$V^T$", "0", modes().T)
    Lambda = Layer("$Λ$", "$n/2 + 1$", start())
    V = Layer("$V$", "0", modes())
    return (
        Network("two layers: $f̂ = W H^T g$", (H_T, W)),
        Network("two layers: $f̂ = H^T W g$", (W, H_T)),
        Network("four layers: $f̂ = V Λ V^T H^T g$", (H_T, V_T, Lambda, V)),
    )


def fixed_layers() -> Drawing:
    """The layers of three networks as matrices, fixed in blue and learned in orange."""
    return in_two_layouts(_layout)


def _layout(narrow: bool) -> Drawing:
    places = [(8, 34), (8, 214), (8, 394)] if narrow else [(8, 34), (392, 34), (8, 224)]
    drawing = Drawing(*((344, 720) if narrow else (720, 412)), LABEL)
    for network, place in zip(networks(), places, strict=True):
        drawing.text((place[0], place[1] - 18), network.words, anchor="start")
        _chain(drawing, network.layers, place, narrow)
    bottom = drawing.height - 14
    drawing.text((8, bottom), "fixed by physics", "classical", "start")
    drawing.text((150, bottom), "learned from pairs", "learned", "start")
    return drawing


def _chain(
    drawing: Drawing, layers: tuple[Layer, ...], corner: Point, narrow: bool
) -> None:
    """The layers from left to right, on a telephone two in a row, and arrows between."""
    left, top = corner
    gap = GAP[narrow]
    drawing.text((left, top + SIDE / 2), "$g$", anchor="start")
    x = left + 14
    for k, layer in enumerate(layers):
        if narrow and k == 2:
            x = left + 14
            top += HEIGHT - 24
        drawing.arrow((x, top + SIDE / 2), (x + gap - 4, top + SIDE / 2))
        x += gap
        _layer(drawing, layer, (x, top))
        x += SIDE + 4
    drawing.arrow((x, top + SIDE / 2), (x + gap - 4, top + SIDE / 2))
    drawing.text((x + gap, top + SIDE / 2), "$f̂$", anchor="start")


def _layer(drawing: Drawing, layer: Layer, corner: Point) -> None:
    """A layer as a matrix, or as a box if it is free, and how many numbers it learns."""
    x, y = corner
    if layer.values is None:
        drawing.box(corner, SIDE, SIDE, "$n × n$", layer.role)
    else:
        fixed = layer.role == "classical"
        shades = layer.values.abs() if fixed else torch.eye(N)
        drawing.matrix(corner, shades, SIDE / N, layer.role)
    drawing.text((x + SIDE / 2, y + SIDE + 17), layer.name)
    if layer.role == "learned":
        drawing.text((x + SIDE / 2, y + SIDE + 39), f"learns {layer.count}", layer.role)

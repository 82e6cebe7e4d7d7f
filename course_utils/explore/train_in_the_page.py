"""Training in the page: a linear denoiser and a small convolutional network."""

from collections.abc import Iterator

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, skip_init, vector_to_parameters
from traitlets import Bytes, Dict, Enum, Float, Int

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

TAPS = 9  # of the linear denoiser
KERNEL = 5  # of every layer of the CNN
CHANNELS = 8  # between its layers
SHOWN_STEPS = 300  # in the still twin
OPTIMIZERS = {
    "SGD": torch.optim.SGD,
    "momentum": lambda weights, rate: torch.optim.SGD(weights, rate, momentum=0.9),
    "Adam": torch.optim.Adam,
}
TASK = (
    "Predict and find the largest rate that converges, with all N signals in a batch. "
    "Can the CNN beat Wiener's filter?"
)
Pair = tuple[Tensor, Tensor]


class Linear(nn.Module):
    """f = w * g: one periodic kernel, which starts as a 1 between zeros.

    Shapes: f and g are (batch, n).
    """

    def __init__(self):
        super().__init__()
        self.layer = _convolution(1, 1, TAPS, bias=False)
        nn.init.dirac_(self.layer.weight)

    def forward(self, g: Tensor) -> Tensor:
        return self.layer(g[:, None])[:, 0]


class CNN(nn.Module):
    """f = g + w3 * relu(w2 * relu(w1 * g)), with a bias in each layer.

    The kernels start as torch's do, but the last ones at 0, so that the untrained network
    is the identity.

    Shapes: f and g are (batch, n).
    """

    def __init__(self):
        super().__init__()
        sizes = [(1, CHANNELS), (CHANNELS, CHANNELS), (CHANNELS, 1)]
        self.layers = nn.ModuleList(_convolution(n, m, KERNEL) for n, m in sizes)
        generator = torch.Generator().manual_seed(0)
        for layer in self.layers:
            nn.init.kaiming_uniform_(layer.weight, a=5**0.5, generator=generator)
            nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.layers[-1].weight)

    def forward(self, g: Tensor) -> Tensor:
        x = g[:, None]
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return g + self.layers[-1](x)[:, 0]


NETWORKS = {"linear": Linear, "CNN": CNN}


class TrainInThePage(RespondingFigure):
    """A denoiser that learns before the reader's eyes, step by step.

    ``train`` and ``validation`` hold each an f and a unit noise e; the data are
    g = f + sigma e. The loss is the mean squared error of a batch of the first N = 2^k
    training signals:

        theta <- theta - rate * (gradient of the loss at theta)

    with "SGD"; "momentum" and "Adam" step as torch's do. Two losses are there to compare
    with: that of g, "nothing", and that of the Wiener filter of the N signals. ``steps``
    may be made before the reader begins.

    Shapes: those of ``train`` are (2^m, n), those of ``validation`` (count, n), n even.
    Units: ``log10_rate`` is log10 of the learning rate, ``log2_batch`` log2 of the batch.
    """

    _esm = front_end("train_in_the_page")
    size = synced(Int)
    signals = synced(Dict)
    noise = synced(Dict)
    signals_validation = synced(Dict)
    noise_validation = synced(Dict)
    start_linear = synced(Bytes)
    start_cnn = synced(Bytes)
    network = synced(Enum, tuple(NETWORKS))
    optimizer = synced(Enum, tuple(OPTIMIZERS))
    log10_rate = synced(Float)
    log2_batch = synced(Int)
    k = synced(Int)
    sigma = synced(Float)
    steps = synced(Int, 0)

    def __init__(
        self,
        train: Pair,
        validation: Pair,
        sigma: float,
        *,
        network: str = "linear",
        optimizer: str = "SGD",
        log10_rate: float = -1.0,
        log2_batch: int = 4,
        k: int = 7,
        task: str = TASK,
    ):
        super().__init__(
            label="A denoiser in training: its losses, its kernels and an estimate",
            task=task,
            **_sent(train, validation),
            sigma=sigma,
            network=network,
            optimizer=optimizer,
            log10_rate=log10_rate,
            log2_batch=log2_batch,
            k=k,
        )

    def model(self) -> nn.Module:
        """The network before its first step, in double precision."""
        model = NETWORKS[self.network]().double()
        start = self.numbers(f"start_{self.network.lower()}")
        vector_to_parameters(start, model.parameters())
        return model

    def pairs(self) -> Pair:
        """The N training pairs (g, f), as the browser has them. Shapes: (N, n)."""
        g, f = self._data("noise", "signals")
        return g[: 2**self.k], f[: 2**self.k]

    def validation_pairs(self) -> Pair:
        """The pairs (g, f) that no step sees. Shapes: (count, n)."""
        return self._data("noise_validation", "signals_validation")

    def trained(self, steps: int) -> tuple[nn.Module, dict[str, Tensor]]:
        """The network after so many steps, and its losses at the steps that are drawn."""
        model = self.model()
        optimizer = OPTIMIZERS[self.optimizer](model.parameters(), 10**self.log10_rate)
        g, f = self.pairs()
        batches = shuffled_batches(len(g), 2**self.log2_batch)
        rows = []
        mark = 1
        for step in range(1, steps + 1):
            index = next(batches)
            optimizer.zero_grad()
            (model(g[index]) - f[index]).square().mean().backward()
            optimizer.step()
            if step == mark:
                rows.append([step, *self._both_losses(model)])
                mark = step + 1 + step // 8
        columns = torch.tensor(rows, dtype=torch.float64).T
        return model, dict(zip(("step", "training", "validation"), columns, strict=True))

    def losses(self) -> dict[str, float]:
        """The validation losses of g as it is and of the Wiener filter of the N signals.

        F f = w F g,   w = P / (P + n sigma^2),   P the mean of |F f|^2 in training
        """
        g, f = self.validation_pairs()
        P = torch.fft.rfft(self.pairs()[1]).abs().square().mean(0)
        w = P / (P + self.size * self.sigma**2)
        f_wiener = torch.fft.irfft(w * torch.fft.rfft(g), self.size)
        estimates = {"nothing": g, "Wiener": f_wiener}
        return {name: (x - f).square().mean().item() for name, x in estimates.items()}

    def largest_rate(self) -> float:
        """2 / L: with larger steps on all N pairs at once the linear denoiser diverges.

        L is the largest curvature of the loss: twice the largest eigenvalue of the matrix
        of mean products of g at TAPS neighbouring places.
        """
        g = self.pairs()[0]
        neighbours = torch.stack([g.roll(j, -1).flatten() for j in range(TAPS)])
        return 1 / torch.linalg.eigvalsh(neighbours @ neighbours.T / g.numel())[-1].item()

    def twin(self) -> Figure:
        _, losses = self.trained(SHOWN_STEPS)
        step = losses.pop("step")
        roles = {"training": "noise", "validation": "learned"}
        lines = {f"{name} loss": (roles[name], x) for name, x in losses.items()}
        for name, loss in self.losses().items():
            role = "data" if name == "nothing" else "classical"
            lines[name] = (role, torch.full_like(step, loss))
        return plots.spectrum(lines, "step", "mean squared error", step)

    def _data(self, noise: str, signals: str) -> Pair:
        f, e = (self.numbers(name).reshape(-1, self.size) for name in (signals, noise))
        return f + self.sigma * e, f

    @torch.no_grad()
    def _both_losses(self, model: nn.Module) -> list[float]:
        pairs = (self.pairs(), self.validation_pairs())
        return [(model(g) - f).square().mean().item() for g, f in pairs]


def shuffled_batches(N: int, batch: int) -> Iterator[Tensor]:
    """The places of the signals of one batch after the other, drawn as in the browser.

    Every epoch is a shuffle (Fisher & Yates) of all N, cut into batches.

    Source: the generator is that of Press et al., *Numerical Recipes* (1992), chapter 7.1.
    """
    state = 0
    while True:
        order = list(range(N))
        for i in range(N - 1, 0, -1):
            state = (1664525 * state + 1013904223) % 2**32
            j = state * (i + 1) // 2**32
            order[i], order[j] = order[j], order[i]
        yield from torch.tensor(order).split(batch)


def _convolution(n: int, m: int, size: int, bias: bool = True) -> nn.Conv1d:
    """Kernels of this size from n channels to m, with periodic ends; no values yet."""
    ends = {"padding": size // 2, "padding_mode": "circular"}
    return skip_init(nn.Conv1d, n, m, size, bias=bias, **ends)


def _sent(train: Pair, validation: Pair) -> dict:
    """What the browser is given: signals and noise in 8 bits, and the starting weights."""
    start = {
        f"start_{name.lower()}": as_bytes(parameters_to_vector(network().parameters()))
        for name, network in NETWORKS.items()
    }
    data = zip(("signals", "noise"), train, strict=True)
    held_out = zip(("signals_validation", "noise_validation"), validation, strict=True)
    sent = {name: in_steps(x) for name, x in (*data, *held_out)}
    return {"size": train[0].shape[-1], **sent, **start}

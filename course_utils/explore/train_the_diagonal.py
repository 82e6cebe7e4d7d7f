"""The learned layer of the four-layer network, trained in the page."""

from collections.abc import Callable

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Enum, Float, Int

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, synced

OPTIMIZERS: dict[str, Callable] = {
    "gradient descent": torch.optim.SGD,
    "Adam": torch.optim.Adam,
}
SHOWN_STEPS = {8: "data", 32: "noise", 512: "learned"}  # of Adam, in the still twin
TASK = (
    "Predict: which frequencies are learned first? At which learning rate does gradient "
    "descent diverge? Then come within 0.1 dB of the Wiener filter."
)
Pair = tuple[Tensor, Tensor]


class TrainTheDiagonal(RespondingFigure):
    """Lambda of f = V Lambda V^T H^T g, for a periodic blur H of signals, in training.

    With a = V^T f and b = V^T H^T g the loss of N pairs is

        loss = 1/(N n) sum (a - Lambda b)^2 = 1/n sum_q (E_q - 2 A_q Lambda_q
               + B_q Lambda_q^2),   E, A, B = 1/N sum a^2, a b, b^2 over +-q

    so that the browser trains from these sums alone, for each N = 2^k. Training begins at
    Lambda = 0, sees all pairs in each step, and is looked at after the steps of ``marks``.

    Shapes: ``pairs`` and ``test`` are each a (g, f) of shape (count, n), n even; a sum has
        (k, n // 2 + 1) entries.
    Units: ``log10_rate`` is log10 of the learning rate; ``mark`` counts the looks.
    """

    _esm = front_end("train_the_diagonal", "remembered")
    size = synced(Int)
    s = synced(Bytes)
    p = synced(Bytes)
    sigma = synced(Float)
    A = synced(Bytes)
    B = synced(Bytes)
    E = synced(Bytes)
    A_test = synced(Bytes)
    B_test = synced(Bytes)
    E_test = synced(Bytes)
    most = synced(Int)
    optimizer = synced(Enum, tuple(OPTIMIZERS))
    log10_rate = synced(Float)
    k = synced(Int)
    mark = synced(Int, 0)

    def __init__(
        self,
        H,
        pairs: Pair,
        test: Pair,
        sigma: float,
        *,
        most: int = 2048,
        optimizer: str = "gradient descent",
        log10_rate: float = 1.0,
        k: int = 6,
        task: str = TASK,
    ):
        self.pairs = pairs
        self.test = test
        a, _ = coefficients(H, pairs)
        s = H.singular_values()
        self._power = together(a.square().mean(0)) / together(torch.ones_like(s))
        sizes = [2**i for i in range(len(pairs[0]).bit_length())]
        trained = sums(H, pairs, sizes)
        tested = sums(H, test, [len(test[0])])
        sent = {name: as_bytes(x) for name, x in zip("EAB", trained, strict=True)}
        sent |= {f"{m}_test": as_bytes(x) for m, x in zip("EAB", tested, strict=True)}
        super().__init__(
            task=task,
            label="The learned diagonal in training, beside the Wiener filter",
            size=s.numel(),
            s=as_bytes(s[: s.numel() // 2 + 1]),
            p=as_bytes(self._power),
            sigma=sigma,
            **sent,
            most=most,
            optimizer=optimizer,
            log10_rate=log10_rate,
            k=k,
        )

    def largest_rate(self) -> float:
        """2 / L, beyond which gradient descent diverges; L is the largest of 2 B / n."""
        B = self.numbers("B").view(-1, self.size // 2 + 1)[self.k]
        return self.size / B.max().item()

    def error_db(self, Lambda: Tensor, test: bool = True) -> float:
        """The error of the network with this diagonal, in dB. Shape: (n // 2 + 1,)."""
        E, A, B = (self._sum(name, test) for name in "EAB")
        left = (E - 2 * A * Lambda + B * Lambda**2).sum()
        return (10 * torch.log10(left / E.sum())).item()

    def wiener(self) -> Tensor:
        """p / (s^2 p + sigma^2). Shape: (n // 2 + 1,)."""
        s = self.numbers("s")
        p = self.numbers("p")
        return p / (s**2 * p + self.sigma**2)

    def trained(self, steps: list[int], optimizer: str, rate: float) -> Tensor:
        """Lambda after so many steps from 0. Shape: (len(steps), n // 2 + 1)."""
        A, B = (self._sum(name, test=False) for name in "AB")
        Lambda = torch.zeros_like(A).requires_grad_()
        optimizer = OPTIMIZERS[optimizer]([Lambda], lr=rate)
        found = []
        for step in range(steps[-1] + 1):
            if step in steps:
                found.append(Lambda.detach().clone())
            Lambda.grad = 2 / self.size * (B * Lambda.detach() - A)
            optimizer.step()
        return torch.stack(found)

    def twin(self) -> Figure:
        s = self.numbers("s")
        lines = {"Wiener filter": ("classical", s**2 * self.wiener())}
        found = self.trained(list(SHOWN_STEPS), "Adam", rate=0.1)
        for (steps, role), Lambda in zip(SHOWN_STEPS.items(), found, strict=True):
            lines[f"{steps} steps"] = (role, s**2 * Lambda)
        return plots.curves(lines, "frequency (periods per line)", "$s^2 \\Lambda$")

    def _sum(self, name: str, test: bool) -> Tensor:
        sent = self.numbers(f"{name}_test" if test else name)
        return sent.view(-1, self.size // 2 + 1)[0 if test else self.k]


def marks(most: int) -> list[int]:
    """The steps after which one looks: all at first, then ever fewer, and the last."""
    found = [0]
    while (step := found[-1] + 1 + found[-1] // 6) < most:
        found.append(step)
    return [*found, most]


def together(x: Tensor) -> Tensor:
    """The sum over the frequencies q and -q. Shapes: (..., n) gives (..., n // 2 + 1)."""
    both = x + x.flip(-1).roll(1, -1)
    half = both[..., : x.shape[-1] // 2 + 1].clone()
    half[..., [0, -1]] /= 2
    return half


def coefficients(H, pairs: Pair) -> Pair:
    """a = V^T f and b = V^T H^T g. Shapes: all (count, n)."""
    g, f = pairs
    V = H.synthesis
    return V.T(f), V.T(H.T(g))


def sums(H, pairs: Pair, sizes: list[int]) -> Tensor:
    """E, A and B of the first pairs, for several numbers of them.

    Shape: (3, len(sizes), n // 2 + 1).
    """
    a, b = coefficients(H, pairs)
    products = torch.stack([a.square(), a * b, b.square()])
    return torch.stack([together(products[:, :N].mean(1)) for N in sizes], 1)

"""A step of training, and what an import costs: a function for each line that is timed."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from course_utils.networks import ConvNet
from course_utils.operators import Blur
from course_utils.priors import L1
from course_utils.unrolled import Prox, UnrolledProximal

from .measure import Case, Line, delay, ratio
from .peers import deepinv
from .solving import LAM, TAU, image, noisy, psf

# One step of training: 10 layers with a small network each, pictures of 64 x 64, batch of 8


def pictures() -> Tensor:
    return noisy(image(64).expand(8, 64, 64), 0.1)


def networks() -> list[ConvNet]:
    return [ConvNet(width=16, seed=k) for k in range(10)]


def training(network: nn.Module, data: tuple, target: Tensor) -> Line:
    """The loss, its gradient, and a step of Adam; gives the output before the step."""
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-6)

    def line() -> Tensor:
        output = network(*data)
        optimizer.zero_grad()
        (output - target).square().mean().backward()
        optimizer.step()
        return output

    return line


def thresholds() -> list[Prox]:
    return [Prox(L1(), TAU * LAM) for _ in range(10)]


def ours_unrolled(proxes: Callable[[], list], compiled: bool) -> Line:
    H = Blur(psf(), (64, 64))
    f = pictures()
    network = UnrolledProximal(H, proxes(), TAU)
    return training(torch.compile(network) if compiled else network, (H(f),), f)


class Denoiser(nn.Module):
    """Our ConvNet as deepinv calls a denoiser."""

    def __init__(self, network: ConvNet):
        super().__init__()
        self.network = network

    def forward(self, v: Tensor, sigma: float) -> Tensor:
        return self.network(v)


def deepinv_networks() -> Line:
    priors = [deepinv.optim.prior.PnP(Denoiser(network)) for network in networks()]
    return deepinv_unrolled(priors, ["stepsize"], sigma_denoiser=0.0)


def deepinv_thresholds() -> Line:
    prior = deepinv.optim.prior.L1Prior()
    return deepinv_unrolled(prior, ["stepsize", "lambda_reg"], lambda_reg=[LAM] * 10)


def deepinv_unrolled(prior, learned: list[str], **values) -> Line:
    H = deepinv.physics.BlurFFT((1, 64, 64), psf()[None, None])
    f = pictures()[:, None]
    network = deepinv.optim.PGD(
        deepinv.optim.data_fidelity.L2(),
        prior,
        stepsize=[TAU] * 10,
        max_iter=10,
        unfold=True,
        trainable_params=learned,
        custom_init=lambda y, physics: torch.zeros_like(y),
        **values,
    )
    return training(network, (H.A(f), H), f)


def importing(statement: str) -> Line:
    """A Python of its own that runs one statement."""
    return lambda: subprocess.run([sys.executable, "-c", statement], check=True)


EVERYTHING = (
    "import course_utils; from course_utils import linear, operators, priors, solvers, "
    "choose, bayes, networks, unrolled, training, metrics, signals, noise"
)


def unrolled(layers: str, compiled: bool, at_least: float | None = None) -> Case:
    """A step of training, with parameters that start equal."""
    name = f"Training step, 10 {layers}, 64², batch 8"
    if compiled:
        name += ", ours compiled"
    proxes, theirs = {
        "layers": (networks, deepinv_networks),
        "thresholds": (thresholds, deepinv_thresholds),
    }[layers]
    goal = {"target": at_least and ratio(at_least), "why": STEPS, "weighed": not compiled}
    return Case(
        name,
        "deepinv",
        partial(ours_unrolled, proxes, compiled),
        theirs,
        part=_flat,
        **goal,
    )


def start_up(name: str, statement: str) -> Case:
    """A Python that imports ours beside one that imports torch alone."""
    sides = partial(importing, statement), partial(importing, "import torch")
    goal = {"target": delay(200), "why": "Its modules import more than torch."}
    return Case(
        name, "import torch", *sides, group="start-up", part=None, weighed=False, **goal
    )


def _flat(output: Tensor) -> Tensor:
    return output.detach().reshape(8, 64, 64)


STEPS = (
    "Four fifths of the step are spent in the convolutions of the small networks, which "
    "are the same modules on both sides; beside thresholds in their place, what is around "
    "them counts."
)

CASES = [
    unrolled("layers", False, 0.9),
    unrolled("layers", True, 1.5),
    unrolled("thresholds", False),
    unrolled("thresholds", True),
    start_up("import course_utils", "import course_utils"),
    start_up("import course_utils and all its mathematics", EVERYTHING),
]

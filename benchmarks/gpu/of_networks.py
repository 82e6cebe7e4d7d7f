"""Checks of networks, unrolled networks and training."""

from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import nn

from course_utils import networks, solvers, unrolled
from course_utils.linear import Matrix
from course_utils.operators import Blur, Hartley, Radon
from course_utils.priors import L1
from course_utils.training import device, fit

from .agreement import CPU, Check, agree, draw, elsewhere, refused, uneven

SHAPE = (16, 16)
K = 5
LAM = 0.02
TAU = 0.9


def blur() -> Blur:
    """A blur of norm 1."""
    return Blur(uneven(3, 5), SHAPE)


def matrix() -> Matrix:
    """A wide matrix of norm 1."""
    A = draw(12, 20)
    return Matrix(A / torch.linalg.matrix_norm(A, 2))


def scanner() -> Radon:
    """Twelve views of 16 pixels."""
    return Radon(16, torch.arange(12, dtype=torch.float64) * torch.pi / 12)


def convolutions(count: int = K, dims: int = 2, inputs: int = 1) -> list[nn.Module]:
    """Small convolutional networks."""
    return [networks.ConvNet(dims, 8, inputs=inputs, seed=k) for k in range(count)]


def thresholds() -> list[nn.Module]:
    """The proximal map of a norm, in each layer."""
    return [unrolled.Prox(L1(), TAU * LAM) for _ in range(K)]


NETWORKS = {  # how each is built, and the shape of its data
    "Dense": (lambda: networks.Dense(SHAPE, SHAPE, (32,)), SHAPE),
    "TwoLayer, second inverse": (lambda: networks.TwoLayer(matrix(), 0.1), (12,)),
    "TwoLayer, first inverse": (lambda: networks.TwoLayer(matrix(), 0.1, "first"), (12,)),
    "SpectralNet of a blur": (lambda: networks.SpectralNet(blur()), SHAPE),
    "SpectralNet of a scanner": (
        lambda: networks.SpectralNet(scanner(), basis=Hartley(SHAPE)),
        (12, 16),
    ),
    "FourierFilter of images": (lambda: networks.FourierFilter(SHAPE), SHAPE),
    "FourierFilter of signals": (lambda: networks.FourierFilter((15,)), (15,)),
    "ConvNet of images": (lambda: convolutions(1)[0], SHAPE),
    "ConvNet of signals": (lambda: convolutions(1, dims=1)[0], (20,)),
    "UNet": (lambda: networks.UNet(8), (18, 22)),
    "UNet with classes": (lambda: networks.UNet(8, classes=3), (18, 22)),
    "UnrolledProximal": (
        lambda: unrolled.UnrolledProximal(blur(), convolutions(), TAU),
        SHAPE,
    ),
    "UnrolledProximal of a scanner": (
        lambda: unrolled.UnrolledProximal(scanner(), convolutions(2), 1e-3),
        (12, 16),
    ),
    "Lista": (lambda: unrolled.Lista(matrix(), LAM, TAU, K), (12,)),
    "ListaCP, select": (
        lambda: unrolled.ListaCP(matrix(), LAM, TAU, K, select=(0.1, 0.3)),
        (12,),
    ),
    "Alista": (lambda: unrolled.Alista(matrix(), LAM, TAU, K), (12,)),
    "LearnedPrimalDual": (
        lambda: unrolled.LearnedPrimalDual(
            blur(), convolutions(), convolutions(inputs=2), 0.5, 0.5
        ),
        SHAPE,
    ),
}


def moved(network: nn.Module, there: torch.device, dtype=torch.float64) -> nn.Module:
    """A network on a device, its learned numbers a little changed: the same everywhere."""
    network = network.to(dtype)
    for seed, p in enumerate(network.parameters()):
        p.data += 0.05 * draw(*p.shape, seed=seed).to(dtype)
    return network.to(there)


def computes(
    name: str, there: torch.device, *, dtype: torch.dtype, tolerance: float
) -> None:
    """Forwards and backwards."""

    def passes(place: torch.device) -> list:
        build, shape = NETWORKS[name]
        network = moved(build(), place, dtype)
        g = draw(3, *shape).to(place, dtype).requires_grad_()
        f = network(g)
        learned = [p for p in network.parameters() if p.requires_grad]
        return [f, *torch.autograd.grad(f.square().sum(), [g, *learned])]

    agree(passes(there), passes(CPU), tolerance)


def names_both_devices(name: str, there: torch.device) -> None:
    """Data that live elsewhere are refused."""
    build, shape = NETWORKS[name]
    network = moved(build(), there)
    g = torch.zeros(3, *shape, dtype=torch.float64, device=elsewhere(there))
    refused(lambda: network(g), there, g.device)


UNTRAINED = {
    "UnrolledProximal": lambda H: unrolled.UnrolledProximal(H, thresholds(), TAU),
    "Lista": lambda H: unrolled.Lista(H, LAM, TAU, K),
    "ListaCP": lambda H: unrolled.ListaCP(H, LAM, TAU, K),
    "Alista": lambda H: unrolled.Alista(H, LAM, TAU, K),
    "LearnedPrimalDual": lambda H: unrolled.LearnedPrimalDual(
        H, thresholds(), convolutions(dims=1, inputs=2), TAU, 0.5
    ),
}


def is_iterations(name: str, there: torch.device) -> None:
    """K untrained layers are K iterations, whether built on the device or moved there."""
    H = matrix().to(there)
    g = draw(3, 12).to(there)
    built = UNTRAINED[name](H).double().to(there)
    sent = UNTRAINED[name](matrix()).double().to(there)
    if name == "Alista":
        H = solvers.Coupled(H, sent.W[0])
    steps = solvers.ista(H, g, L1(), LAM, TAU)
    if name == "LearnedPrimalDual":
        steps = solvers.primal_dual(H, g, L1(), LAM, TAU, sigma=0.5)
    expected = list(islice(steps, K))
    agree(
        list(built.iterates(g)), expected, 1e-6
    )  # a threshold is kept in single precision
    agree(list(sent.iterates(g)), expected, 1e-6)


def pairs() -> tuple[torch.Tensor, torch.Tensor]:
    """Data and images."""
    f = draw(24, *SHAPE).float()
    return blur().float()(f), f


def learner(there: torch.device) -> nn.Module:
    """A small unrolled network on a device."""
    network = unrolled.UnrolledProximal(blur().float(), convolutions(2), TAU)
    return network.to(there)


def losses(network: nn.Module, data, epochs: int, checkpoint=None) -> list:
    """The losses of a training and of its validation."""
    options = {"batch": 8, "validation": data, "clip": 1.0, "checkpoint": checkpoint}
    return list(fit(network, data, epochs=epochs, lr=3e-3, **options))


def trains(where: str, there: torch.device) -> None:
    """The losses and the network are those of the processor, wherever the data live."""
    data = tuple(x.to(there if where == "there" else CPU) for x in pairs())
    found, expected = (learner(place) for place in (there, CPU))
    agree(losses(found, data, 3), losses(expected, pairs(), 3), 1e-3)
    agree(list(found.parameters()), list(expected.parameters()), 1e-2)


def resumes(first: str, there: torch.device) -> None:
    """A training that stopped on one device goes on on the other as if it had not."""
    places = (there, CPU) if first == "there" else (CPU, there)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "training.pt"
        losses(learner(places[0]), pairs(), 2, path)
        network = learner(places[1])
        found = losses(network, pairs(), 4, path)
    expected = learner(CPU)
    agree(found, losses(expected, pairs(), 4), 1e-3)
    agree(list(network.parameters()), list(expected.parameters()), 1e-2)


def finds_the_card(there: torch.device) -> None:
    """``device()`` is the GPU where there is one."""
    assert device() == there, f"it is {device()}"
    assert device(there.type) == there


def trains_in_half_precision(there: torch.device) -> None:
    """Under autocast the layers around the convolutions keep their float type."""
    g, f = (x.to(there) for x in pairs())
    network = moved(learner(CPU), there, torch.float32)
    with torch.autocast(there.type, dtype=torch.bfloat16):
        rough = network(g)
        (rough - f).square().mean().backward()
    assert rough.dtype == torch.float32, f"the output is {rough.dtype}"
    assert all(p.grad.isfinite().all() for p in network.parameters())
    agree(rough, network(g), 0.05)


DOUBLE = {"dtype": torch.float64, "tolerance": 1e-8}
SINGLE = {"dtype": torch.float32, "tolerance": 1e-3}
CHECKS: dict[str, Check] = {
    **{f"{n}, double": partial(computes, n, **DOUBLE) for n in NETWORKS},
    **{f"{n}, single": partial(computes, n, **SINGLE) for n in NETWORKS},
    **{f"{n}: another device is named": partial(names_both_devices, n) for n in NETWORKS},
    **{f"{n}: K layers are K iterations": partial(is_iterations, n) for n in UNTRAINED},
    "training, data on the processor": partial(trains, "here"),
    "training, data on the device": partial(trains, "there"),
    "training resumed, begun on the device": partial(resumes, "there"),
    "training resumed, begun on the processor": partial(resumes, "here"),
    "device() is the card": finds_the_card,
    "training in bfloat16": trains_in_half_precision,
}

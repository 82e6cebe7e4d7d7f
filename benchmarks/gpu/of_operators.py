"""Checks of the forward operators."""

from functools import partial

import torch

from course_utils.linear import LinearOperator, Matrix
from course_utils.operators import (
    Blur,
    Difference,
    Downsample,
    Fourier,
    Gradient,
    Hartley,
    Mask,
    Radon,
)

from .agreement import CPU, Check, agree, draw, elsewhere, refused, uneven

ANGLES = torch.tensor([0.0, 0.3, 1.2, 2.0, 2.9], dtype=torch.float64)
EVEN = torch.arange(12, dtype=torch.float64) * torch.pi / 12


def space_variant() -> LinearOperator:
    """Sharp at one end, blurred at the other."""
    right = torch.linspace(0, 1, 40, dtype=torch.float64)
    sharp = Mask(1 - right) @ Blur(uneven(3), (40,))
    return sharp + Mask(right) @ Blur(uneven(7), (40,), "zero")


OPERATORS = {
    "matrix": lambda: Matrix(draw(30, 20)),
    "blur of a signal": lambda: Blur(uneven(5), (45,)),
    "blur of an image": lambda: Blur(uneven(3, 6), (32, 30)),
    "blur with zeros beyond the edge": lambda: Blur(uneven(4, 5), (32, 27), "zero"),
    "Hartley": lambda: Hartley((16, 17)),
    "difference": lambda: Difference((24, 20), axis=0),
    "gradient": lambda: Gradient((24, 20)),
    "mask": lambda: Mask((draw(16, 16) > 0).double()),
    "coarse pixels": lambda: Downsample((24, 18), 3),
    "Radon": lambda: Radon(33, ANGLES),
    "Radon, evenly spread": lambda: Radon(32, EVEN),
    "Fourier": lambda: Fourier((draw(20, 18) > 0).double()),
    "Fourier of complex images": lambda: Fourier(draw(20, 18), True),
    "sum and product": space_variant,
    "camera": lambda: Downsample((24, 16), 2) @ Blur(uneven(3, 3), (24, 16)),
    "half of a blur": lambda: 0.5 * Blur(uneven(3, 4), (16, 18)),
}
WITH_SPECTRUM = ("matrix", "blur of a signal", "blur of an image")
SCANNERS = ("Radon", "Radon, evenly spread")


def moved(name: str, there: torch.device, dtype=torch.float64) -> LinearOperator:
    """An operator that was built by the processor and sent to a device."""
    return OPERATORS[name]().to(dtype).to(there)


def applies(
    name: str, there: torch.device, *, dtype: torch.dtype, tolerance: float
) -> None:
    """H f, H^T g and H^T H f, of batches."""
    H = moved(name, there, dtype)
    twin = moved(name, CPU, dtype)
    f = draw(2, 3, *H.in_shape).to(dtype)
    g = draw(2, *H.out_shape).to(dtype)
    f_there = f.to(there)
    agree(H(f_there), twin(f), tolerance)
    agree(H.T(g.to(there)), twin.T(g), tolerance)
    agree(H.gram(f_there), twin.gram(f), tolerance)


def has_its_adjoint(name: str, there: torch.device) -> None:
    """<H f, g> = <f, H^T g>, and the adjoint is the one of automatic differentiation."""
    H = moved(name, there)
    f = draw(*H.in_shape).to(there)
    g = draw(*H.out_shape, seed=1).to(there)
    agree((H(f) * g).sum(), (f * H.T(g)).sum(), 1e-10)
    agree(H.adjoint(g), LinearOperator.adjoint(H, g), 1e-10)


def has_its_norm(name: str, there: torch.device) -> None:
    """The largest singular value."""
    agree(moved(name, there).norm(), moved(name, CPU).norm(), 1e-8)


def names_both_devices(name: str, there: torch.device) -> None:
    """An input that lives elsewhere is refused, if the operator lives anywhere."""
    H = moved(name, there)
    if H.device is not None:
        f = torch.zeros(H.in_shape, dtype=torch.float64, device=elsewhere(there))
        refused(lambda: H(f), there, f.device)


def has_its_spectrum(name: str, there: torch.device) -> None:
    """S, V phi(S) U^T g, and U S V^T f = H f."""
    H = moved(name, there)
    twin = moved(name, CPU)
    f = draw(*H.in_shape)
    g = draw(*H.out_shape)
    s = H.singular_values()
    agree(s, twin.singular_values(), 1e-10)
    agree(H.analysis.T(s * H.synthesis.T(f.to(there))), twin(f), 1e-10)
    solved = [A.spectral_inverse(tame, g.to(x)) for A, x in ((H, there), (twin, CPU))]
    agree(*solved, 1e-10)


def tame(s: torch.Tensor) -> torch.Tensor:
    """Tikhonov's filter."""
    return s / (s**2 + 0.01)


def forgets_its_spectrum(name: str, there: torch.device) -> None:
    """What was computed before a move, or a change of type, is computed anew after it."""
    H = OPERATORS[name]()
    before = H.singular_values()
    after = H.to(there).float().singular_values()
    assert after.device.type == there.type, f"S stayed on {after.device}"
    agree(after, before.float(), 1e-5)


def back_projects(name: str, there: torch.device, *, dtype, tolerance: float) -> None:
    """Filtered back-projection."""
    H = moved(name, there, dtype)
    g = draw(2, *H.out_shape).to(dtype)
    agree(H.fbp(g.to(there)), moved(name, CPU, dtype).fbp(g), tolerance)


def is_built_there(name: str, there: torch.device) -> None:
    """Angles that live on a device make a scanner that does; its matrix is the same."""
    angles = ANGLES if name == "Radon" else EVEN
    f = draw(20, 20)
    H = Radon(20, angles.to(there))
    agree(H(f.to(there)), Radon(20, angles)(f), 1e-10)
    small = Radon(6, angles)
    agree(Matrix.of(small.to(there)).A, Matrix.of(Radon(6, angles)).A, 1e-10)


def has_derivatives(name: str, there: torch.device) -> None:
    """The gradient of 1/2 ||H f||^2 is H^T H f, and the derivative of that once more."""
    H = moved(name, there)
    f = draw(*H.in_shape).to(there).requires_grad_()
    value = 0.5 * H(f).square().sum()
    slope = torch.autograd.grad(value, f, create_graph=True)[0]
    agree(slope, H.gram(f), 1e-10)
    bend = torch.autograd.grad((slope * slope.detach()).sum(), f)[0]
    agree(bend, H.gram(slope), 1e-10)


DOUBLE = {"dtype": torch.float64, "tolerance": 1e-10}
SINGLE = {"dtype": torch.float32, "tolerance": 1e-4}
FACTS = {
    "H f and H^T g, double": (partial(applies, **DOUBLE), OPERATORS),
    "H f and H^T g, single": (partial(applies, **SINGLE), OPERATORS),
    "the adjoint": (has_its_adjoint, OPERATORS),
    "the norm": (has_its_norm, OPERATORS),
    "another device is named": (names_both_devices, OPERATORS),
    "derivatives": (has_derivatives, OPERATORS),
    "S, U and V": (has_its_spectrum, WITH_SPECTRUM),
    "S is forgotten on the way": (forgets_its_spectrum, WITH_SPECTRUM),
    "filtered back-projection, double": (partial(back_projects, **DOUBLE), SCANNERS),
    "filtered back-projection, single": (partial(back_projects, **SINGLE), SCANNERS),
    "built on the device": (is_built_there, SCANNERS),
}
CHECKS: dict[str, Check] = {
    f"{name}: {fact}": partial(fact_of, name)
    for fact, (fact_of, names) in FACTS.items()
    for name in names
}

"""What needs no training: identities to round-off, and operators beside their Fourier form.

All in double precision, on operators small enough to be matrices. Each function returns a
list of numbers, as those of ``measured`` do.
"""

from functools import cache
from itertools import islice

import torch
from torch import Tensor, nn

from .. import bayes, signals, solvers
from ..linear import Matrix
from ..networks import SpectralNet, TwoLayer
from ..operators import Blur, Hartley, Radon
from ..unrolled import UnrolledProximal

SIDE = 16  # pixels along one side of what a matrix holds
LAM = 0.01


def blur(boundary: str = "periodic") -> Blur:
    """A Gaussian blur of one pixel on pictures of 16 x 16."""
    return Blur(signals.gaussian_psf(1.0, ndim=2).double(), (SIDE, SIDE), boundary)


def scanner() -> Radon:
    """24 views of a picture of 16 x 16."""
    return Radon(SIDE, torch.arange(24).double() / 24 * torch.pi).double()


def off_diagonal(H) -> list[float]:
    """How much of H^T H no Fourier diagonal has: ||F H^T H F* - diagonal|| / ||H^T H||."""
    A = Matrix.of(H).A.to(torch.complex128)
    waves = torch.fft.fft2(torch.eye(SIDE**2).view(-1, SIDE, SIDE).double(), norm="ortho")
    F = waves.flatten(1).T
    spectral = F @ A.mH @ A @ F.mH
    outside = spectral - torch.diag(spectral.diagonal())
    return [(outside.norm() / spectral.norm()).item()]


@cache
def periodic_off_diagonal() -> list[float]:
    """The same for a periodic blur, of which H = U S V^T is the Fourier form."""
    return off_diagonal(blur())


@cache
def dark_off_diagonal() -> list[float]:
    """The same for a blur with nothing beyond the edge."""
    return off_diagonal(blur("zero"))


@cache
def scanner_off_diagonal() -> list[float]:
    """The same for projections."""
    return off_diagonal(scanner())


@cache
def overshoot(way: str) -> list[float]:
    """The error after 20 iterations on an ill-conditioned blur over the least on the way.

    ``way`` is "conjugate gradients", the same "with a penalty", or "gradient steps" no
    longer than 1 / ||H||^2. The noise is 3 % of the largest datum. One number a scene.
    """
    H = blur()
    f, g = seen(H, 5, 0.03)
    lam = 0.03 if way == "with a penalty" else 0.0
    iterates = solvers.conjugate_gradient(lambda x: H.gram(x) + lam * x, H.T(g))
    if way == "gradient steps":
        iterates = solvers.gradient_descent(H, g, 1.0)  # a psf of sum 1 has the norm 1
    errors = [(f_k - f).flatten(1).norm(dim=1) for f_k in islice(iterates, 20)]
    return (errors[-1] / torch.stack(errors).amin(0)).tolist()


@cache
def diagonal_over_tikhonov(operator: str) -> list[float]:
    """The error of the best Fourier diagonal after H^T over that of Tikhonov's estimate.

    Both are fitted to the 100 scenes on which they are judged, which flatters the diagonal.
    ``operator`` is "scanner" or "blur". One number for each tenth of the scenes.
    """
    H = Matrix.of({"scanner": scanner, "blur": blur}[operator]())
    f, g = seen(H, 100, 0.005)
    back = torch.fft.fft2(H.T(g))
    diagonal = (torch.fft.fft2(f) * back.conj()).sum(0) / back.abs().square().sum(0)
    ours = torch.fft.ifft2(diagonal * back).real - f
    return parts_over(ours, best_tikhonov(H, g, f))


@cache
def wide_diagonal_over_tikhonov() -> list[float]:
    """The same for half as many views, on a field twice as wide, for the picture alone.

    All factors of the diagonal are fitted together, by the errors inside the picture.
    """
    angles = torch.arange(12).double() / 12 * torch.pi
    H, wide = (Radon(side, angles).double() for side in (SIDE, 2 * SIDE))
    f, g = seen(H, 100, 0.005)
    V = Hartley(wide.in_shape)
    edge = SIDE // 2
    back = V.T(wide.T(nn.functional.pad(g, (edge, edge)))).flatten(1)
    waves = V(torch.eye(4 * SIDE**2).double().view(-1, 2 * SIDE, 2 * SIDE))
    waves = waves[:, edge:-edge, edge:-edge].flatten(1)
    group = SpectralNet(wide, basis=V)[2].group.flatten()
    tie = nn.functional.one_hot(group).double()
    normal = tie.T @ (waves @ waves.T * (back.T @ back)) @ tie
    right = tie.T @ (back * (f.flatten(1) @ waves.T)).sum(0)
    factors = torch.linalg.solve(normal, right)[group]
    ours = (factors * back @ waves).view_as(f) - f
    return parts_over(ours, best_tikhonov(Matrix.of(H), g, f))


def best_tikhonov(H, g: Tensor, f: Tensor) -> Tensor:
    """The error of Tikhonov's estimate with the lambda that is best for all scenes."""
    lams = torch.logspace(-3, 2, 11).tolist()
    errors = [solvers.tikhonov(H, g, lam) - f for lam in lams]
    return min(errors, key=lambda error: error.norm().item())


def parts_over(ours: Tensor, theirs: Tensor) -> list[float]:
    """||ours|| / ||theirs|| for each tenth of the scenes."""
    parts = zip(ours.split(10), theirs.split(10), strict=True)
    return [(a.norm() / b.norm()).item() for a, b in parts]


def seen(H, count: int, noise: float) -> tuple[Tensor, Tensor]:
    """Drawn scenes and their data (f, g); the noise is a part of the largest datum."""
    generator = torch.Generator().manual_seed(0)
    f = signals.random_ellipses(count, SIDE, generator).double()
    g = H(f)
    rest = torch.randn(g.shape, generator=generator, dtype=torch.float64)
    return f, g + noise * g.abs().max() * rest


def data(H, scenes: int = 5) -> Tensor:
    """Random data in the shape that H has, from a seed of their own."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(scenes, *H.out_shape, generator=generator, dtype=torch.float64)


def apart(a: Tensor, b: Tensor) -> list[float]:
    """||a - b|| / ||b|| for each scene."""
    return ((a - b).flatten(1).norm(dim=1) / b.flatten(1).norm(dim=1)).tolist()


@cache
def map_apart() -> list[float]:
    """The MAP estimate that a posterior has, from the least squares with a penalty."""
    H = blur()
    g = data(H)
    means = [bayes.posterior(H, one, 0.1, 1.0).mean for one in g]
    return apart(torch.stack(means), solvers.tikhonov(H, g, 0.1**2))


@cache
def forms_apart() -> list[float]:
    """H^T (H H^T + lam I)^-1 g, as two layers, from (H^T H + lam I)^-1 H^T g."""
    H = scanner()
    g = data(H)
    with torch.no_grad():
        first, second = (TwoLayer(H, LAM, inverse=form)(g) for form in ("first", "second"))
    return apart(second, first)


@cache
def layers_apart() -> list[float]:
    """The four layers before training from the estimate that they are."""
    H = blur()
    g = data(H)
    with torch.no_grad():
        return apart(SpectralNet(H, lam=LAM).double()(g), solvers.tikhonov(H, g, LAM))


@cache
def unrolled_apart() -> list[float]:
    """K unrolled layers before training from K iterations."""
    H = scanner()
    g = data(H)
    tau = 1 / Matrix.of(H).A.square().sum()  # ||H|| is below the Frobenius norm
    iterations = solvers.run(solvers.gradient_descent(H, g, tau), 7)
    with torch.no_grad():
        layers = UnrolledProximal(H, [nn.Identity()] * 7, tau).double()(g)
    return apart(layers, iterations)

"""Deblurring and priors: one function for each line that is timed."""

from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.noise import seeded
from course_utils.operators import Blur
from course_utils.priors import L1, TotalVariation, Wavelet
from course_utils.signals import gaussian_psf, phantom
from course_utils.solvers import fista, run

from .measure import Case, Line, ratio
from .peers import deepinv, ptwt, pylops, pywt, skimage

LAM = 0.01
TAU = 1.0  # the psf sums to 1, so ||H|| = 1


def psf() -> Tensor:
    """A lopsided one, so that H and its adjoint differ."""
    h = gaussian_psf(1.5, ndim=2)
    h = h * (1 + 0.5 * torch.linspace(-1, 1, len(h)))
    return h / h.sum()


def image(size: int) -> Tensor:
    """The head of Shepp and Logan in a wide dark frame: boundaries do not matter."""
    return nn.functional.pad(phantom(size - 48), (24, 24, 24, 24))


def noisy(f: Tensor, sigma: float = 0.02) -> Tensor:
    """f + eps, always the same eps."""
    return f + sigma * torch.randn(f.shape, generator=seeded(0))


# FISTA: 50 iterations for 1/2 ||g - H f||^2 + lam ||f||_1


def ours_fista() -> Line:
    H = Blur(psf(), (128, 128))
    g = noisy(H(image(128)))
    return lambda: run(fista(H, g, L1(), LAM, TAU), 50)


def deepinv_fista() -> Line:
    H = deepinv.physics.BlurFFT((1, 128, 128), psf()[None, None])
    g = noisy(H.A(image(128)[None, None])[0, 0])[None, None]
    start = torch.zeros_like(g), torch.zeros_like(g)
    fidelity = deepinv.optim.data_fidelity.L2()
    prior = deepinv.optim.prior.L1Prior()
    weights = {"lambda_reg": LAM, "stepsize": TAU}
    solver = deepinv.optim.FISTA(fidelity, prior, max_iter=50, **weights)
    return lambda: solver(g, H, init=start)[0, 0]


def pylops_fista() -> Line:
    h = psf().numpy()
    H = pylops.signalprocessing.Convolve2D(
        (128, 128), h, [n // 2 for n in h.shape], method="fft"
    )
    H.dtype = np.dtype("float32")
    g = noisy(torch.from_numpy(H @ image(128).numpy())).numpy().ravel()
    solve = partial(pylops.optimization.sparsity.fista, H, g, niter=50, tol=0)
    return lambda: torch.from_numpy(solve(eps=2 * LAM, alpha=TAU)[0]).reshape(128, 128)


# The prox of total variation: argmin 1/2 ||f - v||^2 + step TV(f)


def ours_tv() -> Line:
    R = TotalVariation()
    v = noisy(image(256), 0.1)
    return lambda: R.prox(v, 0.1)


def deepinv_tv() -> Line:
    v = noisy(image(256), 0.1)[None, None]
    tv = deepinv.models.TVDenoiser
    # as many iterations as it needs to be nearly as near
    return lambda: tv(n_it_max=450)(v, 0.1)[0, 0]


def long_tv() -> Tensor:
    """The same in double precision, to many more digits."""
    v = noisy(image(256), 0.1).double()
    return TotalVariation(tol=1e-7, iterations=20_000).prox(v, 0.1).float()


# The soft threshold of three levels of details in the Haar basis


def ours_haar() -> Line:
    R = Wavelet(levels=3)
    v = noisy(image(512))
    return lambda: R.prox(v, 0.1)


def deepinv_haar() -> Line:
    R = deepinv.models.WaveletDenoiser(level=3, wv="haar")
    v = noisy(image(512))[None, None]
    return lambda: R(v, 0.1)[0, 0]


def ptwt_haar() -> Line:
    v = noisy(image(512))[None]
    soft = nn.functional.softshrink

    def line() -> Tensor:
        means, *details = ptwt.wavedec2(v, "haar", level=3)
        details = [tuple(soft(d, 0.1) for d in level) for level in details]
        return ptwt.waverec2((means, *details), "haar")[0]

    return line


def pywt_haar() -> Line:
    v = noisy(image(512)).numpy()

    def line() -> Tensor:
        means, *details = pywt.wavedec2(v, "haar", level=3)
        details = [tuple(pywt.threshold(d, 0.1) for d in level) for level in details]
        return torch.from_numpy(pywt.waverec2([means, *details], "haar"))

    return line


# Tikhonov's estimate of a blurred picture, argmin ||g - H f||^2 + lam ||f||^2, by FFT


def ours_tikhonov() -> Line:
    H = Blur(psf(), (512, 512))
    g = noisy(image(512))
    return lambda: H.spectral_inverse(lambda s: s / (s**2 + LAM), g)


def deepinv_tikhonov() -> Line:
    H = deepinv.physics.BlurFFT((1, 512, 512), psf()[None, None])
    g = noisy(image(512))[None, None]
    zero = torch.zeros_like(g)
    return lambda: H.prox_l2(zero, g, 1 / LAM)[0, 0]


def skimage_tikhonov() -> Line:
    g = noisy(image(512)).numpy()
    h = psf().numpy()
    one = np.ones((512, 257), dtype=np.complex64)  # the transfer function of the identity
    return lambda: torch.from_numpy(skimage.restoration.wiener(g, h, LAM, one, clip=False))


def objective(f: Tensor) -> Tensor:
    """J(f), which FISTA makes small; rules of momentum and boundaries differ a little."""
    H = Blur(psf(), (128, 128))
    return 0.5 * (noisy(H(image(128))) - H(f)).square().sum() + LAM * f.abs().sum()


def minimiser() -> Tensor:
    """What FISTA tends to."""
    H = Blur(psf(), (128, 128))
    return run(fista(H, noisy(H(image(128))), L1(), LAM, TAU), 2000)


def solver(peer: str, theirs, at_least: float, why: str) -> Case:
    """FISTA, from the same start with the same step."""
    held = {"truth": minimiser, "part": objective, "tolerance": 0.02}
    goal = {"target": ratio(at_least), "why": why}
    return Case("FISTA, 50 iterations, 128²", peer, ours_fista, theirs, **held, **goal)


def tikhonov(peer: str, theirs, at_least: float) -> Case:
    """Tikhonov by Fourier."""
    goal = {"target": ratio(at_least), "why": PHASE}
    return Case("Tikhonov by Fourier, 512²", peer, ours_tikhonov, theirs, **goal)


def haar(peer: str, theirs) -> Case:
    """The soft threshold of Haar details."""
    goal = {"target": ratio(2), "why": PASSES}
    return Case("Haar soft threshold, 3 levels, 512²", peer, ours_haar, theirs, **goal)


FFTS = (
    "An iteration of ours is one convolution, H^T H, where the peer does two; beside its "
    "two FFTs stand a dozen steps so short that calling them takes longer than their "
    "arithmetic."
)
PHASE = (
    "`spectral_inverse` takes any φ and evaluates it at each call, on every frequency; the "
    "rest of its time is two FFTs."
)
PASSES = (
    "Both make many short passes over the picture, and no single one of them dominates."
)

CASES = [
    solver("deepinv", deepinv_fista, 3.5, FFTS),
    solver("PyLops", pylops_fista, 6.5, FFTS),
    Case(
        "Prox of total variation, 256²",
        "deepinv",
        ours_tv,
        deepinv_tv,
        truth=long_tv,
        tolerance=0.01,
        no_worse=True,
        target=ratio(4),
        why=PASSES,
    ),
    haar("deepinv", deepinv_haar),
    haar("ptwt", ptwt_haar),
    haar("PyWavelets", pywt_haar),
    tikhonov("deepinv", deepinv_tikhonov, 2),
    tikhonov("scikit-image", skimage_tikhonov, 3),
]

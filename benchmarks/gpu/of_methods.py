"""Checks of what is done with an operator: solvers, priors, rules, posteriors, metrics."""

from itertools import islice

import torch

from course_utils import bayes, choose, infrared, metrics, noise, plots, potts, solvers
from course_utils.linear import Matrix
from course_utils.noise import seeded
from course_utils.operators import Blur, Gradient
from course_utils.priors import L1, L2, Box, TotalVariation, Wavelet
from course_utils.signals import phantom, thermal_scene

from .agreement import Check, draw, elsewhere, refused, same, uneven

SHAPE = (16, 16)
LAM = 0.01
SIGMA = 0.02
VECTORS = L1(axis=-3)  # with the gradient it makes the total variation


def image() -> torch.Tensor:
    """An image in double precision."""
    return phantom(SHAPE[0]).double()


def problem(there: torch.device) -> tuple:
    """A blur of norm 1 on a device, and data."""
    H = Blur(uneven(3, 5), SHAPE)
    g = H(image())
    g = g + noise.gaussian(g, SIGMA, seeded(0))
    return H.to(there), g.to(there)


def matrix_problem(there: torch.device) -> tuple:
    """The same with a matrix that has more rows than columns."""
    H = Matrix(draw(30, 20))
    f = draw(20, seed=1)
    g = H(f) + SIGMA * draw(30, seed=2)
    return H.to(there), g.to(there)


SOLVERS = {
    "gradient descent": lambda H, g: solvers.gradient_descent(H, g, 1.0),
    "ISTA": lambda H, g: solvers.ista(H, g, L1(), LAM, 1.0),
    "FISTA": lambda H, g: solvers.fista(H, g, L1(), LAM, 1.0),
    "FISTA with restarts": lambda H, g: solvers.fista(H, g, L1(), LAM, 1.0, restart=True),
    "FISTA with wavelets": lambda H, g: solvers.fista(H, g, Wavelet(), LAM, 1.0),
    "FISTA with total variation": lambda H, g: solvers.fista(
        H, g, TotalVariation(), LAM, 1.0
    ),
    "conjugate gradients": lambda H, g: solvers.conjugate_gradient(H.gram, H.T(g)),
    "ADMM": lambda H, g: solvers.admm(H, g, VECTORS, LAM, 0.5, D=Gradient(SHAPE)),
    "primal-dual": lambda H, g: solvers.primal_dual(
        H, g, VECTORS, LAM, 0.3, sigma=0.3, D=Gradient(SHAPE)
    ),
}
PRIORS = {
    "L2": L2,
    "L1": L1,
    "L1 of vectors": lambda: L1(axis=-1),
    "box": lambda: Box(-0.5, 0.5),
    "wavelets": Wavelet,
    "total variation": TotalVariation,
    "anisotropic total variation": lambda: TotalVariation(isotropic=False),
}


def iterates(name: str):
    """The first iterates of a solver."""

    def compute(there: torch.device) -> list:
        return list(islice(SOLVERS[name](*problem(there)), 8))

    return compute


def prior(name: str):
    """The value of a prior, its proximal map for two kinds of step, and its derivatives."""

    def compute(there: torch.device) -> list:
        R = PRIORS[name]()
        v = draw(2, 16, 16).to(there).requires_grad_()
        step = torch.full((), 0.1, dtype=torch.float64).to(there).requires_grad_()
        each = torch.tensor([0.1, 0.3], dtype=torch.float64).to(there)
        f = R.prox(v, step)
        grads = torch.autograd.grad(f.square().sum() + 0 * step, (v, step))
        inside = R.prox(v.detach(), 0.1).clamp(-0.5, 0.5)
        return [R(inside), f, R.prox(v, each[:, None, None]), *grads]

    return compute


def rules(make):
    """The five rules for lambda."""

    def compute(there: torch.device) -> list[float]:
        H, g = make(there)
        found = [rule(H, g) for rule in (choose.gcv, choose.evidence, choose.l_curve)]
        return [*found, choose.discrepancy(H, g, SIGMA), choose.sure(H, g, SIGMA)]

    return compute


def gaussian_posterior(make, D=None):
    """Mean, variance and samples."""

    def compute(there: torch.device) -> list:
        H, g = make(there)
        q = bayes.posterior(H, g, SIGMA, 0.1 if D is None else D.to(there))
        variance = q.variance() if D is None else q.variance(samples=4)
        return [q.mean, variance, q.sample(2, seeded(1))]

    return compute


def heavy_tails(there: torch.device) -> list:
    """Some iterates of the EM for Student's distribution."""
    found = islice(bayes.student_t(*matrix_problem(there)), 4)
    return [[q.f, q.variance, q.z] for q in found]


def power(there: torch.device) -> torch.Tensor:
    """The mean power spectrum of some images."""
    return bayes.mean_power(draw(5, 16, 16).to(there))


def gibbs(there: torch.device) -> list:
    """Some samples of the Potts model, with draws that the processor makes."""
    H, g = problem(there)
    return [list(q)[:4] for q in islice(potts.potts(H, g, 3, 1.0, seeded(2)), 3)]


def mean_field(there: torch.device) -> list:
    """Some iterates of its mean field."""
    H, g = problem(there)
    return [list(q)[:4] for q in islice(potts.potts_mean_field(H, g, 3, 1.0), 4)]


def radiances(there: torch.device) -> list:
    """Planck's radiance and back, of a surface that is not black."""
    T = thermal_scene(24, seeded(3))[0].double().to(there)
    L = infrared.observed_radiance(T, 0.9, 295.0, tau=0.95)
    back = infrared.surface_temperature(L, 0.9, 295.0, tau=0.95)
    return [infrared.band_radiance(T), L, back]


def camera(there: torch.device) -> list:
    """A frame of a thermal camera, in the units of a radiance."""
    lens = infrared.Camera((24, 24))
    lens.H.to(there)
    L = infrared.band_radiance(thermal_scene(24, seeded(3))[0]).to(there)
    pattern = lens.pattern(seeded(4))
    return [lens.radiance(lens.counts(L, seeded(5), pattern=pattern))]


def scores(there: torch.device) -> list:
    """Every metric."""
    f = image().expand(2, *SHAPE).to(there)
    f_hat = (f.cpu() + 0.1 * draw(2, *SHAPE)).to(there)
    errors = [m(f_hat, f) for m in (metrics.relative_error, metrics.psnr, metrics.ssim)]
    errors += [metrics.nmse_db(f_hat, f), metrics.nmse_db(f_hat, f, each=True)]
    errors += [metrics.iou((f_hat > 0.2).int(), (f > 0.2).int())]
    return [*errors, metrics.coverage(f_hat - 0.1, f_hat + 0.1, f)]


def draws(there: torch.device) -> list:
    """Noise."""
    level = image().to(there)
    gaussian = noise.gaussian(level, SIGMA, seeded(6))
    return [gaussian, noise.poisson(100 * level, seeded(6))]


def compares_on_one_device(there: torch.device) -> None:
    """Two tensors on two devices are refused by a metric, with a sentence."""
    f = image()
    away = f.to(elsewhere(there))
    refused(lambda: metrics.psnr(f.to(there), away), there, away.device)


def draws_a_figure(there: torch.device) -> None:
    """Images and curves that live on a device are drawn as those of the processor."""

    def figures(place) -> list[bytes]:
        f = image().to(place)
        line = plots.curves({"a row": ("scene", f[8])}, "pixel", "value")
        return [plots.png(plots.images({"image": f})), plots.png(line)]

    assert figures(there) == figures("cpu"), "another figure"


CHECKS: dict[str, Check] = {
    **{f"{name}: the same iterates": same(iterates(name), 1e-8) for name in SOLVERS},
    **{f"{name}: value and proximal map": same(prior(name), 1e-8) for name in PRIORS},
    "lambda by five rules, of a blur": same(rules(problem), 1e-4),
    "lambda by five rules, of a matrix": same(rules(matrix_problem), 1e-4),
    "posterior of a blur": same(gaussian_posterior(problem), 1e-8),
    "posterior of a matrix": same(gaussian_posterior(matrix_problem), 1e-8),
    "posterior with a gradient prior": same(
        gaussian_posterior(problem, Gradient(SHAPE)), 1e-4
    ),
    "heavy tails": same(heavy_tails, 1e-6),
    "mean power": same(power, 1e-10),
    "Potts, samples": same(gibbs, 1e-3),
    "Potts, mean field": same(mean_field, 1e-3),
    "radiance and temperature": same(radiances, 1e-10),
    "thermal camera": same(camera, 1e-4),
    "metrics": same(scores, 1e-10),
    "noise: the same numbers": same(draws, 0.0),
    "metrics: another device is named": compares_on_one_device,
    "figures": draws_a_figure,
}

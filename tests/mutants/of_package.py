"""Mutants of the package; its responding figures have a list of their own."""

from . import Mutant

CHECKS = [
    Mutant(
        "an infinite number passes for a finite one",
        "course_utils/checks.py",
        "_first(~x.isfinite())",
        "_first(x.isnan())",
        "tests/package/test_checks.py",
    ),
    Mutant(
        "noise may have no width",
        "course_utils/checks.py",
        "if not 0 < sigma < inf",
        "if not 0 <= sigma < inf",
        "tests/package/test_checks.py",
    ),
]

LINEAR = [
    Mutant(
        "the norm of an operator is squared",
        "course_utils/linear.py",
        "f.norm().sqrt()",
        "f.norm()",
        "tests/package/test_linear.py",
    ),
    Mutant(
        "the singular values of a matrix stay behind when it changes its type",
        "course_utils/held.py",
        "del vars(self)[name]",
        "pass",
        "tests/package/test_linear.py",
    ),
    Mutant(
        "matrices of eight times the size are written out",
        "course_utils/linear.py",
        "2**28",
        "2**31",
        "tests/package/test_linear.py",
    ),
]

OPERATORS = [
    Mutant(
        "the adjoint of a blur blurs the same way",
        "course_utils/operators/blur.py",
        "self._filter(self._half.conj(), g)",
        "self._filter(self._half, g)",
        "tests/package/operators/test_operators.py",
    ),
    Mutant(
        "a blur knows nothing beyond the edge unless it is told",
        "course_utils/operators/blur.py",
        'boundary: str = "periodic"',
        'boundary: str = "zero"',
        "tests/package/operators/test_operators.py",
    ),
    Mutant(
        "the centre of an even psf is one pixel off",
        "course_utils/operators/blur.py",
        "-(k // 2)",
        "-((k - 1) // 2)",
        "tests/package/operators/test_operators.py",
    ),
    Mutant(
        "a difference looks back, not forward",
        "course_utils/operators/grid.py",
        "f.roll(-1, self.axis) - f",
        "f - f.roll(1, self.axis)",
        "tests/package/operators/test_operators.py",
    ),
    Mutant(
        "a coarse detector adds up and does not take the mean",
        "course_utils/operators/grid.py",
        ").mean(axis)",
        ").sum(axis)",
        "tests/package/operators/test_operators.py",
    ),
    Mutant(
        "the adjoint of a scanner takes the modulus for the real part",
        "course_utils/operators/fourier.py",
        "else f.real",
        "else f.abs()",
        "tests/package/operators/test_operators.py",
    ),
    Mutant(
        "Hartley's sines change their sign",
        "course_utils/operators/fourier.py",
        "F_c.real - F_c.imag",
        "F_c.real + F_c.imag",
        "tests/package/operators/test_operators.py",
    ),
    Mutant(
        "FBP filters no farther than the detector",
        "course_utils/operators/radon.py",
        "return filtered.roll(beyond, -1)[..., : n + 2 * beyond]",
        "return nn.functional.pad(filtered[..., :n], (beyond, beyond))",
        "tests/package/operators/test_radon.py -k corners",
    ),
    Mutant(
        "FBP takes the nearest datum, not both neighbours",
        "course_utils/operators/radon.py",
        "(place - below)[",
        "(place - below).round()[",
        "tests/package/operators/test_radon.py -k nothing_beside",
    ),
    Mutant(
        "rays are not longer where they are oblique",
        "course_utils/operators/radon.py",
        " / max(abs(cos), abs(sin))",
        "",
        "tests/package/operators/test_radon.py::test_each_row_is_a_ray",
    ),
]

INTEGRAL_EQUATIONS = [
    Mutant(
        "heat is measured in the middle of its steps",
        "course_utils/integral_equations.py",
        "x = s + h / 2 - t",
        "x = s - t",
        "tests/package/test_integral_equations.py -k entries",
    ),
]

PRIORS = [
    Mutant(
        "the prox of wavelets shrinks the means too",
        "course_utils/priors.py",
        "self.synthesis([means, *",
        "self.synthesis([means - _project(means, step), *",
        "tests/package/test_priors.py -k wavelet",
    ),
    Mutant(
        "the prox of total variation stops too soon",
        "course_utils/priors.py",
        "<= self.tol**2 / 2",
        "<= self.tol / 2",
        "tests/package/test_priors.py -k certifies",
    ),
]

SOLVERS = [
    Mutant(
        "FISTA has momentum from its first step",
        "course_utils/solvers.py",
        "(t_old - 1) / t *",
        "t_old / t *",
        "tests/package/test_solvers.py -k gathers_no_momentum",
    ),
    Mutant(
        "conjugate gradients stop at the root of the tolerance",
        "course_utils/solvers.py",
        "tol**2 * _inner(b, b, A)",
        "tol * _inner(b, b, A)",
        "tests/package/test_solvers.py -k stop_at_the_tolerance",
    ),
    Mutant(
        "primal-dual steps do not look ahead",
        "course_utils/solvers.py",
        "return f, 2 * f - f_old, u",
        "return f, f_old, u",
        "tests/package/test_solvers.py -k quadratic_prior",
    ),
]

CHOOSE = [
    Mutant(
        "GCV forgets the data that H cannot reach",
        "course_utils/choose.py",
        " + unreached",
        "",
        "tests/package/test_choose.py",
    ),
    Mutant(
        "SURE counts the trace once",
        "course_utils/choose.py",
        "2 * sigma**2 * (1",
        "sigma**2 * (1",
        "tests/package/test_choose.py",
    ),
]

BAYES = [
    Mutant(
        "nothing is uncertain where no data come from",
        "course_utils/bayes.py",
        "self.outside = c if",
        "self.outside = 0.0 if",
        "tests/package/test_bayes.py -k dense_covariance",
    ),
    Mutant(
        "samples perturb the prior by sigma, not by its square",
        "course_utils/bayes.py",
        "self.sigma**2 * self.D.T(e)",
        "self.sigma * self.D.T(e)",
        "tests/package/test_bayes.py -k 'dense_mean_and_covariance or only_products'",
    ),
]

POTTS = [
    Mutant(
        "wide classes are as dear as narrow ones",
        "course_utils/potts.py",
        " / v + v.log()) / 2",
        " / v) / 2",
        "tests/package/test_potts.py -k exact_conditionals",
    ),
    Mutant(
        "the variance of a class has two degrees of freedom too few",
        "course_utils/potts.py",
        "inverse_gamma(count + 2,",
        "inverse_gamma(count,",
        "tests/package/test_potts.py -k exact_conditionals",
    ),
]

NETWORKS = [
    Mutant(
        "first weights are those of layers without a relu",
        "course_utils/networks.py",
        'nonlinearity="relu"',
        'nonlinearity="linear"',
        "tests/package/test_networks.py -k mean_square",
    ),
    Mutant(
        "nearly a Fourier basis is taken for one",
        "course_utils/networks.py",
        "atol=1e-4",
        "atol=1e-2",
        "tests/package/test_networks.py -k turned_a_little",
    ),
    Mutant(
        "an untrained ConvNet is not the identity",
        "course_utils/networks.py",
        "nn.init.zeros_(self.layers[-1].weight)",
        "nn.init.zeros_(self.layers[-1].bias)",
        "tests/package/test_networks.py -k untrained_residual",
    ),
]

UNROLLED = [
    Mutant(
        "a learned step may become negative",
        "course_utils/unrolled.py",
        "self.step.abs()",
        "self.step",
        "tests/package/test_unrolled.py -k negative",
    ),
    Mutant(
        "support selection has no limit",
        "course_utils/unrolled.py",
        "min(k * growth, limit)",
        "k * growth",
        "tests/package/test_unrolled.py -k support_selection",
    ),
]

TRAINING = [
    Mutant(
        "a resume drops the best state",
        "course_utils/training.py",
        'self.best = state["best"]',
        "self.best = None",
        "tests/package/test_training.py -k outlives",
    ),
    Mutant(
        "layers learn while the validation loss is measured",
        "course_utils/training.py",
        "self.model.eval()",
        "self.model.train()",
        "tests/package/test_training.py -k differ_while_they_learn",
    ),
    Mutant(
        "a small last batch counts as much as a large one",
        "course_utils/training.py",
        "each(g, f) * len(index)",
        "each(g, f) * len(order) / -(-len(order) // self.settings['batch'])",
        "tests/package/test_training.py -k last_batch_is_small",
    ),
    Mutant(
        "a resume forgets the order of the batches",
        "course_utils/training.py",
        'self.generator.set_state(state["generator"])',
        'state["generator"]',
        "tests/package/test_training.py -k goes_on_ends_equal",
    ),
]

CHECKPOINT = [
    Mutant(
        "a damaged checkpoint becomes the one before",
        "course_utils/checkpoint.py",
        "path if _is_whole(path, sums) else previous",
        "path",
        "tests/package/test_training.py -k never_becomes",
    ),
    Mutant(
        "a checkpoint may run code",
        "course_utils/checkpoint.py",
        "weights_only=True",
        "weights_only=False",
        "tests/package/test_checkpoint.py -k hostile",
    ),
]

METRICS = [
    Mutant(
        "the window of SSIM is flat",
        "course_utils/metrics.py",
        '"gaussian_weights": True',
        '"gaussian_weights": False',
        "tests/package/test_metrics.py",
    ),
    Mutant(
        "the window of SSIM is too wide",
        "course_utils/metrics.py",
        '"sigma": 1.5',
        '"sigma": 1.6',
        "tests/package/test_metrics.py",
    ),
    Mutant(
        "the variances of SSIM are those of a sample",
        "course_utils/metrics.py",
        '"use_sample_covariance": False',
        '"use_sample_covariance": True',
        "tests/package/test_metrics.py",
    ),
    Mutant(
        "SSIM has a peak of 1 whatever it is told",
        "course_utils/metrics.py",
        "data_range=peak",
        "data_range=1.0",
        "tests/package/test_metrics.py",
    ),
    Mutant(
        "IoU leaves the background out",
        "course_utils/metrics.py",
        "labels.unique()]).unique()",
        "labels.unique()]).unique()[1:]",
        "tests/package/test_metrics.py",
    ),
]

NOISE = [
    Mutant(
        "sigma is a variance",
        "course_utils/noise.py",
        "return sigma * eps",
        "return sigma**0.5 * eps",
        "tests/package/test_noise.py",
    ),
    Mutant(
        "photons come from the global generator",
        "course_utils/noise.py",
        "mean.cpu(), generator=generator",
        "mean.cpu()",
        "tests/package/test_noise.py",
    ),
]

SIGNALS = [
    Mutant(
        "random scenes have eleven ellipses at most",
        "course_utils/signals.py",
        "randint(4, 13",
        "randint(4, 12",
        "tests/package/test_signals.py",
    ),
    Mutant(
        "a psf is narrower than it is told",
        "course_utils/signals.py",
        "torch.exp(-0.5 * (u",
        "torch.exp(-1.0 * (u",
        "tests/package/test_signals.py",
    ),
]

IMAGES = [
    Mutant(
        "green and blue are exchanged",
        "course_utils/images/pictures.py",
        "0.7154, 0.0721",
        "0.0721, 0.7154",
        "tests/package/images/test_pictures.py",
    ),
    Mutant(
        "a size cuts the square out of a corner",
        "course_utils/images/__init__.py",
        "(height - n) // 2\n    left = (width - n) // 2",
        "0\n    left = 0",
        "tests/package/images/test_pictures.py",
    ),
    Mutant(
        "what is transparent is black",
        "course_utils/images/pictures.py",
        " + 1 - x[..., -1:]",
        "",
        "tests/package/images/test_pictures.py",
    ),
    Mutant(
        "Celsius begins at 273 K",
        "course_utils/images/temperatures.py",
        "(1, 273.15)",
        "(1, 273)",
        "tests/package/images/test_temperatures.py -k comes_out_in_kelvin",
    ),
    Mutant(
        "temperatures colder than any camera measures pass",
        "course_utils/images/temperatures.py",
        "possible = (known >= COLDEST) & (known <= HOTTEST)",
        "possible = known <= HOTTEST",
        "tests/package/images/test_temperatures.py -k no_temperatures_is_refused",
    ),
    Mutant(
        "the air before a camera is half as deep",
        "course_utils/images/calibration.py",
        "way = sqrt(c.distance)",
        "way = sqrt(c.distance / 2)",
        "tests/package/images/test_calibration.py -k itself_says",
    ),
    Mutant(
        "counts of a FLIR camera are always taken to be swapped",
        "course_utils/images/flir.py",
        "return swapped if votes.pop() else stored",
        "return swapped",
        "tests/package/images/test_flir.py -k in_either_order",
    ),
]

INFRARED = [
    Mutant(
        "Planck's law has the fourth power",
        "course_utils/infrared.py",
        "/ wavelength**5 /",
        "/ wavelength**4 /",
        "tests/package/test_infrared.py",
    ),
    Mutant(
        "a detector's gains lie around nothing",
        "course_utils/infrared.py",
        "1 + gaussian(zero, gain, generator)",
        "gaussian(zero, gain, generator)",
        "tests/package/test_infrared.py",
    ),
]

PLOTS = [
    Mutant(
        "errors are not centred on zero",
        "course_utils/plots/__init__.py",
        "(-max(-low, high), max(-low, high))",
        "(low, max(-low, high))",
        "tests/package/test_plots.py",
    ),
    Mutant(
        "a spectrum has even steps",
        "course_utils/plots/__init__.py",
        'yscale="log"',
        'yscale="linear"',
        "tests/package/test_plots.py",
    ),
]

MUTANTS = [
    *CHECKS,
    *LINEAR,
    *OPERATORS,
    *INTEGRAL_EQUATIONS,
    *PRIORS,
    *SOLVERS,
    *CHOOSE,
    *BAYES,
    *POTTS,
    *NETWORKS,
    *UNROLLED,
    *TRAINING,
    *CHECKPOINT,
    *METRICS,
    *NOISE,
    *SIGNALS,
    *IMAGES,
    *INFRARED,
    *PLOTS,
]

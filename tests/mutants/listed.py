"""The mutants, room by room. Texts are short, to outlive a new layout of the lines."""

from . import Mutant

LINEAR = [
    Mutant(
        "the norm of an operator is squared",
        "course_utils/linear.py",
        "f.norm().sqrt()",
        "f.norm()",
        "tests/test_linear.py",
    ),
    Mutant(
        "the singular values of a matrix stay behind when it changes its type",
        "course_utils/linear.py",
        '.pop("svd", None)',
        '.get("svd", None)',
        "tests/test_linear.py",
    ),
    Mutant(
        "matrices of eight times the size are written out",
        "course_utils/linear.py",
        "2**28",
        "2**31",
        "tests/test_linear.py",
    ),
]

OPERATORS = [
    Mutant(
        "the adjoint of a blur blurs the same way",
        "course_utils/operators.py",
        "self._filter(self._half.conj(), g)",
        "self._filter(self._half, g)",
        "tests/test_operators.py",
    ),
    Mutant(
        "a blur knows nothing beyond the edge unless it is told",
        "course_utils/operators.py",
        'boundary: str = "periodic"',
        'boundary: str = "zero"',
        "tests/test_operators.py",
    ),
    Mutant(
        "the centre of an even psf is one pixel off",
        "course_utils/operators.py",
        "-(k // 2)",
        "-((k - 1) // 2)",
        "tests/test_operators.py",
    ),
    Mutant(
        "a difference looks back, not forward",
        "course_utils/operators.py",
        "f.roll(-1, self.axis) - f",
        "f - f.roll(1, self.axis)",
        "tests/test_operators.py",
    ),
    Mutant(
        "a coarse detector adds up and does not take the mean",
        "course_utils/operators.py",
        ").mean(axis)",
        ").sum(axis)",
        "tests/test_operators.py",
    ),
    Mutant(
        "the adjoint of a scanner takes the modulus for the real part",
        "course_utils/operators.py",
        "else f.real",
        "else f.abs()",
        "tests/test_operators.py",
    ),
    Mutant(
        "Hartley's sines change their sign",
        "course_utils/operators.py",
        "F_c.real - F_c.imag",
        "F_c.real + F_c.imag",
        "tests/test_operators.py",
    ),
]

TOMOGRAPHY = [
    Mutant(
        "FBP reads beside the detector",
        "course_utils/tomography.py",
        ".clamp(0, n + 1)",
        ".clamp(1, n)",
        "tests/test_tomography.py -k nothing_beside",
    ),
    Mutant(
        "FBP takes the nearest datum, not both neighbours",
        "course_utils/tomography.py",
        "(s - below)[",
        "(s - below).round()[",
        "tests/test_tomography.py -k nothing_beside",
    ),
    Mutant(
        "rays are not longer where they are oblique",
        "course_utils/tomography.py",
        " / max(abs(cos), abs(sin))",
        "",
        "tests/test_tomography.py::test_each_row_is_a_ray",
    ),
]

PRIORS = [
    Mutant(
        "the prox of wavelets shrinks the means too",
        "course_utils/priors.py",
        "self.synthesis([means, *",
        "self.synthesis([means - _project(means, step), *",
        "tests/test_priors.py -k wavelet",
    ),
    Mutant(
        "the prox of total variation stops too soon",
        "course_utils/priors.py",
        "<= self.tol**2 / 2",
        "<= self.tol / 2",
        "tests/test_priors.py -k certifies",
    ),
]

SOLVERS = [
    Mutant(
        "FISTA has momentum from its first step",
        "course_utils/solvers.py",
        "(t_old - 1) / t *",
        "t_old / t *",
        "tests/test_solvers.py -k gathers_no_momentum",
    ),
    Mutant(
        "conjugate gradients stop at the root of the tolerance",
        "course_utils/solvers.py",
        "tol**2 * _inner(b, b, A)",
        "tol * _inner(b, b, A)",
        "tests/test_solvers.py -k stop_at_the_tolerance",
    ),
    Mutant(
        "primal-dual steps do not look ahead",
        "course_utils/solvers.py",
        "return f, 2 * f - f_old, u",
        "return f, f_old, u",
        "tests/test_solvers.py -k quadratic_prior",
    ),
]

CHOOSE = [
    Mutant(
        "GCV forgets the data that H cannot reach",
        "course_utils/choose.py",
        " + (g.numel() - len(data.s))",
        "",
        "tests/test_choose.py",
    ),
    Mutant(
        "SURE counts the trace once",
        "course_utils/choose.py",
        "2 * noise * (1",
        "noise * (1",
        "tests/test_choose.py",
    ),
]

BAYES = [
    Mutant(
        "nothing is uncertain where no data come from",
        "course_utils/bayes.py",
        "self.outside = c if",
        "self.outside = 0.0 if",
        "tests/test_bayes.py -k dense_covariance",
    ),
    Mutant(
        "samples perturb the prior by sigma, not by its square",
        "course_utils/bayes.py",
        "self.sigma**2 * self.D.T(e)",
        "self.sigma * self.D.T(e)",
        "tests/test_bayes.py -k 'dense_mean_and_covariance or only_products'",
    ),
]

POTTS = [
    Mutant(
        "wide classes are as dear as narrow ones",
        "course_utils/potts.py",
        " / v + v.log()) / 2",
        " / v) / 2",
        "tests/test_potts.py -k exact_conditionals",
    ),
    Mutant(
        "the variance of a class has two degrees of freedom too few",
        "course_utils/potts.py",
        "inverse_gamma(count + 2,",
        "inverse_gamma(count,",
        "tests/test_potts.py -k exact_conditionals",
    ),
]

NETWORKS = [
    Mutant(
        "first weights are those of layers without a relu",
        "course_utils/networks.py",
        'nonlinearity="relu"',
        'nonlinearity="linear"',
        "tests/test_networks.py -k mean_square",
    ),
    Mutant(
        "nearly a Fourier basis is taken for one",
        "course_utils/networks.py",
        "atol=1e-4",
        "atol=1e-2",
        "tests/test_networks.py -k turned_a_little",
    ),
    Mutant(
        "an untrained ConvNet is not the identity",
        "course_utils/networks.py",
        "nn.init.zeros_(self.layers[-1].weight)",
        "nn.init.zeros_(self.layers[-1].bias)",
        "tests/test_networks.py -k ConvNet -k identity",
    ),
]

UNROLLED = [
    Mutant(
        "a learned step may become negative",
        "course_utils/unrolled.py",
        "self.step.abs()",
        "self.step",
        "tests/test_unrolled.py -k negative",
    ),
    Mutant(
        "support selection has no limit",
        "course_utils/unrolled.py",
        "min(k * growth, limit)",
        "k * growth",
        "tests/test_unrolled.py -k support_selection",
    ),
]

TRAINING = [
    Mutant(
        "a resume drops the best state",
        "course_utils/training.py",
        'state["model"], state["best"]',
        'state["model"], None',
        "tests/test_training.py -k outlives",
    ),
    Mutant(
        "layers learn while the validation loss is measured",
        "course_utils/training.py",
        "self.model.eval()",
        "self.model.train()",
        "tests/test_training.py -k differ_while_they_learn",
    ),
    Mutant(
        "a small last batch counts as much as a large one",
        "course_utils/training.py",
        "each(g, f) * len(index)",
        "each(g, f) * len(order) / -(-len(order) // self.settings['batch'])",
        "tests/test_training.py -k last_batch_is_small",
    ),
    Mutant(
        "a resume forgets the order of the batches",
        "course_utils/training.py",
        'self.generator.set_state(state["generator"])',
        'state["generator"]',
        "tests/test_training.py -k goes_on_ends_equal",
    ),
    Mutant(
        "a damaged checkpoint becomes the one before",
        "course_utils/training.py",
        "path if _is_whole(path, sums) else previous",
        "path",
        "tests/test_training.py -k never_becomes",
    ),
    Mutant(
        "a checkpoint may run code",
        "course_utils/training.py",
        "weights_only=True",
        "weights_only=False",
        "tests/test_training.py -k hostile",
    ),
]

METRICS = [
    Mutant(
        "the window of SSIM is flat",
        "course_utils/metrics.py",
        '"gaussian_weights": True',
        '"gaussian_weights": False',
        "tests/test_metrics.py",
    ),
    Mutant(
        "the window of SSIM is too wide",
        "course_utils/metrics.py",
        '"sigma": 1.5',
        '"sigma": 1.6',
        "tests/test_metrics.py",
    ),
    Mutant(
        "the variances of SSIM are those of a sample",
        "course_utils/metrics.py",
        '"use_sample_covariance": False',
        '"use_sample_covariance": True',
        "tests/test_metrics.py",
    ),
    Mutant(
        "SSIM has a peak of 1 whatever it is told",
        "course_utils/metrics.py",
        "data_range=peak",
        "data_range=1.0",
        "tests/test_metrics.py",
    ),
    Mutant(
        "IoU leaves the background out",
        "course_utils/metrics.py",
        "labels.unique()]).unique()",
        "labels.unique()]).unique()[1:]",
        "tests/test_metrics.py",
    ),
]

NOISE = [
    Mutant(
        "sigma is a variance",
        "course_utils/noise.py",
        "return sigma * eps",
        "return sigma**0.5 * eps",
        "tests/test_noise.py",
    ),
    Mutant(
        "photons come from the global generator",
        "course_utils/noise.py",
        "mean.cpu(), generator=generator",
        "mean.cpu()",
        "tests/test_noise.py",
    ),
]

SIGNALS = [
    Mutant(
        "random scenes have eleven ellipses at most",
        "course_utils/signals.py",
        "randint(4, 13",
        "randint(4, 12",
        "tests/test_signals.py",
    ),
    Mutant(
        "a psf is narrower than it is told",
        "course_utils/signals.py",
        "torch.exp(-0.5 * (u",
        "torch.exp(-1.0 * (u",
        "tests/test_signals.py",
    ),
]

IMAGES = [
    Mutant(
        "green and blue are exchanged",
        "course_utils/images.py",
        "0.7154, 0.0721",
        "0.0721, 0.7154",
        "tests/test_images.py",
    ),
    Mutant(
        "a size cuts the square out of a corner",
        "course_utils/images.py",
        "(m - n) // 2 for m",
        "0 * (m - n) for m",
        "tests/test_images.py",
    ),
    Mutant(
        "what is transparent is black",
        "course_utils/images.py",
        " + 1 - x[..., -1:]",
        "",
        "tests/test_images.py",
    ),
]

THERMOGRAPHY = [
    Mutant(
        "Celsius begins at 273 K",
        "course_utils/thermography.py",
        "(1, 273.15)",
        "(1, 273)",
        "tests/test_thermography.py -k comes_out_in_kelvin",
    ),
    Mutant(
        "temperatures colder than any camera measures pass",
        "course_utils/thermography.py",
        "known.min() >= COLDEST",
        "known.min() >= 0",
        "tests/test_thermography.py -k holds_no_temperatures",
    ),
    Mutant(
        "the program that reads a FLIR JPEG may take more memory",
        "course_utils/flir.py",
        "2 * 1024**3",
        "8 * 1024**3",
        "tests/test_flir.py -k 'memory or more_pixels'",
    ),
    Mutant(
        "the program that reads a FLIR JPEG takes any number of pixels",
        "course_utils/flir.py",
        "kelvin.size > int(largest)",
        "kelvin.size > 2 * int(largest)",
        "tests/test_flir.py -k 'memory or more_pixels'",
    ),
]

INFRARED = [
    Mutant(
        "Planck's law has the fourth power",
        "course_utils/infrared.py",
        "/ wavelength**5 /",
        "/ wavelength**4 /",
        "tests/test_infrared.py",
    ),
    Mutant(
        "a detector's gains lie around nothing",
        "course_utils/infrared.py",
        "1 + gaussian(zero, gain, generator)",
        "gaussian(zero, gain, generator)",
        "tests/test_infrared.py",
    ),
]

PLOTS = [
    Mutant(
        "errors are not centred on zero",
        "course_utils/plots.py",
        "(-max(-low, high), max(-low, high))",
        "(low, max(-low, high))",
        "tests/test_plots.py",
    ),
    Mutant(
        "a spectrum has even steps",
        "course_utils/plots.py",
        'yscale="log"',
        'yscale="linear"',
        "tests/test_plots.py",
    ),
]

EXPLORE = [
    Mutant(
        "the band covers 95 percent, not 90",
        "course_utils/explore/part2.py",
        "torch.tensor(0.95)",
        "torch.tensor(0.975)",
        "tests/test_explore.py",
    ),
    Mutant(
        "an untrained network has lam beside |t|",
        "course_utils/explore/part3_learning.py",
        "t.abs() ** 2 + self.lam",
        "t.abs() + self.lam",
        "tests/test_explore_learning.py",
    ),
    Mutant(
        "numbers travel with their bytes in the other order",
        "course_utils/explore/figure.py",
        'dtype="<f4"',
        'dtype=">f4"',
        "tests/test_explore.py",
    ),
]

FRONT_ENDS = [
    Mutant(
        "on the page, a flat ray leans the wrong way",
        "course_utils/static/turning-scanner.js",
        "(centre - i) / sin",
        "(i - centre) / sin",
        "tests/test_explore_ch11.py",
    ),
    Mutant(
        "on the page, SURE counts the trace once",
        "course_utils/static/five-rules.js",
        "2 * sigma ** 2 * (m",
        "sigma ** 2 * (m",
        "tests/test_explore.py",
    ),
    Mutant(
        "on the page, a pixel has two neighbours to its right",
        "course_utils/static/material-map.js",
        "company[z[x - 1]]",
        "company[z[x + 1]]",
        "tests/test_explore.py",
    ),
    Mutant(
        "on the page, a relative error is squared",
        "course_utils/static/figure.js",
        "Math.sqrt(above / below)",
        "above / below",
        "tests/test_explore.py",
    ),
]

STUDIES = [
    Mutant(
        "a study begins anew each time",
        "studies/table.py",
        "if not self.has(*task)",
        "",
        "tests/test_studies.py -k tasks_that_are_left",
    ),
    Mutant(
        "a table is not kept in the order of its keys",
        "studies/table.py",
        "[row[key] for key in self.keys]",
        "[0 for key in self.keys]",
        "tests/test_studies.py -k keeps_them_in_order",
    ),
    Mutant(
        "the displaced blur is displaced by one pixel",
        "studies/problems.py",
        "blur(shift=2)",
        "blur(shift=1)",
        "tests/test_data_efficiency.py -k another_instrument",
    ),
    Mutant(
        "photographs of the training serve in the test",
        "studies/problems.py",
        'rest[:9] if kind == "train" else rest[9:]',
        'rest[:9] if kind == "train" else rest[5:]',
        "tests/test_data_efficiency.py -k no_photograph",
    ),
    Mutant(
        "the price of the diagonal forgets the number of pairs",
        "studies/estimators.py",
        "b.square().sum(0)) + mu * len(g))",
        "b.square().sum(0)) + mu)",
        "tests/test_data_efficiency.py -k diagonal_minimises",
    ),
    Mutant(
        "the steps of the cooling Adam stay as they are",
        "studies/estimators.py",
        "(1 - self.taken / self.steps)",
        "1",
        "tests/test_data_efficiency.py -k cooling",
    ),
    Mutant(
        "the worst weight is chosen",
        "studies/data_efficiency.py",
        "return min(\n        weights,",
        "return max(\n        weights,",
        "tests/test_data_efficiency.py -k closed_row",
    ),
    Mutant(
        "the rate between two sizes is that of the other end",
        "studies/data_efficiency.py",
        "(1 - weight) * log(known[low][key])",
        "weight * log(known[low][key])",
        "tests/test_data_efficiency.py",
    ),
    Mutant(
        "the second form has no price",
        "studies/two_forms.py",
        "LAM * torch.eye(len(A))",
        "0 * torch.eye(len(A))",
        "tests/test_studies.py -k two_forms_that_are_timed",
    ),
    Mutant(
        "the first round is counted",
        "studies/two_forms.py",
        "b / a for a, b in times[1:]",
        "b / a for a, b in times",
        "tests/test_studies.py -k all_rounds_but_the_first",
    ),
    Mutant(
        "the dense matrix is counted in double precision",
        "studies/spectral_cost.py",
        "4 * side**4",
        "8 * side**4",
        "tests/test_studies.py -k cost_of_the_network",
    ),
    Mutant(
        "the peak of the memory is what is left at the end",
        "studies/spectral_cost.py",
        "max(highest, held)",
        "held",
        "tests/test_studies.py -k peak",
    ),
    Mutant(
        "the noise of sparse scenes is an amplitude in dB",
        "studies/unrolling.py",
        "float(noise_db[:2]) / 20",
        "float(noise_db[:2]) / 10",
        "tests/test_studies_ch10.py -m 'not slow'",
    ),
    Mutant(
        "test scenes are those of the training",
        "studies/unrolling.py",
        "test = 50_000 +",
        "test = 2_000 +",
        "tests/test_studies_ch10.py -m 'not slow'",
    ),
    Mutant(
        "photographs of the validation are trained on",
        "studies/unrolled_photographs.py",
        "names[0::2] if name not in VALIDATION",
        "names[0::2]",
        "tests/test_studies_ch10.py -m 'not slow'",
    ),
    Mutant(
        "the error is a ratio of squares",
        "studies/unrolled_photographs.py",
        "/ (g - f).norm(dim=(1, 2))",
        "/ (g - f).square().sum(dim=(1, 2))",
        "tests/test_studies_ch10.py -m 'not slow'",
    ),
    Mutant(
        "slices are not halved",
        "studies/tomography.py",
        "(ct / 2)",
        "ct",
        "tests/test_studies_ch11.py -m 'not slow'",
    ),
    Mutant(
        "estimates are not clipped before they are scored",
        "studies/tomography.py",
        "psnr(f_hat.clamp(0, 1), f)",
        "psnr(f_hat, f)",
        "tests/test_studies_ch11.py -m 'not slow'",
    ),
    Mutant(
        "Wiener's factors forget the noise",
        "studies/infrared.py",
        "variance + (camera()",
        "variance + 0 * (camera()",
        "tests/test_studies_ch12.py -m 'not slow'",
    ),
    Mutant(
        "a head that may correct the radiance does not",
        "studies/infrared.py",
        "scores.shape[-3] == 4",
        "scores.shape[-3] == 5",
        "tests/test_studies_ch12.py -m 'not slow'",
    ),
]

TABLES = [
    Mutant(
        "a row of the table of tomography has another seed",
        "course_utils/tables/tomography.json",
        '"photons": 0, "K": 15, "seed": 2, "validation": 28.467',
        '"photons": 0, "K": 15, "seed": 3, "validation": 28.467',
        "tests/test_studies_ch11.py -m 'not slow'",
    ),
    Mutant(
        "a number in the table of spectral costs is mistyped",
        "course_utils/tables/spectral-cost.json",
        '"dense_gb": 17.179869184',
        '"dense_gb": 17.719869184',
        "tests/test_studies.py -k cost_of_the_network",
    ),
]

TOOLS = [
    Mutant(
        "progress bars are reported as errors",
        "tools/notebooks.py",
        '"\\r" not in output.text',
        '"\\r" in output.text',
        "tests/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "the check passes outputs of other code",
        "tools/notebooks.py",
        'notebook.metadata.get("tested") != tested_with(notebook)',
        'notebook.metadata.get("tested") is None',
        "tests/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "starters are counted as run",
        "tools/normal_form.py",
        '"skip-execution" not in tags(cell)',
        '"skipped" not in tags(cell)',
        "tests/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "pictures keep their text",
        "tools/normal_form.py",
        'b"tEXt", ',
        "",
        "tests/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "students see the solutions",
        "tools/student.py",
        '"solution" not in tags(cell)',
        '"answer" not in tags(cell)',
        "tests/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "students get no package",
        "tools/student.py",
        '"course_utils", "pyproject.toml"',
        '"pyproject.toml"',
        "tests/test_notebooks.py -m 'not slow'",
    ),
    Mutant(
        "a measured time is rounded down to minutes",
        "tools/coursebook.py",
        "seconds < 90",
        "seconds < 30",
        "tests/test_coursebook.py -k measured_time",
    ),
    Mutant(
        "a fork off GitHub gets a link to Colab",
        "tools/coursebook.py",
        '"github.com/" not in address',
        '"github.com/" in address',
        "tests/test_coursebook.py -k 'gitlab or binder_and_colab'",
    ),
    Mutant(
        "a title is put into the picture as it is",
        "tools/chapter_path.py",
        "escape(chapter['title'])",
        "(chapter['title'])",
        "tests/test_chapter_path.py",
    ),
    Mutant(
        "an arc ends at the chapter that it begins at",
        "tools/chapter_path.py",
        '_arc(rows[need], rows[chapter["stem"]])',
        '_arc(rows[chapter["stem"]], rows[chapter["stem"]])',
        "tests/test_chapter_path.py",
    ),
    Mutant(
        "the page on speed shows each group twice",
        "tools/bench_page.py",
        'if r["group"] == name]',
        "]",
        "tests/test_benchmarks.py",
    ),
]

LINTERS = [
    Mutant(
        "a picture may be described in a word",
        "tests/anatomy.py",
        "not 15 <= words <= 50",
        "words > 50",
        "tests/test_anatomy.py",
    ),
    Mutant(
        "a circle of chapters passes",
        "tests/anatomy.py",
        "if open_chapters:",
        "if not open_chapters:",
        "tests/test_anatomy.py",
    ),
    Mutant(
        "things may be clearly so",
        "tests/prose.py",
        "simply|clearly",
        "simply",
        "tests/test_anatomy.py",
    ),
    Mutant(
        "math is counted as words",
        "tests/prose.py",
        'r"\\$[^$]+\\$",',
        "",
        "tests/test_anatomy.py",
    ),
    Mutant(
        "a check may accept its starter",
        "tests/exercises.py",
        '    else:\n        yield f"the check before cell',
        '    if not check:\n        yield f"the check before cell',
        "tests/test_anatomy.py",
    ),
    Mutant(
        "statements may have 800 words",
        "tests/exercises.py",
        ".split()) > 80",
        ".split()) > 800",
        "tests/test_anatomy.py",
    ),
    Mutant(
        "modules may have 260 lines",
        "tests/architecture.py",
        "len(source.splitlines()) > 250",
        "len(source.splitlines()) > 260",
        "tests/test_architecture.py",
    ),
    Mutant(
        "a module may import any other",
        "tests/architecture.py",
        "set(known(name, source)) - MAY_IMPORT.get(name, set())",
        "set(known(name, source)) - set(MAY_IMPORT)",
        "tests/test_architecture.py",
    ),
]

BENCHMARKS = [
    Mutant(
        "the ratio is turned round",
        "benchmarks/measure.py",
        "b / a for a, b in pairs",
        "a / b for a, b in pairs",
        "tests/test_benchmarks.py",
    ),
    Mutant(
        "ours may be worse than the peer's",
        "benchmarks/measure.py",
        "if case.no_worse and",
        "if not case.no_worse and",
        "tests/test_benchmarks.py",
    ),
    Mutant(
        "a number of three digits loses its last",
        "benchmarks/table.py",
        ">= 10**digits",
        "> 10 ** (digits + 1)",
        "tests/test_benchmarks.py",
    ),
    Mutant(
        "rows that reach their target are listed as missing it",
        "benchmarks/table.py",
        'if not row["met"]]',
        'if row["met"]]',
        "tests/test_benchmarks.py",
    ),
]

MUTANTS = [
    *LINEAR,
    *OPERATORS,
    *TOMOGRAPHY,
    *PRIORS,
    *SOLVERS,
    *CHOOSE,
    *BAYES,
    *POTTS,
    *NETWORKS,
    *UNROLLED,
    *TRAINING,
    *METRICS,
    *NOISE,
    *SIGNALS,
    *IMAGES,
    *THERMOGRAPHY,
    *INFRARED,
    *PLOTS,
    *EXPLORE,
    *FRONT_ENDS,
    *STUDIES,
    *TABLES,
    *TOOLS,
    *LINTERS,
    *BENCHMARKS,
]

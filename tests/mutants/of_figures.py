"""Mutants of the responding figures: what Python sends, and what the page computes."""

from . import Mutant

IN_PYTHON = [
    Mutant(
        "the band covers 95 percent, not 90",
        "course_utils/explore/band_and_noise.py",
        "torch.tensor(0.95)",
        "torch.tensor(0.975)",
        "tests/package/explore/test_band_and_noise.py",
    ),
    Mutant(
        "an untrained network has lam beside |t|",
        "course_utils/explore/wrong_physics.py",
        "t.abs() ** 2 + self.lam",
        "t.abs() + self.lam",
        "tests/package/explore/test_wrong_physics.py",
    ),
    Mutant(
        "the last step of an array lies beyond its largest number",
        "course_utils/explore/figure.py",
        "(2**bits - 1) or",
        "2**bits or",
        "tests/package/explore/test_figure.py",
    ),
    Mutant(
        "numbers travel with their bytes in the other order",
        "course_utils/explore/figure.py",
        'dtype="<f4"',
        'dtype=">f4"',
        "tests/package/explore/test_figure.py",
    ),
]

ON_THE_PAGE = [
    Mutant(
        "on the page, a flat ray leans the wrong way",
        "course_utils/explore/parallel_beam.js",
        "(centre - i) / sin",
        "(i - centre) / sin",
        "tests/package/explore/test_turning_scanner.py",
    ),
    Mutant(
        "on the page, SURE counts the trace once",
        "course_utils/explore/lambda_rules.js",
        "residual + 2 * sigma ** 2",
        "residual + sigma ** 2",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, GCV counts a singular value once that many coefficients share",
        "course_utils/explore/lambda_rules.js",
        "trace += count[i] * w",
        "trace += w",
        "tests/package/explore/test_by_eye.py",
    ),
    Mutant(
        "on the page, correlated noise loses energy",
        "course_utils/explore/five_rules.js",
        "map((v) => scale * v)",
        "map((v) => v)",
        "tests/package/explore/test_explore.py -k five_rules",
    ),
    Mutant(
        "on the page, a pixel has two neighbours to its right",
        "course_utils/explore/material_map.js",
        "meet(x - 1)",
        "meet(x + 1)",
        "tests/package/explore/test_material_map.py",
    ),
    Mutant(
        "on the page, a psf is cut at two widths",
        "course_utils/explore/blur_and_noise.js",
        "6 * width",
        "2 * width",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, the datum of a slanted ray forgets its length",
        "course_utils/explore/ray_and_datum.js",
        "Math.abs(meets - near)) * length",
        "Math.abs(meets - near))",
        "tests/package/explore/test_ray_and_datum.py",
    ),
    Mutant(
        "on the page, the highest frequency counts what space does not see",
        "course_utils/explore/wrong_physics.js",
        "weight(q, n) - 1;",
        "1;",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, the network is told another noise",
        "course_utils/explore/three_answers.js",
        "Math.log10(sigma) + 2",
        "Math.log10(sigma)",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, steps are counted from 0",
        "course_utils/explore/figure.js",
        "low + step * v",
        "step * v",
        "tests/package/explore/test_figure.py",
    ),
    Mutant(
        "on the page, a relative error is squared",
        "course_utils/explore/figure.js",
        "Math.sqrt(above / below)",
        "above / below",
        "tests/package/explore/test_figure.py",
    ),
]

MUTANTS = [
    *IN_PYTHON,
    *ON_THE_PAGE,
]

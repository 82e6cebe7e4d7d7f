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
        "(levels or 2**bits) - 1",
        "(levels or 2**bits)",
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
        "on the page, a factor of a painted filter belongs to the next ring",
        "course_utils/explore/painted_filter.js",
        "factors[ring[i]]",
        "factors[ring[i] + 1]",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, a mode comes out with the wrong phase",
        "course_utils/explore/mode_and_boundary.js",
        "Math.hypot(re, im)",
        "Math.abs(re)",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, Landweber takes a step more",
        "course_utils/explore/penalty_and_steps.js",
        "landweber(s, Math.round(10 ** log10_k))",
        "landweber(s, 1 + Math.round(10 ** log10_k))",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, the weight of the penalty is squared",
        "course_utils/explore/by_eye.js",
        "s.map((v) => v / (v ** 2 + lam))",
        "s.map((v) => v / (v ** 2 + lam ** 2))",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, a dead datum takes no share from the mean of all",
        "course_utils/explore/dead_patch.js",
        "missing[i] - taken[i]",
        "missing[i]",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, an interval of the reliability diagram is half as wide",
        "course_utils/explore/reliability_diagram.js",
        "z.map((z_i) => z_i * sd)",
        "z.map((z_i) => 0.5 * z_i * sd)",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, a datum is shrunk for another one",
        "course_utils/explore/scale_mixture.js",
        "map((v) => shrunk(v, x))",
        "map((v) => shrunk(v, g))",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, the map of the plane forgets its second entry",
        "course_utils/explore/prox_plane.js",
        "prox([(i - 40) / 10, v2], t)",
        "prox([(i - 40) / 10, v1], t)",
        "tests/package/explore/test_explore.py",
    ),
    Mutant(
        "on the page, a remedy filters only the even half of the image",
        "course_utils/explore/two_remedies.js",
        "filtered.im[i] = factor * G.im[i]",
        "filtered.im[i] = G.im[i]",
        "tests/package/explore/test_explore.py",
    ),
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
        "on the page, Adam does not correct the first steps of the diagonal",
        "course_utils/explore/train_the_diagonal.js",
        "rate / (1 - beta1 ** t)",
        "rate",
        "tests/package/explore/test_explore.py -k diagonal",
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

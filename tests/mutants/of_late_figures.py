"""Mutants of the figures on learning, unrolling, tomography and infrared."""

from . import Mutant

SAME = "tests/package/explore/test_explore.py -k 'python_computes and {}'"


def on_the_page(name, figure, old, new):
    """A mutant of a front end, which the comparison with Python has to see."""
    front_end = f"course_utils/explore/{figure}.js"
    return Mutant(f"on the page, {name}", front_end, old, new, SAME.format(figure))


MUTANTS = [
    on_the_page(
        "a matrix is that of fewer pairs",
        "pairs_and_error",
        "matrices[name].subarray(k * entries, (k + 1) * entries)",
        "matrices[name].subarray((k - 1) * entries, k * entries)",
    ),
    on_the_page(
        "the largest part of the error is sought where no eigenvalue is",
        "placed_steps",
        "remaining(roots, own).map(largest)",
        "remaining(roots, x).map(largest)",
    ),
    on_the_page(
        "FISTA is shown a step further than its error",
        "steps_until_deadline",
        "place * K + k - 1",
        "place * K + k",
    ),
    on_the_page(
        "signals and layers change places",
        "layer_player",
        "(m * K + k) * S + i",
        "(m * S + i) * K + k",
    ),
    on_the_page(
        "the iterations are a step behind the layers",
        "layers_and_iterations",
        "[k, last + 1 + k]",
        "[k, last + k]",
    ),
    on_the_page(
        "a PSNR takes the sum of the squares for their mean",
        "layers_and_views",
        "Math.log10(sum / f.length)",
        "Math.log10(sum)",
    ),
    on_the_page(
        "the misfit has views of a whole turn",
        "seen_and_added",
        "(k / views) * Math.PI",
        "(k / views) * 2 * Math.PI",
    ),
    on_the_page(
        "a scan over an arc lacks its last view",
        "turning_scanner",
        "Math.ceil((count * arc) / 180)",
        "Math.floor((count * arc) / 180)",
    ),
    on_the_page(
        "the light of the surroundings stays in what a surface radiates",
        "emissivity_and_threshold",
        "(radiance - (1 - emissivity) * around) / emissivity",
        "radiance / emissivity",
    ),
    on_the_page(
        "a lens diffracts as a line does, not as a disc",
        "thermal_camera",
        "Math.acos(r) - r * Math.sqrt(1 - r * r)",
        "Math.acos(r)",
    ),
]

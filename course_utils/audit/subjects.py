"""What a row is about: its problems, its methods, and the studies that measured it."""

from . import computed, measured
from .verdict import Inequality, Row

BLUR = "deconvolution, lines"
PICTURES = "deconvolution, photographs"
WRONG = "deconvolution, wrong model"
SPARSE = "sparse recovery"
SCANNER = "tomography"
CAMERA = "infrared"
DETECTOR = "nonlinear detector"
ROD = "diffusion coefficient"
MISMATCH = "wrong operators"
EXACT = "exact operators"
PROBLEMS = {
    "edges": BLUR,
    "stationary": BLUR,
    "wide blur": BLUR,
    "spikes": BLUR,
    "lines": BLUR,
    "photographs": PICTURES,
    "small pictures": PICTURES,
    "displaced": WRONG,
    "dark ends": WRONG,
    "sparse": SPARSE,
}
STUDIES = {  # of each function: the table that it reads, and its problem if it has one
    measured.gap: ("data-efficiency", None),
    measured.learned_share: ("data-efficiency", None),
    measured.by_budget: ("physics-or-data", None),
    measured.over_longer: ("physics-or-data-longer", None),
    measured.over_classical: ("physics-or-data", None),
    measured.psnr_gap: ("tomography", SCANNER),
    measured.times_prox: ("tomography", SCANNER),
    measured.photograph_ratio: ("unrolled-photographs", PICTURES),
    measured.tail: ("unrolling", SPARSE),
    measured.sparse_gap: ("unrolling", SPARSE),
    measured.slowest_layer: ("unrolling", SPARSE),
    measured.after_training: ("unrolling-budgets", SPARSE),
    measured.labels_gap: ("infrared", CAMERA),
    measured.kelvin_gap: ("infrared", CAMERA),
    measured.made_worse: ("zero-boundary", WRONG),
    measured.risk_ratio: ("saturated-sensor", DETECTOR),
    measured.over_adjoint: ("adjoint-or-pinn", ROD),
    measured.spectral_cost: ("spectral-cost", PICTURES),
    measured.sharper_prior: ("learned-numbers", SPARSE),
    measured.regret_of: ("how-much-to-fix-scores", MISMATCH),
    measured.regret_less: ("how-much-to-fix-scores", MISMATCH),
    measured.right_of: ("how-much-to-fix-scores", MISMATCH),
    measured.network_gain: ("how-much-to-fix-networks", MISMATCH),
}
METHODS = {
    "four layers": ("four layers", "spectral + head"),
    "matrix": ("matrix", "matrix, from identity", "two layers, W H'"),
    "filter": ("filter without H", "Wiener", "affine", "undone, weighed", "wiener + head"),
    "Tikhonov": ("Tikhonov",),
    "CNN or U-Net": ("CNN", "Tikhonov + CNN", "U-Net", "u-net, long", "frame + head"),
    "unrolled": (
        "network",
        "prox",
        "steps",
        "primal-dual",
        "LISTA",
        "LISTA-CP-SS",
        "LISTA-CP-SS, shared",
        "ALISTA-SS",
        "LISTA-CP, shared",
        "soft",
        "conv",
    ),
    "iterations": (
        "TV",
        "TV, primal-dual",
        "FISTA, TV",
        "tv",
        "ISTA",
        "FISTA",
        "FBP",
        "map",
        "conjugate gradients",
        "with a penalty",
        "gradient steps",
    ),
    "physics-informed": ("LM", "Adam"),
}

ALWAYS = {  # what a function compares, where its arguments do not say it
    computed.unrolled_apart: ["unrolled"],
    measured.times_prox: ["unrolled", "iterations"],
    measured.made_worse: ["filter"],
    measured.spectral_cost: ["four layers"],
    measured.regret_of: ["four layers", "filter"],
    measured.regret_less: ["four layers", "matrix"],
    measured.right_of: ["four layers", "filter"],
    measured.network_gain: ["unrolled", "matrix"],
}


def table(one: Inequality) -> str | None:
    """The table that an inequality reads, or None where it is computed."""
    return STUDIES.get(one.numbers.func, (None, None))[0]


def problem(one: Inequality) -> str:
    """The problem that an inequality is about."""
    found = STUDIES.get(one.numbers.func, (None, EXACT))[1]
    return found or PROBLEMS[one.numbers.args[0]]


def methods(one: Inequality) -> list[str]:
    """The methods that an inequality compares; the layers where it is computed."""
    if one.numbers.func in ALWAYS:
        return ALWAYS[one.numbers.func]
    if one.numbers.func not in STUDIES and one.numbers.func is not computed.overshoot:
        return ["four layers"]
    return [name for name, group in METHODS.items() if set(group) & set(one.numbers.args)]


def about(row: Row) -> dict[str, list[str]]:
    """The problems, methods and tables of a row, each once and in order."""
    every = [*row.inside, *row.outside]
    return {
        "problems": unique(problem(one) for one in every),
        "methods": unique(name for one in every for name in methods(one)),
        "tables": unique(name for one in every if (name := table(one))),
    }


def unique(names) -> list[str]:
    """Each name once, where it stood first."""
    return list(dict.fromkeys(names))


def told(row: Row) -> dict:
    """A row in plain words and lists, with its verdict, as a table or a page shows it."""
    sides = {
        side: [
            {
                "is": one.statement,
                "measured": one.measured(),
                "asked": one.asked(),
                "holds": one.holds(),
            }
            for one in getattr(row, side)
        ]
        for side in ("inside", "outside")
    }
    words = ("place", "name", "condition", "reason")
    plain = {word: getattr(row, word) for word in words}
    where = {"where": list(row.where), "verdict": row.verdict()}
    return plain | where | about(row) | sides

"""A small example of every figure: each entry takes ``randn`` and gives the figure."""

import math
import zlib
from base64 import b64encode

import torch

from course_utils import explore, tables
from course_utils.explore import answers
from course_utils.infrared import observed_radiance
from course_utils.linear import Matrix
from course_utils.nonlinear import Diffusion
from course_utils.operators import Blur, Radon
from course_utils.signals import boxcar, gaussian_psf, random_ellipses

N = 24  # entries of a signal
SIDE = 16  # of a picture: a power of two, which the painted filter needs


def line_blur():
    """A periodic blur of N pixels, in double precision."""
    return Blur(gaussian_psf(1.5).double(), (N,))


def adjoint_and_pinn(randn):
    return explore.AdjointAndPinn(courses(randn), "0.1 %", "Adam")


def courses(randn):
    """Logs of two trainings at two levels of noise: a rod of 20 cells with 4 data."""
    n = 20
    f = randn(n).cumsum(0) / 4
    u = Diffusion(n, every=4)(f)
    given = {"lam": 1.0, "truth": f.exp().tolist(), "passes_at": [0, 20, 500]}
    rows = []
    for noise in (0.1, 5.0):
        sigma = noise / 100 * u.max().item()
        g = (u + sigma * randn(4)).tolist()
        for method, setting in (("Adam", ""), ("LM", "lam 0")):
            log_a = torch.cat([randn(2, n), f[None]])  # which ends at the truth
            log = (1e4 * log_a).clamp(-3e4, 3e4).to(torch.int16).numpy().tobytes()
            own = {"residuals": randn(3).exp().tolist(), "g": g, "sigma": sigma}
            own["log_a"] = b64encode(zlib.compress(log)).decode()
            own |= {"noise": noise, "method": method, "setting": setting}
            rows.append(given | own)
    return rows


def band_and_noise(randn):
    H = line_blur()
    f = randn(3, N)
    return explore.BandAndNoise(H, f, H(f), randn(N).exp(), 0.3)


def blur_and_noise(randn):
    f = randn(32, 32).sigmoid()  # with room for the widest psf
    return explore.BlurAndNoise(f, randn(32, 32), width=1.0, log10_sigma=-1.0)


def by_eye(randn):
    H = Blur(gaussian_psf(1.0, ndim=2).double(), (SIDE, SIDE))
    photographs = {"one": randn(SIDE, SIDE).sigmoid(), "two": randn(SIDE, SIDE).sigmoid()}
    return explore.ByEye(H, photographs, randn(SIDE, SIDE), 0.03, log10_lam=-5.0)


def claims_and_verdicts(randn):
    del randn
    decided = {"is": "a less b", "measured": "−1 dB", "asked": "< 0 dB", "holds": True}
    claim = {
        "place": "Key result 1",
        "name": "Physics saves data",
        "verdict": "holds",
        "condition": "",
        "reason": "",
        "problems": ["lines"],
        "methods": ["matrix"],
        "tables": ["data-efficiency"],
        "where": ["10-fixed-and-learned#fig-pairs"],
        "inside": [decided],
        "outside": [],
    }
    second = {"place": "Key result 2", "problems": ["lines", "tomography"], "methods": []}
    third = {"place": "Key result 3", "verdict": "holds if", "condition": "few pairs"}
    claims = [claim, claim | second | {"verdict": "fails"}, claim | third]
    return explore.ClaimsAndVerdicts(claims)


def dead_patch(randn):
    H = Blur(gaussian_psf(0.7, ndim=2).double(), (SIDE, SIDE))
    f = 0.4 + 0.05 * randn(SIDE, SIDE)
    f[8:, 8:] += 0.5
    nu = torch.fft.fftfreq(SIDE, 1 / SIDE).double()
    p = 0.5 / (1 + nu[:, None] ** 2 + nu**2)
    return explore.DeadPatch(
        H, f, randn(SIDE, SIDE), p, 0.5, sigma=0.05, row=0, column=0, side=6
    )


def emissivity_and_threshold(randn):
    T = 300 + 2 * randn(8, 8).clamp(-2.5, 2.5) + 25 * (randn(8, 8) > 0.8)
    L = observed_radiance(T, torch.where(T > 315, 0.7, 1.0), 285.0)
    return explore.EmissivityAndThreshold(L, T, T > 315, 285.0, threshold=315.0)


def five_rules(randn):
    f = boxcar(N).double()
    return explore.FiveRules(line_blur(), f, randn(N), log10_lam=-3.0, log10_sigma=-2.0)


def hidden_stripes(randn):
    H = Blur(gaussian_psf(1.0, ndim=2).double(), (SIDE, SIDE))
    f = randn(SIDE, SIDE).sigmoid()
    return explore.HiddenStripes(H, f, randn(SIDE, SIDE), nu=3, log10_sigma=-2.0)


def how_much_to_fix(randn):
    x = torch.arange(N).double()
    C = torch.exp(-(x[:, None] - x).abs() / 6)

    def blur(mismatch):
        widths = 1.5 * (1 + mismatch * torch.linspace(-1, 1, N))[:, None]
        H = torch.exp(-(((x[:, None] - x) / widths) ** 2) / 2)
        return H / H.sum(1, keepdim=True)

    del randn
    operators = {m: blur(m) for m in (0.0, 0.2, 0.5)}
    setting = {"level": 1, "log10_sigma": -2.0, "log2_pairs": 2.0}
    return explore.HowMuchToFix(blur(0.0), C, operators, **setting)


def iteration_player(randn):
    H = Matrix(randn(6, 6))
    f = randn(6)
    return explore.IterationPlayer(H, f, H(f), 0.5 * f, log10_lam=-1.0, tau_L=0.9, k=7)


def layer_player(randn):
    f = randn(11, N)
    noise = torch.logspace(-2, 1, 11)[:, None] * randn(4, 11, N)
    estimates = {"first": f + noise, "second": f + 0.1 * noise}
    return explore.LayerPlayer(f, estimates, (0.0, 0.5, 1.0), layer=2, window=8)


def layers_and_iterations(randn):
    f = randn(6, 6).sigmoid()
    ways = {"network": randn(4, 6, 6), "iteration": randn(4, 6, 6)}
    return explore.LayersAndIterations(f, f + 1, ways, trained=2, k=3)


def layers_and_views(randn):
    rows = tables.read("tomography")["rows"]
    return explore.LayersAndViews(rows, randn(2, 64, 64).sigmoid(), layer=1, view=3)


def material_map(randn):
    truth = (3 * torch.arange(SIDE) // SIDE)[:, None].expand(SIDE, SIDE)
    f = truth + 0.5 * randn(SIDE, SIDE)
    return explore.MaterialMap(f, truth, 3, 0.4, row=3, column=4, side=5)


def mode_and_boundary(randn):
    zero = Blur(gaussian_psf(1.0).double(), (N,), "zero")
    operators = {"periodic": line_blur(), "zero": zero, "matrix": Matrix(randn(N, N))}
    return explore.ModeAndBoundary(operators, nu=3)


def painted_filter(randn):
    H = Blur(gaussian_psf(1.0, ndim=2).double(), (SIDE, SIDE))
    f = randn(SIDE, SIDE).sigmoid()
    filters = {
        "Tikhonov": lambda s: s / (s**2 + 0.1),
        "truncation": lambda s: (s > 0.3) / s,
        "transpose": lambda s: s,
    }
    return explore.PaintedFilter(H, f, H(f), filters, rival="Tikhonov")


def pairs_and_error(randn):
    f = randn(3, N)
    estimates = {"one": randn(4, 3, N), "two": randn(4, 3, N)}
    matrices = {"one": randn(4, 8, 8), "two": randn(4, 8, 8)}
    errors = {name: -5 + randn(4) for name in ("two", "three")}
    errors = {"one": torch.tensor([0.0, -2.0, -6.0, -9.0]).double(), **errors}
    return explore.PairsAndError(f, estimates, matrices, errors, k=1)


def penalty_and_steps(randn):
    H = Matrix.of(Blur(gaussian_psf(1.5).double(), (N,), "zero"))
    f = boxcar(N).double()
    start = {"log10_lam": -3.5, "log10_k": 1.0, "cg_steps": 3}
    return explore.PenaltyAndSteps(H, f, H(f) + 0.003 * randn(N), **start)


def placed_steps(randn):
    return explore.PlacedSteps(low=0.1)


def prox_plane(randn):
    return explore.ProxPlane((2.5, 0.9), 0.8)


def ray_and_datum(randn):
    f = random_ellipses(1, SIDE, torch.Generator().manual_seed(4))[0].double()
    return explore.RayAndDatum(f, angle=3, place=5)


def receptive_field(randn):
    return explore.ReceptiveField(3, 2, size=N)


def reliability_diagram(randn):
    H = line_blur()
    edges = 0.3 * (randn(10, 6) > 0).double().repeat_interleave(4, 1)
    power = 1 / (1 + torch.fft.fftfreq(N, 1 / N).double() ** 2)
    kinds = {"smooth": (H(randn(10, N)), power), "with edges": (edges, 0.1 * power)}
    sent = {name: (f, H(f) + 0.1 * randn(10, N), p) for name, (f, p) in kinds.items()}
    return explore.ReliabilityDiagram(H, sent, 0.1)


def saturation_and_estimates(randn):
    lag = torch.arange(N).double()
    c = torch.exp(-torch.minimum(lag, N - lag) / 4)
    setting = {"log10_s": -0.2, "log10_sigma": -1.3}
    return explore.SaturationAndEstimates(
        line_blur(), c, randn(3, N), randn(3, N), **setting
    )


def scale_mixture(randn):
    return explore.ScaleMixture(g=2.5, lam=0.7)


def steps_until_deadline(randn):
    H = Matrix(randn(12, N))
    f = randn(5, N)
    layers = f + torch.logspace(0.5, -2, 6)[:, None, None] * randn(6, 5, N)
    return explore.StepsUntilDeadline(H, f, H(f), layers, log10_lam=-1.0, k=4, window=8)


def structures_and_regret(randn):
    names = ("fixed", "retuned", "covariance", "correction", "spectral", "dense")
    risks = (0.3 * randn(12, len(names))).exp()
    risks[:, 5] += 1
    given = {"noise": randn(12).exp() / 10, "mismatch": randn(12).exp() / 10}
    rows = [
        {
            "family": "signals" if i % 2 else "tomography",
            "pairs": 8 * 2 ** (i % 8),
            "risk": risks[i].tolist(),
            "choice": i % 4,
            **{name: values[i].item() for name, values in given.items()},
        }
        for i in range(12)
    ]
    return explore.StructuresAndRegret(rows, names)


def thermal_camera(randn):
    x = randn(SIDE, SIDE).sigmoid()
    start = {"nu": 2, "spot": 6.0, "log10_netd": -1.0, "coldest": 293.0, "warmest": 313.0}
    return explore.ThermalCamera(x, randn(SIDE // 2, SIDE // 2), **start)


def seen_and_added(randn):
    H = Radon(SIDE, torch.arange(6).double() / 6 * math.pi)
    A = Matrix.of(H).A
    images = randn(4, SIDE, SIDE)
    seen = (images.flatten(1) @ (torch.linalg.pinv(A) @ A).T).view_as(images)
    added = images - seen
    return explore.SeenAndAdded(
        H(images[0]) + 0.1 * randn(6, SIDE),
        torch.stack([seen[0], added[0]]),
        {"one": seen[1], "two": seen[2]},
        {"first": 0.8 * added[0] + 0.2 * added[1], "ghost": added[3]},
    )


def three_answers(randn):
    S = answers.mean_spectrum(randn(20, SIDE, SIDE))
    network = answers.DetailNet(S, 2.0).double().requires_grad_(False)
    for p in network.parameters():
        p.data = 0.2 * randn(*p.shape)
    photographs = {"one": randn(SIDE, SIDE).sigmoid(), "two": randn(SIDE, SIDE).sigmoid()}
    trained = (0.003, 0.1)
    return explore.ThreeAnswers(
        photographs,
        randn(SIDE, SIDE),
        network,
        width=1.5,
        log10_sigma=-1.5,
        trained=trained,
    )


def train_in_the_page(randn):
    train = (randn(8, N).sigmoid(), randn(8, N))
    validation = (randn(3, N).sigmoid(), randn(3, N))
    figure = explore.TrainInThePage(train, validation, 0.2, network="CNN", k=3)
    figure.steps = 5
    return figure


def train_the_diagonal(randn):
    H = line_blur()

    def pairs(count):
        f = randn(count, N).cumsum(-1) / 3
        return H(f) + 0.1 * randn(count, N), f

    start = {"most": 60, "log10_rate": -1.0, "k": 3}
    return explore.TrainTheDiagonal(H, pairs(128), pairs(40), 0.1, **start)


def truncation(randn):
    H = Matrix.of(line_blur())
    return explore.Truncation(H, boxcar(N).double(), randn(N), k=5, log10_sigma=-2.0)


def turning_scanner(randn):
    x = torch.arange(SIDE).double() - (SIDE - 1) / 2
    body, lesion = ((x**2 + x[:, None] ** 2 <= r**2) + 0.0 for r in (7, 2))
    return explore.TurningScanner(0.5 * body + 0.1 * lesion, Radon, (0, 0, 2), views=4)


def two_remedies(randn):
    H = Blur(gaussian_psf(1.0, ndim=2).double(), (SIDE, SIDE))
    f = randn(SIDE, SIDE).sigmoid()
    start = {"log10_lam": -5.0, "log10_k": 3.5, "log10_sigma": -1.5}
    return explore.TwoRemedies(H, f, randn(SIDE, SIDE), **start)


def wrong_physics(randn):
    pairs = (randn(8, N), randn(8, N))
    test = (randn(3, N), randn(3, N))
    return explore.WrongPhysics(pairs, test, 1.5, 0.05, 0.02, k=2)


EXAMPLES = {
    make.__name__: make
    for make in (
        adjoint_and_pinn,
        band_and_noise,
        blur_and_noise,
        by_eye,
        claims_and_verdicts,
        dead_patch,
        emissivity_and_threshold,
        five_rules,
        hidden_stripes,
        how_much_to_fix,
        iteration_player,
        layer_player,
        layers_and_iterations,
        layers_and_views,
        material_map,
        mode_and_boundary,
        painted_filter,
        pairs_and_error,
        penalty_and_steps,
        placed_steps,
        prox_plane,
        ray_and_datum,
        receptive_field,
        reliability_diagram,
        saturation_and_estimates,
        scale_mixture,
        seen_and_added,
        steps_until_deadline,
        structures_and_regret,
        thermal_camera,
        three_answers,
        train_in_the_page,
        train_the_diagonal,
        truncation,
        turning_scanner,
        two_remedies,
        wrong_physics,
    )
}

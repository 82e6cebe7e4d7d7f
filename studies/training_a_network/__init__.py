"""From how many training pairs on a small CNN denoises better than tuned formulas do.

Signals of 128 pixels with six jumps, and photographs in grey, with white Gaussian noise of
standard deviation ``sigma``. A training has N = ``pairs`` pairs (of photographs: tiles of
32 x 32 from eight or nine of them); the validation pairs (128 signals, or three
photographs) choose the rate, the step at which to stop, and the one number of every
formula; N does not count them. Tests are on 512 signals, or on the photographs of a third
of the album that the network saw nothing of: three folds have each of the 17 as a test
picture once. A seed is another draw of everything; in photographs it is a fold, too.

Keys: kind; method; sigma; pairs (0: a formula). Columns: ``psnr``, in dB, one for each seed
(signals: from the mean square of all; photographs: the mean over pictures); ``each``, that
of each photograph, fold by fold; ``training``, the same on (64 of) the training pairs;
``data``, of the data themselves; ``ladder``, the settings tried, learning rates or numbers
of a formula, with their validation losses, for seed 0; ``chosen``, the best one, which lies
inside; ``elsewhere``, the psnr after training or tuning at ``sigma`` on the data of another
sigma or kind. The rate of a network at another sigma than 0.1 is that at 0.1.

Rows of the kind "log" are training losses with one fault each: see ``logs``. The row of the
kind "rates" has the validation losses of rates from far too small to far too large.
"""

from torch import Tensor

from ..table import Table
from . import classical, logs, networks, problems
from .classical import score
from .posterior import posterior_mean

SIGMAS = (0.05, 0.1, 0.2)
MIDDLE = 0.1
GRID = {  # kind, width and sigma: the numbers of pairs; the middle sigma chooses the rates
    ("signals", 16, 0.1): (4, 16, 64, 256, 1024, 4096),
    ("photographs", 16, 0.1): (16, 1024),
    ("signals", 16, 0.05): (16, 256),
    ("signals", 16, 0.2): (16, 256),
    ("signals", 4, 0.1): (256,),
    ("signals", 32, 0.1): (256,),
}
RATES = [10 ** (k / 2) for k in range(-9, 0)]


def row(kind: str, method: str, sigma: float, pairs: int) -> dict:
    """One method in one setting."""
    if kind == "log":
        return logs.log(method)
    if kind == "rates":
        return of_rates(int(method.split()[1]), sigma, pairs)
    if method.startswith("CNN"):
        return of_networks(kind, int(method.split()[1]), sigma, pairs)
    seeds = problems.SEEDS if kind == "photographs" else (0,)
    made = [of_formula(kind, method, sigma, seed) for seed in seeds]
    denoisers = [denoiser for denoiser, _ in made]
    tried = made[0][1]
    return ladder_of(tried) | scores(kind, sigma, denoisers, seeds)


def of_formula(kind: str, method: str, sigma: float, seed: int):
    """A formula with its number, and the ladder of that; the posterior mean has none."""
    if method == "posterior mean":
        return lambda g: posterior_mean(g, sigma), {}
    return classical.tuned(kind, method, sigma, seed)


def of_networks(kind: str, width: int, sigma: float, pairs: int) -> dict:
    """The networks of all seeds, at the rate that seed 0 chooses at the middle sigma."""
    middle = (kind, f"CNN {width}", MIDDLE, pairs)
    nets = []
    if sigma == MIDDLE or not table().has(*middle):
        tried, net = networks.chosen(kind, width, pairs, MIDDLE)
        found = ladder_of(tried)
        nets += [net] if sigma == MIDDLE else []
    else:
        found = {name: table().row(*middle)[name] for name in ("ladder", "chosen")}
    for seed in problems.SEEDS[len(nets) :]:
        options = {"seed": seed, "rate": found["chosen"]}
        nets.append(networks.trained(kind, width, pairs, sigma, **options)[0])
    denoisers = [lambda g, net=net: networks.denoised(net, g) for net in nets]
    seen = []
    for denoiser, seed in zip(denoisers, problems.SEEDS, strict=True):
        g, f = (x[:64] for x in problems.training(kind, pairs, sigma, seed))
        seen.append(score(denoiser(g), f))
    return found | {"training": rounded(seen)} | scores(kind, sigma, denoisers)


def of_rates(width: int, sigma: float, pairs: int) -> dict:
    """The validation loss after a training at each of many rates."""
    options = {"kind": "signals", "width": width, "sigma": sigma, "pairs": pairs, "seed": 0}
    losses = [networks.trained(**options, rate=rate)[1] for rate in RATES]
    return ladder_of(dict(zip(RATES, losses, strict=True)))


def scores(kind: str, sigma: float, denoisers, seeds=problems.SEEDS) -> dict:
    """The psnr of each denoiser on test pairs, and elsewhere."""
    found = {"psnr": [], "data": []}
    each = []
    for denoiser, seed in zip(denoisers, seeds, strict=True):
        g, f = problems.tested(kind, sigma, seed)
        f_hat = denoiser(g)
        found["psnr"].append(score(f_hat, f))
        found["data"].append(score(g, f))
        each += [score(a[None], b[None]) for a, b in zip(f_hat, f, strict=True)]
    found = {name: rounded(values) for name, values in found.items()}
    if kind == "photographs":
        found["each"] = rounded(each)
    places = {str(x): [problems.tested(kind, x, seed) for seed in seeds] for x in SIGMAS}
    for name, pair in problems.others(kind, sigma).items():
        places[name] = [pair] * len(seeds)
    found["elsewhere"] = {
        name: rounded(score(d(g), f) for d, (g, f) in zip(denoisers, pairs, strict=True))
        for name, pairs in places.items()
        if name != str(sigma)
    }
    return found


def ladder_of(tried: dict[float, float]) -> dict:
    """The settings with their losses, and the best one."""
    if not tried:
        return {}
    ladder = [[float(f"{x:.4g}"), float(f"{y:.4g}")] for x, y in tried.items()]
    return {"ladder": ladder, "chosen": float(f"{min(tried, key=tried.get):.4g}")}


def rounded(x: Tensor | list) -> list[float]:
    """Three decimals."""
    return [round(float(v), 3) for v in x]


def table() -> Table:
    """The table, as it is now."""
    return Table("training-a-network", keys=("kind", "method", "sigma", "pairs"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    logged = [("log", name, logs.SIGMA, 0) for name in logs.FAULTS]
    methods = classical.METHODS
    formulas = [(k, m, sigma, 0) for k in methods for m in methods[k] for sigma in SIGMAS]
    formulas += [("signals", "posterior mean", sigma, 0) for sigma in SIGMAS]
    trained = [
        (kind, f"CNN {width}", sigma, pairs)
        for (kind, width, sigma), sizes in GRID.items()
        for pairs in sizes
    ]
    return [*logged, *formulas, ("rates", "CNN 16", MIDDLE, 256), *trained]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())

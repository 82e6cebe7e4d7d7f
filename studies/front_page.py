"""Where a small network beats the best filter at undoing a blur, and where it loses.

Photographs of 128 x 128 pixels, a Gaussian blur of known width and white noise of known
size. The data come from the operator that is inverted, on its grid and with its boundary:
the pictures repeat. All answers know the width and the noise.

    filter     Wiener's, with the mean spectrum of the training tiles; its one weight is the
               best power of two, on the average over all settings, for three photographs
    network    explore.answers.DetailNet, which corrects that filter; trained on tiles of
               ten photographs, turned and mirrored, with widths of 0.5 to 2.5 pixels, noise
               of 0.003 to 0.1 and fresh noise in every draw; its weights have 16 bits
    TV         60 iterations of ADMM; for each setting lambda is the best power of two for
               the three photographs; at eight settings only

They are tried on the four photographs of the front page, which took no part in a training
or a choice, and on two drawn patterns. A seed is one training and one draw of the noise.

Keys: answer; seed. ``errors`` has, by picture, the NMSE in dB: a list for each noise of
``sigmas``, with an entry for each width of ``widths``. ``chosen`` is what was chosen for
the validation photographs, as a power of two: one weight, or a lambda for each setting; it
lies inside ``ends``. A network has ``steps`` and ``train_s``. The page runs what the first
filter and the first network say of themselves, ``spectrum`` and ``weights``.
"""

import math
from time import process_time

import torch
from torch import Tensor

from course_utils import images, operators, signals, solvers
from course_utils.explore import answers
from course_utils.explore.answers import DetailNet
from course_utils.metrics import nmse_db
from course_utils.noise import seeded
from course_utils.priors import L1

from .table import Table

SIZE = 128
PAGE = ("cat", "astronaut", "page", "hubble")
VALIDATION = ("rocket", "tissue", "moon")
WIDTHS = (0.5, 1.0, 1.5, 2.0, 2.5)
SIGMAS = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
TRAINED_ON = (0.003, 0.1)  # the noise in training
TV_WIDTHS = (1.0, 2.0)
TV_SIGMAS = (0.003, 0.01, 0.03, 0.1)
LOG2_WEIGHTS = tuple(range(-2, 6))
LOG2_REACH = 3  # powers of two on either side of a first guess for TV
STEPS = 3000
BATCH = 8
RATE = 3e-3  # at the most
WARM_UP = 50  # steps
SHOWN = 0  # the seed of the network that the page runs


def pictures(names) -> Tensor:
    """Photographs. Shape: (count, SIZE, SIZE)."""
    album = images.photographs(SIZE)
    return torch.stack([album[name] for name in names])


def patterns() -> dict[str, Tensor]:
    """Drawn pictures that are no photographs: rings that narrow, and a chessboard."""
    x = torch.arange(SIZE) - SIZE / 2
    square = x[:, None] ** 2 + x**2
    fields = (x[:, None] // 8 + x // 8) % 2
    return {
        "rings": 0.5 + 0.5 * (math.pi * square / SIZE).cos(),
        "chessboard": 0.2 + 0.6 * fields,
    }


def tried() -> dict[str, Tensor]:
    """The pictures that all answers are tried on."""
    return dict(zip(PAGE, pictures(PAGE), strict=True)) | patterns()


def training_names() -> list[str]:
    """The photographs that are neither shown nor chosen on."""
    return [n for n in images.photographs() if n not in PAGE + VALIDATION]


def tiles() -> Tensor:
    """Tiles of the training photographs, small and large, none enlarged."""
    album = images.photographs()
    cut = []
    for name in training_names():
        for size in (SIZE, 2 * SIZE, 3 * SIZE):
            if size <= min(album[name].shape):
                cut.append(images.patches(images.photographs(size)[name], SIZE))
    return torch.cat(cut)


def spectrum() -> Tensor:
    """The mean spectrum of the tiles, as they lie and turned, in five digits."""
    f = tiles()
    S = answers.mean_spectrum(torch.cat([f, f.mT]))
    return torch.tensor([float(f"{v:.5g}") for v in S.tolist()], dtype=torch.float64)


def measured(f: Tensor, width, sigma, draw: torch.Generator) -> Tensor:
    """g = H f + eps, for one width and sigma or one of each picture."""
    eps = torch.randn(f.shape, generator=draw)
    return answers.blurred(f, width) + torch.as_tensor(sigma)[..., None, None] * eps


def draw_at(sigma: float, width: float, seed: int) -> torch.Generator:
    """One noise for each setting and seed, the same for all answers."""
    place = SIGMAS.index(sigma) * len(WIDTHS) + WIDTHS.index(width)
    return seeded(1000 * seed + place)


def settings(sigmas=SIGMAS, widths=WIDTHS) -> list[tuple]:
    """The pairs of a noise and a width."""
    return [(sigma, width) for sigma in sigmas for width in widths]


@torch.no_grad()
def errors(estimate, seed: int, at=None) -> dict[str, list]:
    """The error of ``estimate(g, width, sigma)`` for each picture, noise and width."""
    known = tried()
    f = torch.stack(list(known.values()))
    table = {}
    for sigma, width in at or settings():
        g = measured(f, width, sigma, draw_at(sigma, width, seed))
        table[sigma, width] = nmse_db(estimate(g, width, sigma), f, each=True)
    sigmas = dict.fromkeys(sigma for sigma, _ in table)
    widths = dict.fromkeys(width for _, width in table)
    return {
        name: [[round(table[s, w][i].item(), 2) for w in widths] for s in sigmas]
        for i, name in enumerate(known)
    }


def on_validation(estimate, at) -> float:
    """The mean error on the validation photographs over some settings, in dB."""
    f = pictures(VALIDATION)
    found = []
    for sigma, width in at:
        g = measured(f, width, sigma, draw_at(sigma, width, 100))
        found.append(nmse_db(estimate(g, width, sigma), f, each=True).mean())
    return torch.stack(found).mean().item()


def filter_of(log2: int, S: Tensor):
    """Wiener's filter with a weight, as a function of g, width and sigma."""
    return lambda g, width, sigma: answers.wiener(g, width, sigma, S, 2.0**log2)


def best_weight(S: Tensor) -> int:
    """The logarithm of the one weight of Wiener's filter, chosen over all settings."""
    return min(LOG2_WEIGHTS, key=lambda k: on_validation(filter_of(k, S), settings()))


def by_filter(seed: int) -> dict:
    """The row of Wiener's filter."""
    S = spectrum()
    chosen = best_weight(S)
    found = errors(filter_of(chosen, S), seed)
    ends = [LOG2_WEIGHTS[0], LOG2_WEIGHTS[-1]]
    row = {"errors": found, "chosen": chosen, "ends": ends}
    return row | ({"spectrum": S.tolist()} if seed == SHOWN else {})


def batch(f: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor, tuple]:
    """Data g, tiles f, and the widths and sigmas of one step."""
    f = f[torch.randint(len(f), (BATCH,), generator=draw)]
    if torch.rand((), generator=draw) < 0.5:
        f = f.mT
    across = torch.tensor([-1, -2])[torch.rand(2, generator=draw) < 0.5]
    f = f.flip(across.tolist())
    low, high = TRAINED_ON
    width = WIDTHS[0] + (WIDTHS[-1] - WIDTHS[0]) * torch.rand(BATCH, generator=draw)
    sigma = low * (high / low) ** torch.rand(BATCH, generator=draw)
    return measured(f, width, sigma, draw), f, (width, sigma)


def rate(step: int) -> float:
    """The learning rate: a short way up, then half a cosine down to 0."""
    return RATE * min(1, (step + 1) / WARM_UP) * (1 + math.cos(math.pi * step / STEPS)) / 2


def trained(seed: int, S: Tensor, weight: float) -> DetailNet:
    """A network after its training, by the error relative to the expected one."""
    draw = seeded(seed)
    network = DetailNet(S, weight, seed=seed)
    optimizer = torch.optim.Adam(network.parameters())
    known = tiles()
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = rate(step)
        g, f, setting = batch(known, draw)
        scale = answers.expected_error(*setting, S, SIZE).float()
        loss = ((network(g, *setting) - f) / scale).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network


def by_network(seed: int) -> dict:
    """The row of a network: trained, packed, and tried as the page unpacks it."""
    S = spectrum()
    weight = 2.0 ** best_weight(S)
    start = process_time()
    text = answers.packed(trained(seed, S, weight))
    seconds = round(process_time() - start)
    network = answers.unpacked(text, S, weight)
    found = errors(lambda g, *setting: network(g.double(), *setting), seed)
    row = {"errors": found, "steps": STEPS, "train_s": seconds}
    return row | ({"weights": text} if seed == SHOWN else {})


def total_variation(g: Tensor, width: float, lam: float) -> Tensor:
    """argmin 1/2 ||g - H f||^2 + lam sum |D f|"""
    H = operators.Blur(signals.gaussian_psf(width, ndim=2), (SIZE, SIZE))
    D = operators.Gradient(H.in_shape)
    return solvers.run(solvers.admm(H, g, L1(axis=-3), lam, 10 * lam, D=D, inner=3), 60)


def ladder(sigma: float) -> range:
    """The logarithms of the lambdas that are tried at a noise."""
    middle = round(1.5 * math.log2(sigma / 0.01)) - 11
    return range(middle - LOG2_REACH, middle + LOG2_REACH + 1)


def best_lam(sigma: float, width: float) -> int:
    """The logarithm of the lambda of TV, chosen at one setting."""

    def error(k: int) -> float:
        return on_validation(
            lambda g, *_: total_variation(g, width, 2.0**k), [(sigma, width)]
        )

    return min(ladder(sigma), key=error)


def by_total_variation(seed: int) -> dict:
    """The row of TV."""
    at = settings(TV_SIGMAS, TV_WIDTHS)
    lams = {setting: best_lam(*setting) for setting in at}

    def estimate(g: Tensor, width: float, sigma: float) -> Tensor:
        return total_variation(g, width, 2.0 ** lams[sigma, width])

    ends = [[ladder(sigma)[0], ladder(sigma)[-1]] for sigma, _ in at]
    chosen = list(lams.values())
    return {"errors": errors(estimate, seed, at), "chosen": chosen, "ends": ends}


ROWS = {"filter": by_filter, "network": by_network, "TV": by_total_variation}


def row(answer: str, seed: int) -> dict:
    """One answer, tried on all pictures."""
    sigmas, widths = (TV_SIGMAS, TV_WIDTHS) if answer == "TV" else (SIGMAS, WIDTHS)
    return {"sigmas": sigmas, "widths": widths} | ROWS[answer](seed)


def table() -> Table:
    """The table, as it is now."""
    return Table("front-page", keys=("answer", "seed"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    seeds = {"filter": (0, 1, 2), "network": (0, 1, 2), "TV": (0,)}
    return [(answer, seed) for answer in ROWS for seed in seeds[answer]]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())

"""Where labels learned with the picture beat a threshold, and where they do not.

The world is a map of labels on a grid four times finer; its picture is blurred there by 1.5
coarse pixels, averaged over each coarse pixel, and noise is added; the true label of a
coarse pixel is that of most of its fine ones. The estimates know the blur of the coarse
grid alone.

    overlapping     ellipses of two materials on a third: classes 0 and 2 touch
    own grid        the same, drawn on the coarse grid, data from the model itself
    nested          each ellipse of class 2 inside one of class 1: 0 and 2 never touch
    two             ellipses of one material on another
    blobs           a smooth random field, cut at two levels: 0 and 2 never touch

Methods: Tikhonov's estimate and total variation (150 primal-dual steps), each cut by
k-means, and the mean field of Potts (40 steps, begun at Tikhonov's estimate with lambda =
0.3). Each has one number, lambda or beta: the best, on the average of four validation
scenes, of a ladder of factors 2 that goes on until the best lies inside (beta from 1/8 to 8
at most).

Keys: scenes; size; sigma, in steps between neighbouring materials; method. Columns:
``wrong``, the percentage of wrong labels of each of ten test scenes; ``ring``, the mean
percentage of pixels that are wrongly of class 1 within two pixels of both 0 and 2;
``number``, lambda or beta, and ``ends``, the first and last that were tried.
"""

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from course_utils import operators, potts, priors, signals, solvers
from course_utils.noise import seeded

from .table import Table

WIDTH = 1.5
DRAWN = ("overlapping", "own grid", "nested", "two", "blobs")


def ellipses(size: int, seed: int, scenes: str) -> Tensor:
    """Six ellipses, three of each material, the later ones on top."""
    y = (torch.arange(size) * 2 / size - 1)[:, None]
    x = y.T
    z = torch.zeros(size, size, dtype=torch.long)
    draw = seeded(seed)
    inner = z.clone()
    for k in (1, 1, 1, 2, 2, 2):
        place = torch.rand(2, generator=draw)
        half = 0.2 + 0.3 * torch.rand(2, generator=draw)
        u = (y - 1.4 * place[0] + 0.7) / half[0]
        d = u**2 + ((x - 1.4 * place[1] + 0.7) / half[1]) ** 2
        z[d < 1] = {"two": 1, "nested": 1}.get(scenes, k)
        inner[d < 0.4] = 2
    return torch.maximum(z, inner) if scenes == "nested" else z


def blobs(size: int, seed: int) -> Tensor:
    """A smooth random field, cut into equal thirds."""
    noise = torch.randn(size, size, generator=seeded(seed))
    field = operators.Blur(signals.gaussian_psf(size / 16, 2), (size, size))(noise)
    cuts = torch.quantile(field, torch.tensor([1 / 3, 2 / 3]))
    return torch.bucketize(field, cuts)


def k_means(f: Tensor, classes: int) -> Tensor:
    """The labels of f alone."""
    identity = operators.Blur(torch.ones(1, 1), f.shape)
    return potts.first_segmentation(identity, f, classes, f).labels


def world(scenes: str, size: int, seed: int) -> tuple[Tensor, Tensor]:
    """A picture on its fine grid, one step of grey between materials, and its labels."""
    finer = 1 if scenes == "own grid" else 4
    cut = blobs(finer * size, seed) if scenes == "blobs" else None
    z = ellipses(finer * size, seed, scenes) if cut is None else cut
    return z.to(torch.get_default_dtype()), z


def blur(size: int, finer: int = 1) -> operators.Blur:
    """The blur on the coarse grid, or on one that is so many times finer."""
    psf = signals.gaussian_psf(WIDTH * finer, 2)
    return operators.Blur(psf, (finer * size, finer * size))


def problem(scenes: str, size: int, sigma: float, seed: int) -> tuple[Tensor, Tensor]:
    """Data g and true labels z on the coarse grid."""
    f, z = world(scenes, size, seed)
    finer = len(f) // size
    g = operators.Downsample(f.shape, finer)(blur(size, finer)(f))
    blocks = z.unfold(0, finer, finer).unfold(1, finer, finer).flatten(2)
    noise = torch.randn(size, size, generator=seeded(7000 + seed))
    return g + sigma * noise, blocks.mode()[0]


def by_tikhonov(g: Tensor, classes: int, lam: float) -> Tensor:
    """A threshold on Tikhonov's estimate."""
    return k_means(solvers.tikhonov(blur(len(g)), g, lam), classes)


def by_total_variation(g: Tensor, classes: int, lam: float) -> Tensor:
    """A threshold on the estimate of total variation."""
    D = operators.Gradient(g.shape)
    H = blur(len(g))
    way = solvers.primal_dual(H, g, priors.L1(axis=0), lam, 0.33, sigma=0.33, D=D)
    return k_means(solvers.run(way, 150), classes)


def by_potts(g: Tensor, classes: int, beta: float) -> Tensor:
    """The labels of the mean field."""
    H = blur(len(g))
    start = solvers.tikhonov(H, g, 0.3)
    return solvers.run(potts.potts_mean_field(H, g, classes, beta, start), 40).labels


METHODS = {  # the number to begin with, and how often it may be doubled or halved
    "Tikhonov": (by_tikhonov, 0.25, 9),
    "TV": (by_total_variation, 0.0625, 9),
    "Potts": (by_potts, 1.0, 3),  # beyond 8 the neighbours decide everything
}


def wrong(z_hat: Tensor, z: Tensor) -> float:
    """The percentage of wrong labels."""
    return 100 * (z_hat != z).double().mean().item()


def ring(z_hat: Tensor, z: Tensor) -> float:
    """The percentage of pixels falsely of class 1 within two pixels of both 0 and 2."""
    near = [max_pool2d((z == k).double()[None], 5, 1, 2)[0] > 0 for k in (0, 2)]
    false = (z_hat == 1) & (z != 1) & near[0] & near[1]
    return 100 * false.double().mean().item()


def climb(loss, begin: float, rungs: int) -> tuple[float, list[float]]:
    """The number with the least loss on a ladder of factors 2, and the ladder's ends."""
    found = {k: loss(begin * 2.0**k) for k in (-1, 0, 1)}
    while True:
        best = min(sorted(found), key=found.get)
        ends = (min(found), max(found))
        step = {ends[0]: ends[0] - 1, ends[1]: ends[1] + 1}.get(best)
        if step is None or abs(step) > rungs:
            return begin * 2.0**best, [begin * 2.0**k for k in ends]
        found[step] = loss(begin * 2.0**step)


def sets(scenes: str, size: int, sigma: float) -> tuple[list, list]:
    """Validation and test problems."""
    return tuple(
        [problem(scenes, size, sigma, seed) for seed in seeds]
        for seeds in (range(100, 104), range(10))
    )


@torch.no_grad()
def row(scenes: str, size: int, sigma: float, method: str) -> dict:
    """Choose the number on the validation scenes, then look at the test scenes."""
    label, begin, rungs = METHODS[method]
    classes = 2 if scenes == "two" else 3
    validation, test = sets(scenes, size, sigma)

    def loss(number: float) -> float:
        return sum(wrong(label(g, classes, number), z) for g, z in validation)

    number, ends = climb(loss, begin, rungs)
    found = [(label(g, classes, number), z) for g, z in test]
    return {
        "wrong": [round(wrong(*pair), 2) for pair in found],
        "ring": round(sum(ring(*pair) for pair in found) / len(found), 2),
        "number": number,
        "ends": ends,
    }


def table() -> Table:
    """The table, as it is now."""
    return Table("materials", keys=("scenes", "size", "sigma", "method"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    settings = [(scenes, 32, sigma) for scenes in DRAWN for sigma in (0.1, 0.2, 0.4)]
    settings += [(scenes, 48, 0.2) for scenes in ("overlapping", "nested")]
    return [(*setting, method) for setting in settings for method in METHODS]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())

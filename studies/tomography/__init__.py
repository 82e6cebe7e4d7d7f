"""Tomography: quality against K, time, dose and views, on drawn and real images.

A row is one method on one setting with one seed. Its columns:

method
    FBP, CG, TV (FISTA with total variation, from FBP), and networks, all of them from FBP:
    steps (unrolled gradient descent: K learned steps), prox (K steps and K learned proxes),
    primal-dual (learned), CNN (one network), and "prox, long", which has as many images at
    K = 5 as a prox of K = 2
size, views, photons
    the setting; photons = 0 is Gaussian noise of half a percent of the largest datum of an
    average drawn image, else the photons of each ray, at a transmission exp(-mu H f) with
    mu = 0.15 for each pixel of value 1 at 64 pixels
K, seed
    layers or iterations; the seed of training images, first weights, test images and noise
validation, drawn, head, abdomen
    PSNR in dB with peak 1, estimates clipped to [0, 1]: on drawn validation images (the
    same for all), on drawn test images (mean of the squared error over all), on two slices
train_s, once_ms
    process time of the training and of one reconstruction, on one thread
scenes
    the number of images that a network was trained on
choice
    what was chosen on validation images: lambda for TV, the width of a blur for FBP
swap
    for a prox of 64 pixels and 32 views: [drawn, head, abdomen] at other views and doses
pictures
    for FBP and prox at seed 0: a drawn image and the head, at each number of views

A prox of K layers is trained on 450 / K images, three times over, so that all trainings
take about as long; CNN and primal-dual are given about that time too. Learning rates, width
and depth were chosen among a few on drawn images of other seeds; classical settings are
chosen here, for each setting.
"""

from itertools import product

from ..table import Table
from . import networks
from .classical import CLASSICAL, ITERATIONS
from .scanner import MAIN, Scanner

LAYERS = (1, 2, 3, 5, 10, 20)
CG_STEPS = (5, 10, 15, 20, 30)
SEEDS = (0, 1, 2)
AGAIN = (10, 11, 12)


def row(method: str, *where: int) -> dict:
    """The method at a setting, ``where`` being size, views, photons, K and seed."""
    *setting, K, seed = where
    scanner = Scanner(*setting)
    if method in CLASSICAL:
        return CLASSICAL[method](scanner, K, seed)
    return networks.row(method, scanner, K, seed)


def table() -> Table:
    """The table, as it is now."""
    return Table("tomography", keys=("method", "size", "views", "photons", "K", "seed"))


def tasks() -> list[tuple]:
    """What the table holds in the end, the most important rows first."""
    quick = [("FBP", 0), *product(["CG"], CG_STEPS)]
    few = [*quick, ("TV", 100), ("prox", 2)]
    depths = [*product(["prox"], LAYERS), *product(["TV"], ITERATIONS)]
    others = [*product(["steps"], (1, 5, 20)), ("CNN", 1), ("primal-dual", 2)]
    again = [("TV", 100), ("prox", 2), ("prox", 20)]
    return [
        *rows(quick, MAIN, SEEDS + AGAIN),
        *rows(depths + others, MAIN, SEEDS),
        *rows(few, Scanner(64, 16), SEEDS),
        *rows(few, Scanner(64, 32, 1000), SEEDS),
        *rows(again, MAIN, AGAIN),
        *rows(few, Scanner(128, 64), SEEDS),
        *rows([*quick, ("prox", 2)], Scanner(256, 128), SEEDS),
        *rows([("prox, long", 5)], MAIN, [0]),
    ]


def rows(methods: list[tuple], scanner: Scanner, seeds) -> list[tuple]:
    """The tasks of some methods, each with its K, on one setting."""
    return [(method, *scanner, K, seed) for seed in seeds for method, K in methods]


def main() -> None:
    """Fill the table, row by row."""
    table().fill(row, tasks())

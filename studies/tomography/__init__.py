"""Tomography: quality against K, time, dose and views, on drawn and real images.

Data are measured on a finer grid than the picture's, as ``scanner`` says; "model" data,
which the picture's own H has made, stand beside them, so that one can read how much of a
score is owed to the inverse crime. A row is one method on one setting with one seed:

method
    FBP, "FBP, non-local" (and then non-local means), CG, gradient (K steps of one length
    from FBP), TV (FISTA with total variation, from FBP), "TV, primal-dual" (the same
    problem by primal-dual steps), and networks, all of them from FBP: steps (unrolled
    gradient descent: K learned steps), prox (K steps and K learned proxes), primal-dual
    (learned), CNN (one network), "prox, same images", which has as many images at every K
    as a prox of two layers, and "prox, taught by the model", whose training data alone are
    "model" data
size, views, photons, data
    the setting; photons = 0 is Gaussian noise of half a percent of the largest datum of an
    average drawn image, else the photons of each ray, at a transmission exp(-mu H f) with
    mu = 0.15 for each pixel of value 1 at 64 pixels; data are "fine" or "model"
K, seed
    layers or iterations; the seed of training images, first weights, test images and noise
validation, drawn, head, skull, abdomen, liver, shoulder
    PSNR in dB with peak 1, estimates clipped to [0, 1]: on drawn validation images (the
    same for all), on drawn test images (mean of the squared error over all), on five slices
train_s, once_ms
    process time of the training and of one reconstruction, on one thread
images
    the number of images that a network was trained on
choice
    what was chosen on validation images: lambda for TV, the width of a blur for FBP, the
    strength h of non-local means, the step of gradient descent times ||H||^2, the learning
    rate of a network (at 64 pixels and 32 views, on training images of another seed: table
    tomography-rates)
times prox
    for "TV, primal-dual" and "FBP, non-local": their time over that of a prox of two
    layers, run in turn
in hindsight
    for TV: the scores with the lambda that is best for each of them
swap
    for a prox of 64 pixels and 32 views: its scores at other views and doses
at 256
    for networks of 128 pixels and 64 views: their scores at 256 pixels and 128 views
pictures
    for FBP and prox at seed 0: a drawn image and the head, at each number of views

A prox of K layers is trained on 450 / K images, three times over, the others on as many as
take about as long: primal-dual on 300 / K, steps on 100, the CNN on 180.
"""

from itertools import product

from ..table import Table
from . import networks
from .classical import CLASSICAL, ITERATIONS
from .scanner import CRIME, MAIN, Scanner

LAYERS = (1, 2, 3, 5, 7, 10, 14, 20)
CG_STEPS = (3, 4, 5, 6, 8, 10, 12, 15, 20, 30)
PRIMAL_DUAL_STEPS = (10, 30, 100)
SEEDS = (0, 1, 2)
AGAIN = (10, 11, 12)
UNROLLED = ("gradient", "steps", "prox", "primal-dual")


def row(method: str, *where) -> dict:
    """The method at a setting, ``where`` being size, views, photons, data, K and seed."""
    *setting, K, seed = where
    scanner = Scanner(*setting)
    if method in CLASSICAL:
        return CLASSICAL[method](scanner, K, seed)
    return networks.row(method, scanner, K, seed)


def table() -> Table:
    """The table, as it is now."""
    keys = ("method", "size", "views", "photons", "data", "K", "seed")
    return Table("tomography", keys=keys)


def tasks() -> list[tuple]:
    """What the table holds in the end, the most important rows first."""
    quick = [("FBP", 0), *product(["CG"], CG_STEPS)]
    few = [*quick, ("TV", 100), ("prox", 2)]
    depths = [*product(UNROLLED, LAYERS), *product(["TV"], ITERATIONS), ("CNN", 1)]
    same = [("prox, same images", 5), ("prox, same images", 10)]
    same.append((networks.TAUGHT_BY_MODEL, 2))
    again = [("TV", 100), ("prox", 2)]
    direct = [*product(["TV, primal-dual"], PRIMAL_DUAL_STEPS), ("FBP, non-local", 0)]
    larger = [*quick, ("TV", 100), *product(UNROLLED, (2, 5, 10))]
    return [
        *rows(quick, MAIN, SEEDS + AGAIN),
        *rows(depths, MAIN, SEEDS),
        *rows(few, CRIME, SEEDS),
        *rows(few, Scanner(64, 16), SEEDS),
        *rows(few, Scanner(64, 32, 1000), SEEDS),
        *rows(larger, Scanner(128, 64), SEEDS),
        *rows([*quick, ("prox", 2)], Scanner(256, 128), SEEDS),
        *rows(same, MAIN, SEEDS),
        *rows(again, MAIN, AGAIN),
        *rows(direct, MAIN, SEEDS + AGAIN),
    ]


def rows(methods: list[tuple], scanner: Scanner, seeds) -> list[tuple]:
    """The tasks of some methods, each with its K, on one setting."""
    return [(method, *scanner, K, seed) for seed in seeds for method, K in methods]


def main() -> None:
    """Fill the table of learning rates, then that of the results, row by row."""
    networks.rates_table().fill(networks.rates_row, networks.rates_tasks())
    table().fill(row, tasks())

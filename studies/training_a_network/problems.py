"""What is denoised: signals with jumps and photographs, split for training, choice, test.

The photographs are split by picture in three folds, so that each of them is a test picture
once, of a network that saw no part of it.
"""

import torch
from torch import Tensor

from course_utils import images, noise, signals
from course_utils.noise import seeded

PIXELS = 128  # in a signal, and along a side of a test picture
TILE = 32  # along a side of a training tile
CHECKED = 128  # validation signals
TESTED = 512  # test signals
SEEDS = (0, 1, 2)  # of photographs: also the folds
DIMS = {"signals": 1, "photographs": 2}

Pair = tuple[Tensor, Tensor]


def noisy(f: Tensor, sigma: float, seed: int) -> Pair:
    """Data g = f + eps, and f, in single precision."""
    f = f.float()
    return f + noise.gaussian(f, sigma, seeded(seed)), f


def lines(count: int, seed: int, jumps: int = 6) -> Tensor:
    """Signals that are flat but for jumps. Shape: (count, PIXELS)."""
    return signals.piecewise_constant(count, PIXELS, seeded(seed), jumps)


def smooth(count: int, seed: int) -> Tensor:
    """Sums of three slow waves, from 0 to 1. Shape: (count, PIXELS)."""
    draw = seeded(seed)
    places = (torch.arange(PIXELS) + 0.5) / PIXELS
    periods = 1 + 3 * torch.rand(count, 3, 1, generator=draw)
    phases = 2 * torch.pi * torch.rand(count, 3, 1, generator=draw)
    waves = (2 * torch.pi * periods * places + phases).sin().mean(1)
    return 0.5 + 0.5 * waves


def split(fold: int) -> tuple[list[str], list[str], list[str]]:
    """The names of the photographs for training, validation and test."""
    names = list(images.photographs())
    test = names[fold::3]
    rest = [name for name in names if name not in test]
    checked = rest[1::4]
    return [name for name in rest if name not in checked], checked, test


def middles(names: list[str]) -> Tensor:
    """The middle of each photograph of twice the size. Shape: (count, PIXELS, PIXELS)."""
    album = images.photographs(2 * PIXELS)
    cut = slice(PIXELS // 2, 3 * PIXELS // 2)
    return torch.stack([album[name][cut, cut] for name in names])


def tiles(names: list[str], count: int, seed: int) -> Tensor:
    """Tiles at random places of photographs, turned and mirrored at random.

    Shape: (count, TILE, TILE).
    """
    draw = seeded(seed)
    album = images.photographs(2 * PIXELS)
    whole = torch.stack([album[name] for name in names])
    found = []
    for _ in range(count):
        one = int(torch.randint(len(names), (), generator=draw))
        top, left = torch.randint(2 * PIXELS - TILE + 1, (2,), generator=draw).tolist()
        x = whole[one, top : top + TILE, left : left + TILE]
        turns, mirror = torch.randint(4, (2,), generator=draw).tolist()
        x = x.rot90(turns)
        found.append(x.mT if mirror % 2 else x)
    return torch.stack(found)


def training(kind: str, pairs: int, sigma: float, seed: int) -> Pair:
    """The N pairs of a training."""
    if kind == "signals":
        return noisy(lines(pairs, 10 + seed), sigma, 20 + seed)
    return noisy(tiles(split(seed)[0], pairs, 10 + seed), sigma, 20 + seed)


def checked(kind: str, sigma: float, seed: int) -> Pair:
    """The pairs on which all that is chosen is chosen, for networks and for formulas."""
    if kind == "signals":
        return noisy(lines(CHECKED, 30 + seed), sigma, 40 + seed)
    return noisy(middles(split(seed)[1]), sigma, 40 + seed)


def tested(kind: str, sigma: float, seed: int) -> Pair:
    """The pairs that nothing is chosen by."""
    if kind == "signals":
        return noisy(lines(TESTED, 50), sigma, 60)
    return noisy(middles(split(seed)[2]), sigma, 60 + seed)


def others(kind: str, sigma: float) -> dict[str, Pair]:
    """Pairs of other kinds than those of the training."""
    if kind == "signals":
        found = {"smooth": smooth(TESTED, 70), "24 jumps": lines(TESTED, 71, jumps=24)}
    else:
        slices = images.ct_slices(PIXELS)
        ct = torch.stack([x / x.max() for x in slices.values()])
        found = {"CT": ct, "ellipses": signals.random_ellipses(8, PIXELS, seeded(72))}
    return {name: noisy(f, sigma, 80) for name, f in found.items()}

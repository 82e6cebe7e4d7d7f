"""How an estimate is scored, timed and kept to be shown."""

import zlib
from base64 import b64encode
from statistics import median
from time import process_time

from torch import Tensor

from course_utils.metrics import psnr

from .scanner import Scanner
from .slices import NAMES

SHOWN_DEPTHS = (1, 2, 3, 5, 10, 20)
SHOWN = (8, 16, 32, 64)  # the numbers of views at which FBP and a network of 32 are shown


def score(f_hat: Tensor, f: Tensor) -> float:
    """PSNR of all images together, the estimates clipped to [0, 1]."""
    return round(psnr(f_hat.clamp(0, 1), f), 3)


def scores(f_hat: Tensor, f: Tensor) -> list[float]:
    """PSNR of the drawn images together, and of each slice."""
    drawn = len(f) - len(NAMES)
    return [score(f_hat[:drawn], f[:drawn]), *map(score, f_hat[drawn:], f[drawn:])]


def named(values: list[float]) -> dict:
    """The scores with their names."""
    return dict(zip(("drawn", *NAMES), values, strict=True))


def once_ms(estimate, g: Tensor, repeats: int = 3) -> float:
    """Milliseconds of process time for one image: the median of some, after one."""
    times = []
    for k in range(repeats + 1):
        start = process_time()
        estimate(g[k : k + 1])
        times.append(1000 * (process_time() - start))
    return round(median(times[1:]), 2)


def times_slower(estimate, rival, g: Tensor, repeats: int = 9) -> float:
    """The process time of one image over that of a rival: both in turn, then medians."""
    times = {estimate: [], rival: []}
    for k in range(repeats + 1):
        for way, found in times.items():
            start = process_time()
            way(g[k % len(g)][None])
            found.append(process_time() - start)
    ours, theirs = (median(found[1:]) for found in times.values())
    return round(ours / theirs, 2)


def packed(f: Tensor) -> str:
    """An image of values in [0, 1] as bytes, compressed, in letters."""
    grey = bytes((255 * f).round().byte().flatten().tolist())
    return b64encode(zlib.compress(grey, 9)).decode()


def pictures(estimate, seed: int) -> dict:
    """What ``estimate(H, g)`` makes of a drawn image and the head, by number of views."""
    fine = Scanner(64, 32).fine_images(seed)[[0, -len(NAMES)]]
    found = {}
    for views in SHOWN:
        scanner = Scanner(64, views)
        f_hat = estimate(scanner.H, scanner.measured(fine, 7)).clamp(0, 1)
        found[str(views)] = [packed(x) for x in f_hat]
    return found

"""Radon and its adjoint: each function sets one library up and returns the line to time.

Models differ: ours and ASTRA's "linear" follow each ray by Joseph's rule, deepinv and
scikit-image turn the picture and add up its columns. So all are held against the exact
projections of blobs. scikit-image turns about a pixel, so it gets a picture with one in its
middle: 257 on a side.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import torch

from course_utils.operators import Radon

from . import blobs
from .measure import Case, Line, duration, memory, ratio
from .peers import astra, deepinv, skimage

DEGREES = np.arange(180.0)


def ours_forward(size: int, batch: int = 1) -> Line:
    f = blobs.image(size, batch)
    H = Radon(size, blobs.angles().float())
    return lambda: H(f)


def deepinv_forward(size: int, batch: int = 1) -> Line:
    f = blobs.image(size, batch)[:, None]
    physics = deepinv.physics.Tomography(180, size, circle=True, normalize=False)
    return lambda: physics.A(f)[:, 0].mT


def skimage_forward(size: int) -> Line:
    f = blobs.image(size)[0].numpy()
    return lambda: _picture(skimage.transform.radon(f, DEGREES, circle=True).T)


def astra_forward(size: int) -> Line:
    f = blobs.image(size)[0].numpy()
    W = _astra(size)
    return lambda: _picture(W.FP(f))


def ours_adjoint(size: int, batch: int = 1) -> Line:
    g = blobs.projections(size, batch)
    H = Radon(size, blobs.angles().float())
    return lambda: H.T(g)


def deepinv_adjoint(size: int, batch: int = 1) -> Line:
    g = blobs.projections(size, batch).mT.contiguous()[:, None]
    physics = deepinv.physics.Tomography(180, size, circle=True, normalize=False)
    return lambda: physics.A_adjoint(g)[:, 0]


def skimage_adjoint(size: int) -> Line:
    g = blobs.projections(size)[0].numpy().T.copy()
    c = 2 * 180 / np.pi  # it scales as the filtered back-projection wants
    return lambda: _picture(c * skimage.transform.iradon(g, DEGREES, filter_name=None))


def astra_adjoint(size: int) -> Line:
    g = blobs.projections(size)[0].numpy()
    W = _astra(size)
    return lambda: _picture(W.BP(g))


def ours_set_up(size: int) -> Line:
    return lambda: Radon(size, blobs.angles().float())


def deepinv_set_up(size: int) -> Line:
    return lambda: deepinv.physics.Tomography(180, size, circle=True, normalize=False)


def _astra(size: int):
    rays = astra.create_proj_geom("parallel", 1.0, size, blobs.angles().numpy())
    projector = astra.create_projector("linear", rays, astra.create_vol_geom(size, size))
    return astra.OpTomo(projector)


def _picture(x: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(x)[None]


def forward(peer: str, theirs, size: int, batch: int = 1, **more) -> Case:
    """H f, held against the exact projections."""
    return Case(
        f"Radon, {_shape(size, batch)}",
        peer,
        ours=partial(ours_forward, size, batch),
        theirs=partial(theirs, *_known(size, batch)),
        truth=partial(blobs.projections, size, batch),
        tolerance=0.02,
        **more,
    )


def growth(size: int, **more) -> Case:
    """One of a series of H f, from small pictures to large ones."""
    case = forward("deepinv", deepinv_forward, size, group="growth", **more)
    return replace(case, name=f"Radon, N = {size}")


def adjoint(peer: str, theirs, size: int, batch: int = 1, **more) -> Case:
    """H^T g, held against the exact sum of the projections at each point."""
    return Case(
        f"Adjoint of Radon, {_shape(size, batch)}",
        peer,
        ours=partial(ours_adjoint, size, batch),
        theirs=partial(theirs, *_known(size, batch)),
        truth=partial(blobs.back_projection, size, batch),
        tolerance=0.02,
        part=blobs.inside,
        **more,
    )


def set_up(size: int, **more) -> Case:
    """What must be done once, before the first projection."""
    sides = partial(ours_set_up, size), partial(deepinv_set_up, size)
    return Case(f"Set-up of Radon, {_shape(size)}", "deepinv", *sides, part=None, **more)


def _shape(size: int, batch: int = 1) -> str:
    return f"{size}², 180 angles" + (f", batch {batch}" if batch > 1 else "")


def _known(size: int, batch: int) -> tuple[int, ...]:
    return (size, batch) if batch > 1 else (size,)


LATENCY = (
    "Where the same line of ours is many times faster in another row, other work held a "
    "core meanwhile, and this row says little: measure again."
)
TWICE = "`Radon` keeps its matrix and the transpose, so that both directions read in order."

CASES = [
    forward("deepinv", deepinv_forward, 256, target=ratio(7), why=LATENCY),
    forward("scikit-image", skimage_forward, 257, target=ratio(25), why=LATENCY),
    forward("ASTRA", astra_forward, 256, target=ratio(14), why=LATENCY),
    forward("deepinv", deepinv_forward, 256, 16, target=ratio(12), why=LATENCY),
    adjoint("deepinv", deepinv_adjoint, 256, target=ratio(25), why=LATENCY),
    adjoint("scikit-image", skimage_adjoint, 257, target=ratio(15), why=LATENCY),
    adjoint("ASTRA", astra_adjoint, 256, target=ratio(8), why=LATENCY),
    adjoint("deepinv", deepinv_adjoint, 256, 16, target=ratio(35), why=LATENCY),
    set_up(512, target=duration(3000), why=TWICE),
    *(growth(n) for n in (64, 128, 256)),
    growth(512, target=memory(400), why=TWICE),
    growth(1024, target=memory(3000), why=TWICE),
]

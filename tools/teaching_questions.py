"""What is given in the questions of the written exam, fit to be solved on paper.

Every function takes a generator and returns numbers by the names that the page uses.
"""

from random import Random

SINGULAR = (1, 0.5, 0.2, 0.1, 0.02, 0.001)
KELVIN = (290, 300, 310, 320, 330)


def adjoint(draw: Random) -> dict:
    """An echo on four samples, a signal and data to test its adjoint with."""
    f = [draw.choice((-2, -1, 1, 2, 3)) for _ in range(4)]
    u = [draw.choice((-3, -1, 1, 2)) for _ in range(4)]
    return {"a": draw.choice((0.5, 0.2, 0.4)), "f": f, "u": u}


def terms(draw: Random) -> dict:
    """Six singular values, true coefficients, and data a part of sigma beside them."""
    sigma = 0.02
    keep = draw.choice((3, 4))
    truth = [draw.choice((2, -2, 3)), draw.choice((-2, 3)), draw.choice((2, -1.5))]
    truth += [draw.choice((1.5, -2)) if keep == 4 else 0.05, draw.choice((0.5, -0.4)), 0.3]
    off = [draw.choice((-0.3, 0.3)) * sigma for _ in truth]
    c = [round(s * x + e, 3) for s, x, e in zip(SINGULAR, truth, off, strict=True)]
    return {"sigma": sigma, "better": sigma / 10, "truth": truth, "c": c}


def modes(draw: Random) -> dict:
    """A psf of three values on eight pixels, and a power for its Wiener filter."""
    q = draw.choice((0.2, 0.3, 0.15))
    return {"q": q, "middle": 1 - 2 * q, "p": draw.choice((0.04, 0.02)), "sigma": 0.1}


def penalty(draw: Random) -> dict:
    """A regularisation parameter, and data with the residuals that four others leave."""
    m = draw.choice((400, 900, 1600))
    sigma = draw.choice((0.05, 0.02, 0.1))
    norm = sigma * m**0.5
    residuals = [round(share * norm, 2) for share in (0.65, 0.85, 1.0, 1.7)]
    lam = draw.choice((0.01, 0.04, 0.0025))
    return {"lam": lam, "m": m, "sigma": sigma, "residuals": residuals}


def posterior(draw: Random) -> dict:
    """One unknown and one datum, with a prior."""
    s, sigma, p = draw.choice(((0.5, 0.25, 1), (1, 0.5, 0.25), (1, 0.2, 0.04), (2, 1, 1)))
    return {"s": s, "sigma": sigma, "p": p, "g": draw.choice((0.3, 0.5, 0.6))}


def threshold(draw: Random) -> dict:
    """Four pixels to denoise, and two unknowns for a step of ISTA."""
    v = [3, -draw.choice((1.5, 2.5)), draw.choice((0.4, -0.3)), draw.choice((1.2, 0.6))]
    g = [draw.choice((2, 3)), draw.choice((-1.2, -0.6))]
    t = draw.choice((1, 0.5))
    return {"v": v, "t": t, "g": g, "tau": 0.4, "lam": draw.choice((0.5, 0.8))}


def diagonal(draw: Random) -> dict:
    """Two training pairs at one frequency, the powers there, and a displaced blur."""
    a = [draw.choice((2, 3)), draw.choice((-1, 1))]
    b = [draw.choice((1, 2)), draw.choice((-1, 0.5))]
    s, p, sigma = draw.choice(((0.5, 0.04, 0.1), (0.4, 0.25, 0.1), (0.2, 1, 0.2)))
    place = {"n": draw.choice((64, 128)), "d": draw.choice((2, 4))}
    return {"a": a, "b": b, "s": s, "p": p, "sigma": sigma, **place}


def scanner(draw: Random) -> dict:
    """A disc with fine details, and a scan with fewer data than pixels."""
    wide, period = draw.choice(((256, 4), (128, 4), (256, 8)))
    side = draw.choice((64, 128))
    views = side // 2 - draw.choice((0, 4, 8))
    return {"wide": wide, "period": period, "side": side, "views": views}


def infrared(draw: Random) -> dict:
    """Stripes before a coarse detector, a surface that is not black, a wall."""
    pixels = draw.choice((24, 32))
    found = {"pixels": pixels, "stripes": pixels - draw.choice((5, 7, 9))}
    radiance = radiances()
    share = draw.choice((0.5, 0.6, 0.8))
    seen = round(share * radiance[-1] + (1 - share) * radiance[0], 1)
    return found | {"radiance": radiance, "seen": seen, "wall": draw.choice((60, 75, 90))}


def radiances() -> list[float]:
    """What a black body radiates from 8 to 14 micrometres at `KELVIN`, in W / (m² sr)."""
    import torch

    from course_utils.infrared import band_radiance

    kelvin = torch.tensor(KELVIN, dtype=torch.float64)
    return [round(x, 1) for x in band_radiance(kelvin).tolist()]

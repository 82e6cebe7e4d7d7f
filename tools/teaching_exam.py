"""The numbers of the written exam: drawn from a seed, and solved as on paper.

The pages hold the words of questions and solutions, with a name in double braces where a
number stands. Every number is computed here by the formulas of the solutions; the tests
compute them anew with `course_utils`. Another `exam_seed` in `_config.yml` gives another
exam.
"""

from collections.abc import Callable
from math import ceil, cos, floor, log10, pi, sqrt
from random import Random

import teaching_questions as given

MARK = "{{ exam-"
Z90 = 1.645  # a Gaussian exceeds so many standard deviations once in twenty draws


def adjoint(a, f, u) -> dict:
    """Data, adjoint, and what both sides of the test come to."""
    data = [x + a * before for x, before in zip(f, [0, *f[:-1]], strict=True)]
    back = [x + a * after for x, after in zip(u, [*u[1:], 0], strict=True)]
    return {"data": data, "back": back, "inner": sum(map(product, data, u))}


def product(x: float, y: float) -> float:
    """Of two numbers."""
    return x * y


def terms(sigma, better, truth, c) -> dict:
    """Which terms to keep, what they are, and what the noise makes of them."""
    keep = sum(abs(x) > sigma for x in c)
    gains = [round(1 / s**2) for s in given.SINGULAR]
    exact = [s * abs(x) for s, x in zip(given.SINGULAR, truth, strict=True)]
    return {
        "keep": keep,
        "kept": [x / s for x, s in zip(c[:keep], given.SINGULAR[:keep], strict=True)],
        "condition": round(given.SINGULAR[0] / given.SINGULAR[-1]),
        "gain": sum(gains),
        "naive": sigma * sqrt(sum(gains)),
        "few": sum(gains[:keep]),
        "spread": sigma * sqrt(sum(gains[:keep])),
        "exact": exact,
        "more": sum(x > better for x in exact),
    }


def modes(q, middle, p, sigma) -> dict:
    """The transfer function at three frequencies, and the Wiener factor of the second."""
    t = [middle + 2 * q * cos(2 * pi * k / 8) for k in (0, 2, 4)]
    s = abs(t[1])
    factor = s * p / (s**2 * p + sigma**2)
    values = [abs(x) for x in t]
    power = s**2 * p
    return {"t": t, "s": values, "inverse": 1 / s, "power": power, "wiener": factor}


def penalty(lam, m, sigma, residuals) -> dict:
    """What a penalty lets through, the steps that amount to it, and what a rule chooses."""
    norm = sigma * sqrt(m)
    chosen = min(range(4), key=lambda place: abs(residuals[place] - norm))
    found = {"root": sqrt(lam), "most": 1 / (2 * sqrt(lam)), "steps": round(1 / lam)}
    return found | {"tenth": round(100 / lam), "norm": norm, "chosen": chosen + 1}


def posterior(s, sigma, p, g) -> dict:
    """Precisions, mean, standard deviation and interval, and the penalty that it is."""
    v = 1 / (s**2 / sigma**2 + 1 / p)
    mean = v * s / sigma**2 * g
    reach = Z90 * sqrt(v)
    found = {"data": s**2 / sigma**2, "prior": 1 / p, "v": v, "mean": mean, "naive": g / s}
    both = {"reach": reach, "low": mean - reach, "high": mean + reach}
    return found | both | {"lam": sigma**2 / p}


def soft(v: float, t: float) -> float:
    """A soft threshold."""
    return max(abs(v) - t, 0) * (1 if v > 0 else -1)


def threshold(v, t, g, tau, lam) -> dict:
    """A threshold beside squares, and a step of ISTA from zero."""
    back = [g[0] + 0.5 * g[1], 0.5 * g[0] + g[1]]
    step = [tau * x for x in back]
    found = {"soft": [soft(x, t) for x in v], "square": [x / (1 + t) for x in v]}
    ista = {"both": tau * lam, "back": back, "step": step, "still": max(map(abs, back))}
    return found | ista | {"ista": [soft(x, tau * lam) for x in step], "divisor": 1 + t}


def diagonal(a, b, *, s, p, sigma, n, d) -> dict:
    """One number of the diagonal: from two pairs, from ever more, and where it is blind."""
    products = sum(map(product, a, b))
    squares = sum(map(product, b, b))
    found = {"products": products, "squares": squares, "learned": products / squares}
    limit = {"limit": p / (s**2 * p + sigma**2), "count": n // 2 + 1}
    return found | limit | {"blind": n // (4 * d)}


def scanner(wide, period, side, views) -> dict:
    """Views that reach the details, and directions that leave no trace."""
    needed = pi * wide / period
    found = {"needed": f"{needed:.1f}", "enough": ceil(needed)}
    count = {"unknowns": side**2, "data": views * side}
    return found | count | {"unseen": side**2 - views * side}


def infrared(pixels, stripes, radiance, seen, wall) -> dict:
    """False stripes, an emissivity, and the score of a camera that says wall."""
    share = (seen - radiance[0]) / (radiance[-1] - radiance[0])
    found = {"false": pixels - stripes, "twice": 2 * pixels, "share": round(share, 2)}
    return found | {"iou": wall / 300, "above": seen - radiance[0]}


QUESTIONS: tuple[tuple[Callable, Callable], ...] = (
    (given.adjoint, adjoint),
    (given.terms, terms),
    (given.modes, modes),
    (given.penalty, penalty),
    (given.posterior, posterior),
    (given.threshold, threshold),
    (given.diagonal, diagonal),
    (given.scanner, scanner),
    (given.infrared, infrared),
)


def numbers(seed: int) -> list[dict]:
    """The numbers of all questions in their order, given and found."""
    asked = [draw(Random(f"{seed} {n}")) for n, (draw, _) in enumerate(QUESTIONS, start=1)]
    pairs = zip(asked, QUESTIONS, strict=True)
    return [question | solve(**question) for question, (_, solve) in pairs]


def say(x, digits: int = 3) -> str:
    """A number as it is written on paper: three digits that count, or a whole number."""
    if isinstance(x, int | str) or x == round(x):
        return x if isinstance(x, str) else str(round(x))
    places = max(digits - 1 - floor(log10(abs(x))), 1)
    return f"{x:.{places}f}".rstrip("0").rstrip(".")


def row(several) -> str:
    """A vector as it is written in a line."""
    return "(" + ",\\ ".join(say(x).replace("-", "{-}") for x in several) + ")"


def words(seed: int) -> dict[str, str]:
    """Each number as it stands on the page, by `exam-`, its question and its name."""
    found = {"exam-seed": str(seed)}
    for number, values in enumerate(numbers(seed), start=1):
        for name, value in values.items():
            several = value if isinstance(value, list) else []
            found[f"exam-{number}-{name}"] = row(value) if several else say(value)
            for place, x in enumerate(several, start=1):
                found[f"exam-{number}-{name}-{place}"] = say(x)
    return found

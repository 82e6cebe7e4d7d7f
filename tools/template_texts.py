"""What stands in the cells of a new chapter until its author has written it.

``To be written: ...`` says in words what belongs there, and `notebooks.py check` repeats
each of them until it is gone.
"""

CLAIM = "To be written: one sentence that the chapter tests and that can be wrong."
GOALS = ("See what the measurement does", "Derive the estimate", "Say where it breaks")
ALT = (
    "To be written: what there is to be seen, for those who do not see it, in fifteen to "
    "fifty words."
)
THREE_LINES = """**You will** {goals}. (To be written: goals, also in the metadata.)

**You need** {needs}.

**Reads in** 45 minutes, **runs in** {runs} on two CPU cores."""
IMPORTS = """import torch
from course_utils import drawings, explore, images, noise, plots, quick
from course_utils import signals
from course_utils.linear import Matrix
from course_utils.metrics import relative_error
from course_utils.operators import Blur"""
SET_UP = """torch.set_default_dtype(torch.float64)
seeded = noise.seeded"""
OPENING = """f = signals.boxcar(64)
H = Matrix.of(Blur(signals.gaussian_psf(width=2), f.shape, "zero"))
unit_noise = noise.gaussian(f, 1, seeded(0))
explore.Truncation(H, f, unit_noise, k=12, log10_sigma=-3.0)"""
ASKED = "To be written: what one sees, and a prediction that the reader makes and tries."
DRAWN = "To be written: the finding of a drawing of your own in course_utils/drawings."
MEASUREMENT = """sigma = 1e-3
g = H(f) + sigma * unit_noise"""
MODEL = """f_naive = H.spectral_inverse(lambda s: 1 / s, g)
lam = 1e-3
f_hat = H.spectral_inverse(lambda s: s / (s**2 + lam), g)"""
HOLDS = """errors = [relative_error(x, f) for x in (f_naive, f_hat)]
assert errors[1] < errors[0]"""
TABLE = """columns = {"estimate": ["naive", "regularised"], "relative error": errors}
plots.table(columns, best={"relative error": min})"""
PHOTOGRAPH = """photograph = images.photographs(64)["camera"].double()
unit = noise.gaussian(photograph, 1, seeded(1))
explore.BlurAndNoise(photograph, unit, width=1.0, log10_sigma=-2.0)"""
SEEN = "To be written: a second figure that responds, its finding, and what to try."
CHOICE = """quick.choice(
    "To be written: a question with three answers.",
    {
        "one": "To be written: why it is right.",
        "two": "To be written: why one may believe it, and why it is wrong.",
        "three": "To be written: the same of a third answer.",
    },
    answer="one",
)"""
NUMBER = """quick.number(
    "To be written: a question whose answer is a number.",
    4,
    0.1,
    because="To be written: how to find it.",
    traps={2: "To be written: how one gets this number by mistake."},
)"""
SECTIONS = {
    "One measurement": "To be written: a problem that one can draw, its figure that hurts, "
    "and where the data come from.",
    "The idea on one small model": "To be written: the idea, from the drawing to the "
    "equation, to the same line of code, to the sentence that reads the result.\n\n"
    "$$ g = Hf + \\varepsilon . $$ (eq-{name})",
    "The idea in general": "To be written: the formula for any $H$.",
    "On a real image": "To be written: restorations side by side, with their errors.",
    "Where it breaks": "To be written: what is changed, until the idea fails.",
}
READ = "To be written: the sentence that reads what is shown above."
STATEMENT = """:::{{exercise}} Write this exercise
:label: {label}

*{kind}, {minutes} minutes.* To be written: the task. Until then,
return the sum of the squares of $g - Hf$.
:::"""
STARTER = "def {function}(f, g):\n    ..."
CHECK = """with quick.check("To be written: what was learned."):
    x, y = torch.randn(2, 64, generator=seeded({seed}))
    assert {function}(x, H(x)) < 1e-12, "f explains these data exactly"
    ratio = {function}(x, H(x) + y) / y.square().sum()
    assert abs(ratio - 1) < 1e-9, "is it the sum of the squares of g - Hf?\""""
WRONG = ("return (g - H(f)).square().mean()", "return (f - H.T(g)).square().sum()")
HINT = """:::{admonition} Hint
:class: dropdown

To be written: a hint at the idea, not at the code.
:::"""
ANSWER = """:::{{solution}} {label}
:class: dropdown

To be written: the way to the answer.
:::"""
SOLUTION = """def {function}(f, g):
    difference = g - H(f)
    return difference.square().sum()"""
INSIGHT = "To be written: one sentence of insight."
SUMMARY = """## Summary

To be written: three to five sentences.

| equation | line of code |
|---|---|
| $g = Hf + \\varepsilon$ | `g = H(f) + eps` |"""
SOURCES = "## Sources\n\nTo be written: what came from whom. {cite}`mohammaddjafari2023`."

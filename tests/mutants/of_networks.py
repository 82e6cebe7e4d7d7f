"""Mutants of the figures and drawings on networks."""

from . import Mutant

TRAINING = "tests/package/explore/test_train_in_the_page.py"
FIELD = (
    "tests/package/explore/test_receptive_field.py tests/package/explore/test_explore.py"
)
DRAWINGS = "tests/package/drawings"

IN_FIGURES = [
    Mutant(
        "on the page, a relu passes every slope on",
        "course_utils/explore/train_in_the_page.js",
        "if (seen[l][k] <= 0) slope[k] = 0;",
        "if (seen[l][k] < -1) slope[k] = 0;",
        TRAINING,
    ),
    Mutant(
        "on the page, the adjoint of a layer does not turn its kernels",
        "course_utils/explore/train_in_the_page.js",
        "turned[to - j] = w[from + j]",
        "turned[to - taps + 1 + j] = w[from + j]",
        TRAINING,
    ),
    Mutant(
        "on the page, Adam forgets that its means began at zero",
        "course_utils/explore/train_in_the_page.js",
        "Math.sqrt(second[p] / (1 - 0.999 ** t))",
        "Math.sqrt(second[p])",
        TRAINING,
    ),
    Mutant(
        "on the page, a shuffle never moves the first signal of an epoch to its end",
        "course_utils/explore/train_in_the_page.js",
        "draw(i + 1)",
        "draw(i)",
        TRAINING,
    ),
    Mutant(
        "on the page, the largest rate is 2 over half of L",
        "course_utils/explore/train_in_the_page.js",
        "return 1 / size;",
        "return 2 / size;",
        TRAINING,
    ),
    Mutant(
        "the Wiener filter takes the noise for n times weaker",
        "course_utils/explore/train_in_the_page.py",
        "P / (P + self.size * self.sigma**2)",
        "P / (P + self.sigma**2)",
        TRAINING,
    ),
    Mutant(
        "on the page, a dilation doubles one layer too late",
        "course_utils/explore/receptive_field.js",
        '"1 2 4": (layer) => 2 ** layer',
        '"1 2 4": (layer) => 2 ** Math.max(layer - 1, 0)',
        f"{FIELD} -k receptive",
    ),
    Mutant(
        "the receptive field forgets the stride",
        "course_utils/explore/receptive_field.py",
        "d * self.stride**layer",
        "d",
        FIELD.split()[0],
    ),
]

IN_DRAWINGS = [
    Mutant(
        "a drawing counts no biases",
        "course_utils/drawings/seen.py",
        "weight.numel() + biases,",
        "weight.numel(),",
        f"{DRAWINGS}/test_seen.py",
    ),
    Mutant(
        "every sum in a network is taken for a way around it",
        "course_utils/drawings/seen.py",
        "return self.given.data_ptr() in places",
        "return any(places)",
        f"{DRAWINGS}/test_seen.py",
    ),
    Mutant(
        "the way up of a U-Net is drawn upside down",
        "course_utils/drawings/unets.py",
        "stages[:levels:-1]",
        "stages[levels + 1 :]",
        f"{DRAWINGS}/test_unets.py",
    ),
    Mutant(
        "the matrix of the convolution is that of its adjoint",
        "course_utils/drawings/neurons.py",
        "roll(k - taps // 2, 1)",
        "roll(k - taps // 2, 0)",
        f"{DRAWINGS}/test_neurons.py",
    ),
]

MUTANTS = [*IN_FIGURES, *IN_DRAWINGS]

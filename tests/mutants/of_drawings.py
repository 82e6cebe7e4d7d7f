"""Mutants of the drawings, of their place in a page, and of the stripes a lens hides."""

from . import Mutant

CANVAS = "tests/package/drawings/test_canvas.py"
BROWSER = "tests/book/test_drawings.py"
STRIPES = "tests/package/explore/test_hidden_stripes.py"

MUTANTS = [
    Mutant(
        "an arrow head points back",
        "course_utils/drawings/canvas.py",
        "_beyond(tip, before, -HEAD, side",
        "_beyond(tip, before, HEAD, side",
        CANVAS,
    ),
    Mutant(
        "what is said of a drawing is not escaped",
        "course_utils/drawings/canvas.py",
        'aria-label="{escape(self.label)}"',
        'aria-label="{self.label}"',
        CANVAS,
    ),
    Mutant(
        "the rows of a matrix are drawn as its columns",
        "course_utils/drawings/canvas.py",
        "size * column)},{_n(corner[1] + size * row)}",
        "size * row)},{_n(corner[1] + size * column)}",
        CANVAS,
    ),
    Mutant(
        "what follows an index stays below the line",
        "course_utils/drawings/words.py",
        "_span(words, kind, wanted - level)",
        "_span(words, kind, wanted)",
        "tests/package/drawings/test_words.py",
    ),
    Mutant(
        "an ellipse leans to the other side",
        "course_utils/drawings/svd.py",
        "math.atan2(-y, x)",
        "math.atan2(y, x)",
        "tests/package/drawings/test_svd.py",
    ),
    Mutant(
        "a page keeps the drawing's own description",
        "tools/drawing_page.py",
        "    if alt:",
        "    if not alt:",
        "tests/tools/test_drawing_page.py",
    ),
    Mutant(
        "a telephone gets the wide drawing",
        "course_utils/drawings/drawing.css",
        "@container (max-width: 33rem)",
        "@container (max-width: 3rem)",
        f"{BROWSER} -k layout_is_shown",
    ),
    Mutant(
        "a drawing is dark on dark paper",
        "course_utils/drawings/drawing.css",
        "color: var(--cu-ink, var",
        "color: var(--cu-inc, var",
        f"{BROWSER} -k colours_are_those",
    ),
    Mutant(
        "the words in a drawing that was taken out are shown",
        "course_utils/drawings/drawing.css",
        ".cu-drawing:has(svg) { display",
        ".cu-drawing { display",
        f"{BROWSER} -k jupyterlab_leaves",
    ),
    Mutant(
        "stripes have twice their periods",
        "course_utils/explore/hidden_stripes.py",
        "torch.cos(2 * math.pi",
        "torch.cos(4 * math.pi",
        STRIPES,
    ),
    Mutant(
        "the finest stripes of the page are one too fine",
        "course_utils/explore/hidden_stripes.js",
        "n / 2 + 1).findLastIndex((v) => v > cut)",
        "n / 2 + 1).findIndex((v) => v <= cut)",
        f"tests/package/explore/test_explore.py {STRIPES} -k 'python_computes or stripes'",
    ),
]

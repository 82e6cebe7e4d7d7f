"""Mutants of the pages, of the host of their figures, and of notebooks."""

from . import Mutant

CHAPTER = "book/02-why-inversion-fails.ipynb"
COMPARED = "_build/tested/02-why-inversion-fails.ipynb --nbval --nbval-current-env"
PAGES = "tests/book/test_pages.py"
HOST = "tests/book/test_widget_host.py"

WIDGETS = [
    Mutant(
        "a view that stops listening silences the others",
        "book/_static/course-widgets.js",
        "return heard.owner !== owner || !named || !called;",
        "return !named || !called;",
        f"{HOST} -k stops_listening",
    ),
    Mutant(
        "a change is told where nothing changed",
        "book/_static/course-widgets.js",
        'if (changed.length) this.tell("change");',
        'this.tell("change");',
        f"{HOST} -k told_once",
    ),
    Mutant(
        "figures do not hear of a new theme",
        "book/_static/course-widgets.js",
        "if (theme() === last) return;",
        "if (theme() !== last) return;",
        f"{HOST} -k change_of_theme",
    ),
    Mutant(
        "a page that is kept for the way back lets its figures go",
        "book/_static/course-widgets.js",
        "if (event.persisted) return;",
        "if (!event.persisted) return;",
        f"{HOST} -k clear_up",
    ),
    Mutant(
        "a figure starts anew for each of its views",
        "book/_static/course-widgets.js",
        "if (!made.has(key)) made.set(key, make(key));",
        "made.set(key, make(key));",
        f"{HOST} -k starts_once",
    ),
]

PAGE = [
    Mutant(
        "regions that do not scroll are reached by the Tab key, those that do are not",
        "book/_static/course-page.js",
        "    if (scrolls) {",
        "    if (!scrolls) {",
        f"{PAGES} -k 'axe_finds and unrolling and not theme'",
    ),
    Mutant(
        "quiet words are too dark in the dark",
        "book/_static/course.css",
        "--cu-quiet: #aeaaa2;",
        "--cu-quiet: #5a5a5a;",
        f"{PAGES} -k 'axe_finds and why-inversion and not theme'",
    ),
    Mutant(
        "a phone must scroll sideways",
        "book/_static/course.css",
        "  max-width: 49rem;",
        "  min-width: 49rem;",
        f"{PAGES} -k 'sideways and why-inversion'",
    ),
    Mutant(
        "the still picture stays beside its figure",
        "book/_static/course.css",
        "@media screen {",
        "@media tty {",
        f"{PAGES} -k 'twin_hidden and why-inversion'",
    ),
    Mutant(
        "paper gets the figure that only a screen can show",
        "book/_static/course.css",
        "(#jb-print-docs-body, #searchbox, .cu-widget,",
        "(#jb-print-docs-body, #searchbox,",
        f"{PAGES} -k 'paper and why-inversion'",
    ),
    Mutant(
        "formulas come from another host",
        "tools/mathjax_bundle.py",
        'config.mathjax_path = f"../mathjax/{BUNDLE}"',
        'config.mathjax_path = "https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-chtml.js"',
        f"{PAGES} -k 'no_other_host and why-inversion'",
    ),
    Mutant(
        "JupyterLab takes the arrow keys of a slider",
        "course_utils/explore/figure.js",
        'input.dataset.lmSuppressShortcuts = "true";',
        'input.dataset.lmSuppressShortcuts = "";',
        "tests/book/test_widget_host.py -k 'obeys_each_slider and truncation'",
    ),
]

NOTEBOOKS = [
    Mutant(
        "two digits of a printed number are exchanged",
        CHAPTER,
        "relative error 43,849",
        "relative error 43,894",
        COMPARED,
    ),
    Mutant(
        "a solution is off by one",
        CHAPTER,
        "return 2 * int(cutoff) + 1",
        "return 2 * int(cutoff) + 2",
        COMPARED,
    ),
    Mutant(
        "a check accepts its starter",
        CHAPTER,
        '"        assert new < old, \\"a wider blur needs a better detector\\"\\n",',
        '"        continue\\n",',
        COMPARED,
    ),
    Mutant(
        "a link leads to no chapter",
        CHAPTER,
        "[Chapter 7](07-sparsity-and-edges.ipynb) changes the basis",
        "[Chapter 7](07-sparsity-and-hedges.ipynb) changes the basis",
        "tests/book/test_chapters.py -k links_lead",
    ),
    Mutant(
        "a figure on the page runs other code than that of the package",
        "book/05-choosing-how-much.ipynb",
        "// Five rules for lambda on one signal, with white or correlated noise.",
        "// Five rules for lambda on a signal, with white or correlated noise.",
        "tests/book/test_chapters.py -k 'run_the_code and choosing'",
    ),
]

MUTANTS = [*WIDGETS, *PAGE, *NOTEBOOKS]

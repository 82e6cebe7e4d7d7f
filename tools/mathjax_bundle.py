"""MathJax, from an installed package and in one file: formulas are drawn with no network.

What the package calls `tex-chtml-full` has a menu, every extension of TeX and three inputs
in it: 1.3 MB. Here the parts that the book uses are put behind each other, and an extension
that a formula calls for (`\\cancel`, say) is fetched from the folder beside the file.
"""

import os
import shutil
import tempfile
from importlib import metadata
from pathlib import Path

from sphinx.errors import ExtensionError

PACKAGE = "django-static-mathjax"
PREFIX = "mathjax/static/mathjax/es5/"
EXTENSIONS = "input/tex/extensions/"
FONTS = "output/chtml/fonts/woff-v2/"
BUNDLE = "course-mathjax.js"
TEX = (  # of which formulas may use what they like without asking for it
    "ams",
    "newcommand",
    "boldsymbol",
    "configmacros",
    "noundefined",
    "textmacros",
    "require",
    "autoload",
)
PARTS = (
    "core",
    "input/tex-base",
    *(f"[tex]/{name}" for name in TEX),
    "output/chtml",
    "output/chtml/fonts/tex",
    "a11y/assistive-mml",
)
SETTINGS = {
    "loader": {"load": []},  # everything is in the file
    "startup": {"typeset": False},  # course-formulas.js draws what comes into view
    "tex": {"packages": {"[+]": list(TEX)}},
    "chtml": {"matchFontHeight": False, "scale": 1.09},  # the x-height of the text face
}


def installed():
    """The files of MathJax: paths in MathJax, and where they lie."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    found = {}
    for file in files:
        path = str(file).replace("\\", "/")
        if path.startswith(PREFIX):
            found[path.removeprefix(PREFIX)] = Path(file.locate())
    if not found:
        raise ExtensionError(
            f"MathJax is missing: run `python -m pip install {PACKAGE}==3.2.2.1`, "
            "or install everything with `python -m pip install -r requirements.txt`."
        )
    return found


def bundle(files):
    """One script of the loader and the parts, which the loader takes for loaded."""
    names = ", ".join(f'"{name}"' for name in ("loader", "startup", *PARTS))
    paths = [part.replace("[tex]/", EXTENSIONS) for part in PARTS]
    texts = [files[f"{path}.js"].read_text(encoding="utf-8") for path in paths]
    start = files["startup.js"].read_text(encoding="utf-8")
    return "\n".join([start, f"MathJax.loader.preLoad({names});", *texts, ""])


def beside(files):
    """What lies beside the script: fonts, and extensions that are fetched when needed."""
    for path, place in files.items():
        extension = path.startswith(EXTENSIONS) and "all-packages" not in path
        if path.startswith(FONTS) or extension:
            yield path, place


def copy(vendor):
    """Fill `vendor/mathjax` if it is not there: all of it at once, or nothing."""
    target = vendor / "mathjax"
    if (target / BUNDLE).exists():
        return
    vendor.mkdir(parents=True, exist_ok=True)
    # beside it, not in it: what a broken-off build leaves must not become a page
    with tempfile.TemporaryDirectory(dir=vendor.parent, prefix=".vendor-") as folder:
        fresh = Path(folder) / "mathjax"
        write(fresh)
        try:
            if target.exists():  # made by an older version of this file
                os.rename(target, Path(folder) / "old")
            os.rename(fresh, target)
        except OSError:
            if not (target / BUNDLE).exists():  # another build may have put it there
                raise


def write(fresh):
    """The folder as it should be."""
    files = installed()
    for path, source in beside(files):
        (fresh / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, fresh / path)
    (fresh / BUNDLE).write_text(bundle(files), encoding="utf-8")


def prepare(app, config):
    """Before the build: MathJax in its place, and told what is in it."""
    for folder in config.html_extra_path:
        copy(Path(app.srcdir) / folder)
    config.mathjax_path = f"../mathjax/{BUNDLE}"
    config.mathjax_options = {"async": "async"}  # figures do not wait for formulas
    config.mathjax3_config = SETTINGS | (config.mathjax3_config or {})


def setup(app):
    """Called by Sphinx."""
    app.connect("config-inited", prepare, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

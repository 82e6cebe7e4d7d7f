"""Writes a conf.py for plain Sphinx: ``python tools/plain_sphinx.py FOLDER``.

Jupyter Book 1 is the last of its line, and it is little more than a way to write Sphinx's
settings. Here it writes them once more, as Sphinx's own file. What only it knows is taken
out, paths are made whole, and the patterns of what is no page become a list of what is one.
"""

import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from pprint import pformat

import yaml

ROOT = Path(__file__).resolve().parent.parent
# What the book does without: Jupyter Book itself, and what serves its other outputs.
LEFT_OUT = {"jupyter_book", "sphinx_thebe", "sphinx_comments", "sphinx_jupyterbook_latex"}
FOREIGN = {"use_jupyterbook_latex", "comments_config", "latex_engine"}
PATHS = ("html_static_path", "html_extra_path", "templates_path", "bibtex_bibfiles")
HEAD = f"""\
# Written by tools/plain_sphinx.py from _config.yml, for a build without Jupyter Book.
import site
import sys

sys.path.insert(0, {str(ROOT / "tools")!r})
site.addsitedir({sysconfig.get_path("purelib")!r})  # torch, for pages with numbers
"""


def settings(folder):
    """What Jupyter Book would tell Sphinx, by name."""
    shutil.copyfile(ROOT / "_config.yml", folder / "_config.yml")
    options = ["--config", str(folder / "_config.yml"), "--toc", str(ROOT / "_toc.yml")]
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "config", "sphinx", ROOT, *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    found = runpy.run_path(str(folder / "conf.py"))
    return {name: value for name, value in found.items() if not name.startswith("_")}


def pages(root):
    """The pages of the book, as the table of contents names them."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [page["file"] for part in toc["parts"] for page in part["chapters"]]
    return [toc["root"], *files]


def mended(found, root=ROOT):
    """The settings as plain Sphinx needs them.

    Patterns such as ``.*/*`` keep hidden folders out of the pages. Sphinx 9 holds them
    against the style sheets and scripts of a book, too, when its folder is hidden or named
    from elsewhere, and leaves all of them out without a word. So what is read is named
    here, and nothing has to be excluded.
    """
    new = {name: value for name, value in found.items() if name not in FOREIGN}
    new["extensions"] = [name for name in found["extensions"] if name not in LEFT_OUT]
    new["exclude_patterns"] = []
    new["include_patterns"] = [f"{page}.*" for page in pages(root)]
    new["external_toc_exclude_missing"] = False  # it would look through every environment
    new["external_toc_path"] = str(root / "_toc.yml")
    for name in PATHS:
        new[name] = [str(root / path) for path in found.get(name, [])]
    new["html_favicon"] = str(root / found["html_favicon"])
    return new


def text(values):
    """The settings as the text of a conf.py."""
    lines = [f"{name} = {pformat(values[name], width=92)}" for name in sorted(values)]
    return "\n".join([HEAD, *lines, ""])


def main(folder):
    """Write conf.py into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    conf = text(mended(settings(folder)))
    (folder / "conf.py").write_text(conf, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve())

"""What stands in README.md and CITATION.cff about where this copy of the book lives.

The address is set in one place, `repository: url:` in `_config.yml`; `notebooks.py tidy`
brings it here, and into the cell of each notebook that installs the package on Colab.
Without an address nothing is said.
"""

import re

import yaml
from book_files import chapters, write_if_changed
from repository import read_settings

README = re.compile(r"<!-- launch -->.*?<!-- /launch -->", re.DOTALL)
CITED = re.compile(r"(?m)^repository-code: .*\n")


def launch(root, repository):
    """Links that open the first chapter elsewhere; empty without an address."""
    first = chapters(root)[0].relative_to(root).as_posix() if chapters(root) else ""
    if not repository or not first:
        return ""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    hosts = config.get("launch_buttons") or {}
    links = {
        "Binder": repository.on_binder(hosts.get("binderhub_url") or "", first),
        "Colab": repository.on_colab(hosts.get("colab_url") or "", first),
    }
    known = [f"[{name}]({link})" for name, link in links.items() if link]
    return f"Open the first chapter in {' or '.join(known)}."


def texts(root):
    """README.md and CITATION.cff as they should be, by their paths, if they exist."""
    repository = read_settings(root)
    path = root / "README.md"
    if path.is_file():
        words = f"<!-- launch -->{launch(root, repository)}<!-- /launch -->"
        yield path, README.sub(lambda _: words, path.read_text(encoding="utf-8"))
    path = root / "CITATION.cff"
    if path.is_file():
        text = CITED.sub("", path.read_text(encoding="utf-8"))
        if repository:
            text = f"{text.rstrip()}\nrepository-code: {repository.address}\n"
        yield path, text


def tidy(root):
    """Rewrite both where the address says so."""
    for path, text in texts(root):
        if write_if_changed(path, text):
            print(f"{path.name}: rewritten")


def complaints(root):
    """A sentence for each of the two that names another address, or none."""
    for path, text in texts(root):
        if path.read_bytes() != text.encode("utf-8"):
            yield f"{path.name} names another address: run `make tidy`"

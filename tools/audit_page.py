"""The build fails where the audit cites what is not there, or is older than its tables."""

import json
import sys
from pathlib import Path

from sphinx.errors import ExtensionError

# Sphinx has tools/ on its path and not the folder above, where `course_utils` lies.
sys.path.append(str(Path(__file__).resolve().parent.parent))

PAGE = "book/the-audit"
VIEWS = "application/vnd.jupyter.widget-state+json"
AGAIN = "run `.venv/bin/python tools/notebooks.py run book/the-audit.ipynb`"


def labels(env) -> set[str]:
    """Every place of the book that can be cited, as ``page#label``."""
    standard, formulas = (env.domaindata.get(name, {}) for name in ("std", "math"))
    places = {label: found[0] for label, found in standard.get("anonlabels", {}).items()}
    places |= {label: found[0] for label, found in formulas.get("objects", {}).items()}
    return {f"{page.removeprefix('book/')}#{label}" for label, page in places.items()}


def missing(claims: list[dict], there: set[str]) -> list[str]:
    """What the claims cite and is not there, each with the place in the summary."""
    return [
        f"{claim['place']} cites {where}"
        for claim in claims
        for where in claim["where"]
        if where not in there
    ]


def shown(notebook: dict) -> list[dict]:
    """The claims that the figure of the page carries, as they were when it ran."""
    models = notebook["metadata"].get("widgets", {}).get(VIEWS, {}).get("state", {})
    for model in models.values():
        if claims := model.get("state", {}).get("claims"):
            return claims
    return []


def changed(claims: list[dict], stored: list[dict]) -> list[str]:
    """The places whose verdict or whose numbers are others than on the page."""
    before = {claim["place"]: claim for claim in stored}
    now = {claim["place"]: claim for claim in claims}
    return [place for place in {**now, **before} if now.get(place) != before.get(place)]


def check(app, env) -> None:
    """Called when all pages have been read."""
    if PAGE not in env.found_docs:
        return
    from course_utils import audit
    from course_utils.audit import scoreboard

    claims = [audit.told(row) for row in audit.read()]
    columns = [
        {"place": f"the column {problem.name!r}", "where": [problem.where]}
        for problem in scoreboard.problems()
    ]
    if gone := missing(claims + columns, labels(env)):
        raise ExtensionError(f"the audit cites what is not there: {'; '.join(gone)}")
    text = Path(app.srcdir, f"{PAGE}.ipynb").read_text(encoding="utf-8")
    if others := changed(claims, shown(json.loads(text))):
        raise ExtensionError(f"the audit is older than its tables: {AGAIN} ({others[0]})")


def setup(app) -> dict:
    """Called by Sphinx."""
    app.connect("env-check-consistency", check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

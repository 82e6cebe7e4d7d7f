"""The build fails with a name where the audit cites what is gone, or is out of date."""

import json
from types import SimpleNamespace

import audit_page
import pytest
from sphinx.errors import ExtensionError

from course_utils import audit, tables
from course_utils.audit import scoreboard

CLAIM = {"place": "Key result 1", "verdict": "holds", "where": ["10-x#fig-a", "10-x#eq-b"]}


def environment(*labels, formulas=()):
    return SimpleNamespace(
        found_docs={audit_page.PAGE},
        domaindata={
            "std": {"anonlabels": {label: ("book/10-x", "") for label in labels}},
            "math": {"objects": {label: ("book/10-x", 1) for label in formulas}},
        },
    )


def test_what_is_cited_and_gone_is_named():
    there = audit_page.labels(environment("fig-a", formulas=("eq-b",)))
    assert audit_page.missing([CLAIM], there) == []
    there = audit_page.labels(environment("fig-a"))
    assert audit_page.missing([CLAIM], there) == ["Key result 1 cites 10-x#eq-b"]


def test_a_changed_or_new_or_missing_claim_is_named():
    assert audit_page.changed([CLAIM], [CLAIM]) == []
    assert audit_page.changed([CLAIM], [CLAIM | {"verdict": "fails"}]) == ["Key result 1"]
    assert audit_page.changed([CLAIM], []) == audit_page.changed([], [CLAIM])


@pytest.fixture
def book(tmp_path):
    """A book whose audit shows the claims of today, and an environment with labels."""
    claims = [audit.told(row) for row in audit.read()]
    state = {"one": {"state": {"claims": claims}}, "other": {"state": {}}}
    notebook = {"metadata": {"widgets": {audit_page.VIEWS: {"state": state}}}}
    (tmp_path / "book").mkdir()
    path = tmp_path / f"{audit_page.PAGE}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    env = environment()
    cited = [where.split("#") for claim in claims for where in claim["where"]]
    cited += [problem.where.split("#") for problem in scoreboard.problems()]
    labels = {label: (f"book/{page}", "") for page, label in cited}
    env.domaindata["std"]["anonlabels"] = labels
    return SimpleNamespace(srcdir=tmp_path), env


@pytest.mark.slow
def test_the_build_passes_and_fails_with_the_name_of_what_is_wrong(book, monkeypatch):
    app, env = book
    audit_page.check(app, env)
    label = next(iter(env.domaindata["std"]["anonlabels"]))
    place = env.domaindata["std"]["anonlabels"].pop(label)
    with pytest.raises(ExtensionError, match=label):
        audit_page.check(app, env)
    env.domaindata["std"]["anonlabels"][label] = place
    column = env.domaindata["std"]["anonlabels"].pop("fig-ct-sections")
    with pytest.raises(ExtensionError, match=r"tomography, head.*fig-ct-sections"):
        audit_page.check(app, env)
    env.domaindata["std"]["anonlabels"]["fig-ct-sections"] = column
    real = tables.read

    def read(name):
        table = real(name)
        if name == "spectral-cost":
            table["rows"][-1]["ratio"] = 1e3
        return table

    monkeypatch.setattr(tables, "read", read)
    with pytest.raises(ExtensionError, match=r"older than its tables.*Low confidence 3"):
        audit_page.check(app, env)

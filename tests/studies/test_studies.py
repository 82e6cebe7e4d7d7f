"""The command ``python -m studies``, and what all studies have in common."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import studies
from studies.__main__ import STUDIES, main, module_of, sentence
from studies.table import TABLES, Table

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_help_lists_every_study_with_a_sentence():
    command = [sys.executable, "-m", "studies", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    listed = done.stdout.partition("studies:\n")[2].splitlines()
    assert [line.split(maxsplit=1) for line in listed] == [
        [name, sentence(name)] for name in STUDIES
    ]
    assert all(sentence(name).endswith(".") for name in STUDIES)


def test_an_unknown_name_is_refused_before_any_study_begins(capsys, monkeypatch):
    for name in STUDIES:
        monkeypatch.setattr(module_of(name), "main", lambda: pytest.fail("a study began"))
    with pytest.raises(SystemExit) as refused:
        main(["two-forms", "three-forms"])
    assert refused.value.code == 2
    error = capsys.readouterr().err
    assert "no study three-forms" in error and all(name in error for name in STUDIES)


def test_the_named_studies_run_in_their_order_and_all_of_them_without_a_name(monkeypatch):
    begun = []
    for name in STUDIES:
        begin = lambda name=name: begun.append(name)  # noqa: E731
        monkeypatch.setattr(module_of(name), "main", begin)
    assert main(["tomography", "two-forms"]) == 0
    assert begun == ["tomography", "two-forms"]
    begun.clear()
    assert main([]) == 0
    assert begun == list(STUDIES)


def test_a_cluster_is_named_for_all_studies_of_a_command(monkeypatch):
    monkeypatch.setattr(Table, "cluster", None)
    monkeypatch.setattr(module_of("two-forms"), "main", lambda: None)
    assert main(["two-forms", "--cluster", "tcp://node1:8786"]) == 0
    assert Table.cluster == "tcp://node1:8786"


def test_every_module_with_a_main_and_a_committed_table_is_a_study():
    names = [module.name for module in iter_modules(studies.__path__)]
    names.remove("__main__")
    modules = {name: import_module(f"studies.{name}") for name in names}
    with_a_main = [name for name, module in modules.items() if hasattr(module, "main")]
    assert sorted(with_a_main) == sorted(name.replace("-", "_") for name in STUDIES)
    tables = {module_of(name).table().path for name in STUDIES}
    tables.add(module_of("data-efficiency").settings().path)
    tables.add(module_of("tomography").networks.rates_table().path)
    tables.add(module_of("physics-or-data").table("physics-or-data-longer").path)
    how_much = module_of("how-much-to-fix")
    parts = (how_much.scores, how_much.networks, how_much.rivals)
    tables.update(part.table().path for part in parts)
    assert tables == set(TABLES.glob("*.json"))


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_has_the_name_of_its_table_which_holds_its_tasks_and_no_others(name):
    study = module_of(name)
    table = study.table()
    assert table.path == TABLES / f"{name}.json"
    assert len(table.rows) == len(study.tasks())
    assert {table.task(row) for row in table.rows} == set(study.tasks())

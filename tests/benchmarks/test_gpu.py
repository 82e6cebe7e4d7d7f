"""`make gpu`, with the processor in the place of the card, and with an imagined card."""

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import bench_page
import pytest
import torch

from benchmarks.gpu import agreement, command, page, report, rows, trainings
from tests.benchmarks.second_device import SecondDevice

ROOT = Path(__file__).resolve().parents[2]
CPU = torch.device("cpu")
NEEDED = ("torch", "numpy", "scipy", "matplotlib", "scikit-image", "tqdm")
NOT_IMAGINED = {  # what the imagined device cannot do, or is not
    "device() is the card",
    "gradient: the adjoint",  # in-place changes of a view, under automatic differentiation
    "training in bfloat16",  # autocast
    "training resumed, begun on the device",  # a checkpoint of its tensors
}


@pytest.mark.parametrize("name", sorted(NOT_IMAGINED))
def test_the_processor_agrees_with_itself(name):
    command.checked(name, CPU)


@pytest.fixture
def second_device():
    """Modules that move to it take new parameters, as its tensors cannot be swapped in.

    ``skip_init`` draws there what it skips on "meta": from a generator that is put back.
    """
    switch = torch.__future__.set_overwrite_module_params_on_conversion
    switch(True)
    with torch.random.fork_rng(devices=[]), SecondDevice():
        yield torch.device("meta")
    switch(False)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in command.CHECKS if n not in NOT_IMAGINED])
def test_an_imagined_device_agrees_with_the_processor(second_device, name):
    command.checked(name, second_device)


def test_an_imagined_device_refuses_what_lives_elsewhere(second_device):
    f = torch.ones(3)
    with pytest.raises(RuntimeError, match="same device"):
        f + f.to(second_device)
    with pytest.raises(RuntimeError, match="same device"):
        torch.stack([f.to(second_device), f])
    assert (2 * f.to(second_device)).cpu().equal(2 * f)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")
@pytest.mark.parametrize("name", command.CHECKS)
def test_the_card_agrees_with_the_processor(name):
    command.checked(name, torch.device("cuda"))


def test_results_that_differ_do_not_agree():
    one = torch.ones(3)
    agreement.agree([one, 2.0], [one + 1e-9, 2.0], 1e-6)
    for other in (one + 1e-3, one.double(), one[:2], one * float("nan")):
        with pytest.raises(AssertionError):
            agreement.agree([one, other], [one, one], 1e-6)


def test_float32_is_true_float32_within_a_check_and_as_it_was_after_it():
    switch = torch.backends.cudnn.conv
    before = switch.fp32_precision
    with agreement.full_precision():
        assert switch.fp32_precision == "ieee"
    assert switch.fp32_precision == before


def test_a_row_of_two_different_results_is_refused():
    def set_up(there):
        number = torch.tensor([next(numbers)])
        return lambda: number

    numbers = iter((1.0, 2.0))
    case = rows.Case("a case", set_up)
    with pytest.raises(rows.WrongResult, match="a case: the results differ by 1"):
        rows.measure(case, CPU)


def test_a_row_has_both_times(monkeypatch):
    monkeypatch.setattr(rows, "interleaved", lambda *lines: [(4.0, 2.0), (6.0, 1.0)] * 2)
    row = rows.measure(rows.cases(quick=True)[0], CPU)
    assert (row["cpu_ms"], row["gpu_ms"], row["ratio"]) == (5.0, 1.5, 4.0)
    assert row["gpu_mb"] is None and row["difference"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("case", rows.cases(quick=True), ids=lambda case: case.name)
def test_a_line_is_set_up_on_either_device(second_device, case):
    found = case.set_up(second_device)()
    assert found.device.type == "meta"
    agreement.agree(found, case.set_up(CPU)(), 1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", trainings.CHAPTERS)
def test_what_a_chapter_says_of_its_training_holds(chapter):
    assert trainings.row(chapter, 0, CPU, quick=True)["holds"]


def written(folder):
    return json.loads((folder / "gpu.json").read_text(encoding="utf-8"))


@pytest.fixture
def found(tmp_path):
    return report.Report(CPU, tmp_path / "gpu.json", tmp_path / "gpu-failures.txt")


def test_every_row_is_written_at_once_and_a_failure_stops_nothing(found, tmp_path, capsys):
    found.add("checks", "a good one", lambda: None)
    assert [row["name"] for row in written(tmp_path)["checks"]] == ["a good one"]
    found.add("rows", "a bad one", lambda: 1 / 0)
    found.add("trainings", "a false one", lambda: {"holds": False, "numbers": {"A": 1}})
    assert written(tmp_path)["rows"][0]["error"].startswith("ZeroDivisionError")
    assert "does not hold" in written(tmp_path)["trainings"][0]["error"]
    assert "Traceback" in (tmp_path / "gpu-failures.txt").read_text(encoding="utf-8")
    assert found.wrong == ["a bad one", "a false one"]
    found.say()
    assert "1 rows, 1 of them failed" in capsys.readouterr().out


@pytest.mark.slow
def test_the_command_measures_what_it_is_asked_for(tmp_path):
    words = [
        "--device",
        "cpu",
        "--quick",
        "--out",
        str(tmp_path),
        "--only",
        "Spectral network",
    ]
    assert command.main(words) == 0
    assert len(written(tmp_path)["rows"]) == 1 and not written(tmp_path)["checks"]


def test_late_seeds_are_left_out_and_nothing_else_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "ENOUGH", -1)
    monkeypatch.setattr(trainings, "row", lambda *given: {"holds": True})
    words = ["--device", "cpu", "--out", str(tmp_path), "--only", "Tomography"]
    assert command.main(words) == 0
    assert {row["name"] for row in written(tmp_path)["trainings"]} == {
        "Tomography, seed 0, cpu"
    }
    assert "Tomography, seed 2, cpu: left out" in capsys.readouterr().out


def test_a_failure_is_the_exit_status(tmp_path, monkeypatch):
    def fails(there):
        raise AssertionError("no")

    monkeypatch.setitem(command.CHECKS, "noise: the same numbers", fails)
    words = ["--device", "cpu", "--out", str(tmp_path), "--only", "noise"]
    assert command.main(words) == 1


def test_without_a_gpu_there_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert command.main([]) == 2
    assert capsys.readouterr().err == command.NO_GPU + "\n"


def test_a_stand_in_leaves_the_figures_of_the_page_alone():
    assert command.places(None, CPU)[0] == ROOT / "_build" / "gpu.json"
    assert command.places(None, torch.device("cuda"))[0] == ROOT / bench_page.CARD


def test_all_kinds_of_work_are_listed():
    jobs = command.jobs(CPU, quick=False)
    assert len({job.name for job in jobs if job.kind != "trainings"}) == sum(
        job.kind != "trainings" for job in jobs
    )
    assert {job.kind for job in jobs} == set(report.KINDS)
    assert sum(job.kind == "trainings" for job in jobs) == 2 * 3 * command.SEEDS


def test_the_files_with_marked_tests_are_found():
    assert "tests/package/test_training.py" in command.marked()
    assert not any(name.endswith("test_gpu.py") for name in command.marked())


# the packages


ALONE = """
import sys
from importlib import metadata
from importlib.machinery import PathFinder
allowed = set(sys.argv[1].split(","))
owners = metadata.packages_distributions()

class Allowed:
    @staticmethod
    def find_spec(name, path=None, target=None):
        names = owners.get(name.split(".")[0], ())
        if not names or allowed & {one.lower().replace("_", "-") for one in names}:
            return PathFinder.find_spec(name, path, target)

sys.meta_path = [Allowed if one is PathFinder else one for one in sys.meta_path]
sys.argv = ["gpu", "--device", "cpu", "--quick", "--out", sys.argv[2], *sys.argv[3:]]
from benchmarks.gpu.command import main
sys.exit(main(sys.argv[1:]))
"""


def closure(names):
    """The distributions that these need, with all that those need."""
    seen = set()
    left = list(names)
    while left:
        name = left.pop().lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        with suppress(metadata.PackageNotFoundError):
            needs = metadata.requires(name) or []
            left += [re.match(r"[\w.-]+", x)[0] for x in needs if "extra ==" not in x]
    return seen


@pytest.mark.slow
@pytest.mark.parametrize(
    "only",
    [
        "figures",
        "metrics",
        "Spectral network",
        pytest.param("seed 0, cpu", marks=pytest.mark.rare),
    ],
)
def test_nothing_else_is_imported(tmp_path, only):
    allowed = closure(NEEDED) | {"course-utils"}
    command_line = [sys.executable, "-c", ALONE, ",".join(allowed), str(tmp_path)]
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TQDM_DISABLE": "1"}
    done = subprocess.run(
        [*command_line, "--only", only],
        cwd=ROOT, env=bare, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


# the page


def example():
    return {
        "machine": {
            "card": "Card",
            "processor": "x86_64, 4 cores, Linux",
            "threads": 4,
            "numbers": "float32",
            "versions": {"Python": "3.11", "torch": "2.11", "CUDA": "13"},
        },
        "checks": [{"name": "one"}, {"name": "two", "error": "AssertionError: off"}],
        "rows": [
            {
                "name": "Line",
                "case": "Line",
                "cpu_ms": 4.0,
                "gpu_ms": 2.0,
                "ratio": 2.0,
                "quartiles": [1.9, 2.1],
                "gpu_mb": 12.0,
            }
        ],
        "trainings": [
            {
                "name": "Chapter, seed 0, cuda",
                "chapter": "Chapter",
                "seed": 0,
                "device": "cuda",
                "seconds": 3.2,
                "sentence": "It learns.",
                "numbers": {"before": 1.0, "after": -2.0},
                "holds": True,
            }
        ],
    }


def test_without_a_measurement_the_page_says_so():
    assert page.text(None) == page.NONE
    assert "No graphics card has been measured" in page.NONE


def test_the_page_is_made_anew_when_a_card_is_measured(tmp_path):
    (tmp_path / "benchmarks").mkdir()
    results = (ROOT / bench_page.RESULTS).read_text(encoding="utf-8")
    (tmp_path / bench_page.RESULTS).write_text(results, encoding="utf-8")
    seen = []
    env = SimpleNamespace(note_dependency=seen.append)
    app = SimpleNamespace(srcdir=str(tmp_path), env=env)
    bench_page.fill(app, "benchmarks", source := ["<!-- bench: gpu -->"])
    assert source == [page.NONE] and str(tmp_path / bench_page.CARD) in seen
    (tmp_path / bench_page.CARD).write_text(json.dumps(example()), encoding="utf-8")
    bench_page.fill(app, "benchmarks", source := ["<!-- bench: gpu -->"])
    assert source == [page.text(example())]


def test_the_page_shows_times_trainings_and_what_failed():
    text = page.text(example())
    assert (
        "Of 2 checks that the card computes what the processor computes, 1 passed" in text
    )
    assert "| Line | 4 ms | 2 ms | 2 (1.9–2.1) | 12 |" in text
    assert "| Chapter | 0 | card | 3.2 s | before 1.00, after -2.00 |" in text
    assert "- Chapter: It learns." in text
    assert "- two: AssertionError: off" in text


def test_a_report_that_was_cut_short_is_shown_as_far_as_it_goes():
    cut = example() | {"rows": [], "trainings": []}
    assert page.text(cut).startswith("Measured on a Card")


def test_what_is_committed_can_be_shown():
    path = ROOT / bench_page.CARD
    committed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    assert page.text(committed)

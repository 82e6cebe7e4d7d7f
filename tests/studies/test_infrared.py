"""The study of chapter 12: its table is complete and repeats, with the network of the page."""

import ast
from pathlib import Path

import notebooks
import pytest
import torch
from normal_form import read

from course_utils.operators import Hartley
from studies import infrared as study
from studies.table import Table

CASES = ("as trained", "few", *study.CASES[1:])


@pytest.fixture(scope="module")
def table():
    return Table("infrared", keys=("method", "n", "seed", "rate"))


def test_the_table_holds_all_rows_of_the_study_and_no_other(table):
    declared = study.tuning_tasks() + study.tasks(table)
    there = [tuple(row[key] for key in table.keys) for row in table.rows]
    assert sorted(there) == sorted(declared)


def test_no_learning_rate_lies_at_the_end_of_what_was_tried(table):
    for method in study.LEARNED:
        losses = [
            table.row(method, *study.TUNING, rate)["validation"] for rate in study.RATES
        ]
        assert 0 < losses.index(min(losses)) < len(losses) - 1, method


def test_every_row_has_all_cases_with_numbers_that_can_be(table):
    for row in (row for row in table.rows if row["seed"] != study.TUNING[1]):
        for case in CASES:
            kelvin, iou, wrong = row[case]
            assert 0 < kelvin < 20 and 0 < iou < 1 and 0 < wrong < 1, row


@pytest.mark.slow
@pytest.mark.parametrize("method, n", [("wiener", 0), ("wiener + head", 8)])
def test_a_row_comes_out_again(method, n, table):
    kept = next(
        row
        for row in table.rows
        if (row["method"], row["n"], row["seed"]) == (method, n, 0)
    )
    before = torch.get_default_dtype()
    try:
        again = study.row(method, n, 0, kept["rate"])
    finally:
        torch.set_default_dtype(before)
    band = 0.005 if n == 0 else 0.15
    for case in CASES:
        assert again[case] == pytest.approx(kept[case], rel=band)


def test_the_formula_is_the_best_linear_estimate():
    H, theta = study.camera().H, 100.0
    net = study.wiener_net(theta)
    f = torch.randn(1, 48, 48, generator=torch.Generator().manual_seed(0))
    nu = torch.cartesian_prod(*[torch.fft.fftfreq(48, 1 / 48)] * 2).norm(dim=1).view(48, 48)
    p = theta * (1 + nu) ** -3
    V, variance = Hartley((48, 48)), (study.camera().sigma / (study.HIGH - study.LOW)) ** 2
    f_hat = net(f[:, ::2, ::2])
    u = (f[:, ::2, ::2] - H(f_hat)) / variance  # f_hat = C H^T u, if it is the best
    torch.testing.assert_close(V(p * V(H.T(u))), f_hat, rtol=0.02, atol=0.02)


def test_the_network_of_the_study_is_the_one_on_the_page():
    path = next(path for path in notebooks.chapters() if path.stem == "12-infrared")
    page = "\n".join(
        c.source for c in read(path).cells if c.source.startswith("class Reader")
    )
    source = Path(study.__file__).read_text("utf-8")

    def methods(text):
        kind = next(
            n for n in ast.walk(ast.parse(text)) if getattr(n, "name", "") == "Reader"
        )
        return [ast.unparse(n) for n in kind.body if isinstance(n, ast.FunctionDef)]

    assert methods(page) == methods(source)

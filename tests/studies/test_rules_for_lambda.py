"""The study of rules for lambda: those of the package, and verdicts that hold elsewhere."""

import pytest
import torch

from course_utils import choose
from studies import rules_for_lambda as study


@pytest.fixture
def few(monkeypatch):
    """Fewer unknowns, so that a row takes no time."""
    monkeypatch.setattr(study, "COUNT", 100)


def test_a_cheap_row_comes_out_again():
    task = ("edges", 64, 0.01, "size", "finer")
    again = study.row(*task)
    stored = study.table().row(*task)
    for name in ("discrepancy", "SURE", "L-curve", "evidence", "one for all"):
        assert again[name] == pytest.approx(stored[name], abs=0.02)


@pytest.mark.parametrize("penalty", study.PENALTIES)
def test_the_rules_are_those_of_the_package(penalty, few):
    H, _, g, _ = study.problem("smooth", 48, 0.02, data="model", seed=3)
    _, B = study.weighted(H, penalty)
    scores = study.scores(B, g[:3], 0.02)
    rules = {
        "discrepancy": lambda x: choose.discrepancy(B, x, 0.02),
        "told 1.1": lambda x: choose.discrepancy(B, x, 1.1 * 0.02),
        "GCV": lambda x: choose.gcv(B, x),
        "SURE": lambda x: choose.sure(B, x, 0.02),
        "L-curve": lambda x: choose.l_curve(B, x),
        "evidence": lambda x: choose.evidence(B, x),
    }
    for name, J in scores.items():
        found = study.LAMS[J.argmin(1)].log10()
        expected = torch.tensor([rules[name](x) for x in g[:3]]).double().log10()
        torch.testing.assert_close(found, expected, rtol=0, atol=0.051)


def test_the_errors_are_those_of_the_estimates(few):
    H, f, g, _ = study.problem("edges", 48, 0.02, data="finer", seed=0)
    r, B = study.weighted(H, "falling")
    place = 600
    lam = study.LAMS[place]
    x = B.spectral_inverse(lambda s: s / (s**2 + lam), g)
    f_lam = torch.fft.ifft(r * torch.fft.fft(x)).real
    found = study.errors(H, f, g, r)[:, place]
    torch.testing.assert_close(found, (f_lam - f).norm(dim=1))
    found = study.errors(H, f, g, r, data=True)[:, place]
    torch.testing.assert_close(found, H(f_lam - f).norm(dim=1))


def medians(row):
    """The median of each rule."""
    return {name: row[name][0] for name in row if isinstance(row[name], list)}


@pytest.mark.parametrize(
    "scenes, size, sigma", [("edges", 96, 0.02), ("smooth", 128, 0.005)]
)
def test_where_the_penalty_does_not_fit_the_order_is_that_of_the_page(
    scenes, size, sigma, few
):
    row = study.row(scenes, size, sigma, "size", "model")
    m = medians(row)
    assert m["discrepancy"] < m["SURE"] <= m["GCV"] < m["L-curve"] < m["evidence"]
    assert m["one for all"] < 1.03 and row["SURE"][3] < 1.03


def test_a_penalty_that_fits_turns_the_order_and_one_that_does_not_quite_hurts_evidence(
    few,
):
    m = medians(study.row("edges", 96, 0.02, "falling", "finer"))
    assert max(m["GCV"], m["SURE"], m["L-curve"], m["evidence"]) < 1.05 < m["discrepancy"]
    m = medians(study.row("smooth", 192, 0.005, "falling", "finer"))
    assert m["SURE"] < 1.05 < m["discrepancy"] < m["evidence"]


def test_gcv_fails_on_few_data_and_on_those_alone(few):
    lost = [study.row("edges", n, 0.02, "size", "model")["GCV"][2] for n in (40, 200)]
    assert lost[0] > 0.05 and lost[1] < 0.02


@pytest.mark.slow
def test_photographs_keep_the_order_too():
    m = medians(study.row("photographs", 48, 0.02, "size", "finer"))
    assert m["discrepancy"] < m["SURE"] < m["L-curve"] < m["evidence"]
    m = medians(study.row("photographs", 48, 0.02, "falling", "model"))
    assert max(m["GCV"], m["SURE"]) < 1.02 < m["discrepancy"]

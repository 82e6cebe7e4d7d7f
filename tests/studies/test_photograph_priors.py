"""The study of penalties on photographs: choice without the photograph, and who wins."""

import pytest
import torch

from studies import photograph_priors as study

ROWS = study.table().rows


def column(size, sigma, method, part="error"):
    row = study.table().row(size, sigma, method)
    return torch.tensor(row[part], dtype=torch.float64)


def against_differences(size, sigma, method, part="error"):
    """The geometric mean of the ratio of errors, and how many of 17 the method wins."""
    ratio = column(size, sigma, method, part) / column(size, sigma, "differences", part)
    return ratio.log().mean().exp().item(), int((ratio < 1).sum())


def test_no_photograph_chooses_its_own_lambda():
    errors = torch.tensor([[1.0, 3.0, 1.0], [2.0, 1.0, 2.0]])
    assert study.others(errors).tolist() == [[2.0, 1.0, 2.0], [1.5, 2.0, 1.5]]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_lambda_that_is_used_lies_inside_its_ladder(row):
    first, last = row["ends"]
    assert all(first < lam < last for lam in row["lam"])
    assert len(row["error"]) == len(row["edges"]) == len(row["oracle"]) == 17


def test_the_ladder_grows_until_the_best_is_inside():
    f = torch.ones(2, 4, 4)
    tried = []

    def estimate(H, g, lam):
        tried.append(lam)
        return f * lam / 16

    lams, errors = study.scan(estimate, 1.0, g=0 * f, f=f, H=None)
    assert lams == [2.0**k for k in range(-1, 6)] and sorted(tried) == lams
    assert errors[:, 0].argmin(0).tolist() == [5, 5]


def test_the_data_come_from_a_finer_grid_and_the_model_errs_less_than_the_noise():
    g, misfit, f = study.problems(64, 0.0, ["moon"])
    assert torch.equal(misfit, study.blur(64)(f) - g)
    assert 1e-6 < misfit.square().mean().sqrt() < 1e-3
    assert all(row["model"] < row["sigma"] for row in ROWS)


@pytest.mark.slow
def test_a_row_for_size_is_what_a_filter_gives_under_another_noise():
    g, _, f = study.problems(64, 0.01)
    lam = study.table().row(64, 0.01, "size")["lam"]
    each = [study.by_size(study.blur(64), x, b) for x, b in zip(g, lam, strict=True)]
    error, edges = study.ratios(torch.stack(each), g, f)
    assert torch.allclose(error.double(), column(64, 0.01, "size"), atol=0.002)
    assert torch.allclose(edges.double(), column(64, 0.01, "size", "edges"), atol=0.002)


@pytest.mark.parametrize("size", study.SIZES)
@pytest.mark.parametrize("sigma", study.SIGMAS)
def test_total_variation_beats_the_squares_of_differences_less_so_at_edges(size, sigma):
    ratio, wins = against_differences(size, sigma, "TV")
    edges, _ = against_differences(size, sigma, "TV", "edges")
    assert 0.85 < ratio < 0.97 and ratio < edges and 10 <= wins < 17


@pytest.mark.slow
@pytest.mark.parametrize(
    "size, sigma", [(40, 0.005), pytest.param(48, 0.04, marks=pytest.mark.rare)]
)
def test_total_variation_beats_the_squares_of_differences_elsewhere_too(size, sigma):
    rows = {name: study.row(size, sigma, name) for name in ("TV", "differences")}
    tv, squares = (torch.tensor(row["error"]) for row in rows.values())
    assert (tv / squares).log().mean().exp() < 0.97
    assert 9 <= (tv < squares).sum() < 17

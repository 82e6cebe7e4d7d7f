"""What conditions and essays of the audit say, where no inequality of theirs asks it."""

from statistics import mean

import pytest

from course_utils.audit import computed, measured, scoreboard


def decibels(problem, method, pairs):
    """The mean error of a method that so many pairs taught."""
    return mean(measured.nmse(problem, method, pairs))


@pytest.mark.parametrize("problem", ["edges", "wide blur", "small pictures", "photographs"])
def test_symmetry_brings_most_of_what_four_layers_gain_on_a_matrix_if_pairs_are_few(
    problem,
):
    few = (1, 4, 16, 64) if problem == "edges" else (16,)
    for N in few:
        four, free, matrix = (
            decibels(problem, m, N) for m in ("four layers", "filter without H", "matrix")
        )
        assert matrix - free > 0.7 * (matrix - four) > 0, N


@pytest.mark.parametrize("problem", ["edges", "wide blur", "small pictures"])
def test_a_matrix_overtakes_between_256_and_two_thousand_pairs(problem):
    for N, ahead in ((256, False), (2048, True)):
        known = 256 if problem != "edges" else N  # the four layers have settled there
        assert ahead == (
            decibels(problem, "matrix", N) < decibels(problem, "four layers", known)
        )


def test_a_cnn_ends_better_than_a_diagonal_but_for_gaussian_signals():
    for problem, N in (("edges", 4096), ("photographs", 512), ("spikes", 256)):
        four, free, after = (
            decibels(problem, m, N) for m in ("four layers", "CNN", "Tikhonov + CNN")
        )
        assert after < free < four, problem
        assert 0.2 < free - after < 1 < four - free, "physics buys less than the prior"
    assert decibels("stationary", "CNN", 256) > decibels("stationary", "four layers", 256)
    assert decibels("dark ends", "Tikhonov + CNN", 64) > decibels("dark ends", "CNN", 64)
    assert decibels("edges", "CNN", 2) > decibels("edges", "four layers", 2), (
        "not with two pairs"
    )


def test_total_variation_is_ahead_of_every_linear_method_on_edges_whatever_the_pairs():
    linear = ("Tikhonov", "Wiener", "four layers", "filter without H", "matrix")
    linear += ("matrix after H'", "matrix, from identity", "two layers, H' W")
    linear += ("two layers, W H'", "four layers, started")
    found = measured.rows("data-efficiency", {"problem": "edges", "seeds": "a"})
    least = min(mean(row["nmse_db"]) for row in found if row["method"] in linear)
    assert decibels("edges", "total variation", 64) < least - 2


@pytest.mark.parametrize(("problem", "block"), [("lines", "conv"), ("sparse", "soft")])
def test_physics_that_is_right_or_nearly_so_is_ahead_at_every_budget(problem, block):
    for budget in range(7):
        for physics in ("right", "near"):
            assert max(measured.by_budget(problem, block, physics, "none", budget)) < 0
    wrong = [measured.by_budget(problem, block, "wrong", "none", k) for k in range(7)]
    assert max(map(max, wrong)) > 0


def test_an_h_that_is_nearly_right_costs_little_at_first_and_two_decibels_at_the_end():
    assert max(measured.by_budget("sparse", "soft", "near", "right", 0)) < 1
    assert 1.5 < min(measured.by_budget("sparse", "soft", "near", "right", -1)) < 2.5


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_learned_after_a_selection_loses_what_it_won_and_fixed_weights_little(seed):
    medians = {
        method: [
            row["median_db"]
            for row in measured.rows("unrolling-budgets", {"seed": seed, "method": method})
        ]
        for method in ("ALISTA-SS", "LISTA-CP-SS")
    }
    (fista,) = measured.rows(
        "unrolling", {"noise": "none", "method": "FISTA", "seed": seed}
    )
    start = fista["median_db"]
    lost = {name: (x[-1] - min(x)) / (start - min(x)) for name, x in medians.items()}
    assert lost["ALISTA-SS"] < 0.05 and lost["LISTA-CP-SS"] > 0.9


def test_without_its_mean_a_scene_is_harmed_less_and_not_always_less_than_half():
    centred = measured.rows(
        "zero-boundary", {"scenes": "photographs", "sigma": 0.003, "centred": True}
    )
    assert all((row["worse"] < 0.5) == (row["width"] == 1) for row in centred)
    assert max(measured.made_worse("photographs", 0.1)) < 0.1


def test_beyond_a_quarter_of_saturated_data_the_best_line_comes_near_again():
    assert min(measured.risk_ratio("tanh", 0.7, 0.05, "affine", "map")) > 1.2
    assert max(measured.risk_ratio("tanh", 0.4, 0.05, "affine", "map")) < 1.1
    for level in (1.0, 1.5, 2.0):
        assert max(measured.risk_ratio("clip", level, 0.05, "affine", "map")) < 1.1


def test_a_trained_equation_follows_the_adjoint_down_to_a_tenth_of_a_per_cent_of_noise():
    for noise in (0.1, 1.0, 5.0):
        assert max(measured.over_adjoint("test", "LM", noise)) < 1.15
    assert max(measured.over_adjoint("test", "LM", 0.01)) > 1.5


def test_cross_validation_comes_closer_than_the_rule_on_average_and_not_in_each_family():
    gaps = measured.regret_less("validated", "rule")
    assert mean(gaps) < 0 < max(gaps)


def test_layers_with_learned_proxes_end_worse_when_deeper_and_learned_steps_do_not():
    for method, better in (("prox", False), ("primal-dual", False), ("steps", True)):
        found = mean(measured.psnr_gap(method, 20, method, 5, "drawn"))
        assert (found > 0) == better


def test_what_a_penalty_or_short_steps_leave_stays_near_the_least_error():
    for way in ("with a penalty", "gradient steps"):
        assert max(computed.overshoot(way)) < 1.1


SCANNER = ["tomography, drawn", "tomography, head"]
SPARSE = ["sparse recovery, no noise", "sparse recovery, 30 dB"]
TRIED = {  # of which methods the scoreboard says on what they were tried, and what it has
    "wavelets": ["unrolled, photographs"],
    "two layers": [
        f"deconvolution, {name}"
        for name in ("lines", "dark ends", "changing width", "wrong width")
    ],
    "MLP": ["deconvolution, lines", "saturating sensor"],
    "U-Net": ["deconvolution, photographs", "infrared, temperature", "infrared, labels"],
    "learned steps": [SPARSE[0], *SCANNER, "saturating sensor"],
    "learned prox": [*SCANNER, "unrolled, photographs"],
    "learned primal-dual": SCANNER,
    "a schedule of thresholds": SPARSE,
    "thresholds and weights": SPARSE,
    "physics-informed": ["diffusion coefficient"],
}


def test_a_method_that_was_tried_on_some_problems_has_numbers_on_these_alone():
    said = {m for m in scoreboard.methods() if scoreboard.why_not(m).startswith("tried on")}
    assert said == set(TRIED)
    for method, expected in TRIED.items():
        found = [p.name for p in scoreboard.problems() if method in p.methods]
        assert found == expected, scoreboard.why_not(method)

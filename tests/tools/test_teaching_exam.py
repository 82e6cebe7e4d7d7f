"""The numbers of the exam, computed anew with the package of the book."""

import re

import pytest
import teaching_exam as exam
import teaching_questions as given
import torch
from book_files import ROOT

from course_utils import bayes, choose, infrared, operators, priors, solvers
from course_utils.linear import Matrix
from course_utils.metrics import iou

SEEDS = range(1, 7)
PAPER, SOLVED = (
    (ROOT / "book" / f"teaching-{name}.md").read_text(encoding="utf-8")
    for name in ("exam", "exam-solutions")
)
POINTS = re.compile(r"\*\((\d+)\)\*")


def real(numbers):
    """A vector in double precision."""
    return torch.tensor(numbers, dtype=torch.float64)


@pytest.fixture(params=SEEDS)
def asked(request):
    """The numbers of an exam."""
    return exam.numbers(request.param)


def test_the_adjoint_of_the_echo_is_the_transpose_of_its_matrix(asked):
    question = asked[0]
    A = torch.eye(4, dtype=torch.float64) + question["a"] * torch.eye(
        4, dtype=torch.float64
    ).roll(1, 0).tril(-1)
    f, u = real(question["f"]), real(question["u"])
    assert (A @ f).allclose(real(question["data"]))
    assert (A.T @ u).allclose(real(question["back"]))
    assert (A @ f) @ u == pytest.approx(question["inner"])


def test_terms_are_those_of_a_truncated_svd_and_its_noise(asked):
    question = asked[1]
    H = Matrix(torch.diag(real(given.SINGULAR)))
    c = real(question["c"])
    cut = real(given.SINGULAR)[question["keep"] - 1] * 0.99
    kept = H.spectral_inverse(lambda s: (s > cut) / s, c)
    assert kept[: question["keep"]].allclose(real(question["kept"]))
    assert (kept != 0).sum() == question["keep"] == (c.abs() > question["sigma"]).sum()
    clear = c.abs() / question["sigma"]
    assert ((clear > 1.2) | (clear < 0.9)).all()
    unit = H.spectral_inverse(lambda s: 1 / s, torch.ones(6, dtype=torch.float64))
    assert unit.norm() * question["sigma"] == pytest.approx(question["naive"])
    assert question["condition"] == torch.linalg.cond(H.A)
    assert question["more"] == 5


def test_modes_are_those_of_a_blur_and_the_factor_is_the_best_one(asked):
    question = asked[2]
    q, sigma, p = question["q"], question["sigma"], question["p"]
    H = operators.Blur(real([q, question["middle"], q]), (8,))
    assert H.transfer[[0, 2, 4]].real.allclose(real(question["t"]))
    assert H.transfer.imag.abs().max() < 1e-12
    s = question["s"][1]
    assert s == pytest.approx(H.singular_values()[2].item())
    factors = torch.linspace(0, 3, 3001, dtype=torch.float64)
    error = (factors * s - 1) ** 2 * p + factors**2 * sigma**2
    assert factors[error.argmin()] == pytest.approx(question["wiener"], abs=1e-3)


def test_the_penalty_lets_through_what_is_said_and_the_rule_chooses_so(asked):
    question = asked[3]
    s = torch.logspace(-4, 2, 20001, dtype=torch.float64)
    assert (s / (s**2 + question["lam"])).max() == pytest.approx(question["most"], rel=1e-5)
    small = real([1e-3])
    steps = 1 - (1 - small**2) ** question["steps"]
    assert steps.item() == pytest.approx((small**2 / question["lam"]).item(), rel=1e-3)
    residuals = real(question["residuals"])
    assert question["chosen"] == 3
    assert residuals[2].item() == pytest.approx(question["norm"], rel=0.02)
    assert (residuals > question["norm"] / 2).all()


def test_the_rule_of_the_question_is_that_of_the_package():
    H = operators.Blur(real([0.25, 0.5, 0.25]), (64,))
    g = torch.randn(64, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    lam = choose.discrepancy(H, g, 0.5)
    left = g - H(H.spectral_inverse(lambda s: s / (s**2 + lam), g))
    assert left.norm().item() == pytest.approx(0.5 * 64**0.5, rel=0.02)


def test_the_posterior_is_that_of_the_package(asked):
    question = asked[4]
    H = Matrix(real([[question["s"]]]))
    q = bayes.posterior(H, real([question["g"]]), question["sigma"], question["p"])
    assert q.mean.item() == pytest.approx(question["mean"])
    assert q.variance().item() == pytest.approx(question["v"])
    z90 = torch.special.ndtri(real([0.95])).item()
    assert pytest.approx(z90, abs=1e-3) == exam.Z90
    g = real([question["g"]])
    found = H.spectral_inverse(lambda s: s / (s**2 + question["lam"]), g)
    assert found.item() == pytest.approx(question["mean"])


def test_thresholds_and_the_step_are_those_of_the_package(asked):
    question = asked[5]
    v, g = real(question["v"]), real(question["g"])
    assert priors.L1().prox(v, question["t"]).allclose(real(question["soft"]))
    H = Matrix(real([[1, 0.5], [0.5, 1]]))
    way = solvers.ista(H, g, priors.L1(), question["lam"], question["tau"])
    assert solvers.run(way, 1).allclose(real(question["ista"]))
    assert question["tau"] < 1 / H.norm() ** 2
    still = solvers.ista(H, g, priors.L1(), question["still"] * 1.001, question["tau"])
    assert solvers.run(still, 50).norm() == 0
    moves = solvers.ista(H, g, priors.L1(), question["still"] * 0.999, question["tau"])
    assert solvers.run(moves, 50).norm() > 0


def test_the_learned_number_is_least_squares_and_its_limit_that_of_many_pairs(asked):
    question = asked[6]
    a, b = real(question["a"]), real(question["b"])
    learned = torch.linalg.lstsq(b[:, None], a[:, None]).solution.item()
    assert learned == pytest.approx(question["learned"])
    draw = torch.Generator().manual_seed(0)
    many = torch.randn(2, 400_000, generator=draw, dtype=torch.float64)
    a = question["p"] ** 0.5 * many[0]
    b = question["s"] ** 2 * a + question["s"] * question["sigma"] * many[1]
    assert (a @ b / (b @ b)).item() == pytest.approx(question["limit"], rel=0.02)
    assert question["blind"] * 4 * question["d"] == question["n"]
    k = torch.arange(question["n"])
    pairs = {tuple(sorted((int(i), int(-i) % question["n"]))) for i in k}
    assert len(pairs) == question["count"]


def test_views_directions_stripes_and_scores_are_as_counted(asked):
    scan, camera = asked[7:]
    assert scan["enough"] - 1 < torch.pi * scan["wide"] / scan["period"] <= scan["enough"]
    assert scan["unseen"] == scan["side"] ** 2 - scan["views"] * scan["side"] > 0
    x = (torch.arange(camera["twice"], dtype=torch.float64) + 0.5) / camera["twice"]
    stripes = torch.cos(2 * torch.pi * camera["stripes"] * x)
    frame = operators.Downsample((camera["twice"],), 2)(stripes)
    power = torch.fft.rfft(frame).abs()
    assert power.argmax() == camera["false"]
    T = real(given.KELVIN)
    assert infrared.band_radiance(T).round(decimals=1).allclose(real(camera["radiance"]))
    share = camera["share"]
    dim = share * camera["radiance"][-1] + (1 - share) * camera["radiance"][0]
    assert dim == pytest.approx(camera["seen"], abs=0.3)
    z = torch.zeros(100, dtype=torch.long)
    z[camera["wall"] :] = 1
    z[-1] = 2
    assert iou(torch.zeros_like(z), z) == pytest.approx(camera["iou"], abs=1e-6)


def test_every_number_that_the_pages_ask_for_is_there_on_any_seed():
    for seed in SEEDS:
        found = exam.words(seed)
        for page in (PAPER, SOLVED):
            names = re.findall(r"\{\{ ([\w-]+) \}\}", page)
            assert names and set(names) <= set(found)


def test_another_seed_is_another_exam_and_the_same_seed_the_same():
    assert exam.words(1) == exam.words(1)
    assert len({str(exam.words(seed)) for seed in SEEDS}) == len(SEEDS)


def test_points_add_up_to_ninety_and_solutions_give_what_questions_promise():
    questions = re.split(r"^## \d\. ", PAPER, flags=re.MULTILINE)[1:]
    solutions = re.split(r"^## \d\. ", SOLVED, flags=re.MULTILINE)[1:]
    whole = 0
    for question, solution in zip(questions, solutions, strict=True):
        promised = int(re.search(r"\((\d+) points\)", question)[1])
        parts = dict(
            re.findall(r"(?s)^([a-e])\) .*?\*\((\d+)\)\*\n", question, re.MULTILINE)
        )
        given_ = re.split(r"^([a-e])\) ", solution, flags=re.MULTILINE)[1:]
        earned = {
            letter: sum(map(int, POINTS.findall(text)))
            for letter, text in zip(given_[::2], given_[1::2], strict=True)
        }
        assert earned == {letter: int(points) for letter, points in parts.items()}
        assert sum(earned.values()) == promised
        whole += promised
    assert whole == 90 and len(questions) == 8


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((3, "3"), (0.0, "0"), (2.0, "2"), (0.123456, "0.123"), (-1.5, "-1.5")),
        *((16384, "16384"), (0.0003, "0.0003"), (201.06, "201.1"), ("201.1", "201.1")),
    ],
)
def test_numbers_are_written_as_on_paper(number, text):
    assert exam.say(number) == text

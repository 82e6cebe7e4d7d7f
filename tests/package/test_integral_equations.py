"""The classical problems are their integral equations, whatever n is."""

from math import cos, exp, pi, sin

import pytest
import torch
from scipy.integrate import quad

from course_utils.integral_equations import PROBLEMS, deriv2, heat, phillips, shaw

close = torch.testing.assert_close
each = pytest.mark.parametrize("name", PROBLEMS)

KERNELS = {
    "shaw": lambda s, t: (cos(s) + cos(t)) ** 2 * sinc(sin(s) + sin(t)) ** 2,
    "phillips": lambda s, t: bump(s - t),
    "heat": lambda s, t: pulse(s - t),
    "deriv2": lambda s, t: s * (t - 1) if s < t else t * (s - 1),
}
SCENES = {
    "shaw": lambda t: 2 * exp(-6 * (t - 0.8) ** 2) + exp(-2 * (t + 0.5) ** 2),
    "phillips": lambda t: bump(t),
    "heat": lambda t: warmed(20 * t),
    "deriv2": lambda t: t,
}
RANGES = {"shaw": (-pi / 2, pi / 2), "phillips": (-6, 6), "heat": (0, 1), "deriv2": (0, 1)}
BENDS = {"phillips": (-3, 0, 3), "heat": (0.1, 0.15, 0.5)}


def sinc(x):
    return sin(pi * x) / (pi * x) if x else 1.0


def bump(x):
    return 1 + cos(pi * x / 3) if abs(x) < 3 else 0.0


def pulse(x):
    return x**-1.5 * exp(-1 / (4 * x)) / (2 * pi**0.5) if x > 0 else 0.0


def warmed(y):
    if y > 10:
        return 0.0
    return (
        0.1875 * y**2
        if y < 2
        else 0.75 + (y - 2) * (3 - y)
        if y < 3
        else 0.75 * exp(6 - 2 * y)
    )


def taken_at(name, i, n):
    """Where the i-th of n data is taken, counted from 0."""
    low, high = RANGES[name]
    return low + (i + (1 if name == "heat" else 0.5)) * (high - low) / n


def exact_datum(name, s):
    """int K(s, t) f(t) dt, by adaptive quadrature."""
    low, high = RANGES[name]
    bends = [t for t in (*BENDS.get(name, ()), s, s - 3, s + 3) if low < t < high]
    return quad(
        lambda t: KERNELS[name](s, t) * SCENES[name](t), low, high, points=bends, limit=200
    )[0]


@each
def test_data_are_the_integrals_to_the_order_of_the_midpoint_rule(name, doubles):
    errors = []
    for n in (60, 120):
        H, f = PROBLEMS[name](n)
        rows = [n // 5, n // 2, n // 5 * 4]
        exact = torch.tensor([exact_datum(name, taken_at(name, i, n)) for i in rows])
        errors.append(((H(f)[rows] - exact).abs() / H(f).abs().max()).max())
    assert errors[1] < 1e-3 and errors[1] < 0.6 * errors[0] + 1e-12


@each
def test_entries_are_the_kernel_times_the_step(name, doubles):
    n, (low, high) = 24, RANGES[name]
    H, f = PROBLEMS[name](n)
    h = (high - low) / n
    for i, j in ((0, 0), (3, 17), (17, 3), (12, 11), (23, 23), (23, 0)):
        t = low + (j + 0.5) * h
        assert H.A[i, j].item() == pytest.approx(h * KERNELS[name](taken_at(name, i, n), t))
        assert f[j].item() == pytest.approx(SCENES[name](t))


@each
def test_the_operator_follows_the_default_type(name):
    H, f = PROBLEMS[name](16)
    assert H.A.dtype == f.dtype == torch.get_default_dtype()
    assert H.in_shape == H.out_shape == f.shape == (16,)


def test_the_singular_values_of_deriv2_are_those_of_the_integral(doubles):
    s = deriv2(200)[0].singular_values()[:10]
    close(s, 1 / (pi * torch.arange(1.0, 11)) ** 2, rtol=2e-2, atol=0)


def test_the_singular_values_of_phillips_fall_as_the_third_power(doubles):
    """Its kernel is smooth but for a jump of the second derivative."""
    s = phillips(256)[0].singular_values()
    scaled = s * torch.arange(1.0, 257) ** 3
    early, late = scaled[10:40].log().mean(), scaled[40:160].log().mean()
    assert (late - early).abs() < 0.3 * torch.log(
        torch.tensor(4.0)
    )  # exponent off by < 0.3


def test_the_singular_values_of_shaw_fall_exponentially(doubles):
    s = shaw(100)[0].singular_values()
    assert s[19] / s[0] < 1e-12
    coarse, fine = (shaw(n)[0].singular_values()[:6] for n in (100, 200))
    close(coarse, fine, rtol=1e-2, atol=0)  # of the equation, not of n


def test_heat_is_causal_and_kappa_makes_it_harmless(doubles):
    H, _ = heat(60)
    assert (H.A.triu(1) == 0).all()
    condition = [
        s[0] / s[-1] for s in (heat(60, kappa)[0].singular_values() for kappa in (1, 5))
    ]
    assert condition[0] > 1e12 and condition[1] < 1e4


def test_the_known_data_of_phillips_and_deriv2(doubles):
    H, f = phillips(600)
    s = -6 + (torch.arange(600) + 0.5) * 12 / 600
    exact = (6 - s.abs()) * (1 + (pi * s / 3).cos() / 2) + 4.5 / pi * (
        pi * s.abs() / 3
    ).sin()
    close(H(f), exact, rtol=0, atol=1e-3)
    H, f = deriv2(600)
    s = (torch.arange(600) + 0.5) / 600
    close(H(f), (s**3 - s) / 6, rtol=0, atol=1e-5)

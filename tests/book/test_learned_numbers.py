"""What chapter 8 asserts of learning a number by EM, on data that it does not show."""

import torch


def test_em_may_take_theta_to_zero_though_the_evidence_is_higher_elsewhere():
    r = torch.tensor([1.0, 0.1], dtype=torch.float64)
    c = torch.tensor([0.0, 5.0], dtype=torch.float64)

    def log_evidence(theta):
        d = theta * r**2 + 1
        return -0.5 * (d.log() + c**2 / d).sum()

    theta = torch.tensor(0.01, dtype=torch.float64)
    for _ in range(2000):
        v = 1 / (1 + 1 / (theta * r**2))
        last = theta
        theta = (((v * c) ** 2 + v) / r**2).mean()
        assert theta < last
    assert theta < 2e-3
    assert log_evidence(1000.0) > log_evidence(0.0) + 5

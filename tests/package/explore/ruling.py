"""What rules and oracles choose for an H = S V^T and data of coefficients c, in Python."""

from math import nan

import torch
from scipy.optimize import minimize_scalar

from course_utils import choose

ENDS = (-12.0, 1.0)  # of the axis: a lambda beyond them is drawn there
PLACES = torch.linspace(*ENDS, 131).double()  # log10 of lambda, of the curves


def errors(s, c, a, log10_lam):
    """The relative errors of f_lam and of H f_lam. Shape: (k, 2)."""
    gap = s / (s**2 + 10 ** log10_lam[:, None]) * c - a
    seen = (s * gap).norm(dim=1) / (s * a).norm()
    return torch.stack([gap.norm(dim=1) / a.norm(), seen], 1)


def chosen_by(H, c, told):
    """log10 of the lam of each rule; NaN where the discrepancy has none."""
    try:
        first = choose.discrepancy(H, c, told)
    except ValueError:
        first = nan
    lam = [first, choose.gcv(H, c), choose.sure(H, c, told)]
    lam += [choose.l_curve(H, c), choose.evidence(H, c)]
    return torch.tensor(lam, dtype=c.dtype).log10()


def oracle(s, c, a, kind):
    """log10 of the lam with the least error of f_lam (0) or of H f_lam (1)."""

    def J(log10_lam):
        return errors(s, c, a, torch.tensor([log10_lam]).double())[0, kind].item()

    table = torch.linspace(-30, 15, 181).double()
    at = table[errors(s, c, a, table)[:, kind].argmin()].item()
    ends = (at - 0.3, at + 0.3)
    return minimize_scalar(J, bounds=ends, method="bounded", options={"xatol": 1e-9}).x


def ruled(H, s, c, a, told):
    """All that the front ends show of the rules and of the oracles."""
    chosen = chosen_by(H, c, told).clamp(*ENDS)
    oracles = torch.tensor([oracle(s, c, a, kind) for kind in (0, 1)]).double().clamp(*ENDS)
    return {
        "curves": errors(s, c, a, PLACES),
        "chosen": chosen,
        "ofChosen": errors(s, c, a, chosen)[:, 0],
        "oracles": oracles,
        "ofOracles": errors(s, c, a, oracles)[:, 0],
    }

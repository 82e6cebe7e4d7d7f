"""The drawing of the proximal step is drawn to scale, and its numbers are those of ISTA."""

import torch

from course_utils import solvers
from course_utils.drawings import proximal
from course_utils.linear import Matrix
from course_utils.priors import L1

H = Matrix(torch.linalg.cholesky(proximal.Q).mT)  # so that H^T H = Q
g = H(proximal.BEST_FIT)
TAU = 1 / torch.linalg.eigvalsh(proximal.Q)[-1]


def test_what_the_projection_leaves_is_the_soft_threshold():
    left = proximal.V - proximal.projected()
    torch.testing.assert_close(left, L1().prox(proximal.V, proximal.T))
    assert left[1] == 0 != left[0]


def test_the_step_is_one_of_ista_and_lands_on_an_axis():
    way = solvers.ista(H, g, L1(), proximal.LAM, TAU, f=proximal.F_K)
    _, after = proximal.one_step()
    torch.testing.assert_close(after, next(way))
    assert after[1] == 0


def test_the_minimiser_is_where_ista_comes_to_rest():
    way = solvers.ista(H, g, L1(), proximal.LAM, TAU)
    torch.testing.assert_close(proximal.minimiser(), solvers.run(way, 500))


def test_the_gradient_leaves_the_contour_at_a_right_angle():
    v, _ = proximal.one_step()
    normal = proximal.Q @ (proximal.F_K - proximal.BEST_FIT)
    step = v - proximal.F_K
    torch.testing.assert_close(step @ normal, -step.norm() * normal.norm())

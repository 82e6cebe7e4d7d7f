"""An operator made of the numbers that a figure sends: S and V, with U = I."""

import torch

from course_utils.linear import LinearOperator, Matrix


class Spectral(LinearOperator):
    """H = S V^T of float32 numbers, so that its data are coefficients already."""

    def __init__(self, s, V):
        super().__init__()
        self.s = s
        self.V = V.reshape(len(s), len(s))
        self.in_shape = self.out_shape = (len(s),)
        self.register_buffer("kind", s[:1], persistent=False)

    def forward(self, f):
        """S V^T f"""
        return self.s * (f @ self.V)

    def singular_values(self):
        """S, as sent."""
        return self.s

    @property
    def analysis(self):
        """I"""
        return Matrix(torch.eye(len(self.s)).to(self.s))

    @property
    def synthesis(self):
        """V, whose columns are orthogonal but for round-off."""
        return Matrix(self.V)

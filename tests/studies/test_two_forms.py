"""The study of the two forms of Tikhonov's estimate: what is timed is the same estimate."""

import torch

from studies import two_forms


def test_both_forms_give_the_minimiser(randn):
    A = randn(5, 8).float()
    g = randn(5).float()
    f = two_forms.first_form(A, g)
    torch.testing.assert_close(two_forms.second_form(A, g), f, rtol=1e-2, atol=1e-3)
    gradient = A.T @ (A @ f - g) + two_forms.LAM * f
    assert gradient.norm() < 1e-4 * (A.T @ g).norm()


def test_a_row_has_the_columns_of_the_table():
    again = two_forms.row(4, 8)
    assert all(row.keys() == {"m", "n", *again} for row in two_forms.table().rows)


def test_the_matrices_of_the_table_have_equally_many_entries():
    assert {m * n for m, n in two_forms.tasks()} == {2**20}

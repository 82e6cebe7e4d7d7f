"""The study of the two forms of Tikhonov's estimate: what is timed is the same estimate."""

import pytest
import torch

from studies import two_forms


@pytest.mark.parametrize("m, n", [(6, 9), (9, 6)])
def test_both_forms_give_the_minimiser(m, n, randn):
    A = randn(m, n)
    g = randn(m)
    below = torch.cat([A, two_forms.LAM**0.5 * torch.eye(n).double()])
    data = torch.cat([g, g.new_zeros(n)])[:, None]
    expected = torch.linalg.lstsq(below, data).solution[:, 0]
    torch.testing.assert_close(two_forms.first_form(A, g), expected)
    torch.testing.assert_close(two_forms.second_form(A, g), expected)


def test_a_row_has_the_medians_of_all_rounds_but_the_first(monkeypatch):
    clock = [(90.0, 9000.0), (1.0, 2.0), (1.0, 2.0), (9.0, 2.0), (1.0, 8.0)]
    clock += [(2.0, 2.0)] * 3
    taken = iter([seconds for pair in clock for seconds in pair])
    monkeypatch.setattr(two_forms, "seconds", lambda *call: next(taken))
    assert two_forms.row(3, 2) == {"first_s": 2.0, "second_s": 2.0, "ratio": 1.0}
    assert next(taken, None) is None


def test_a_row_has_the_columns_of_the_table():
    again = two_forms.row(4, 8)
    assert all(row.keys() == {"m", "n", *again} for row in two_forms.table().rows)


def test_the_matrices_of_the_table_come_in_pairs_of_three_sizes():
    tasks = two_forms.tasks()
    assert {m * n for m, n in tasks} == {2**16, 2**18, 2**20}
    assert {(n, m) for m, n in tasks} == set(tasks)

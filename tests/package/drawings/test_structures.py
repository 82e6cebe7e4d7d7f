"""The drawn counts are those of the estimates, and what is drawn as learned is learned."""

from torch import nn

from course_utils.drawings import fixed_and_learned_parts
from course_utils.drawings.structures import structures
from course_utils.linear import Matrix
from course_utils.unrolled import UnrolledProximal
from tests.package.drawings.sheet import assert_words_are_on_the_sheet, layouts, words


def test_the_counts_are_those_of_symmetric_and_full_matrices_and_of_a_diagonal():
    n = 5
    of = {row.name: row.count for row in structures(n)}
    symmetric = len({frozenset((i, j)) for i in range(n) for j in range(n)})
    assert of["covariance"] == str(symmetric)
    assert of["correction"] == of["dense"] == str(n * n)
    assert (of["fixed"], of["retuned"], of["spectral"]) == ("0", "1", str(n))


def test_a_network_that_shares_its_layers_learns_one_of_them(randn):
    K = 4
    prox = [nn.PReLU(6).double() for _ in range(K)]
    p = sum(x.numel() for x in prox[0].parameters())
    net = UnrolledProximal(Matrix(randn(6, 6)), prox, 0.1)
    learned = sum(x.numel() for x in net.parameters() if x.requires_grad)
    of = {row.name: row.count for row in structures()}
    free = of["unrolled, free"].strip("$").replace("K", f"{K} * ").replace("p", str(p))
    assert learned == eval(free)
    assert of["unrolled, shared"] == "$p + 1$"


def test_only_the_first_structure_learns_nothing():
    learns = [any(learned for _, learned in row.parts) for row in structures()]
    assert learns == [False] + [True] * 7


def test_both_layouts_have_a_row_for_each_structure_on_the_sheet():
    drawing = fixed_and_learned_parts()
    for tree in layouts(drawing):
        text = words(tree)
        assert all(row.name in text for row in structures())
    assert_words_are_on_the_sheet(drawing)

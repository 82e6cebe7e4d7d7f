"""The mix of seen and added parts: its errors, and a misfit that the added part leaves."""

import pytest
import torch

from tests.package.explore.examples import seen_and_added

SETTINGS = {
    "seen": ["one", "two"],
    "added": ["first", "ghost"],
    "share": (0.0, 2.0),
}


def expected(figure):
    """The mix, and the norms of its errors in both parts, over that of the true image."""
    f, f_hat, part = figure.mixed()
    truth = figure.numbers("parts").view(-1, figure.size, figure.size)[:2]
    error = f_hat - f
    seen = f_hat - part - truth[0]
    norms = torch.stack([seen, part - truth[1], error]).norm(dim=(1, 2))
    return {
        "f_hat": f_hat,
        "part": part,
        "error": error,
        "errors": norms / f.norm(),
        "misfit": figure.misfit(),
    }


def test_the_misfit_is_the_same_at_every_scale_of_what_the_views_do_not_see(randn):
    figure = seen_and_added(randn)
    misfits = []
    for share in (0.0, 1.0, 2.0):
        figure.share = share
        misfits.append(float(figure.misfit()))
    assert misfits[1] == pytest.approx(misfits[0], rel=1e-4)
    assert misfits[2] == pytest.approx(misfits[0], rel=1e-4)
    figure.seen = "two"
    assert abs(figure.misfit() - misfits[0]) > 0.01


def test_the_example_splits_images_into_range_and_null_space(randn):
    parts = seen_and_added(randn).numbers("parts").view(-1, 16, 16)
    seen, added = parts[:2]
    assert (seen * added).sum().abs() < 1e-2 * seen.norm() * added.norm()
    assert added.norm() > 0.1 * seen.norm()

"""The page computes what Python computes: one comparison for every figure.

A figure's own test module has ``SETTINGS``, the sliders with the values that they may take
(a pair of floats is a range), and ``expected(figure)``, what the package makes of the
numbers that the figure sends, at its present setting, under the names of ``computation``
in the front end. What is in ``MAPS`` there are labels of pixels.
"""

import random

import numpy as np
import torch

from tests.package.explore import in_node

TOLERANCE = 1e-5  # of the largest number that is compared
SHARE = 1e-3  # of the pixels of a map of labels


def five_settings(ranges):
    """Five random settings, always the same."""
    draw = random.Random(1)
    return [{name: one_of(draw, ranges[name]) for name in ranges} for _ in range(5)]


def one_of(draw, values):
    """A number of a range of floats, or an entry of a list."""
    if isinstance(values, tuple):
        return draw.uniform(*values)
    return draw.choice(values)


def assert_same_numbers(figure, module):
    """Whether all that the page draws at five settings is what Python expects."""
    settings = five_settings(module.SETTINGS)
    for setting, found in zip(settings, in_node.drawn(figure, settings), strict=True):
        for trait, value in setting.items():
            setattr(figure, trait, value)
        expected = module.expected(figure)
        assert set(found) == set(expected)
        for name, values in expected.items():
            labels = name in getattr(module, "MAPS", ())
            compare = assert_same_labels if labels else assert_close
            compare(flat(found[name]), flat(values), f"{name} at {setting}")


def flat(values):
    """Numbers in one row; None, which stands for no number, is NaN."""
    if torch.is_tensor(values):
        values = values.detach().double().tolist()
    if not isinstance(values, list | tuple):
        return np.array([np.nan if values is None else float(values)])
    return np.concatenate([flat(v) for v in values]) if values else np.array([])


def assert_close(found, expected, what):
    """Whether numbers are equal to a part of the largest."""
    tolerance = TOLERANCE * np.nanmax(np.abs(expected), initial=0)
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance, err_msg=what)


def assert_same_labels(found, expected, what):
    """Whether so few labels differ."""
    assert found.shape == expected.shape, what
    assert np.mean(found != expected) <= SHARE, what

"""The thermal figure gets Planck's law as a table, and the truth at the true emissivity."""

import numpy as np
import pytest
import torch

from course_utils.explore import EmissivityAndThreshold
from course_utils.infrared import band_radiance, observed_radiance, surface_temperature
from tests.package.explore.reading import numbers

SETTINGS = {"emissivity": (0.3, 1.0), "threshold": (298.0, 325.0)}
MAPS = {"verdicts"}
BINS = torch.arange(284, 349, 2).double()


def counted(T):
    """How many temperatures lie in each bin; those beyond go to the ends."""
    return torch.histc(T.clamp(284.001, 347.999), len(BINS) - 1, 284, 348)


def expected(figure):
    """The temperatures by Planck's law, where the page reads them in a table."""
    T = figure.temperatures()
    truth, hot = (figure.numbers(name).view(T.shape) for name in ("scene", "hot"))
    hot = hot > 0
    labels = figure.labels()
    either = (labels | hot).sum()
    return {
        "T": T,
        "verdicts": 2 * labels.long() + hot.long(),
        "error": (T - truth).square().mean().sqrt(),
        "iou": (labels & hot).sum() / either if either else 1.0,
        "ofHot": counted(T[hot]),
        "ofOthers": counted(T[~hot]),
    }


AROUND = 285.0


@pytest.fixture
def figure(randn):
    T = 314 + 4 * randn(8, 8).clamp(-2.5, 2.5)
    L = observed_radiance(T, 0.8, AROUND)
    return EmissivityAndThreshold(L, T, T > 315, AROUND, threshold=315.0)


def inverted(figure, emissivity):
    """Temperatures as the browser finds them: by its table, between its entries."""
    own = (numbers(figure, "radiance") - (1 - emissivity) * figure.around) / emissivity
    kelvin = numbers(figure, "kelvin")
    places = np.linspace(figure.log_low, figure.log_high, len(kelvin))
    return np.interp(np.log(own), places, kelvin).reshape(8, 8)


@pytest.mark.parametrize("emissivity", [0.6, 0.8, 1.0])
def test_the_table_of_the_browser_inverts_planck(figure, emissivity):
    expected = surface_temperature(figure._given[0], emissivity, AROUND)
    np.testing.assert_allclose(inverted(figure, emissivity), expected, atol=0.01)
    figure.emissivity = emissivity
    torch.testing.assert_close(figure.temperatures(), expected, rtol=0, atol=0.01)


def test_the_true_emissivity_gives_the_true_temperatures(figure):
    _, T, hot = figure._given
    np.testing.assert_allclose(inverted(figure, 0.8), T, atol=0.01)
    around = band_radiance(torch.tensor(AROUND).double()).item()
    assert figure.around == pytest.approx(around)
    np.testing.assert_allclose(numbers(figure, "scene").reshape(8, 8), T, atol=0.001)
    assert (numbers(figure, "hot").reshape(8, 8) == hot.numpy()).all()


def test_what_is_hot_is_above_the_threshold(figure):
    figure.emissivity = 0.8  # the true one, so that the truth is found
    assert torch.equal(figure.labels(), figure.temperatures() > 315)
    assert torch.equal(figure.labels(), figure._given[2])


def test_what_is_colder_than_its_surroundings_can_be_shows_the_end_of_the_scale():
    T = torch.full((8, 8), 250.0)
    L = band_radiance(T.double())
    figure = EmissivityAndThreshold(L, T, L > 0, 320.0, threshold=300.0)
    figure.emissivity = 0.3
    torch.testing.assert_close(figure.temperatures(), torch.full((8, 8), 200.0).double())

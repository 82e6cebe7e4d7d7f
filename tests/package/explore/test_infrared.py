"""The thermal figure gets Planck's law as a table, and finds the truth at the true emissivity."""

import base64

import numpy as np
import pytest
import torch

from course_utils.explore import EmissivityAndThreshold
from course_utils.infrared import band_radiance, observed_radiance, surface_temperature

AROUND = 285.0


@pytest.fixture
def figure(randn):
    T = 314 + 4 * randn(8, 8).clamp(-2.5, 2.5)
    L = observed_radiance(T, 0.8, AROUND)
    return EmissivityAndThreshold(L, T, T > 315, AROUND, threshold=315.0)


def read(figure, name):
    return np.frombuffer(getattr(figure, name), "<f4").astype(float)


def inverted(figure, emissivity):
    """Temperatures as the browser finds them: by its table, between its entries."""
    own = (read(figure, "radiance") - (1 - emissivity) * figure.around) / emissivity
    places = np.linspace(figure.log_low, figure.log_high, len(read(figure, "kelvin")))
    return np.interp(np.log(own), places, read(figure, "kelvin")).reshape(8, 8)


@pytest.mark.parametrize("emissivity", [0.6, 0.8, 1.0])
def test_the_table_of_the_browser_inverts_planck(figure, emissivity):
    expected = surface_temperature(figure._given[0], emissivity, AROUND)
    np.testing.assert_allclose(inverted(figure, emissivity), expected, atol=0.01)
    figure.emissivity = emissivity
    torch.testing.assert_close(figure.temperatures(), expected)


def test_the_true_emissivity_gives_the_true_temperatures(figure):
    np.testing.assert_allclose(inverted(figure, 0.8), figure._given[1], atol=0.01)
    assert figure.around == pytest.approx(
        band_radiance(torch.tensor(AROUND).double()).item()
    )
    np.testing.assert_allclose(
        read(figure, "scene").reshape(8, 8), figure._given[1], rtol=1e-6
    )
    assert (read(figure, "hot").reshape(8, 8) == figure._given[2].numpy()).all()


def test_what_is_hot_is_above_the_threshold(figure):
    figure.emissivity = 0.8
    assert torch.equal(figure.labels(), figure.temperatures() > 315)
    assert torch.equal(
        figure.labels(), figure._given[2]
    )  # the truth, at the true emissivity


def test_what_is_colder_than_its_surroundings_can_be_shows_the_end_of_the_scale():
    L = band_radiance(torch.full((8, 8), 250.0).double())
    figure = EmissivityAndThreshold(
        L, torch.full((8, 8), 250.0), L > 0, 320.0, threshold=300.0
    )
    figure.emissivity = 0.3
    torch.testing.assert_close(figure.temperatures(), torch.full((8, 8), 200.0).double())


def test_the_figure_has_a_still_twin(figure):
    data, _ = figure._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == figure.label

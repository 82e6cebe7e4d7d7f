"""Fixtures shared by all tests."""

import os

import matplotlib
import numpy as np
import pytest
import torch

matplotlib.use("Agg")  # figures are drawn and never shown
os.environ["TQDM_DISABLE"] = "1"  # a bar shows the time it took: no output to compare


@pytest.fixture
def randn():
    """Seeded draws in double precision, so that tolerances can stay tight."""
    generator = torch.Generator().manual_seed(0)
    return lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)


@pytest.fixture(autouse=True)
def global_generators_stay_untouched():
    """Random numbers come from local generators, in sight: the global ones are as they were."""
    torch_before, numpy_before = torch.get_rng_state(), np.random.get_state()
    yield
    assert torch.equal(torch.get_rng_state(), torch_before), (
        "the test moved torch's generator"
    )
    numpy_after = np.random.get_state()
    same = all(np.array_equal(a, b) for a, b in zip(numpy_before, numpy_after, strict=True))
    assert same, "the test moved NumPy's generator"

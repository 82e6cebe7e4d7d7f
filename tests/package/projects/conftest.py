"""What the projects' tests share: double precision, as their pages have it."""

import pytest
import torch


@pytest.fixture
def in_double_precision():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)

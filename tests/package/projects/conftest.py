"""What the projects' tests share: double precision, as their pages have it."""

import pytest
import torch

from course_utils.projects.rubric import precision


@pytest.fixture
def in_double_precision():
    with precision(torch.float64):
        yield

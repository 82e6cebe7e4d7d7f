"""The files that the tests of this folder read."""

import numpy as np
import pytest
import tifffile
from PIL import Image


@pytest.fixture
def save(tmp_path):
    """Write bytes, an array or a picture under a name, and give the path."""

    def write(name, content, **options):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, Image.Image):
            content.save(path, **options)
        elif path.suffix in (".tif", ".tiff"):
            tifffile.imwrite(path, content, **options)
        elif path.suffix == ".npy":
            np.save(path, content)
        else:
            Image.fromarray(content).save(path, **options)
        return path

    return write

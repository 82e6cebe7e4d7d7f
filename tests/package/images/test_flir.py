"""The program that reads a FLIR JPEG: temperatures on its output, or a failure, within limits."""

import io
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from course_utils.images import flir
from tests.package.images.rjpeg import kelvin_of, rjpeg

needs_flyr = pytest.mark.skipif(find_spec("flyr") is None, reason="flyr is not installed")
COUNTS = 17000 + np.arange(12 * 10).reshape(12, 10)


def run(*arguments, code=None):
    program = ["-c", code] if code else [flir.__file__]
    return subprocess.run(
        [sys.executable, "-P", *program, *map(str, arguments)],
        capture_output=True,
        timeout=60,
    )


@needs_flyr
def test_the_program_writes_the_temperatures_as_an_array(tmp_path):
    path = tmp_path / "frame.jpg"
    path.write_bytes(rjpeg(COUNTS))
    written = np.load(io.BytesIO(run(path, 120).stdout), allow_pickle=False)
    np.testing.assert_allclose(written, kelvin_of(COUNTS), rtol=1e-6)


@needs_flyr
def test_the_program_writes_nothing_for_more_pixels_than_allowed(tmp_path):
    path = tmp_path / "frame.jpg"
    path.write_bytes(rjpeg(COUNTS))
    done = run(path, 119)
    assert done.returncode and done.stdout == b"" and b"too many pixels" in done.stderr


def test_the_memory_is_limited():
    pytest.importorskip("resource", reason="this system knows no limit of memory")
    if sys.platform == "darwin":
        pytest.skip("macOS takes the limit and does not keep it")
    code = f"import runpy; runpy.run_path({flir.__file__!r})['limit_memory'](); bytearray(2**31)"
    assert b"MemoryError" in run(code=code).stderr
    assert flir.MEMORY == 2**31

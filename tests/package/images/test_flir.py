"""The program that reads a FLIR JPEG writes temperatures or fails, within its limits."""

import io
import os
import signal
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from course_utils.images import flir
from tests.package.images.flir_jpeg import endless, flir_jpeg, kelvin_of

needs_flyr = pytest.mark.skipif(find_spec("flyr") is None, reason="flyr is not installed")
COUNTS = 17000 + np.arange(12 * 10).reshape(12, 10)
BARE = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}


def run(*arguments, code=None, variables=BARE):
    """The program after its end, without the variables of the machine that tests it."""
    program = ["-c", code] if code else [flir.__file__]
    return subprocess.run(
        [sys.executable, "-P", *program, *map(str, arguments)],
        capture_output=True,
        env=variables,
        timeout=600,
    )


@needs_flyr
@pytest.mark.parametrize("name", ["", "PYTHONUNBUFFERED", "PYTHONOPTIMIZE"])
def test_the_program_writes_the_temperatures_as_an_array(name, save):
    variables = BARE | {name: "1"} if name else BARE
    done = run(save("a.jpg", flir_jpeg(COUNTS)), 120, 10, variables=variables)
    written = np.load(io.BytesIO(done.stdout), allow_pickle=False)
    np.testing.assert_allclose(written, kelvin_of(COUNTS), rtol=1e-6)


@needs_flyr
def test_the_program_writes_nothing_for_more_pixels_than_allowed(save):
    done = run(save("a.jpg", flir_jpeg(COUNTS)), 119, 10)
    assert done.returncode and done.stdout == b"" and b"too many pixels" in done.stderr


@needs_flyr
def test_the_time_of_computing_is_limited(save):
    pytest.importorskip("resource", reason="this system counts no seconds of computing")
    done = run(save("endless.jpg", endless(COUNTS)), 120, 1)
    assert done.returncode == -signal.SIGXCPU and done.stdout == b""


def test_the_memory_is_limited():
    pytest.importorskip("resource", reason="this system knows no limit of memory")
    if sys.platform == "darwin":
        pytest.skip("macOS takes the limit and does not keep it")
    code = f"import runpy; runpy.run_path({flir.__file__!r})['limit'](10); bytearray(2**31)"
    assert b"MemoryError" in run(code=code).stderr
    assert flir.MEMORY == 2**31


def test_a_limit_that_is_lower_already_stays():
    pytest.importorskip("resource", reason="this system knows no such limit")
    code = (
        "import resource, runpy; resource.setrlimit(resource.RLIMIT_CPU, (5, 5)); "
        f"runpy.run_path({flir.__file__!r})['limit'](10); "
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    assert run(code=code).stdout.split() == [b"5"]

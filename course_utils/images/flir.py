"""Read one FLIR JPEG with flyr, as a program: ``python flir.py FILE PIXELS SECONDS``.

flyr believes the lengths that a file states, and a crafted one makes it run without end or
fill the memory. So ``temperatures`` starts this program, which may compute for so many
seconds only and has a limit of memory. The temperatures, in kelvin, are written to the
standard output in NumPy's format.
"""

import os
import sys
from contextlib import suppress
from io import BytesIO

MEMORY = 2 * 1024**3  # bytes


def limit(seconds: int, memory: int = MEMORY) -> None:
    """Refuse this process more computing and memory, where the system knows such limits.

    Seconds of computing, not of waiting: a busy computer stops nothing.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {"RLIMIT_CPU": seconds, "RLIMIT_AS": memory, "RLIMIT_CORE": 0}
    for name, most in limits.items():
        with suppress(AttributeError, ValueError, OSError):  # unknown, or lower already
            kind = getattr(resource, name)
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (most, hard))


def main(path: str, largest: str, seconds: str) -> None:
    """Write the temperatures in the file, if there are no more than ``largest`` pixels."""
    limit(int(seconds))
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")  # each takes memory
    import flyr
    import numpy as np

    kelvin = np.asarray(flyr.unpack(path).kelvin, dtype="<f8")
    if kelvin.size > int(largest):
        raise ValueError("too many pixels")
    buffer = BytesIO()  # a pipe has no position, which np.save would ask for
    np.save(buffer, kelvin, allow_pickle=False)
    sys.stdout.buffer.write(buffer.getvalue())


if __name__ == "__main__":
    main(*sys.argv[1:])

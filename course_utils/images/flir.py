"""Read one FLIR JPEG with flyr, as a program of its own: ``python flir.py FILE PIXELS``.

flyr believes the lengths that a file states, and a crafted one makes it run without end or fill
the memory. So ``temperatures`` starts this program with a time limit, and here the memory has one.
The temperatures, in kelvin, are written to the standard output in NumPy's format.
"""

import sys
from io import BytesIO

MEMORY = 2 * 1024**3  # bytes


def limit_memory(size: int = MEMORY) -> None:
    """Refuse this process more than ``size`` bytes, where the system knows such a limit."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (
        ImportError,
        ValueError,
        OSError,
    ):  # Windows and macOS have the time limit alone
        pass


def main(path: str, largest: str) -> None:
    """Write the temperatures in the file, if there are no more than ``largest`` pixels."""
    limit_memory()
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

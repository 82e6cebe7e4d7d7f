"""Bring the loopback interface up: in a new network name space it is down.

The kernels of the notebooks and the server of the pages need it:
``python -m tests.book.loopback``.
"""

import contextlib
import socket
import struct

READ_FLAGS = 0x8913  # SIOCGIFFLAGS
WRITE_FLAGS = 0x8914  # SIOCSIFFLAGS
UP = 1


def loopback_up():
    """Switch ``lo`` on where this process may, and where it is off."""
    with (
        contextlib.suppress(ImportError, OSError),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe,
    ):
        import fcntl  # Linux; elsewhere the loopback is up

        answer = fcntl.ioctl(probe, READ_FLAGS, struct.pack("16sH14x", b"lo", 0))
        (now,) = struct.unpack("16xH14x", answer)
        if not now & UP:
            fcntl.ioctl(probe, WRITE_FLAGS, struct.pack("16sH14x", b"lo", now | UP))


if __name__ == "__main__":
    loopback_up()

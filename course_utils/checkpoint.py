"""A file that survives a power cut: the state of a training, written down after each epoch.

    save(path, state)
    state = load(path)      # the last state that was written whole; None if there is none

Beside ``path`` stand the state before it, in ``.previous``, and the checksums of both, in
``.sha256``. Nothing is read before its checksum is verified, and then only tensors and
numbers.
"""

from hashlib import sha256
from io import BytesIO
from os import fsync, replace
from pathlib import Path

import torch


def save(path: Path, state: dict) -> None:
    """Write a checkpoint so that a whole one can be loaded whenever the machine stops.

    The checksums of the new file and of the one before are written first; then the old file
    steps back, and the new one takes its place.

    Raises: OSError where the disk is full or not writable; what was there stays.
    """
    content = _as_bytes(state)
    sums = _beside(path, "sha256")
    previous = _beside(path, "previous")
    draft = _beside(path, "new")
    draft_of_sums = _beside(path, "sum")
    older = path if _is_whole(path, sums) else previous
    lines = _checksum(content, path)
    if _is_whole(older, sums):
        lines += _checksum(older.read_bytes(), previous)
    try:
        _write(draft, content)
        _write(draft_of_sums, lines.encode())
        replace(draft_of_sums, sums)
        if older == path:
            replace(path, previous)
        replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        draft_of_sums.unlink(missing_ok=True)
        message = f"no checkpoint written, {error.strerror}"
        raise OSError(error.errno, message, str(path)) from error


def load(path: Path) -> dict | None:
    """The checkpoint, or the one before where it is damaged; None where there is neither.

    Raises: ValueError where both are damaged, or hold anything but tensors and numbers.
    """
    files = [path, _beside(path, "previous")]
    if not any(file.exists() for file in files):
        return None
    sums = _beside(path, "sha256")
    whole = [file for file in files if _is_whole(file, sums)]
    if not whole:
        raise ValueError(
            f"checkpoint damaged, or without its checksum: delete {path} to retrain"
        )
    if whole[0] != path:
        print(f"{path.name} is damaged or was not finished: going on from the one before")
    try:
        return torch.load(whole[0], map_location="cpu", weights_only=True)
    except Exception as error:
        raise ValueError(
            f"{path} holds more than tensors and numbers, or less: refused"
        ) from error


def _beside(path: Path, ending: str) -> Path:
    """The file of the same name with one more ending: ``c.pt.previous`` for ``c.pt``."""
    return Path(f"{path}.{ending}")


def _as_bytes(state: dict) -> bytes:
    """What ``torch.save`` would write to a file."""
    buffer = BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


def _checksum(content: bytes, path: Path) -> str:
    """The line that ``sha256sum`` writes for a file."""
    return f"{sha256(content).hexdigest()}  {path.name}\n"


def _is_whole(path: Path, sums: Path) -> bool:
    """Whether a file is there, and its checksum among those that were written down."""
    known = sums.read_bytes().split() if path.exists() and sums.exists() else []
    return bool(known) and sha256(path.read_bytes()).hexdigest().encode() in known


def _write(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        fsync(file.fileno())

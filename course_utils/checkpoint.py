"""A file that survives a power cut: the state of a training, written down after each epoch.

    save(path, state)
    state = load(path)      # the last state that was written whole; None if there is none

Beside ``path`` stand the state before it, in ``.previous``, and the checksums of both, in
``.sha256``. Nothing is read before its checksum is verified, and then only tensors and
numbers. Processes that share a file wait for one another.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import EBUSY
from hashlib import sha256
from io import BytesIO
from os import fsync, replace
from pathlib import Path
from weakref import WeakKeyDictionary

import torch

Stamp = tuple[int, ...]
_starts = WeakKeyDictionary()  # of models that were trained here, and would else be others


def save(path: Path, state: dict, after: Stamp | None = None) -> Stamp:
    """Write a checkpoint so that a whole one can be loaded whenever the machine stops.

    The checksums of the new file and of the one before are written first; then the old file
    steps back, and the new one takes its place. With ``after``, the ``stamp`` of the file
    that this state follows, nothing is written over what another process has put there
    since. Gives the stamp of the new file.

    Raises: OSError where the disk is full or not writable, or another process was there;
        what was there stays.
    """
    content = _as_bytes(state)
    with alone(path.parent) as locked:
        if after is not None and stamp(path) not in (after, ()):
            message = "another process has written this checkpoint: name another file"
            raise OSError(EBUSY, message, str(path))
        _put(path, content, "" if locked else f".{os.getpid()}")
        return stamp(path)


def identity(path: Path, data: list[torch.Tensor], parts: dict) -> dict:
    """What tells a training from another one that has the same numbers for its settings.

    The data and the model, as it was before it was trained into this file, by checksums;
    the ``parts``, a model among them, by their names and what they are made of.
    """
    model = parts["model"]
    start = _starts.setdefault(model, {})
    if path not in start or not path.exists():
        inner = [*model.named_parameters(), *model.named_buffers()]
        start[path] = _sum_of([x for _, x in inner])
    names = {name: _name(part) for name, part in parts.items()}
    return {"data": _sum_of(data), "start": start[path]} | names


def stamp(path: Path) -> Stamp:
    """What tells a file from one that replaces it; () where there is none."""
    with suppress(FileNotFoundError):
        found = path.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size
    return ()


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Wait until no other process is in here for the same folder.

    Where the system knows no such lock (Windows, some network disks), nobody waits, and
    False is given.
    """
    locked = False
    with ExitStack() as stack:
        with suppress(ImportError, OSError):
            import fcntl

            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
            locked = True
        yield locked


def _put(path: Path, content: bytes, mark: str) -> None:
    """Let this content take the place of the file; ``mark`` tells drafts apart."""
    sums = _beside(path, "sha256")
    previous = _beside(path, "previous")
    draft = _beside(path, f"new{mark}")
    draft_of_sums = _beside(path, f"sum{mark}")
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
    with alone(path.parent):
        return _read(path)


def _read(path: Path) -> dict | None:
    """What ``load`` gives."""
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


def _sum_of(tensors: list[torch.Tensor]) -> str:
    """One checksum for the types, the shapes and the values of tensors."""
    total = sha256()
    for x in tensors:
        x = x.detach().cpu().clone(memory_format=torch.contiguous_format)
        total.update(f"{x.dtype} {tuple(x.shape)}".encode())
        total.update(x.reshape(-1).view(torch.uint8).numpy())
    return total.hexdigest()


def _name(x) -> str:
    """A function by its name, a module by what it is made of, and an optimizer by both."""
    if isinstance(x, torch.nn.Module):
        return repr(x)
    named = x if hasattr(x, "__qualname__") else type(x)
    settings = getattr(x, "defaults", "")
    return f"{named.__module__}.{named.__qualname__} {settings}".strip()

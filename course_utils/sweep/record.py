"""What a sweep has found: a line of JSON for each result, whatever stops the sweep.

    record = Record(path)       # what is there already: record.found[key]
    record.add(key, configuration, result)

A line is written at once and reaches the disk before the sweep goes on. It ends in a
checksum of itself: a line that a power cut left half-written, or that was changed, counts
as not there, and what follows it stays. Processes that share a file wait for one another.
"""

import json
import os
from hashlib import sha256
from pathlib import Path

from ..checkpoint import alone

BEGINNING = b'{"key": "'  # of each line, so that no other file is taken for a record


class Record:
    """A file of results; ``found`` holds those that are in it, by their keys.

    Without a path nothing is written, and ``found`` is all there is.

    Raises: ValueError for a file that is something else.
    """

    def __init__(self, path: str | Path | None):
        self.path = path and Path(path)
        lines = self.path.read_bytes().splitlines() if path and self.path.exists() else []
        if lines and lines[0][: len(BEGINNING)] != BEGINNING[: len(lines[0])]:
            raise ValueError(f"{path} is no record of a sweep: name another file")
        entries = [entry(line) for line in lines if line]
        self.found = {one["key"]: one["result"] for one in entries if one}
        if damaged := sum(one is None for one in entries):
            name = self.path.name
            print(f"{name}: {damaged} damaged or unfinished, to be made again")

    def add(self, key: str, configuration, result) -> None:
        """Write one line more, after the lines of whoever else writes here.

        Raises: OSError where the disk is full or not writable; the lines before stay.
        """
        self.found[key] = result
        if self.path is None:
            return
        text = line({"key": key, "configuration": configuration, "result": result})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with alone(self.path.parent), self.path.open("ab+") as file:
                file.write(_new_line(file) + text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            message = f"this result is not written down, {error.strerror}"
            raise OSError(error.errno, message, str(self.path)) from error


def line(content: dict) -> bytes:
    """The line of a result, with its checksum as the last entry."""
    text = json.dumps(content, ensure_ascii=False)
    return f'{text[:-1]}, "sum": "{_checksum(text)}"}}\n'.encode()


def entry(written: bytes) -> dict | None:
    """What a line holds; None if it is not what was written."""
    try:
        content = json.loads(written)
        total = content.pop("sum")
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return content if total == _checksum(json.dumps(content, ensure_ascii=False)) else None


def _checksum(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _new_line(file) -> bytes:
    """What closes the line before, if it was not finished."""
    if file.tell() == 0:
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"

"""Where the home folder cannot be written, what Jupyter and Matplotlib keep goes elsewhere.

Both would write there, and say so on stderr if they cannot, which no chapter shows: a user
of a container, or of a machine for many, may have no home. The folder is gone at the end.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

KEPT = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "MPLCONFIGDIR")


def can_be_written(folder):
    """Whether a file can be made in a folder that is there."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def provide():
    """Name a folder for each of those that no variable names, if there is no home."""
    if can_be_written(Path("~").expanduser()):
        return
    folder = Path(tempfile.mkdtemp(prefix="course-home-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in KEPT:
        os.environ.setdefault(name, str(folder / name.lower()))

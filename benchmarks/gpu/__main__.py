"""The command: `make gpu`, which is `python -m benchmarks.gpu`."""

import os
import sys
from importlib.util import find_spec

NEEDED = ("torch", "numpy", "scipy", "matplotlib", "skimage", "tqdm")

if missing := [name for name in NEEDED if find_spec(name) is None]:
    print(f"{sys.executable} lacks {', '.join(missing)}: make gpu PYTHON=another")
    sys.exit(2)

os.environ["TQDM_DISABLE"] = "1"  # the bars of single trainings; the one of all is on

from .command import main  # noqa: E402

sys.exit(main(sys.argv[1:]))

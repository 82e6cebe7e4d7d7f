"""Every notebook runs alone: in an empty folder, after its install cell, as on Colab.

The environment is one as Colab has it, with older packages that `pyproject.toml` allows and
without the book's package: `make .venv-colab/installed`, which takes some gigabytes.
"""

import json
import os
import shutil
import subprocess

import pytest
from book_files import notebooks
from nbformat.v4 import new_code_cell, new_notebook
from normal_form import colab_source, dumps

from tests.book.pages import ROOT

pytestmark = pytest.mark.rare
PYTHON = ROOT / ".venv-colab" / "bin" / "python"
PATIENCE = 1800  # seconds for a notebook, while another one runs beside it
AS_ON_COLAB = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('colab')"
WHERE = "import course_utils, torch\nprint(course_utils.__file__, torch.__version__)"
# Runs all cells, also those that our own tools pass over, and says what is shown in red.
RUN_ALL = """
import json, sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
options = {"timeout": None, "skip_cells_with_tag": "none such", "kernel_name": "python3"}
NotebookClient(notebook, **options).execute()
outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
red = [out["evalue"] for out in outputs if out["output_type"] == "error"]
said = "".join(out["text"] for out in outputs if out["output_type"] == "stream")
print(json.dumps({"red": red, "said": said}))
"""


def run_all(path, **environment):
    """What a notebook shows in red, and what it prints, when all of its cells are run."""
    known = {name: os.environ[name] for name in ("HOME", "PATH")}
    one = {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    done = subprocess.run(
        [PYTHON, "-c", RUN_ALL, path.name],
        cwd=path.parent,
        env=known | one | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The folder into which the install cell has put the book's package, as committed."""
    if not PYTHON.exists():
        pytest.skip("an environment as on Colab: `make .venv-colab/installed`")
    folder = tmp_path_factory.mktemp("colab")
    cells = [AS_ON_COLAB, colab_source(f"file://{ROOT}")]
    path = folder / "install.ipynb"
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    path.write_text(dumps(notebook), encoding="utf-8")
    place = folder / "packages"
    options = {"PIP_TARGET": str(place), "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    said = run_all(path, **options)["said"]
    assert (place / "course_utils" / "tables").is_dir(), said
    return place


def test_the_package_is_the_installed_one_and_torch_an_older_one(packages, tmp_path):
    path = tmp_path / "where.ipynb"
    path.write_text(dumps(new_notebook(cells=[new_code_cell(WHERE)])), encoding="utf-8")
    place, version = run_all(path, PYTHONPATH=str(packages))["said"].split()
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert place.startswith(str(packages))
    assert f"torch=={version.split('+')[0]}\n" not in pinned


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_notebook_runs_alone_and_shows_nothing_in_red(packages, path, tmp_path):
    shutil.copyfile(path, tmp_path / path.name)
    assert run_all(tmp_path / path.name, PYTHONPATH=str(packages))["red"] == []
    assert [left.name for left in tmp_path.iterdir()] == [path.name]

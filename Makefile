# One command each for reading, running and testing the book. `make help` lists them.
# Without make: the same commands, by hand, are in README.md.

PYTHON ?= python3
VENV := .venv/bin/python
READY := .venv/installed
BENCH := .venv-bench/bin/python

export JUPYTER_PREFER_ENV_PATH := 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.DEFAULT_GOAL := help
.PHONY: help book test lab notebooks student studies bench check

help:  ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

book: $(READY)  ## build the book and print where to read it
	@.venv/bin/jupyter-book build . -W -n --keep-going || { rm -rf _build/.doctrees; exit 1; }
	@$(VENV) -c 'import pathlib; print("Read the book at", pathlib.Path("_build/html/index.html").resolve().as_uri())'

test: book  ## build the book, then test the package, the chapters and the pages
	TQDM_DISABLE=1 $(VENV) -m pytest --nbval --nbval-current-env --nbval-cell-timeout=600 tests book

lab: $(READY)  ## open JupyterLab on the chapters
	$(VENV) -m jupyterlab book

notebooks: $(READY)  ## run every chapter and rewrite it in its normal form
	$(VENV) tools/notebooks.py run

student: $(READY)  ## write the notebooks without solutions to _build/student
	@rm -rf _build/student
	$(VENV) tools/notebooks.py student _build/student

studies: $(READY)  ## make the tables of course_utils/tables that are missing or unfinished
	$(VENV) -m studies

bench: .venv-bench/installed  ## measure our code beside other libraries, in an environment of its own
	OMP_NUM_THREADS=2 $(BENCH) -m benchmarks

check: $(READY)  ## lint, formatting and the fast tests
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) tools/notebooks.py check
	$(VENV) -m pytest -m "not slow and not built"

# The stamp holds what was installed, so that a new date on an unchanged file installs nothing.
$(READY): requirements.txt pyproject.toml
	@cat $^ | cmp -s - $@ || { \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "The book needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }; \
	  test -x $(VENV) || $(PYTHON) -m venv .venv && \
	  $(VENV) -m pip install --disable-pip-version-check -r requirements.txt; }
	@cat $^ > $@

.venv-bench/installed: benchmarks/requirements.txt
	@cmp -s $< $@ || { \
	  test -x $(BENCH) || $(PYTHON) -m venv .venv-bench && \
	  $(BENCH) -m pip install --disable-pip-version-check -r $<; }
	@cat $< > $@

# One command each for reading, running and testing the book. `make help` lists them.
# GNU make reads this file, and so do the makes of the BSDs.
# Without make: the first of them, by hand, are in README.md.

PYTHON ?= python3
QUIETLY = JUPYTER_PREFER_ENV_PATH=1 PYDEVD_DISABLE_FILE_VALIDATION=1
RUN = $(QUIETLY) .venv/bin/python
TRY = TQDM_DISABLE=1 $(RUN) -m pytest --nbval --nbval-current-env --nbval-cell-timeout=600 \
  --nbval-kernel-startup-timeout=600 -n 2
BENCH = .venv-bench/bin/python
OLDEST = .venv-oldest/bin/python
PLAIN = .venv-sphinx/bin/python

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

# A build that was broken off leaves its mark, and is begun anew: half a page looks like a page.
book: .venv/installed  ## build the book and print where to read it
	@test ! -e _build/unfinished || rm -rf _build/.doctrees _build/html
	@mkdir -p _build && touch _build/unfinished
	@$(QUIETLY) .venv/bin/jupyter-book build . -W -n --keep-going
	@rm _build/unfinished
	@$(RUN) -c 'import pathlib; print("Read the book at", pathlib.Path("_build/html/index.html").resolve().as_uri())'

test: book  ## build the book, then test the package, the chapters and the pages
	@$(RUN) tools/tested.py _build/tested
	$(TRY) -m "not rare" tests _build/tested

test-all: book sphinx .venv/media  ## the same, and what is rare: other round-off, every theme and width
	@$(RUN) tools/tested.py _build/tested
	$(TRY) tests _build/tested book

# TORCH=--torch takes the oldest torch, too, with which numbers differ in their last digits.
test-oldest: book .venv-oldest/installed  ## the tests with the oldest packages that are allowed
	@$(RUN) tools/tested.py _build/tested
	TQDM_DISABLE=1 $(QUIETLY) $(OLDEST) -m pytest --nbval-lax --nbval-current-env \
	  --nbval-cell-timeout=600 --nbval-kernel-startup-timeout=600 \
	  -n 2 -W default -m "not rare" \
	  tests/package tests/studies _build/tested

test-colab: .venv/installed .venv-colab/installed  ## every notebook alone in an empty folder, as on Colab
	$(QUIETLY) .venv/bin/python -m pytest -n 2 tests/book/test_alone.py

links: .venv/installed  ## see whether the addresses that the book names are still there
	@$(QUIETLY) .venv/bin/jupyter-book build . --builder linkcheck

archives: book  ## zip the pages, the notebooks and the student version into _build/archives
	@$(RUN) tools/archives.py _build/archives

slides: .venv/media  ## make a deck of slides for each chapter in _build/slides
	@$(RUN) tools/slides.py _build/slides

pdf: book .venv/media  ## print the whole book to _build/book.pdf
	@$(RUN) tools/pdf.py _build/book.pdf

# The way out of Jupyter Book, which is the last of its line: the same pages, without it.
sphinx: .venv/installed .venv-sphinx/installed  ## build the pages with Sphinx 9 alone into _build/sphinx/html
	@$(RUN) tools/plain_sphinx.py _build/sphinx
	@$(QUIETLY) $(PLAIN) -m sphinx -q -W -n --keep-going -c _build/sphinx \
	  -d _build/sphinx/doctrees . _build/sphinx/html

lab: .venv/installed  ## open JupyterLab on the chapters
	$(RUN) -m jupyterlab book

notebooks: .venv/installed  ## run every chapter and rewrite it in its normal form
	$(RUN) tools/notebooks.py run

tidy: .venv/installed  ## chapters in normal form, and the address of the repository everywhere
	$(RUN) tools/notebooks.py tidy

# KEEP=FOLDER carries over the answers in it, of an earlier release.
student: .venv/installed  ## write the notebooks without solutions to _build/student
	@test ! "$(KEEP)" -ef _build/student || \
	  { echo "$(KEEP) would be overwritten: copy the answers to another folder first"; exit 1; }
	@rm -rf _build/student
	$(RUN) tools/notebooks.py student _build/student --keep "$(KEEP)"

solutions: book  ## write the chapters with their solutions, and a hand-out, to _build/solutions
	@rm -rf _build/solutions
	$(RUN) tools/notebooks.py solutions _build/solutions

# A course is a folder; what it holds stands in tools/grading/courses.py.
release: .venv/installed  ## COURSE=FOLDER: begin a course, then write what its students get
	@$(RUN) tools/course.py release "$(COURSE)"

grade: .venv/installed  ## COURSE=FOLDER: grade what came back, behind walls (on Linux)
	@$(RUN) tools/course.py grade "$(COURSE)"

contest: .venv/installed  ## judge a contest of a class, in CONTEST=FOLDER, and write its leaderboard
	@test -n "$(CONTEST)" || { echo "Name a folder: make contest CONTEST=FOLDER"; exit 1; }
	@$(RUN) tools/contest.py "$(CONTEST)"

studies: .venv/installed  ## make the tables of course_utils/tables that are missing or unfinished
	$(RUN) -m studies

audit: .venv/installed  ## make the rows that tables lack (STUDY=NAME: one of them), and from them the verdicts
	$(RUN) -m studies $(STUDY)
	$(RUN) tools/notebooks.py run book/the-audit.ipynb

bench: .venv-bench/installed book  ## measure our code beside other libraries, and how long pages load
	OMP_NUM_THREADS=2 $(BENCH) -m benchmarks
	$(RUN) -m benchmarks.pages

gpu:  ## measure a graphics card beside the processor
	@$(PYTHON) -m benchmarks.gpu

mutants: .venv/installed  ## put each small wrong change of tests/mutants into a copy, and see the tests fail
	$(RUN) -m tests.mutants

faults: .venv/installed  ## take out each guard against bad input, and see its test fail
	$(RUN) -m tests.mutants.faults

lint: .venv/linters  ## formatting and style of the Python and the JavaScript, and the workflows
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) tools/javascript.py
	$(RUN) -m check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(RUN) -m check_jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

# The words come first: what they say of a chapter explains what the rest would refuse.
check: .venv/linters  ## the rules for chapters in words, lint, and the fast tests
	$(RUN) tools/notebooks.py check
	@$(MAKE) lint PYTHON="$(PYTHON)"
	$(RUN) -m pytest -m "not slow and not built" tests

# The stamp holds what was installed, so that a new date on an unchanged file installs nothing.
# An installation that was broken off is begun anew: pip would believe what is half there.
.venv/installed: requirements.txt pyproject.toml
	@rm -rf .venv-broken-off
	@test ! -e .venv/unfinished || mv .venv .venv-broken-off
	@rm -rf .venv-broken-off
	@cat requirements.txt pyproject.toml | cmp -s - $@ || { \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "The book needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }; \
	  mkdir -p .venv && touch .venv/unfinished && \
	  { test -x .venv/bin/python || $(PYTHON) -m venv .venv; } && \
	  .venv/bin/python -m pip install --disable-pip-version-check -r requirements.txt && \
	  rm .venv/unfinished; }
	@cat requirements.txt pyproject.toml > $@

.venv/linters: .venv/installed tools/requirements.txt
	@cmp -s tools/requirements.txt $@ || \
	  .venv/bin/python -m pip install --disable-pip-version-check -q -r tools/requirements.txt
	@cat tools/requirements.txt > $@

.venv/media: .venv/installed tools/media-requirements.txt
	@cmp -s tools/media-requirements.txt $@ || \
	  .venv/bin/python -m pip install --disable-pip-version-check -q -r tools/media-requirements.txt
	@cat tools/media-requirements.txt > $@

.venv-sphinx/installed: tools/sphinx-requirements.txt
	@cmp -s tools/sphinx-requirements.txt $@ || { \
	  test -x $(PLAIN) || $(PYTHON) -m venv .venv-sphinx && \
	  $(PLAIN) -m pip install --disable-pip-version-check -q -r tools/sphinx-requirements.txt; }
	@cat tools/sphinx-requirements.txt > $@

.venv-colab/installed: tools/colab-requirements.txt
	@cmp -s tools/colab-requirements.txt $@ || { \
	  test -x .venv-colab/bin/python || $(PYTHON) -m venv .venv-colab && \
	  .venv-colab/bin/python -m pip install --disable-pip-version-check -q -r tools/colab-requirements.txt; }
	@cat tools/colab-requirements.txt > $@

.venv-oldest/installed: requirements.txt pyproject.toml tools/oldest.py
	@$(PYTHON) tools/oldest.py $(TORCH) > _build/oldest.txt
	@cmp -s _build/oldest.txt $@ || { \
	  test -x $(OLDEST) || $(PYTHON) -m venv .venv-oldest && \
	  $(OLDEST) -m pip install --disable-pip-version-check -r _build/oldest.txt; }
	@cp _build/oldest.txt $@

.venv-bench/installed: benchmarks/requirements.txt
	@cmp -s benchmarks/requirements.txt $@ || { \
	  test -x $(BENCH) || $(PYTHON) -m venv .venv-bench && \
	  $(BENCH) -m pip install --disable-pip-version-check -r benchmarks/requirements.txt; }
	@cat benchmarks/requirements.txt > $@

.PHONY: help book test test-all test-oldest test-colab links archives lab notebooks tidy student solutions release grade studies audit slides pdf sphinx contest bench gpu \
  mutants faults lint check

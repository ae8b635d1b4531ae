# make course · make test · make lab · make bench · make clean     (each sets itself up)
#   make course ALL=1             the deep dives too
#   make lab FOLDER=lectures      open the lectures instead of the labs
#   make course PYTHON=python3.12 choose the Python that makes .venv

PYTHON ?= python3
WORKERS ?= 2
FOLDER ?= labs
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH_READY := $(VENV)/.bench-ready
TEST_READY := $(VENV)/.test-ready
COURSE := $(BIN)/bioseq-course

.PHONY: course test lab bench clean setup

course: $(READY)
	$(COURSE) run $(if $(ALL),--all)

# Every notebook is executed once, by nbval; the times and the pages come from that run.
# Files run in this order (no reorder), so that the one that takes minutes is not left to the end.
test: $(READY) $(TEST_READY)
	rm -rf build/executed build/results/quick build/course
	$(COURSE) build --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
	  --doctest-modules --nbval-lax --nbval-current-env --nbval-cell-timeout=120 --durations=12 \
	  bioseq_course tests lectures solutions labs
	$(COURSE) report
	$(COURSE) times --check

lab: $(READY)
	$(BIN)/jupyter lab $(FOLDER)

bench: $(BENCH_READY)
	for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(READY)

# Made again only when the requirements change.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else \
	  "The course needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is %d.%d. Install one of them and \
	say, for example, make course PYTHON=python3.12" % v[:2])'
	$(PYTHON) -m venv $(VENV)
	@echo "Installing the course and what it needs (0.9 GB to download, 3.3 GB on disk, a few minutes) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@echo "Compiling the comparison of motifs, once (about a minute) ..."
	$(BIN)/python -c 'from bioseq_course.motif_matching import compile_tomtom; compile_tomtom()'
	@touch $(READY)

# JAX, on which the models are tested too. It stands in a folder of its own: where Keras finds JAX, it
# imports it in every notebook, which costs two seconds each.
$(TEST_READY): $(READY)
	@echo "Installing JAX beside, for the tests (0.1 GB to download) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt \
	  --upgrade --target $(VENV)/jax jax jaxlib
	@touch $(TEST_READY)

# The peers that speed is measured beside; only `make bench` needs them.
$(BENCH_READY): $(READY)
	@echo "Installing biotite and tangermeme, which brings PyTorch (0.2 GB to download without CUDA, \
	several GB where pip chooses the build with CUDA) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@touch $(BENCH_READY)

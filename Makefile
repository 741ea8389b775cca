# Two commands are enough: `make run` serves the app, `make test` runs every test. Each makes what it needs.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup run test check demo benchmarks clean

setup: $(VENV)/.dev

$(VENV)/.runtime: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@ $(VENV)/.runtime

run: $(VENV)/.runtime
	$(BIN)/python -m segmenter serve --port $(PORT)

test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Makes the demo bundle in data/demo anew: customers, a trained model, its evaluation and scores.
demo: $(VENV)/.runtime
	$(BIN)/python -m segmenter.demo

benchmarks: $(VENV)/.dev
	$(BIN)/python -m benchmarks.starbucks --other-kinds
	$(BIN)/python -m benchmarks.starbucks_segments
	$(BIN)/python -m benchmarks.hidden_truth
	$(BIN)/python -m pip install --quiet -r benchmarks/quality/requirements.txt
	$(BIN)/python -m benchmarks.quality --jobs 2
	$(BIN)/python -m benchmarks.quality.never_worse --jobs 2
	$(BIN)/python -m benchmarks.stability
	$(BIN)/python -m benchmarks.graphics_card
	$(BIN)/python -m benchmarks.big_file

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache

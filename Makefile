# One command each: `make run`, `make test`. Both do all their own set-up on a fresh machine.
SHELL := /bin/bash
UV := $(shell command -v uv 2>/dev/null || echo $(HOME)/.local/bin/uv)
RUN := $(UV) run --frozen --no-sync

.PHONY: run test check bench app setup setup-dev setup-all system format

setup: system
	@tools/ensure-uv
	@$(UV) sync --frozen --quiet

setup-dev: system
	@tools/ensure-uv
	@$(UV) sync --frozen --quiet --extra dev --extra train

system:
	@tools/ensure-system

run: setup
	@$(RUN) lungview demo

test: setup-dev
	$(RUN) pytest

check:
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

format:
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

bench: setup-dev
	$(RUN) pytest tests/benchmarks --run-benchmarks -p no:xdist -s

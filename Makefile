# `make run` and `make test` do all their own set-up on a fresh machine; `make help` lists the rest.
SHELL := /bin/bash
export PATH := $(HOME)/.local/bin:$(PATH)
# Compiled libraries are kept: a program that a test starts takes half the time.
unexport PYTHONDONTWRITEBYTECODE
RUN := uv run --frozen --no-sync
# What the inner loop leaves to `make test`: training, packaging, and windows.
QUICK := --ignore tests/ui --ignore tests/training --ignore tests/e2e --ignore tests/packaging --ignore tests/benchmarks
# What is measured once more as on a processor with AVX2 and no more.
HELD := tests/benchmarks/test_batch.py tests/benchmarks/networks/test_classify.py tests/benchmarks/test_cluster.py

.DEFAULT_GOAL := help
.PHONY: help run test tests quick quick-tests slow-tests check format bench bench-held bench-cost docs coverage app deb test-app test-deb test-matrix test-fuzz test-long test-kills test-pacs setup setup-dev

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup:
	@tools/ensure-system
	@tools/ensure-uv
	@uv sync --frozen --quiet --inexact

setup-dev:
	@tools/ensure-system test
	@tools/ensure-uv
	@uv sync --frozen --quiet --extra dev --extra train

run: setup ## set-up, then the window on the bundled sample (no display: a picture and a PDF)
	@$(RUN) lungview demo

test: setup-dev ## set-up, then all checks and tests
	@$(MAKE) --no-print-directory -j 2 check tests

tests:
	$(RUN) pytest -n auto --dist loadfile

quick: ## the inner loop: style, types, layers; no TensorFlow, nothing slow, no window (needs `make setup-dev` once)
	@$(MAKE) --no-print-directory -j 2 check quick-tests

quick-tests:
	$(RUN) pytest -q -n auto --dist loadfile --quick -m "not tensorflow and not slow and not display" $(QUICK)

slow-tests: setup-dev ## all tests; those that took over 0.2 s are written down for `make quick` to leave out (nothing beside it)
	$(RUN) pytest -n auto --dist loadfile --note-slow

check: ## ruff, format, types, layers (needs `make setup-dev` once)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

format: ## mend what ruff can mend
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

docs: ## the docs as a site in site/, with the reference of the code
	@tools/ensure-uv
	@uv sync --frozen --quiet --inexact --extra docs
	$(RUN) mkdocs build --strict --quiet

coverage: setup-dev ## the tests' coverage, against the floor of every file; the floor may only rise
	$(RUN) pytest -q -n auto --dist loadfile --cov --cov-report json:build/coverage.json
	$(RUN) tools/coverage-floor build/coverage.json

test-matrix: setup-dev ## every file of pydicom and the shared folders × every kind of report, read back
	$(RUN) pytest tests/report/every_kind/test_matrix.py --run-matrix -n auto

test-fuzz: setup-dev ## 10,000 mutated files: no crash, no hang, no other pixels without a word
	LUNGVIEW_TEST_MUTATIONS=10000 $(RUN) pytest tests/image/readers/mutated/test_fuzz.py

test-long: setup-dev ## further networks and kinds of what `make test` tries once: the rest of the training tests
	$(RUN) pytest -n auto --dist loadfile -m long --run-long

test-kills: setup-dev ## a batch killed at 20 random moments (`make test` kills it at four)
	LUNGVIEW_TEST_LONG=1 $(RUN) pytest tests/batch/test_faults.py

test-pacs: setup-dev ## the long tests with archives: 20 kills, 2,000 mutated PDUs, throughput
	LUNGVIEW_TEST_PACS=1 $(RUN) pytest tests/sources/archives tests/node

bench: setup-dev ## the figures of the README, as ratios against named peers; a table of them in build/figures.md
	@uv sync --frozen --quiet --inexact --extra bench
	$(RUN) pytest tests/benchmarks --run-benchmarks -s
	$(RUN) tools/figures > build/figures.md

bench-held: setup-dev ## what a processor with AVX2 and no more would show of the networks and the batch
	$(RUN) python -m tests.benchmarks.avx2 pytest $(HELD) --run-benchmarks -s
	$(RUN) tools/figures > build/figures.md

bench-cost: setup-dev ## what a batch costs by stage, by number of slices and workers, with processes and with Dask: tables
	$(RUN) tools/batch-stages
	$(RUN) tools/batch-stages --held
	$(RUN) tools/batch-cost --slices 100 1000 --workers 1 2
	$(RUN) tools/batch-cost --writer 1000 10000 100000

app: setup-dev ## the double-click program in dist/lungview, then its own self-test
	@rm -rf build/licences
	$(RUN) pyinstaller --noconfirm --log-level WARN --distpath dist --workpath build/work build.spec
	$(RUN) python packaging/check_app.py dist/lungview
	dist/lungview/lungview selftest

deb: app ## dist/lungview_VERSION_ARCH.deb, looked at, and a portable archive
	packaging/linux/make-deb
	$(RUN) python packaging/check_deb.py "$$(ls -t dist/lungview_*.deb | head -1)"
	packaging/linux/make-archive

test-app: app ## the built program in a bare Debian without Python (root, debootstrap)
	packaging/linux/test-bare

test-deb: deb ## the .deb: its node unpacked, run and killed; then there, installed, purged (root, debootstrap)
	$(RUN) python packaging/check_deb.py --run "$$(ls -t dist/lungview_*.deb | head -1)"
	packaging/linux/test-deb

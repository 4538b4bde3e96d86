# make demo    install into .venv and score the shipped examples
# make test    install the test libraries, and run all tests but those of large libraries (torch, …)
# make test-integrations   install the large libraries, and run the tests that need them
# make coverage   both, several times as long, and which lines and branches they reach
# make lint    ruff, mypy, and zizmor and jactionlint on .github
# make bench   our numbers against other packages' numbers, then times; ARGS="--rows rouge" for some
# make tables  write the tables of docs/presets.md, formats.md, metrics.md and monitor.md
# make schema   write the JSON schema of reports from their types
# make catalogs   add new sentences of reports to the catalogs, for you to translate
# make docs    the pages as a site, into build/docs
# make man     write docs/textmetrics.1, the manual page, from docs/cli.md
# make start   write the outputs that README.md, docs/zh and docs/ja show
# make tutorial   write the tables and pictures of docs/tutorial.md from ../shared/data
# make benchmark-demo   docs/benchmark.md from nothing: lm-eval runs two tiny models, which are compared;
#              ARGS="--page" writes the page too
# make kept    write the table of stopwords/README.md from ../shared/data
# make simulations   write the tables of docs/statistics.md, which takes some minutes
# make clang   all tests with an extension by clang++, warnings being errors
# make sanitize   all tests under AddressSanitizer and UBSan; SANITIZER=thread: those of threads
# make portable   what C++ computes without Python, here, by clang++, for arm64 and for Windows, which must
#              be the same; this takes clang, g++-aarch64-linux-gnu, qemu-user, g++-mingw-w64-x86-64-posix
#              and wine, by Debian's names
# make oldest   all tests with the oldest versions that pyproject.toml allows; PYTHON=python3.10
# make mutants   small changes to the package that no test notices; ARGS="--seed 7 --mutants 60 report"
# make fuzz    SECONDS=600 of arbitrary input to the extension and its definitions
# make soak    score RECORDS=10000000 generated records in MEGABYTES=400, end commands at 60 moments, and
#              read 5,000 damaged files and as many states; ARGS="--moments 10 --files 0" for less
# make clean   remove what the others made
#
# ARGS is passed on to pytest, the benchmark, the mutants, the fuzzer or the soak. See also docs/extending.md.

PYTHON ?= python3
BIN := .venv/bin
BUILT := $(wildcard textmetrics/native/* stopwords/*)
SANITIZER ?= address
SECONDS ?= 600
INPUT ?= build/corpus
RECORDS ?= 10000000
MEGABYTES ?= 400

.PHONY: demo test test-integrations coverage lint format bench tables schema catalogs start docs man tutorial \
  benchmark-demo kept simulations clang sanitize portable oldest mutants fuzz soak clean

demo: .venv/installed
	@for lang in en zh ja; do \
	  echo; echo "textmetrics score docs/examples/$$lang.jsonl --lang $$lang"; \
	  $(BIN)/textmetrics score docs/examples/$$lang.jsonl --lang $$lang || exit; \
	done

test: .venv/developed
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

# By file, so that no other is imported.
test-integrations: .venv/integrated
	$(BIN)/python -m pytest -n auto --dist loadfile -m integration \
	  $$(grep -l mark.integration tests/test_*.py) $(ARGS)

coverage: .venv/integrated
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term --cov-fail-under=95 $(ARGS)

lint: .venv/linted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests/typing
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/jactionlint --shellcheck=

format: .venv/linted
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/benchmarked
	$(BIN)/python benchmarks/peers.py $(ARGS)

tables: .venv/installed
	$(BIN)/python docs/tables.py

schema: .venv/installed
	$(BIN)/python docs/schema.py

catalogs: .venv/developed
	$(BIN)/python tests/sentences.py

docs: .venv/documented
	$(BIN)/sphinx-build --fail-on-warning --keep-going --nitpicky --quiet \
	  --builder html --doctree-dir build/doctrees docs build/docs

man: .venv/documented
	$(BIN)/python docs/manual.py

start: .venv/developed
	$(BIN)/python docs/start.py

tutorial: .venv/developed
	$(BIN)/python docs/tutorial.py

benchmark-demo: .venv/integrated
	$(BIN)/python docs/benchmark.py $(ARGS)

kept: .venv/developed
	$(BIN)/python docs/kept_words.py

simulations: .venv/developed
	$(BIN)/python docs/simulations.py

clang: .venv-clang/installed
	TEXTMETRICS_REQUIRE_NATIVE=1 .venv-clang/bin/python -m pytest $(ARGS)

# Python itself is built without a sanitizer, hence the preloading; with Python's own allocator one
# could read past a string and be in another. Python keeps objects to its end: leaks say nothing.
# The C library frees the storage of a thread that ended in a way that ThreadSanitizer cannot see.
sanitize: .venv-$(SANITIZER)/installed
	@mkdir -p build && echo race:_dl_deallocate_tls > build/suppressions
	LD_PRELOAD="$(foreach name,$(RUNTIME_$(SANITIZER)) stdc++,$$($(CXX) -print-file-name=lib$(name).so))" \
	PYTHONMALLOC=malloc ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
	TSAN_OPTIONS=suppressions=$(CURDIR)/build/suppressions TEXTMETRICS_REQUIRE_NATIVE=1 \
	.venv-$(SANITIZER)/bin/python -m pytest $(TESTS_$(SANITIZER)) $(ARGS)

# A program for Windows ends lines in another way.
portable: .venv/developed
	@mkdir -p build/portable
	$(CXX) $(ALONE) tests/portable.cpp -o build/portable/here
	clang++ $(ALONE) tests/portable.cpp -o build/portable/clang
	aarch64-linux-gnu-g++ $(ALONE) -static tests/portable.cpp -o build/portable/arm64
	x86_64-w64-mingw32-g++-posix $(ALONE) -static tests/portable.cpp -o build/portable/windows.exe
	dictionary=$$($(BIN)/python tests/portable.py build/portable/input) && cd build/portable && \
	  ./here "$$dictionary" < input > here.txt && \
	  ./clang "$$dictionary" < input | cmp - here.txt && \
	  qemu-aarch64 ./arm64 "$$dictionary" < input | cmp - here.txt && \
	  WINEDEBUG=-all wine ./windows.exe "Z:$$dictionary" < input | tr -d '\r' | cmp - here.txt && \
	  wc -l here.txt

oldest: .venv-oldest/installed
	.venv-oldest/bin/python -m pytest $(ARGS)

mutants: .venv/mutated
	$(BIN)/python -m tests.mutants $(ARGS)

# What it finds is written to build/found; INPUT=build/found/crash-… says in words what that was.
fuzz: .venv-fuzz/installed
	@mkdir -p build/corpus build/found
	LD_PRELOAD="$$(.venv-fuzz/bin/python -c 'import atheris; print(atheris.path())')/asan_with_fuzzer.so" \
	PYTHONMALLOC=malloc ASAN_OPTIONS=detect_leaks=0:malloc_context_size=1:quarantine_size_mb=16 \
	.venv-fuzz/bin/python tests/test_fuzz.py $(INPUT) -artifact_prefix=build/found/ \
	  -max_total_time=$(SECONDS) -max_len=200 -len_control=0 -rss_limit_mb=4096 $(ARGS)

# It is a module, so that it shares what it runs with the tests.
soak: .venv/developed
	$(BIN)/python -m tests.soak --records $(RECORDS) --megabytes $(MEGABYTES) $(ARGS)

clean:
	rm -rf .venv .venv-* build dist .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis

# An editable install: Python files are read from here; the extension is built again when a native
# source changes. They are compiled, or each command would do that where Python writes no byte code
# (PYTHONDONTWRITEBYTECODE), which takes as long as the rest of its start.
.venv/installed: pyproject.toml $(BUILT)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	@$(BIN)/python -m compileall -q textmetrics
	@touch $@

# The extension built in another way, each in an environment of its own.
CXX_clang := clang++
CXX_fuzz := clang++
DEFINE_clang := TEXTMETRICS_WERROR=ON
DEFINE_address := TEXTMETRICS_SANITIZE=address,undefined
DEFINE_thread := TEXTMETRICS_SANITIZE=thread
DEFINE_fuzz := TEXTMETRICS_SANITIZE=address,fuzzer-no-link
RUNTIME_address := asan ubsan
RUNTIME_thread := tsan
# The tests of threads, but for forks, which ThreadSanitizer cannot follow where there are threads.
TESTS_thread := tests/test_threads.py tests/test_scan.py tests/test_jieba_native.py \
  tests/test_kernels_native.py tests/test_ids_native.py \
  -k "(threads or concurrent or while_others) and not fork"
NEEDS_fuzz := atheris
ALONE := -std=c++17 -O2 -Wall -Wextra -Werror -pedantic -pthread -iquote textmetrics/native

.venv-%/installed: pyproject.toml $(BUILT)
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --upgrade pip
	CXX=$(or $(CXX_$*),$(CXX)) TEXTMETRICS_REQUIRE_NATIVE=1 .venv-$*/bin/python -m pip install \
	  --quiet --editable . --config-settings build-dir=build/$* \
	  --config-settings cmake.build-type=RelWithDebInfo \
	  --config-settings cmake.define.$(DEFINE_$*)
	.venv-$*/bin/python -m pip install --quiet --group test $(NEEDS_$*)
	@touch $@

# Only what a user needs is that old. The rule above makes the other environments.
.venv-oldest/installed: pyproject.toml .ci/oldest.txt $(BUILT)
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --upgrade pip
	TEXTMETRICS_REQUIRE_NATIVE=1 .venv-oldest/bin/python -m pip install --quiet \
	  --constraint .ci/oldest.txt --group test --editable . --config-settings build-dir=build/oldest
	@touch $@

.venv/developed: .venv/installed
	$(BIN)/python -m pip install --quiet --group test
	@touch $@

# 1.9 GB with a CPU build of PyTorch, which pip prefers where one is installed already.
.venv/integrated: .venv/developed
	$(BIN)/python -m pip install --quiet --group integrations
	@touch $@

.venv/mutated: .venv/developed
	$(BIN)/python -m pip install --quiet --group mutants
	@touch $@

.venv/linted: .venv/installed
	$(BIN)/python -m pip install --quiet --group lint
	@touch $@

.venv/documented: .venv/installed
	$(BIN)/python -m pip install --quiet --group docs
	@touch $@

.venv/benchmarked: .venv/installed
	$(BIN)/python -m pip install --quiet --group bench
	@touch $@

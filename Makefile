# Two commands: `make demo` and `make test`. Each installs what it needs; what is done is not done again.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS := never
UV := $(shell command -v uv || echo .boot/bin/uv)
PY := .venv/bin/python
YINLING := .venv/bin/yinling
FRONT := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)

help: ## List the commands
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

demo: .stamps/run .stamps/static .stamps/fonts ## Build the demo city and serve it (ARGS="--no-serve", "--scale city" ...)
	$(YINLING) demo $(ARGS)

serve: .stamps/run .stamps/static ## Serve the database as it is (ARGS="--port 8000")
	$(YINLING) migrate --verbosity 0
	$(YINLING) serve $(ARGS)

test: .stamps/dev .stamps/front .stamps/browser ## Run every test, browser journeys included (ARGS="-k name")
	$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

e2e: .stamps/dev .stamps/front .stamps/browser ## Run only the browser journeys
	$(PY) -m pytest -n 2 tests/browser $(ARGS)

check: .stamps/dev .stamps/front ## Lint, types, import layers, migrations, front end
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	YINLING_VAR=var/test $(YINLING) makemigrations --check --dry-run
	scripts/node npm --prefix frontend run check

fix: .stamps/dev ## Format and mend what can be mended by machine
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: .stamps/dev .stamps/static ## Measure engines and pages over a full-size city; prints ratios (takes minutes)
	$(PY) -m bench $(ARGS)

lock: .stamps/uv ## Pin dependencies anew from pyproject.toml
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml -o requirements/run.txt $(ARGS)
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --extra spark --group dev -c requirements/run.txt -o requirements/dev.txt $(ARGS)

clean: ## Remove everything that was built or stored here, the demo city included
	-[ -x $(PY) ] && $(PY) -m yinling.site.embedded stop var/pg var/test/pg
	rm -rf .venv .boot .stamps var frontend/node_modules yinling/shell/static/dist

.stamps/uv:
	@mkdir -p .stamps
	@command -v uv >/dev/null || scripts/get-uv
	@touch $@

.stamps/venv: .stamps/uv
	[ -x $(PY) ] || $(UV) venv -q --python '>=3.11,<3.15' .venv
	@touch $@

.stamps/run: .stamps/venv requirements/run.txt pyproject.toml
	@echo "安装运行所需的 Python 包 …"
	$(UV) pip install -q -p $(PY) --require-hashes -r requirements/run.txt
	$(UV) pip install -q -p $(PY) --no-deps -e .
	@touch $@

.stamps/dev: .stamps/run requirements/dev.txt
	@echo "安装测试所需的 Python 包（含 Spark，约 500 MB）…"
	$(UV) pip install -q -p $(PY) --require-hashes -r requirements/dev.txt
	@touch $@

.stamps/front: .stamps/venv $(FRONT)
	@echo "构建前端 …"
	scripts/node npm --prefix frontend ci --silent --no-audit --no-fund
	scripts/node npm --prefix frontend run --silent build
	@touch $@

.stamps/static: .stamps/run .stamps/front $(shell find yinling -path '*/static/*' -not -path '*/dist/*' -type f 2>/dev/null)
	$(YINLING) collectstatic --noinput --clear --verbosity 0
	@touch $@

.stamps/fonts: ; @scripts/debian-packages fonts || true ; mkdir -p .stamps ; touch $@
.stamps/browser: ; @scripts/debian-packages fonts browser ; mkdir -p .stamps ; touch $@

.PHONY: help demo serve test e2e check fix bench lock clean

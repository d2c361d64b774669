# Quint. `make` alone lists the targets; each one does its own set-up.
.DEFAULT_GOAL := help
SHELL := /bin/sh
# Node 24 comes with the dependencies.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
mocha := node --disable-warning=ExperimentalWarning node_modules/mocha/bin/mocha.js

.PHONY: help up down test test-unit test-e2e test-delivery test-java check docs golden fmt deps

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z][a-z0-9-]*:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  ./quint --help  lists the commands behind them, and more"

up: ## install, start a local cluster, deploy the dev stack there, show what runs
	@./quint up dev --yes

down: ## remove what `make up` deployed, and stop the cluster
	@./quint down dev --yes
	@./quint cluster stop

fast := 'test/unit/**/*.test.ts' 'test/golden/**/*.test.ts' 'test/invariants/**/*.test.ts'

delivery := 'test/e2e/delivery/**/*.test.ts'

test: deps ## run the tests: unit, goldens, invariants, end to end
	@$(mocha) $(fast) 'test/e2e/*.test.ts'

test-unit: deps ## run what needs no cluster (seconds)
	@$(mocha) $(fast)

test-e2e: deps ## run what needs a simulated cluster and the engine (minutes)
	@$(mocha) 'test/e2e/*.test.ts'

test-delivery: deps ## run what needs the delivery controllers, end to end (Argo CD, Rollouts, the manager); CI does
	@$(mocha) $(delivery)

test-java: deps ## run what needs Java 17 and Maven: dumps of Neo4j and Kafka, loaded back; CI does
	@$(mocha) 'test/e2e/java/*.test.ts'

check: deps ## types, lint, format, generated files, workflows
	@echo "types ..." && tsc --noEmit -p .
	@echo "lint ..." && eslint --max-warnings 0 .
	@echo "format ..." && prettier --check --log-level warn .
	@echo "generated files ..." && node automation/generated.ts --check
	@echo "rendered manifests ..." && for stack in staging production; do ./quint render $$stack --check || exit 1; done
	@echo "workflows ..." && "$$(./quint ci program actionlint)" -no-color

docs: deps ## write the generated documents and manifests anew
	@node automation/generated.ts
	@for stack in staging production; do ./quint render $$stack; done

golden: deps ## write the goldens anew; look at the difference before you commit it
	@QUINT_GOLDEN=write $(mocha) 'test/golden/**/*.test.ts'

fmt: deps ## format the sources
	@prettier --write --log-level warn .

deps:
	@./quint --help >/dev/null

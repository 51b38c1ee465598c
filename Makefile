# What each target does is said in CONTRIBUTING.md.

# go keeps its caches below HOME; where there is none, below the clone.
ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/.cache
endif

.PHONY: run build test check generate bench gobench benchdiff baseline fuzz soak

run: build
	bin/assay demo

build:
	go build -o bin/assay ./cmd/assay

test:
	.ci/test

check:
	.ci/check

generate:
	.ci/need generate
	go generate ./...

# Assay beside its peers, into examples/bench/RESULTS.md; in part to standard output: make bench FLAGS="-only 'evaluation|import' -clients 100000"
FLAGS ?=
bench:
	.ci/bench $(or $(FLAGS),-out RESULTS.md)

# Go benchmarks: make gobench BENCH=Encode PKG=./server/crm COUNT=10
BENCH ?= .
PKG ?= ./...
COUNT ?= 6
gobench:
	.ci/gobench '$(BENCH)' '$(COUNT)' $(PKG)

# The Go benchmarks that regressions are looked for in, beside .ci/baseline.txt, and that file anew
benchdiff:
	.ci/benchdiff compare '$(COUNT)'

baseline:
	.ci/benchdiff renew '$(COUNT)'

# One target: make fuzz FUZZ=FuzzPhone PKG=./server/canon FUZZTIME=5m
FUZZ ?= .
FUZZTIME ?= 10s
fuzz:
	.ci/fuzz '$(FUZZ)' '$(FUZZTIME)' $(PKG)

# Hostile modules against the real program, then kills of it: make soak SOAK=20m CLIENTS=20000 KILLS=1000
SOAK ?= 5m
CLIENTS ?= 5000
KILLS ?= 200
soak:
	.ci/soak '$(SOAK)' '$(CLIENTS)' '$(KILLS)'

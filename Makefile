# Every target installs what it lacks, then works; twice in a row is fine. `make` lists them.

PYTHON ?= python3
# What a build for AWS is made for: arm64 or x86_64.
ARCHITECTURE ?= arm64

SETUP := $(PYTHON) infra/setup
STACK := $(PYTHON) infra/local/stack.py
RUN := .local/venv/bin
TOOLS := .local/venv-tools/bin
CARGO_TOOLS := .local/cargo-tools/bin
FUZZ := .local/venv-fuzz/bin
STRIPE := .local/venv-stripe/bin
BUILT := $(or $(CARGO_TARGET_DIR),target)/debug

# The film's language, only from the command line: in the environment the name means the locale.
ifeq ($(origin LANG),command line)
FILM_LANGUAGE := $(LANG)
unexport LANG
else
FILM_LANGUAGE := en
endif
FILM_OPTIONS = --lang "$(FILM_LANGUAGE)" \
    $(if $(TEXT),--text "$(TEXT)") $(if $(ASPECT),--aspect "$(ASPECT)") \
    $(if $(VOICE),--voice "$(VOICE)") $(if $(RESOLUTION),--resolution "$(RESOLUTION)")
# Command-line variables reach recipes as environment; these are arguments of the demo.
unexport TEXT VOICE ASPECT RESOLUTION

export SAM_CLI_TELEMETRY := 0

.DEFAULT_GOAL := help
.PHONY: help setup doctor demo dev mail logs status stop reset test fuzz prove restore-drill load policies lint openapi operator bench bench-encoder bench-peers build signing-keys rotate-signing-keys deploy clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 22

setup: ## what building and running needs, without root: Python packages, models, fonts, FFmpeg
	@$(SETUP)

doctor: ## what this machine has, what the set-up chose, what is missing
	@$(SETUP) --doctor

# What the demo runs: the functions between a text and its film, espeak-ng's companion program, and the client. The
# other functions are deployed too, and say that they are not built if somebody calls them.
DEMO_PACKAGES := auth authorizer projects render-step send-mail sweeper film-narrator demo
demo: setup ## a film from text: TEXT=file.txt LANG=hi ASPECT=9:16 VOICE=name RESOLUTION=1080p
	cargo build $(addprefix --package ,$(DEMO_PACKAGES))
	@$(STACK) up
	@$(BUILT)/demo $(FILM_OPTIONS) --out out

dev: build ## the whole product on this machine, until `make stop`
	@$(STACK) up
	@$(STACK) guide

mail: ## the mail that the local stack has sent, sign-in links among it
	@$(STACK) mail

logs: ## what the functions say; FOLLOW=1 goes on
	@$(STACK) logs $(if $(FOLLOW),--follow)

status: ## whether the local stack runs, and where
	@$(STACK) status || [ $$? -eq 3 ]

stop: ## stops the local stack and keeps its data
	@$(STACK) stop

reset: ## stops the local stack and deletes its data
	@$(STACK) reset

# With the tests' dependencies some crates have more features: built once with them, not once with and once without.
test: TARGETS := --all-targets
test: lint build policies ## lint, then every test; those that need a stack start their own
	$(RUN)/python -m unittest discover --quiet --start-directory infra/setup
	$(RUN)/python -m unittest discover --quiet --start-directory infra/lint
	@$(SETUP) --stripe
	$(STRIPE)/python -m unittest discover --quiet --start-directory tests/support/stripe
	@if cargo nextest --version >/dev/null 2>&1; \
	 then cargo nextest run --workspace; \
	 else cargo test --workspace; fi
	@$(MAKE) --no-print-directory fuzz CASES=8 TARGETS=$(TARGETS)

fuzz: build ## asks the API all that its description allows, and all that it does not: CASES=200
	@$(SETUP) --fuzz
	@$(FUZZ)/python tests/fuzz --examples $(or $(CASES),100)

prove: build ## what takes too long for every test: the models with more faults, one death a film (40 minutes, 1 GB)
	cargo run -p protocol-model
	cargo test -p billing --features stripe --test convergence -- --ignored --nocapture
	CRASH_SWEEP=one-by-one cargo test -p chaos --test it crash_sweep -- --nocapture

restore-drill: TARGETS := --all-targets
restore-drill: build ## loses two tenants' data and gives them back from a backup, with the time that it takes
	cargo test --workspace --test it restore:: -- --nocapture

load: build ## 100 people at once for a minute, with a report: out/load.html, out/load.json
	cargo run -p load

policies: setup ## evaluates every IAM statement of the template against own and foreign keys
	@$(PYTHON) tests/policies/run.py

lint: ## format, clippy, docs, circles of imports, dependencies, the template, and the API's description
	@$(SETUP) --tools
	cargo fmt --all --check
	$(PYTHON) infra/lint/import_cycles.py
	$(PYTHON) infra/lint/doc_paths.py
	PATH="$(CURDIR)/$(CARGO_TOOLS):$$PATH" cargo deny check bans licenses sources
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
	$(TOOLS)/sam validate --lint --region us-east-1
	$(TOOLS)/cfn-lint template.yaml
	$(TOOLS)/openapi-spec-validator --schema 3.1 openapi.json

openapi: ## writes the API's description: openapi.json and docs/api.md
	cargo run -p api-description

operator: setup ## what an operator does by hand, on the local stack or by names in the environment: ARGS="grants --all"
	@cargo run --quiet --package operator -- $(ARGS)

bench: setup ## what films cost and how good they are, in tables and out/bench.json: TABLE=clip
	@$(SETUP) --bench
	cargo build -p film-narrator --bin espeak-pipe
	cargo run -p film-bench -- $(TABLE)

bench-encoder: setup ## settings of the encoder compared: PHOTOGRAPHS="a.jpg b.jpg" adds to the painted pictures
	@$(SETUP) --bench
	cargo run -p film-bench -- encoder --seconds 3 --rounds 1 $(addprefix --photograph ,$(PHOTOGRAPHS))

bench-peers: setup ## a scene by the engine and by MoviePy, FFmpeg's zoompan and Remotion, those that can be installed
	@$(SETUP) --peers
	cargo run -p film-bench -- peers --seconds $(or $(SECONDS),10) $(if $(ROUNDS),--rounds $(ROUNDS))

build: setup
	cargo build --workspace $(TARGETS)

signing-keys: ## prints a first value for the secret with the keys of access tokens
	@$(SETUP) >&2
	@$(RUN)/python infra/setup/signing_keys.py first

rotate-signing-keys: ## the next key of access tokens signs from now on: SECRET=name AWS_ENDPOINT_URL=emulator
	@$(SETUP) >&2
	@$(RUN)/python infra/setup/signing_keys.py rotate $(if $(SECRET),--secret "$(SECRET)")

# Without the jitter source aws-lc's first random number comes 30 ms sooner; Lambda's kernel has a good one.
deploy: export AWS_LC_SYS_NO_JITTER_ENTROPY := 1
deploy: ## builds for AWS and deploys, asking for the parameters (ARCHITECTURE=arm64 or x86_64)
	@$(SETUP) --deploy
	@$(PYTHON) infra/setup/render_image.py $(ARCHITECTURE)
	PATH="$(CURDIR)/$(TOOLS):$$PATH" sam build --parameter-overrides Architecture=$(ARCHITECTURE)
	$(TOOLS)/sam deploy --guided --parameter-overrides Architecture=$(ARCHITECTURE)

clean: ## deletes what was built; the set-up and the stack's data stay
	cargo clean
	rm -rf out .aws-sam .local/downloads .local/render-image

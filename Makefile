# Every target installs first what it needs, and can be repeated. `make` lists the targets.

PYTHON ?= python3
# The processor architecture of a build for AWS: arm64 or x86_64.
ARCHITECTURE ?= arm64

SETUP := $(PYTHON) infra/setup
STACK := $(PYTHON) infra/local/stack.py
RUN := .local/venv/bin
TOOLS := .local/venv-tools/bin
CARGO_TOOLS := .local/cargo-tools/bin
FUZZ := .local/venv-fuzz/bin
SBOM := .local/venv-sbom/bin
STRIPE := .local/venv-stripe/bin
CLIENTS := .local/venv-clients/bin
INTELLIGIBILITY := .local/venv-intelligibility/bin
BUILT := $(or $(CARGO_TARGET_DIR),target)/debug

# The film's language, from the command line only, because in the environment LANG is the locale.
ifeq ($(origin LANG),command line)
FILM_LANGUAGE := $(LANG)
unexport LANG
else
FILM_LANGUAGE := en
endif
FILM_OPTIONS = --lang "$(FILM_LANGUAGE)" \
    $(if $(TEXT),--text "$(TEXT)") $(if $(ASPECT),--aspect "$(ASPECT)") \
    $(if $(VOICE),--voice "$(VOICE)") $(if $(RESOLUTION),--resolution "$(RESOLUTION)")
# make exports command-line variables to recipes. These are passed to the demo as arguments instead.
unexport TEXT VOICE ASPECT RESOLUTION

export SAM_CLI_TELEMETRY := 0

.DEFAULT_GOAL := help
.PHONY: help setup doctor demo dev mail logs status stop reset test fuzz clients prove restore-drill load policies lint openapi operator intelligibility bench bench-encoder bench-peers build signing-keys rotate-signing-keys fonts deploy clean

help: ## lists the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 22

setup: ## installs what building and running needs, without root: Python packages, models, fonts, FFmpeg
	@$(SETUP)

doctor: ## reports what this machine has, what the set-up has chosen, and what is missing
	@$(SETUP) --doctor

# The packages that the demo runs: the functions between a text and its film, the programs around espeak-ng and
# around the decoders of pictures, and the client. The other functions are deployed too, but fail with a message that they are not built.
DEMO_PACKAGES := auth authorizer projects render-step send-mail sweeper film-narrator film-pictures demo
demo: setup ## renders a film from a text: TEXT=file.txt LANG=hi ASPECT=9:16 VOICE=name RESOLUTION=1080p
	cargo build $(addprefix --package ,$(DEMO_PACKAGES))
	@$(STACK) up
	@$(BUILT)/demo $(FILM_OPTIONS) --out out

dev: build ## runs the whole product on this machine, until `make stop`
	@$(STACK) up
	@$(STACK) guide

mail: ## prints the mail that the local stack has sent, with its sign-in links
	@$(STACK) mail

logs: ## prints the functions' logs; FOLLOW=1 waits for new lines
	@$(STACK) logs $(if $(FOLLOW),--follow)

status: ## reports whether the local stack runs, and where
	@$(STACK) status || [ $$? -eq 3 ]

stop: ## stops the local stack and keeps its data
	@$(STACK) stop

reset: ## stops the local stack and deletes its data
	@$(STACK) reset

# The tests' dependencies enable more features of some crates. With all targets these are built once, with the features,
# instead of once with and once without.
#
# Many tests wait for leases to expire, so that one test more than there are processors runs at once.
test: TARGETS := --all-targets
test: lint build policies ## runs the linters, then every test; those that need a stack start their own
	$(RUN)/python -m unittest discover --quiet --start-directory infra/setup
	$(RUN)/python -m unittest discover --quiet --start-directory infra/lint
	$(PYTHON) tests/pages/run.py
	@$(SETUP) --stripe
	$(STRIPE)/python -m unittest discover --quiet --start-directory tests/support/stripe
	@if cargo nextest --version >/dev/null 2>&1; \
	 then cargo nextest run --workspace --test-threads $$(($$(nproc) + 1)); \
	 else cargo test --workspace; fi
	cargo test --quiet --workspace --doc
	@$(MAKE) --no-print-directory fuzz CASES=8 TARGETS=$(TARGETS)
	@$(MAKE) --no-print-directory clients TARGETS=$(TARGETS)

fuzz: build ## fuzzes the API with requests that openapi.json allows and some that it does not, and the decoders of pictures: CASES=200
	@$(SETUP) --fuzz
	@$(FUZZ)/python tests/fuzz --examples $(or $(CASES),100)
	PROPTEST_CASES=$(or $(CASES),100)0 cargo test --quiet --workspace --test it -- foreign_pictures::

clients: build ## generates API clients with three generators, and makes a film with each of them
	@$(SETUP) --clients
	@$(CLIENTS)/python tests/clients

prove: build ## runs the slow tests: the models with more faults, a film for each crash point (40 minutes, 1 GB)
	cargo run -p protocol-model
	cargo test -p billing --features stripe --test convergence -- --ignored --nocapture
	cargo test -p film-narrator --test reading -- --ignored --nocapture
	CRASH_SWEEP=one-by-one cargo test -p chaos --test it crash_sweep -- --nocapture

intelligibility: setup ## speaks texts and lets a speech recogniser hear them: LANGUAGES="en es" (10 minutes, 300 MB)
	@$(SETUP) --intelligibility
	cargo build -p film-narrator --bin espeak-pipe --example narrate
	@$(INTELLIGIBILITY)/python tests/intelligibility --narrator $(BUILT) $(if $(LANGUAGES),--languages $(LANGUAGES))

restore-drill: TARGETS := --all-targets
restore-drill: build ## deletes two tenants' data, restores them from a backup, and reports the time
	cargo test --workspace --test it restore:: -- --nocapture

load: build ## runs 100 users at once for a minute, with a report: out/load.html, out/load.json
	cargo run -p load

policies: setup ## evaluates every IAM statement of the template against own and foreign keys
	@$(PYTHON) tests/policies/run.py

lint: ## checks format, clippy, docs, import cycles, dependencies, the template, and openapi.json
	@$(SETUP) --tools
	cargo fmt --all --check
	$(PYTHON) infra/lint/import_cycles.py
	$(PYTHON) infra/lint/doc_paths.py
	$(PYTHON) infra/lint/pins.py
	PATH="$(CURDIR)/$(CARGO_TOOLS):$$PATH" cargo deny check bans licenses sources
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
	$(TOOLS)/sam validate --lint --region us-east-1
	$(TOOLS)/cfn-lint template.yaml
	$(TOOLS)/openapi-spec-validator --schema 3.1 openapi.json
	$(PYTHON) infra/lint/openapi_rules.py

sbom: ## writes the software bill of materials of what is deployed (CycloneDX): out/sbom.cdx.json
	@$(SETUP) --sbom
	@$(SBOM)/python infra/setup/sbom.py out/sbom.cdx.json

openapi: ## writes the API's description: openapi.json and docs/api.md
	cargo run -p api-description

operator: setup ## runs the operator's tool, on the local stack or on the resources in STACK_OUTPUTS: ARGS="grants --all"
	@cargo run --quiet --package operator -- $(ARGS)

bench: setup ## measures the cost and quality of films, in tables and out/bench.json: TABLE=clip
	@$(SETUP) --bench
	cargo build -p film-narrator --bin espeak-pipe
	cargo run -p film-bench -- $(TABLE)

bench-encoder: setup ## compares encoder settings; PHOTOGRAPHS="a.jpg b.jpg" are used beside painted pictures
	@$(SETUP) --bench
	cargo run -p film-bench -- encoder --seconds 3 --rounds 1 $(addprefix --photograph ,$(PHOTOGRAPHS))

bench-peers: setup ## compares the engine with MoviePy, FFmpeg's zoompan and Remotion, where these can be installed
	@$(SETUP) --peers
	cargo run -p film-bench -- peers --seconds $(or $(SECONDS),10) $(if $(ROUNDS),--rounds $(ROUNDS))

build: setup
	cargo build --workspace $(TARGETS)

signing-keys: ## prints a new value for the secret with the keys that sign access tokens
	@$(SETUP) >&2
	@$(RUN)/python infra/setup/signing_keys.py first

rotate-signing-keys: ## rotates the keys that sign access tokens: SECRET=name AWS_ENDPOINT_URL=emulator
	@$(SETUP) >&2
	@$(RUN)/python infra/setup/signing_keys.py rotate $(if $(SECRET),--secret "$(SECRET)")

fonts: ## stores the fonts of single scripts in the media bucket, after a deployment: BUCKET=name
	@$(SETUP) >&2
	@$(RUN)/python infra/setup/script_fonts.py $(BUCKET)

# Without the CPU jitter entropy source aws-lc's first random number comes 30 ms sooner; Lambda's kernel has enough
# entropy of its own.
deploy: export AWS_LC_SYS_NO_JITTER_ENTROPY := 1
deploy: ## builds for AWS and deploys, asking for the parameters (ARCHITECTURE=arm64 or x86_64)
	@$(SETUP) --deploy
	@$(PYTHON) infra/setup/render_image.py $(ARCHITECTURE)
	PATH="$(CURDIR)/$(TOOLS):$$PATH" sam build --parameter-overrides Architecture=$(ARCHITECTURE)
	$(TOOLS)/sam deploy --guided --parameter-overrides Architecture=$(ARCHITECTURE)

clean: ## deletes what was built, but not the set-up and the stack's data
	cargo clean
	rm -rf out .aws-sam .local/downloads .local/render-image

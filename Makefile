# make serve   the site on http://127.0.0.1:8000/, live
# make prove   what an edit of the guide can break; make test: every proof
# make help    the rest

PYTHON ?= python3
PORT ?= 8000
HERE := .venv/bin/python
# The theme's authors warn of MkDocs 2.0 at each build; requirements.in keeps to 1.x.
export NO_MKDOCS_2_WARNING = 1
# Python keeps what it has compiled, or each of many processes would compile it again.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help serve prove test build new move remove check fix run record recordings live requirements names nightly bench matrix newest picture clean

serve: .venv/.installed  ## serve the site with live reload (PORT=8000)
	@$(HERE) tools/bootstrap.py port $(PORT)
	@echo "Serving on http://127.0.0.1:$(PORT)/ (stop with Ctrl-C) ..."
	@$(HERE) -m mkdocs serve --dev-addr 127.0.0.1:$(PORT)

prove: .venv/.installed  ## prove pages, programs and claims, in two minutes
	@$(HERE) -m pytest $(or $(ARGS),code docs tests/claims)

test: .venv/.installed  ## run every proof, in six minutes; ARGS=tests/…::… for one
	@$(HERE) -m pytest $(ARGS)

build: .venv/.installed  ## build the site into site/; a warning fails (ENGINE=zensical: the theme authors' next engine)
	@$(HERE) -m $(if $(filter zensical,$(ENGINE)),tools.publish,mkdocs build --strict)

new: .venv/.installed  ## a page with a program of its own, green at once: PAGE=some/new-page (TITLE=..., FROM=code/....py)
	@$(HERE) -m tools.page new $(if $(TITLE),--title "$(TITLE)") $(if $(FROM),--from "$(FROM)") -- "$(PAGE)"

move: .venv/.installed  ## another path for a page, and for all that mirrors it: OLD=some/page NEW=some/other
	@$(HERE) -m tools.page move -- "$(OLD)" "$(NEW)"

remove: .venv/.installed  ## a page and all that mirrors it: PAGE=some/page (TO=the/page/that/its/address/leads/to)
	@$(HERE) -m tools.page remove $(if $(TO),--to "$(TO)") -- "$(PAGE)"

check: .venv/.installed  ## every proof that runs no program, in a second
	@$(HERE) -m tools.answers; answers=$$?; \
	  $(HERE) -m docproof check $(ARGS) \
	  && exit $$answers

fix: .venv/.installed  ## renew the outputs of programs, showing what changed
	@$(HERE) -m docproof fix $(ARGS)

run: .venv/.installed  ## run PROGRAM=code/... on its recording: no key, no network
	@test -n "$(PROGRAM)" || { echo "Makefile: no program; name one: make run PROGRAM=code/..."; exit 2; }
	@$(HERE) -m docproof run $(PROGRAM) $(ARGS)

record: .venv/.installed  ## record PROGRAM=code/... from the API (KLUSTER_API_KEY), or from URL=... (KEY=its variable)
	@test -n "$(PROGRAM)" || { echo "Makefile: no program; name one: make record PROGRAM=code/..."; exit 2; }
	@$(HERE) -m docproof record $(if $(URL),--base-url $(URL)) $(if $(KEY),--key-variable $(KEY)) $(ARGS) $(PROGRAM)

recordings: .venv/.installed  ## make all recordings again, or that of PROGRAM=code/..., from the stand-in
	@$(HERE) -m tools.standin $(HERE) -m docproof record --base-url {url} $(ARGS) $(or $(PROGRAM),code)
	@$(HERE) -m tools.again $(or $(PROGRAM),code)

live: .venv/.installed  ## does the live API (KLUSTER_API_KEY) still answer in the recorded shapes? writes nothing
	@$(HERE) -m docproof record --compare $(if $(URL),--base-url $(URL)) $(if $(KEY),--key-variable $(KEY)) $(ARGS) $(or $(PROGRAM),code)

requirements: .venv/.installed  ## compile requirements.txt from requirements.in (ARGS=--upgrade)
	@$(HERE) -m uv pip compile --quiet --universal --python-version 3.11.2 --fork-strategy fewest \
	  --generate-hashes --custom-compile-command "make requirements" \
	  $(ARGS) requirements.in --output-file requirements.txt

names: .venv/.installed  ## note the names of the installed LiteLLM and openai, for `make check`
	@$(HERE) -m tools.name_index

nightly: .venv/.installed  ## every proof, and more of what is drawn by chance, recorded or drawn
	@$(HERE) -m pytest --nightly -o faulthandler_timeout=3600 $(ARGS)

bench: .venv/.installed  ## how fast the proofs are, as ratios
	@$(HERE) benchmarks/speed.py
	@$(HERE) benchmarks/scale.py
	@$(HERE) -m benchmarks.suite

matrix: .venv/.installed  ## run every program under many releases of LiteLLM; writes docs/…/compatibility.yml
	@$(HERE) -m tools.matrix

newest: .venv/.installed  ## what would break if the pin moved to the newest LiteLLM
	@$(HERE) -m tools.matrix --newest

picture: .venv/.installed  ## take the README's picture of the site anew (needs chromium)
	@$(HERE) -m tools.picture

clean:  ## remove what can be made again
	@rm -rf .venv site

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | expand -t 14

.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) tools/bootstrap.py install

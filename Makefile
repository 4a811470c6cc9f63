# Every verb sets up what it needs. `make` alone lists them.
ifeq ($(OS),Windows_NT)
$(error On Windows the course runs inside WSL. Run `wsl --install` once, open Ubuntu, clone the course there and run make start)
endif
VERBS := help start stop setup test new-chapter watch book lab sabotage soak picture status upkeep audit published conformance bench lock clean
.DEFAULT_GOAL := help
.PHONY: $(VERBS)
$(VERBS):
	@exec sh ./bootstrap.sh $@ $(if $(SLUG),--slug "$(SLUG)") $(if $(PART),--part "$(PART)") \
		$(if $(STAGE),--stage "$(STAGE)") $(if $(SINCE),--since "$(SINCE)") $(if $(RUNS),--runs "$(RUNS)") \
		$(if $(PORT),--port "$(PORT)") $(if $(URL),--url "$(URL)") $(ARGS)
.DEFAULT:
	@echo "There is no \`make $@\`. This is what there is:" >&2; echo >&2; sh ./bootstrap.sh help >&2; exit 2

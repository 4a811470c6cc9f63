# Every verb sets up what it needs. `make` alone lists them.
VERBS := help start stop test bench conformance sabotage soak book lab lock clean
.DEFAULT_GOAL := help
.PHONY: $(VERBS)
$(VERBS):
	@exec sh ./bootstrap.sh $@ $(if $(SLUG),--slug "$(SLUG)") $(if $(STAGE),--stage "$(STAGE)") \
		$(if $(RUNS),--runs "$(RUNS)") $(if $(PORT),--port "$(PORT)") $(ARGS)

"""The project's verbs: `make start`, `make test` and the few between.

Standard library only: this package runs before anything is installed.
"""

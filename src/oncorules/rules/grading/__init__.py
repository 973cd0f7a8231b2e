"""Gradings: terms with limits, branches and reasons."""

"""Statistics with their conventions: what was computed, how, and of how many."""

"""The acceptance ledger: a verdict for each printed figure, and where sampled cohorts put it."""

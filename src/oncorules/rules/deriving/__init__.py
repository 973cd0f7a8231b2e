"""Derived tables, gradings and selections in their order; `derive` and what it refuses."""

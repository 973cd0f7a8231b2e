"""Exports in and out, the table model, units and partial dates."""

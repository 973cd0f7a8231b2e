"""Findings: structure and content of an export held against its rules."""

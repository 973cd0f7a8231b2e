"""Synthetic trial exports; nothing in them is a real person."""

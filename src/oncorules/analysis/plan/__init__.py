"""The analysis plan of a study: named analyses as data, and what they give on derived tables."""

"""The figures that a paper prints: each with its place, what it counts and what it follows from."""

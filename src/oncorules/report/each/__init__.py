"""Several exports, each validated for itself in a process of its own."""

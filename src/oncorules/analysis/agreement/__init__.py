"""Do the figures of a paper come out of an export: the verdict of each, and what changed since."""

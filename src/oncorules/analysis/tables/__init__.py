"""The tables of a paper, filled from an export and laid out as they are printed."""

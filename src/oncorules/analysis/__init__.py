"""Statistics of a study, the figures that its paper prints, and how the two agree."""

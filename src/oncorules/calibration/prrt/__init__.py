"""The calibrated cohort of van der Zwan et al. 2018: counts first, then values, then times."""

"""Calibration of synthetic cohorts to printed figures; it needs the extra `calibrate`."""

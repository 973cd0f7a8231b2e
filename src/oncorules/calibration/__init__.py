"""Calibration of synthetic cohorts to printed figures, and how well they meet them.

The solvers need the extra `calibrate`; the acceptance ledger does not.
"""

"""Engines that run compiled rules."""

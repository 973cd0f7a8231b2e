"""Formulas: from their text to typed values and engine trees."""

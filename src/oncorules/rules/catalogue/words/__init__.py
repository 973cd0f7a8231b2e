"""Rules in plain English: formulas, the parts around them, and the names that they use."""

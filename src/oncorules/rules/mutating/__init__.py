"""Small edits of rules, each tried with the examples: which of them does no example notice?"""

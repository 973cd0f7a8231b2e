"""Queries: findings as questions that a site can answer."""

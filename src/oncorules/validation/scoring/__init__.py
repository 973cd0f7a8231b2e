"""How well rules find defects that were planted: findings held against an answer key."""

"""What the rules of a run looked at: tables, variables and rows, and which rules tell nothing."""

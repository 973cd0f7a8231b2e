"""From rules and tables to queries: steps, look-ups, windows, lines, checks."""

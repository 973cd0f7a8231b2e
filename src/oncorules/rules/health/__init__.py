"""Rules held against themselves: what can never happen, what changes nothing, what it costs."""

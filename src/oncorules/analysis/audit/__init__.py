"""Does a paper agree with itself: every number that follows from others is computed again."""

"""Known errors that are planted into an export, to measure what rules find of them."""

"""Examples run as little exports, and the changes that none of them notices."""

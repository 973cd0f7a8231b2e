"""Pages that people read: self-contained HTML, nothing is fetched from anywhere."""

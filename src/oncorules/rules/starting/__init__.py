"""A study file to start from: what a site's own files hold, in the names of the table model."""

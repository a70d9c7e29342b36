"""Arguments, methods and data."""

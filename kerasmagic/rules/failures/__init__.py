"""What only an exception tells: no check of files loads these rules."""

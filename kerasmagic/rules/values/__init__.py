"""What only an exception tells of values, attributes and tensors: no check of files loads these rules."""

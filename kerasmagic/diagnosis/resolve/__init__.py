"""What a name or a call gives here: in this kernel, or in a recorded release."""

"""What a model is, what it is given, and whether Keras takes that: read statically, before or after a run."""

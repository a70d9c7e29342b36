"""Saved model files, read without loading them: no TensorFlow, no unpickling, no code from the file is run."""

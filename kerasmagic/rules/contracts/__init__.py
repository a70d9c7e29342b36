"""What Keras refuses: data, labels, numbers and functions that do not fit the model they are given to."""

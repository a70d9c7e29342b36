"""What each TensorFlow, Keras and tf_keras release offers, as measured in real installs."""

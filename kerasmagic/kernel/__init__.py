"""Facts about this process: metadata, sys.modules, sys.path. Nothing here imports TensorFlow."""

"""The order of dimensions, as Keras 1 called it and as it is called today."""

ORDERS = {"tf": "channels_last", "th": "channels_first"}

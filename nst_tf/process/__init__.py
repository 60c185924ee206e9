"""The process that the package runs in: its streams and signals, TensorFlow started quietly, Keras as it must be."""

"""From a checkpoint to SavedModels that need nothing but TensorFlow and TensorFlow Text."""

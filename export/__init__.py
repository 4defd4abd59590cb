"""Write SavedModels, LiteRT and ONNX models of an encoder, and verify them against it."""

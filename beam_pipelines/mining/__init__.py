"""Mining bitext: sentences to vectors, vectors to neighbors, neighbors to pairs."""

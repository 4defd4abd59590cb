"""Mining bitext: sentences to vectors, vectors to neighbours, neighbours to pairs."""

"""Training of labellers: epochs, the best of them by development data, patience."""

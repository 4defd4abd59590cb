"""What a pipeline leaves for people: a page, and a card of the data."""

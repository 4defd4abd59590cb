"""Which words of a sentence translate which: lexicon, statistical and contextual aligners, AER."""

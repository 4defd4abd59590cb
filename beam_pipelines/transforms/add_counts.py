"""Counts by word, added up on each worker before they travel."""

from collections.abc import Iterable

import apache_beam as beam

WordCounts = dict[str, int]


class AddCounts(beam.CombineFn):
    """Dictionaries of counts to their sum."""

    def create_accumulator(self) -> WordCounts:
        """Nothing counted."""
        return {}

    def add_input(self, accumulator: WordCounts, counts: WordCounts) -> WordCounts:
        """Adds one dictionary."""
        for word, number in counts.items():
            accumulator[word] = accumulator.get(word, 0) + number
        return accumulator

    def merge_accumulators(self, accumulators: Iterable[WordCounts]) -> WordCounts:
        """Adds up what several workers have."""
        merged = self.create_accumulator()
        for accumulator in accumulators:
            merged = self.add_input(merged, accumulator)
        return merged

    def extract_output(self, accumulator: WordCounts) -> WordCounts:
        """The sum as it is."""
        return accumulator

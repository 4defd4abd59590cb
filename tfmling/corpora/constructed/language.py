"""What a constructed language can do: say a meaning."""

import abc

from tfmling.corpora.constructed.meaning import Event


class Language(abc.ABC):
    """Base of the constructed languages."""

    full_stop: str

    @abc.abstractmethod
    def words(self, event: Event) -> list[str]:
        """The words that say an event, in order, without punctuation."""

    def sentence(self, event: Event) -> str:
        """A written sentence: a capital first where the script has one, the full stop last."""
        text = " ".join(self.words(event))
        return text[0].upper() + text[1:] + self.full_stop

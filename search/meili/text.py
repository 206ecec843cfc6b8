"""What somebody typed, in Meilisearch's terms: the words of search.words, and synonyms as settings.

Meilisearch looks up synonyms of single words and of two or three words that stand side by side. A known
phrase is therefore sent as the words that count. Where only one of its words counts, or more than three do,
it is sent as one made-up word that means the phrase.
"""

from functools import cache

from search.words import Phrase, Wanted, read, stop_words, synonyms

_SIDE_BY_SIDE = 3


def query_text(text: str) -> str:
    """The text to send for what was typed; "" asks for everything."""
    return ". ".join(_sent(wanted) for wanted in read(text))


def _sent(wanted: Wanted) -> str:
    return _made_up().get((wanted.words, wanted.synonyms)) or " ".join(wanted.words)


def _kept(phrase: Phrase) -> Phrase:
    return tuple(word for word in phrase if word not in stop_words()) or phrase


def _is_looked_up(phrase: Phrase) -> bool:
    return phrase == _kept(phrase)[:1] or 1 < len(_kept(phrase)) <= _SIDE_BY_SIDE


@cache
def _made_up() -> dict[tuple[Phrase, tuple[Phrase, ...]], str]:
    """(words that count, synonyms) → the word that stands for the shortest such phrase."""
    shortest_last = sorted(synonyms().items(), key=lambda item: -len(item[0]))
    return {
        (_kept(phrase), others): "".join(phrase)
        for phrase, others in shortest_last
        if not _is_looked_up(phrase)
    }


@cache
def synonym_settings() -> dict[str, list[str]]:
    """Meilisearch's `synonyms`: what is sent → what is as good."""
    found: dict[str, set[str]] = {}
    for phrase, others in synonyms().items():
        kept = _kept(phrase)
        meant = {" ".join(other) for other in others}
        if _is_looked_up(phrase):
            found.setdefault(" ".join(kept), set()).update(meant)
        else:
            found["".join(phrase)] = meant | {" ".join(kept)}
    return {words: sorted(meant) for words, meant in sorted(found.items())}

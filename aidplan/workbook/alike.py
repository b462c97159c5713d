"""Codes that look alike: what differs between two texts that a planner takes for one."""

from __future__ import annotations

import unicodedata

_CONFUSABLE = {
    "а": "a", "ӓ": "ä", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "ë", "һ": "h", "і": "i", "ї": "ï", "ј": "j",
    "к": "k", "ӏ": "l", "м": "m", "н": "h", "о": "o", "ӧ": "ö", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t", "у": "y",
    "х": "x", "ԝ": "w", "ѵ": "v", "г": "r", "п": "n", "и": "u",
    "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "μ": "m", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
    "υ": "u", "χ": "x", "γ": "y", "ζ": "z", "ω": "w", "ϲ": "c", "ϳ": "j",
    "օ": "o", "ս": "u", "հ": "h", "ո": "n", "ց": "g", "ı": "i", "ł": "l", "ø": "o", "đ": "d",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "ʼ": "'", "`": "'",
}  # fmt: skip
"""Letters of other alphabets, and signs, that look like a Latin letter or a plain sign in small or capital form."""


def skeleton(text: str) -> str:
    """What remains of a text when letter case, look-alike letters, invisible characters and Unicode forms
    do not count.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(_CONFUSABLE.get(letter, letter) for letter in folded if unicodedata.category(letter) not in _UNSEEN)


_UNSEEN = ("Cf", "Cc", "Zs")


def difference(text: str, other: str) -> str:
    """What differs between two texts that look alike, said of the first: `has the Cyrillic small letter o where …`."""
    for character in text:
        if unicodedata.category(character) in ("Cf", "Cc") or (character.isspace() and character != " "):
            return f"has the invisible character {_name(character)}"
    composed, other_composed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFC", other)
    if composed == other_composed:
        return f"is written with other Unicode characters ({_names(text)}) than `{other}` ({_names(other)})"
    if composed.casefold() == other_composed.casefold():
        return f"differs from `{other}` in letter case alone"
    for mine, theirs in zip(composed, other_composed, strict=False):
        if mine.casefold() != theirs.casefold():
            return f"has the {_name(mine)} where `{other}` has the {_name(theirs)}"
    return f"is `{other}` with other blanks or signs"


def _names(text: str) -> str:
    """The characters that are no plain letters, by their names."""
    odd = [_name(character) for character in text if not character.isascii()]
    return ", ".join(odd) or "plain letters"


def _name(character: str) -> str:
    """A character in words: `Cyrillic small letter o`."""
    words = unicodedata.name(character, f"U+{ord(character):04X}").lower().split()
    return " ".join(word.capitalize() if word in _ALPHABETS else word for word in words)


_ALPHABETS = {"cyrillic", "latin", "greek", "armenian"}

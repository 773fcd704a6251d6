"""The languages of the window: a catalogue each, from an English text to the reader's.

Only the window speaks them. What leaves the program (reports, tables, JSON, logs, the command line) is
English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache

from lungview import paths
from lungview.errors import SettingsError

SYSTEM = ""  # the setting that follows the system's language
NAMES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "zh": "简体中文",
    "ja": "日本語",
}
"""Code → name in the language itself. English is the text of the program and has no catalogue."""
_BETWEEN = ("\n", ". ", " · ", "; ", ": ", " (", ", ")  # what joins sentences, and parts of one
_PLACE = re.compile(r"%([1-9])")
_BULLET = "• "
_CORE = re.compile(r"((?:[\d.,]+ (?:% )?)?)(.*?)(\.?)", re.DOTALL)
_NUMBERS = re.compile(r"[-+−–×·≤>< .,:/%\d]*(?: ?(?:mm|px|ms|s|HU|ml|cm))?")
_TRADITIONAL = re.compile(r"zh[-_](hant|tw|hk|mo)", re.IGNORECASE)


class Forms:
    """Texts with places %1 … %9: from what was filled in under one wording to the other wording.

    words: wording → other wording, both with the same places.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        begun = _without_colon(words)
        self._words = words = dict(words) | begun
        forms = [each for each in words if _PLACE.search(each)]
        forms.sort(key=lambda each: (-len(_PLACE.sub("", each)), each))
        known = [(max(_PLACE.split(each)[::2], key=len), each) for each in forms if _literal(each)]
        self._loose = [each for each in known if each[1] not in begun and _loose(each[1])]
        loose = set(self._loose)
        self._forms = [each for each in known if each not in loose]
        self._sentences = [each for each in self._forms if ", " in each[1]]

    def of(self, text: str) -> str | None:
        """The other wording of a text, its places filled in or not; None where no wording fits."""
        found = self._words.get(text)
        return found if found is not None else self._filled(text, self._forms)

    def _filled(self, text: str, forms: list[tuple[str, str]]) -> str | None:
        for certain, form in forms:
            if certain in text and (found := _pattern(form).fullmatch(text)):
                parts = found.groupdict()
                if _runs_on(form, certain, parts):
                    continue
                if forms is not self._loose or all(map(self._fits, parts.values())):
                    return self._fill(self._words[form], parts)
        return None

    def _fits(self, part: str) -> bool:
        """Whether it may stand beside a single word: numbers, and what is known."""
        return bool(_NUMBERS.fullmatch(part)) or part in self._words

    def _fill(self, form: str, parts: Mapping[str, str]) -> str:
        return _PLACE.sub(lambda place: self.said(parts.get(f"p{place[1]}", place[0])), form)

    def said(self, text: str) -> str:
        """The other wording of a text, of each of its lines or sentences; what is not known stays."""
        if text.startswith(_BULLET):
            return _BULLET + self.said(text.removeprefix(_BULLET))
        for look in (self._with_commas, self._listed, self._alone):
            if (found := look(text)) is not None:
                return found
        for sign in _BETWEEN:
            before, between, after = text.partition(sign)
            if between:
                ended = (
                    before + between.rstrip() if sign == ". " else before
                )  # a sentence keeps its full stop
                rest = between if ended == before else " "
                return self.said(ended) + rest + self.said(after)
        return self._with_ending(text)

    def _with_commas(self, text: str) -> str | None:
        """A wording that has commas itself: what it fits is no list."""
        return self._words.get(text) or self._filled(text, self._sentences) or self._begun(text)

    def _begun(self, text: str) -> str | None:
        """What is known but for the capital letter that it begins with."""
        found = self._words.get(text[:1].lower() + text[1:])
        return found if found is None else found[:1].upper() + found[1:]

    def _listed(self, text: str) -> str | None:
        """A list, each part of which is known by itself."""
        parts = text.split(", ")
        if len(parts) == 1 or text in self._words:
            return None
        said = [found for part in parts if (found := self._alone(part)) is not None]
        return ", ".join(said) if len(said) == len(parts) else None

    def _alone(self, part: str) -> str | None:
        found = self.of(part)
        return self._filled(part, self._loose) if found is None else found

    def _with_ending(self, text: str) -> str:
        """What is in the catalogue but for its capital letter, its full stop, or a number before it."""
        start, bare, end = _CORE.fullmatch(text).groups()  # type: ignore[union-attr]  # it fits every text
        lower, upper = bare[:1].lower() + bare[1:], bare[:1].upper() + bare[1:]
        small = ((upper, False),) if " " in bare else ()  # one small word may be a name in a file
        for known, big in ((bare, False), (lower, True), *small):
            if known != text and (found := self.of(known)) is not None:
                return start + (found[:1].upper() + found[1:] if big else found) + end
        return text


def _without_colon(words: Mapping[str, str]) -> dict[str, str]:
    """Beginnings of sentences, “%1 asks: ”, as they are where the sentence is parted at its colon."""
    begun = {key: said for key, said in words.items() if key.endswith(": ")}
    return {key[:-2]: said.rstrip().rstrip(":：").rstrip() for key, said in begun.items()}


def _runs_on(form: str, certain: str, parts: Mapping[str, str]) -> bool:
    """Whether a form was found around more than one saying: its own words again, or another's full stop."""
    last = re.search(r"%([1-9])\.$", form)
    ended = parts.get(f"p{last[1]}", "") if last else ""
    return ". " in ended or any(certain in part for part in parts.values())


def _loose(form: str) -> bool:
    """Whether one word is all that is certain: “%1 nodule” would fit too much."""
    return len(re.findall(r"[^\W\d_]{2,}", _PLACE.sub(" ", form))) < 2 and not re.search(
        r"[:：…“«「(（]", form
    )


def _literal(form: str) -> bool:
    """Whether there is a word in it: “%1 × %2” would fit too much."""
    return bool(re.search(r"[^\W\d_]{2}", _PLACE.sub("", form)))


@lru_cache(maxsize=4096)
def _pattern(form: str) -> re.Pattern[str]:
    made, seen = "", set[str]()
    for at, piece in enumerate(_PLACE.split(form)):
        if at % 2 == 0:
            made += re.escape(piece)
        else:
            made += f"(?P=p{piece})" if piece in seen else f"(?P<p{piece}>.*?)"
            seen.add(piece)
    return re.compile(made, re.DOTALL)


class Catalogue:
    """One language. words: English → translation; a key “text@@Context” holds in that context alone."""

    def __init__(self, code: str, words: Mapping[str, str]) -> None:
        self.code, self._words = code, words

    @cached_property
    def _from_english(self) -> Callable[[str], str]:
        """Made when a sentence is first said: a start needs none. What was said is remembered."""
        plain = {key.split("@@")[0]: said for key, said in self._words.items()}
        plain |= {key: said for key, said in self._words.items() if "@@" not in key}
        return lru_cache(maxsize=4096)(Forms(plain).said)

    @cached_property
    def _to_english(self) -> Forms:
        return Forms({said: key.split("@@")[0] for key, said in reversed(list(self._words.items()))})

    def exact(self, text: str, context: str = "") -> str | None:
        """The translation of a text of the program, its places still empty; None where there is none."""
        found = self._words.get(f"{text}@@{context}")
        return self._words.get(text) if found is None else found

    def said(self, text: str) -> str:
        """A text as the program made it, in this language; what is not known stays English."""
        return self._from_english(text)

    def english(self, text: str) -> str:
        """What the program said in English where this language says `text`; what is not known stays."""
        return self._to_english.said(text)


ENGLISH = Catalogue("en", {})


def load(code: str) -> Catalogue:
    """The catalogue of a code of NAMES. SettingsError when its file cannot be used."""
    if code == "en":
        return ENGLISH
    path = paths.resources() / "languages" / f"{code}.json"
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"the language {code} cannot be read: {error}", path) from error
    if not isinstance(words, dict) or not all(isinstance(said, str) for said in words.values()):
        raise SettingsError(f"the language {code} cannot be read: expected a table of texts", path)
    return Catalogue(code, words)


def best(wanted: Iterable[str]) -> str:
    """The first language of NAMES that a system asks for, as de-AT or zh_CN; English where none fits.

    Traditional Chinese is another script: it does not fit.
    """
    for each in wanted:
        code = re.split(r"[-_]", each)[0].lower()
        if code in NAMES and not _TRADITIONAL.match(each):
            return code
    return "en"

"""Whoever is written to in a language is written to in it: every catalogue says all that letters can say, whole."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from rung.config.languages import catalogues, messages, renewed
from rung.core.catalogues import Catalogue, Message, compiled, read, write
from tests.laws.house import verdict

PLACEHOLDER = re.compile(r"%(?:\((\w+)\)[-+#0-9.]*[a-z]|%)")
LANGUAGES = sorted(catalogues())
INSTEAD = "run `python -m rung languages`, and give every message a text in src/rung/locale/*/LC_MESSAGES/django.po."
# What is the same in all of them: an abbreviation, a name, a sign.
SAME = re.compile(r"^[%()\w]{0,9}$|^Net Promoter Score$|^%")


def catalogue(language: str) -> Catalogue:
    return read(catalogues()[language].read_text(encoding="utf-8"))


def test_the_languages_offered_are_english_and_those_with_a_catalogue() -> None:
    assert sorted(code for code, _name in settings.MAIL_LANGUAGES) == sorted(["en", *LANGUAGES])
    assert {"de", "fr", "es", "nl"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_says_all_that_letters_can_say(language: str) -> None:
    said = catalogue(language)
    wanted = messages()
    found = [f"{language}: {each.text!r} has no text" for each in wanted if not all(said.said.get(each) or [""])]
    found += [f"{language}: {each.text!r} is said no more" for each in said.said if each not in wanted]
    found += [f"{language}: {each.text!r} is marked fuzzy" for each in said.fuzzy]
    verdict(found, INSTEAD)


def placeholders(text: str) -> set[str]:
    """Names alone: a language may name one twice. A bare per cent sign is one too, where the text is filled in."""
    return {match.group(1) or "%" for match in PLACEHOLDER.finditer(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_filled_in_with_what_the_code_hands_over(language: str) -> None:
    found = []
    for message, texts in catalogue(language).said.items():
        if message.context:
            continue
        wanted = placeholders(message.text) | placeholders(message.plural)
        for number, text in enumerate(texts):
            # The first form may say "one" without the number.
            least = wanted if not message.plural else placeholders(message.plural if number else message.text)
            if not least - {"%"} <= placeholders(text) - {"%"} <= wanted:
                found.append(f"{language}: {text!r} instead of {message.text!r}")
            if wanted and re.search(r"(?<!%)(?:%%)*%(?![%(])", text):
                found.append(f"{language}: {text!r} has a bare per cent sign where it is filled in")
    verdict(found, "name the same things in both, and write %% for a per cent sign where one of them is filled in.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stays_english(language: str) -> None:
    found = [
        f"{language}: {message.text!r}"
        for message, texts in catalogue(language).said.items()
        if not message.context
        and message.text in texts
        and len(message.text.split()) > 3
        and not SAME.match(message.text)
    ]
    verdict(found, "translate it.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_begin_and_end_are_as_in_english(language: str) -> None:
    """Sentences are put together: a space in front of a piece, or a full stop behind one, is part of it."""
    found = [
        f"{language}: {text!r} instead of {message.text!r}"
        for message, texts in catalogue(language).said.items()
        for text in texts
        if not message.context
        and (message.text.endswith(".") != text.endswith(".") or (message.text[0] == " ") != (text[0] == " "))
    ]
    verdict(found, "begin with a space and end with a full stop where the English does, and only there.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    path = catalogues()[language]
    assert path.with_suffix(".mo").read_bytes() == compiled(catalogue(language)), INSTEAD
    assert path.read_text(encoding="utf-8") == write(renewed(path, messages()), messages()), INSTEAD


def test_a_new_message_waits_for_its_text_and_a_former_one_goes(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    old, new, plural = Message("Gone"), Message('A "new" one\nof two lines'), Message("%(n)s day", "%(n)s days", "so")
    path.write_text(
        write(
            Catalogue("Language: de\n", {old: ["Fort"], plural: ["%(n)s Tag", "%(n)s Tage"]}),
            {old: ["a.py"], plural: ["b.py"]},
        )
    )
    found = renewed(path, {new: ["a.py"], plural: ["b.py"]})
    assert found.said == {plural: ["%(n)s Tag", "%(n)s Tage"]}
    again = read(write(found, {new: ["a.py"], plural: ["b.py"]}))
    assert again.said == {new: [""], plural: ["%(n)s Tag", "%(n)s Tage"]}
    assert b"new" not in compiled(again)


def test_what_is_no_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="no line of a catalogue"):
        read('msgid "a"\nmsgtext "b"\n')
    with pytest.raises(ValueError, match="twice"):
        read('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n')

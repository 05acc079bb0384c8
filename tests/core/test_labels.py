"""What members of an enumeration are called is said in the language in force, in whichever it was said before."""

from django.utils.translation import override

from rung.core.text import labels
from rung.touchpoints.access import Phase


def test_labels_are_those_of_the_language_in_force() -> None:
    for language in ("en", "de", "en", "ar"):
        with override(language):
            assert labels(Phase) == {each.value: str(each.label) for each in Phase}


def test_the_languages_differ() -> None:
    with override("en"):
        english = dict(labels(Phase))
    with override("de"):
        assert labels(Phase) != english

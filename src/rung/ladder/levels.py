"""The six levels in words. They are Ron Kaufman's; the sentences are ours."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rung.ladder.model.adaptation import rung_for
from rung.ladder.model.parameters import DEFAULTS
from rung.ladder.model.stages import Kind
from rung.ladder.version_names import read_version
from rung.ui import figures

LOWEST, HIGHEST = 1, 6
# The middle of Surprising and of Expected: what somebody without experience of us would live as exactly that.
SURPRISING, EXPECTED = 2.25, 0.0
USUAL = 0.1  # an expectation closer to the usual than this is called usual


@dataclass(frozen=True, slots=True)
class LevelWords:
    number: int
    name: str
    sentence: str


_NAMES = {
    1: gettext_noop("Criminal"),
    2: gettext_noop("Basic"),
    3: gettext_noop("Expected"),
    4: gettext_noop("Desired"),
    5: gettext_noop("Surprising"),
    6: gettext_noop("Unbelievable"),
}


def level_name(number: int) -> str:
    """The name of a level, 1 to 6."""
    return _(_NAMES[number])


def level_sentence(number: int) -> str:
    """What a level means, from the customer's side, in one sentence."""
    return {
        1: _("A promise was broken, and the customer wants to complain."),
        2: _("Less than it should be: late, incomplete or unfriendly; the customer would rather not come back."),
        3: _("The usual, neither more nor less; the customer comes back if there is nothing better."),
        4: _("Just the way the customer likes it done; they prefer us for it."),
        5: _("More than expected, like a gift from somebody who understood them."),
        6: _("So good that the customer will not forget it, and tells others."),
    }[number]


def levels_top_down() -> tuple[LevelWords, ...]:
    return tuple(
        LevelWords(number, level_name(number), level_sentence(number)) for number in range(HIGHEST, LOWEST - 1, -1)
    )


def run_in_words(low: int, high: int) -> str:
    """A run of adjacent levels: "Basic", or "Basic to Expected"."""
    if low == high:
        return level_name(low)
    return _("%(low)s to %(high)s") % {"low": level_name(low), "high": level_name(high)}


def sureness(share: float) -> str:
    """How sure the named level is, from its probability: in a word, and as the number the word stands for."""
    if share >= 0.8:
        word = _("quite sure")
    elif share >= 0.6:
        word = _("fairly sure")
    elif share >= 0.45:
        word = _("as likely as not")
    else:
        word = _("unsure")
    return _("%(word)s, %(share)s") % {"word": word, "share": percent(share)}


def percent(share: float) -> str:
    """A probability or a share in whole per cent."""
    return figures.percent(share)


def settings_note(parameters: str) -> str:
    """What has to stand beside every level until the company's own customers have been asked."""
    return _("estimated with %(settings)s") % {"settings": settings_in_words(parameters)}


def settings_in_words(version: str) -> str:
    """A version of the model's numbers by name: the defaults, or which estimation and which of the two models won."""
    read = read_version(version)
    if read is None:
        return _("default settings") if version == DEFAULTS.version else _("settings “%(name)s”") % {"name": version}
    number, kind = read
    if kind is Kind.STATIC:
        return _("your own settings %(number)s, in which expectations stand still") % {"number": number}
    return _("your own settings %(number)s, in which expectations follow experience") % {"number": number}


def expectation_in_words(m: float) -> str:
    """What a customer has come to expect, said through the level that the same service would be for them now.

    ``m`` is their expectation above the usual, in units of d.
    """
    if abs(m) < USUAL:
        return _("expects what customers usually expect")
    if m > 0:
        now = rung_for(SURPRISING - m, DEFAULTS)
        if now == rung_for(SURPRISING, DEFAULTS):
            return _("has come to expect a little more than the usual")
        return _("has come to expect more than the usual: what was %(then)s is now %(now)s") % {
            "then": level_name(rung_for(SURPRISING, DEFAULTS)),
            "now": level_name(max(now, 1)),
        }
    now = rung_for(EXPECTED - m, DEFAULTS)
    if now == rung_for(EXPECTED, DEFAULTS):
        return _("has come to expect a little less than the usual")
    return _("has come to expect less than the usual: what is %(then)s for others is already %(now)s for them") % {
        "then": level_name(rung_for(EXPECTED, DEFAULTS)),
        "now": level_name(now),
    }

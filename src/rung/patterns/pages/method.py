"""How patterns are worked out, and what a study is at, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rung.journal.jobs import JobState
from rung.patterns.access import Study
from rung.patterns.sharing import SEED
from rung.patterns.slicing import REACH_DRAWS, VARIANCE_DRAWS
from rung.patterns.vocabulary import MOST_PLAYERS
from rung.ui.figures import figure


def doing_in_words(study: Study) -> str:
    """What a study is at, and how far."""
    if study.state == JobState.WAITING:
        return _("Waiting for the worker to begin")
    said = {
        "": _("Beginning"),
        "reading": _("Reading conversations"),
        "finding": _("Looking for topics"),
        "assigning": _("Assigning conversations to topics"),
        "cases": _("Going through turns of service"),
        "sharing": _("Working out drivers"),
        "words": _("Weighing words"),
    }.get(study.doing, study.doing)
    if not study.steps_in_all:
        return said
    return _("%(doing)s: %(steps)s of %(all)s") % {
        "doing": said, "steps": figure(study.steps, ","), "all": figure(study.steps_in_all, ","),
    }  # fmt: skip


def method() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Who counts"),
            _(
                "Turns of service after which there was time to say something. Frustrated or delighted is what customers"
                " said or did, not the estimated level: that is itself estimated from waiting and handovers and would only"
                " repeat them. Whoever complains and thanks is frustrated."
            ),
        ),
        (
            _("Share"),
            _(
                "Reach minus noise, in percentage points: how much likelier something of it was the case among those on this"
                " side than among the others, shared out fairly among all that was the case together (Shapley; Conklin,"
                " Powaga and Lipovetsky 2004). Delights are looked at without the frustrated."
            ),
        ),
        (
            _("Causes, topics and words together"),
            _(
                "The same share, with the words of customers as further drivers; a turn with several of them gives each its"
                " part. Up to %(words)s words of a side take part: those that stand out most among half of the customers."
                " Everything is then counted among the other half, or a word would look strong because it was picked for"
                " being so. Numbers, addresses and names are never among them, nor words of fewer than five customers."
            )
            % {"words": MOST_PLAYERS},
        ),
        (
            _("Explained variance"),
            _(
                "The average gain in R² over every order of drivers (LMG), in percentage points of the whole. Topics are one"
                " driver, and the channel is one."
            ),
        ),
        (
            _("How sure"),
            _(
                "95\u00a0%% intervals over customers, not over turns: customers were drawn anew %(reach)s times for shares"
                " and places, %(variance)s times for explained variance; the seed is %(seed)s. A place is a place among"
                " drivers, never among people."
            )
            % {"reach": REACH_DRAWS, "variance": VARIANCE_DRAWS, "seed": SEED},
        ),
        (
            _("Hurts or delights"),
            _(
                "Penalty and reward: what a turn gains or loses between −1 (frustrated) and +1 (delighted) where something"
                " is low, and where it is high, beside everything else. Asymmetry from −1 (only hurts) to +1 (delights)."
            ),
        ),
        (_("Not a cause"), _("It goes together. Whether changing it would help has to be tried.")),
    )

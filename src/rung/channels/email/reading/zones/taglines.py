"""The line that a telephone or a program puts below what its owner writes."""

from rung.channels.email.reading.words import folded
from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.parting import DEVICES, SENT, TAGLINES
from rung.channels.email.reading.zones.quoting import Phrases

# Where companies can be followed, side by side below everything.
_NETWORKS = frozenset(
    {"facebook", "twitter", "linkedin", "instagram", "youtube", "pinterest", "xing", "tiktok", "vimeo", "mastodon"}
)
_AROUND = " *_|·•-–[]()"
_SENT = Phrases(folded(phrase) for phrase in SENT)
_DEVICES = Phrases(folded(phrase) for phrase in DEVICES)
_TAGLINES = tuple(dict.fromkeys(folded(phrase) for phrase in TAGLINES))


def is_tagline(line: str) -> bool:
    """ "Sent from my telephone": what a program says of itself."""
    line = signs.visible(line)
    if not 6 <= len(line) <= 200:
        return False
    low = folded(line).lstrip(' *_<(["-')
    if low.startswith(_TAGLINES):
        return len(low) <= 160
    if len(line) > 130:
        return False
    if "outlook" in low and "aka.ms" in low:
        return True
    said = low.split()
    if len(said) > 16:
        return False
    named = [name for word in said if (name := word.strip(_AROUND))]
    if len(named) >= 2 and _NETWORKS.issuperset(named):
        # Two alone, or with a comma between them, may be the answer to a question.
        return len(named) >= 3 or not low.replace(" ", "").isalpha()
    if low.isascii() and low.startswith(("sent", "from my")):
        if signs.says(low, _SENT) and (_names_device(" ".join(said[:7])) or len(said) <= (4 if said[1] == "by" else 5)):
            return True
    elif _names_device(low) and signs.says(low, _SENT):
        return True
    return len(low) <= 30 and low.endswith(("from mobile", "from my mobile", "via mobile"))


def _names_device(text: str) -> bool:
    return signs.says(text, _DEVICES)

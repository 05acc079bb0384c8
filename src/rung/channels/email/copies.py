"""Whether two letters under one Message-ID are one that was changed on its way."""

import re
from hashlib import sha256

from rung.channels.email.reading import Reading
from rung.touchpoints.access import Touchpoint

MAX_FOOTER = 3000
"""Characters that a list or a gateway may have put below a letter."""

_SPACE = re.compile(r"\s+")
# What lists and gateways begin their lines with, or say in them. Anything else below a text may be somebody's last word.
_FOOTER = re.compile(
    r"\A\s*(?:[-_=*~#]{3,}|--\s*$)|unsubscribe|mailing list|list-?info|abmelden|abbestellen|désabonner|désinscrire"
    r"|disclaimer|confidential|vertraulich|confidentiel",
    re.IGNORECASE | re.MULTILINE,
)


def is_copy(first: Touchpoint, reading: Reading, text: str) -> bool:
    """Whether a letter says what a touchpoint of the same Message-ID says: same writer, same words, no further file.

    `text` is what the letter has anew. One of the two may have a footer that the other has not.
    """
    sender = reading.sender.address.lower() if reading.sender else ""
    if sender != str(first.parties.get("from", "")):
        return False
    if {sha256(file.content).hexdigest() for file in reading.files} - set(
        first.attachments.values_list("digest", flat=True)
    ):
        return False
    shorter, longer = sorted((first.text.strip(), text.strip()), key=len)
    if _SPACE.sub(" ", shorter) == _SPACE.sub(" ", longer):
        return True
    rest = longer.removeprefix(shorter)
    return (
        bool(shorter) and rest != longer and len(rest) <= MAX_FOOTER and rest[:1] == "\n" and bool(_FOOTER.search(rest))
    )

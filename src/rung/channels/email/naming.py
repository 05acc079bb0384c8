"""What a letter is called and calls others, beyond what the heart compares: hints to the conversation it belongs to. Pure.

Servers cut References short, give our letters Message-IDs of their own, and deliver answers before what they answer;
people forward and quote. Each of these leaves a trace to follow, good for those who take part.
"""

from base64 import b64decode
from binascii import Error
from hashlib import blake2b

from rung.channels.email.reading import Reading
from rung.channels.email.tokens import HEADER, conversations_quoted

MOST_NAMES = 8
"""Names a letter leaves behind: the oldest it refers to, the newest, and its Thread-Index."""

QUOTED_CHARACTERS = 200_000
"""As much of a letter is searched for what it quotes of ours."""

_TRACES = ("+r1", "%2Br1", "%2br1", "Message-ID", "Message-Id")


def hashed(name: str) -> str:
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def own_name(reading: Reading) -> str:
    """The name under which a letter is looked for that arrived after its answer; "" when it has none."""
    return hashed(reading.message_id) if reading.message_id else ""


def names_left(reading: Reading) -> tuple[str, ...]:
    """What a letter calls its thread: the oldest and the newest it refers to, and Outlook's index."""
    referred = list(dict.fromkeys(name for name in (reading.in_reply_to, *reading.references[::-1]) if name))
    kept = referred if len(referred) < MOST_NAMES else [*referred[: MOST_NAMES - 2], referred[-1]]
    index = thread_index(reading)
    return tuple(hashed(name) for name in kept) + ((hashed(f"thread-index {index}"),) if index else ())


def thread_index(reading: Reading) -> str:
    """The 22 bytes by which Outlook and Exchange know a thread, in hexadecimal: they stay the same in every answer."""
    value = reading.header("Thread-Index")
    if not value:
        return ""
    try:
        whole = b64decode("".join(value.split()), validate=False)
    except (Error, ValueError):
        return ""
    # One version byte, five of time, sixteen that are unique; anything after them tells of the answers.
    return whole[:22].hex() if len(whole) >= 22 and whole[0] == 1 else ""


def conversations_traced(reading: Reading) -> tuple[int, ...]:
    """Conversations whose signed token stands in what the letter refers to, in our own header, or in what it quotes."""
    places = [reading.in_reply_to, *reading.references[::-1], reading.header(HEADER)]
    quoted = reading.body[:QUOTED_CHARACTERS]
    # Most letters quote nothing of ours: a plain search spares them the pattern.
    if any(trace in quoted for trace in _TRACES):
        places.append(quoted)
    return conversations_quoted(places)

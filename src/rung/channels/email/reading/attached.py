"""Letters that are attached to the letter, read as far as who wrote what when."""

from rung.channels.email.reading import bodies, markup, zones
from rung.channels.email.reading.contents import contents_of, files_of
from rung.channels.email.reading.envelope import people_of, sender_of
from rung.channels.email.reading.findings import Forwarded
from rung.channels.email.reading.parts import take_apart
from rung.channels.email.reading.values import moment
from rung.channels.email.reading.words import tidy

MAX_LETTERS = 20
MAX_DEPTH = 3
MAX_BYTES = 20_000_000
"""Of an attached letter; a larger one stays a file."""


def attached_letters(letters: list[bytes], depth: int = 0) -> tuple[Forwarded, ...]:
    """Each of the letters, and behind it those that are attached to it."""
    found: list[Forwarded] = []
    for raw in letters[:MAX_LETTERS]:
        if len(raw) > MAX_BYTES or len(found) >= MAX_LETTERS:
            continue
        tree = take_apart(raw)
        if not tree.headers.fields:
            continue
        contents = contents_of(tree)
        subject = tree.headers.text("subject")[:500]
        sender = sender_of(tree)
        body = bodies.body_of(contents.slots, tree, forwards=zones.is_forward(subject), names=zones.names_of(sender))
        shown = markup.content_ids(body.html) | markup.content_ids(body.quoted_html)
        found.append(
            Forwarded(
                sender=sender,
                to=people_of(tree, "to")[:50],
                subject=subject,
                sent_at=moment(tree.headers.raw("date")),
                sent=tidy(tree.headers.text("date"))[:200],
                text=body.text,
                files=files_of(contents, shown, tree),
                is_attached=True,
            )
        )
        if contents.letters and depth < MAX_DEPTH:
            found += attached_letters(contents.letters, depth + 1)
    return tuple(found[:MAX_LETTERS])

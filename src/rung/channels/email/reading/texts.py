"""The text of one part: its bytes in the right character set, its lines as long as they were meant."""

import re

from rung.channels.email.reading.charsets import decoded
from rung.channels.email.reading.parts import Part, Tree
from rung.channels.email.reading.words import tidy
from rung.core.text import storable

MAX_TEXT = 2_000_000
"""Characters of text that are read; the raw letter keeps the rest."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*(?:[\"']|&quot;)?([\w.:-]{1,40})", re.IGNORECASE)


def plain_text(data: bytes, part: Part, tree: Tree) -> str:
    text = text_of(data, part.type.parameters.get("charset", ""), tree)
    if part.type.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, part.type.parameters.get("delsp", "").lower() == "yes")
    return text


def html_text(data: bytes, part: Part, tree: Tree) -> str:
    label = part.type.parameters.get("charset", "")
    # Where the header says ASCII and that is not so, the page knows better.
    if (not label or ("ascii" in label.lower() and not data.isascii())) and (meta := _META_CHARSET.search(data[:4096])):
        label = meta[1].decode("ascii")
    return text_of(data, label, tree)


def text_of(data: bytes, label: str, tree: Tree) -> str:
    """Bytes as text that can be stored, at most MAX_TEXT characters of it; what was odd goes into the remarks."""
    if len(data) > MAX_TEXT * 4:
        data = data[: MAX_TEXT * 4]
        tree.remark("The text is longer than 2 million characters; the rest is in the raw letter only.")
    text, as_labelled = decoded(data, label, tree.headers.hint)
    if not as_labelled:
        tree.remark(
            f"The text says it is written in “{tidy(label)[:40]}”, but is not; it was read as it made most sense."
            if label
            else "The text does not say in which character set it is written; it was read as it made most sense."
        )
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
        tree.remark("The text is longer than 2 million characters; the rest is in the raw letter only.")
    return storable(text)


def unflowed(text: str, delete_space: bool) -> str:
    """RFC 3676: a line that ends in a space goes on in the next one of the same quotation depth."""
    out: list[str] = []
    flowing = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        if bare.startswith(" "):
            bare = bare[1:]
        is_signature = bare == "-- "
        if flowing == depth and not is_signature and out:
            out[-1] += bare
        else:
            out.append((">" * depth + " " if depth else "") + bare)
        if bare.endswith(" ") and not is_signature:
            flowing = depth
            if delete_space:
                out[-1] = out[-1][:-1]
        else:
            flowing = -1
    return "\n".join(out)

"""Catalogues of translations: `.po` read and written, `.mo` made of it. GNU gettext's formats; its programs are not needed.

Of `.po` it reads what it writes: no domains, no former texts. What it does not know is an error with its line.
"""

import ast
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_LINE = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[(\d)\])?)\s+(".*")$')
_MAGIC = 0x950412DE


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """What the code says, in English. `plural` is empty for what is not counted."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass(slots=True)
class Catalogue:
    """`head` is the text of the empty message; `said` has one text for each message, or one for each form of the plural."""

    head: str = ""
    said: dict[Message, list[str]] = field(default_factory=dict)
    fuzzy: set[Message] = field(default_factory=set)

    @property
    def forms(self) -> int:
        """How many forms the plural has."""
        found = re.search(r"nplurals\s*=\s*(\d)", self.head)
        return int(found.group(1)) if found else 2


def read(text: str) -> Catalogue:
    """Raises ValueError with the line where it is no catalogue."""
    found = Catalogue()
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        key, is_fuzzy = "", False
        for line in block.splitlines():
            if line.startswith("#"):
                is_fuzzy = is_fuzzy or (line.startswith("#,") and "fuzzy" in line)
            elif match := _LINE.match(line):
                key = match.group(1)
                parts[key] = ast.literal_eval(match.group(3))
            elif key and line.startswith('"'):
                parts[key] += ast.literal_eval(line)
            elif line.strip():
                raise ValueError(f"This is no line of a catalogue: {line}")
        if "msgid" not in parts:
            continue
        message = Message(parts["msgid"], parts.get("msgid_plural", ""), parts.get("msgctxt", ""))
        if not message.text:
            found.head = parts.get("msgstr", "")
            continue
        if message in found.said:
            raise ValueError(f"This message is there twice: {message.text}")
        found.said[message] = [parts[key] for key in sorted(parts) if key.startswith("msgstr")]
        if is_fuzzy:
            found.fuzzy.add(message)
    return found


def write(catalogue: Catalogue, places: Mapping[Message, Iterable[str]]) -> str:
    """The `.po`, in the order of `places`, which says for each message where it stands in the code."""
    blocks = [f'msgid ""\n{_entry("msgstr", catalogue.head)}']
    for message, where in places.items():
        lines = [f"#: {' '.join(where)}"]
        if message in catalogue.fuzzy:
            lines.append("#, fuzzy")
        if message.context:
            lines.append(_entry("msgctxt", message.context))
        lines.append(_entry("msgid", message.text))
        texts = catalogue.said.get(message, [])
        if message.plural:
            lines.append(_entry("msgid_plural", message.plural))
            padded = [*texts, *[""] * catalogue.forms][: catalogue.forms]
            lines += [_entry(f"msgstr[{n}]", text) for n, text in enumerate(padded)]
        else:
            lines.append(_entry("msgstr", texts[0] if texts else ""))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _entry(key: str, text: str) -> str:
    return f"{key} {_quoted(text)}" if "\n" not in text else "\n".join([f'{key} ""', *map(_quoted, _lines(text))])


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def compiled(catalogue: Catalogue) -> bytes:
    """The `.mo` (GNU gettext manual, "The Format of GNU MO Files"), without its hash table, which nobody needs. What has no
    text, or a fuzzy one, is left out."""
    pairs = {b"": catalogue.head.encode()}
    for message, texts in catalogue.said.items():
        if message in catalogue.fuzzy or not all(texts):
            continue
        key = f"{message.context}\x04{message.text}" if message.context else message.text
        pairs[(f"{key}\x00{message.plural}" if message.plural else key).encode()] = "\x00".join(texts).encode()
    keys = sorted(pairs)
    size = len(keys)
    at = 28 + 16 * size
    tables, strings = [], b""
    for column in (keys, [pairs[key] for key in keys]):
        for each in column:
            tables.append(struct.pack("<II", len(each), at + len(strings)))
            strings += each + b"\x00"
    return struct.pack("<7I", _MAGIC, 0, size, 28, 28 + 8 * size, 0, at) + b"".join(tables) + strings

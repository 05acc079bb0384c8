"""Rich text as plain text, or as the HTML that Outlook has wrapped in it (MS-OXRTFEX)."""

import re
from dataclasses import dataclass, replace

from rung.channels.email.reading.charsets import decoded
from rung.channels.email.reading.words import listed

MAX_TOKENS = 400_000
MAX_DEPTH = 200

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_CODEPAGES = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SKIPPED = listed(
    """
    colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf generator listtable
    listoverridetable rsidtbl themedata colorschememapping datastore latentstyles xmlnstbl fldinst bkmkstart bkmkend bin
    filetbl revtbl mmathpr pgdsctbl shppict nonshppict
    """
)
_SAID = {
    b"par": "\n", b"line": "\n", b"sect": "\n\n", b"page": "\n\n", b"row": "\n", b"tab": "\t", b"cell": "\t",
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"emspace": " ", b"enspace": " ",
}  # fmt: skip


_SYMBOLS = {b"~": "\xa0", b"_": "‑", b"-": "", b"\n": "\n", b"\r": "\n", b"\t": "\t"}


def is_rtf(data: bytes) -> bool:
    return data[:200].lstrip()[:5] == b"{\\rtf"


def rtf_text(data: bytes) -> tuple[str, bool]:
    """What some RTF says, and whether that is HTML. Never raises; what is damaged is read as far as it goes."""
    is_html = b"\\fromhtml" in data[:4000]
    return _Reader(is_html).over(data), is_html


@dataclass(slots=True)
class _Group:
    """What holds until the brace is closed."""

    charset: str = "cp1252"
    skips: bool = False
    hides: bool = False
    # Characters behind a \\u that say the same to programs without Unicode.
    fallback: int = 1


class _Reader:
    def __init__(self, is_html: bool) -> None:
        self.is_html = is_html
        self.out: list[str] = []
        self.pending = bytearray()
        self.fonts: dict[int, str] = {}
        self.default = "cp1252"
        self.font = -1
        self.group = _Group()
        self.stack: list[_Group] = []
        # How deep the list of fonts lies, while it is read.
        self.fonts_at = -1
        self.is_starred = False
        self.to_skip = 0

    def over(self, data: bytes) -> str:
        for number, match in enumerate(_TOKEN.finditer(data)):
            word, argument, code, symbol, brace, text = match.groups()
            if number > MAX_TOKENS or (brace and not self._brace(brace)):
                break
            if word:
                self._word(word, int(argument) if argument else None)
                self.is_starred = False
            elif symbol == b"*":
                self.is_starred = True
            elif symbol:
                said = _SYMBOLS.get(symbol)
                self._say(symbol.decode("latin-1") if said is None and symbol in b"\\{}" else said or "")
            elif code:
                self._bytes(bytes([int(code, 16)]))
            elif text:
                self._bytes(text)
        self._flush()
        # A character beyond the first 65,536 comes as two halves.
        return "".join(self.out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _brace(self, brace: bytes) -> bool:
        """Whether reading goes on: not behind the last brace, and not below MAX_DEPTH."""
        self._flush()
        self.to_skip = 0
        if brace == b"{":
            self.stack.append(self.group)
            self.group = replace(self.group)
            self.is_starred = False
            return len(self.stack) <= MAX_DEPTH
        if not self.stack:
            return False
        self.group = self.stack.pop()
        if len(self.stack) < self.fonts_at:
            self.fonts_at = -1
        return bool(self.stack)

    def _font(self, word: bytes, value: int | None) -> None:
        if word == b"f" and value is not None:
            self.font = value
        elif word == b"fcharset" and value is not None and len(self.fonts) < 1000:
            self.fonts[self.font] = _CODEPAGES.get(value, "")
        elif word == b"cpg" and value is not None:
            self.fonts[self.font] = f"cp{value}"

    def _word(self, word: bytes, value: int | None) -> None:
        group = self.group
        if self.fonts_at >= 0:
            self._font(word, value)
        elif word == b"fonttbl":
            self.fonts_at = len(self.stack)
            group.skips = True
        elif word == b"ansicpg" and value:
            self.default = group.charset = "utf-8" if value == 65001 else f"cp{value}"
        elif word == b"f" and value is not None:
            self._flush()
            group.charset = self.fonts.get(value) or self.default
        elif word == b"uc" and value is not None:
            group.fallback = min(max(value, 0), 8)
        elif word == b"u" and value is not None:
            self._say(chr(value & 0xFFFF))
            self.to_skip = group.fallback
        elif word == b"htmlrtf":
            self._flush()
            group.hides = value != 0
        elif word == b"htmltag":
            group.skips = not self.is_html
        elif self.is_starred or word.decode("ascii") in _SKIPPED:
            group.skips = True
        elif said := _SAID.get(word):
            self._say(said)

    def _say(self, text: str) -> None:
        if not (self.group.skips or self.group.hides):
            self._flush()
            self.out.append(text)

    def _bytes(self, data: bytes) -> None:
        if self.to_skip:
            skipped = min(self.to_skip, len(data))
            self.to_skip -= skipped
            data = data[skipped:]
        if not (self.group.skips or self.group.hides):
            self.pending += data

    def _flush(self) -> None:
        if self.pending:
            self.out.append(decoded(bytes(self.pending), self.group.charset)[0])
            self.pending.clear()

"""Bytes to text, whatever the label says."""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

# Codecs that are no character sets ("zip", "idna", "unicode_escape", …) cost unbounded time or lie: only these are asked.
_KNOWN_NAMES = """
    ascii utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be utf-7
    big5 big5hkscs cp950 gb2312 gbk gb18030 hz cp936
    shift_jis shift_jis_2004 shift_jisx0213 cp932 euc_jp euc_jis_2004 euc_jisx0213
    iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_3 iso2022_jp_2004 iso2022_jp_ext iso2022_kr
    euc_kr cp949 johab koi8-r koi8-u koi8-t ptcp154 kz1048
    iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 iso8859-11
    iso8859-13 iso8859-14 iso8859-15 iso8859-16 tis-620
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874
    cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869
    mac-roman mac-cyrillic mac-greek mac-latin2 mac-turkish
    """
_KNOWN = frozenset(_KNOWN_NAMES.split())

# A label is often narrower than what its programs write: read it as the superset that they do.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
    "iso2022_jp": "iso2022_jp_ext",
    "iso2022_jp_1": "iso2022_jp_ext",
    "utf-8": "utf-8-sig",
}
_ALIASES = {
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-big5": "big5",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "windows-949": "cp949",
    "windows-874": "cp874",
    "windows-936": "gb18030",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "koi8": "koi8-r",
    "cp-850": "cp850",
    "ansi": "cp1252",
    "latin": "cp1252",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "hz-gb-2312": "hz",
}
# Their plain ASCII bytes may mean something else, so they are asked first even when no byte is above 127.
_SHIFTED = frozenset({"utf-7", "hz", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})
_JAPANESE = frozenset({"iso2022_jp_ext", "iso2022_jp_2", "euc_jp"})
_SINGLE_BYTE_LATIN = frozenset({"cp1252", "iso8859-15", "cp1250", "cp1254", "iso8859-2"})

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_RUN = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)(?=([A-Za-z]?))")
_PLAIN_LETTERS = re.compile(rb"[A-Za-z]")
_SAMPLE = 4096
_ENOUGH = 12
"""Letters above which a script can be told against its label."""
_SURE = 0.75


@lru_cache(maxsize=512)
def codec_for(label: str) -> str:
    """The name of the codec that reads a charset label, or "" when nobody knows it."""
    plain = label.split("(", 1)[0].strip(" \t\"';,").lower().split("*", 1)[0][:60]
    plain = _ALIASES.get(plain, plain)
    try:
        name = codecs.lookup(plain).name
    except (LookupError, ValueError):
        return ""
    name = {"utf_8_sig": "utf-8-sig"}.get(name, name)
    return _WIDER.get(name, name) if name in _KNOWN else ""


def decoded(data: bytes, label: str = "", hint: str = "") -> tuple[str, bool]:
    """The text of some bytes, and whether it is what the label promised. Never raises; nothing is left out.

    `hint` is a second label to believe when there is none, such as the body's charset for a raw header.
    """
    codec = codec_for(label) if label else ""
    if data.isascii() and codec not in _SHIFTED and b"\x1b" not in data:
        return data.decode("ascii"), bool(codec) or not label
    if codec and not (codec in _SINGLE_BYTE_LATIN and (_is_utf8_after_all(data) or _is_other_script(data))):
        text = _strictly(data, codec)
        if text is None and codec in _JAPANESE:
            text = _as_windows_writes(data, codec)
        if text is not None:
            return text, True
    for other in _unasked(data, codec, hint):
        text = _nearly(data, other) if other == codec else _strictly(data, other)
        if text is not None:
            return text, not label and other == "utf-8-sig"
    return data.decode(guessed(data), "replace"), False


def _unasked(data: bytes, codec: str, hint: str) -> Iterator[str]:
    """What to try when the label is missing or wrong, the likeliest first."""
    if not codec and b"\x1b$" in data:  # Japanese of the seven-bit kind
        yield "iso2022_jp_ext"
    yield "utf-8-sig"
    if codec in _SINGLE_BYTE_LATIN and _is_other_script(data):
        sample = data[:_SAMPLE]
        yield _likeliest(sample, len(sample), _OTHERS)[1]
    if codec:
        yield codec
    hinted = codec_for(hint) if hint else ""
    if hinted and hinted != codec and not hinted.startswith("utf"):
        yield hinted


def _is_utf8_after_all(data: bytes) -> bool:
    """Latin text hardly ever happens to be valid UTF-8; UTF-8 that was labelled as Latin always is."""
    return _MULTIBYTE.search(data) is not None and _strictly(data, "utf-8") is not None


def _is_other_script(data: bytes) -> bool:
    """Whether text labelled as Latin is made of bytes that Latin text has few of: Cyrillic, Greek, Chinese."""
    sample = data[:_SAMPLE]
    letters = sum(byte >= 0xC0 for byte in sample)
    if letters < _ENOUGH or letters <= len(_PLAIN_LETTERS.findall(sample)):
        return False
    return _likeliest(sample, sum(byte > 127 for byte in sample), _OTHERS)[0] >= _SURE


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJI])")


def _as_windows_writes(data: bytes, codec: str) -> str | None:
    """Japanese whose label is narrower than the characters in it, as "①" and "髙": what Windows adds to JIS X 0208."""
    if codec.startswith("euc"):
        return _strictly(_SHIFTABLE.sub(_shifted, data), "cp932") if b"\x8f" not in data else None
    pieces: list[bytes] = []
    mode, at = b"(B", 0
    for match in [*_ESCAPE.finditer(data), None]:
        piece = data[at : match.start() if match else len(data)]
        if mode[:1] == b"$":
            piece = _SHIFTABLE.sub(_shifted, bytes(byte | 0x80 if 0x21 <= byte <= 0x7E else byte for byte in piece))
        elif mode == b"(I":
            piece = bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in piece)
        pieces.append(piece)
        if match:
            mode, at = match[1], match.end()
    return _strictly(b"".join(pieces), "cp932")


_SHIFTABLE = re.compile(rb"[\xa1-\xfe]{2}|\x8e[\xa1-\xdf]")


def _shifted(match: re.Match[bytes]) -> bytes:
    """One character of EUC-JP in Shift-JIS."""
    first, second = match[0]
    if first == 0x8E:
        return bytes((second,))
    row, cell = first - 0xA0, second - 0xA0
    lead = (row + 1) // 2 + (0x80 if row < 63 else 0xC0)
    trail = cell + 0x9E if row % 2 == 0 else cell + (0x3F if cell < 64 else 0x40)
    return bytes((lead, trail))


def _nearly(data: bytes, codec: str) -> str | None:
    """The label believed in spite of a few broken characters: at most one in twenty, or a last one that was cut off others
    like it."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return None
    broken = text.count("�")
    is_cut = broken == 1 and text.endswith("�") and not text[:-1].isascii()
    return text if broken * 20 <= len(text) or is_cut else None


# Quotation marks, dashes, "€" and the like as Windows has them: alone between plain letters they are no half of anything.
_SET_BY_TYPISTS = b"\x80\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xae\xb0"
_PAIRED = re.compile(rb"[\x80-\xff]{2}")


def guessed(data: bytes) -> str:
    """The likeliest codec of unlabelled bytes that are not UTF-8; windows-1252 when nothing speaks for another."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = data[:_SAMPLE]
    if b"\x1b$" in sample or b"\x1b(" in sample:
        return "iso2022_jp_ext"
    high = sum(byte > 127 for byte in sample)
    if high == 0:
        return "utf-8"
    if high * 5 <= len(sample) and sample.translate(None, _SET_BY_TYPISTS).isascii() and not _PAIRED.search(sample):
        return "cp1252"
    score, name = _likeliest(sample, high, (("cp932", _japanese), ("euc_jp", _japanese)))
    if score >= 0.8 or (score < 0.3 and _is_latin(sample)):
        return name if score >= 0.8 else "cp1252"
    other_score, other = _likeliest(sample, high, _OTHERS)
    if max(score, other_score) < 0.3:
        return "cp1252"
    return name if score >= other_score else other


def _likeliest(
    sample: bytes, high: int, candidates: tuple[tuple[str, Callable[[str], float]], ...]
) -> tuple[float, str]:
    """The best score for each byte above 127, and whose it is."""
    best, name = 0.0, ""
    for codec, score in candidates:
        # A sample may end in the middle of a character.
        text = _strictly(sample, codec) or _strictly(sample[:-1], codec)
        if text is not None and (found := score(text) / high) > best:
            best, name = found, codec
    return best, name


def _is_latin(sample: bytes) -> bool:
    """Whether bytes above 127 stand alone or in twos inside words of plain letters, as accents do."""
    runs = [found for found in _HIGH_RUN.findall(sample) if max(found[1]) >= 0xC0]  # the others are dashes and quotes
    inside = sum(bool(before or after) for before, _, after in runs)
    return inside * 2 > len(runs) and sum(len(run) for _, run, _ in runs) < 2.5 * len(runs)


def _japanese(text: str) -> float:
    kana = sum("ぁ" <= letter <= "ヾ" for letter in text)
    half_width = sum("｡" <= letter <= "ﾟ" for letter in text)
    common = sum("一" <= letter <= "鿿" for letter in text)
    return 0.0 if kana * 8 < common or half_width > kana else 2.2 * kana + 1.5 * common


def _korean(text: str) -> float:
    return 2.1 * sum("가" <= letter <= "힣" for letter in text)


# The hundred or so characters that make up a third of any Chinese text, simplified and traditional.
_COMMON_CHINESE = frozenset(
    "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實请請您订訂单單货貨谢謝收件问問题題号號帮幫吗嗎"
)


def _chinese(text: str) -> float:
    ideographs = sum("一" <= letter <= "鿿" for letter in text)
    common = sum(letter in _COMMON_CHINESE for letter in text)
    return 0.0 if not ideographs else ideographs * (1.0 + 1.5 * common / ideographs)


def _by_frequency(text: str, frequent: str, others: str) -> float:
    """The letters of an alphabet, those that are frequent in its languages for more than the others. Capitals count for
    less: text that is read as a neighbouring alphabet has them in the middle of its words."""
    score = 0.0
    for letter, number in Counter(text).items():
        low = letter.lower()
        weight = 1.0 if low in frequent else 0.4 if low in others else 0.0
        score += number * weight * (1.0 if letter == low else 0.6)
    return score


def _cyrillic(text: str) -> float:
    return _by_frequency(text, "оеаинтсрвлкмдупязіь", "бгжйфхцчшщъыэюёїєґўјљњћџђѓќѕ")


def _greek(text: str) -> float:
    return _by_frequency(text, "αοιετσνηυρπκμλςάίόέήύώω", "βγδζθξφχψϊϋΐΰ")


def _hebrew(text: str) -> float:
    return _by_frequency(text, "יוהלאבתמרשנ", "גדזחטכךםןסעפףצץק")


def _arabic(text: str) -> float:
    return _by_frequency(text, "ايلمنوترهبعدسةفأ", "ءآإؤئثجحخذزشصضطظغقكىپچژگ،؟")


_OTHERS: tuple[tuple[str, Callable[[str], float]], ...] = (
    ("cp949", _korean),
    ("gb18030", _chinese),
    ("cp950", _chinese),
    ("cp1251", _cyrillic),
    ("koi8-r", _cyrillic),
    ("cp1253", _greek),
    ("cp1255", _hebrew),
    ("cp1256", _arabic),
)

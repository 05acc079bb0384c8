"""Bytes to text, whatever the label says."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from rung.channels.email.reading.alphabets import other_alphabet
from rung.channels.email.reading.labels import codec_for

# Their plain ASCII bytes may mean something else, so they are asked first even when no byte is above 127.
_UTF_WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})
_SHIFTED = _UTF_WIDE | {"utf-7", "hz"}
_JAPANESE = frozenset({"iso2022_jp_ext", "iso2022_jp_2", "euc_jp"})
_SINGLE_BYTE_LATIN = frozenset({"cp1252", "iso8859-15", "cp1250", "cp1254", "iso8859-2"})
_WESTERN = frozenset({"cp1252", "iso8859-15"})
_DOUBLE_BYTE = frozenset({"gb18030", "cp949", "cp950", "big5", "big5hkscs", "cp932", "euc_jp", "johab"})

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BESIDE_PLAIN = re.compile(rb"[A-Za-z][\xc2-\xdf][\x80-\xbf]|[\xc2-\xdf][\x80-\xbf][A-Za-z]")
_WITHIN_WORD = re.compile(rb"[A-Za-z][\xc3-\xc5][\x80-\xbf][a-z]")
_HIGH_RUN = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)(?=([A-Za-z]?))")
_PLAIN_LETTERS = re.compile(rb"[A-Za-z]")
_SAMPLE = 4096
_ENOUGH = 12
"""Letters above which a script can be told against its label."""
_SURE = 0.75


def decoded(data: bytes, label: str = "", hint: str = "") -> tuple[str, bool]:
    """The text of some bytes, and whether it is what the label promised. Never raises; nothing is left out.

    `hint` is a second label to believe when there is none, such as the body's charset for a raw header.
    """
    codec = codec_for(label) if label else ""
    if data.isascii() and codec not in _SHIFTED and b"\x1b" not in data:
        return data.decode("ascii"), bool(codec) or not label
    if "ascii" in label.lower() and hint and "ascii" not in hint.lower():
        codec = ""  # which is not so, and what another part says is better than nothing
    other = ""
    if codec and not _is_utf8_after_all(data, codec) and not (other := _other_script(data, codec)):
        text = _strictly(data, codec)
        if text is None and codec in _JAPANESE:
            text = _as_windows_writes(data, codec)
        if text is not None:
            return text, True
    for tried in _unasked(data, codec, other, hint):
        text = _nearly(data, tried) if tried == codec else _strictly(data, tried)
        if text is not None:
            return text, not label and tried == "utf-8-sig"
    return data.decode(guessed(data), "replace"), False


def _unasked(data: bytes, codec: str, other: str, hint: str) -> Iterator[str]:
    """What to try when the label is missing or wrong, the likeliest first."""
    if not codec and b"\x1b$" in data:  # Japanese of the seven-bit kind
        yield "iso2022_jp_ext"
    if other:
        yield other
    yield "utf-8-sig"
    if codec:
        yield codec
    hinted = codec_for(hint) if hint else ""
    if hinted and hinted != codec and not hinted.startswith("utf"):
        yield _other_script(data, hinted) or hinted


def _is_utf8_after_all(data: bytes, codec: str) -> bool:
    """Whether it is UTF-8 that was given another label: hardly any text of another kind happens to be valid UTF-8."""
    if codec.startswith("utf"):
        return (
            codec in _UTF_WIDE and b"\0" not in data and data[:2] not in _MARKS and _strictly(data, "utf-8") is not None
        )
    if _MULTIBYTE.search(data) is None or _strictly(data, "utf-8") is None:
        return False
    if codec in _SINGLE_BYTE_LATIN:
        return True
    sample = data[:_SAMPLE]
    if codec in _DOUBLE_BYTE:  # two or three of their characters may look like it
        return sum(byte > 127 for byte in sample) > 8 or _WITHIN_WORD.search(sample) is not None
    return len(_MULTIBYTE.findall(sample)) > 1 or _BESIDE_PLAIN.search(sample) is not None


def _other_script(data: bytes, codec: str) -> str:
    """The codec of text labelled as Latin that is made of bytes that Latin text has few of: Cyrillic, Greek, Chinese; and of
    Japanese of the seven-bit kind under any label. "" where the label may be right."""
    if b"\x1b$" in data and not codec.startswith("iso2022") and codec not in _SHIFTED:
        return "iso2022_jp_ext" if _strictly(data, "iso2022_jp_ext") is not None else ""
    if codec not in _SINGLE_BYTE_LATIN:
        return ""
    sample = data[:_SAMPLE]
    plain = len(_PLAIN_LETTERS.findall(sample))
    high = sum(byte > 127 for byte in sample)
    strange = sum(byte > 127 for byte in sample.translate(None, _SET_BY_TYPISTS))
    if strange > max(plain, 2 * _ENOUGH):
        score, name = _likeliest(sample, high, _OF_JAPAN)
        if score >= 0.8:
            return name
        if (found := _likeliest(sample, high, _RARER))[0] >= 1:
            return found[1]
    letters = sum(byte >= 0xC0 for byte in sample)
    if letters < _ENOUGH or letters <= plain:
        return other_alphabet(data) if codec in _WESTERN else ""
    score, name = _likeliest(sample, high, _RARER)
    return name if score >= _SURE else ""


_MARKS = (b"\xff\xfe", b"\xfe\xff")


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
    script = _guessed_script(data)
    return (other_alphabet(data) or script) if script == "cp1252" else script


def _guessed_script(data: bytes) -> str:
    if data[:2] in _MARKS:
        return "utf-16"
    sample = data[:_SAMPLE]
    if b"\x1b$" in sample or b"\x1b(" in sample:
        return "iso2022_jp_ext"
    high = sum(byte > 127 for byte in sample)
    if high == 0:
        return "utf-8"
    if high * 5 <= len(sample) and sample.translate(None, _SET_BY_TYPISTS).isascii() and not _PAIRED.search(sample):
        return "cp1252"
    score, name = _likeliest(sample, high, _OF_JAPAN)
    if score >= 0.8 or (score < 0.3 and _is_latin(sample)):
        return name if score >= 0.8 else "cp1252"
    other_score, other = _likeliest(sample, high, _RARER if high >= _ENOUGH / 2 else _OTHERS)
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


def _thai(text: str) -> float:
    return _by_frequency(text, "านรอกเงมยลวดทสัีิ่้ตะปบคหแจพชขใไำุ", "โึืู็์ๆธผถณฟซฉศภญษ")


_OF_JAPAN: tuple[tuple[str, Callable[[str], float]], ...] = (("cp932", _japanese), ("euc_jp", _japanese))
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
# Nearly every byte above 127 is a letter of these: a few of them say nothing.
_RARER: tuple[tuple[str, Callable[[str], float]], ...] = (
    *_OTHERS,
    ("iso8859-5", _cyrillic),
    ("cp866", _cyrillic),
    ("iso8859-6", _arabic),
    ("cp874", _thai),
)

"""Which codec reads a charset label, in whatever way it is spelt."""

import codecs
import re
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
    cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp1006 cp1125
    mac-roman mac-cyrillic mac-greek mac-latin2 mac-turkish mac-iceland mac-croatian mac-romanian mac-arabic mac-farsi
    hp-roman8
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
# What the library does not know, by their letters and digits without "cs" or "x" before them.
_ALIASES = {
    name: codec
    for codec, names in {
        "utf-8": "utf8mb3 utf8mb4 unicode11utf8 unicode20utf8 utf",
        "utf-7": "unicode11utf7 unicode20utf7",
        "utf-16": "unicode ucs2 iso10646ucs2",
        "utf-16-le": "utf16le ucs2le unicodelittle",
        "utf-16-be": "utf16be ucs2be unicodebig unicodefffe",
        "utf-32": "ucs4 iso10646ucs4",
        "ascii": "usascii usascii1 ansix341968",
        "cp1252": "ansi latin western windows isolatin1 iso8859",
        "iso8859-2": "latin2 isolatin2",
        "iso8859-15": "latin9 isolatin9",
        "iso8859-9": "turkish",
        "iso8859-7": "suneugreek greek8",
        "iso8859-8": "visual logical",
        "koi8-r": "koi koi8 koi8r",
        "koi8-u": "koi8u koi8ru",
        "cp1250": "msee",
        "cp1251": "mscyrl",
        "mac-roman": "mac macintosh macroman",
        "mac-cyrillic": "maccyrillic macukrainian",
        "mac-greek": "macgreek",
        "mac-turkish": "macturkish",
        "mac-latin2": "macce maccentraleurope maccentraleurroman",
        "mac-iceland": "macicelandic",
        "mac-croatian": "maccroatian",
        "mac-romanian": "macromanian macromania",
        "mac-arabic": "macarabic",
        "mac-farsi": "macfarsi",
        "cp874": "macthai",
        "hp-roman8": "hproman8",
        "gb18030": "gb180302022 gb231280 gb2312 gbk cngb euccn macchinesesimp",
        "hz": "hzgb2312 hzgb",
        "big5": "cnbig5 big5 big5eten big5tw xbig5 macchinesetrad",
        "cp932": "sjis shiftjis mskanji sjiswin windows31j macjapanese",
        "euc_jp": "eucjp euc eucjpms eucjpwin eucpkdfmtjapanese extendedunixcodepackedformatforjapanese",
        "iso2022_jp_ext": "iso2022jp iso2022jpms jis jis7 windowsiso2022jp",
        "cp949": "ksc5601 ksc56011987 ksc56011989 kscms euckr isoir149 uhc mackorean",
        "johab": "johab",
        "cp858": "pcmultilingual850euro",
    }.items()
    for name in names.split()
}
# The numbers of Windows and of IBM, where the library calls the same thing otherwise.
_PAGES = {
    65000: "utf-7", 65001: "utf-8", 1200: "utf-16-le", 1201: "utf-16-be", 20127: "ascii", 20866: "koi8-r", 21866: "koi8-u",
    936: "gb18030", 50220: "iso2022_jp", 50221: "iso2022_jp", 50222: "iso2022_jp", 50225: "iso2022_kr", 51932: "euc_jp",
    51936: "gb18030", 51949: "euc_kr", 51950: "big5", 52936: "hz", 54936: "gb18030", 1361: "johab", 819: "iso8859-1",
    38598: "iso8859-8", 708: "iso8859-6", 10000: "mac-roman", 10006: "mac-greek", 10007: "mac-cyrillic",
    10010: "mac-romanian", 10017: "mac-cyrillic", 10029: "mac-latin2", 10079: "mac-iceland", 10081: "mac-turkish",
    10082: "mac-croatian",
}  # fmt: skip
_ISO = re.compile(r"(?:^|iso|x)[-_ ]?8859[-_ ]?(\d{1,2})(?!\d)")
_PAGE = re.compile(
    r"(?:x[-_])?(?:cs)?(?:windows?|win|msdos|ms|ibm|dos|pc|oem|ansi|ccsid|cp|us)?[-_ ]?(?:cp)?[-_ ]?0*(\d{3,5})(?![\d.])"
)
_PLAIN = re.compile(r"[^a-z0-9]+")
_FIRST = re.compile(r"^(?:x-|cs)")


@lru_cache(maxsize=512)
def codec_for(label: str) -> str:
    """The name of the codec that reads a charset label, or "" when nobody knows it."""
    plain = label.split("(", 1)[0].strip(" \t\"';,").lower().removeprefix("charset=").split("*", 1)[0]
    return _codec(plain.split(";", 1)[0].strip(" \"'")[:60])


def codec_of_page(number: int) -> str:
    """The codec of a code page by the number that Windows gives it, or ""."""
    if name := _PAGES.get(number):
        return _known(name)
    return _known(f"iso8859-{number - 28590}" if 28591 <= number <= 28605 else f"cp{number}")


def _codec(plain: str) -> str:
    squeezed = _PLAIN.sub("", _FIRST.sub("", plain))
    if name := _ALIASES.get(squeezed):
        return _known(name)
    if found := _known(plain) or _known(squeezed):
        return found
    if match := _ISO.search(plain):
        return _known(f"iso8859-{int(match[1])}")
    if match := _PAGE.match(plain):
        return codec_of_page(int(match[1]))
    return ""


def _known(name: str) -> str:
    try:
        name = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    name = {"utf_8_sig": "utf-8-sig"}.get(name, name)
    return _WIDER.get(name, name) if name in _KNOWN else ""

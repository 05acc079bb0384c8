"""Whose alphabet bytes without a believable label are.

Languages east of those that windows-1252 is for write partly the same letters, and others in the places of the rest.
"""

_SAMPLE = 20_000
_ENOUGH = 4
_DIFFERENT = 3
"""Letters, and different ones, that have to stand where windows-1252 has something else; Hungarian has but two of these."""

_WESTERN = (
    "äöüßé", "àâæçéèêëîïôœùûüÿñ", "áéíóúüñçºª¿¡", "áàâãçéêíóôõúüºª", "àèéìíòóùîº", "àçèéíïòóúü", "éëïöüèêáóí", "åäöéüàæø",
    "æøåéòóôêäö", "áðéíóúýþæö", "äöõüšž",
)  # fmt: skip
_CENTRAL = (
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž",
)  # fmt: skip
# (codec, the alphabets that are written with it)
_OTHERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cp1250", _CENTRAL),
    ("iso8859-2", _CENTRAL),
    ("cp1254", ("çğıİöşüâîû",)),
    ("cp1257", ("ąčęėįšųūž", "āčēģīķļņšūž")),
)
_SIGNS = "€…†‡‰‹›‘’“”„•–—™\xa0§©«¬\xad®°»·´¨¤"


def _bytes_of(letters: str, codec: str) -> frozenset[int]:
    """How an alphabet, in both cases, and signs of no language are written with a codec."""
    both = letters + letters.upper() + _SIGNS
    return frozenset(each.encode(codec, "ignore")[0] for each in both if each.encode(codec, "ignore"))


_IN_WESTERN = tuple(_bytes_of(letters, "cp1252") for letters in _WESTERN)
# Bytes that mean one letter in windows-1252 and another in a codec.
_DIFFER = {
    codec: bytes(
        byte
        for byte in range(0x80, 0x100)
        if bytes((byte,)).decode(codec, "replace") != bytes((byte,)).decode("cp1252", "replace")
    )
    for codec, _ in _OTHERS
}
# (codec, how its alphabet is written, how many letters have to differ)
_IN_OTHERS = tuple(
    (
        codec,
        _bytes_of(letters, codec),
        min(_DIFFERENT, sum(each.encode(codec)[0] in _DIFFER[codec] for each in letters)),
    )
    for codec, alphabets in _OTHERS
    for letters in alphabets
)


def other_alphabet(data: bytes) -> str:
    """The codec of a text whose letters are all of one language that windows-1252 is not for; "" where they may be Western.

    Whatever one Western language could have written is Western, so a few letters prove nothing.
    """
    sample = data[:_SAMPLE]
    high = frozenset(sample) - frozenset(range(0x80))
    if len(high) < 2 or any(high <= alphabet for alphabet in _IN_WESTERN):
        return ""
    for codec, alphabet, different in _IN_OTHERS:
        differing = _DIFFER[codec]
        if not high <= alphabet or len(high.intersection(differing)) < different:
            continue
        if len(sample) - len(sample.translate(None, differing)) >= _ENOUGH:
            return codec
    return ""

"""Pictures that the HTML of a letter names by an address or a file name, although they came along (RFC 2557)."""

import re
from urllib.parse import unquote, urljoin

from rung.channels.email.reading.headers import Headers
from rung.channels.email.reading.parts import Part, Tree
from rung.channels.email.reading.words import tidy

_SOURCE = re.compile(
    r"""(\s(?:src|background)\s*=\s*)(?:"([^"]{1,1000})"|'([^']{1,1000})'|([^\s"'>]{1,1000}))""", re.IGNORECASE
)


def content_id(headers: Headers) -> str:
    return tidy(headers.raw("content-id").decode("utf-8", "replace")).strip("<> ")[:250]


def located(known: dict[str, Part], html: str, base: str) -> str:
    """HTML in which pictures that lie in the letter are named by their Content-ID.

    `known` is what `pictures_of` returned. A part that has no Content-ID is given one in its headers.
    """
    if not known:
        return html
    return _SOURCE.sub(lambda match: _renamed(match, known, base), html)


def pictures_of(tree: Tree) -> dict[str, Part]:
    """Parts by what may name them: their location, and for those without a Content-ID their file name."""
    known: dict[str, Part] = {}
    for part in tree.parts:
        if part.media_type.startswith(("text/", "multipart/")):
            continue
        location = tidy(part.headers.raw("content-location")[:1000].decode("utf-8", "replace")).replace(" ", "")
        identifier = content_id(part.headers)
        name = part.disposition.parameters.get("filename") or part.type.parameters.get("name") or ""
        if location:
            known.setdefault(location, part)
        if name and part.media_type.startswith("image/"):
            known.setdefault(f"cid:{name}", part)
            if not identifier:
                known.setdefault(name, part)
        if identifier and "@" in identifier:
            known.setdefault(f"cid:{identifier.partition('@')[0]}", part)
    # A name that is also somebody's whole identifier belongs to that one.
    for part in tree.parts:
        known.pop(f"cid:{content_id(part.headers)}", None)
    return known


def _renamed(match: re.Match[str], known: dict[str, Part], base: str) -> str:
    source = match[2] or match[3] or match[4] or ""
    tried = (source, unquote(source), urljoin(base, source) if base and ":" not in source[:8] else source)
    part = next((known[each] for each in tried if each in known), None)
    if part is None:
        return match[0]
    identifier = content_id(part.headers)
    if not identifier:
        identifier = f"part-{part.start}@letter"
        part.headers.add("Content-ID", f"<{identifier}>".encode())
    return f'{match[1]}"cid:{identifier}"'

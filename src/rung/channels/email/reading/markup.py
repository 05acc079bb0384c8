"""HTML of a letter: cleaned, so that nothing runs and nothing is fetched, then read into lines.

Cleaning is nh3's; what it returns is well formed with every attribute quoted, so the walk after it may be one simple
pattern. Styles go altogether: the product's content policy forbids them, and no style can then leave its frame.
"""

import re
from html import escape, unescape

import nh3

from rung.channels.email.reading.words import listed

MAX_HTML = 4_000_000
"""Characters of HTML that are read."""

_TAGS = listed(
    """
    a abbr b bdi bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em figcaption figure h1 h2 h3
    h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub sup table tbody td tfoot
    th thead tr tt u ul var wbr
    """
)
_DROPPED_WITH_CONTENT = listed(
    """
    script style title head template noscript iframe object embed applet select textarea button svg math audio video
    noembed noframes canvas map
    """
)
# Marks by which mail programs say what they put there; the only ids, names and classes that pass.
QUOTING_CLASSES = listed(
    """
    gmail_attr moz-cite-prefix yahoo_quoted protonmail_quote tutanota_quote zmail_extra gmail_quote OutlookMessageHeader
    x_gmail_quote x_moz-cite-prefix x_yahoo_quoted x_protonmail_quote
    front-blockquote freshdesk_quote lark-mail-quote iosymail yahoo-quoted-begin ms-outlook-mobile-reference-message
    AppleOriginalContents
    """
)
SIGNING_CLASSES = listed(
    """
    gmail_signature gmail_signature_prefix moz-signature protonmail_signature_block protonmail_signature_block-user
    protonmail_signature_block-proton bloop_sign front-signature ms-outlook-ios-signature x_gmail_signature
    sh-signature edo-signature
    """
)
CUTTING_IDS = listed(
    """
    divRplyFwdMsg x_divRplyFwdMsg stopSpelling OLK_SRC_BODY_SECTION
    mail-editor-reference-message-container ms-outlook-mobile-reference-message reply-intro zwchr
    """
)
# Below it stands what was added while the letter was sent, and the quotation below that.
APPENDING_IDS = listed("appendonsend x_appendonsend")
# What holds the quotation; below it somebody may go on.
QUOTING_IDS = listed("isReplyContent origbody reply139content oriMsgHtmlSeperator")
SIGNING_IDS = listed(
    """
    Signature x_Signature AppleMailSignature ms-outlook-mobile-signature ms-outlook-mobile-body-separator-line
    x_AppleMailSignature x_ms-outlook-mobile-signature x_composer_signature
    lineBreakAtBeginningOfSignature composer_signature ymail_android_signature ntes-pcmac-signature
    ntes-pcweb-signature signature_old
    """
)
_CLASSES = set(QUOTING_CLASSES | SIGNING_CLASSES)
_IDS = set(CUTTING_IDS | APPENDING_IDS | QUOTING_IDS | SIGNING_IDS)

_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_DROPPED_WITH_CONTENT),
    attributes={
        "*": {"dir", "lang", "style"},
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "ol": {"start"},
        "td": {"colspan", "rowspan", "align"},
        "th": {"colspan", "rowspan", "align"},
    },
    tag_attribute_values={
        "div": {"id": _IDS, "name": {"quote"}},
        "hr": {"id": _IDS},
        "span": {"id": _IDS},
        "blockquote": {"type": {"cite"}, "id": _IDS},
    },
    allowed_classes=dict.fromkeys(("div", "span", "blockquote", "p", "pre", "table"), _CLASSES),
    filter_style_properties={"display", "white-space", "border-top", "border-left"},
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener noreferrer",
)

_FORMATTING = re.compile(
    r"<(/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^<>]*>?", re.IGNORECASE
)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CRUDE_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_CRUDE_TAG = re.compile(r"<[^<>]*>?")
_UNSEEN = [
    (re.compile(opened, re.IGNORECASE), re.compile(closed, re.IGNORECASE))
    for opened, closed in (
        (r"<style\b", r"</style\b[^<>]*>"),
        (r"<script\b", r"</script\b[^<>]*>"),
        (r"<!--(?!-?>)", r"--!?>"),
    )
]
_BLANKS = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_NEVER_CLOSED = listed("br hr img col wbr input meta link base area p li td th tr dt dd option source param")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
_CID = re.compile(r'src="cid:([^"]+)"')

MAX_DEPTH = 400
MAX_TAGS = 120_000
MAX_ENTITIES = 200_000
"""Ampersands; the cleaner's time grows with the square of those in one text."""


def cleaned(html: str) -> tuple[str, list[str]]:
    """HTML that is safe to show, and what had to be done to it beyond the ordinary."""
    remarks: list[str] = []
    if len(html) > MAX_HTML:
        html = html[:MAX_HTML]
        remarks.append("The HTML is longer than 4 million characters; the rest is in the raw letter only.")
    html = html.replace("\x00", "")
    is_too_much = html.count("&") > MAX_ENTITIES or html.count("<") > MAX_TAGS
    html, deep = (html, "nesting") if is_too_much else _tamed(html)
    if deep == "formatting":
        remarks.append("The HTML leaves hundreds of tags open; its bold and colours were dropped.")
    elif deep == "nesting":
        remarks.append("The HTML is too tangled to be shown; only its text was taken.")
        text = _BLANKS.sub("\n\n", _CRUDE_TAG.sub(" ", _CRUDE_BREAK.sub("\n", _without_unseen(html))))
        return f"<pre>{_without_controls(escape(unescape(text)))}</pre>", remarks
    return _without_controls(_CLEANER.clean(html)), remarks


def _without_unseen(html: str) -> str:
    """Without what no program shows as text. Each end is looked for once: what is never closed stays, and costs no more."""
    for opened, closed in _UNSEEN:
        out: list[str] = []
        end = 0
        while begun := opened.search(html, end):
            ended = closed.search(html, begun.end())
            if ended is None:
                break
            out.append(html[end : begun.start()])
            end = ended.end()
        html = "".join(out) + html[end:]
    return html


def _without_controls(html: str) -> str:
    """A reference such as "&#20;" brings in by number what was kept out of the bytes."""
    return html.translate(_CONTROLS)


def _tamed(html: str) -> tuple[str, str]:
    """HTML that costs a parser no more than its length: unclosed formatting is quadratic, and so is deep nesting."""
    tags = html.count("<")
    if tags < 60:
        return html, ""
    depth = deepest = 0
    for match in _ANY_TAG.finditer(html):
        name = match[2]
        if name in _NEVER_CLOSED:
            continue
        if match[1]:
            depth = depth - 1 if depth else 0
        else:
            depth += 1
            if depth > deepest:
                deepest = depth
    if deepest <= 30 and deepest * tags < 300_000:
        return html, ""
    what = ""
    opened = most = 0
    for match in _FORMATTING.finditer(html):
        opened = max(opened - 1, 0) if match[1] else opened + 1
        most = max(most, opened)
    if most > 60 or (most > 3 and most * tags > 500_000):
        html = _FORMATTING.sub("", html)
        what = "formatting"
        deepest -= most
    if deepest > MAX_DEPTH or (deepest > 60 and deepest * tags > 20_000_000):
        what = "nesting"
    return html, what


def content_ids(html: str) -> set[str]:
    """The Content-IDs of the images that some HTML shows."""
    return {unescape(found) for found in _CID.findall(html)}


def from_text(text: str) -> str:
    """Plain text as HTML, for a letter that mixes both."""
    paragraphs = (escape(piece).replace("\n", "<br>") for piece in re.split(r"\n{2,}", text.strip("\n")))
    return "".join(f"<p>{piece}</p>" for piece in paragraphs if piece)

"""Text with simple marks, as programs of the nineties wrote it: text/enriched (RFC 1896) and text/richtext (RFC 1341)."""

import re

_MARK = re.compile(r"<(/?)([a-zA-Z0-9-]{1,60})>|<<")
_NEWLINES = re.compile(r"\n+")


def enriched_text(text: str) -> str:
    """Its words and lines: one line break is none, two are one; what stands between <param> marks is not said."""
    out: list[str] = []
    at = params = as_it_stands = 0
    text = text.replace("\r\n", "\n")
    for match in _MARK.finditer(text):
        if not params:
            out.append(text[at : match.start()] if as_it_stands else _joined(text[at : match.start()]))
        at = match.end()
        name = (match[2] or "").lower()
        if not name:
            out.append("<")
        elif name == "param":
            params = max(params + (-1 if match[1] else 1), 0)
        elif name == "nofill":
            as_it_stands = max(as_it_stands + (-1 if match[1] else 1), 0)
    out.append(text[at:] if as_it_stands else _joined(text[at:]))
    return "".join(out)


def richtext_text(text: str) -> str:
    """Line breaks are spaces; <nl> is a line break, <lt> a bracket."""
    said = {"nl": "\n", "np": "\n\n", "lt": "<"}
    text = re.sub(r"\r?\n", " ", text)
    text = re.sub(r"</?paragraph>", "\n\n", text, flags=re.IGNORECASE)
    return _MARK.sub(lambda match: said.get((match[2] or "").lower(), ""), text)


def _joined(text: str) -> str:
    return _NEWLINES.sub(lambda match: "\n" * (len(match[0]) - 1) or " ", text)

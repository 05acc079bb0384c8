"""What stands above a quotation that bears no marks: header lines, "Original Message", "reply above this line"."""

from itertools import pairwise

from rung.channels.email.reading.words import listed
from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.quoting import (
    ABOVE,
    DATE,
    FORWARDED,
    FROM,
    LABELS,
    ORIGINALS,
    OTHER,
    SUBJECT,
    TO,
)

MAX_BOX = 24
MAX_BLOCK = 30
"""Lines that are looked at for one block of header lines."""
MAX_LABELLED = 10
MAX_FOLDED = 6
"""Lines that may go on with the one above them: people are copied to many."""

_ORIGINAL_OF = tuple(f"{title} {word} " for title in ORIGINALS for word in ("from", "von", "de", "of"))
_THIS = listed("this diese dieses ce cet cette este esta questa questo deze dit essa")
_MAIL = listed("mail email e message letter nachricht schreiben courriel mensaje correo mensagem messaggio bericht")
_RAW = frozenset(
    {
        *("received", "return-path", "delivered-to", "message-id", "mime-version", "content-type", "dkim-signature"),
        *(
            "content-transfer-encoding",
            "authentication-results",
            "received-spf",
            "user-agent",
            "references",
            "in-reply-to",
        ),
    }
)
# Below the name in a header of Notes, where somebody else's hands have sent it.
_SENT_BY = ("sent by:", "gesendet von:", "envoyé par", "enviado por:", "inviato da:")
_DRAWN = "-‐‑_=*<[#~—–─━"


def label(line: str) -> tuple[str, str]:
    """What a line is called ("from", "date" …; nothing when it is no header line), and what stands behind its colon."""
    head = line[:48].replace("：", ":")
    name, colon, _ = head.partition(":")
    if not colon:
        return "", ""
    role = LABELS.get(signs.visible(name).strip(" \t*_>|#•").casefold(), "")
    return (role, signs.visible(line[len(name) + 1 :]).strip("*_ ")) if role else ("", "")


def header_block(lines: list[str], start: int) -> bool:
    """Whether the quoted header of a letter begins at `start`.

    A sender and what can only stand beside one: a subject, an address, a moment. "From: Berlin, To: Paris, Date: 5 May"
    is a journey.
    """
    role, value = label(lines[start])
    if role not in (FROM, DATE, TO, SUBJECT):
        return False
    if role != FROM and start and label(lines[start - 1])[0]:
        return False
    if role in (FROM, DATE) and len(value) > 40 and _in_one_line(role, value):
        return True
    said = {role: value}
    folded = labelled = 0
    for line in lines[start + 1 : start + MAX_BLOCK]:
        if not line.strip():
            continue
        role, value = label(line)
        if role:
            folded = 0
            labelled += 1
            if labelled > MAX_LABELLED or (role == FROM and FROM in said):
                break
            if role not in said:
                said[role] = value
                if _is_enough(said):
                    return True
            continue
        folded += 1
        if folded > MAX_FOLDED or len(line) > 200:
            break
    return False


def nameless_block(lines: list[str], start: int) -> bool:
    """Whether "To:", "cc:" and "Subject:" stand below each other and apart, as Notes sets them where it names no sender."""
    role, value = label(lines[start])
    if role != TO or ("@" not in value and "/" not in value):
        return False
    is_apart = start > 1 and not lines[start - 1].strip() and (not lines[start - 2].strip() or lines[start][0] == "\t")
    below = [label(line)[0] for line in lines[start + 1 : start + 3]]
    return is_apart and below == [TO, SUBJECT]


def _is_enough(said: dict[str, str]) -> bool:
    has_address = any("@" in said.get(role, "") for role in (FROM, TO))
    is_dated = _has_moment(said.get(DATE, ""))
    if said.get(FROM, "").isdecimal():
        return False
    if FROM in said and SUBJECT in said:
        return has_address or is_dated or (TO in said and DATE in said)
    if FROM in said:
        # Programs write the date above the receiver; who plans a journey writes it below.
        has_hour = signs.has_day(said.get(DATE, "")) and signs.has_clock(said.get(DATE, ""))
        return (has_address and is_dated) or (has_hour and list(said) == [FROM, DATE, TO])
    first = next(iter(said))
    return first == DATE and is_dated and TO in said and (has_address or SUBJECT in said)


def _has_moment(value: str) -> bool:
    return any(map(str.isdigit, value)) and (signs.has_day(value) or signs.has_clock(value))


def _in_one_line(first: str, value: str) -> bool:
    """A header whose lines were run together: "From: … Sent: … To: … Subject: …", or with its date `first`."""
    roles = {first}
    for piece in value.split(":")[:-1]:
        last = piece.rsplit(None, 2)[-2:]
        roles |= (
            {LABELS.get(last[-1].strip("*_").casefold(), OTHER), LABELS.get(" ".join(last).casefold(), OTHER)}
            if last
            else set()
        )
    return FROM in roles and (
        (SUBJECT in roles and (DATE in roles or TO in roles)) or (DATE in roles and "@" in value and _has_moment(value))
    )


def notes_block(lines: list[str], is_free: list[bool], index: int) -> int:
    """Where the header of a Notes letter begins that has its "To:" at `index`, or -1.

    Who wrote it and when stand above it on lines of their own, without a label.
    """
    if _role(lines[index]) != TO or not any(_role(line) == SUBJECT for line in lines[index + 1 : index + 10]):
        return -1
    seen = []
    for above in range(index - 1, max(index - 9, -1), -1):
        line = signs.visible(lines[above])
        if not is_free[above] or len(line) > 90:
            break
        if line:
            seen.append(above)
            if signs.has_day(line) and signs.has_clock(line):
                name = signs.last_text(lines, above) - 1
                if name > 0 and lines[name].strip().casefold().startswith(_SENT_BY):
                    name -= 1
                is_name = name >= 0 and is_free[name] and above - name <= 2 and len(signs.visible(lines[name])) <= 70
                has_own_name = len(signs.words(line)) > 8
                return (
                    name
                    if is_name and not has_own_name and not lines[name].rstrip().endswith((".", "!", "?"))
                    else above
                )
        if len(seen) > 4:
            break
    return -1


def _role(line: str) -> str:
    """What a line is called, also where its colon and its value went into other cells of a table."""
    return label(line)[0] or (LABELS.get(line.strip().casefold(), "") if len(line) <= 24 else "")


def is_raw(line: str) -> bool:
    """Whether a line of a header is one that mail programs do not show."""
    name, colon, _ = line[:40].partition(":")
    return bool(colon) and (name.casefold() in _RAW or name.startswith(("X-", "ARC-")))


def is_cell(line: str) -> bool:
    """Whether a line is "To" and nothing else."""
    return LABELS.get(line.strip().casefold()) == TO


def is_card(lines: list[str], index: int) -> bool:
    """ "Ada Berg <mailto:a@b.example>" with a moment alone below it: how Postbox says whom it quotes without marks."""
    if not lines[index].rstrip().endswith(">") or len(lines[index]) > 120 or index + 1 >= len(lines):
        return False
    below = signs.visible(lines[index + 1])
    return len(below) <= 40 and below[-1:] not in ".!?" and signs.has_day(below) and signs.has_clock(below)


def boxed_block(lines: list[str], index: int) -> bool:
    """Whether at `index` the header of a Notes letter begins that is drawn as a box, with a "To:" and a "Subject:" in it."""
    roles = set()
    for line in lines[index : index + MAX_BOX]:
        line = line.strip()
        if line and line[0] not in "|>":
            break
        roles.add(label(line.strip("|> "))[0])
    return {TO, SUBJECT} <= roles


def is_pointed(line: str) -> bool:
    """ ">>> Ada Berg <a@b.example> 10/03/2026 09:15 >>>": what GroupWise sets above all that it quotes without marks."""
    line = line.strip()
    return line.startswith(">>>") and line.endswith(">>>") and signs.has_day(line) and signs.has_clock(line)


def columns_block(lines: list[str], is_free: list[bool], index: int) -> int:
    """Where the header of a Notes letter begins that is set in two columns, or -1: who wrote and when on the left, on the
    right the "To:" at `index` and a "Subject:" right below it."""
    line = lines[index]
    if line[:4].strip() or "   " not in line.strip():
        return -1
    at = next((at for at in _columns(line) if label(line[at:])[0] == TO), -1)
    below = lines[index + 1 : index + 9]
    if at < 12 or not any(label(each[at - 1 :])[0] == SUBJECT for each in below if not each[:4].strip()):
        return -1
    return _top(lines, is_free, index, 6)


def split_columns_block(lines: list[str], is_free: list[bool], index: int) -> int:
    """Where a header of Notes begins whose labels stand at the right of their lines, and what they say below them, or -1:
    a "To" at `index` and a "Subject" further down."""
    if _at_right(lines[index]) != TO:
        return -1
    below = lines[index + 1 : index + 12]
    if not any(_at_right(line) == SUBJECT for line in below):
        return -1
    return _top(lines, is_free, index, 7)


def _top(lines: list[str], is_free: list[bool], index: int, most: int) -> int:
    """The first of the indented lines, `most` of them, that stand right above a line."""
    start = index
    for above in range(index - 1, max(index - 1 - most, -1), -1):
        if not is_free[above] or not lines[above].strip() or lines[above][:4].strip():
            break
        start = above
    return start


def _at_right(line: str) -> str:
    """What a line is called whose label stands behind its text or alone, far to the right."""
    before, gap, name = line.rstrip().rpartition("   ")
    return LABELS.get(name.strip().casefold(), "") if gap and not line[:4].strip() and len(before) >= 36 else ""


def _columns(line: str) -> list[int]:
    """Where the parts of a line begin behind three spaces or more, except its first."""
    found: list[int] = []
    at = len(line) - len(line.lstrip())
    while (at := line.find("   ", at)) >= 0 and len(found) < 4:
        at += len(line[at:]) - len(line[at:].lstrip())
        found.append(at)
    return found


def with_lead(lines: list[str], is_free: list[bool], start: int) -> int:
    """Where what leads up to a header block begins: a rule, "Original Message", the first line of a Notes answer."""
    above = start - 1
    labels = 0
    while above >= 0 and start - above <= 4 + labels:
        line = lines[above].strip()
        if line and is_free[above] and labels < 3 and above == start - 1 - labels and label(line)[0] in (TO, SUBJECT):
            labels += 1  # belongs to it where a rule is drawn above
        elif line:
            is_lead = signs.is_rule(line) or _named(line) in ORIGINALS or _opens_notes(line)
            is_set_in = lines[start][:1] == "\t" == lines[above][:1] or _is_letterhead(lines, start, above)
            if not is_free[above] or not (is_lead or is_set_in):
                break
            start = above
        above -= 1
    return start


def _is_letterhead(lines: list[str], start: int, above: int) -> bool:
    """ "   Acme North America Corp.": what Notes sets above the header of its letter, as far in as that and apart."""
    line, header = lines[above], lines[start]
    depth = len(line) - len(line.lstrip())
    is_apart = above + 1 < start and above > 0 and not lines[above - 1].strip()
    return 3 <= depth == len(header) - len(header.lstrip()) and is_apart and len(line.split()) <= 6


def _opens_notes(line: str) -> bool:
    """ "Ada Berg ---10/03/2026 09:15:00---Hello Carla, would Thursday": how Notes sums up what it quotes."""
    name, dashes, rest = line.partition("---")
    return bool(dashes) and 0 < len(name) < 60 and rest[:1].isdigit() and signs.has_day(rest[:40])


def _named(line: str) -> str:
    return signs.visible(line).strip(signs.EDGES + "!").casefold()


def is_original(lines: list[str], index: int) -> bool:
    """ "-----Original Message-----" in any language; without its dashes only where header lines follow."""
    line = lines[index].strip()
    if len(line) > 90 or _named(line) not in ORIGINALS:
        is_boxed = line.startswith(("---", "===", "***")) and line.endswith(("---", "===", "***"))
        if is_boxed and len(line) <= 200 and _named(line).startswith(_ORIGINAL_OF):
            return True
        return line.startswith("--") and _goes_on_with_header(line)
    if line[:2].strip(_DRAWN) == "" and len(line) > 4:
        return True
    following = signs.next_text(lines, index + 1)
    return following < len(lines) and bool(label(lines[following])[0])


def _goes_on_with_header(line: str) -> bool:
    """ "----- Original Message ----- From: Ada Berg ...": a header run together with the line that announces it."""
    name, dashes, header = line[:400].lstrip("- ").partition("--")
    return bool(dashes) and name.strip().casefold() in ORIGINALS and bool(label(header.lstrip("- "))[0])


def is_drawn_title(lines: list[str], index: int) -> bool:
    """ "----- words -----" in a language that nobody told us of, with header lines below it."""
    line = lines[index].strip()
    if not (line.startswith(("---", "___", "===")) and line.endswith(("---", "___", "===")) and 8 < len(line) < 90):
        return False
    following = signs.next_text(lines, index + 1)
    return bool(_named(line)) and following < len(lines) and header_block(lines, following)


def is_forward(line: str) -> bool:
    """Whether somebody else's letter follows that is passed on because it is news to us."""
    line = line.strip()
    if not line or len(line) > 200 or not (line[0] in _DRAWN or line[-1] in ":：" or line[-1] in _DRAWN):
        return False
    return _named(line).startswith(FORWARDED)


def asks_about(line: str) -> bool:
    """ "Is this mail from you?": what is shown below is what the question is about."""
    said = signs.words(line[-160:])
    return any(one in _THIS and other in _MAIL for one, other in pairwise(said))


def is_reply_mark(line: str) -> bool:
    """Whether "please reply above this line" is said: below it stands what the desk itself had sent."""
    low = line.casefold()
    return signs.says(low, ABOVE)

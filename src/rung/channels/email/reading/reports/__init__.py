"""Reports about letters of ours: what became of them at each address, whoever says so and in whatever form.

`signs` tells a report from other letters, `fields` reads what is written by a standard, `prose` what is told in words,
`reasons` says why, and `returned` finds what is left of the letter it is about.
"""

from dataclasses import replace

from rung.channels.email.reading.outcomes import Automatic, Outcome, Report
from rung.channels.email.reading.parts import Tree, content, take_apart
from rung.channels.email.reading.person import Person
from rung.channels.email.reading.reports import certified, fields, notified, prose, receipts, signs
from rung.channels.email.reading.reports.returned import Returned, is_returned, returned_header, returned_in
from rung.channels.email.reading.words import tidy

MAX_OUTCOMES = 50
MAX_BYTES = 400_000


def report_in(tree: Tree, sender: Person | None, subject: str, text: str) -> Report | None:
    """What a machine reports about a letter of ours, or None when this letter is something else. `text` is all its text."""
    evidence = signs.gathered(tree, sender, subject)
    if evidence.is_complaint:
        return _report(Automatic.COMPLAINT, fields.complaints(tree), tree, text)
    if evidence.is_receipt and receipts.refuses(text):
        return _bounce(tree, sender, subject, text)
    if evidence.is_receipt:
        return _report(Automatic.RECEIPT, fields.receipts(tree), tree, text)
    if evidence.may_be_bounce and signs.is_bounce(evidence, text):
        return _bounce(tree, sender, subject, text)
    if outcomes := certified.delivered(tree.headers, text):
        return _report(Automatic.DELIVERED, outcomes, tree, text)
    if notice := notified.told(sender, text):
        kind, outcomes, identifier = notice
        return Report(kind=kind, outcomes=_on_a_line(outcomes), message_id=identifier)
    if said := receipts.told(subject, text, tree.headers):
        return _report(Automatic.RECEIPT, (said,), tree, text)
    return None


def _on_a_line(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """However it was found, what the other side said is shown in a line and kept in a database."""
    return tuple(replace(outcome, said=tidy(outcome.said)) for outcome in outcomes)


def _bounce(tree: Tree, sender: Person | None, subject: str, text: str) -> Report | None:
    tree = _unwrapped(tree, sender)
    returned = returned_in(tree, text)
    told = prose.outcomes(text, tree, sender, subject, returned)
    stated = fields.deliveries(tree)
    outcomes = prose.completed(stated, told) if stated else told
    if outcomes and not any(outcome.action in ("failed", "delayed") for outcome in outcomes):
        return _report(Automatic.DELIVERED, outcomes, tree, text, returned)  # delivered, relayed, expanded: good news
    is_final = any(outcome.action == "failed" for outcome in outcomes)
    return _report(Automatic.BOUNCE if is_final else Automatic.DELAY, outcomes, tree, text, returned)


def _unwrapped(tree: Tree, sender: Person | None) -> Tree:
    """The report itself where a gateway passes it on whole, as a letter within one of its own with the same sender."""
    for part in tree.parts:
        if part.media_type == "message/rfc822" and is_returned(part) and sender is not None:
            inside = returned_header(part, tree)
            is_theirs = sender.address.lower().encode() in inside.raw("from")[:4000].lower()
            if is_theirs and inside.plain("content-type").startswith("multipart/report"):
                return take_apart(content(part, tree)[:MAX_BYTES])
    return tree


def _report(
    kind: Automatic, outcomes: tuple[Outcome, ...], tree: Tree, text: str, returned: Returned | None = None
) -> Report:
    about = returned or returned_in(tree, text)
    return Report(
        kind=kind,
        outcomes=_on_a_line(outcomes[:MAX_OUTCOMES]),
        message_id=about.message_id,
        subject=about.subject,
        addresses=about.addresses,
        tokens=about.tokens,
    )

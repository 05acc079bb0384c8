"""What became of a letter, in the words of mail systems: it failed, it waits, or it arrived."""

import re

from rung.channels.email.reading.outcomes import HARD
from rung.channels.email.reading.reports.reasons import code_in, in_words, status_in

MAX_HEAD = 500
MAX_SAID = 1500

_DELAYED = re.compile(
    r"(?:has|have|is|was|were|been) (?:temporarily )?delayed|delay(?:ed)? (?:mail|delivery|for|notif)|"
    r"delivery (?:is |has been )?delay|not yet been (?:delivered|able)|have not yet|has not yet|(?:will|"
    r"is going to) (?:be retried|be re-?tr|keep trying|"
    r"continue (?:to )?(?:try|be|attempt)|retry|try again|attempt|re-?attempt)|still (?:being )?(?:tried|"
    r"trying|retr|attempt)|no action is (?:required|needed)|do ?n[o']t need to (?:re-?send|take|do)|"
    r"do not need to (?:re-?send|take|do)|warning (?:message )?only|just a warning|"
    r"this is a warning|advisory-only|attempts will continue|has been postponed|is still (?:in|on|being)|"
    r"temporary (?:error|problem|failure|condition)\W{1,4}(?:will|delivery will)|"
    r"could not be delivered (?:yet|immediately)|"
    r"noch nicht (?:zugestellt|ausgeliefert)|verzögert|weiterhin versucht|erneut versuch|retardée?|"
    r"pas encore été|sera (?:ré)?essay|(?:ha sido|está) retrasad|se seguirá intentando|todavía no|in ritardo|"
    r"ritardat|non è ancora|ainda não|atrasad|"
    r"zatím ne|dosud ne|(?:dále|nadále|opakovaně) poko|ďalej pokú|zatiaľ ne|nie został\w{0,2} jeszcze|jeszcze nie|"
    r"még nem|továbbra is|henüz|gecik|ännu inte|fortfarande|endnu ikke|ennå ikke|viiväst|ei ole vielä|아직|지연|"
    r"vertraagd|nog niet|försenad|forsinket|opóźnion|задерж|отложен|まだ配信|遅延|延迟|延遲|暂时无法",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"(?<!fails )permanent|giving up|gave up|given up|failed permanently|not going to try again|no (?:further|"
    r"more) (?:delivery )?attempts|will not (?:be retried|try again|retry)|will not try|"
    r"returned to (?:the )?sender|has been (?:removed|returned)|(?<!non-)(?<!non )fatal error|"
    r"endgültig|dauerhaft|définitive|definitiv|окончательн",
    re.IGNORECASE,
)
_DELIVERED = re.compile(
    r"\b(?:has|have) been (?:successfully )?delivered to|successfully (?:delivered|relayed|sent) to|"
    r"delivery to these recipients or groups is complete|had successful delivery notif",
    re.IGNORECASE,
)
_DELIVERED_SUBJECT = re.compile(
    r"^\s{0,4}(?:delivered|relayed|zugestellt|übermittelt|remis|distribué|entregado|retransmitido|recapitato|consegnato|"
    r"entregue|bezorgd|afgeleverd|levererat|leveret|levert|toimitettu|dostarczono|doručeno|kézbesítve|доставлено|"
    r"已送达|已送達|配信済み|배달됨)\s?[:：]|\bsuccess|^\s{0,4}return receipt",
    re.IGNORECASE,
)
_DELAY_SUBJECT = re.compile(
    r"delay|warning|verzöger|retard|ritard|atras|vertrag|försen|forsink|opóźn|задерж|遅延|延迟|"
    r"will be retried|still trying|temporar",
    re.IGNORECASE,
)


def action_in(report: str, subject: str, text: str) -> str:
    """As an `Outcome` has it: "failed", "delayed" or "delivered"; `report` is `text` as far as it is the system's own."""
    if found := _DELIVERED_SUBJECT.search(subject):
        # A label that only programs set, in languages whose sentences are not known here; or words that say so.
        is_label = found[0].endswith((":", "：")) and not (status_in(report) or code_in(report))
        if is_label or _DELIVERED.search(" ".join(report[:MAX_HEAD].split())):
            return "delivered"
    if _GIVEN_UP.search(report):
        return "failed"
    if _DELAYED.search(report):
        return "delayed"
    if _DELAY_SUBJECT.search(subject) is None or status_in(report).startswith("5"):
        return "failed"
    return "failed" if in_words(report[:MAX_SAID]) in HARD else "delayed"  # "Warning: user unknown" waits for nothing

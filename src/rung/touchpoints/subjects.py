"""What a subject line says, apart from what programs and lists put in front of it. Pure."""

import re

from rung.core.text import folded

# "Re:" as the world's programs write it, and what machines write when they answer for somebody.
_REPLY = (
    r"re|r|aw|antw|antwort|antwoord|sv|svar|vs|vá|odp|odpověď|odg|ynt|yanıt|res|resp|rif|rép|ref|rsp|răsp|bls|balas|ats|atb"
    r"|hv|отв|ответ|отг|одг|на|від|απ|σχετ|תגובה|השב|להשיב|رد|پاسخ|جواب|回复|回覆|答复|答覆|返信|답장|회신"
    r"|trả lời|ตอบกลับ|ตอบ"
)
_MACHINE = (
    r"automatic reply|auto(?:matic)? ?response|autoreply|out of (?:the )?office|automatische antwort|abwesenheitsnotiz"
    r"|abwesenheit|automatisch antwoord|réponse automatique|respuesta automática|risposta automatica|resposta automática"
    r"|odpowiedź automatyczna|automatická odpověď|autosvar|automaattinen vastaus|автоответ|自動応答|自动答复|자동 회신"
)
_FORWARD = (
    r"fwd?|wg|vb|tr|rv|enc|i|pd|vl|doorst|weitergeleitet|továbbítás|trs|prosl|πρθ|пересл|переслано|הועבר|إعادة توجيه"
    r"|ilt|i̇lt|İLT|yml|转发|轉寄|轉發|転送|전달|chuyển tiếp|ส่งต่อ"
)
# With a count, as in "Re[2]:", "Re (3):" and "Re^2:", a blank before the colon as in French, and the wide colon.
_COLON = r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3})?\s*[:：]\s*"
_REPLY_MARK = re.compile(rf"(?:{_REPLY}|{_MACHINE}){_COLON}", re.IGNORECASE)
_FORWARD_MARK = re.compile(rf"(?:{_FORWARD}){_COLON}", re.IGNORECASE)
# "[list-name]", "[EXTERNAL]", "(ext)", "***SPAM***": what stands there on the way from one of us to the other.
_TAG = re.compile(r"(?:\[[^\[\]]{1,40}\]|\*{2,}[^*]{1,30}\*{2,}|\((?:ext|external|extern)\))\s*", re.IGNORECASE)
_WORD = re.compile(r"\w+")
# Scripts without blanks between words: fewer signs say as much.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_NUMBER = re.compile(r"\d{4,}")
_MOST_MARKS = 20


def bare_subject(subject: str) -> tuple[str, bool]:
    """The subject without marks and tags in front, and whether one of them says that it answers.

    A subject that is nothing else keeps its last tag: somebody wrote it as the matter.
    """
    left, is_reply = subject.strip(), False
    for _mark in range(_MOST_MARKS):
        reply = _REPLY_MARK.match(left)
        mark = reply or _FORWARD_MARK.match(left) or _TAG.match(left)
        if mark is None or (mark.end() == len(left) and reply is None):
            break
        is_reply = is_reply or reply is not None
        left = left[mark.end() :]
    return left.strip(), is_reply


def title_of(subject: str) -> str:
    """What a matter is called that begins with this letter: an answer to something we do not have answers nothing here."""
    bare, is_reply = bare_subject(subject)
    return bare if is_reply and bare else subject


def subject_key(subject: str) -> str:
    """What two subjects have in common that are about the same: no marks, no tags, no case, no accents."""
    return folded(bare_subject(subject)[0])


def is_distinctive(subject: str) -> bool:
    """Whether two matters of one person would hardly bear it: a number in it, or several words of some length.

    "My order" is not, "My table has not come" is. Where writing has no blanks, five signs count as several words.
    """
    bare = bare_subject(subject)[0]
    if _NUMBER.search(bare) or len(_DENSE.findall(bare)) >= 5:
        return True
    words = _WORD.findall(bare)
    return len(words) >= 3 and sum(map(len, words)) >= 12

"""Letters as customers of a small shop write them, made from a seed: the same seed gives the same bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from random import Random

MAILBOX = "support@bench.example"
BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ATTACHED_BYTES = 50_000

# fmt: off
FIRST = ("Anna", "Ben", "Carla", "David", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Karim", "Lea", "Mateo",
         "Nora", "Omar", "Paula", "Quentin", "Rosa", "Søren", "Tomáš")
LAST = ("Abel", "Braun", "Costa", "Dubois", "Eriksson", "Ferreira", "González", "Haddad", "Ito", "Jensen", "Kaya",
        "López", "Müller", "Novák", "Öztürk", "Petit")
THINGS = ("table", "chair", "lamp", "desk", "shelf", "mattress", "carpet", "sofa", "bed", "cabinet")
# fmt: on
SUBJECTS = ("Where is my {}?", "Broken {}", "Question about a {}", "Invoice for the {}", "{} – Rückgabe")
SENTENCES = (
    "I ordered a {thing} from you two weeks ago and it has not come yet.",
    "The order number is {number}.",
    "On the telephone I was told that it would be here by Monday.",
    "Could you tell me where it is now?",
    "The {thing} arrived this morning, but one of the legs is broken.",
    "I would like to send it back and have my money returned.",
    "Please send me the invoice once more, our bookkeeping has lost it.",
    "Thank you for the quick answer, that was very kind.",
    "I have attached a photograph so that you can see what I mean.",
    "Is the {thing} also to be had in oak, and how long would it take?",
    "My neighbour would take the parcel if I am not at home.",
    "Ich habe den {thing} immer noch nicht erhalten, obwohl er längst da sein müsste.",
    "Pourriez-vous m'indiquer à quelle date la livraison est prévue ?",
    "This is the third time that I write, and nobody has called me back.",
    "If it is not here by Friday I will have to buy one elsewhere.",
)
SIGNATURES = ("", "", "-- \n{name}\nTel. +49 30 {number}", "-- \n{name}\nSent from my telephone", "Best wishes\n{name}")


@dataclass(frozen=True)
class Letter:
    """One letter: its bytes, and what a test wants to know of it without reading them."""

    raw: bytes
    sender: str
    message_id: str
    subject: str
    is_reply: bool
    has_file: bool


@dataclass(frozen=True)
class Known:
    """A letter that a customer can answer: one of ours, or their own."""

    message_id: str
    customer: str
    subject: str


@dataclass(frozen=True)
class _Earlier:
    message_id: str
    references: tuple[str, ...]
    name: str
    address: str
    subject: str
    text: str


def make_letters(
    count: int,
    *,
    seed: int = 1,
    mailbox: str = MAILBOX,
    known: Sequence[Known] = (),
    share: float = 0.3,
    name: str = "letter",
    began: datetime = BEGAN,
) -> Iterator[Letter]:
    """`count` letters, of which `share` are replies and 10 % carry a file of 50 kB; plain, HTML and both are as 4:2:4.

    A reply continues an earlier letter of the same person; when others are `known`, every second reply answers one of those,
    and every one where all are replies. `name` goes into the Message-IDs, which are unique within a run of the same name.
    The first was sent when it `began`, each further one 37 s later.
    """
    chance = Random(f"{seed}/{name}")
    earlier: list[_Earlier] = []
    kinds = _spread(chance, count, {"plain": 0.4, "html": 0.2, "both": 0.4})
    replies = _spread(chance, count, {"reply": share, "first": 1 - share})
    files = _spread(chance, count, {"file": 0.1, "none": 0.9})
    for number in range(count):
        is_reply = replies[number] == "reply" and bool(earlier or known)
        before = None
        if is_reply and known and (number % 2 or not earlier or share == 1):
            ours = chance.choice(known)
            before = _Earlier(ours.message_id, (), "", ours.customer, ours.subject, "Thank you for your letter.")
        elif is_reply:
            before = chance.choice(earlier[-400:])
        written = _write(chance, number, before, mailbox, name, seed)
        letter = EmailMessage(policy=SMTP)
        _address(letter, written, mailbox, began + timedelta(seconds=37 * number))
        _fill(letter, written, before, kinds[number])
        if files[number] == "file":
            letter.add_attachment(
                chance.randbytes(ATTACHED_BYTES), maintype="image", subtype="jpeg", filename=f"photograph {number}.jpg"
            )
        for depth, part in enumerate(letter.walk()):
            if part.is_multipart():
                part.set_boundary(f"=_{name}_{number}_{depth}")
        earlier.append(written)
        has_file = files[number] == "file"
        yield Letter(letter.as_bytes(), written.address, written.message_id, written.subject, is_reply, has_file)


def _spread(chance: Random, count: int, shares: dict[str, float]) -> list[str]:
    """`count` words in the given shares, exactly, shuffled."""
    words = [word for word, share in shares.items() for _ in range(round(count * share))][:count]
    words += [next(iter(shares))] * (count - len(words))
    chance.shuffle(words)
    return words


def _write(chance: Random, number: int, before: _Earlier | None, mailbox: str, name: str, seed: int) -> _Earlier:
    thing, order = chance.choice(THINGS), str(chance.randrange(10**6, 10**7))
    if before is None:
        person = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        address = f"customer{chance.randrange(10**9)}@mail{chance.randrange(200)}.example"
        subject = chance.choice(
            ("Where is my {}?", "Broken {}", "Question about a {}", "Invoice for the {}", "{} – Rückgabe")
        )
        subject = subject.format(thing)
    else:
        person, address = before.name, before.address
        subject = before.subject if before.subject.startswith("Re: ") else f"Re: {before.subject}"
    sentences = [chance.choice(SENTENCES).format(thing=thing, number=order) for _ in range(chance.randrange(3, 14))]
    paragraphs = [" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3)]
    text = "Hello,\n\n" + "\n\n".join(paragraphs)
    closing = chance.choice(SIGNATURES).format(name=person, number=order)
    references = (*before.references, before.message_id) if before else ()
    return _Earlier(
        f"<{name}.{seed}.{number}@mail.example>",
        references[-8:],
        person,
        address,
        subject,
        f"{text}\n\n{closing}".strip(),
    )


def _address(letter: EmailMessage, written: _Earlier, mailbox: str, sent_at: datetime) -> None:
    letter["From"] = Address(written.name, addr_spec=written.address)
    letter["To"] = Address("Support", addr_spec=mailbox)
    letter["Subject"] = written.subject
    letter["Date"] = format_datetime(sent_at)
    letter["Message-ID"] = written.message_id
    if written.references:
        letter["In-Reply-To"] = written.references[-1]
        letter["References"] = " ".join(written.references)
    letter["MIME-Version"] = "1.0"
    letter["Received"] = f"from mail.example (mail.example [192.0.2.7]) by mx.bench.example; {format_datetime(sent_at)}"
    letter["X-Mailer"] = "Benchmail 4.2"


def _fill(letter: EmailMessage, written: _Earlier, before: _Earlier | None, kind: str) -> None:
    text, quotation = written.text, ""
    if before is not None:
        quotation = "\n".join(f"> {line}" for line in before.text.splitlines())
        text = f"{written.text}\n\nOn Mon, 2 Mar 2026 at 09:12, {before.name or 'Support'} wrote:\n\n{quotation}\n"
    if kind == "plain":
        letter.set_content(text)
        return
    html = _as_html(written, before)
    if kind == "html":
        letter.set_content(html, subtype="html")
        return
    letter.set_content(text)
    letter.add_alternative(html, subtype="html")


def _as_html(written: _Earlier, before: _Earlier | None) -> str:
    paragraphs = "".join(
        f'<p class="MsoNormal" style="margin:0 0 12px;font-family:Calibri,sans-serif">{part}</p>'
        for part in written.text.replace("\n-- \n", "\n\n").split("\n\n")
    )
    quoted = ""
    if before is not None:
        inner = "".join(f"<p>{part}</p>" for part in before.text.split("\n\n"))
        quoted = (
            '<div class="gmail_quote"><div class="gmail_attr">On Mon, 2 Mar 2026 at 09:12, '
            f'{before.name or "Support"} wrote:<br></div><blockquote class="gmail_quote" '
            f'style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">{inner}</blockquote></div>'
        )
    return f'<html><head><style>p {{ color: #222 }}</style></head><body lang="EN">{paragraphs}{quoted}</body></html>'

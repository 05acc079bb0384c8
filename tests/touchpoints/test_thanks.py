"""Which letters say thank you and no more."""

from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.touchpoints.models import Attachment, Conversation, Touchpoint
from rung.touchpoints.thanks import Letter, is_mere_thanks, says_only_thanks
from rung.touchpoints.verbs import recognise_old_thanks, reopen_conversation, resolve_conversation
from tests.cast import written

THANKS = (
    "Thanks!",
    "thank you",
    "THANK YOU SO MUCH!!!",
    "Thx",
    "Ok, thanks.",
    "Perfect, thank you very much!",
    "Great, thanks a lot for your quick reply. Have a nice weekend!",
    "Hi Ada,\n\nthanks for your help!\n\nBest regards\nCarla",
    "Hello Ms Berg,\nmany thanks for getting back to me so quickly.\nKind regards,\nCarla Ruiz",
    "Brilliant, that worked. Cheers Ada",
    "Thank you Ada 🙏",
    "Thanks, Ada!",
    "Danke, Frau Berg!",
    "Thanks 👍🏽😊",
    "Thank you :-) <3",
    "You’re the best, thanks!",
    "That's very kind of you, thank you.",
    "I really appreciate your help. Thank you again!",
    "It works now, thank you",
    "Danke!",
    "Vielen Dank!",
    "Super, vielen Dank für die schnelle Hilfe!",
    "Hallo Frau Berg,\n\nherzlichen Dank für Ihre Bemühungen.\n\nMit freundlichen Grüßen\nCarla Ruiz",
    "Prima, danke dir! LG Carla",
    "Alles klar, danke und schönes Wochenende!",
    "Besten Dank & viele Grüße",
    "Sehr geehrte Damen und Herren,\nvielen Dank für die rasche Antwort.",
    "Danke, jetzt funktioniert alles.",
    "Merci !",
    "Merci beaucoup pour votre réponse rapide.",
    "Bonjour,\n\nJe vous remercie pour votre aide.\n\nBien cordialement,\nCarla",
    "Parfait, merci et bonne journée !",
    "Un grand merci à toute l’équipe",
    "Gracias",
    "¡Muchas gracias por su ayuda!",
    "Perfecto, muchísimas gracias por la rápida respuesta. Un saludo, Carla",
    "Hola Ada, mil gracias por todo. ¡Que tengas un buen día!",
    "Bedankt!",
    "Hartelijk dank voor de snelle reactie. Met vriendelijke groet, Carla",
    "Top, dank je wel! Fijne dag nog",
    "Geachte heer Berg, hartelijk bedankt voor uw hulp.",
    "Grazie mille per la rapida risposta! Buona giornata",
    "Muito obrigada pela ajuda!",
    "Tusen takk!",
    "Tack så mycket",
    "Dziękuję bardzo",
)
MORE = (
    "",
    "Hello",
    "Perfect!",
    "👍",
    "Thanks, but it is still broken.",
    "Thanks, when will it come",
    "Thanks, when will it come?",
    "Thanks?",
    "Thank you for your reply. It does not work.",
    "Thanks for nothing.",
    "No thanks.",
    "Yes please, thanks",
    "Thanks in advance!",
    "Thank you. My number is 0431 12345",
    "Thanks, order 4711",
    "Thanks! Could you send the invoice as well",
    "Thanks. Please cancel my order.",
    "Thank you for the refund that never came",
    "Thanks! I will try it tomorrow.",
    "Thanks, that works for Tuesday",
    "Thanks a lot, now I have missed my flight",
    "thanks\n\nthe other lamp is broken too",
    "Thanks 😡",
    "Thanks https://example.org/form",
    "Thanks carla@example.org",
    "I would like to thank Ada and complain about Bo",
    "Great service. Not.  Thanks.",
    "Danke, aber es geht immer noch nicht.",
    "Danke im Voraus",
    "Vielen Dank schon mal!",
    "Danke, wann kommt er",
    "Danke für nichts",
    "Vielen Dank, leider fehlt die Rechnung.",
    "Danke. Bitte stornieren.",
    "Danke, Storno!",
    "Danke Rechnung",
    "Ja, danke",
    "Danke Rechnung fehlt noch",
    "Merci, mais ça ne marche pas.",
    "Merci d'avance",
    "Merci de me rappeler",
    "Merci, et pour la facture",
    "Oui merci",
    "Gracias, pero no funciona",
    "Gracias de antemano",
    "Gracias, ¿cuándo llega?",
    "Gracias, cuándo llega",
    "Bedankt, maar het werkt niet",
    "Alvast bedankt",
    "Bedankt, wanneer komt het",
    "Grazie, ma non funziona",
    "Grazie in anticipo",
    "Obrigado, mas ainda não chegou",
    "ありがとうございます",
    "Спасибо, но не работает",
    "Thanks " * 60,
    "Hi Still Waiting For Answer, thanks",
)


NAMES = ("Carla Ruiz", "Ada Berg")


@pytest.mark.parametrize("text", THANKS)
def test_every_word_belongs_to_thanks(text: str) -> None:
    assert says_only_thanks(text, names=NAMES)


@pytest.mark.parametrize("text", MORE)
def test_whoever_says_more_is_heard(text: str) -> None:
    assert not says_only_thanks(text, names=NAMES)


@pytest.mark.parametrize("text", ["Thanks, {}!", "Thanks {}", "Thanks!\n{}", "Danke, {}"])
def test_a_word_that_nobody_is_called_is_no_word_of_thanks(text: str) -> None:
    assert says_only_thanks(text.format("Ada"), names=NAMES)
    assert not says_only_thanks(text.format("Storno"), names=NAMES)


def is_mere(subject: str = "Re: My table", text: str = "Thanks!", *, brings: bool = False) -> bool:
    letter = Letter(subject, text, brings)
    return is_mere_thanks(letter, about="My table", writer="Carla Ruiz", ours=lambda: ["Ada Berg"])


@pytest.mark.parametrize("subject", ["Re: My table", "AW: my table", "[desk] RE: Re: My table", "", "Thank you!"])
def test_the_subject_is_still_the_matters(subject: str) -> None:
    assert is_mere(subject)


def test_a_new_subject_may_be_the_message() -> None:
    assert not is_mere("Cancel my order")


def test_what_came_along_is_more_than_thanks() -> None:
    assert not is_mere(brings=True)


def test_our_names_are_asked_for_only_where_one_stands_there() -> None:
    def nobody_asks() -> list[str]:
        raise AssertionError

    for text in ("Thanks!", "Hi Tom, thanks! Carla", "it is still broken", "Thanks, but it is broken, Ada"):
        is_mere_thanks(Letter("", text, brings=False), about="My table", writer="Carla Ruiz", ours=nobody_asks)
    assert is_mere(text="Thanks, Ada!")
    assert not is_mere(text="Thanks, Bo!")


HOUR = timedelta(hours=1)


@pytest.fixture
def of_before(carla: Customer, karim: Customer, ada: Agent, at: datetime) -> list[Conversation]:
    """Reopened before anybody noted for what: for thanks, for thanks with a file, for more, and by one of us."""
    matters = []
    for text, by_us in (("Thanks!", False), ("Thanks!", False), ("Thanks, and now?", False), ("", True)):
        at += HOUR
        matter = written(karim if by_us else carla, at=at, subject=f"Matter {len(matters)}")
        resolve_conversation(matter, by=ada.actor, at=at + timedelta(minutes=5))
        if by_us:
            reopen_conversation(matter, by=ada.actor, at=at + timedelta(minutes=10))
        else:
            moment = at + timedelta(minutes=10)
            written(carla, at=moment, conversation=matter.pk, subject="Re: " + matter.subject, text=text)
        matters.append(matter)
    Attachment.objects.create(
        touchpoint=Touchpoint.objects.filter(conversation=matters[1]).latest("pk"), name="photo.jpg", size=1, digest="x"
    )
    for entry in Entry.objects.filter(kind__in=("conversation.reopened", "touchpoint.received")):
        entry.data.pop("thanks")
        entry.save()
    return matters


def test_of_letters_of_before_those_of_mere_thanks_are_recorded(of_before: list[Conversation], at: datetime) -> None:
    later = at + 100 * HOUR
    found, after = recognise_old_thanks(0, by=SYSTEM, at=later)
    assert (found, after) == (1, Entry.objects.filter(kind="conversation.reopened").latest("pk").pk)
    told = Entry.objects.get(kind="thanks.recognised")
    reopened = Entry.objects.get(kind="conversation.reopened", conversation=of_before[0].pk)
    assert told.conversation == of_before[0].pk
    assert told.touchpoint == Touchpoint.objects.filter(conversation=of_before[0]).latest("pk").pk
    assert told.data["reopened_ms"] == round(reopened.occurred_at.timestamp() * 1000)
    assert (told.occurred_at, told.recorded_at) == (reopened.occurred_at, later)


def test_they_are_recorded_once(of_before: list[Conversation], at: datetime) -> None:
    assert [recognise_old_thanks(0, by=SYSTEM, at=at)[0] for _ in range(2)] == [1, 0]
    last = Entry.objects.latest("pk").pk
    assert recognise_old_thanks(last, by=SYSTEM, at=at) == (0, 0)


def test_what_was_judged_as_it_came_is_not_judged_again(carla: Customer, ada: Agent, at: datetime) -> None:
    matter = written(carla, at=at)
    resolve_conversation(matter, by=ada.actor, at=at + HOUR)
    written(carla, at=at + 2 * HOUR, conversation=matter.pk, text="Cancel it.")
    Touchpoint.objects.update(text="Thanks!")
    assert recognise_old_thanks(0, by=SYSTEM, at=at + 3 * HOUR)[0] == 0

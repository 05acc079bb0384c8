"""Which letters say thank you and no more."""

from datetime import UTC, datetime

import pytest

from rung.touchpoints.incoming import Incoming, IncomingFile
from rung.touchpoints.thanks import is_mere_thanks, says_only_thanks

AT_ONCE = datetime(2026, 3, 10, 9, tzinfo=UTC)

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


@pytest.mark.parametrize("text", THANKS)
def test_every_word_belongs_to_thanks(text: str) -> None:
    assert says_only_thanks(text, name="Carla Ruiz")


@pytest.mark.parametrize("text", MORE)
def test_whoever_says_more_is_heard(text: str) -> None:
    assert not says_only_thanks(text, name="Carla Ruiz")


def test_a_strangers_name_below_is_no_word_of_thanks() -> None:
    assert says_only_thanks("Thanks!\nCarla", name="Carla Ruiz")
    assert not says_only_thanks("Thanks!\nStorno", name="Carla Ruiz")


def letter(subject: str = "Re: My table", text: str = "Thanks!", **more: object) -> Incoming:
    return Incoming(channel="email", reference="<1@x>", subject=subject, text=text, occurred_at=AT_ONCE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("subject", ["Re: My table", "AW: my table", "[desk] RE: Re: My table", "", "Thank you!"])
def test_the_subject_is_still_the_matters(subject: str) -> None:
    assert is_mere_thanks(letter(subject), subject="My table")


def test_a_new_subject_may_be_the_message() -> None:
    assert not is_mere_thanks(letter("Cancel my order"), subject="My table")


def test_what_came_along_is_more_than_thanks() -> None:
    photo = IncomingFile(name="photo.jpg", media_type="image/jpeg", content=b"x")
    assert not is_mere_thanks(letter(files=(photo,)), subject="My table")
    assert not is_mere_thanks(letter(brought={"forwarded": [{}]}), subject="My table")
    assert is_mere_thanks(letter(brought={"protection": {}}), subject="My table")

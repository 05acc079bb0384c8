"""A customer is asked, thanked and refused in the language they read: told, written, their browser's, or ours."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import translation

from rung.accounts.models import Agent
from rung.business.verbs import describe_business
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.core.catalogues import Catalogue, Message, compiled
from rung.customers.models import Customer
from rung.surveys.models import Answer, Invitation
from rung.surveys.speaking import language_for
from rung.surveys.tokens import form_proof, link_token
from rung.surveys.tongues import tongue_of
from rung.surveys.verbs import answer_invitation, offer_invitation, send_invitation
from rung.touchpoints.incoming import Logged
from rung.touchpoints.models import Touchpoint
from rung.touchpoints.verbs import answer_conversation, log_touchpoint
from tests.cast import Desk, written
from tests.surveys.test_asking import offered

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# What a page's heading and button say, as somebody who speaks the language wrote it down: not read from the catalogues.
SAID = {
    "en": {
        "letter": "Thinking of what you expected, which fits best?",
        "level": "Just the way I like it done",
        "question": "Thinking of what you expected, which fits best?",
        "button": "Yes, that is my answer",
        "why": "Thank you, we have noted it.",
        "comment": "What should we know about why?",
        "thanks": "Thank you.",
        "change": "Change my answer",
        "stop": "No more questions like this?",
        "stopped": "We will ask you nothing more.",
        "over": "The time to answer is over.",
        "stale": "That took a little long.",
        "unknown": "This link leads nowhere.",
        "missing": "There is nothing here",
    },
    "de": {
        "letter": "Wenn Sie daran denken, was Sie erwartet haben: Was passt am besten?",
        "level": "Genau so, wie ich es gern habe",
        "question": "Wenn Sie daran denken, was Sie erwartet haben: Was passt am besten?",
        "button": "Ja, das ist meine Antwort",
        "why": "Danke, wir haben es notiert.",
        "comment": "Was sollten wir über das Warum wissen?",
        "thanks": "Danke.",
        "change": "Meine Antwort ändern",
        "stop": "Keine solchen Fragen mehr?",
        "stopped": "Wir fragen Sie nichts mehr.",
        "over": "Die Zeit zum Antworten ist vorbei.",
        "stale": "Das hat etwas lange gedauert.",
        "unknown": "Dieser Link führt nirgendwohin.",
        "missing": "Hier ist nichts",
    },
    "fr": {
        "letter": "Par rapport à ce que vous attendiez, qu’est-ce qui convient le mieux ?",
        "level": "Exactement comme je l’aime",
        "question": "Par rapport à ce que vous attendiez, qu’est-ce qui convient le mieux ?",
        "button": "Oui, c’est ma réponse",
        "why": "Merci, c’est noté.",
        "comment": "Que devrions-nous savoir de vos raisons ?",
        "thanks": "Merci.",
        "change": "Changer ma réponse",
        "stop": "Plus de questions de ce genre ?",
        "stopped": "Nous ne vous demanderons plus rien.",
        "over": "Le délai pour répondre est passé.",
        "stale": "Cela a pris un peu trop de temps.",
        "unknown": "Ce lien ne mène nulle part.",
        "missing": "Il n’y a rien ici",
    },
    "es": {
        "letter": "Pensando en lo que esperaba, ¿qué encaja mejor?",
        "level": "Justo como me gusta",
        "question": "Pensando en lo que esperaba, ¿qué encaja mejor?",
        "button": "Sí, esa es mi respuesta",
        "why": "Gracias, lo hemos anotado.",
        "comment": "¿Qué deberíamos saber del porqué?",
        "thanks": "Gracias.",
        "change": "Cambiar mi respuesta",
        "stop": "¿No más preguntas como esta?",
        "stopped": "No le preguntaremos nada más.",
        "over": "El plazo para responder ha terminado.",
        "stale": "Ha tardado un poco.",
        "unknown": "Este enlace no lleva a ninguna parte.",
        "missing": "Aquí no hay nada",
    },
    "nl": {
        "letter": "Als u denkt aan wat u verwachtte, wat past het best?",
        "level": "Precies zoals ik het graag heb",
        "question": "Als u denkt aan wat u verwachtte, wat past het best?",
        "button": "Ja, dat is mijn antwoord",
        "why": "Bedankt, we hebben het genoteerd.",
        "comment": "Wat moeten we over het waarom weten?",
        "thanks": "Dank u wel.",
        "change": "Mijn antwoord wijzigen",
        "stop": "Geen vragen meer zoals deze?",
        "stopped": "We vragen u niets meer.",
        "over": "De tijd om te antwoorden is voorbij.",
        "stale": "Dat duurde wat lang.",
        "unknown": "Deze link leidt nergens heen.",
        "missing": "Hier is niets",
    },
}
LANGUAGES = sorted(SAID)
# What no page of a customer who reads another language may still say.
ENGLISH = re.compile(r"\b(?:the|and|your?|this|answer|thank|thanks|until|help|if)\b", re.IGNORECASE)
LETTERS = {
    "en": "The lamp you sent is broken. Could you please send me another one? I need it before the weekend.",
    "de": "Die Lampe ist leider kaputt angekommen. Können Sie mir bitte eine neue schicken? Ich brauche sie bald.",
    "fr": "La lampe est arrivée cassée. Pouvez-vous m'en envoyer une autre ? Je suis très déçu de votre livraison.",
    "es": "La lámpara llegó rota. ¿Pueden ustedes enviarme otra? La tengo desde hace muy poco y no está bien, gracias.",
    "nl": "De lamp is kapot aangekomen. Kunt u mij een nieuwe sturen? Ik heb hem net besteld en het is niet goed.",
}


def asked_of(carla: Customer, by: Agent) -> Invitation:
    at = clock.now() - timedelta(minutes=1)
    invitation = offered(carla, by, at - HOUR)
    send_invitation(invitation, by=SYSTEM, at=at)
    invitation.refresh_from_db()
    return invitation


def link(invitation: Invitation, value: int | None = 4, rest: str = "") -> str:
    return f"/s/{link_token(invitation.nonce, value)}{rest}"


def plain(text: str) -> str:
    """With the space that French puts in front of its signs as one of the usual ones."""
    return text.replace("\u00a0", " ")


def shown(answer: object, language: str, *said: str) -> str:
    """The text of a page, which is in a language and in no English."""
    page: str = answer.content.decode()  # type: ignore[attr-defined]  # the test client's answer
    assert f'<html lang="{language}" dir="ltr"' in page
    assert answer.headers["Content-Language"] == language  # type: ignore[attr-defined]  # as above
    body = plain(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)^.*<body", "<body", page)))
    title = re.findall("<title>(.*?) · ", page)
    for each in said:
        assert SAID[language][each] in body
    if language != "en":
        assert not ENGLISH.findall(f"{title} {body}")
    return body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language_a_customer_told(
    ada: Agent, lin: Agent, carla: Customer, client: Client, language: str
) -> None:
    describe_business(name="Fennimore", support_url="https://help.example.org", by=lin.actor, at=clock.now())
    Customer.objects.filter(pk=carla.pk).update(language=language)
    carla.refresh_from_db()
    invitation = asked_of(carla, ada)
    assert invitation.touchpoint is not None
    assert SAID[language]["letter"] in plain(invitation.touchpoint.text)
    assert f'<div lang="{language}" dir="ltr"' in invitation.touchpoint.html
    # The browser speaks something else, and is not asked.
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en" if language != "en" else "de"
    shown(client.get(link(invitation)), language, "question", "level", "button")
    stale = client.post(link(invitation), {"value": "4", "proof": "x"})
    shown(stale, language, "stale")
    shown(client.get(link(invitation, None, "/stop")), language, "stop")
    proof = form_proof(invitation.nonce, at=clock.now())
    answered = client.post(link(invitation), {"value": "4", "proof": proof})
    shown(client.get(answered.headers["Location"]), language, "why", "level", "comment", "change")
    too_long = client.post(answered.headers["Location"], {"comment": "x" * 5001})
    shown(too_long, language, "why")
    said = client.post(answered.headers["Location"], {"comment": "Ruhig."})
    shown(client.get(said.headers["Location"]), language, "thanks", "change")
    shown(client.get(link(invitation, 6)), language, "question", "level")
    shown(client.post(link(invitation, None, "/stop")), language, "stopped")
    Answer.objects.all().delete()
    Invitation.objects.update(sent_at=clock.now() - timedelta(days=46))
    shown(client.get(link(invitation)), language, "over")


@pytest.mark.parametrize("question", ["csat", "nps", "ces"])
@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_the_other_questions_are_asked_in_it_too(
    ada: Agent, carla: Customer, client: Client, language: str, question: str
) -> None:
    Customer.objects.filter(pk=carla.pk).update(language=language)
    invitation = asked_of(carla, ada)
    Invitation.objects.update(question=question)
    shown(client.get(link(invitation)), language, "button")
    answer_invitation(Invitation.objects.get(), value=2, by=carla.actor, at=clock.now())
    shown(client.get(link(invitation, 2, "/why")), language, "why")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_that_leads_nowhere_says_so_in_the_browsers_language(client: Client, language: str) -> None:
    spoken = {"HTTP_ACCEPT_LANGUAGE": f"pl, {language}-XX;q=0.8, en;q=0.2"}
    shown(client.get("/s/x", **spoken), language, "unknown")  # type: ignore[arg-type]  # extra headers
    shown(client.get("/s/x/stop", **spoken), language, "unknown")  # type: ignore[arg-type]  # as above
    page = client.get("/s/x/y/z", **spoken).content.decode()  # type: ignore[arg-type]  # as above
    assert SAID[language]["missing"] in page
    assert f'<html lang="{language}"' in page


def test_whoever_comes_from_the_desk_is_told_in_the_desks_language(ada: Agent, client_of: Desk) -> None:
    page = client_of(ada).get("/nowhere", HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert SAID["en"]["missing"] in page
    assert '<html lang="en"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_their_letters_counts_where_none_was_told(
    ada: Agent, lin: Agent, carla: Customer, client: Client, language: str
) -> None:
    describe_business(language="nl" if language != "nl" else "fr", by=lin.actor, at=clock.now())
    at = clock.now() - 2 * HOUR
    conversation = written(carla, at=at, text=LETTERS[language])
    answer_conversation(conversation, text="It comes on Friday.", resolve=True, by=ada.actor, at=at)
    invitation = offer_invitation(conversation, resolved_at=at, by=ada.actor, at=at)
    send_invitation(invitation, by=SYSTEM, at=at + HOUR)
    assert SAID[language]["letter"] in plain(Touchpoint.objects.get(is_automatic=True).text)
    other = "es" if language != "es" else "de"
    shown(client.get(link(invitation), HTTP_ACCEPT_LANGUAGE=other), language, "question")
    Customer.objects.filter(pk=carla.pk).update(language=other)
    shown(client.get(link(invitation)), other, "question")


def test_the_newest_letter_that_tells_counts_and_not_what_we_noted(ada: Agent, carla: Customer) -> None:
    at = clock.now() - HOUR
    written(carla, at=at, text=LETTERS["de"], reference="1@x")
    written(carla, at=at + timedelta(minutes=1), text=LETTERS["fr"], reference="2@x")
    written(carla, at=at + timedelta(minutes=2), text="OK, merci.", reference="3@x")
    noted = Logged(channel="phone", direction="in", text=LETTERS["es"], occurred_at=at + timedelta(minutes=3))
    log_touchpoint(carla, noted, by=ada.actor, at=at + timedelta(minutes=3))
    assert language_for(carla) == "fr"


def test_the_browser_is_asked_where_nothing_is_known_and_then_the_house(
    ada: Agent, lin: Agent, carla: Customer, client: Client
) -> None:
    describe_business(language="fr", by=lin.actor, at=clock.now())
    invitation = asked_of(carla, ada)
    assert invitation.touchpoint is not None
    assert SAID["fr"]["letter"] in plain(invitation.touchpoint.text)
    shown(client.get(link(invitation), HTTP_ACCEPT_LANGUAGE="da, nl-BE;q=0.9, de;q=0.5"), "nl", "question")
    shown(client.get(link(invitation), HTTP_ACCEPT_LANGUAGE="nl;q=0, ja"), "fr", "question")
    shown(client.get(link(invitation), HTTP_ACCEPT_LANGUAGE=";;q=x,*"), "fr", "question")


@pytest.mark.parametrize(
    ("told", "means"), [("de-AT", "de"), ("DE_at", "de"), ("pl", "en"), ("Deutsch", "en"), ("nl ", "nl")]
)
def test_a_language_without_words_is_not_claimed(ada: Agent, carla: Customer, told: str, means: str) -> None:
    """An English page that calls itself Polish is read aloud by a Polish voice."""
    carla.language = told
    assert language_for(carla) == means


def test_a_colleague_at_a_customers_link_is_told_in_their_own_language(
    ada: Agent, lin: Agent, carla: Customer, client_of: Desk
) -> None:
    Customer.objects.filter(pk=carla.pk).update(language="de")
    Agent.objects.filter(pk=lin.pk).update(language="es")
    invitation = asked_of(carla, ada)
    proof = form_proof(invitation.nonce, at=clock.now())
    answer = client_of(lin).post(link(invitation), {"value": "4", "proof": proof})
    assert answer.status_code == 403
    assert "Esta pregunta es para el cliente." in shown(answer, "es")


def test_a_catalogue_written_from_right_to_left_turns_the_page(
    ada: Agent, carla: Customer, client: Client, settings: LazySettings, tmp_path: Path, anew: Callable[[], None]
) -> None:
    said = {Message("Yes, that is my answer"): ["نعم، هذا جوابي"]}
    folder = tmp_path / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(
        compiled(
            Catalogue(
                "Language: ar\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
                said,
            )
        )
    )
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]
    settings.MAIL_LANGUAGES = [*settings.MAIL_LANGUAGES, ("ar", "العربية")]
    anew()
    Customer.objects.filter(pk=carla.pk).update(language="ar")
    carla.refresh_from_db()
    invitation = asked_of(carla, ada)
    assert invitation.touchpoint is not None
    assert '<div lang="ar" dir="rtl"' in invitation.touchpoint.html
    page = client.get(link(invitation)).content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert "نعم، هذا جوابي" in page


@pytest.fixture
def anew(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Forgets what was looked up in catalogues, now and when the test is over."""
    from django.utils.translation import trans_real

    from rung.ui.jinja import _bare_words, _words

    def forget() -> None:
        trans_real._translations.pop("ar", None)  # type: ignore[attr-defined]  # Django's own memory of catalogues
        for remembering in (_words, _bare_words):
            remembering.cache_clear()

    request.addfinalizer(forget)  # noqa: PT021  # the test forgets as well, at its own time
    return forget


@pytest.mark.parametrize(("language", "text"), sorted(LETTERS.items()))
def test_a_few_sentences_tell_their_language(language: str, text: str) -> None:
    assert tongue_of(text) == language
    assert tongue_of(text.upper()) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OK, danke!",
        "4711",
        "Order 4711, blue.",
        "De nada.",
        LETTERS["de"] + LETTERS["en"],  # both
        "ランプが壊れています。交換してください。",
    ],
)
def test_what_is_short_or_mixed_tells_none(text: str) -> None:
    assert tongue_of(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "A lâmpada não chegou inteira. Quando é que você pode enviar outra? Estou à espera há muito tempo, obrigado.",
        "La lampada è arrivata rotta. Quando potete mandarmi un'altra? Non sono contento della vostra consegna, grazie.",
        "Lampan är trasig. Kan ni skicka en ny till mig? Jag har väntat på er sedan i maj och det är inte bra.",
        "Lampen er gået i stykker. Kan jeg få en ny? Det var ikke det, jeg havde bestilt hos jer.",
        "La làmpada ha arribat trencada. Quan podeu enviar-me una altra? No és el que esperava, gràcies per la seva ajuda.",
        "Die lamp is stukkend. Kan julle asseblief vir my 'n ander een stuur? Ek is nie daarmee tevrede nie, dankie.",
        "Lampa przyszła zepsuta. Czy możecie mi przysłać nową? Proszę o to już od dwóch tygodni i nie wiem, co robić.",
        "Lampa a sosit spartă. Puteți să îmi trimiteți alta? Nu este ce am comandat și vă mulțumesc pentru ajutor.",
    ],
)
def test_a_neighbours_language_is_taken_for_none_of_ours(text: str) -> None:
    with translation.override("en"):
        assert tongue_of(text) not in LANGUAGES

"""Whether a letter says that its answers stand within what it quotes: "see my comments in red", "Antworten im Text"."""

from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.quoting import listed

MAX_ABOVE = 60
"""Lines above a quotation in which it is looked for."""
_AHEAD, _BEHIND = 4, 7
"""Words before and behind "answers" among which it is said where they stand."""

_ANSWERS = listed(
    """
    answers answered answering replies replied responses responded comments comment commented remarks annotated
    annotations antworten beantwortet geantwortet anmerkungen kommentare kommentiert ergänzungen
    réponses répondu commentaires commenté remarques respuestas respondido contestado comentarios risposte
    risposto commenti commentato respostas respondi comentários antwoorden beantwoord geantwoord opmerkingen svar svaret
    svarat besvarat svarer kommentarer bemærkninger merknader vastaukset vastasin kommentit odpowiedzi odpowiedziałem
    odpowiedziałam komentarze uwagi odpovědi komentáře válaszok válaszaim válaszoltam megjegyzéseim răspunsuri
    răspunsurile comentarii ответы ответил ответила комментарии відповіді коментарі απαντήσεις σχόλια yanıtlarım
    cevaplarım
    """
)
# One alone may be somebody else's: it has to be called one's own.
_ANSWER = listed("answer reply response antwort réponse respuesta risposta resposta antwoord ответ")
_OWN = listed(
    """
    my our i meine unsere ich ma notre mes nos je mi mis nuestra nuestras mia nostra mie nostre minha nossa minhas mijn
    onze mina mine mitt moje мои мой наши see siehe voir ver véase vedi zie se
    """
)
_NOT_OWN = listed(
    """
    your yours his her their ihre ihren ihrer ihr deine deinen deiner eure votre vos ton ta tes su sus tu tus vuestra
    vuestro suo sua tuo tua vostra suas seu seus uw jouw je din dit deres er ditt twoje twoja pana pani vaše vaší ваш
    ваши ваше твой please bitte thanks thank danke dank merci gracias grazie obrigado tak tack takk no keine aucune
    """
)
_WITHIN = listed(
    """
    below inline inlined underneath interspersed highlighted caps unten unterhalb darunter farbig markiert dessous abajo
    continuación sotto calce abaixo hieronder onder onderstaand tussendoor nedenfor nedenunder nedan alla punaisella
    sinisellä poniżej kolorem níže červeně modře lent pirossal kékkel alább ниже красным синим нижче червоним
    παρακάτω aşağıda
    """
)
_LOOKS = listed(
    """
    line red blue green purple orange bold italics text body rot blau grün fett kursiv rouge bleu vert gras texte
    couleur rojo azul verde negrita texto rosso blu grassetto testo vermelho negrito rood blauw groen rødt blåt rött
    blått tekst tekstissä czerwono textu szövegben тексте
    """
)
_IN = listed("in en em im i med w dans nel no il v в the le el la de der dem mit")


def answers_within(lines: list[str]) -> bool:
    """Whether the lines above a quotation say that answers stand within it."""
    said: list[str] = []
    for line in lines[-MAX_ABOVE:]:
        said += signs.words(line[: signs.MAX_LINE])
        if not line.strip() or line.rstrip()[-1:] in ".!?:;":
            said.append("")
    if _ANSWERS.isdisjoint(said) and _ANSWER.isdisjoint(said):
        return False
    return any(
        (word in _ANSWERS or word in _ANSWER) and _is_own(said, index) and _is_placed(said, index)
        for index, word in enumerate(said)
    )


def _is_own(said: list[str], index: int) -> bool:
    before = said[max(index - 3, 0) : index]
    if not _OWN.isdisjoint(before[-2:]) and _NOT_OWN.isdisjoint(before[-1:]):
        return True
    return said[index] not in _ANSWER and _NOT_OWN.isdisjoint(before)


def _is_placed(said: list[str], index: int) -> bool:
    """Whether words near the answers, and in the same sentence, say where they stand or how they look."""
    ahead, behind = said[max(index - _AHEAD, 0) : index], said[index : index + 1 + _BEHIND]
    while "" in ahead:
        del ahead[: ahead.index("") + 1]
    near = ahead + (behind[: behind.index("")] if "" in behind else behind)
    return any(
        word in _WITHIN or (word in _LOOKS and before in _IN) for before, word in zip(["", *near], near, strict=False)
    )

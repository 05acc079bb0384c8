"""Whether a letter says thank you and no more. Pure.

Every word has to belong to a phrase of thanks, of praise for what was done, of greeting or of parting. One word that belongs
to none, a number, a question mark, an address, and it is a letter like any other: so what is not known is never taken for
thanks, in whatever language it is written. What could accept an offer ("d'accord", "passt", "that works") is known to none.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from unicodedata import normalize

from rung.core.text import folded
from rung.touchpoints.subjects import subject_key

MOST_SIGNS, MOST_WORDS = 400, 40
"""Whoever writes more has something to say."""

# Thanks for what is still to come ("in advance") ask for it, and are left out on purpose.
_THANKS = """
thanks | thanks a lot | thanks a bunch | thanks a million | thanks so much | thanks very much | thanks again |
many thanks | many many thanks | thanks much | thank you | thank you all | thank you so much | thank you very much |
thank you so very much | thank you again | thank you kindly | thank you both | thankyou | thx | thnx | tks | ty | tysm |
cheers | much appreciated | very much appreciated | greatly appreciated | appreciated | i appreciate it |
i really appreciate it | appreciate it | we appreciate it | i appreciate your help | i really appreciate your help |
that is very kind | that is so kind | very kind of you | that is very kind of you | you are very kind |
just wanted to say thank you | just wanted to say thanks | i just wanted to say thank you |
i just wanted to say thanks | a big thank you | a huge thank you | big thanks | danke | danke schon | dankeschon |
danke sehr | danke dir | danke ihnen | danke euch | danke nochmal | danke nochmals | vielen dank | vielen vielen dank |
vielen lieben dank | lieben dank | besten dank | herzlichen dank | tausend dank | vielen dank nochmal |
vielen dank nochmals | nochmals vielen dank | nochmal vielen dank | ganz herzlichen dank | recht herzlichen dank |
ich danke ihnen | ich danke dir | ich bedanke mich | wir bedanken uns | sehr nett von ihnen |
das ist sehr nett von ihnen | das ist sehr nett | sehr freundlich | merci vielmals | dankend | merci | merci beaucoup |
merci bien | un grand merci | mille mercis | merci infiniment | merci encore | encore merci | merci a vous |
merci a toi | merci a toute l'equipe | merci mille fois | je vous remercie | je vous remercie beaucoup |
je te remercie | nous vous remercions | c'est tres gentil | c'est tres gentil a vous | c'est gentil |
c'est tres aimable | gracias | muchas gracias | muchisimas gracias | mil gracias | mil gracias por todo |
gracias de nuevo | gracias a ti | gracias a usted | gracias a ustedes | os lo agradezco | se lo agradezco |
se lo agradezco mucho | te lo agradezco | muy agradecido | muy agradecida | muy amable | muy amables | es muy amable |
bedankt | heel erg bedankt | hartelijk bedankt | heel hartelijk bedankt | erg bedankt | super bedankt |
nogmaals bedankt | dank je | dank je wel | dankjewel | dank u | dank u wel | dankuwel | hartelijk dank | veel dank |
heel erg dank | hartstikke bedankt | nogmaals dank | nogmaals hartelijk dank | dank jullie wel | top bedankt |
wat aardig | heel vriendelijk | erg vriendelijk | grazie | grazie mille | mille grazie | molte grazie | tante grazie |
grazie ancora | ancora grazie | la ringrazio | ti ringrazio | vi ringrazio | grazie infinite | molto gentile |
gentilissimi | gentilissima | gentilissimo | obrigado | obrigada | muito obrigado | muito obrigada | obrigadissimo |
obrigadissima | agradeco | agradeco muito | agradecido | tak | mange tak | tusind tak | tak skal du have | tack |
tack sa mycket | tusen tack | takk | tusen takk | mange takk | takk skal du ha | kiitos | kiitos paljon | dziekuje |
dziekuje bardzo | dzieki | dziekujemy | dekuji | diky | moc dekuji
"""
_FOR = """
for your help | for all your help | for all the help | for the help | for helping | for helping me | for helping us |
for helping out | for your time | for your support | for the support | for your assistance | for the assistance |
for the quick reply | for your quick reply | for the fast reply | for your fast reply | for the prompt reply |
for your prompt reply | for the quick response | for your quick response | for the fast response |
for your fast response | for the prompt response | for your prompt response | for the quick answer |
for your quick answer | for your answer | for the answer | for your reply | for the reply | for your response |
for the info | for the information | for the update | for letting me know | for letting us know |
for getting back to me | for getting back to me so quickly | for the clarification | for clarifying |
for clearing that up | for sorting this out | for sorting that out | for sorting it out | for sorting it |
for taking care of this | for taking care of it | for everything | for your kindness | for your effort |
for your efforts | for the great service | for the excellent service | for the good service | for the quick help |
for your quick help | for the quick service | for fixing it | for fixing this | for your email | for your message |
for the explanation | to you | to you all | to everyone | to the team | to the whole team | to you and your team |
to all of you | fur ihre hilfe | fur deine hilfe | fur eure hilfe | fur die hilfe | fur die schnelle hilfe |
fur ihre schnelle hilfe | fur deine schnelle hilfe | fur die schnelle antwort | fur ihre schnelle antwort |
fur deine schnelle antwort | fur die antwort | fur ihre antwort | fur deine antwort | fur die rasche antwort |
fur ihre rasche antwort | fur die schnelle ruckmeldung | fur ihre schnelle ruckmeldung | fur die ruckmeldung |
fur ihre ruckmeldung | fur deine ruckmeldung | fur die rasche ruckmeldung | fur die schnelle ruckantwort |
fur die info | fur die information | fur die informationen | fur die auskunft | fur ihre bemuhungen |
fur die bemuhungen | fur ihre muhe | fur die muhe | fur deine muhe | fur ihre unterstutzung | fur die unterstutzung |
fur deine unterstutzung | fur alles | fur ihre muhen | fur die schnelle bearbeitung | fur die rasche bearbeitung |
fur die schnelle erledigung | fur die prompte erledigung | fur die prompte antwort | fur den tollen service |
fur den guten service | fur den super service | fur die klarung | fur den schnellen service | fur ihre nachricht |
fur deine nachricht | fur die nachricht | fur ihre zeit | fur deine zeit | fur die freundliche hilfe |
fur die aufklarung | an alle | an das ganze team | an euch | an sie | ihnen | dir | euch | pour votre aide |
pour ton aide | pour l'aide | pour votre reponse | pour ta reponse | pour la reponse | pour votre reponse rapide |
pour la reponse rapide | pour votre rapidite | pour votre reactivite | pour la rapidite | pour votre gentillesse |
pour tout | pour l'information | pour les informations | pour ces informations | pour l'info | pour les infos |
pour votre retour | pour ton retour | pour ce retour | pour votre retour rapide | pour votre temps |
pour votre patience et votre aide | pour votre soutien | pour votre message | pour votre professionnalisme |
pour votre efficacite | pour votre disponibilite | a toute l'equipe | a tous | a vous | a toi | por su ayuda |
por tu ayuda | por vuestra ayuda | por la ayuda | por todo | por todo su apoyo | por su respuesta | por tu respuesta |
por la respuesta | por la pronta respuesta | por su pronta respuesta | por su rapida respuesta |
por la rapida respuesta | por tu rapida respuesta | por responder | por responder tan rapido | por la informacion |
por su tiempo | por tu tiempo | por su atencion | por la atencion | por su amabilidad | por su apoyo | por la gestion |
por la rapidez | por su rapidez | a todos | al equipo | a todo el equipo | voor uw hulp | voor je hulp |
voor jullie hulp | voor de hulp | voor de snelle hulp | voor alles | voor de moeite | voor je moeite | voor uw moeite |
voor het snelle antwoord | voor uw snelle antwoord | voor je snelle antwoord | voor de snelle reactie |
voor uw snelle reactie | voor je snelle reactie | voor jullie snelle reactie | voor uw reactie | voor je reactie |
voor de reactie | voor het antwoord | voor uw antwoord | voor je antwoord | voor de informatie | voor de info |
voor uw tijd | voor je tijd | voor de goede service | voor de snelle service | voor je bericht | voor uw bericht |
voor het oplossen | voor de snelle afhandeling | aan het hele team | aan iedereen | per l'aiuto | per il vostro aiuto |
per il suo aiuto | per il tuo aiuto | per tutto | per la risposta | per la vostra risposta | per la rapida risposta |
per la sua risposta | per la gentilezza | per la disponibilita | per le informazioni | per la rapidita |
per il supporto | a tutti | a voi | pela ajuda | pela sua ajuda | pela tua ajuda | por tudo | pela resposta |
pela sua resposta | pela rapidez | pela informacao | pela atencao | pelo apoio | pela resposta rapida
"""
# Said about what was done, beside thanks; alone they are none.
_PRAISE = """
ok | okay | okey | oki | alright | great | perfect | wonderful | fantastic | brilliant | excellent | awesome | amazing |
super | lovely | cool | nice | top | splendid | superb | fabulous | terrific | got it | noted | all good |
all good now | all sorted | all set | sorted | that worked | it worked | it works | it works now | works now |
works perfectly | it works perfectly | works great | it works great | that did it | that did the trick | that helped |
that helped a lot | that helps | that helps a lot | this helped | this helps | that is great | that is perfect |
that is wonderful | that is fantastic | that is great news | great news | good news | great service |
excellent service | good job | great job | well done | great work | great help | you are the best | you are great |
you are a star | you are a lifesaver | you are amazing | you guys are great | you guys are the best | you rock |
i am very happy | i am happy | very happy | very helpful | you have been very helpful | you were very helpful |
that was quick | that was fast | so quick | so fast | very quick | everything is fine | everything is fine now |
everything works | everything works now | problem solved | no worries | no problem | really | so | very much | indeed |
from me | gut | prima | perfekt | wunderbar | toll | klasse | spitze | ausgezeichnet | hervorragend | genial |
alles klar | alles gut | alles bestens | hat geklappt | es hat geklappt | das hat geklappt | alles hat geklappt |
hat wunderbar geklappt | hat super geklappt | jetzt klappt es | jetzt klappt alles | jetzt funktioniert es |
jetzt funktioniert alles | es funktioniert | es funktioniert jetzt | das funktioniert | funktioniert |
funktioniert jetzt | das hat geholfen | hat geholfen | das hilft | das hat mir sehr geholfen |
sie haben mir sehr geholfen | sehr gut | sehr schon | sehr hilfreich | das ging schnell | das ging ja schnell |
das war schnell | super service | toller service | tolle arbeit | gute arbeit | freut mich | das freut mich |
das freut mich sehr | ganz | echt | wirklich | parfait | super nouvelle | c'est parfait | c'est super | c'est note |
bien note | bien recu | c'est bien recu | tres bien | impeccable | nickel | formidable | magnifique |
ca marche maintenant | ca fonctionne | tout fonctionne | tout fonctionne maintenant | tout est bon | c'est bon |
tres efficace | quelle rapidite | tres rapide | vous etes formidables | vous etes super | vraiment | bravo | chouette |
perfecto | estupendo | excelente | fenomenal | maravilloso | fantastico | muy bien | entendido | recibido |
ya funciona | funciona | funciona perfectamente | ya funciona perfectamente | todo bien | todo perfecto |
todo correcto | todo solucionado | solucionado | excelente servicio | muy rapido | que rapidez | sois geniales |
son geniales | perfect geregeld | geweldig | fantastisch | uitstekend | helemaal goed | helemaal top | goed |
heel goed | in orde | helder | duidelijk | begrepen | dat werkt | het werkt | het werkt nu | het werkt weer |
nu werkt het | alles werkt | alles werkt weer | alles in orde | het is gelukt | gelukt | opgelost | wat een service |
goede service | snelle service | wat snel | dat was snel | heel fijn | fijn | mooi | leuk | jullie zijn geweldig |
je bent geweldig | perfetto | ottimo | benissimo | tutto ok | tutto bene | funziona | ora funziona | risolto |
gentilissimi | perfeito | otimo | tudo certo | tudo bem | ja funciona | resolvido | maravilha | fint | bra | toppen |
super flott
"""
_WISHES = """
hi | hello | hey | hi there | hello there | hey there | hi all | hello all | hi team | hello team | dear team |
hi everyone | hello everyone | dear all | dear sir or madam | dear sir | dear madam | dear sirs | good morning |
good afternoon | good evening | have a nice day | have a great day | have a good day | have a lovely day |
have a wonderful day | have a good one | have a nice weekend | have a great weekend | have a good weekend |
have a lovely weekend | have a nice evening | have a good evening | enjoy your day | enjoy your weekend |
enjoy the weekend | you too | take care | all the best | best | best wishes | best regards | kind regards |
warm regards | warmest regards | kindest regards | many greetings | regards | greetings | yours sincerely | sincerely |
yours | yours truly | yours faithfully | with best regards | with kind regards | keep it up | keep up the good work |
keep up the great work | merry christmas | happy new year | happy easter | happy holidays | hallo | hallo zusammen |
hallo team | hallo liebes team | liebes team | hi zusammen | guten tag | guten morgen | guten abend | moin | servus |
gruezi | gruss gott | sehr geehrte damen und herren | schonen tag | schonen tag noch | einen schonen tag |
einen schonen tag noch | noch einen schonen tag | schonen abend | schonen abend noch | einen schonen abend |
schones wochenende | ein schones wochenende | schonen feierabend | schone woche | eine schone woche | schone feiertage |
schone grusse | ich wunsche ihnen einen schonen tag | ich wunsche ihnen ein schones wochenende | bleiben sie gesund |
gleichfalls | ebenso | ebenfalls | weiter so | viele grusse | liebe grusse | beste grusse | herzliche grusse |
freundliche grusse | mit freundlichen grussen | mit freundlichem gruss | mit besten grussen | mit lieben grussen |
mit herzlichen grussen | freundlichen gruss | lieben gruss | gruss | grusse | lg | vg | mfg | bg | hg | herzlichst |
frohe weihnachten | frohe ostern | bonjour | bonsoir | salut | bonjour a tous | bonjour madame | bonjour monsieur |
madame monsieur | bonne journee | belle journee | tres bonne journee | excellente journee | bonne soiree |
bon week-end | bon weekend | bonne fin de journee | bonne continuation | bonne semaine | cordialement |
bien cordialement | tres cordialement | bien a vous | amicalement | sinceres salutations | salutations |
meilleures salutations | a bientot | au revoir | de meme | joyeux noel | bonne annee | hola | hola a todos |
hola equipo | buenos dias | buenas tardes | buenas noches | buenas | buen dia | que tenga un buen dia |
que tengas un buen dia | que pase un buen dia | buen fin de semana | feliz dia | saludos | un saludo |
saludos cordiales | un cordial saludo | cordial saludo | un abrazo | atentamente | hasta luego | hasta pronto |
igualmente | adios | goedemorgen | goedemiddag | goedenavond | goedendag | dag | hoi | beste | beste team |
geachte heer of mevrouw | geachte heer mevrouw | fijne dag | fijne dag nog | nog een fijne dag | een fijne dag |
prettige dag | prettige dag nog | fijn weekend | een fijn weekend | prettig weekend | fijne avond | groet | groeten |
groetjes | met vriendelijke groet | met vriendelijke groeten | vriendelijke groet | vriendelijke groeten |
hartelijke groet | hartelijke groeten | mvg | tot ziens | ga zo door | insgelijks | hallo allemaal | ciao | salve |
buongiorno | buonasera | buona giornata | buona serata | buon weekend | cordiali saluti | distinti saluti | saluti |
un saluto | a presto | altrettanto | ola | bom dia | boa tarde | boa noite | bom fim de semana | tenha um bom dia |
cumprimentos | melhores cumprimentos | abraco | atenciosamente | com os melhores cumprimentos | hej | hei | hilsen |
venlig hilsen | med venlig hilsen | mvh | vanliga halsningar | ha en god dag | ha en bra dag
"""
_AND = "and | und | et | y | e | en | og | och | & | also | auch | aussi | tambien | ook"
# Before a name: "Dear Ms Berg", "Danke Frau Berg".
_TITLES = """
mr | mrs | ms | miss | dr | dear | herr | frau | liebe | lieber | sehr geehrte | sehr geehrter | hallo | madame | monsieur |
mme | mlle | m | cher | chere | senor | senora | sr | sra | don | dona | estimado | estimada | mevrouw | meneer | heer | mw |
dhr | beste | geachte | signor | signora | gentile | caro | cara | team | hi | hello | hey | hej | hei | hola | ola | ciao |
bonjour | hoi | dag | moin | salut
"""


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in " ".join(text.split()).split(" | "))


_SAID, _NAMING = _phrases(_THANKS), _phrases(_TITLES)
_KNOWN = _SAID | _NAMING | _phrases(_FOR) | _phrases(_PRAISE) | _phrases(_WISHES) | _phrases(_AND)
_LONGEST = max(map(len, _KNOWN))

# "thats" and "you're" as they are meant: one way to write them is enough above.
_SHORT = (
    (re.compile(r"\b(that|it)['’]?s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\b(you)['’]?re\b", re.IGNORECASE), r"\1 are"),
    (re.compile(r"\b(i)['’]m\b", re.IGNORECASE), r"\1 am"),
    (re.compile(r"\b(you)['’]ve\b", re.IGNORECASE), r"\1 have"),
)
_SMILE = re.compile(r"(?<!\w)(?:[:;=]-?[)D*PpxX]+|<3+|\^\^|[xX]{1,3}(?=\s*$))")
_GLAD = frozenset("🙏👍👌❤💙💚💛🧡💜🤍💖💕😀😃😄😁😊🙂😇🥰😍😘🤗🤩😎🥳🎉🎊👏🙌💐🌹🌷🌸✨⭐🌟☺♥💪✅✔🍀☀🌞😉🫶")
# Of these emoji only how they look: another skin, joined, in colour.
_LOOKS = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\u200b\u00ad]")
_PLAIN = frozenset(" .,!¡;:-–—…'’\"“”„«»()*~_&")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|&")
_SENTENCE = re.compile(r"[.!¡;…\n]+|,\s|\s[-–—]+\s")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is looked at of a letter: the text it adds, and whether files or anything else came along."""

    subject: str
    text: str
    brings: bool


def is_mere_thanks(letter: Letter, *, about: str, writer: str, ours: Callable[[], Iterable[str]]) -> bool:
    """Whether a letter in the matter called `about` says thank you and no more.

    `writer` is the name that may stand below, `ours` tells those of us who may be thanked; it is asked only where some name
    stands there that is not the writer's.
    """
    if letter.brings:
        return False
    theirs = subject_key(letter.subject)
    if theirs and theirs != subject_key(about) and not says_only_thanks(letter.subject):
        return False
    if not says_only_thanks(letter.text, names=None):
        return False
    return says_only_thanks(letter.text, names=[writer]) or says_only_thanks(letter.text, names=[writer, *ours()])


def says_only_thanks(text: str, *, names: Iterable[str] | None = ()) -> bool:
    """Whether every word of a text belongs to thanks, and some word says them. With `names` None any word with a capital may
    be somebody's name; else whoever is thanked or signs has to be among them."""
    text = text.strip()
    if not text or len(text) > MOST_SIGNS:
        return False
    text = _SMILE.sub(" ", _LOOKS.sub("", normalize("NFC", text)))
    text = "".join(" . " if sign in _GLAD else sign for sign in text)
    if any(not (sign.isalpha() or sign.isspace() or sign in _PLAIN) for sign in text):
        return False
    known = None if names is None else frozenset(word for name in names for word in _words_of(name))
    if len(_WORD.findall(text)) > MOST_WORDS:
        return False
    says = False
    for sentence in _SENTENCE.split(text):
        found = _read(sentence, known)
        if found is None:
            return False
        says = says or found
    return says


def _read(sentence: str, known: Collection[str] | None) -> bool | None:
    """Whether a piece of text says thanks; None where it holds anything else."""
    written = _spelled_out(sentence)
    words = _words_of(written)
    capital = [word[0].isupper() for word in _WORD.findall(written)]
    says, at, greeted = False, 0, 0
    while at < len(words):
        longest = min(_LONGEST, len(words) - at)
        long = next((n for n in range(longest, 0, -1) if tuple(words[at : at + n]) in _KNOWN), 0)
        phrase = tuple(words[at : at + (long or 1)])
        if long:
            # Whom one greets may be anybody, and have two names.
            greeted = 2 if phrase in _NAMING else 0
            says = says or phrase in _SAID
        elif greeted and capital[at]:
            greeted -= 1
        elif phrase[0] not in known if known is not None else not capital[at]:
            return None
        at += len(phrase)
    return says


def _words_of(text: str) -> list[str]:
    return [folded(word).replace("’", "'") for word in _WORD.findall(text)]


def _spelled_out(text: str) -> str:
    for short, whole in _SHORT:
        text = short.sub(whole, text)
    return text

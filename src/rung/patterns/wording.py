"""From what customers write to the words a topic may be made of.

No numbers, no addresses, no links, no words of the bare grammar; nobody's name. Chinese, Japanese, Korean and Thai, written
without spaces, are cut into pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

SHORTEST, LONGEST = 3, 30
MOST_CHARACTERS = 4000
"""Of one conversation. What a matter is about is said at its beginning."""

# Everything that can lead to somebody: addresses, links, handles; and whatever holds a digit, with what hangs on it.
_LEADS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|(?<!\w)[@#]\w+|\S*\d\S*", re.IGNORECASE)
_GREETED = re.compile(
    r"^\s*(?:dear|hello|hi|hey|hallo|liebe[rs]?|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|bonjour|chère?|cher|hola|"
    r"estimad[oa]s?|buenos d[ií]as|ciao|gentile|buongiorno|beste|geachte|ol[áa]|prezad[oa]s?|good (?:morning|afternoon|"
    r"evening|day))\b[^\n]{0,60}$",
    re.IGNORECASE | re.MULTILINE,
)
_PAIRED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff"
_WORD = re.compile(rf"[{_PAIRED}]+|[^\W\d_]+(?:['’][^\W\d_]+)?")
_IS_PAIRED = re.compile(f"[{_PAIRED}]")
_BARE_KANA = re.compile("^[\u3040-\u309f]+$")

# The words that hold sentences together, written down by ourselves. Those of further languages are found by how often they
# stand in texts of customers of that language (see `finding.COMMON_SHARE`).
_GRAMMAR = """
a about above after again all also although always am among an and another any anybody anything are aren't around as ask
asked at away back be because been before being below between both but by call came can can't cannot could couldn't day
days did didn't do does doesn't doing don't done down during each either else even ever every everything few first for
from further gave get gets getting give given go goes going got had hadn't has hasn't have haven't having he hello help
her here hers him his how however i'd i'll i'm i've if in into is isn't it it's its just kind kindly know last least less
let like little long look looking made make many may maybe me might mine more most much must my myself need needs never
new next no nobody none nor not nothing now of off often on once one only or other our ours out over own perhaps please
put quite rather really regards said same say see seem seems seen sent shall she should since so some somebody something
soon still such sure take taken tell than thank thanks that that's the their theirs them then there there's these they
thing things think this those though three through thus till time to today together told tomorrow too took two under
until up upon us use very want wanted wants was wasn't way we we're week weeks well went were what when where whether
which while who whole whom whose why will wish with within without won't would wouldn't write wrote year years yes
yesterday yet you you'd you'll you're you've your yours yourself sincerely dear best kind
four five six seven eight nine ten eleven twelve twenty thirty hundred thousand second third fourth half monday tuesday
wednesday thursday friday saturday sunday morning afternoon evening january february march april june july august september
october november december month months hour hours minute minutes
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bekommen bereits besten bin bis bitte
da dabei dafür daher damit danach dank danke dann darauf darf das dass dazu dein dem den denn der deren des deshalb die dies
diese diesem diesen dieser dieses doch dort durch ein eine einem einen einer eines einfach einmal er erst es etwas euch
euer fast für gab ganz geben gegen gehen geht gern gerne gestern gewesen gibt grüße gruß grüßen gut habe haben hat hatte
hatten hätte hätten heute hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden
jeder jedes jetzt kann kein keine keinen keiner können könnte könnten lange leider liebe machen macht mal man mehr mein
meine meinem meinen meiner mich mir mit morgen möchte muss müssen nach nachdem nein nicht nichts noch nun nur ob oder ohne
schon sehr sein seine seinem seinen seiner seit sich sie sind so sobald soll sollte sollten sondern sonst über um und uns
unser unsere unserem unseren unter viel viele vielen vom von vor war waren warum was wegen weil weiter welche wenn wer
werde werden wie wieder will wir wird wo wollen wollte worden wurde wurden würde würden zu zum zur zurück zwei zwischen
freundlichen freundliche mfg hallo geehrte geehrter drei vier fünf sechs sieben acht neun zehn zwölf hundert tausend
ersten zweite zweiten dritte dritten montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni
juli oktober dezember monat monate stunde stunden minuten woche wochen tag tage tagen
ai aient ainsi après as assez au aucun aucune aujourd'hui aussi autre autres aux avant avec avez avoir avons bien bonjour
car ce ceci cela celle celui ces cet cette chez ci comme comment cordialement c'est d'un d'une dans de depuis des dès deux
doit donc dont du elle elles en encore entre est et étaient était été être eu fait faire faut fois font hier ici il ils
j'ai j'aimerais jamais je jour jours jusqu'à l'on la là le les leur leurs lors lui ma mais me même merci mes moi moins mon
n'a n'ai n'est ne ni non nos notre nous on ont ou où par parce pas pendant peu peut peux plus plusieurs pour pourquoi
pouvez près qu'il qu'elle que quel quelle quelque qui quand quoi rien sa sans se sera ses seulement si s'il soit son sont
sous sur ta tant tout toute toutes tous très trop un une va vais vers voici voilà vos votre voudrais vous y salutations
ahora al algo alguien algún alguna antes aquí así aún aunque bien buenos cada casi como cómo con contra cosa cual cuál
cuando cuándo de del desde días donde dónde dos durante el él ella ellas ellos en entre era eran es esa ese eso esos esta
está están estar estas este esto estos estoy fue fueron gracias ha había hace hacer hacia han hasta hay he hemos hola hoy
la las le les lo los luego más me mi mí mientras mis mismo mucho muchas muchos muy nada ni no nos nosotros nuestra nuestro
nunca otra otro para pero poco por porque puede pueden puedo pues que qué quien quién quiero saludos se sea según ser si
sí sido siempre sin sobre solo sólo son soy su sus también tan tanto te tener tengo tiene tienen toda todas todavía todo
todos tras tu tus un una uno unos usted ustedes ya yo
abbia abbiamo al alla alle allo anche ancora avere aveva avete ben bene buongiorno c'è che chi ci ciao come con così cosa
cui da dal dalla dalle dei del dell della delle dello deve di dopo dove due e è ed era erano essere fa fare fino fra già
gli grazie ha hai hanno ho i il in io l'ho la le lei li lo loro ma mai me mi mia mio molto nei nel nella nelle nessun niente
noi non nostra nostro o ogni oggi per perché però più poco poi può qual quale quando quanto quella quello questa queste
questi questo qui saluti se sei senza si sia siamo sono sta stata stato su sua sul sulla suo tra tutti tutto un una uno vi
voi vorrei vostra vostro distinti cordiali
aan al alle alleen als alstublieft altijd andere bedankt ben bij dan dat de deze die dit doen door dus een eens en er geen
gehad geweest goed graag groet groeten had hallo heb hebben heeft het hier hij hoe hun ik in is ja jaar je jij jullie kan
komen kunnen kunt maar me meer met mij mijn moet moeten mogen na naar niet niets nog nu of om omdat ons onze ook op over
te tegen toch toen tot u uit uw van vandaag veel voor vriendelijke waar wanneer want waren was wat we wel werd wij wil
willen worden wordt zal ze zeer zich zij zijn zo zonder zou
ainda algum alguma antes ao aos após aqui as até bem bom cada com como da das de dela dele depois desde dia dias do dois
dos e é ela elas ele eles em entre era eram essa esse esta está estão estar estava este estou eu foi foram fui há hoje
isso isto já lhe mais mas me mesmo meu meus minha muito na nada não nas nem no nos nós nossa nosso nunca o obrigado
obrigada olá onde os ou outra outro para pela pelo pode por porque posso pra qual quando que quem quero se sem sempre ser
seu sido só sobre sou sua também tem tenho ter teve toda todo todos tudo um uma vez você vocês atenciosamente
"""


def fold(word: str) -> str:
    """A word without capitals and width, its accents kept: they are how people read it."""
    return unicodedata.normalize("NFKC", word).lower().replace("’", "'")


GRAMMAR = frozenset(fold(word) for word in _GRAMMAR.split())


def names_in(names: Iterable[str]) -> frozenset[str]:
    """The words of people's names, as `words_in` would give them."""
    return frozenset(word for name in names for word in _cut(name))


def words_in(text: str) -> list[str]:
    """The words of a text in their order, without grammar, numbers, addresses and greetings."""
    bare = _LEADS.sub(" ", _GREETED.sub(" ", text[:MOST_CHARACTERS]))
    return [word for word in _cut(bare) if word not in GRAMMAR]


def _cut(text: str) -> list[str]:
    found = []
    for run in _WORD.findall(text):
        if _IS_PAIRED.match(run):
            pairs = [run[i : i + 2] for i in range(len(run) - 1)]
            found += [pair for pair in pairs if not _BARE_KANA.match(pair)]
            continue
        word = fold(run)
        word = word[:-2] if word.endswith("'s") else word
        if SHORTEST <= len(word) <= LONGEST:
            found.append(word)
    return found


def conversation_text(subject: str, texts: Sequence[str]) -> str:
    """What the customer said of a matter: the subject once, then their words."""
    return "\n".join((subject, *texts))[:MOST_CHARACTERS]

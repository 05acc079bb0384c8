"""What mail programs say around what they quote, in the languages they say it in. All of it in lower case."""

from collections.abc import Iterable
from typing import Self


class Phrases(tuple[str, ...]):
    """Phrases that are looked for in texts; `plain` are those that a text of ASCII can have in it."""

    plain: tuple[str, ...]

    def __new__(cls, of: Iterable[str]) -> Self:
        made = super().__new__(cls, dict.fromkeys(of))
        made.plain = tuple(each for each in made if each.isascii())
        return made


def phrases(table: str) -> Phrases:
    """The phrases of a table: one between two bars, or one per line."""
    return Phrases(each.strip() for each in table.casefold().replace("\n", "|").split("|") if each.strip())


def listed(table: str) -> frozenset[str]:
    """The words of a table as they are compared, with their case folded: "ß" and "ss", "ς" and "σ" are the same then."""
    return frozenset(table.casefold().split())


# The word by which a line tells that somebody wrote: of a phrase of several words the one that is like no other.
VERBS = listed(
    """
    quoting citing citando zitat schriebst
    schreibst wrote writes written sent said says schrieb schreibt geschrieben écrit ecrit écrivait escribió
    escribio escribe escriure escrigué scritto scrive escreveu escreve schreef schrijft geschreven skrev skreiv skriver
    kirjoitti napisał napisała napisał(a) pisze napsal napsala napísal napísala napisao napisala piše napisal
    írta ír scris scrie написа написал написала пишет писал писала пише написав έγραψε yazdı yazmış kirjutas
    rakstīja rašė parašė viết menulis nagsulat sumulat skrifaði skrivaði escribiu idatzi ysgrifennodd scríobh
    shkroi analandika escrit sgrìobh aliandika geskryf quoth spake sprach dixit schrieben écriviez писали писав писала
    pisał pisała napisali napsali skreven написао
    піша пісаў пісала напиша пишува წერს დაწერა գրել գրեց
    """
)
# What stands before the verb where a language needs two words to say that somebody wrote.
HELPERS = listed("a ha hat va je har heeft tarafından đã telah")
# Of scripts that put no spaces between words, or hang the word onto another one.
JOINED_VERBS = phrases(
    """
    写道 | 寫道 | 提到 | 写了 | 写到 | 撰写 | 書きました | のメッセージ | のメール | 님이 작성 | 님이 씀 | 쓴 글 | 작성: |
    작성하였습니다 | เขียน | כתב | כתבה | كتب | كتبت | نوشت | लिखा | लिहिले | لکھا | লিখেছেন | எழுதியது
    """
)
# Who writes in a sentence: no program calls anybody so.
SPEAKERS = listed(
    """
    i we he she they who ich wir er sie man j je nous elle on yo io ik wij we hij jeg vi han hun jag hon ja my on ona já
    és я мы он она они ben biz
    """
)
# How a person begins who tells what somebody said: no program does.
TELLERS = listed(
    """
    i we my our your his her their its this that these those there here it he she they if when as because ich wir mein
    meine unser unsere ihr ihre euer eure dein deine sein das dies dieser diese hier wenn als weil je nous mon ma mes
    notre nos votre vos ton ta tes ce cette ceci voici yo nosotros mi mis nuestro nuestra su sus tu tus este esta esto
    aquí noi mio mia nostro nostra suo sua questo questa ecco eu nós meu minha nosso nossa seu ik wij mijn onze uw dit
    """
)
# How the line begins that ends in "wrote:".
STARTS = listed(
    """
    on am le el il em op den dnia w dne dňa på a στις pada no pe în u dana an von в на у vào dia in at quoting
    citing excerpts from de da do vom zitat cit citat ven lør søn man tir ons tor fre ma di wo vr za zo 在 于 於 في در ב-
    """
)
DAYS = listed(
    """
    mon tue wed thu fri sat sun mo. di. mi. do. fr. sa. so. lun mar mer jeu ven sam dim lunes martes miércoles
    jueves viernes sábado domingo seg ter qua qui sex sáb dom lu. ma. me. je. ve. пн вт ср чт пт сб вс pon wt śr
    czw pt sob niedz po út st čt pá so ne ti ke to pe la su h k sze cs p szo v pzt sal çar per cum cmt paz
    man tir ons tor fre lør søn mån tis tors lör sön
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag
    sonntag lundi mardi mercredi jeudi vendredi samedi dimanche
    """
)
# Beginnings of the names of months.
MONTHS = listed(
    """
    jan feb mar mär mrt apr may mai maj mei jun jul aug sep oct okt out nov dec dez déc des gen mag giu lug ago
    set ott dic ene abr fév fev avr aoû jui янв фев мар апр май мая июн июл авг сен окт ноя дек січ лют бер кві
    тра чер лип сер вер жов лис гру sty lut kwi cze lip sie wrz paź lis gru led úno bře dub kvě čer srp zář říj
    tam hel maa huh tou kes hei elo syy lok jou oca şub nis haz tem ağu eyl eki kas ara ιαν φεβ μαρ απρ μαΐ ιουν
    ιουλ αυγ σεπ οκτ νοε δεκ thg
    """
)
ORIGINALS = frozenset(
    phrases(
        """
        original message | original appointment | original e-mail | original email | original mail |
        reply message | reply separator | replied message | 回复的原邮件 | 回復的原郵件 | 回覆的原郵件 |
        original-nachricht | originalnachricht | original nachricht | ursprüngliche nachricht |
        ursprüngliche mail | ursprüngliche e-mail | ursprüngl. mitteilung | urspr. nachricht | antwort nachricht |
        antwortnachricht | message d'origine | message d’origine | message original | message initial |
        mail original | courriel original | courrier original | mensaje original | mensaje de origen |
        correo original | messaggio originale | messaggio originario | mail originale | mensagem original |
        e-mail original | oorspronkelijk bericht | oorspronkelijk e-mailbericht | oprindelig meddelelse |
        original meddelelse | oprindelig besked | original besked | oprindelig mail | opprinnelig melding |
        opprinnelig meddelelse | original melding | ursprungligt meddelande | originalmeddelande |
        alkuperäinen viesti | oryginalna wiadomość | wiadomość oryginalna | wiadomość pierwotna | původní zpráva |
        původní e-mail | pôvodná správa | pôvodný e-mail | eredeti üzenet | eredeti levél | mesaj original |
        mesajul original | исходное сообщение | оригинальное сообщение | первоначальное сообщение |
        оригінальне повідомлення | вихідне повідомлення | оригинално съобщение |
        оригинално писмо | αρχικό μήνυμα | orijinal mesaj |
        özgün ileti | asıl ileti | izvorna poruka | originalna poruka | izvirno sporočilo | originaalkiri |
        originaal kiri | algne kiri | originali žinutė | pradinis laiškas | oriģinālais ziņojums | tin nhắn gốc |
        thư gốc | pesan asli | mesej asal | 原始邮件 | 原始郵件 | 原邮件 | 原郵件 | 原始信件 | 元のメッセージ |
        元のメール | オリジナルメッセージ | 原文 | 원본 메시지 | 원본 메일 | 원래 메시지 | ข้อความต้นฉบับ |
        הודעה מקורית | ההודעה המקורית | الرسالة الأصلية | رسالة أصلية | پیام اصلی | mezu originala |
        missatge original | mensaxe orixinal | upprunaleg skilaboð | mesazhi origjinal
        """
    )
)
FORWARDED = phrases(
    """
    začátek přeposílané zprávy | započni proslijeđenu poruku | początek przekazywanej wiadomości |
    treść przekazanej wiadomości | începe mesajul redirecționat | mesaj redirecționat | začiatok preposlanej správy |
    vidarebefordrat mejl | i̇leti başlangıcı | ileti başlangıcı | i̇letilmiş mesaj | i̇letilen i̇leti | iletilen ileti |
    початок листа, що пересилається | перенаправлене повідомлення | перенаправленное сообщение | メッセージを転送 |
    forwarded message | forwarded mail | begin forwarded message | forwarded by | start of forwarded message |
    weitergeleitete nachricht | weitergeleitete e-mail | anfang der weitergeleiteten nachricht |
    anfang der weitergeleiteten e-mail | weiterleitung | message transféré | message transmis |
    courriel transféré | début du message réexpédié | début du message transféré | début du message transmis |
    mensaje reenviado | inicio del mensaje reenviado | messaggio inoltrato | inizio messaggio inoltrato |
    mensagem encaminhada | mensagem reencaminhada | início da mensagem reencaminhada |
    início da mensagem encaminhada | doorgestuurd bericht | begin doorgestuurd bericht | doorgestuurde bericht |
    videresendt meddelelse | videresendt melding | start på videresendt besked | videresendt besked |
    vidarebefordrat meddelande | vidarebefordrat brev | början på vidarebefordrat | välitetty viesti |
    edelleenlähetetty viesti | przekazana wiadomość | wiadomość przekazana | przesyłana dalej wiadomość |
    přeposlaná zpráva | předaná zpráva | preposlaná správa | továbbított üzenet | továbbított levél |
    пересылаемое сообщение | пересланное сообщение | начало переадресованного сообщения | переслане повідомлення |
    препратено съобщение | iletilen mesaj | iletilmiş mesaj | προωθημένο μήνυμα | mesaj redirecționat |
    proslijeđena poruka | prosleđena poruka | posredovano sporočilo | edastatud kiri | persiųstas laiškas |
    pārsūtīts ziņojums | tin nhắn được chuyển tiếp | pesan terusan | 转发的邮件 | 转发邮件 | 轉寄郵件 |
    轉寄的郵件 | 已轉寄的郵件 | 転送されたメッセージ | 転送メッセージ | 전달된 메시지 | 전달된 메일 |
    ข้อความที่ส่งต่อ | הודעה שהועברה | رسالة معاد توجيهها | الرسالة المحولة | missatge reenviat
    """
)
FORWARD_PREFIXES = listed(
    """
    fw fwd wg tr rv enc i vb vl videresend redir. redir i̇lt ilt doorst rif inoltro pd továbbítás fwd: ilet πρθ yml 転送 转发
    轉寄 전달 пересл перес fs
    """
)
ABOVE = phrases(
    """
    reply above this line | your reply above this line | type your reply above | write above this line |
    please type your reply above | reply above the line | respond above this line | reply above this email |
    enter your reply above | do not write below this line | please do not write below | write your reply above |
    oberhalb dieser linie | oberhalb dieser zeile | über dieser linie antworten | über dieser zeile |
    au-dessus de cette ligne | encima de esta línea | por encima de esta linea | acima desta linha |
    acima dessa linha | sopra questa riga | sopra questa linea | boven deze regel | boven deze lijn |
    ovanför denna rad | ovanför den här raden | over denne linje | over denne linjen | tämän rivin yläpuolelle |
    powyżej tej linii | powyżej tego wiersza | nad tento řádek | nad tuto čáru | nad túto čiaru |
    e fölé a sor fölé | выше этой строки | выше этой линии | вище цієї лінії | bu satırın üzerine |
    bu çizginin üstüne | πάνω από αυτή τη γραμμή | deasupra acestei linii | この行より上 | この線より上 |
    在此行上方 | 请在此线以上 | 이 줄 위에 | מעל שורה זו | فوق هذا السطر
    """
)
# What the lines of a quoted header are called. FROM and the others are what they mean.
FROM, DATE, TO, SUBJECT, OTHER = "from", "date", "to", "subject", "other"
_LABELS = {
    FROM: """
        प्रेषक | ó | kimdən | кімнен | გამომგზავნი | ումից | ад | author | šalje | шаље | ուղարկող | expeditorul |
        отправитель | од | nork | से | nga | mula kay | oddi wrth | থেকে | daripada |
        from | von | de | da | van | fra | från | lähettäjä | od | nadawca | odesílatel | odosielateľ | feladó |
        de la | expéditeur | remitente | mittente | afzender | avsändare | afsender | avsender | absender | от |
        от кого | від | від кого | από | αποστολέας | kimden | gönderen | saatja | kellelt | nuo | siuntėjas |
        no | sūtītājs | từ | người gửi | dari | pengirim | frá | pošiljatelj | expeditor | od koga | подател |
        remetente | remitent | 发件人 | 寄件者 | 寄件人 | 发信人 | 差出人 | 送信者 | 送信元 | 보낸 사람 |
        보낸사람 | 발신 | จาก | מאת | من | از | igorlea
        """,
    DATE: """
        message du | sent | date | sent at | sent on | date sent | gesendet | gesendet am | datum | envoyé | envoyé le |
        date d'envoi | date d’envoi | enviado | enviado el | enviado em | enviada | enviada em | enviado a las |
        fecha | fecha de envío | data | data de envio | inviato | inviato il | data invio | verzonden |
        verstuurd | sendt | dato | skickat | skickat den | lähetetty | päivämäärä | päiväys | pvm | wysłano |
        wysłane | data wysłania | odesláno | odeslano | odoslané | odoslaná | dátum | elküldve | küldve |
        küldés ideje | küldés dátuma | trimis | trimis la | data trimiterii | отправлено | дата | дата отправки |
        надіслано | дата надсилання | изпратено | στάλθηκε | εστάλη | ημερομηνία | tarih | gönderildi |
        gönderme tarihi | poslano | poslato | datum slanja | saadetud | saatmisaeg | kuupäev | išsiųsta |
        data ir laikas | nosūtīts | datums | đã gửi | ngày | ngày gửi | dikirim | tanggal | tarikh | dagsetning |
        enviat | enviat el | fyrst sent | 发送时间 | 发送日期 | 日期 | 时间 | 寄件日期 | 傳送日期 | 日期時間 |
        送信日時 | 日時 | 日付 | 送信 | 보낸 날짜 | 보낸날짜 | 날짜 | 보냄 | 일시 | ส่ง | วันที่ | נשלח | תאריך |
        seolta | göndərildi | жіберілді | გაგზავნილია | ուղարկված է | адпраўлена | послато | испратено |
        bidalia | भेजा गया | ارسال شده | dërguar | gestuur | ipinadala | anfonwyd | প্রেরিত |
        נשלח | تاريخ الإرسال | تم الإرسال | أرسلت | التاريخ | تاریخ
        """,
    TO: """
        прима | chuig | kimə | кімге | მიმღები | ում | каму |
        destinatarul | pre | 送信先 | kópia | за | nori | प्रति | për | kay | প্রতি |
        to | an | à | para | a | per | aan | til | till | vastaanottaja | do | komu | adresat | címzett | către |
        catre | кому | до | προς | kime | alıcı | za | prima | kellele | saaja | kam | gavėjas | adresāts | tới |
        đến | kepada | untuk | destinatario | destinataire | destinatário | empfänger | ontvanger | mottagare |
        modtager | mottaker | pour | saajat | получатель | одержувач | получател | 收件人 | 收件者 | 宛先 |
        受信者 | 받는 사람 | 받는사람 | 수신 | ถึง | אל | إلى | به | gửi đến | per a | za koga | cc | copie à |
        kopie | kopia | kopio | kopi | copia | cópia | dw | udw | másolat | копия | копія | копие | κοιν |
        κοινοποίηση | bilgi | в копии | koopia | kopija | đồng gửi | tembusan | 抄送 | 副本 | 参照 | 참조 |
        สำเนาถึง | עותק | نسخة | نسخة إلى | copie | bcc | cci | cco | ccn | blindkopie
        """,
    SUBJECT: """
        ábhar | mövzu | тақырып | თემა | թեմա | тэма | subiectul | विषय | subjekti | paksa | pwnc | বিষয় | предмет |
        subject | betreff | thema | objet | sujet | asunto | assunto | oggetto | onderwerp | emne | ämne | aihe | temat |
        předmět | predmet | tárgy | subiect | тема | относно | θέμα | konu | naslov | zadeva | teema | tema |
        temats | chủ đề | tiêu đề | perihal | subjek | subyek | efni | assumpte | gaia | 主题 | 主旨 | 主題 |
        标题 | 件名 | 제목 | เรื่อง | หัวเรื่อง | נושא | הנדון | الموضوع | موضوع
        """,
    OTHER: """
        importance | priority | attachments | attachment | reply-to | reply to | organization | organisation |
        sensitivity | antwort an | répondre à | responder a | rispondi a | antwoord aan | wichtigkeit |
        priorität | anlagen | anhänge | pièces jointes | importancia | datos adjuntos | adjuntos | allegati |
        priorità | bijlagen | vedlegg | bilagor | liitteet | załączniki | přílohy | prílohy | mellékletek |
        atașamente | вложения | важность | message-id | newsgroups | followup-to | please respond to | mailed-by |
        signed-by | cat | when | where | required attendees | 添付ファイル | 附件 | 重要度 | resent-from |
        list-id | x-mailer | sender | on behalf of
        """,
}
LABELS = {name: role for role, table in _LABELS.items() for name in phrases(table)}
GREETINGS = listed(
    """
    hi hello dear hey hallo liebe lieber guten bonjour cher chère salut hola estimado estimada querido ciao caro
    cara gentile buongiorno olá prezado prezada hoi beste geachte hej hei kære moikka cześć witam dzień dobrý
    ahoj milý szia kedves здравствуйте привет добрый уважаемый уважаемая merhaba sayın γεια αγαπητέ bună dragă
    morning
    """
)

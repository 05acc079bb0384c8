"""What mail programs say around what people write, in the languages they say it in.

Each table is one pattern: alternatives between bars, in lower case; they are matched without regard to case.
"""

import re


def _any(alternatives: str) -> str:
    """The alternatives of a table as one group."""
    return "(?:" + "|".join(filter(None, (each.strip() for each in alternatives.split(" |")))) + ")"


# "wrote", behind a date and before or after a name. The second table is of scripts without spaces between words.
_WROTE = _any(
    r"""
    wrote | writes | schrieb | geschrieben | a écrit | ecrit | escribió | escribio | va escriure |
    ha scritto | scrive | escreveu | schreef | het volgende geschreven | skrev | skreiv | kirjoitti |
    napisał | napisała | napisał\(a\) | napsal | napsala | napsal\(a\) | napísal | napísala | írta |
    ezt írta | a scris | написа | написал | написала | написал\(а\) | писал | пишет | пише | написав |
    έγραψε | yazdı | şunu yazdı | kirjutas | rakstīja | rašė | parašė | napisao | napisala | je napisal |
    je napisao | đã viết | menulis | menulis: | nagsulat | skrifaði | escribiu | idatzi du | ysgrifennodd |
    scríobh
    """
)
_WROTE_UNSPACED = _any(
    r"""
    写道 | 寫道 | 写了 | 書きました | のメッセージ | 님이 작성 | 님이 씀 | 작성: | เขียน | כתב | כתבה | كتب |
    نوشت | ने लिखा
    """
)
# How the line begins that ends in "wrote:".
_STARTS = _any(
    r"""
    on | am | le | el | il | em | op | den | dnia | w dniu | dne | dňa | på | ons | tor | fre | lør | søn |
    man | tir | в | на | у | vào | pada | a | στις | tarihinde | a las | no dia | el día | pe | în | u |
    dana | an | von | вт | ср | чт | пт | сб | вс | пн
    """
)
_ORIGINAL = _any(
    r"""
    original message | original appointment | original-nachricht | originalnachricht | original nachricht |
    ursprüngliche nachricht | ursprüngliche mail | message d['’]origine | message original |
    mensaje original | messaggio originale | mensagem original | oorspronkelijk bericht |
    oprindelig meddelelse | original meddelelse | opprinnelig melding | ursprungligt meddelande |
    originalmeddelande | alkuperäinen viesti | oryginalna wiadomość | wiadomość oryginalna | původní zpráva |
    pôvodná správa | eredeti üzenet | mesaj original | исходное сообщение | оригинальное сообщение |
    первоначальное сообщение | αρχικό μήνυμα | orijinal mesaj | özgün ileti | izvorna poruka |
    originaal kiri | originali žinutė | tin nhắn gốc | thư gốc | 原始邮件 | 原始郵件 | 原邮件 |
    元のメッセージ | 原文 | 원본 메시지 | 원본 메일 | ข้อความต้นฉบับ | הודעה מקורית | الرسالة الأصلية
    """
)
_FORWARDED = _any(
    r"""
    forwarded message | begin forwarded message | forwarded by | weitergeleitete nachricht |
    anfang der weitergeleiteten (?:nachricht|e-mail) | message transféré | message transmis |
    début du message réexpédié | début du message transféré | mensaje reenviado |
    inicio del mensaje reenviado | messaggio inoltrato | inizio messaggio inoltrato | mensagem encaminhada |
    mensagem reencaminhada | início da mensagem reencaminhada | doorgestuurd bericht |
    begin doorgestuurd bericht | videresendt meddelelse | videresendt melding | vidarebefordrat meddelande |
    välitetty viesti | edelleenlähetetty viesti | przekazana wiadomość | wiadomość przekazana |
    přeposlaná zpráva | preposlaná správa | továbbított üzenet | пересылаемое сообщение |
    пересланное сообщение | переслане повідомлення | iletilen mesaj | iletilmiş mesaj | προωθημένο μήνυμα |
    转发的邮件 | 转发邮件 | 轉寄郵件 | 轉寄的郵件 | 転送されたメッセージ | 転送メッセージ | 전달된 메시지 |
    הודעה שהועברה | الرسالة المحولة
    """
)
_FROM_LABELS = _any(
    r"""
    from | von | de | da | van | fra | från | lähettäjä | od | nadawca | odesílatel | odosielateľ | feladó |
    de la | expéditeur | remitente | mittente | afzender | avsändare | afsender | от | от кого | від | από |
    kimden | gönderen | saatja | nuo | no | từ | dari | 发件人 | 寄件者 | 寄件人 | 差出人 | 送信者 |
    보낸 사람 | 보낸사람 | จาก | מאת | من
    """
)
_OTHER_LABELS = _any(
    r"""
    sent | date | to | cc | bcc | subject | gesendet | gesendet am | datum | an | betreff | envoyé |
    envoyé le | date d'envoi | à | objet | copie à | enviado | enviado el | enviado em | enviada |
    enviada em | fecha | para | asunto | assunto | data | inviato | a | oggetto | per | verzonden | aan |
    onderwerp | sendt | til | emne | skickat | skickat den | till | ämne | kopia | lähetetty | päivämäärä |
    vastaanottaja | aihe | kopio | wysłano | do | dw | temat | odesláno | komu | kopie | předmět | predmet |
    odoslané | dátum | elküldve | címzett | tárgy | másolat | trimis | către | subiect | отправлено | дата |
    кому | копия | тема | надіслано | на | στάλθηκε | ημερομηνία | προς | κοιν | θέμα | tarih | kime | konu |
    gönderildi | bilgi | poslano | za | prima | naslov | tema | saadetud | kellele | teema | išsiųsta | kam |
    nosūtīts | đã gửi | ngày | tới | đến | chủ đề | dikirim | kepada | perihal | 发送时间 | 日期 | 收件人 |
    抄送 | 主题 | 寄件日期 | 收件者 | 副本 | 主旨 | 送信日時 | 日時 | 宛先 | 件名 | 보낸 날짜 | 보낸날짜 |
    날짜 | 받는 사람 | 받는사람 | 참조 | 제목 | ส่ง | วันที่ | ถึง | เรื่อง | נשלח | תאריך | אל | עותק |
    נושא | تاريخ الإرسال | التاريخ | إلى | نسخة | الموضوع | importance | priority | attachments | reply-to |
    antwort an
    """
)
# What a telephone puts below a letter.
_MOBILE = _any(
    r"""
    sent from my | sent from | get outlook for | sent via | sent with | gesendet von | von meinem |
    diese nachricht wurde von meinem | envoyé de mon | envoyé depuis | télécharger outlook | obtenez outlook |
    enviado desde mi | enviado desde | obtener outlook | enviado do meu | enviado do | obter o outlook |
    inviato da | inviato dal mio | scarica outlook | verstuurd vanaf mijn | verzonden vanaf mijn |
    verstuurd van | outlook voor | skickat från min | skickat från | sendt fra min | sendt fra |
    hent outlook | lähetetty | hanki outlook | wysłane z | pobierz program outlook | odesláno z | odoslané z |
    küldve | trimis de pe | отправлено с | отправлено из | надіслано з | iphone'umdan gönderildi |
    στάλθηκε από | holen sie sich outlook | outlook für | 发自我的 | 从我的 | 寄件自我的 | 從我的 |
    iphoneから送信 | 나의 iphone에서 보냄 | נשלח מה | أرسلت من
    """
)

WROTE = re.compile(rf"\b{_WROTE}(?!\w)|{_WROTE_UNSPACED}", re.IGNORECASE)
STARTS = re.compile(rf"{_STARTS}\b", re.IGNORECASE)
ORIGINAL = re.compile(rf"[-_=*\s]{{0,40}}{_ORIGINAL}[-_=*:\s]{{0,40}}$", re.IGNORECASE)
FORWARDED = re.compile(rf"[-_=*>\s]{{0,40}}{_FORWARDED}[-_=*:\s]{{0,40}}", re.IGNORECASE)
FROM_LINE = re.compile(rf"[*_\s]{{0,4}}{_FROM_LABELS}[*_\s]{{0,4}}[:：][*_]{{0,2}}\s*\S", re.IGNORECASE)
OTHER_LINE = re.compile(rf"[*_\s]{{0,4}}{_OTHER_LABELS}[*_\s]{{0,4}}[:：]", re.IGNORECASE)
MOBILE = re.compile(_MOBILE, re.IGNORECASE)
FORWARD_PREFIX = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|enc|i|vb|vl|doorst|転送|转发|轉寄|пересл|перес)\s*[:：]", re.IGNORECASE
)

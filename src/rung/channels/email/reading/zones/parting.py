"""What people and programs put below what they write besides farewells, in the languages they say it in. All of it in
lower case."""

from rung.channels.email.reading.zones.quoting import listed, phrases

# "Sent from my telephone" in most languages is one of these …
SENT = phrases(
    """
    sent from | sent via | sent with | sent by | sent using | sent wirelessly | from my | gesendet | versendet |
    geschickt | geschrieben von | von meinem | envoyé | expédié | enviado | enviada | enviat | inviato | inviata |
    verzonden | verstuurd | gestuurd | skickat | skickades | sendt | lähetetty | wysłan | odesláno | odoslané |
    odoslaná | küldve | küldtem | elküldve | trimis | отправлено | послано | надіслано | изпратено | gönderildi |
    στάλθηκε | εστάλη | poslano | poslato | saadetud | išsiųsta | nosūtīts | gửi từ | dikirim | sent on |
    dihantar | bidalia | भेजा | sent frá | 보냈 | from mobile | 送信 | 发自 | 發自 | 发送 | 傳送 | 寄自 | 來自我的 | 从我的 |
    보냄 | 보낸 | ส่งจาก | נשלח |
    أرسلت | مرسل | تم الإرسال | ارسال شده
    """
)
# … with one of these within a few words.
DEVICES = phrases(
    """
    мобильн | мобільн | هاتف | हाथ | फ़ोन | iphon | ipad | ipod | ios | android | blackberry | bberry |
    samsung | galaxy | huawei | nokia | htc |
    xiaomi | redmi | oneplus | pixel | sony | xperia | motorola | lumia | mobile | mobil | móvil | movil |
    celular | cellulare | cell | phone | telefon | telefoon | téléphone | teléfono | telefone | smartphone |
    handy | tablet | tablette | handheld | matkapuhelim | puhelim | komórk | компьютер | телефон | смартфон |
    устройств | outlook | yahoo | gmail | windows | mailbox | airmail | thunderbird | k-9 | spark | protonmail |
    proton mail | tutanota | aquamail | bluemail | blue mail | mailspring | superhuman | front | hey | zoho |
    mail.ru | gmx | web.de | posteo | fastmail | mailbird | apple | macbook | imac | ti-85 | wireless |
    fairemail | nine | edison | canary | newton | typeapp | mymail | aol |
    mail orange | mail app | app de correo | 手机 | 手機 | 携帯 | スマートフォン | 휴대 |
    아이폰 | 갤럭시 | โทรศัพท์ | אייפון | הנייד | الهاتف | جوال
    """
)
TAGLINES = phrases(
    """
    get outlook for | obtenez outlook | télécharger outlook | obtener outlook | obtén outlook |
    descargar outlook | obter o outlook | scarica outlook | ottieni outlook | outlook voor ios |
    outlook voor android | outlook downloaden | hent outlook | hanki outlook | hämta outlook | skaffa outlook |
    pobierz program outlook | pobierz outlook | získat outlook | získejte outlook | získať outlook |
    outlook letöltése | az outlook beszerzése | holen sie sich outlook | outlook für ios | outlook für android |
    laden sie outlook | обзор outlook | получить outlook | скачать outlook | завантажити outlook |
    ios için outlook | android için outlook | outlook'u edinin | λήψη του outlook | obțineți outlook |
    preuzmite outlook | ios 版 outlook | 获取 outlook | 取得 outlook | outlook for ios を入手 | ios용 outlook |
    قم بتنزيل outlook | sent from mail for windows | virus-free | virenfrei | sans virus | libre de virus |
    von unterwegs gesendet | von unterwegs | az outlook letöltése | az outlook android | az outlook ios | 來自 我的 |
    provenance : courrier pour windows | provenance: courrier pour windows |
    i acknowledge the traditional | we acknowledge the traditional | in the spirit of reconciliation |
    ref:_00d | ref:!00d | yahoo mail: search | yahoo mail: | get bluemail for | get typeapp for | get spark for
    """
)
# A paragraph with two of these is a legal notice.
LEGAL = phrases(
    """
    confidential | intended recipient | intended only | intended solely | solely for the use | privileged |
    not the recipient | unauthorized | unauthorised | strictly prohibited | received this e-mail in error |
    received this email in error | received this message in error | received this communication in error |
    received it by mistake | in error | disclosure | disseminat | notify the sender | delete it from your |
    delete the e-mail | delete this | viruses | virus-free | legally binding | accepts no liability |
    accept no liability | accept any liability | no responsibility | monitored | views or opinions |
    may not be disclosed | express permission | those of the author | not necessarily represent | not necessarily reflect |
    konfidensiell | ved en feil | mottakeren | поверителн | по погрешка | povjerljiv | poverljiv | greškom | primatelj |
    zaupn | pomotoma | naslovnik | konfidentsiaal | ekslikult | konfidenciāl | kļūdas dēļ | konfidencial | per klaidą |
    bảo mật | gửi nhầm | rahasia | dimaksudkan untuk | ความลับ | ผู้รับที่ | נמען | للمرسل إليه | عن طريق الخطأ |
    kenntnisnahme | unzulässig | bezeichneten adressaten | veröffentlichung oder weitergabe |
    registered in england | registered office | company number | copyright | disclaimer | vertraulich |
    rechtlich geschützt | nicht der richtige adressat | irrtümlich erhalten | unbefugte weitergabe | unerlaubte |
    vorgesehene empfänger | vorgesehener empfänger | nicht gestattet | vernichten sie diese |
    informieren sie bitte | geschützte informationen |
    ausschließlich für den | bestimmungsgemäße | handelsregister | amtsgericht | geschäftsführer |
    sitz der gesellschaft | confidentiel | destinataire | reçu ce message par erreur | toute utilisation |
    toute diffusion | non autorisée | interdite | décline toute responsabilité | susceptible d'altération |
    intégrité | établi à l'intention | pièces jointes | confidencial | destinatario | destinatário | por error |
    por engano | prohibid | proibid | sin autorización | divulgação | legalmente protegid | privilegiad |
    reenvío |
    2016/679 | serán tratados |
    protección de datos | ley orgánica | proteção de dados | rgpd | gdpr | riservat | esclusivamente |
    per errore | vietat | d.lgs | informazioni contenute | privacy | non autorizzat | vertrouwelijk |
    geadresseerde | onterecht ontvangen | ten onrechte | verboden | aansprakelijk | uitsluitend bestemd |
    fortrolig | fortrolige | ved en fejl | utilsigtet | konfidentiell | avsedda mottagaren | av misstag |
    taushetsplikt | luottamuksel | erehdyksessä | poufne | poufna | adresat | zabronion | omyłkow | przeznaczon |
    důvěrn | adresát | omylem | zakázán | dôvern | neoprávnen | bizalmas | címzett | tévedésből | confidențial |
    din greșeală | конфиденциальн | адресат | ошибочно | запрещ | конфіденційн | помилково | gizli | alıcı |
    yanlışlıkla | yasakt | εμπιστευτικ | παραλήπτη | 机密 | 保密 | 收件人 | 误收 | 错收 | 删除本邮件 | 禁止任何 |
    機密 | 誤收 | 秘密 | 誤って |
    受信者 | 기밀 | 수신자 | 무단 | סודי | הנמען | بطעות | سري | المرسل إليه
    """
)
LEGAL_TITLES = phrases(
    """
    disclaimer | confidentiality | confidentiality notice | confidentiality note | privileged and confidential |
    legal notice | legal disclaimer | important notice | notice | email disclaimer | e-mail disclaimer | caution |
    privacy notice | privacy statement | haftungsausschluss | rechtlicher hinweis | wichtiger hinweis |
    vertraulichkeitshinweis | avertissement | avis de confidentialité | clause de confidentialité |
    mention légale | aviso legal | aviso de confidencialidad | aviso de confidencialidade |
    cláusula de confidencialidad | nota legal | riservatezza | avviso di riservatezza | nota di riservatezza |
    vertrouwelijkheid | ansvarsfriskrivning | klauzula poufności
    """
)
# What programs and lists add below everything.
FOOTERS = phrases(
    """
    mailing list | unsubscribe | to post to this group | you received this message because you are subscribed |
    you received this email because | you are receiving this because | you are receiving this email because |
    subscribed to the google groups | group settings | manage your subscription | email preferences |
    list archives | reply to this email directly | view it on github | to view this discussion |
    to stop receiving emails | yahoo! groups | list-unsubscribe | listinfo | mailman |
    to respond, reply to this email | manage notifications | mailingliste | abbestellen | abmelden von |
    liste de diffusion | se désabonner | désinscri | lista de correo | darse de baja | cancelar suscripción |
    cancelar a subscrição | lista di distribuzione | annulla l'iscrizione | afmelden | mailinglijst |
    avprenumerera | sändlista | afmeld | wypisz | lista dyskusyjna | odhlásit | leiratkozás | dezabonare |
    отписаться | рассылк | відписатися | aboneliğinizi | 退订 | 取消订阅 | 配信停止 | 수신거부 |
    no virus found in this | no viruses found in this | checked by avg |
    checked for viruses | scanned for viruses | scanned for spam | avast | avg.com | virus-free | virenfrei |
    auf viren geprüft | analysé par | this email has been scanned | mcafee | mailscanner | symantec | kaspersky |
    consider the environment | think before you print | please don't print | denken sie an die umwelt |
    umwelt zuliebe | avant d'imprimer | antes de imprimir | prima di stampare | voordat u deze | tänk på miljön |
    tenk på miljøet | powered by | sent by zendesk | is an email service from | ticket id | do you yahoo |
    get your free | free email | get internet access from juno | visit topic or reply to this | check out aol |
    viren-scan für ihren pc | kostenlose anmeldung |
    this email is a service from | hotmail - | msn messenger | http://www.freemail |
    join excite | this email was sent to | this e-mail was sent to |
    join the world | to visit your group on the web | yahoo! groups | use of yahoo groups is subject |
    this message was sent using | this mail sent through | this mail was sent through | sent through imp
    """
)
# A firewall's warning above what was written.
BANNERS = phrases(
    """
    originated from outside | originated outside | came from outside | external email | external sender |
    external e-mail | sent from outside | outside of the organization | outside the organization |
    outside your organization | outside of your organization | don't often get email from |
    don’t often get email from | outside of our organization | externe e-mail | externer absender |
    von außerhalb | expéditeur externe | provient de l'extérieur | correo externo | remitente externo |
    externe afzender | mittente esterno | email esterna | remetente externo | externen absender |
    externem absender | von extern | außerhalb der organisation | außerhalb ihrer organisation |
    außerhalb des unternehmens | à l'extérieur de | de l'extérieur de | de fuera de la organización |
    fuera de su organización | origen externo | fora da organização | fora da empresa | esterno all'organizzazione |
    dall'esterno | buiten de organisatie | buiten uw organisatie | utanför organisationen | extern avsändare |
    uden for organisationen | ekstern afsender | utenfor organisasjonen | ekstern avsender |
    organisaation ulkopuolelta | spoza organizacji | mimo organizaci | mimo organizáciu | from an external source |
    from an external sender | outside the company | outside of the company | outside our company | outside your company
    """
)
CONTACTS = listed(
    """
    tel tel. telephone phone ph ph. fax mobile mob mob. cell direct office e-mail email mail web www http https
    skype whatsapp telefon telefax telefono teléfono téléphone téléfax mobil handy móvil celular telefone
    telemóvel portable cellulare gsm puh puh. tlf tlf. tfn mobiltel тел тел. моб телефон факс 电话 手机 電話
    携帯 전화 טל טלפון هاتف جوال t m p f e w o d
    """
)
COMPANIES = listed(
    """
    gmbh ag kg ohg ug inc inc. ltd ltd. llc llp plc corp corp. corporation company co co. sarl sas sa s.a. s.a.s
    s.r.l srl spa s.p.a bv b.v nv n.v ab as a/s aps oy oyj oü uab sia kft zrt d.o.o doo s.r.o sp. z.o.o limited
    group gruppe holding university universität université institute department dept team ооо оао зао 株式会社
    有限公司 주식회사
    """
)
TITLES = listed(
    """
    manager director engineer ceo cto cfo coo cio founder co-founder president vice head lead chief officer
    assistant administrator admin analyst consultant developer designer architect specialist coordinator
    representative executive accountant secretary professor prof dr phd mba attorney lawyer partner associate
    supervisor technician sales marketing support leiter leiterin geschäftsführer geschäftsführerin vorstand
    abteilung referent sachbearbeiter sachbearbeiterin directeur directrice responsable ingénieur gérant jefe
    gerente directora diretor diretora responsabile direttore ingegnere hoofd medewerker chef ansvarig
    försäljning kierownik dyrektor specjalista vedoucí ředitel jednatel директор менеджер инженер руководитель
    müdür uzman 经理 總經理 总监 部長 課長 부장 과장
    """
)

# What stands in signatures about whose words these are.
OPINIONS = phrases(
    """
    opinions | not those of | my employer | speak for myself | speaking for | speak for my | my own views | views are mine |
    views expressed | disclaimer
    """
)
# Answers of one word, which are no names.
NO_NAMES = listed(
    """
    yes no ok okay yep nope sure thanks done perfect great agreed please correct wrong maybe never always both
    none all neither today tomorrow yesterday now later soon monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november december morning
    afternoon evening red blue green black white yellow brown grey gray pink orange large small medium left
    right north south east west ja nein oui non sí si não sim gerne genau nej nee kyllä tak nie ano ne igen nem
    evet hayır да нет montag dienstag mittwoch donnerstag freitag samstag sonntag heute morgen gestern lundi
    mardi mercredi jeudi vendredi samedi dimanche the this that it i we you
    """
)
# Words behind which a sentence goes on, so that a name in the next line belongs to it.
# Below a line that ends in one of these stands what it speaks of.
IS_CALLED = listed("is was are named called reads ist lautet war heißt est était es son è era is é zijn är er jest")
# What somebody wants written or printed.
SAYING = listed(
    """
    say says read reads print printed write text card engrave engraved engraving inscription wording schreiben steht stehen
    drucken text gravur aufdruck karte dire écrire texte carte gravure decir texto tarjeta grabado scrivere testo biglietto
    tekst kaart kaartje kort
    """
)
LEADS_ON = listed(
    """
    for to from by with and or is are was were of the a an my our your his her their name named called me said says ask
    asked tell told dear hi hello mr mrs ms dr miss than as at in on about like contact see attn cc via per named be
    für von mit und oder ist sind war an bei der die das den dem mein meine ihr ihre herr herrn frau als auf wie heißt
    pour de par avec et ou est sont à mon ma mes le la les chez que mme m monsieur madame comme para con y o es son mi
    su el los las señor señora come di da e è il lo i gli per signor signora voor van en met of aan het een mijn door
    av och eller är till från med som og eller er til fra hos ja tai on z od do i lub jest pan pani dla w na a s pro je
    и или от для с к на это и ve ile için
    """
)
BANNER_STARTS = phrases(
    """
    caution | warning | external | attention | achtung | extern | be careful | this e | this m | you don | some people |
    vorsicht | atención | atenção | attenzione | let op | advertencia | aviso | diese e-mail | diese nachricht |
    ce message | cet e-mail | ce courriel | este correo | este mensaje | este e-mail | esta mensagem | questa e |
    questo messaggio | deze e | dit bericht | detta mail | detta e | obs | varning | denne e | advarsel | huom |
    ta wiadomość | ten e | uwaga | tato zpráva | tento e | pozor | upozornění
    """
)

# Words by which a letter speaks of the address or number of its writer, and of what stands below.
REACH = phrases(
    """
    address | adresse | anschrift | dirección | direccion | endereço | indirizzo | adres | osoite | cím | адрес |
    διεύθυνση | phone number | telefonnummer | rufnummer | handynummer | numéro de téléphone | número de teléfono |
    numero di telefono | telefoonnummer | numer telefonu | contact details | kontaktdaten | coordonnées | call me at |
    reach me at | ring me on | call me on | moved to | umgezogen | new number | my number | neue nummer |
    meine nummer | nouveau numéro | mon numéro | nuevo número | mi número | nuovo numero | mio numero | novo número |
    nieuwe nummer | nytt nummer | nyt nummer | nowy numer | nové číslo | новый номер | мой номер |
    地址 | 住所 | 주소 | 电话 | 電話 | כתובת | عنوان
    """
)
# … and of where money goes.
ACCOUNTS = phrases(
    """
    account | iban | bank | refund | konto | überweis | erstatt | compte | virement | rembours | cuenta | transferencia |
    reembols | conto | bonifico | rimbors | conta | reembolso | rekening | overmak | terugbetal | kontonummer | konto |
    rachun | przelew | účet | účtu | számla | счет | счёт | возврат
    """
)
BELOW = phrases(
    """
    below | unten | nachstehend | folgende | ci-dessous | ci-après | abajo | siguiente | abaixo | seguinte | sotto |
    seguente | hieronder | onderstaand | nedan | nedenfor | alla oleva | poniż | níže | nižšie | alább | mai jos | ниже |
    нижче | aşağıda | παρακάτω | following | is now | lautet jetzt | 以下 | 下記 | 아래
    """
)

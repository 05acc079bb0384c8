"""What people and programs put below what they write, in the languages they say it in. All of it in lower case."""

from rung.channels.email.reading.words import listed
from rung.channels.email.reading.zones.quoting import phrases

# Greetings that stand only at the end of a letter.
CLOSINGS = frozenset(
    phrases(
        """
        your pal | your friend | your friends |
        regards | best regards | kind regards | kindest regards | warm regards | warmest regards | many regards |
        with regards | with kind regards | with best regards | with warm regards | with kindest regards |
        best rgds | rgds | kind rgds | regds | all the best | best wishes | with best wishes | warm wishes |
        best | warmly | sincerely | sincerely yours | yours sincerely | yours truly | yours faithfully |
        faithfully | yours | very truly yours | respectfully | respectfully yours | respectfully submitted |
        cordially | take care | have a nice day | have a great day | have a good day | have a great weekend |
        have a nice weekend | talk soon | talk to you soon | see you soon | see you | speak soon | br | kr |
        brgds | b/r | with gratitude | thanks and regards | thanks & regards | thanks and best regards |
        thanks & best regards | thanks and kind regards | thank you and regards | thank you and best regards |
        thank you and kind regards | with thanks and regards | many thanks and kind regards |
        many thanks and best regards | thanks in advance and best regards | love | xoxo | lots of love |
        much love | hugs | peace | in friendship | god bless | ciao | tschüss | cheerio |
        mit freundlichen grüßen | mit freundlichen grüssen | mit freundlichen gruessen | mit freundlichem gruß |
        mit freundlichem gruss | mit freundlicher empfehlung | mit besten grüßen | mit besten grüssen |
        mit besten empfehlungen | mit herzlichen grüßen | mit lieben grüßen | mit vielen grüßen |
        mit freundlichsten grüßen | mit freundlichen grüße | freundliche grüße | freundliche grüsse |
        freundlichen gruß | freundliche gruesse | beste grüße | beste grüsse | besten gruß | beste gruesse |
        viele grüße | viele grüsse | viele gruesse | liebe grüße | liebe grüsse | liebe gruesse | lieben gruß |
        herzliche grüße | herzliche grüsse | herzlichen gruß | schöne grüße | schöne grüsse | schönen gruß |
        sonnige grüße | grüße | grüsse | gruß | gruss | gruesse | mfg | m.f.g | lg | vg | bg | vlg |
        hochachtungsvoll | alles gute | alles liebe | bis bald | bis dann | einen schönen tag noch |
        schönen tag noch | schönes wochenende | mit sportlichen grüßen | danke und gruß | danke und grüße |
        danke und viele grüße | danke und lg | vielen dank und viele grüße | vielen dank und freundliche grüße |
        vielen dank und mit freundlichen grüßen | vielen dank und beste grüße | cordialement | bien cordialement |
        très cordialement | cdlt | cdt | bien à vous | bien à toi | salutations | sincères salutations |
        meilleures salutations | salutations distinguées | cordiales salutations | amicalement |
        bien amicalement | amitiés | respectueusement | sincèrement | bonne journée | bonne fin de journée |
        bonne soirée | bon week-end | à bientôt | bises | bisous | avec mes meilleures salutations |
        belle journée | bonne réception | à vous lire | dans l'attente de votre réponse |
        recevez mes salutations distinguées | saludos | un saludo | saludos cordiales | un cordial saludo |
        cordiales saludos | atentamente | muy atentamente | atte | reciba un cordial saludo | saludos atentos |
        un abrazo | abrazos | le saluda atentamente | cordialmente | muchos saludos | un saludo cordial |
        mis mejores deseos | que tenga un buen día | buen día | hasta luego | quedo atento | quedo atenta |
        quedo a la espera | besos | salutacions | salutacions cordials | atentament | ben cordialment |
        una salutació | cordialment | agur | saúdos | um abraço | abraço | abraços | atenciosamente | att |
        com os melhores cumprimentos | melhores cumprimentos | cumprimentos | com os meus cumprimentos |
        cordiais saudações | saudações | grato | grata | beijos | bjs | bom dia | tenha um bom dia |
        bom fim de semana | obrigado e cumprimentos | cordiali saluti | distinti saluti | saluti | un saluto |
        un cordiale saluto | cordialità | i migliori saluti | migliori saluti | tanti saluti | a presto |
        buona giornata | buona serata | buon lavoro | con i migliori saluti | in fede | un caro saluto |
        cari saluti | un abbraccio | porgo cordiali saluti | porgo distinti saluti | grazie e saluti |
        grazie e cordiali saluti | grazie e buona giornata | met vriendelijke groet | met vriendelijke groeten |
        vriendelijke groet | vriendelijke groeten | hartelijke groet | hartelijke groeten | met hartelijke groet |
        groet | groeten | groetjes | beste groeten | mvg | m.v.g | gr | hoogachtend | met beste groeten |
        fijne dag | fijne dag nog | prettige dag | tot ziens | alvast bedankt en groet | med venlig hilsen |
        med venlige hilsner | venlig hilsen | venlige hilsner | hilsen | hilsner | mange hilsner |
        de bedste hilsner | bedste hilsner | kærlig hilsen | mvh | vh | kh | dbh | på forhånd tak og hilsen |
        god dag | god weekend | med vennlig hilsen | vennlig hilsen | beste hilsen | beste hilsener |
        vennlige hilsener | mange hilsener | med hilsen | klem | ha en fin dag | ha en god dag |
        med vänlig hälsning | med vänliga hälsningar | vänliga hälsningar | vänlig hälsning | hälsningar |
        hälsning | bästa hälsningar | varma hälsningar | många hälsningar | vänligen | m.v.h | allt gott |
        ha det bra | ha en bra dag | trevlig helg | kram | hej så länge | hälsar | ystävällisin terveisin |
        ystävällisesti | parhain terveisin | terveisin | terv | terveiset | kunnioittavasti | lämpimin terveisin |
        yst. terv | hyvää päivänjatkoa | hyvää viikonloppua | kiitos ja terveisin | pozdrawiam |
        z poważaniem | z powazaniem | z wyrazami szacunku | serdecznie pozdrawiam | pozdrawiam serdecznie |
        pozdrowienia | serdeczne pozdrowienia | miłego dnia | dziękuję i pozdrawiam | łączę pozdrowienia |
        z poważaniem i pozdrowieniami | pozdrawiam cieplutko | do usłyszenia | życzę miłego dnia | s pozdravem |
        s přátelským pozdravem | se srdečným pozdravem | s přáním hezkého dne | s úctou | zdravím | pěkný den |
        hezký den | přeji hezký den | děkuji a přeji hezký den | děkuji a zdravím | s pozdravom |
        s úctou a pozdravom | s priateľským pozdravom | pekný deň | prajem pekný deň | so srdečným pozdravom |
        üdvözlettel | tisztelettel | üdv | üdvözlet | szívélyes üdvözlettel | baráti üdvözlettel | legjobbakat |
        szép napot | további szép napot | köszönettel | köszönettel és üdvözlettel | cu stimă | cu stima |
        cu respect | cu drag | toate cele bune | o zi bună | o zi frumoasă | numai bine | salutări |
        cu considerație | с уважением | с наилучшими пожеланиями | с искренним уважением | с почтением |
        всего доброго | всего хорошего | с благодарностью | искренне ваш | искренне ваша | до свидания |
        хорошего дня | с ув | з повагою | з найкращими побажаннями | всього найкращого | щиро ваш | гарного дня |
        с уважение | поздрави | поздрав | хубав ден | с поздравом | срдачан поздрав | с поштовањем | με εκτίμηση |
        φιλικά | με φιλικούς χαιρετισμούς | χαιρετισμούς | ευχαριστώ εκ των προτέρων | saygılarımla | saygılar |
        saygılarımızla | sevgiler | iyi çalışmalar | iyi günler | iyi günler dilerim | iyi çalışmalar dilerim |
        en iyi dileklerimle | selamlar | kolay gelsin | teşekkürler saygılar | srdačan pozdrav | lijep pozdrav |
        pozdrav | lp | s poštovanjem | ugodan dan | lep pozdrav | lepo pozdravljeni | s spoštovanjem |
        prijazen pozdrav | lep dan | parimate soovidega | lugupidamisega | tervitades | parimat |
        heade soovidega | pagarbiai | su pagarba | geriausi linkėjimai | linkėjimai | gražios dienos | ar cieņu |
        ar sveicieniem | visu labu | lai jauka diena | trân trọng | trân trọng kính chào | thân ái | kính thư |
        chào thân ái | salam | hormat saya | hormat kami | salam hormat | terima kasih dan salam | yang ikhlas |
        kveðja | með kveðju | bestu kveðjur | með bestu kveðju | le gach dea-ghuí | le meas | cofion |
        cofion gorau | gyda diolch | 此致 | 敬礼 | 此致敬礼 | 此致 敬礼 | 顺颂商祺 | 順頌商祺 | 祝好 | 祝商祺 |
        顺祝商祺 | 敬上 | 谨上 | 敬祝 | 敬祝商祺 | 此致敬禮 | 此致 敬禮 | よろしくお願いいたします |
        よろしくお願い致します | よろしくお願いします | 宜しくお願いいたします | 宜しくお願い致します |
        宜しくお願いします | 何卒よろしくお願いいたします | 以上、よろしくお願いいたします |
        以上、宜しくお願い致します | どうぞよろしくお願いいたします | 敬具 | 草々 | 以上 | 감사합니다 |
        고맙습니다 | 수고하세요 | 드림 | 올림 | 좋은 하루 되세요 | 안녕히 계세요 | ขอแสดงความนับถือ |
        ด้วยความเคารพ | בברכה | בברכה רבה | בכבוד רב | תודה ובברכה | בתודה ובברכה | כל טוב | מאחל | יום טוב |
        מع أطيب التحيات | مع أطيب التحيات | مع خالص التحية | مع التحية | تحياتي | مع تحياتي | مع فائق الاحترام |
        وتفضلوا بقبول فائق الاحترام | أطيب التحيات | تفضلوا بقبول فائق الاحترام | با احترام | با تشکر | ارادتمند |
        very best | very best regards | all best | best always | bests | warmest | best personal regards |
        personal regards | sincerest regards | sincere regards | rgrds | wbr | w/ regards |
        with warmest regards | with appreciation | with respect | with sincere regards | fondly |
        affectionately | bye | bye bye | bye for now | goodbye | good bye | farewell | see you later |
        catch you later | ttyl | ttfn | until then | till then | until next time | be well | keep well |
        stay safe | stay well | take it easy | your friend | your faithfully | your sincerely |
        yours respectfully | yours respectively | yours always | yours ever | as ever | as always |
        enjoy your day | enjoy your weekend | enjoy the weekend | enjoy the rest of your day |
        have a wonderful day | have a lovely day | have a nice evening | have a good evening |
        have a lovely evening | have a good weekend | have a lovely weekend | have a wonderful weekend |
        have a blessed day | have a good one | have a great one | have a great evening | have a great week |
        have a good week | happy holidays | respectfully submitted by | sincerely and respectfully | with love |
        all my love | blessings | auf wiedersehen | auf bald | bis später | bis demnächst | bis morgen |
        bis denne | bis dahin | servus | pfiat di | schönen abend | schönen tag | schönen feierabend |
        schönen abend noch | einen schönen tag | einen schönen abend | schöne woche | schönes wochenende noch |
        ein schönes wochenende | ich wünsche einen schönen tag | viele liebe grüße | ganz liebe grüße |
        besten gruss | viele dankbare grüße | kollegiale grüße | mit kollegialen grüßen | mit bestem gruß |
        mit herzlichem gruß | mit nettem gruß | nette grüße | mit freundlichen gruß | mit freundlichem grüßen |
        freundlicher gruß | freundliche gruß | in diesem sinne | mit freundlichen grüssen und besten wünschen |
        gruß und dank | danke und schöne grüße | danke und beste grüße | vielen dank und liebe grüße |
        vielen dank und lg | danke & lg | danke & gruß | lieben dank und viele grüße | adiós | salud |
        hasta pronto | hasta mañana | hasta la próxima | nos vemos | saludos y gracias | gracias y saludos |
        muchas gracias y saludos | gracias y un saludo | cordial saludo | afectuosamente | cariños | cuídate |
        cuídese | feliz día | feliz tarde | que tengas un buen día | que tengan un buen día |
        buen fin de semana | con aprecio | respetuosamente | sinceramente | suyo afectísimo | le saluda |
        reciban un cordial saludo | un fuerte abrazo | un beso | besos y abrazos | saludos desde | au revoir |
        adieu | à plus | à plus tard | à demain | à très bientôt | à très vite | a+ | bonne continuation |
        bien sincèrement | bien respectueusement | cordiales salutations et merci | merci et bonne journée |
        merci et cordialement | sentiments distingués | bien des choses | bon courage | bonne semaine |
        bon après-midi | belle soirée | bon dimanche | adeus | até logo | até breve | até mais | até já |
        fique bem | tchau | boa tarde | boa noite | boa semana | bom trabalho | boa continuação | bem haja |
        muito grato | com estima | com os melhores cumprimentos e obrigado | saudações cordiais |
        atenciosos cumprimentos | subscrevo-me | sem mais | sem mais de momento | grande abraço | forte abraço |
        um grande abraço | beijinhos | arrivederci | arrivederla | addio | alla prossima | a domani |
        buona domenica | buon fine settimana | buon weekend | buona serata e grazie | grazie e buon lavoro |
        grazie e saluti cordiali | saluti cordiali | con stima | con affetto | con cordialità |
        un cordiale abbraccio | baci | bacioni | la saluto cordialmente | cordialissimi saluti |
        grazie e buona serata | tot snel | tot gauw | tot later | tot dan | doei | fijn weekend | fijne avond |
        prettig weekend | prettige avond | prettige dag verder | fijne dag verder | met vr gr | met vr. gr |
        vr gr | vr. gr | vriendelijk gegroet | gegroet | liefs | veel liefs | warme groet | warme groeten |
        zonnige groet | dank en groet | bedankt en groet | met dank en groet | farvel | hav en god dag |
        ha' en god dag | rigtig god dag | god aften | fortsat god dag | tak og hilsen | på gensyn | knus |
        hej hej | ses | vi ses | ha det | ha det fint | ha en fin helg | god helg | takk og hilsen |
        på gjensyn | hilsen fra | adjö | hej då | hejdå | vi hörs | ha en trevlig dag | ha en trevlig helg |
        glad helg | tack och hälsningar | med bästa hälsningar | med hälsning | hjärtliga hälsningar |
        soliga hälsningar | hyvästi | näkemiin | nähdään | kiittäen | ystävällisin terveisin ja kiitoksin |
        terkuin | terkut | hei hei | moikka | mukavaa päivänjatkoa | mukavaa viikonloppua | hyvää päivää |
        hyvää viikkoa | aurinkoisin terveisin | yst terv | yst. terveisin | viikonloppuja | do widzenia |
        do zobaczenia | cześć | ukłony | łączę wyrazy szacunku | wyrazy szacunku | z szacunkiem |
        miłego weekendu | dobrego dnia | pozdr | pozdrawiamy | z pozdrowieniami | z góry dziękuję i pozdrawiam |
        dziękuję pozdrawiam | na razie | na shledanou | nashledanou | sbohem | mějte se | mějte se hezky |
        s díky | s poděkováním | s pozdravem a díky | do videnia | dovidenia | majte sa | s vďakou |
        viszontlátásra | viszlát | minden jót | puszi | üdvözöl | szívélyesen | la revedere | pe curând |
        o seară frumoasă | o săptămână frumoasă | weekend plăcut | cu prietenie | cu mulțumiri | до встречи |
        до скорого | пока | удачи | всех благ | с наилучшими | с приветом | наилучшие пожелания | с теплом |
        хорошего вечера | приятного дня | с признательностью | спасибо и хорошего дня | до побачення |
        до зустрічі | бувай | довиждане | чао | приятен ден | с най-добри пожелания | довиђења | пријатан дан |
        αντίο | καλή συνέχεια | καλή σας ημέρα | με τιμή | τα λέμε | ευχαριστώ και χαιρετώ | hoşça kal |
        hoşçakalın | görüşmek üzere | kendine iyi bak | iyi akşamlar | iyi hafta sonları | doviđenja |
        vidimo se | nasvidenje | nägemist | head aega | viso gero | iki pasimatymo | uz redzēšanos | tạm biệt |
        sampai jumpa | wassalam | wasalam | bless | bless bless | sjáumst | slán | hwyl | hwyl fawr |
        सादर | धन्यवाद सहित | भवदीय | शुभेच्छा
        """
    )
)
# With these end the sentences of leave-taking in languages that have whole sentences for it.
FORMAL = phrases(
    """
    salutations distinguées | salutations les meilleures | meilleures salutations | sincères salutations |
    salutations cordiales | salutations les plus cordiales | sentiments distingués | sentiments les meilleurs |
    considération distinguée | haute considération | salutations respectueuses | sentiments dévoués |
    porgo cordiali saluti | porgo distinti saluti | porgiamo distinti saluti | porgiamo cordiali saluti |
    invio cordiali saluti | inviamo cordiali saluti | cogliamo l'occasione per porgere cordiali saluti |
    le saluda atentamente | les saluda atentamente | le saludo atentamente | reciba un cordial saludo |
    reciban un cordial saludo | aprovecho para enviarle un cordial saludo | subscrevo-me com consideração |
    apresento os meus melhores cumprimentos | envio os meus melhores cumprimentos | verbleibe ich mit freundlichen grüßen |
    verbleiben wir mit freundlichen grüßen | verbleibe mit freundlichen grüßen | verbleiben mit freundlichen grüßen |
    verbleibe ich hochachtungsvoll | i remain yours sincerely | i am yours sincerely | i remain yours faithfully |
    z wyrazami szacunku | łączę wyrazy szacunku
    """
)
# Thanks and the like: they close a letter only where a name follows; alone they say something.
THANKS = frozenset(
    phrases(
        """
        thanks | thank you | thank you very much | thank you so much | thank you in advance | thanks in advance |
        many thanks | many thanks in advance | thanks a lot | thanks so much | thanks very much |
        thanks a million | thanks again | thank you again | thanks much | thx | tks | tnx | thanx | ta |
        with thanks | cheers | cheers mate | thank you for your time | thank you for your help |
        thanks for your help | thanks for your time | much appreciated | thank you kindly | thanking you |
        thanking you in advance | appreciated | looking forward to hearing from you |
        looking forward to your reply | look forward to hearing from you | i look forward to hearing from you |
        danke | vielen dank | besten dank | herzlichen dank | danke schön | dankeschön | danke im voraus |
        vielen dank im voraus | besten dank im voraus | danke dir | danke euch | vielen lieben dank | merci |
        merci bien | merci beaucoup | merci d'avance | merci d’avance | merci par avance |
        avec mes remerciements | en vous remerciant | gracias | muchas gracias | muchísimas gracias |
        gracias de antemano | mil gracias | gràcies | moltes gràcies | obrigado | obrigada | muito obrigado |
        muito obrigada | desde já obrigado | desde já agradeço | agradecido | grazie | grazie mille |
        molte grazie | grazie in anticipo | tante grazie | ringrazio | vi ringrazio | bedankt | alvast bedankt |
        dank je | dank u | dank u wel | hartelijk dank | bij voorbaat dank | dankjewel | tak | mange tak |
        tusind tak | på forhånd tak | takk | tusen takk | mange takk | på forhånd takk | tack | tack så mycket |
        tack på förhand | tusen tack | kiitos | kiitos paljon | kiitos etukäteen | kiitoksia | dziękuję | dzięki |
        z góry dziękuję | dziekuje | děkuji | díky | děkuji předem | předem děkuji | ďakujem | vopred ďakujem |
        vďaka | köszönöm | előre is köszönöm | köszi | köszönöm szépen | mulțumesc | multumesc | mersi |
        vă mulțumesc | спасибо | большое спасибо | заранее спасибо | благодарю | дякую | благодаря | хвала |
        ευχαριστώ | ευχαριστώ πολύ | teşekkürler | teşekkür ederim | çok teşekkürler | şimdiden teşekkürler |
        hvala | hvala lijepa | hvala vam | aitäh | tänan | ačiū | dėkoju | paldies | cảm ơn | xin cảm ơn |
        terima kasih | takk fyrir | diolch | go raibh maith agat | 谢谢 | 多谢 | 非常感谢 | 謝謝 |
        ありがとうございます | ありがとうございました | 고마워요 | ขอบคุณ | ขอบคุณครับ | ขอบคุณค่ะ | תודה |
        תודה רבה | בתודה | شكرا | شكراً | شكرا لك | شكرا جزيلا | متشکرم | ممنون | धन्यवाद | eskerrik asko |
        grazas | faleminderit
        """
    )
)
# "Sent from my telephone" in most languages is one of these …
SENT = phrases(
    """
    sent from | sent via | sent with | sent by | sent using | sent wirelessly | from my | gesendet | versendet |
    geschickt | geschrieben von | von meinem | envoyé | expédié | enviado | enviada | enviat | inviato | inviata |
    verzonden | verstuurd | gestuurd | skickat | skickades | sendt | lähetetty | wysłan | odesláno | odoslané |
    odoslaná | küldve | küldtem | elküldve | trimis | отправлено | послано | надіслано | изпратено | gönderildi |
    στάλθηκε | εστάλη | poslano | poslato | saadetud | išsiųsta | nosūtīts | gửi từ | dikirim | sent on |
    from mobile | 送信 | 发自 | 發自 | 发送 | 傳送 | 寄自 | 來自我的 | 从我的 | 보냄 | 보낸 | ส่งจาก | נשלח |
    أرسلت | مرسل | تم الإرسال | ارسال شده
    """
)
# … with one of these within a few words.
DEVICES = phrases(
    """
    iphon | ipad | ipod | ios | android | blackberry | bberry | samsung | galaxy | huawei | nokia | htc |
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
    yahoo mail: search | yahoo mail: | get bluemail for | get typeapp for | get spark for
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
    may not be disclosed | express permission |
    registered in england | registered office | company number | copyright | disclaimer | vertraulich |
    rechtlich geschützt | nicht der richtige adressat | irrtümlich erhalten | unbefugte weitergabe | unerlaubte |
    vorgesehene empfänger | vorgesehener empfänger | nicht gestattet | vernichten sie diese |
    informieren sie bitte | geschützte informationen |
    ausschließlich für den | bestimmungsgemäße | handelsregister | amtsgericht | geschäftsführer |
    sitz der gesellschaft | confidentiel | destinataire | reçu ce message par erreur | toute utilisation |
    toute diffusion | non autorisée | interdite | décline toute responsabilité | susceptible d'altération |
    intégrité | établi à l'intention | pièces jointes | confidencial | destinatario | destinatário | por error |
    por engano | prohibid | proibid | sin autorización | divulgação | legalmente protegid | privilegiad |
    reenvío | protección de datos | ley orgánica | proteção de dados | rgpd | gdpr | riservat | esclusivamente |
    per errore | vietat | d.lgs | informazioni contenute | privacy | non autorizzat | vertrouwelijk |
    geadresseerde | onterecht ontvangen | ten onrechte | verboden | aansprakelijk | uitsluitend bestemd |
    fortrolig | fortrolige | ved en fejl | utilsigtet | konfidentiell | avsedda mottagaren | av misstag |
    taushetsplikt | luottamuksel | erehdyksessä | poufne | poufna | adresat | zabronion | omyłkow | przeznaczon |
    důvěrn | adresát | omylem | zakázán | dôvern | neoprávnen | bizalmas | címzett | tévedésből | confidențial |
    din greșeală | конфиденциальн | адресат | ошибочно | запрещ | конфіденційн | помилково | gizli | alıcı |
    yanlışlıkla | yasakt | εμπιστευτικ | παραλήπτη | 机密 | 保密 | 收件人 | 误收 | 機密 | 誤收 | 秘密 | 誤って |
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
    checked for viruses | scanned for viruses | scanned for spam | avast | avg.com | virus-free | virenfrei |
    auf viren geprüft | analysé par | this email has been scanned | mcafee | mailscanner | symantec | kaspersky |
    consider the environment | think before you print | please don't print | denken sie an die umwelt |
    umwelt zuliebe | avant d'imprimer | antes de imprimir | prima di stampare | voordat u deze | tänk på miljön |
    tenk på miljøet | powered by | sent by zendesk | is an email service from | ticket id | do you yahoo |
    get your free | free email | this email is a service from | hotmail - | msn messenger | http://www.freemail |
    join the world
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
    externe afzender | mittente esterno | email esterna | remetente externo
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
BANNER_STARTS = phrases(
    """
    caution | warning | external | attention | achtung | extern | be careful | this e | this m | you don | some people |
    vorsicht | atención | atenção | attenzione | let op | advertencia | aviso
    """
)

# Words by which a letter speaks of the address or number of its writer, and of what stands below.
REACH = phrases(
    """
    address | adresse | anschrift | dirección | direccion | endereço | indirizzo | adres | osoite | cím | адрес |
    διεύθυνση | phone number | telefonnummer | rufnummer | handynummer | numéro de téléphone | número de teléfono |
    numero di telefono | telefoonnummer | numer telefonu | contact details | kontaktdaten | coordonnées | call me at |
    reach me at | ring me on | call me on | moved to | umgezogen | 地址 | 住所 | 주소 | 电话 | 電話 | כתובת | عنوان
    """
)
BELOW = phrases(
    """
    below | unten | nachstehend | folgende | ci-dessous | ci-après | abajo | siguiente | abaixo | seguinte | sotto |
    seguente | hieronder | onderstaand | nedan | nedenfor | alla oleva | poniż | níže | nižšie | alább | mai jos | ниже |
    нижче | aşağıda | παρακάτω | following | is now | lautet jetzt | 以下 | 下記 | 아래
    """
)

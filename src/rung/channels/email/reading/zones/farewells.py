"""What people say at the end of a letter, in the languages they say it in. All of it in lower case."""

from rung.channels.email.reading.zones.quoting import phrases

# Greetings that stand only at the end of a letter.
CLOSINGS = frozenset(
    phrases(
        """
        cu | cya | c u | your pal | your friend | your friends |
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
        sonnige grüße | grüße | grüsse | gruß | gruss | gruesse | grüßle | viele grüßle | liebe grüßle |
        mfg | m.f.g | lg | vg | bg | vlg |
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
        kveðja | með kveðju | bestu kveðjur | með bestu kveðju | le gach dea-ghuí |
        პატივისცემით | საუკეთესო სურვილებით | հարգանքով | freundlichi grüess |
        liebi grüess | grüessli | شب بخیر | với lời chào trân trọng | le meas | cofion |
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
        सादर | धन्यवाद सहित | भवदीय | शुभेच्छा |
        herzlichst | mit herzlichst | liebi grüess | liebe grüessli | grüessli | gruäss | es grüßt | es grüßen |
        freundlich grüßt | herzlich grüßt | es grüßt freundlich | es grüßt sie | bleiben sie gesund | bleib gesund |
        bleibt gesund | slds | sldos | recibe un cordial saludo | recibe un saludo | reciba un saludo |
        un saludo muy cordial | recibid un cordial saludo | hoor graag | ik hoor graag | hälsn | hälsn. | sekian |
        sekian terima kasih | sekian dan terima kasih | kindly | in christ | yours in christ | love from |
        hugs and kisses | hugs & kisses | cheers for now | hoping to hear from you soon | hope to hear from you soon |
        hope to hear from you | hope to hear back soon | awaiting your reply | waiting for your reply |
        looking forward to hearing from you soon | until soon | s přáním pěkného dne | s přáním krásného dne |
        abs | abç | abçs | glg | gglg | hg | ganz lieben gruß | bien cdlt | cdlmt | slts | sdts |
        dans l'attente de vous lire | dans l'attente de votre retour | dans l'attente de vos nouvelles |
        dans l'attente d'une réponse | en attente de votre retour | restant à votre disposition |
        je reste à votre disposition | nous restons à votre disposition | bien à vous et merci |
        quedo a la espera de su respuesta | quedo a la espera de tu respuesta | quedo a la espera de sus noticias |
        quedamos a la espera de su respuesta | a la espera de su respuesta | en espera de su respuesta |
        quedo a su disposición | quedamos a su disposición | sin otro particular | sin más por el momento |
        in attesa di un vostro riscontro | in attesa di un suo riscontro | in attesa di riscontro |
        in attesa di un cortese riscontro | resto in attesa di un riscontro | resto a disposizione |
        rimango a disposizione | restiamo a disposizione | a disposizione per chiarimenti |
        fico a aguardar | fico no aguardo | aguardo retorno | aguardo o seu contacto | fico à disposição |
        ha en fortsatt fin dag | ha en fortsatt god dag | fortsatt god dag | ha en riktig fin dag | ha en god helg |
        hav en dejlig dag | hav en rigtig god dag | ha en fortsatt bra dag | önskar en trevlig dag |
        mukavaa päivän jatkoa | hyvää päivän jatkoa | mukavaa viikon jatkoa | mit der bitte um rückmeldung |
        přeji pěkný den | přeji krásný den | přeji příjemný den | hezký zbytek dne | prajem príjemný deň |
        szép napot kívánok | további szép napot kívánok | minden jót kívánok | vă doresc o zi frumoasă |
        iyi günler diliyorum | iyi haftalar | kolaylıklar dilerim | życzę udanego dnia | życzę dobrego dnia |
        وتفضلوا بقبول فائق الاحترام والتقدير | مع جزيل الشكر | مع الشكر والتقدير | 顺祝 商祺 | 祝工作顺利 | 祝您工作愉快
        """
    )
)
# What is said ahead of the wish that a Japanese letter ends in, and the wish itself.
LEADS = phrases(
    """
    何卒 | どうぞ | どうか | 以上 | 以上、何卒 | それでは | では | 今後とも | 今後とも何卒 | 今後とも、何卒 | 引き続き |
    引き続き何卒 | 引き続き、何卒 | 恐れ入りますが | 恐れ入りますが、何卒 | 恐縮ですが | お手数ですが | お手数ですが、何卒 |
    お手数をおかけしますが | お手数をおかけしますが、何卒 | お手数をお掛けしますが | お手数おかけしますが |
    お忙しいところ恐れ入りますが | お忙しいところ恐れ入りますが、何卒 | お忙しいところ恐縮ですが |
    お忙しい中恐れ入りますが | お忙しい中恐縮ですが | ご検討のほど | ご確認のほど | ご対応のほど
    """
)
WISHES = phrases(
    """
    よろしくお願いいたします | よろしくお願い致します | よろしくお願いします | よろしくお願い申し上げます |
    宜しくお願いいたします | 宜しくお願い致します | 宜しくお願いします | 宜しくお願い申し上げます | よろしくおねがいします
    """
)
# What people wish each other for the rest of a day: how it begins, and of what.
WISHING = phrases(
    """
    have a | have an | enjoy your | enjoy the | wishing you a | wish you a | i wish you a | hope you have a |
    i hope you have a | ich wünsche | wünsche | wir wünschen | ich wünsche ihnen | ich wünsche dir | einen schönen |
    noch einen schönen | noch ein schönes | ein schönes | ein schönes restliches | je vous souhaite | je te souhaite |
    nous vous souhaitons | une bonne | une très bonne | une excellente | que tenga | que tengas | que tengan | que pase |
    que pases | que pasen | le deseo | te deseo | les deseo | le auguro | ti auguro | vi auguro | auguro | tenha | tenham |
    desejo | desejo-lhe | ik wens | ik wens u | ik wens je | nog een | een fijne | een prettige | ha en | ha ett | hav en |
    önskar | jag önskar | jeg ønsker | życzę | życzymy | přeji | přeji vám | prajem | prajem vám | kívánok
    """
)
SPANS = phrases(
    """
    day | weekend | evening | week | one | morning | afternoon | holiday | holidays | night | time | tag | abend |
    wochenende | woche | feierabend | nachmittag | vormittag | restwoche | feiertage | tag noch | abend noch |
    wochenende noch | journée | soirée | semaine | week-end | après-midi | fêtes | fin de semaine | fin de journée | día |
    tarde | noche | semana | fin de semana | giornata | serata | settimana | fine settimana | dia | noite | fim de semana |
    dag | avond | dag verder | weekend verder | helg | kväll | aften | vecka | uge | uke | kveld | dzień | dnia | weekendu |
    den | víkend | deň | napot | hétvégét
    """
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
    z wyrazami szacunku | łączę wyrazy szacunku | jsem s pozdravem | zůstávám s pozdravem | som s pozdravom |
    zostávam s pozdravom | maradok tisztelettel | maradok üdvözlettel
    """
)
# Thanks and the like: they close a letter only where a name follows; alone they say something.
THANKS = frozenset(
    phrases(
        """
        merry christmas | happy christmas | happy new year | happy easter | happy thanksgiving | season's greetings |
        frohe weihnachten | frohe ostern | frohes fest | guten rutsch | frohes neues jahr | joyeux noël | bonne année |
        joyeuses fêtes | bonnes fêtes | feliz navidad | felices fiestas | feliz año nuevo | buon natale | buone feste |
        feliz natal | boas festas | prettige feestdagen | god jul | glædelig jul | hyvää joulua | wesołych świąt |
        namaste | shalom | vielen dank vorab | danke vorab | besten dank vorab | vielen dank schon mal |
        danke schon mal | danke schonmal | vielen dank schonmal | vielen dank schon einmal | vorab vielen dank |
        im voraus vielen dank | vorab besten dank | заранее благодарю | заранее благодарен | заранее благодарна |
        благодарю заранее | спасибо заранее | заранее большое спасибо | заздалегідь дякую | предварително благодаря |
        unapred hvala | hvala unaprijed | grazie anticipatamente | gracias por anticipado | gracias por adelantado |
        obrigado desde já | obrigada desde já | ringraziando anticipatamente | dank alvast | bedankt alvast |
        ik hoor graag van u | ik hoor graag van je | wij horen graag van u | ik hoor het graag | graag hoor ik van u |
        ik zie uw reactie graag tegemoet | תודה מראש | תודה רבה מראש | תודה וברכה |
        thanks | thank you | thank you very much | thank you so much | thank you in advance | thanks in advance |
        many thanks | many thanks in advance | thanks a lot | thanks so much | thanks very much |
        thanks a million | thanks again | thank you again | thanks much | thx | tks | tnx | thanx | ta | tia |
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
        תודה רבה | בתודה | شكرا | شکریہ | ধন্যবাদ | நன்றி | ధన్యవాదాలు | ಧನ್ಯವಾದಗಳು | നന്ദി | આભાર | ਧੰਨਵਾਦ | მადლობა |
        շնորհակալություն | ขอบพระคุณ | អរគុណ | شكراً | شكرا لك | شكرا جزيلا | متشکرم | ممنون | धन्यवाद | eskerrik asko |
        grazas | faleminderit
        """
    )
)

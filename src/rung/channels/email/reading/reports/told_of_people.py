"""Why a letter did not arrive, in the words of mail systems: what is wrong with the recipient, or with us.

See `phrases` for how the rows are read. `<who>` stands for whatever a recipient is called, `<none>` for its not being there,
`<at>` for the address that may stand between, where languages write it there.
"""

from rung.channels.email.reading.outcomes import BounceReason as Why

WHO = (
    r"(?:user|recipient|mail ?box|account|addressee|(?<!ip )(?<!client )address(?:es)?|destinat\w+|e-?mail|"
    r"local.?part|person|employee|"
    r"subscriber|customer|name|alias|student|usuario|cuenta|buz[oó]n|utente|casella|utilisateur|compte|bo[iî]te|"
    r"benutzer|empf(?:a|ä|ae)nger\w*|postfach|adresse|gebruiker|ontvanger|usu[aá]rio|conta|caixa|odbiorc\w+|konto|"
    r"skrzynk\w+)"
)
NONE = (
    r"(?:unknown|not known|unkown|inconnue?|desconocid[oa]|desconhecid[oa]|sconosciut[oa]|unbekannt|onbekend|"
    r"ok[aä]nd|ukjent|"
    r"not found|not be found|couldn'?t be found|wasn'?t found|not listed|not recogni[sz]ed|"
    r"no longer (?:available|valid|exists?|"
    r"accepts? mail|active|with|employed)|does ?n[o']t exist|does not exist|do not exist|don'?t exist|not? exists?|"
    r"did not exist|nonexist\w*|non[- ]exist\w+|n'existe pas|no existe|n[aã]o existe|non esiste|inesistente|"
    r"inexistente?s?|inexistant|nieznan\w{0,4}|tidak (?:ditemukan|dikenal)|"
    r"existiert nicht|"
    r"nicht (?:gefunden|vorhanden|bekannt)|bestaat niet|nie istnieje|finns inte|findes ikke|not present|"
    r"not here|is invalid|"
    r"invalid[ea]?\b|ung[uü]ltig|inv[aá]lid[oa]|not valid|not a valid|is wrong|misspelled|mistyped|illegal|"
    r"not defined|"
    r"not local|is not accepted|not ok\b|unavailable|not available|not allowed here|isn'?t (?:valid|available|"
    r"recogni[sz]ed)|"
    r"has no mailbox|not on file|was not found|refused: not)"
)

AT = r"(?:[^@]{0,80}@[\w.-]{1,100}+)?"

ROWS: tuple[tuple[Why, str], ...] = (
    (
        Why.NETWORK,
        (
            r"too many hops|hop count|mail loop|routing loop|loops? back|host not found,? try again|"
            r"\bmx (?:records?|hosts?|entry|list)\b.{0,80}points? (?:back to|to (?:the )?(?:local|this|our|my))|"
            r"unverified address: (?:connect|conversation|lost)|error communicating with|requests? to connect"
        ),
    ),
    (
        Why.SERVER,
        (
            r"temporary lookup failure|temporarily (?:not |un)available|"
            r"(?:not |un)available (?:now|at th(?:e|is) (?:moment|time)|right now)"
        ),
    ),
    (
        Why.BLOCKED,
        (
            r"(?:invalid|bad|illegal|forged) (?:helo|ehlo)|\bips? (?:are |is )?blocked|block list(?:ed)?\b|"
            r"\bip=[\d.:a-f]{7,40} - |\b(?:helo|ehlo) (?:command )?(?:rejected|denied|refused)|"
            r"\d{1,3}\.\d{1,3}\]? (?:has been |is |was )(?:\w{1,20} )?(?:block|bann|black)|"
            r"\bblocked (?:by|using|at) (?:spamhaus|[\w-]{1,40}\.[\w-])|:blocked\)|"
            r"\bmail from (?:ip )?\[?\d{1,3}(?:\.\d{1,3}){3}\b.{0,40}(?:reject|denied|refus|bann|block|not allow)|"
            r"(?:forbidden|refused|rejected|denied) (?:by|for|from|due to|because of) your ip\b|"
            r"\byour (?:access )?ip\b.{0,60}(?:reject|forbidden|refus|denied|abus)|\bip\b.{0,40}listed (?:as|at|by|in|on)\b|"
            r"\b(?:invalid|bad) (?:sender )?ip\b|not allowed to connect"
        ),
    ),
    (
        Why.NO_TLS,
        r"unencrypted (?:e-?mail|mail|message|connection)|\btls (?:is )?(?:needed|required)",
    ),
    (
        Why.SERVER_FULL,
        r"disk full condition",
    ),
    (
        Why.SUPPRESSED,
        (
            r"suppression list|suppressed (?:recipient|address|due|sending)|address is suppressed|bounced address|"
            r"previously bounced|marked as inactive|manual suppression|unsubscribed address|on (?:the|your|"
            r"our) (?:global )?suppress"
        ),
    ),
    (
        Why.REVERSE_DNS,
        r"reverse (?:dns|lookup)|\bptr record|forward dns entry",
    ),
    (
        Why.MALFORMED,
        (
            r"header size|mime complexity|lines? (?:is |are )?too long|line length|maximum line|"
            r"must be rfc ?\d{3,4}|\brfc ?\d{3,4}(?: section [\d.]{1,9})? complian|"
            r"without [\w-]{1,20}:? (?:header )?fields?\b"
        ),
    ),
    (
        Why.CONTENT,
        r"(?:non-western|non-latin|foreign|unsupported) .{0,30}character sets?",
    ),
    (
        Why.SPAM,
        r"contains? (?:a )?spam\b|due to spam\b|\b(?:dt|mi):sp[bm]\b",
    ),
    (
        Why.FEEDBACK,
        r"spam reporting address|recipient has marked your messages? as spam",
    ),
    (
        Why.RATE,
        (
            r"limit (?:of|for the number of) messages|"
            r"too many (?:con|concurrent|simultaneous|sessions?|messages(?! (?:on|in))|e-?mails|mails|errors|smtp|"
            r"recipients|invalid|attempts|bad|requests)|rate[- ]?(?:limit|control)|rate.{0,30}exceed|throttl|"
            r"frequency limit|receiving (?:e-?)?mail too quickly|thread limit|try again slower|at a rate that|"
            r"sending (?:rate|too fast|limit|quota)|(?:hourly|daily|"
            r"per hour|per day|message|relay|outgoing) (?:quota|limit|sending)|emails? per (?:hour|day)|connections? limit|"
            r"max(?:imum)? (?:number of )?connections?|trop de connexions|grey ?list|gray ?list|unusual (?:rate|"
            r"volume)(?!.{0,240}has been blocked)|unexpected volume|temporarily deferred|slow down|"
            r"you have reached (?:a|the) limit|"
            r"exceeded the (?:max|limit|allow)\w* (?:of |number of |e-?mails|messages|posts)|"
            r"numerous attempts(?! to deliver)|"
            r"mail received (?:as|from) .{0,40} exceed"
        ),
    ),
    (
        Why.MAILBOX_FULL,
        (
            r"quota|(?:mail ?box|folder|inbox|account|user|recipient|maildir|mail drop|mail ?file)\b.{0,60}\b(?:is |"
            r"are |was |currently |too |almost )*(?:full|over ?-?limit|over ?drawn)\b|full (?:mail|in)box|"
            r"mail ?box_?full|\bbo[iî]te.{0,60}pleine|postfach.{0,60}voll\b|\bvoll(?:es postfach)?\b.{0,20}postfach|"
            r"speicherplatz|(?:buz[oó]n|casilla|bandeja|caixa|casella).{0,80}(?:llen[oa]|cheia|pien[ao])|"
            r"mailbox.{0,40}\bvol\b|exceed\w* (?:its |their |the |his |her |your |his/her )?(?:mail ?box|storage|disk|"
            r"space|allowed storage|allocated|maximum allowed storage|mail storage)|(?:exceed\w*|over|"
            r"out of) .{0,40}(?:mail ?box|storage|disk|space) (?:size |space |storage )?(?:limit|allocation|allowed)|"
            r"storage allocation|out of (?:storage|disk ?space|space)|not enough (?:storage|disk|free) ?space|"
            r"space not enough|exhausted (?:its |their |the |his |her |your )?(?:allowed |mail )?(?:storage|disk|space)|"
            r"does ?n[o']t have enough (?:disk )?(?:space|storage)|space (?:has|is) .{0,20}(?:used up|exhausted|"
            r"insufficient)|mail ?box.{0,60}(?:size|space|limit|storage).{0,30}exceed|mail ?box.{0,40}exceed|"
            r"(?:mail ?box|account|user|recipient).{0,40}no (?:more |free )?space|too much mail data|"
            r"too many messages on the server|over(?:-| )?quota|would exceed .{0,40}(?:mail ?box|"
            r"storage|limit)|mail file size exceeds|user's disk|storedrv.{0,60}quota|メールボックス.{0,20}(?:一杯|"
            r"いっぱい|満杯|容量|空き)|(?:受信|保存)?容量.{0,20}(?:超|オーバー|不足|制限)|邮箱.{0,20}(?:已满|空间|"
            r"容量)|空间不足|переполнен|превышен.{0,40}(?:квот|объ[её]м|размер)|przepełnion|"
            r"pełna skrzynka|(?:schránk|skrzynk|postafi|postilaatikko|postkass|postboks|brevlåd|inkorg|poşt|"
            r"poșt)\w{0,8}.{0,40}(?:plná|pe[łl]na|"
            r"megtelt|täynnä|fuld|full|plin)|γραμματοκιβ.{0,40}πλήρ|הת?יבה מלאה|skrzynk.{0,40}pełna|dolu\b.{0,20}kutu|kotas"
        ),
    ),
    (
        Why.TOO_BIG,
        (
            r"(?:message|mail|e-?mail|attachment|letter|data|size|body|length)\b.{0,60}(?:(?<!queue )too (?:big|large|long)|"
            r"exceed\w*.{0,60}(?:size|limit|max|length)|larger than|over the (?:size|max)|bigger than)|(?:size|"
            r"length) (?:limit|exceed|of .{0,40}exceed)|exceed\w*.{0,60}(?:message|maximum|mail|size|"
            r"length).{0,20}(?:size|limit|length|allowed)|max(?:imum)? (?:message |mail )?size|sizelimit|"
            r"line limit exceeded|(?:zu gro(?:ß|ss)|größe.{0,40}überschr)|(?:trop (?:gros|volumineu|grand)|"
            r"taille.{0,60}(?:dépass|limite|maxim))|(?:demasiado|muito) grande|tamaño.{0,40}(?:máximo|excede|supera)|"
            r"(?:dimension|grandezza).{0,40}(?:super|ecced)|te groot|サイズ.{0,30}(?:超|大き|制限)|слишком (?:большо|"
            r"велик)|邮件(?:太大|过大)|大小超过"
        ),
    ),
    (
        Why.MOVED,
        (
            r"has been replaced by|(?:user|recipient|mailbox|account|he|she|address)\b.{0,40}(?:has|"
            r"have) (?:been )?moved|has changed (?:his|her|their|its|the|email|e-mail|address)|"
            r"(?:e-?mail )?address (?:has )?(?:been )?changed(?: to)?|no forwarding address|please (?:use|try|update|"
            r"send).{0,40}new (?:e-?mail )?address|new (?:e-?mail )?address is|mailbox owner has changed|"
            r"domain owner has changed|user not local; please try|hat sich geändert|neue (?:e-?mail-?)?adresse"
        ),
    ),
    (
        Why.SENDER_REFUSED,
        (
            r"(?:sender|envelope from|envelope-from|mail ?from|return[- ]path|originator|from address|reverse.?path|"
            r"from:)\b.{0,70}(?:reject|denied|refus|invalid|unknown|not (?:allowed|accepted|exist|found|valid|"
            r"permitted|owned|verified|approved|authori[sz]ed|pre-approved)|does ?n[o']t|verif\w* fail|unverif|"
            r"empty|not in my|"
            r"blacklist|block|must|unrout|has no|no longer|mismatch)(?!.{0,40}(?:spf|dmarc|dkim))|(?:unrout\w*|invalid|bad|"
            r"bogus|unknown|empty|null|unverified|<>|unresolvable) (?:envelope |outbound )?(?:sender|mail from|return path)|"
            r"badmailfrom|permissions? to send|\bbatv\b|backscatter|callout|call-back verif|sender verif|"
            r"bounce\w* (?:message )?(?:is |"
            r"are )?not accepted|returned mail not accepted|third-party dsn|e-?mail address is not verified|"
            r"email address .{0,40}(?:from|sender).{0,40}not verified|you are not allowed to (?:send|post|mail|write)|"
            r"not (?:allowed|authori[sz]ed|permitted) to send (?:to|mail to|messages? to|e-?mail to)|"
            r"only accept\w*.{0,40}from (?:known|authenticated|approved|internal|specific|certain)|"
            r"\bfrom:? domain (?:is )?(?:invalid|not valid|unknown|not found)|sender is ?n[o']t (?:on|in|among)\b|"
            r"list of (?:allowed |approved |accepted )?senders|purported responsible|fully[- ]qualified e?-?mail address|"
            r"absender.{0,60}(?:abgelehnt|unbekannt|nicht|ungültig|gesperrt)|(?:expéditeur|emetteur|"
            r"émetteur).{0,60}(?:invalid|refus|rejet|inconnu)|remitente.{0,60}(?:rechaz|no |desconoc|inválid)|"
            r"resolver\.rst\.(?:notauth|sendernot)\w*|notauth\w+|sender ?not ?in ?allowed|"
            r"not accepting (?:any )?(?:mail|messages) from [^\s@]{1,64}@|"
            r"without a valid sender|unsigned dsn|\[bouncedeny\]|"
            r"recogni[sz]ed as a valid sender"
        ),
    ),
    (
        Why.RELAY_DENIED,
        (
            r"relay\w*.{0,40}(?:denied|not (?:permitted|allowed|ok)|prohibit|refus|access|reject|disabled)|(?:unable|"
            r"not allowed|not permitted|not configured|do(?:es)? not|do(?:es)?n'?t|won'?t|cannot|not authori[sz]ed|denied|"
            r"insecure mail|can'?t|must not|no|refuse|attempt(?:ed|ing)?)(?: to)? relay|list of allowed rcpt ?hosts|"
            r"forwarding to remote|not a gateway|"
            r"gateway.{0,20}(?:denied|not)|we do not relay|open relay|\bas a relay\b|relais.{0,30}(?:refus|interdit)|"
            r"relay.{0,20}(?:nicht|verweig)|non-local (?:e-?mail )?address|(?:domain|host|"
            r"address).{0,60}not (?:hosted|served|handled) (?:here|by|at|"
            r"on)"
        ),
    ),
    (
        Why.REVERSE_DNS,
        (
            r"reverse[- ](?:dns|lookup|ip|address|resol|mapping)|\bptr\b|\brdns\b|cannot (?:find|"
            r"resolve) your (?:reverse |host|ip|address|rdns)|ip name lookup|unresolvable (?:relay|client) host|"
            r"forward[- ]?confirmed|fcrdns|mismatches client ip|does not match .{0,20}ip address|"
            r"hostname.{0,40}not resolv|dynamic ip or generic"
        ),
    ),
    (
        Why.AUTHENTICATION,
        (
            r"\b(?:spf|dkim|dmarc|arc)\b(?!\.[a-z])|sender[- ]?id\b|sender policy framework|"
            r"unauthenticated (?:e-?mail|mail|message)|authentication.{0,20}(?:checks?|results?) (?:fail|"
            r"did not pass)|not pass.{0,20}authenticat|multiple authentication checks|domainkeys"
        ),
    ),
    (
        Why.REPUTATION,
        r"reputation|sender ?score|senderbase|poor (?:e-?mail )?sender|user complaints",
    ),
    (
        Why.REFUSED,
        (
            r"(?:group|list)\b.{0,200}(?:permission to post|allowed to post|open to posting|may not post|cannot post)|"
            r"グループ.{0,60}(?:存在しない|権限がない)|(?:recipient|user) is (?:only|not) accepting|"
            r"is not accepting any mail"
        ),
    ),
    (
        Why.INACTIVE,
        (
            r"(?<!ip )<who>\b.{0,60}\b(?:disabled|suspended|de-?activated|inactive|locked|frozen|discontinued|closed|"
            r"terminated|cancel?led|archived|expired|on hold|not active|limited|blocked(?! you| this| messages)|"
            r"deleted|removed|withdrawn|retired|suspend|"
            r"dormant|abandoned|no longer (?:active|in use|used)|not activated|disconti\w+|gesperrt|deaktiviert|"
            r"stillgelegt|désactivée?|suspendue?|archivee?|deshabilitad[oa]|suspendid[oa]|desativad[oa]|"
            r"disabilitat[oa]|sospes[oa]|zablokowan\w+)|(?<!unknown or )(?:disabled|suspended|deactivated|inactive|"
            r"locked|frozen|"
            r"invalid/inactive|expired|dormant|blocked) (?:user|account|mail ?box|recipient|address)|"
            r"extended inactivity|no longer accept(?:s|ing) (?:e-?)?mails?|"
            r"(?:has|had) been (?:disabled|suspended|deactivated|discontinued|closed)|(?:ящик|"
            r"адрес|пользовател\w+|аккаунт).{0,60}(?:заблокирован|отключ[её]н|не активен|неактивен|удал[её]н|"
            r"приостановлен)|(?:帐号|账号|邮箱|用户).{0,20}(?:停用|冻结|被禁|禁用|锁定)|(?:利用|使用)(?:停止|中止|"
            r"休止)|currently suspended|temporarily locked|"
            r"\bdomain (?:is |has )?expired"
        ),
    ),
    (
        Why.NO_MAIL_HOST,
        (
            r"null ?mx|does(?: not|n't) (?:accept|receive) (?:any )?(?:e-?)?mail(?! from)|(?:host|domain|server|"
            r"system)\b.{0,40}not accept\w* (?:any )?(?:mail|messages|e-?mail)(?! from)|accepts? no mail|no mail (?:service|"
            r"server|hosts? for)|not accepting (?:network )?messages(?! from)|smtp service not available here|"
            r"smtp protocol returned a permanent error"
        ),
    ),
    (
        Why.UNKNOWN_HOST,
        (
            r"(?:host|domain)(?: name)? (?:is )?(?:unknown|not found|not known|does not exist|"
            r"doesn't exist)(?!,? try)|(?:unknown|no such) (?:host|domain)|host or domain name not found|nxdomain|"
            r"name or service not known|unrout(?:e)?able address|illegal host|there are no dns entries|"
            r"domain mentioned .{0,40}unknown|"
            r"(?:find|resolve) the (?:recipient'?s? )?domain|account or domain may not exist|"
            r"\bdomain [\w.-]{1,100} (?:could|was)(?:n't| not) (?:be )?found"
        ),
    ),
    (
        Why.UNKNOWN_USER,
        (
            r"<who>\b.{0,70}\b<none>|<none>.{0,30}\b<who>|no such (?:user|recipient|person|mail ?box|account|address|"
            r"alias|name|e-?mail|one|local)|\bno (?:mail ?box|account|user|one|valid recipients?|person|mail box|"
            r"recipients?|forwarding|address|subscriber)\b.{0,60}\b(?:here|by that|with that|at this|found|available|"
            r"named?|there|matching|exist)|no valid recipient|(?:not|isn'?t|is no|isnt|not an?|no) (?:a )?(?:valid|"
            r"known|active|real|current|registered|existing|our) (?:user|recipient|mail ?box|address|account|e-?mail|"
            r"customer|subscriber|member)|\b(?:there is|there's) no(?: one|body)?\b.{0,40}(?:address|name|user|here|"
            r"mailbox)|(?:bad|badrcptto|badrecipientto|incorrect|wrong|invalid|unknown|illegal|"
            r"nonexistent) (?:destination |final delivery )?(?:user|recipient|mail ?box|address|account|e-?mail|rcpt|"
            r"local)|badrcptto|badrecipient|validrcptto|chkuser|chkusr|"
            r"recipient address rejected(?!.{0,40}(?:greylist|polic|block|domain|relay|access denied.{0,20}spam))|"
            r"(?:user|recipient|address|mailbox) (?:unknown|rejected)(?!.{0,40}(?:spam|polic|black|block))|"
            r"cannot find (?:the )?(?:user|recipient|mailbox|address)|can'?t (?:find|accept) (?:user|mailbox|address|"
            r"a mail)|name is not found|not in (?:the |our )?(?:directory|name directory|list|database|address book)|"
            r"(?:nicht|n'est pas|ne figure pas|no (?:est[aá]|figura|aparece|se encuentra)|non (?:è|e'|figura)|niet|"
            r"n[aã]o est[aá])\b"
            r".{0,40}(?:verzeichnis|annuaire|dire[ct]t?[oó]rio|rubrica|adressbuch|adresboek|carnet d'adresses|libreta)|"
            r"kein(?:e|en)? (?:mailbox|postfach|solche)|\bno user called|not present in directory|no (?:matches|"
            r"match).{0,30}(?:directory|address book)|"
            r"(?:doesn'?t|does not) have an? .{0,40}account|not a member of (?:the |this )?domain|"
            r"\brecipients?\b.{0,40}(?:are (?:all )?invalid|(?:can ?not|could not) be verified)|recipnotfound|"
            r"recipientnotfound|recipient ?notfound|"
            r"adr\.exrecipnotfound|missing home directory|unknown or illegal|did not (?:exactly )?match an|"
            r"no longer (?:works?|employed|with) |left (?:the |our )?(?:company|organi)|not (?:a )?(?:local|"
            r"a valid) (?:address|recipient|user)|no thank you rejected: account|(?:destination )?addresses? (?:were|"
            r"was) unknown|no final email delivery point|does not have a final email|(?:user|адресат|пользовател\w+|"
            r"получател\w+|ящик\w*|адрес\w*)\b<at>.{0,60}(?:не найден|не существует|неизвестен|отсутствует|"
            r"не зарегистрирован)|(?:нет|неизвестный) такого? ?(?:пользовател|адрес|ящик|получател)|(?:用户|收件人|"
            r"邮箱|帐号|账号|地址|使用者|收件者|郵件地址)<at>.{0,20}(?:不存在|未找到|找不到|无效|無效|错误|未知)|无此用户|"
            r"nincs ilyen|ei ole olemassa|ei löydy|δεν υπάρχει|nu exist[ăa]|ne postoji|не съществува|не існує|"
            r"tidak ada|không tồn tại|"
            r"ไม่มีผู้ใช้|לא קיים|لا يوجد|غير موجود|没有此用户|"
            r"非法用户|(?:宛先|あて先|宛て先|送信先|メールアドレス|ユーザ|アドレス|受信者)<at>.{0,40}(?:見つかりま|"
            r"存在しま|ありません|不明|誤り|間違)|(?:사용자|수신자|주소|계정)<at>.{0,20}(?:없|찾을 수|존재하지)|"
            r"nie (?:ma takiego|znaleziono|istnieje)|kullanıcı.{0,30}(?:bulunamad|yok|bilinm)|neexistuje|neznámý|"
            r"nenalezen|nem létez|ismeretlen|\b550[- ](?:5\.1\.1[ :]*)?(?:unknown|invalid)\b|"
            r"verify the e-?mail address|check (?:for|the) .{0,30}(?:typing|typo|spelling)|nessun utente|"
            r"unrouted recipient|mailbox name not allowed|mailbox syntax|undeliverable address|reject\w* recipients|"
            r"envelope recipient has been denied|following recipients? (?:was|were) undeliverable|"
            r"mailbox unavai?a?l?i?able|\bno .{1,60} in name directory|\bbad[-_]recipient|"
            r"@[\w.-]{1,120}> ?(?:not found|does ?n[o'] ?t exist|unknown)|"
            r"\brcpt [<(].{1,120}[>)] (?:does ?n[o'] ?t|does not) exist"
        ),
    ),
)

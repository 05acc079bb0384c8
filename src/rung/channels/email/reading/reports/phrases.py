"""The words in which mail systems say why, as a table: the first line that fits decides.

Written from what the systems have in common, not letter by letter: who is spoken of, and what is said of them. All in
lower case with single spaces. Every gap is bounded, so that the time to look is in proportion to the text.
"""

import re

from rung.channels.email.reading.outcomes import BounceReason as Why

_WHO = (
    r"(?:user|recipient|mail ?box|account|addressee|address(?:es)?|destinat\w+|e-?mail|local.?part|person|employee|"
    r"subscriber|customer|name|alias|student|usuario|cuenta|buz[oó]n|utente|casella|utilisateur|compte|bo[iî]te|"
    r"benutzer|empf[aä]nger\w*|postfach|adresse|gebruiker|ontvanger|usu[aá]rio|conta|caixa|odbiorc\w+|konto|"
    r"skrzynk\w+)"
)
_NONE = (
    r"(?:unknown|not known|unkown|inconnue?|desconocid[oa]|desconhecid[oa]|sconosciut[oa]|unbekannt|onbekend|"
    r"ok[aä]nd|ukjent|"
    r"not found|not be found|couldn'?t be found|wasn'?t found|not listed|not recogni[sz]ed|"
    r"no longer (?:available|valid|exists?|"
    r"accepts? mail|active|with|employed)|does ?n[o']t exist|does not exist|do not exist|don'?t exist|not exists?|"
    r"did not exist|nonexist\w*|non[- ]exist\w+|n'existe pas|no existe|n[aã]o existe|non esiste|inesistente|"
    r"existiert nicht|"
    r"nicht (?:gefunden|vorhanden|bekannt)|bestaat niet|nie istnieje|finns inte|findes ikke|not present|"
    r"not here|is invalid|"
    r"invalid[ea]?\b|ung[uü]ltig|inv[aá]lid[oa]|not valid|not a valid|is wrong|misspelled|mistyped|illegal|"
    r"not defined|"
    r"not local|is not accepted|not ok\b|unavailable|not available|not allowed here|isn'?t (?:valid|available|"
    r"recogni[sz]ed)|"
    r"has no mailbox|was not found|refused: not)"
)

_TABLE: tuple[tuple[Why, tuple[str, ...]], ...] = (
    (Why.SUPPRESSED, (
        r"suppression list",
        r"suppressed (?:recipient|address|due|sending)",
        r"address is suppressed",
        r"bounced address",
                      r"previously bounced", r"unsubscribed address", r"on (?:the|your|our) (?:global )?suppress")),
    (Why.FEEDBACK, (r"spam reporting address", r"recipient has marked your messages? as spam")),
    (Why.RATE, (
        (r"too many (?:con|concurrent|simultaneous|sessions?|messages|e-?mails|mails|errors|smtp|recipients|"
        r"invalid|attempts|"
        r"bad|requests)"),
            r"rate[- ]?(?:limit|control)",
            r"rate.{0,30}exceed",
            r"throttl|frequency limit",
            r"try again slower",
        r"at a rate that",
            r"sending (?:rate|too fast|limit|quota)",
            (r"(?:hourly|daily|per hour|per day|message|relay|outgoing)"
        r" (?:quota|limit|sending)"),
            r"emails? per (?:hour|day)",
            r"connections? limit",
            r"max(?:imum)? (?:number of )?connections?",
        r"trop de connexions", r"grey ?list", r"gray ?list", r"unusual (?:rate|volume)", r"unexpected volume",
        r"temporarily deferred",
            r"slow down",
            r"you have reached (?:a|the) limit",
            (r"exceeded the (?:max|limit|allow)\w* "
        r"(?:of |number of |e-?mails|messages|posts)"),
            r"numerous attempts",
            r"mail received (?:as|from) .{0,40} exceed")),
    (Why.MAILBOX_FULL, (
        r"quota",
            (r"(?:mail ?box|folder|inbox|account|user|recipient|maildir|mail drop|mail ?file)\b.{0,60}\b(?:is |"
            r"are |was |"
        r"currently |too |almost )*(?:full|over ?-?limit|over ?drawn)\b"), r"full (?:mail|in)box", r"mail ?box_?full",
        r"\bbo[iî]te.{0,60}pleine",
            r"postfach.{0,60}voll\b|\bvoll(?:es postfach)?\b.{0,20}postfach",
            r"speicherplatz",
        r"(?:buz[oó]n|casilla|bandeja|caixa|casella).{0,80}(?:llen[oa]|cheia|pien[ao])", r"mailbox.{0,40}\bvol\b",
        (r"exceed\w* (?:its |their |the |his |her |your |his/her )?(?:mail ?box|storage|disk|space|allowed storage|"
        r"allocated|maximum allowed storage|mail storage)"),
            (r"(?:exceed\w*|over|out of) .{0,40}(?:mail ?box|storage|disk|space) "
        r"(?:size |space |storage )?(?:limit|allocation|allowed)"),
            r"storage allocation",
            r"out of (?:storage|disk ?space|space)",
        r"not enough (?:storage|disk|free) ?space", r"does ?n[o']t have enough (?:disk )?(?:space|storage)",
        r"space (?:has|is) .{0,20}(?:used up|exhausted|insufficient)",
            r"mail ?box.{0,60}(?:size|space|limit|storage).{0,30}exceed",
        r"mail ?box.{0,40}exceed", r"too much mail data", r"too many messages on the server", r"over(?:-| )?quota",
        r"would exceed .{0,40}(?:mail ?box|storage|limit)",
            r"mail file size exceeds",
            r"user's disk",
            r"storedrv.{0,60}quota",
        r"メールボックス.{0,20}(?:一杯|いっぱい|満杯|容量|空き)",
            r"(?:受信|保存)?容量.{0,20}(?:超|オーバー|不足|制限)",
            r"邮箱.{0,20}(?:已满|空间|容量)",
        r"空间不足",
            r"переполнен",
            r"превышен.{0,40}(?:квот|объ[её]м|размер)",
            r"przepełnion|pełna skrzynka",
            r"dolu\b.{0,20}kutu|kotas")),
    (Why.TOO_BIG, (
        (r"(?:message|mail|e-?mail|attachment|letter|data|size|body|length)\b.{0,60}(?:too (?:big|large|long)|"
        r"exceed\w*.{0,60}(?:size|"
        r"limit|max|length)|larger than|over the (?:size|max)|bigger than)"),
            r"(?:size|length) (?:limit|exceed|of .{0,40}exceed)",
        r"exceed\w*.{0,60}(?:message|maximum|mail|size|length).{0,20}(?:size|limit|length|allowed)",
            (r"max(?:imum)? (?:message |"
        r"mail )?size"),
            r"sizelimit|line limit exceeded",
            r"(?:zu gro(?:ß|ss)|größe.{0,40}überschr)",
            (r"(?:trop (?:gros|volumineu|"
        r"grand)|taille.{0,60}(?:dépass|limite|maxim))"),
            r"(?:demasiado|muito) grande|tamaño.{0,40}(?:máximo|excede|supera)",
        r"(?:dimension|grandezza).{0,40}(?:super|ecced)",
            r"te groot",
            r"サイズ.{0,30}(?:超|大き|制限)",
            r"слишком (?:большо|велик)",
        r"邮件(?:太大|过大)|大小超过")),
    (Why.MOVED, (
        r"has been replaced by",
            r"(?:user|recipient|mailbox|account|he|she|address)\b.{0,40}(?:has|have) (?:been )?moved",
        r"has changed (?:his|her|their|its|the|email|e-mail|address)",
            r"(?:e-?mail )?address (?:has )?(?:been )?changed(?: to)?",
        r"no forwarding address",
            r"please (?:use|try|update|send).{0,40}new (?:e-?mail )?address",
            r"new (?:e-?mail )?address is",
        r"mailbox owner has changed|domain owner has changed",
            r"user not local; please try",
            r"hat sich geändert|neue (?:e-?mail-?)?adresse")),
    (Why.SENDER_REFUSED, (
        (r"(?:sender|envelope from|envelope-from|mail from|return[- ]path|originator|from address|"
        r"reverse.?path|from:)\b.{0,70}"
        r"(?:reject|denied|refus|invalid|unknown|not (?:allowed|accepted|exist|found|valid|permitted|owned|"
        r"verified|approved|"
        r"authori[sz]ed|pre-approved)|does ?n[o']t|verif\w* fail|unverif|empty|blacklist|block|must|unrout|"
        r"no longer|mismatch)"
        r"(?!.{0,40}(?:spf|dmarc|dkim))"),
            (r"(?:unrout\w*|invalid|bad|bogus|unknown|empty|null|unverified|<>|unresolvable) (?:envelope )?"
        r"(?:sender|mail from|return path)"), r"\bbatv\b", r"backscatter", r"callout|call-back verif|sender verif",
        r"bounce\w* (?:message )?(?:is |are )?not accepted", r"returned mail not accepted", r"third-party dsn",
        r"e-?mail address is not verified",
            r"email address .{0,40}(?:from|sender).{0,40}not verified",
            (r"you are not allowed to "
        r"(?:send|post|mail|write)"),
            r"not (?:allowed|authori[sz]ed|permitted) to send (?:to|mail to|messages? to|e-?mail to)",
        r"only accept\w*.{0,40}from (?:known|authenticated|approved|internal|specific|certain)",
            (r"absender.{0,60}(?:abgelehnt|unbekannt|"
        r"nicht|ungültig|gesperrt)"),
            r"(?:expéditeur|emetteur|émetteur).{0,60}(?:invalid|refus|rejet|inconnu)",
            (r"remitente.{0,60}"
        r"(?:rechaz|no |desconoc|inválid)"), r"resolver\.rst\.notauthorized|notauth\w+")),
    (Why.RELAY_DENIED, (
        r"relay\w*.{0,40}(?:denied|not (?:permitted|allowed|ok)|prohibit|refus|access|reject|disabled)",
            (r"(?:unable|not allowed|not "
        r"permitted|do(?:es)? not|won'?t|cannot|not authori[sz]ed|denied|insecure mail|can'?t|must not|no|"
        r"refuse|attempt(?:ed|ing)?)(?: to)? "
        r"relay"),
            r"list of allowed rcpt ?hosts",
            r"not a gateway|gateway.{0,20}(?:denied|not)",
            r"we do not relay|open relay",
        r"relais.{0,30}(?:refus|interdit)|relay.{0,20}(?:nicht|verweig)",
            (r"(?:domain|host|address).{0,60}not (?:hosted|served|handled) "
        r"(?:here|by|at|on)"))),
    (Why.REVERSE_DNS, (
        r"reverse[- ](?:dns|lookup|ip|address|resol|mapping)",
            r"\bptr\b",
            r"\brdns\b",
            (r"cannot (?:find|resolve) your (?:reverse |host|"
        r"ip|address|rdns)"),
            r"ip name lookup",
            r"unresolvable (?:relay|client) host",
            r"forward[- ]?confirmed|fcrdns",
        r"mismatches client ip|does not match .{0,20}ip address|hostname.{0,40}not resolv",
            r"dynamic ip or generic")),
    (Why.AUTHENTICATION, (
        r"\b(?:spf|dkim|dmarc|arc)\b(?!\.[a-z])",
            r"sender[- ]?id\b",
            r"sender policy framework",
            (r"unauthenticated (?:e-?mail|mail|message|"
        r"sender)"),
            r"authentication.{0,20}(?:checks?|results?) (?:fail|did not pass)",
            r"not pass.{0,20}authenticat",
        r"multiple authentication checks", r"domainkeys")),
    (Why.REPUTATION, (
        r"reputation",
        r"sender ?score",
        r"senderbase",
        r"poor (?:e-?mail )?sender",
        r"user complaints")),
    (Why.INACTIVE, (
        _WHO +
            r"\b.{0,60}\b(?:disabled|suspended|de-?activated|inactive|locked|frozen|discontinued|closed|"
            r"terminated|cancel?led|"
        r"archived|expired|on hold|not active|blocked|deleted|removed|withdrawn|retired|dormant|abandoned|"
        r"no longer (?:active|in use|used)|"
        r"not activated|disconti\w+|gesperrt|deaktiviert|stillgelegt|désactivée?|suspendue?|archivee?|"
        r"deshabilitad[oa]|suspendid[oa]|"
        r"desativad[oa]|disabilitat[oa]|sospes[oa]|zablokowan\w+)",
            (r"(?:disabled|suspended|deactivated|inactive|locked|frozen|invalid/inactive|"
        r"expired|dormant|blocked) (?:user|account|mail ?box|recipient|address)"),
            r"extended inactivity",
            (r"(?:has|had) been (?:disabled|suspended|"
        r"deactivated|discontinued|closed)"),
            (r"(?:ящик|адрес|пользовател\w+|аккаунт).{0,60}(?:заблокирован|отключ[её]н|не активен|неактивен|"
            r"удал[её]н|"
        r"приостановлен)"),
            r"(?:帐号|账号|邮箱|用户).{0,20}(?:停用|冻结|被禁|禁用|锁定)",
            r"(?:利用|使用)(?:停止|中止|休止)",
            r"currently suspended|temporarily locked")),
    (Why.NO_MAIL_HOST, (
        r"null ?mx",
            r"does(?: not|n't) (?:accept|receive) (?:any )?(?:e-?)?mail(?! from)",
            r"(?:host|domain|server|system)\b.{0,40}not accept\w* (?:any )?(?:mail|messages|e-?mail)",
        r"accepts? no mail",
            r"no mail (?:service|server)",
            r"not accepting (?:network )?messages",
            r"smtp service not available here",
        r"smtp protocol returned a permanent error")),
    (Why.UNKNOWN_HOST, (
        (r"(?:host|domain)(?: name)? (?:is )?(?:unknown|not found|not known|does not exist|"
        r"doesn't exist)(?!,? try)"),
            r"(?:unknown|no such) (?:host|domain)",
            r"host or domain name not found",
        r"nxdomain|name or service not known|unrout(?:e)?able address")),
    (Why.UNKNOWN_USER, (
        _WHO +
            r"\b.{0,70}\b" + _NONE, _NONE +
            r".{0,30}\b" + _WHO,
            (r"no such (?:user|recipient|person|mail ?box|account|address|alias|"
        r"name|e-?mail|one|local)"),
            (r"\bno (?:mail ?box|account|user|one|valid recipients?|person|mail box|recipients?|forwarding|"
        r"address|subscriber)\b.{0,60}\b(?:here|by that|with that|at this|found|available|named?|there|"
        r"matching|exist)"),
        r"no valid recipient",
            (r"(?:not|isn'?t|is no|isnt|not an?|no) (?:a )?(?:valid|known|active|real|current|registered|"
            r"existing|our) "
        r"(?:user|recipient|mail ?box|address|account|e-?mail|customer|subscriber|member)"),
            (r"\b(?:there is|there's) no(?: one|body)?\b.{0,40}"
        r"(?:address|name|user|here|mailbox)"),
            (r"(?:bad|badrcptto|badrecipientto|incorrect|wrong|invalid|unknown|illegal|nonexistent) "
        r"(?:destination |final delivery )?(?:user|recipient|mail ?box|address|account|e-?mail|rcpt|local)"),
            r"badrcptto|badrecipient",
        r"validrcptto|chkuser|chkusr",
            (r"recipient address rejected(?!.{0,40}(?:greylist|polic|block|domain|relay|"
            r"access denied.{0,20}spam))"),
        r"(?:user|recipient|address|mailbox) (?:unknown|rejected)(?!.{0,40}(?:spam|polic|black|block))",
            (r"cannot find (?:the )?(?:user|recipient|"
        r"mailbox|address)"),
            r"can'?t (?:find|accept) (?:user|mailbox|address|a mail)",
            (r"name is not found|not in (?:the |our )?(?:directory|name "
        r"directory|list|database|address book)|not present in directory|no (?:matches|"
        r"match).{0,30}(?:directory|address book)"),
            (r"doesn'?t have an?"
        r" .{0,40}account"),
            r"recipnotfound|recipientnotfound|recipient ?notfound|adr\.exrecipnotfound",
            (r"missing home directory|"
        r"unknown or illegal"),
            r"did not (?:exactly )?match an",
            r"no longer (?:works?|employed|with) ",
            r"left (?:the |our )?(?:company|organi)",
        r"not (?:a )?(?:local|a valid) (?:address|recipient|user)",
            r"no thank you rejected: account",
            r"(?:destination )?addresses? (?:were|was) unknown",
        r"no final email delivery point|does not have a final email",
            (r"(?:user|адресат|пользовател\w+|получател\w+|ящик\w*|адрес\w*)\b.{0,60}(?:не найден|"
        r"не существует|неизвестен|отсутствует|не зарегистрирован)"),
            r"(?:нет|неизвестный) такого? ?(?:пользовател|адрес|ящик|получател)",
        (r"(?:用户|收件人|邮箱|帐号|账号|地址|使用者|收件者|郵件地址).{0,20}(?:不存在|未找到|找不到|无效|無效|"
        r"错误|未知)|无此用户|没有此用户"),
        (r"(?:宛先|あて先|宛て先|送信先|メールアドレス|ユーザ|アドレス|受信者).{0,40}(?:見つかりま|存在しま|"
        r"ありません|不明|誤り|間違)"),
            r"(?:사용자|수신자|주소|계정).{0,20}(?:없|찾을 수|존재하지)",
        r"nie (?:ma takiego|znaleziono|istnieje)",
            r"kullanıcı.{0,30}(?:bulunamad|yok|bilinm)|neexistuje|neznámý|nenalezen|nem létez|ismeretlen",
        r"\b550[- ](?:5\.1\.1[ :]*)?(?:unknown|invalid)\b",
            r"verify the e-?mail address|check (?:for|the) .{0,30}(?:typing|typo|spelling)",
        r"nessun utente|mailbox name not allowed|mailbox syntax", r"undeliverable address")),
    (Why.UNKNOWN_HOST, (
        (r"(?:unknown|no such|invalid|bad|illegal|nonexistent|unrouteable mail|unroutable) (?:mail )?(?:host|"
        r"domain|system|destination system)"),
        (r"(?:host|domain)\b.{0,60}(?:unknown|not found|does(?: not|n'?t) exist|not exist|does not resolve|"
        r"not resolved|isn'?t valid|is not valid|"
        r"invalid|no longer exists|not registered|must exist|couldn'?t be found|not reachable|"
        r"has no .{0,20}(?:a|mx) record|unbekannt|existiert "
        r"nicht|inconnu|no existe|sconosciut|не найден|не существует)(?!.{0,12}try again)"),
            r"name or service not known",
            r"nxdomain",
            (r"unrout(?:e)?able "
        r"address"),
            r"all relevant mx records point to non-?existent",
            r"dns (?:error|lookup|type|query).{0,60}(?:nonexist|not found|no such|failed)",
        r"dns records for the destination",
            r"couldn'?t find any host",
            r"no (?:a|mx|dns)(?: or (?:a|mx))? records?",
            r"host or domain name not found",
        r"name server.{0,40}host not found(?!, try)",
            r"域名.{0,20}(?:不存在|无效|错误)|ドメイン.{0,20}(?:見つかり|存在)")),
    (Why.BLOCKED, (
        (r"spamhaus|spamcop|spameatingmonkey|sorbs|barracudacentral|uceprotect|\bdnsbl|\bd?rbls?\b|drbl|njabl|"
        r"dsbl"),
            r"client host .{0,60}(?:blocked|blacklist)|black ?-?listed (?:by|at|on|in|see)")),
    (Why.VIRUS, (
        r"(?<!spam or )\bvirus(?:es)?\b(?! scanner| check)",
        r"malware",
        r"\binfected\b",
        r"\btrojan|\bworm\b",
        r"phishing")),
    (Why.SPAM, (
        r"(?<![a-z])spam",
            r"spam\b",
            r"unsolicited",
            r"\bu[bc]e\b",
            r"bulk (?:e-?)?mail|bulk.?advert|as bulk",
            r"\bjunk\b",
            r"content filter",
            r"url in message|uribl|surbl",
        r"suspicious",
            r"recurrent pattern",
            r"message (?:was |has been )?filtered",
            (r"mail content denied|rejecting mail content|content rejected|"
        r"banned content|unacceptable content"), r"detected that this message", r"垃圾", r"迷惑メール", r"спам")),
    (Why.REFUSED, (
        (r"(?:recipient|user|addressee|person)\b.{0,60}(?:refus|reject\w* (?:your|this|the|mail)|declin|"
        r"does ?n[o']t (?:want|wish|accept)|preferences|"
        r"is not accepting|only accept|has blocked|not accepting any)"),
            r"refused (?:by|due to) (?:the )?(?:recipient|user)",
            (r"(?:blocked|rejected) by (?:the )?"
        r"(?:recipient|user|owner|addressee)"),
            r"this account is protected",
            r"user reject",
            r"email preferences",
            r"restricted sms",
        r"受信拒否|受信を拒否|拒否設定")),
    (Why.BLOCKED, (
        r"black ?-?list",
            (r"block ?-?list|deny ?list|\bd?rbls?\b|\bdnsbl|spamhaus|spamcop|sorbs|barracudacentral|drbl|njabl|"
            r"dsbl"),
            r"\bis listed|listed (?:at|in|by|on)\b",
        r"\bblocked\b|\bblock(?:ed|ing)? (?:by|for|using|your|from)",
            r"client (?:host|ip|address)\b.{0,80}(?:reject|block|denied|not)",
            r"access (?:denied|from|not allowed)",
        (r"(?:ip|host|server|network|domain|site)\b.{0,60}(?:banned|denied|(?<!temporarily )reject|not allowed|"
        r"not permitted|not accept|refused)"),
            r"not (?:currently )?accepting mail from",
        r"no access from|go away|looks suspiciously|open proxy|dynamic ip|use (?:the|your) (?:smtp|isp)",
            r"don'?t accept mail from|do not accept mail from",
        r"confirm this mail server|requires confirmation", r"helo|ehlo")),
    (Why.NO_TLS, (
        r"\bstarttls\b",
        r"\btls\b",
        r"\bssl\b",
        r"encrypt(?:ed|ion) (?:required|needed|connection)",
        r"certificate|dane\b|mta-sts")),
    (Why.SECURITY, (
        r"auth\w* (?:is )?(?:required|failed|failure|needed|credential|invalid|unsuccess)",
            r"(?:must|need to|please|not|don'?t) (?:first )?(?:be )?authent\w+",
            (r"not authori[sz]ed|"
        r"unauthori[sz]ed|delivery not authori"),
            (r"login.{0,30}(?:fail|disabled)|(?:user ?name|password).{0,40}(?:not accepted|incorrect|fail|"
            r"reset)"),
            r"cryptograph",
            r"dead domain",
        r"executable files")),
    (Why.POLICY, (
        r"polic(?:y|ies)\b",
            r"polici",
            r"prohibit",
            r"organi[sz]ational settings",
            r"(?:members?|subscribers?)[- ]only|non-?member|not (?:a )?(?:subscribed|subscriber|member)",
        r"closed (?:mailing )?list|moderat",
            r"restrict",
            (r"illegal attachment|attachment.{0,60}(?:not allowed|block|illegal|banned|removed|prohibit|"
            r"forbidden)"),
            r"solving a captcha",
        r"mass mailer",
            r"compliance|data loss",
            r"header error",
            r"messages? with multiple addresses",
            r"message given low priority",
            r"richtlinie|règles? de sécurité")),
    (Why.MALFORMED, (
        r"rfc ?\d{3,4}",
            r"duplicate header|multiple .{0,20}headers?",
            (r"(?:missing|invalid|malformed|improper\w*|illegal|bare|8-?bit|non-?ascii|too many|"
            r"bad)\b.{0,40}\b(?:header|mime|line ?feeds?|"
        r"lf|cr|characters?|date|from|message-id|received)"),
            r"header.{0,40}(?:not accepted|size|invalid|missing|malformed|complex)",
            r"smtputf8|non-ascii address|internationali[sz]ed",
        r"unnecessary base64|mime complexity|bare (?:lf|cr|line)")),
    (Why.CONTENT, (
        r"content",
        r"attachment",
        r"conversion",
        r"message body|format error|unable to parse|not (?:be )?decod")),
    (Why.SERVER_FULL, (
        r"(?:disk|system|spool|file ?system|server|queue)\b.{0,30}\b(?:is )?full",
        (r"(?:insufficient|not enough|no) (?:system |disk |server |queue )?(?:storage|"
                       r"space|resources)"),
                           r"no space left|disk (?:full|space)",
                           r"insufficient system|system storage")),
    (Why.PROGRAM, (
        r"^procmail:",
            r"(?:bin|lib|libexec)/[\w./-]*(?:procmail|maildrop|deliver|dovecot|sh\b)",
            r"command (?:died|failed|output)|died with status",
            r"\bexit(?:ed)?(?: with)? (?:status |code )?\d+",
        (r"mailer error|pipe to|\"\|/|:include:|x-unix; ?\d+|can't create (?:user )?output|"
        r"local delivery agent|child (?:process|status)"),
            r"error writing (?:message|file)")),
    (Why.EXPIRED, (
        r"expired",
            r"too (?:long|old)",
            r"timed? ?-?out",
            r"retry (?:time|timeout|count|limit)",
            r"giving up|gave up|given up",
            r"could not be delivered (?:for|within|in|after) (?:the last )?\d",
        (r"(?:within|after|for|in) (?:the )?(?:allowed queue|\d+(?:\.\d+)?[ -](?:day|hour|hr|minute|tag|stunde|"
        r"jour|heure|dia|día|hora|giorn|or[ae]))"),
            r"not (?:been )?collected",
            r"(?:not|un)reachable within",
        r"delayed|delay",
            (r"still (?:being )?(?:tr(?:ied|ying)|queued|retr)|will (?:be|keep|continue) (?:re-?tr|try|"
            r"to (?:be made|try))|(?:delivery attempts|attempts) will continue"),
            r"did not respond|not respond|no (?:answer|response)",
        r"max(?:imum)? (?:number of )?(?:delivery )?attempts|exceeded maximum delivery|maximum retries",
            r"could not find a gateway",
            r"in (?:the )?queue",
            r"verzögert|zeitüberschreitung|abgelaufen|retard[ée]|expirado|caducado|scadut[oa]")),
    (Why.NETWORK, (
        (r"connect(?:ion|ing|ed)?\b.{0,60}(?:refused|reset|closed|lost|dropped|fail|error|broken|abort|"
        r"terminated|denied|unable|not)"),
            (r"(?:could|can) ?n[o']t (?:connect|be contacted|reach)|cannot connect|unable to connect|"
        r"couldn'?t connect"),
            r"unreachable|not reachable|no route|network (?:error|is|problem|failure|unreach)",
            r"too many hops|hop count|loop",
            r"name ?server|dns\b|lookup (?:fail|error|timeout)|resolve",
            (r"host (?:is )?(?:down|unreach)|"
        r"server (?:is )?down|\bunreach"),
            (r"try again|transfer (?:fail|error)|lost connection|broken pipe|socket|unable to (?:transfer|"
            r"route)|routing"),
            r"verbindung|connexion|conexi[oó]n|соединени")),
    (Why.SERVER, (
        (r"(?:internal|system|server|local|temporary|unexpected|fatal|processing|software|"
        r"technical)\b.{0,30}(?:error|failure|problem|malfunction|fault)"),
            r"configuration|misconfig|config",
            (r"(?:service|server|system)\b.{0,40}(?:not available|unavailable|"
        r"busy|down|maintenance|overload|shut)"),
            (r"(?:resources?|memory|database|ldap|directory|backend)\b.{0,40}(?:unavailable|fail|error|down|"
            r"temporar|contact|exhaust|low|limit)|out of memory|mapiexception|queue file|"
            r"interrupted system call|aliasing"),
            (r"error (?:while|in|during) "
        r"process|encountered an error|transaction failed|requested action aborted"))),
    (Why.SYNTAX, (
        (r"syntax|command (?:not |un)?(?:recogni|implement|unknown)|unrecogni[sz]ed command|bad sequence|"
        r"invalid command|protocol (?:error|violation)|unexpected (?:command|reply)|not implemented|"
        r"parameters?"),)),
)  # fmt: skip

PHRASES = tuple((reason, re.compile("|".join(f"(?:{pattern})" for pattern in patterns))) for reason, patterns in _TABLE)

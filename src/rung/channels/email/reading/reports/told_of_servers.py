"""Why a letter did not arrive, in the words of mail systems: what is wrong with the letter, the servers, the way between.

See `phrases` for how the rows are read.
"""

from rung.channels.email.reading.outcomes import BounceReason as Why

ROWS: tuple[tuple[Why, str], ...] = (
    (
        Why.UNKNOWN_HOST,
        (
            r"(?:unknown|no such|invalid|bad|illegal|nonexistent|unrouteable mail|unroutable) (?:mail )?(?:host|"
            r"domain|system|destination system)|(?:host|domain)\b.{0,60}(?:unknown|not found|does(?: not|n'?t) exist|"
            r"not exist|does not resolve|not resolved|isn'?t valid|is not valid|invalid|no longer exists|"
            r"not registered|must exist|couldn'?t be found|not reachable|has no .{0,20}(?:a|mx) record|unbekannt|"
            r"existiert nicht|inconnu|no existe|sconosciut|не найден|не существует)(?!.{0,12}try again)|"
            r"name or service not known|nxdomain|unrout(?:e)?able address|"
            r"all relevant mx records point to non-?existent|dns (?:error|lookup|type|query).{0,60}(?:nonexist|"
            r"not found|no such|failed)|dns records for the destination|couldn'?t find any host|no (?:a|mx|"
            r"dns)(?: or (?:a|mx))? records?|host or domain name not found|name server.{0,40}host not found(?!, try)|"
            r"域名.{0,20}(?:不存在|无效|错误)|ドメイン.{0,20}(?:見つかり|存在)"
        ),
    ),
    (
        Why.CONTENT,
        r"content presents a|banned (?:name|file)",
    ),
    (
        Why.BLOCKED,
        (
            r"spamhaus|spamcop|spameatingmonkey|sorbs|barracudacentral|uceprotect|\bdnsbl|\bd?rbls?\b|drbl|njabl|dsbl|"
            r"client host .{0,60}(?:blocked|blacklist)|unwanted messages|adresse ip.{0,40}bloqu|"
            r"ip-adresse.{0,40}(?:gesperrt|blockiert|geblokkeerd)|\bip\b.{0,40}(?:bloquead[ao]|bloccat[ao])|"
            r"banned sending|access from ip|messages from .{0,60}were ?n[o']t sent|possibly forged|"
            r"black ?-?listed (?:by|at|on|in|see)"
        ),
    ),
    (
        Why.VIRUS,
        (
            r"(?<!spam or )(?<!for )(?<!for all )(?<!for any )(?<!for known )\bvirus(?:es)?\b(?! scanner| check)|"
            r"malware|\binfected\b|\btrojan|\bworm\b|phishing|"
            r"executable (?:attachment|content)|recent viruses|clamav|eicar"
        ),
    ),
    (
        Why.SPAM,
        (
            r"(?<![a-z])spam|spam\b|unsolicited|\bu[bc]e\b|bulk (?:e-?)?mail|bulk.?advert|as bulk|\bjunk\b|"
            r"content filter|url in message|uribl|surbl|suspicious|recurrent pattern|message (?:was |"
            r"has been )?filtered|mail content denied|rejecting mail content|content rejected|banned content\b|"
            r"unacceptable content|detected that this message|垃圾|迷惑メール|спам"
        ),
    ),
    (
        Why.REFUSED,
        (
            r"(?:recipient|user|addressee|person|owner)\b.{0,60}(?:refus|reject\w* (?:your|this|the|mail)|declin|"
            r"does ?n[o']t (?:want|wish|accept)|preferences|is not accepting|only accept|has blocked|"
            r"not accepting any)|refused (?:by|due to) (?:the )?(?:recipient|user)|(?:blocked|"
            r"rejected) by (?:the )?(?:recipient|user|owner|addressee)|this account is protected|user reject|"
            r"email preferences|permissions? to post|restricted sms|受信拒否|受信を拒否|拒否設定"
        ),
    ),
    (
        Why.BLOCKED,
        (
            r"black ?-?list|block ?-?list|deny ?list|\bd?rbls?\b|\bdnsbl|spamhaus|spamcop|sorbs|barracudacentral|drbl|"
            r"njabl|dsbl|\bis listed|listed (?:at|in|by|on)\b|\bblocked\b|\bblock(?:ed|ing)? (?:by|for|using|your|"
            r"from)|client (?:host|ip|address)\b.{0,80}(?:reject|block|denied|not)|access (?:denied|from|not allowed)|"
            r"(?:ip|host|server|network|domain|site)\b.{0,60}(?:banned|denied|(?<!temporarily )reject|not allowed|"
            r"not permitted|not accept|refused)|not (?:currently )?accepting (?:mail|messages) from|no access from|go away|"
            r"looks suspiciously|open proxy|dynamic ip|use (?:the|your) (?:smtp|isp)|don'?t accept mail from|"
            r"(?:do|does) not accept mail from|confirm this mail server|requires confirmation|helo|ehlo"
        ),
    ),
    (
        Why.NO_TLS,
        r"\bstarttls\b|\btls\b|\bssl\b|encrypt(?:ed|ion) (?:required|needed|connection)|certificate|dane\b|mta-sts",
    ),
    (
        Why.SECURITY,
        (
            r"auth\w* (?:is )?(?:required|failed|failure|needed|credential|invalid|unsuccess)|(?:must|need to|please|"
            r"not|don'?t) (?:first )?(?:be )?authent\w+|not authori[sz]ed|unauthori[sz]ed|delivery not authori|"
            r"login.{0,30}(?:fail|disabled)|(?:user ?name|password).{0,40}(?:not accepted|incorrect|fail|reset)|"
            r"insufficient permission|cryptograph|dead domain|executable files|(?:requires?|turn\w* on) authentication|"
            r"authentication (?:when|turned)|verification failure|unauthenticated"
        ),
    ),
    (
        Why.POLICY,
        (
            r"polic(?:y|ies)\b|polici|prohibit|organi[sz]ational settings|(?:members?|subscribers?)[- ]only|"
            r"from (?:its |list |our )?(?:members|subscribers)\b|"
            r"non-?member|not (?:a )?(?:subscribed|subscriber|member)|closed (?:mailing )?list|moderat|"
            r"(?<!content )restrict|"
            r"illegal attachment|blocked attachment|attachment.{0,60}(?:not allowed|block|illegal|banned|removed|"
            r"prohibit|forbidden)|"
            r"solving a captcha|mass mailer|compliance|data loss|header error|messages? with multiple addresses|"
            r"message given low priority|richtlinie|règles? de sécurité"
        ),
    ),
    (
        Why.MALFORMED,
        (
            r"rfc ?\d{3,4}|duplicate header|multiple .{0,20}headers?|(?:missing|invalid|malformed|improper\w*|illegal|"
            r"bare|8-?bit|non-?ascii|too many|bad)\b.{0,40}\b(?:header|mime|line ?feeds?|lf|cr|characters?|date|from|"
            r"message-id|received)|header.{0,40}(?:not accepted|size|invalid|missing|malformed|complex)|smtputf8|"
            r"non-ascii address|internationali[sz]ed|unnecessary base64|mime complexity|bare (?:lf|cr|line)"
        ),
    ),
    (
        Why.CONTENT,
        r"content|attachment|conversion|message body|format error|unable to parse|not (?:be )?decod",
    ),
    (
        Why.SERVER_FULL,
        (
            r"(?:disk|system|spool|file ?system|server|queue)\b.{0,30}\b(?:is )?full|(?:insufficient|not enough|"
            r"no) (?:system |disk |server |queue )?(?:storage|space|resources)|no space left|disk (?:full|space)|"
            r"insufficient system|system storage"
        ),
    ),
    (
        Why.PROGRAM,
        (
            r"(?:^|; )procmail:|(?:bin|lib|libexec)/[\w./-]*(?:procmail|maildrop|deliver|dovecot|sh\b)|command (?:died|"
            r"failed|output)|died with status|\bexit(?:ed)?(?: with)? (?:status |code )?\d+|mailer error|pipe to|"
            r"\"\|/|:include:|x-unix; ?\d+|can't create (?:user )?output|local delivery agent|child (?:process|"
            r"status)|command time limit|error writing (?:message|file)"
        ),
    ),
    (
        Why.NETWORK,
        r"connect(?:ion|ing)? (?:was )?refused",
    ),
    (
        Why.EXPIRED,
        (
            r"expired|too (?:long|old)|failing for (?:a )?(?:very )?long|been failing|"
            r"timed? ?-?out|retry (?:time|timeout|count|limit)|giving up|gave up|given up|"
            r"could not be delivered (?:for|within|in|after) (?:the last )?\d|(?:within|after|for|"
            r"in) (?:the )?(?:allowed queue|\d+(?:\.\d+)?[ -](?:day|hour|hr|minute|tag|stunde|jour|heure|dia|día|hora|"
            r"giorn|or[ae]))|not (?:been )?collected|(?:not|un)reachable within|delayed|delay|"
            r"still (?:being )?(?:tr(?:ied|ying)|queued|retr)|will (?:be|keep|continue) (?:re-?tr|try|to (?:be made|"
            r"try))|(?:delivery attempts|attempts) will continue|did not respond|not respond|no (?:answer|response)|"
            r"failed (?:after )?\d{1,4} (?:delivery )?attempts|max(?:imum)? (?:number of )?(?:delivery )?attempts|"
            r"exceeded maximum delivery|maximum retries|"
            r"could not find a gateway|in (?:the )?queue|verzögert|zeitüberschreitung|abgelaufen|retard[ée]|expirado|"
            r"caducado|scadut[oa]"
        ),
    ),
    (
        Why.NETWORK,
        (
            r"connect(?:ion|ing|ed)?\b.{0,60}(?:refused|reset|closed|lost|dropped|fail|error|broken|abort|terminated|"
            r"denied|unable|not)|(?:could|can) ?n[o']t (?:connect|be contacted|reach)|cannot connect|"
            r"unable to connect|couldn'?t connect|unreachable|not reachable|no route|network (?:error|is|problem|"
            r"failure|unreach)|too many hops|hop count|loop|name ?server|dns\b|lookup (?:fail|error|timeout)|resolve(?!r\.)|"
            r"host (?:is )?(?:down|unreach)|server (?:is )?down|\bunreach|transfer (?:fail|error)|"
            r"lost connection|broken pipe|socket|unable to (?:transfer|route)|routing|verbindung|connexion|"
            r"conexi[oó]n|соединени"
        ),
    ),
    (
        Why.SERVER,
        (
            r"(?:internal|system|server|local|temporary|unexpected|(?<!permanent )fatal|processing|software|"
            r"technical)\b.{0,30}(?:error|failure|problem(?! delivering)|malfunction|fault)|configuration|misconfig|config|"
            r"(?:service|server|system)\b.{0,40}(?:not available|unavailable|busy|down|maintenance|overload|shut)|"
            r"\bi/o error|too much load|high load|load average|"
            r"(?:resources?|memory|database|ldap|directory|backend)\b.{0,40}(?:unavailable|fail|error|down|temporar|"
            r"contact|exhaust|low|limit)|out of memory|mapiexception|queue file|interrupted system call|aliasing|"
            r"error (?:while|in|during) process|\bno mdb\b|load drd|encountered an error|"
            r"transaction failed|requested action aborted"
        ),
    ),
    (
        Why.SYNTAX,
        (
            r"syntax|command (?:not |un)?(?:recogni|implement|unknown)|unrecogni[sz]ed command|bad sequence|"
            r"invalid command|protocol (?:error|violation)|unexpected (?:command|reply)|not implemented|parameters?"
        ),
    ),
    (
        Why.NETWORK,
        r"try (?:again|later)",
    ),
    (
        Why.REFUSED,
        r"\b(?:message|mail|e-?mail|data|delivery|letter)\b.{0,20}\brefused|\bno permit\b",
    ),
)

"""HTML of strangers: nothing runs, nothing leaves its frame, nothing is fetched before somebody asks."""

import re
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from rung.accounts.models import Agent, Team
from rung.channels.email.models import Dispatch
from rung.channels.email.reading import read
from rung.channels.email.reading.markup import cleaned
from rung.channels.email.verbs.dispatch import PAUSES, claim_dispatch, plan_dispatch, postpone_dispatch
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.customers.models import Address, Customer
from rung.desk.pages.leading import is_elsewhere
from rung.desk.pages.letters import has_pictures_elsewhere, letter_html
from rung.desk.views.letters import POLICY
from rung.journal.models import Entry
from rung.touchpoints.incoming import Incoming, Parties
from rung.touchpoints.models import Touchpoint
from rung.touchpoints.verbs import answer_conversation, receive_touchpoint
from tests.cast import Desk, written

HTML_LETTER = b"From: carla@example.org\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
PICTURE = (
    '<p>Look:</p><img src="https://cdn.shop.example/a.png?id=7&amp;x=1" alt="our lamp" width="600" height="99999999">'
)
HTML_LETTER += PICTURE.encode()

ATTACKS = [
    "<script>evil()</script>",
    "<img src=x onerror=evil()>",
    "<svg onload=evil()><script>evil()</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=evil()></style></mglyph></table></mtext></math>",
    "<form action=https://evil.example><input name=p><button>go</button></form>",
    "<base href=https://evil.example/>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "<iframe src=https://evil.example></iframe>",
    "<object data=evil.swf></object><embed src=evil.swf>",
    '<a href="javascript:evil()">x</a>',
    '<a href="data:text/html,evil">x</a>',
    '<a href="jav&#x09;ascript:evil()">x</a>',
    '<a href=" vbscript:evil">x</a>',
    "<style>@import 'https://evil.example/a.css'; body{display:none}</style>",
    "<link rel=stylesheet href=https://evil.example/a.css>",
    '<div style="position:fixed;inset:0;z-index:2147483647;background:red">x</div>',
    '<p style="background:url(https://evil.example/a.png)">x</p>',
    '<td background="https://evil.example/a.png">x</td>',
    '<img srcset="https://evil.example/a.png 2x" src="cid:none">',
    '<picture><source srcset="https://evil.example/a.png"></picture>',
    '<video poster="https://evil.example/a.png" src="https://evil.example/a.mp4" autoplay></video>',
    '<audio src="https://evil.example/a">',
    '<input type=image src="https://evil.example/a.png">',
    '<body onload=evil() background="https://evil.example/a.png">',
    '<noscript><p title="</noscript><img src=x onerror=evil()>">',
    '<svg></p><style><a id="</style><img src=1 onerror=evil()>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=evil()>",
    '<div id="main" class="dialog matter" name="csrf-token" data-confirm="x" hx-get="/evil" data-key="r">x</div>',
    "</div></li></ol></section></main><h1>escaped</h1>",
    "<!--><img src=x onerror=evil()>-->",
    "<![CDATA[<img src=x onerror=evil()>]]>",
    "<a href='https://evil.example' ping='https://evil.example/p' onclick=evil()>x</a>",
    "<template><script>evil()</script></template>",
    "<title><img src=x onerror=evil()></title>",
    "<textarea><img src=x onerror=evil()></textarea>",
    "<plaintext>rest",
    "<b " * 5000,
    '<img src="data:image/svg+xml;base64,PHN2Zy8+">',
    '<a href="//evil.example/x">x</a>',
    "<dialog open>x</dialog><details open ontoggle=evil()>x",
]

FORBIDDEN = re.compile(
    r"<(?:script|style|svg|math|form|input|button|base|meta|iframe|object|embed|link|video|audio|picture|source|template|dialog"
    r"|body|html|textarea|noscript|plaintext|title)\b|\son\w+\s*=|javascript:|vbscript:|\sstyle=|\shx-|\sdata-|\ssrcset|\sbackground="
    r"|\sping=|\sformaction|url\(|@import|position:",
    re.IGNORECASE,
)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("with_pictures", [False, True])
def test_nothing_harmful_passes(attack: str, with_pictures: bool) -> None:
    html, _remarks = cleaned(f"<p>before</p>{attack}<p>after</p>")
    shown = str(letter_html(html, (), with_pictures=with_pictures))
    tags = "".join(re.findall(r"<[^>]*>", shown))
    assert not FORBIDDEN.search(tags), tags
    if not with_pictures:
        assert "evil.example/a" not in "".join(re.findall(r"<img[^>]*>", shown))
    assert _is_balanced(shown), shown


@pytest.mark.parametrize("address", ["javascript:evil()", "vbscript:evil", "data:text/html,x", "//evil.example/x", ""])
def test_a_link_whose_address_was_taken_away_is_none(address: str) -> None:
    html, _remarks = cleaned(
        f'<p><a href="{address}">Click <b>here</b></a> or <a href="https://good.example/x">there</a></p>'
    )
    shown = str(letter_html(html, ()))
    assert "<p>Click <b>here</b> or <a href=" in shown
    assert shown.count("<a ") == 1


def _is_balanced(html: str) -> bool:
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z][a-z0-9]*)[^>]*>", html):
        if name in ("br", "hr", "img", "col", "wbr"):
            continue
        if not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


@pytest.mark.parametrize(
    ("address", "elsewhere"),
    [
        ("https://cdn.shop.example/a.png", True),
        ("http://8.8.8.8/a.png", True),
        ("https://desk.test/account/sign-out", False),
        ("https://files.desk.test/files/x", False),
        ("http://192.168.1.1/reboot", False),
        ("http://[::1]/x", False),
        ("http://2130706433/x", False),
        ("http://0x7f.1/x", False),
        ("http://0x7f.0x1/x", False),
        ("http://0xc0.0xa8.0x1.0x1/x", False),
        ("http://127。0。0。1/x", False),
        ("http://\uff11\uff12\uff17.1/x", False),
        ("http://router.loc%61l/x", False),
        ("http://router.\uff4cocal/x", False),
        ("http://ro\u200buter.lo\u00adcal/x", False),
        ("https://d\uff45sk.test/x", False),
        ("https://desk.test\\@shop.example/x", False),
        ("https:\\\\shop.example/x", True),
        ("https:/shop.example/x", True),
        ("https://xn--mller-kva.example/x", True),
        ("https://shop.example:99999999/x", False),
        ("http://localhost:8000/x", False),
        ("http://router.local/x", False),
        ("http://intranet/x", False),
        ("https://shop.example:8443/x", False),
        ("https://user@shop.example/x", False),
        ("ftp://shop.example/x", False),
        ("https://[broken/x", False),
        ("cid:a@b", False),
        ("", False),
    ],
)
def test_a_picture_is_fetched_only_from_the_wide_world(address: str, elsewhere: bool, settings: Settings) -> None:
    settings.BASE_URL = "https://desk.test"
    settings.FILES_URL = "https://files.desk.test"
    assert is_elsewhere(address) is elsewhere
    assert has_pictures_elsewhere(f'<img src="{address}" alt="">') is elsewhere
    assert has_pictures_elsewhere(f'<img data-remote="{address}" alt="">') is elsewhere


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ('<a href="https://evil.example/x">https://bank.example/login</a>', "evil.example"),
        ('<a href="https://evil.example/x">www.<b>bank.example</b></a>', "evil.example"),
        ('<a href="https://bank.example@evil.example/x">log in</a>', "evil.example"),
        ('<a href="https://bank.example.evil.example/x">bank.example</a>', "bank.example.evil.example"),
        ('<a lang="x" href="https://evil.example/x">bank.example</a>', "evil.example"),
        ('<a lang=" href=" href="https://evil.example/x">bank.example</a>', "evil.example"),
        ('<a href="https:evil.example/x">bank.example</a>', "evil.example"),
        ('<a href="https:\\\\evil.example/x">bank.example</a>', "evil.example"),
        ('<a href="https:///evil.example/x">bank.example</a>', "evil.example"),
        ('<a href="https://evil.example\\@bank.example/x">bank.example</a>', "evil.example"),
        ('<a href="https://evil.example/x">bank\u3002example</a>', "evil.example"),
        ('<a href="https://evil.example/x">ba\u200bnk.example</a>', "evil.example"),
        ('<a href="https://evil.example/x">банк.рф</a>', "evil.example"),
        ('<a href="https://evil.example/x">192.0.2.7</a>', "evil.example"),
        ('<a href="https://bаnk.example/x">Sign in</a>', "xn--bnk-6cd.example"),
        ('<a href="https://xn--bnk-6cd.example/x">bаnk.example</a>', "xn--bnk-6cd.example"),
        ('<a href="https://xn--mller-kva.example/x">müller.example</a>', ""),
        ('<a href="https://xn--mller-kva.example/x">https://xn--mller-kva.example/</a>', ""),
        ('<a href="https://xn--d1acpjx3f.xn--p1ai/x">яндекс.рф</a>', ""),
        ('<a href="mailto:thief@evil.example">help@bank.example</a>', "thief@evil.example"),
        ('<a href="mailto:help@bank.example?subject=x">Help (help@bank.example)</a>', ""),
        ('<a href="mailto:help@bank.example">write to us</a>', ""),
        ('<a href="https://bank.example/x">https://bank.example</a>', ""),
        ('<a href="https://login.bank.example/x">bank.example</a>', ""),
        ('<a href="https://bank.example/x">www.bank.example</a>', ""),
        ('<a href="https://shop.example/x">here</a>', ""),
        ('<a href="https://shop.example/offer.pdf">offer.pdf</a>', ""),
        ('<a href="mailto:a@evil.example">a@bank.example</a>', "a@evil.example"),
    ],
)
def test_a_link_that_names_another_place_says_where_it_leads(link: str, said: str) -> None:
    shown = str(letter_html(cleaned(link)[0], ()))
    assert 'rel="noopener noreferrer"' in shown
    assert (f"(leads to {said})" in shown) if said else ("leads to" not in shown)


@pytest.fixture
def pictured(carla: Customer, support: Team, at: datetime) -> Touchpoint:
    incoming = Incoming(
        channel="email", reference="<p@x>", subject="Lamp", text="Look.", html=read(HTML_LETTER).html, occurred_at=at,
        team=support.pk, parties=Parties(sender="carla@example.org"),
    )  # fmt: skip
    return receive_touchpoint(carla, incoming, by=carla.actor, at=at)


def test_pictures_wait_until_somebody_asks(client_of: Desk, ada: Agent, bo: Agent, pictured: Touchpoint) -> None:
    browser = client_of(ada)
    answer = browser.get(f"/conversations/{pictured.conversation_id}")
    page = answer.content.decode()
    assert "cdn.shop.example" not in page
    assert "our lamp" in page
    assert "img-src 'self' data:;" in answer.headers["Content-Security-Policy"]
    frame = browser.get(f"/touchpoints/{pictured.pk}/letter-frame").content.decode()
    assert "allow-scripts" not in frame
    letter = browser.get(f"/touchpoints/{pictured.pk}/letter")
    assert 'src="https://cdn.shop.example/a.png?id=7&amp;x=1"' in letter.content.decode()
    assert 'referrerpolicy="no-referrer"' in letter.content.decode()
    assert letter.headers["Content-Security-Policy"] == POLICY
    assert letter.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert letter.headers["Referrer-Policy"] == "no-referrer"
    assert client_of(bo).get(f"/touchpoints/{pictured.pk}/letter").status_code == 404


def test_pictures_of_a_trusted_sender_are_shown_at_once(client_of: Desk, ada: Agent, pictured: Touchpoint) -> None:
    browser = client_of(ada)
    address = f"/touchpoints/{pictured.pk}/pictures"
    browser.post(address, {"always": "yes"})
    browser.post(address, {"always": "yes"})
    assert Address.objects.get(value="carla@example.org").pictures_since_at is not None
    told = Entry.objects.get(kind="customer.pictures_trusted")
    assert (told.actor_key, told.data["shown"]) == (ada.pk, True)
    page = browser.get(f"/conversations/{pictured.conversation_id}").content.decode()
    assert f'src="/touchpoints/{pictured.pk}/letter"' in page
    Touchpoint.objects.filter(pk=pictured.pk).update(
        brought={"doubts": [{"kind": "lookalike", "domain": "a", "own": "b"}]}
    )
    doubted = browser.get(f"/conversations/{pictured.conversation_id}").content.decode()
    assert f'src="/touchpoints/{pictured.pk}/letter"' not in doubted, "trust is of no use where the sender is in doubt"
    assert "Always from this sender" not in doubted
    assert "which looks like b and is not" in doubted
    browser.post(address, {"always": "no"})
    assert Address.objects.get(value="carla@example.org").pictures_since_at is None


def test_a_letter_on_its_way_says_how_far_it_is(client_of: Desk, ada: Agent, carla: Customer, at: datetime) -> None:
    add_mailbox(name="Desk", address="support@desk.example", by=SYSTEM, at=at)
    conversation = written(carla, at=at)
    touchpoint = answer_conversation(conversation, text="Today.", by=ada.actor, at=at)
    dispatch = plan_dispatch(touchpoint, by=SYSTEM, at=at)
    moment = at
    for _try in range(3):
        claim_dispatch(dispatch, by=SYSTEM, at=moment)
        postpone_dispatch(dispatch, "mail.example does not answer", by=SYSTEM, at=moment)
        moment = dispatch.due_at
    page = client_of(ada).get(f"/conversations/{conversation.pk}").content.decode()
    assert "mail.example does not answer" in page
    assert "Tried 3 times; next" in page
    gives_up = moment + sum(PAUSES[3:], timedelta())
    assert f'datetime="{gives_up.isoformat()}"' in page or gives_up.strftime("%Y-%m-%dT%H:%M") in page
    assert Dispatch.objects.get().attempts == 3


def test_the_blank_paragraph_between_two_is_told_from_those() -> None:
    shown = str(letter_html("<p>one</p><p><span>&nbsp;</span></p><p>two</p><p>&nbsp;x</p><p><img src='cid:a'></p>", ()))
    assert shown.startswith('<p>one</p><p class="letter-blank"><span>&nbsp;</span></p><p>two</p><p>&nbsp;x</p>')

"""Letters in many languages, and finding in them as an agent does."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.verbs import recognise_customer
from rung.search.access import Sight, found_conversations
from rung.search.meaning import Reader
from rung.search.query import read_query
from rung.search.vocabulary import Vocabulary
from rung.touchpoints.models import Conversation
from tests.cast import written

CORPUS = {
    "late": ("Where is my table?", "I ordered the oak table two weeks ago. The order number is R-1234."),
    "invoice": ("Invoice once more", "Please send the invoice again to billing@office.example. Thank you."),
    "german": ("Rückgabe", "Der Tisch ist größer als gedacht, und Herr Müller möchte ihn zurückgeben."),
    "french": ("Livraison", "La crème brûlée n’est pas arrivée, quelle déception !"),
    "chinese": ("我的订单", "我两个星期前订购的桌子还没有收到，请问什么时候可以送到北京市？"),
    "japanese": ("配送状況", "注文した椅子がまだ届きません。東京都庁の住所を教えてください。"),
    "korean": ("배송 문의", "주문한 책상이 아직 도착하지 않았습니다. 배송은 언제 되나요?"),
    "arabic": ("طلبي", "لَمْ يَصِلِ الطَّلَبُ بعد، والمكتبة في القاهرة تنتظر."),
    "hebrew": ("הזמנה", "שָׁלוֹם, ההזמנה שלי עדיין לא הגיעה לתל אביב."),
    "russian": ("Заказ", "Ёлка так и не пришла, верните деньги."),
}


@pytest.fixture
def corpus(db: None, at: datetime, work: Callable[..., None]) -> dict[str, Conversation]:
    """A conversation for each, an hour apart, the first the oldest; indexed."""
    found = {}
    for number, (name, (subject, text)) in enumerate(CORPUS.items()):
        writer = recognise_customer(f"{name}@writers.example", name=f"{name.title()} Writer", by=SYSTEM, at=at)
        found[name] = written(writer, at=at + timedelta(hours=number), subject=subject, text=text)
    work(at + timedelta(days=1))
    return found


@pytest.fixture
def finds(at: datetime) -> Callable[..., list[int]]:
    def find(agent: Agent, typed: str, *, heading: bool = False) -> list[int]:
        """Numbers of the conversations an agent finds by what they typed, the newest first."""
        sight, vocabulary = Sight(agent), Vocabulary()
        meaning = Reader(agent, vocabulary, at=at + timedelta(days=1)).read(read_query(typed))
        assert not meaning.problems, meaning.problems
        return list(found_conversations(sight, meaning, vocabulary, heading=heading).keys)

    return find

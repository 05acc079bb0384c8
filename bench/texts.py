"""What people write, in nine languages, with words as often as words are: few in every letter, most in hardly any.

Frequencies follow Zipf with Mandelbrot's shift, p ∝ 1 / (rank + 2.7)^1.05. The commonest words are real; the long tail is
made of syllables, because what a search has to cope with is how often a word is, not what it means.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np

VOCABULARY = 60_000
BATCH = 20_000

# fmt: off
COMMON = {
    "en": "the to and I you a it is for of in my we that on have with this not your order be was are but can please "
          "will from as has been if me would at they he she there when what which delivery invoice broken table "
          "chair refund parcel arrived address Monday thank waiting answer telephone money return photograph "
          "already again wrong missing",
    "de": "die der und ich das nicht ist zu Sie mit ein für es wir in den von auf habe dass auch eine noch bei aber "
          "mir war wie wird haben bitte wurde an sich nach dem kann Lieferung Rechnung Bestellung Tisch Stuhl Paket "
          "kaputt Rückgabe Grüße schon wieder Antwort Adresse Montag Geld früher möchte zurück größer",
    "fr": "de la le et je que les vous à est des pas en un pour une ne ce qui il sur mais dans avec votre mon nous "
          "bonjour commande livraison facture table chaise colis cassé remboursement réponse adresse déjà très reçu "
          "été même",
    "es": "de que la el y en no los se a un una por con para mi es lo su me ha pedido entrega factura mesa silla "
          "paquete roto devolución dirección respuesta todavía también año mañana señor gracias",
}
PAIRED = {
    "zh": "您好 我的订单 还没有收到 请问 什么时候 可以送到 桌子 椅子 坏了 想要退货 退款 发票 地址 错误 谢谢 快递 "
          "电话 星期一 客服 已经 两个星期 照片 附件 安装 说明书 颜色 不对 换货 北京市 上海",
    "ja": "お世話になっております 注文した 商品が まだ届きません 配送状況を 教えてください 机 椅子が 壊れていました "
          "返品 返金を お願いします 請求書 住所を 変更したい ありがとうございます 電話番号 月曜日 写真を "
          "添付しました 東京都 大阪 説明書 色が違います",
    "ko": "안녕하세요 주문한 상품이 아직 도착하지 않았습니다 배송은 언제 되나요 책상 의자가 고장났어요 반품 환불을 "
          "부탁드립니다 송장 주소를 변경하고 싶습니다 감사합니다 전화번호 월요일 사진을 첨부했습니다 서울특별시",
}
POINTED = {
    "ar": "السلام عليكم طلبي لم يصل بعد متى سيتم التوصيل الطاولة الكرسي مكسور أريد استرجاع المال الفاتورة العنوان "
          "خطأ شكرا الهاتف يوم الاثنين الصورة مرفقة مُحَمَّد كِتَابٌ مكتبة القاهرة",
    "he": "שלום ההזמנה שלי עדיין לא הגיעה מתי תגיע המשלוח השולחן הכיסא שבור אני רוצה להחזיר כסף חשבונית כתובת שגויה "
          "תודה טלפון יום שני תמונה מצורפת תל אביב",
}
SYLLABLES = {
    "en": "ba ber cal con dal der en fer gan hol in jan ker lam mer nor ol pen ran ser tal un ver wil yard ton ing "
          "ed ly",
    "de": "ab ber ge schlag ung ver halt lich keit fahr zeug stück mög wün käu öff nach wart sam bar heim dorf burg "
          "stein",
    "fr": "ré con ve mon tion able eur age ment cha lou bre vi sou pré fé lai gne tou rou cor dé man ger tique ème",
    "es": "ca rro ci ón ma ño lle gar pre cio te la gra nde ro sa pe ra lo mi ta do nu ve cien al ti vo gui tar",
}
# fmt: on
LANGUAGES = ("en", "de", "fr", "es", "zh", "ja", "ko", "ar", "he")
SHARES = (0.62, 0.14, 0.07, 0.05, 0.03, 0.03, 0.01, 0.03, 0.02)


@dataclass(frozen=True)
class Language:
    """Its words, the commonest first, and how far up each reaches between 0 and 1."""

    words: list[str]
    reach: np.ndarray
    joiner: str = " "


def _language(name: str, chance: Random) -> Language:
    if name in PAIRED:
        words = PAIRED[name].split()
        letters = sorted({letter for word in words for letter in word})
        words += ["".join(chance.choices(letters, k=chance.randrange(2, 5))) for _ in range(VOCABULARY // 10)]
    elif name in POINTED:
        words = POINTED[name].split()
        letters = sorted({letter for word in words for letter in word if letter.isalpha()})
        words += ["".join(chance.choices(letters, k=chance.randrange(3, 8))) for _ in range(VOCABULARY // 10)]
    else:
        parts = SYLLABLES[name].split()
        made = dict.fromkeys(COMMON[name].split())
        while len(made) < VOCABULARY:
            made["".join(chance.choices(parts, k=chance.choice((2, 3, 3, 4))))] = None
        words = list(made)
    weight = 1.0 / (np.arange(len(words)) + 2.7) ** 1.05
    return Language(words, np.cumsum(weight) / weight.sum(), "" if name in ("zh", "ja") else " ")


class Writers:
    """Texts without end, from one seed; the same seed writes the same."""

    def __init__(self, seed: int) -> None:
        self._numbers = np.random.default_rng(seed)
        chance = Random(seed)
        self._languages = [_language(name, chance) for name in LANGUAGES]
        self._waiting: list[Iterator[str]] = [self._texts(language) for language in self._languages]

    def texts(self, languages: Iterator[int]) -> Iterator[str]:
        """One text for each number of a language (its place in LANGUAGES)."""
        waiting = self._waiting
        for language in languages:
            yield next(waiting[language])

    def _texts(self, language: Language) -> Iterator[str]:
        words, reach, joiner = language.words, language.reach, language.joiner
        while True:
            lengths = np.clip(self._numbers.lognormal(3.9, 0.55, BATCH), 6, 400).astype(int)
            picked = np.searchsorted(reach, self._numbers.random(int(lengths.sum()))).tolist()
            numbers = self._numbers.integers(10**5, 10**6, BATCH).tolist()
            start = 0
            for length, number in zip(lengths.tolist(), numbers, strict=True):
                text = joiner.join([words[place] for place in picked[start : start + length]])
                start += length
                # One letter in four names an order, and another a thing by number.
                yield f"{text}. R-{number}" if number % 4 == 0 else text

    def names(self, count: int) -> tuple[list[str], list[str]]:
        """So many given names, and so many family names."""
        chance = Random(count)
        parts = [part for name in SYLLABLES for part in SYLLABLES[name].split()]
        made: dict[str, None] = {}
        while len(made) < 2 * count:
            made["".join(chance.choices(parts, k=2)).capitalize()] = None
        names = list(made)
        return names[:count], names[count:]

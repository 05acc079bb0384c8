"""What real mailboxes hold and tidy examples never do: names and letters that break careless screens."""

from dataclasses import dataclass

ODD_PEOPLE: tuple[tuple[str, str, str], ...] = (
    ("Maximiliane-Charlotte Freifrau von und zu Hohenfels-Wackersdorf-Grünenthal", "de", "Europe/Berlin"),
    ("ليلى الحدّاد", "ar", "Asia/Beirut"),
    ("נועם לוי־כהן", "he", "Asia/Jerusalem"),
    ("王小明", "zh", "Asia/Shanghai"),
    ("佐藤 陽菜", "ja", "Asia/Tokyo"),
    ("Jules 🚲 Marchetti", "fr", "Europe/Paris"),
    ("김서연", "ko", "Asia/Seoul"),
    ("O", "en", "Europe/Dublin"),
    ("Ólöf Þórhallsdóttir", "is", "Atlantic/Reykjavik"),
    ("Nguyễn Thị Phương Thảo", "vi", "Asia/Ho_Chi_Minh"),
    ("d'Artagnan <b>de Batz</b> & Sons", "fr", "Europe/Paris"),
    ("สมชาย ใจดี", "th", "Asia/Bangkok"),
    ("Αλέξανδρος Παπαδόπουλος", "el", "Europe/Athens"),
    ("Володимир Шевченко", "uk", "Europe/Kyiv"),
    ("Pablo Diego José Francisco de Paula Juan Nepomuceno María de los Remedios Ruiz", "es", "Europe/Madrid"),
    ("Ægir Østergaard-Ångström", "da", "Europe/Copenhagen"),
)
"""Name, language, zone."""


@dataclass(frozen=True)
class OddLetter:
    """A letter hard to show. `html` is a fragment as the cleaning would leave it; `script`: who writes it, by language."""

    subject: str
    text: str
    html: str = ""
    script: str = ""


ODD_LETTERS: tuple[OddLetter, ...] = (
    OddLetter(
        "سؤال عن الدراجة Heron",
        "مرحبا،\n\nأبحث عن دراجة للسفر الطويل وأعجبتني Heron كثيرا. "
        "كم يستغرق التسليم إلى بيروت، وهل يمكن الدفع على قسطين؟\n\n"
        "الرقم الذي اتصلت به هو +49 761 5550199 ولم يرد أحد.\n\nشكرا جزيلا،\nليلى",
        script="ar",
    ),
    OddLetter(
        "שאלה לגבי Plover (מתקפל)",
        'שלום,\n\nהאם אפשר לקחת את ה-Plover כמזוודת יד בטיסה? המידות באתר הן 61×58×30 ס"מ.\n\nתודה,\nנועם',
        script="he",
    ),
    OddLetter(
        "关于 Wren 的颜色",
        "您好，\n\n请问 Wren 的“moss green”实物颜色和网页上一样吗？"
        "我想送给父亲，他不喜欢太亮的颜色。如果可以，麻烦发一张在阳光下拍的照片。"
        "\n\n谢谢！\n王小明",
        script="zh",
    ),
    OddLetter(
        "納期について",
        "お世話になっております。\n\nHeron の納期についてお伺いいたします。"
        "四月の上旬までに日本へ発送していただくことは可能でしょうか。"
        "関税についても教えていただけますと幸いです。\n\nよろしくお願いいたします。\n佐藤",
        script="ja",
    ),
    OddLetter(
        "🚲🚲🚲",
        "It came!!! 😍😍😍 It is so 🟢 and so fast 💨💨 I rode to my mum 👩‍👧 and back 🔁 THANK YOU 🙏🏽🙏🏽🙏🏽",
    ),
    OddLetter("", "Hello is my bike ready"),
    OddLetter("", "?"),
    OddLetter(
        "Fwd: Re: AW: Re: Fwd: Re: SV: Invoice Invoice Invoice Invoice Invoice Invoice Invoice Invoice Invoice Invoice "
        "Invoice Invoice Invoice Invoice Invoice Invoice Invoice (was: Re: your order, our order, their order)",
        "See below.\n\nhttps://intranet.example.org/a/very/long/link/that/never/ends/and/has/no/place/to/break/in/it/"
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789?x=1&y=2\n\n"
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsfahrradbeauftragter, "
        "good day.",
    ),
    OddLetter(
        "<script>alert('bell')</script> & \"quotes\"",
        "I am testing whether your form is safe, as a courtesy. {curly} [square] <b>not bold</b> %s %d ${x} ' \" ; --",
    ),
    OddLetter(
        "NEWSLETTER-STYLE QUESTION",
        "Dear team, my accountant insists on sending everything as a designed letter. Please find our order "
        "below: 2 × Crane, 1 × Ouzel.",
        "<div><h2>Order enquiry</h2><p>Dear team,</p><p>my accountant insists on sending everything as a designed letter. "
        "Please find our order below:</p><table><thead><tr><th>No.</th><th>What</th><th>Colour</th></tr></thead><tbody>"
        "<tr><td>2</td><td>Crane</td><td>slate</td></tr><tr><td>1</td><td>Ouzel</td><td>cream</td></tr></tbody></table>"
        "<blockquote><p>“Whoever writes in tables thinks in tables.”</p></blockquote>"
        "<p>Yours,<br><em>the accountant</em></p></div>",
    ),
    OddLetter(
        "Is this the right way round?",
        "Please look at the picture.\n\n[image: image001.png]\n\nThe arrow points backwards. Should it?",
        '<div><p>Please look at the picture.</p><p><img src="cid:image001@example.org" alt="the belt guard"></p>'
        "<p>The arrow points backwards. <strong>Should it?</strong></p></div>",
    ),
    OddLetter(
        "Everything at once",
        "Where to begin. " + "The bell rings by itself, the light goes out by itself, and I am beside myself. " * 40,
    ),
    OddLetter(
        "Питання про гальма",
        "Добрий день! Гальма на моєму Crane скриплять, коли мокро. Це нормально?\n\nДякую,\nВолодимир",
        script="uk",
    ),
)

"""Who Fennimore Cycles are: teams, colleagues, mailboxes, what they build, and the firms who buy from them."""

from dataclasses import dataclass

NAME = "Fennimore Cycles"
DOMAIN = "fennimore.test"
ZONE = "Europe/Berlin"

DEMO_PASSWORD = "tandem-in-the-rain"  # noqa: S105 - printed on purpose, for made-up people in a made-up company
DEMO_SIGN_INS: tuple[tuple[str, str], ...] = (
    (f"ada@{DOMAIN}", "agent"),
    (f"lin@{DOMAIN}", "lead"),
    (f"root@{DOMAIN}", "administrator"),
)
"""Address and role of those who may sign in with DEMO_PASSWORD; the other colleagues have none."""

TEAMS = {"advice": "Advice", "orders": "Orders & delivery", "workshop": "Workshop"}
MAILBOXES = (
    ("Advice", "hello", "advice"),
    ("Orders", "orders", "orders"),
    ("Workshop", "workshop", "workshop"),
)
"""Name, local part, team."""


@dataclass(frozen=True)
class Colleague:
    """One who serves. `pace`: how long they take, 1 is usual; `care`: what they add to the quality felt, in units of d.

    `desk`: the situations that mostly land with them. `learning`: those they answer only half of more often than not.
    """

    key: str
    name: str
    role: str
    teams: tuple[str, ...]
    pace: float
    care: float
    hello: tuple[str, ...]
    sorry: tuple[str, ...]
    warm: tuple[str, ...]
    close: tuple[str, ...]
    desk: tuple[str, ...] = ()
    learning: tuple[str, ...] = ()


COLLEAGUES: tuple[Colleague, ...] = (
    Colleague(
        "ada", "Ada Brennan", "agent", ("orders",), 0.8, 0.25,
        ("Hello {first},", "Good morning {first},", "Dear {first},"),
        ("I am sorry, that should not have happened.", "That must have been maddening, and I am sorry."),
        ("What a lovely letter.", "You have made our morning."),
        ("Warm wishes\nAda", "All the best from the yard\nAda", "Take care\nAda"),
        # Behaviour, and not its finding: whether an opportunity comes of it is for the rounds of training to say.
        desk=("invoice", "paid_twice", "cancel", "return_it", "damaged"),
        learning=("invoice", "paid_twice", "cancel", "return_it", "damaged"),
    ),
    Colleague(
        "lin", "Lin Okafor", "lead", ("orders", "advice"), 0.7, 0.3,
        ("Dear {full},", "Good day {full},"),
        ("Thank you for telling us; this is our fault and not yours.", "You are right to be annoyed."),
        ("Thank you, this goes to everybody who had a hand in it.",),
        ("Kind regards\nLin Okafor\nHead of customer care", "With kind regards\nLin Okafor"),
    ),
    Colleague(
        "bo", "Bo Castellan", "agent", ("workshop",), 1.25, -0.1,
        ("Hi,", "Hi {first},", ""),
        ("Sorry about that.", "Not good. Sorry."),
        ("Thanks. Noted.", "Good to hear."),
        ("Bo", "Bo, workshop", "– Bo"),
    ),
    Colleague(
        "mirela", "Mirela Dragan", "agent", ("workshop",), 1.0, 0.15,
        ("Hello {first},", "Dear {first},"),
        ("I am sorry for the trouble; let us solve it step by step.", "Thank you for the exact description, and sorry."),
        ("I have read your letter out at the bench.",),
        ("Best regards\nMirela Dragan\nWorkshop", "Good riding\nMirela"),
    ),
    Colleague(
        "tomasz", "Tomasz Wilk", "agent", ("advice",), 0.9, 0.15,
        ("Hello {first}, and thank you for writing!", "Hi {first}!", "Good day {first}!"),
        ("Oh no. I am sorry about that!",),
        ("That made me smile for the rest of the day!", "Oh, how nice!"),
        ("Ask me anything, I like the questions.\nTomasz", "Many greetings\nTomasz Wilk\nAdvice"),
    ),
    Colleague(
        "yuki", "Yuki Arai", "agent", ("advice",), 0.9, 0.2,
        ("Dear {full},",),
        ("Please accept our apologies for the inconvenience.",),
        ("We are honoured by your kind words.",),
        ("Yours sincerely\nYuki Arai", "With best wishes\nYuki Arai, Advice"),
    ),
    Colleague(
        "femi", "Femi Adeyemi", "agent", ("orders",), 1.1, 0.1,
        ("Hi {first},", "Hello {first}, Femi here."),
        ("That is on us. Sorry!", "Ouch. Sorry about this one."),
        ("Ha, brilliant. Thank you!",),
        ("Cheers\nFemi", "Have a good one\nFemi"),
    ),
    Colleague(
        "greta", "Greta Solheim", "lead", ("workshop",), 0.8, 0.35,
        ("Dear {first},", "Hello {first},"),
        ("I run the workshop, so this is mine to put right. I am sorry.", "You should not have had to write twice."),
        ("Thank you. I shall tell them; they will pretend not to care.",),
        ("Yours\nGreta Solheim\nHead of the workshop", "Greta"),
    ),
)  # fmt: skip

PRODUCTS: tuple[tuple[str, str, int], ...] = (
    ("Wren", "city bicycle", 1890_00),
    ("Heron", "touring bicycle", 2790_00),
    ("Plover", "folding bicycle", 1650_00),
    ("Crane", "long cargo bicycle", 4950_00),
    ("Ouzel", "compact cargo bicycle", 3980_00),
    ("Stilt", "three-wheeler", 4350_00),
    ("Dunlin", "youth bicycle", 980_00),
    ("Tandem Tern", "tandem", 4120_00),
)
MOTORISED = ("Crane", "Ouzel", "Stilt")
COLOURS = (
    "moss green", "signal red", "slate", "cream", "midnight blue", "raw steel", "mustard", "plum", "sky blue", "graphite",
)  # fmt: skip
SIZES = ("XS", "S", "M", "L", "XL")
PARTS = (
    "brake lever", "belt tensioner", "mudguard stay", "left pedal", "bell", "saddle clamp", "front light", "chain guard",
    "kickstand spring", "gear cable", "lock ring", "box hinge",
)  # fmt: skip
CITIES = (
    "Freiburg", "Utrecht", "Ghent", "Kraków", "Graz", "Aarhus", "Lyon", "Porto", "Bristol", "Bologna", "Malmö", "Leipzig",
    "Trieste", "Brno", "Bilbao", "Cork", "Basel", "Tartu", "Ljubljana", "Groningen",
)  # fmt: skip

FIRMS: tuple[str, ...] = (
    "Kestrel Couriers", "Bakery Morgenrot", "Tulip & Thyme Florists", "Hotel Zum Goldenen Anker", "City of Lindenau",
    "Brouwerij De Lange Jan", "St Brigid's Hospital", "Nordlicht Pharmacy", "Café Fahrenheit", "Polar Roasters",
    "Linden Kindergarten", "Hafenpost Logistics", "University of Westermark", "Bookshop Between the Lines",
    "Gardeners' Guild Ostheim", "Parcel Pigeons", "Oranje Repair Café", "La Petite Boulangerie", "Stadtwerke Erlenbach",
    "Museum of Small Things", "Quick Quiche Catering", "Green Mile Deliveries", "Mercado Verde", "Ateljé Björk",
    "Vélo Postale", "Piekarnia Pod Lipą", "Chimney Sweep Rauch & Daughters", "Harbour Hotel Skagen", "Seven Hills Dairy",
    "Old Town Tours", "Fisch Hansen", "Laundry Snow White", "Opera Workshops", "Tiny Forest Foundation", "Ice Cream Vesuvio",
    "Weekly Market Association", "Printers Blau & Söhne", "School by the Canal", "Cheese Cellar Gruber", "Bike Kitchen Brno",
    "Cooperative Sol i Mar", "Dentists at the Bridge", "Blue Van Movers", "Radio Fjord", "Wine Dealers Rebstock",
    "Island Ferries Ltd", "Camping Waldsee", "Youth Hostel Federation", "Organic Box Riedhof", "Soup Republic",
    "Window Cleaners Klar", "Planetarium Süd", "Housing Cooperative Lindenhof", "Theatre on Wheels", "Letterpress Ink & Oak",
    "Tea House Sakura", "Beekeepers' Union", "Night Nurses e.V.", "Rowing Club Alster", "Engineers Without Deadlines",
)  # fmt: skip

DEPARTMENTS = (
    "Frame building", "Paint shop", "Assembly", "Dispatch", "Purchasing", "Accounts", "Showroom", "Design",
)  # fmt: skip
INSIDERS = (
    "Ines Baumann", "Rafael Duarte", "Otto Lindqvist", "Pia Krämer", "Sanjay Mehra", "Wiebke Harms", "Luca Ferri",
    "Aoife Daly", "Jonas Petersen", "Katarzyna Zielińska", "Emre Aydın", "Nadia Haddad", "Viggo Holm", "Marta Nowak",
    "Theo Vermeulen", "Hanna Virtanen", "Ruben Castro", "Elif Demir", "Piet de Groot", "Solveig Aas",
)  # fmt: skip

"""The list of rooms, from the ground up: settings, laws and the map read it, so a room is named once."""

ROOMS: tuple[tuple[str, str], ...] = (
    # (dotted name below `rung`, floor)
    ("ui", "cellar"),
    ("journal", "0 ground"),
    ("accounts", "1 colleagues"),
    ("business", "1⅛ the house"),
    ("fields", "1¼ fields"),
    ("customers", "1½ customers"),
    ("touchpoints", "2 heart"),
    ("surveys", "3 care"),
    ("canned", "3 care"),
    ("imports", "3 care"),
    ("promises", "3 care"),
    ("queues", "3½ many at once"),
    ("channels.email", "4 doors"),
    ("channels.phone", "4 doors"),
    ("channels.visit", "4 doors"),
    ("channels.letterpost", "4 doors"),
    ("ladder", "4½ the ladder"),
    ("insight", "5 understand"),
    ("patterns", "5¼ patterns"),
    ("rules", "5½ act"),
    ("search", "5½ find"),
    ("notices", "5½ tell"),
    ("desk", "6 screens"),
    ("demo", "roof"),
)

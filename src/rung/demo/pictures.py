"""Files to attach: small, valid, and the same every time."""

import struct
import zlib
from random import Random

from rung.touchpoints.incoming import IncomingFile

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def photograph(lot: Random, *, width: int = 320, height: int = 200) -> bytes:
    """A PNG of a scratched bar before a wall: two colours, a slope and a line, so that thumbnails differ."""
    wall, bar, scratch = (bytes(lot.randrange(60, 230) for _ in range(3)) for _ in range(3))
    slope, start = lot.uniform(-0.4, 0.4), lot.randrange(height // 4, height // 2)
    rows = []
    for y in range(height):
        edge = [start + slope * x for x in (0, width)]
        inside = min(edge) <= y <= max(edge) + 40
        row = bytearray((bar if inside else wall) * width)
        if inside and y % 9 == 0:
            begin = lot.randrange(width // 3) * 3
            row[begin : begin + 90] = scratch * 30
        rows.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + _chunk(b"IEND", b"")
    )


def invoice(number: str, amount: str) -> bytes:
    """A one-page PDF that says what it is for."""
    lines = ("(Fennimore Cycles)", f"(Invoice for order {number})", f"({amount})")
    words = "BT /F1 20 Tf 60 760 Td " + " 0 -40 Td ".join(f"{line} Tj" for line in lines) + " ET"
    content = words.encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body = b"%PDF-1.4\n"
    places = []
    for number_, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number_, each)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def photo_file(lot: Random) -> IncomingFile:
    name = f"IMG_{lot.randrange(1000, 9999)}.png"
    return IncomingFile(name=name, media_type="image/png", content=photograph(lot))


def inline_photo(lot: Random, content_id: str) -> IncomingFile:
    return IncomingFile(
        name="image001.png",
        media_type="image/png",
        content=photograph(lot, width=240, height=120),
        content_id=content_id,
        is_inline=True,
    )


def invoice_file(number: str, amount: str) -> IncomingFile:
    return IncomingFile(name=f"invoice-{number}.pdf", media_type="application/pdf", content=invoice(number, amount))

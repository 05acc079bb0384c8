"""Compressed RTF, as Outlook keeps it (MS-OXRTFCP)."""

import struct

MAX_RTF = 4_000_000
"""Bytes that are unpacked at most."""

_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0|\par \pard\plain\f0\fs20\b\i\u\tab\tx"
).replace(b"|", b"\r\n")
_WINDOW = 4096


def decompressed(data: bytes) -> bytes:
    """The RTF; as much of it as can be unpacked when the data is damaged, b"" when it is something else."""
    if len(data) < 16:
        return b""
    size, raw_size, magic = struct.unpack_from("<III", data)
    end = min(len(data), size + 4)
    if magic == 0x414C454D:  # stored
        return data[16 : 16 + min(raw_size, MAX_RTF)]
    if magic != 0x75465A4C:
        return b""
    limit = min(raw_size, MAX_RTF)
    # What was written before the beginning is the text that every RTF begins with.
    out = bytearray(_BEGINNING)
    before = len(_BEGINNING)
    at = 16
    while at < end and len(out) - before < limit:
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                if at >= end:
                    break
                out.append(data[at])
                at += 1
                continue
            if at + 1 >= end:
                at = end
                break
            token = data[at] << 8 | data[at + 1]
            at += 2
            offset, length = token >> 4, (token & 15) + 2
            # The window is a ring; the same place counted back from here.
            back = (len(out) - offset - 1) % _WINDOW + 1
            if back == _WINDOW:  # a reference to the place that is written next ends the data
                at = end
                break
            start = len(out) - back
            if start < 0:
                at = end
                break
            for index in range(start, start + length):
                out.append(out[index])
    return bytes(out[before : before + limit])

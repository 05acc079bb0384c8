"""What a file is, by its first bytes: labels are often missing, and sometimes lie."""

import re

GENERIC = frozenset(
    {
        "", "application/octet-stream", "application/octetstream", "application/x-octet-stream", "application/binary",
        "application/unknown", "application/download", "application/x-download", "application/force-download",
        "application/x-unknown", "application/x-unknown-content-type", "binary/octet-stream", "unknown/unknown",
        "application/x-zip-compressed", "application/x-forcedownload", "application/save", "attachment/octet-stream",
    }
)  # fmt: skip

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"BZh", "application/x-bzip2"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"{\\rtf", "application/rtf"),
    (b"%!PS", "application/postscript"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"-----BEGIN PGP SIGNATURE", "application/pgp-signature"),
    (b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
    (b"-----BEGIN PGP PUBLIC KEY", "application/pgp-keys"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
)
_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"META-INF/MANIFEST.MF", "application/java-archive"),
    (b"AndroidManifest.xml", "application/vnd.android.package-archive"),
)
# Compound files say by their name which program wrote them, hardly by their bytes.
_COMPOUND = {
    "doc": "application/msword", "dot": "application/msword", "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint", "pps": "application/vnd.ms-powerpoint", "msg": "application/vnd.ms-outlook",
    "msi": "application/x-msi", "vsd": "application/vnd.visio", "pub": "application/x-mspublisher",
}  # fmt: skip
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif", b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4", b"3gp": "video/3gpp",
}  # fmt: skip
_BY_EXTENSION = {
    "txt": "text/plain", "log": "text/plain", "csv": "text/csv", "htm": "text/html", "html": "text/html",
    "xml": "application/xml", "json": "application/json", "ics": "text/calendar", "vcf": "text/vcard",
    "eml": "message/rfc822", "svg": "image/svg+xml", "md": "text/markdown", "js": "text/javascript",
    "bat": "application/x-bat", "cmd": "application/x-bat", "vbs": "text/vbscript", "ps1": "text/x-powershell",
    "p7s": "application/pkcs7-signature", "p7m": "application/pkcs7-mime", "mp3": "audio/mpeg", "wav": "audio/x-wav",
    "mp4": "video/mp4", "mov": "video/quicktime", "heic": "image/heic", "webp": "image/webp",
}  # fmt: skip
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}")
# What may be called by another name than its bytes': a zip by what is in it, and so on.
_CONTAINERS = frozenset(
    {"application/zip", "application/gzip", "text/calendar", "text/vcard", "application/pgp-encrypted"}
)


def media_type(declared: str, name: str, data: bytes) -> str:
    """The type a file is treated as: what its bytes say where they say something, else its label, else its name.

    A label that is more exact than the bytes stays: an OpenDocument is a zip as well.
    """
    declared = declared if _TYPE.fullmatch(declared) else ""
    seen = sniffed(data, name)
    if seen and seen not in _CONTAINERS and seen != declared:
        return declared if _agrees(declared, seen) else seen
    if declared and declared not in GENERIC:
        return declared
    extension = name.rpartition(".")[2].lower()
    return seen or _BY_EXTENSION.get(extension, "") or "application/octet-stream"


def _agrees(declared: str, seen: str) -> bool:
    """Other names for the same thing, and signatures and letters whose content only looks like something else."""
    if declared.startswith(("message/", "multipart/")) or declared in (
        "application/pgp-encrypted",
        "application/pkcs7-mime",
    ):
        return True
    same = (
        {"image/jpeg", "image/jpg", "image/pjpeg"},
        {"image/png", "image/x-png"},
        {"application/rtf", "text/rtf"},
        {"application/pdf", "application/x-pdf"},
        {"application/ms-tnef", "application/vnd.ms-tnef"},
        {"audio/mpeg", "audio/mp3"},
        {"image/heic", "image/heif"},
        {"application/gzip", "application/x-gzip"},
        {"application/msword", "application/vnd.ms-word"},
    )
    if any(declared in names and seen in names for names in same):
        return True
    # Three letters prove little.
    return seen in ("application/x-bzip2", "audio/mpeg") and declared not in GENERIC


def sniffed(data: bytes, name: str = "") -> str:
    """The type that the first bytes prove; "" when they prove nothing."""
    head = data[:64]
    for start, kind in _STARTS:
        if head.startswith(start):
            return _zipped(data) if kind == "application/zip" else kind
    if head[:2] == b"MZ" and _is_program(data):
        return "application/x-msdownload"
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/x-wav", b"AVI ": "video/x-msvideo"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12]) or _BRANDS.get(head[8:11]) or "video/mp4"
    if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _COMPOUND.get(name.rpartition(".")[2].lower(), "application/x-ole-storage")
    if head[:2] == b"BM" and len(data) > 26 and data[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return ""


def _zipped(data: bytes) -> str:
    """Office documents are archives; what lies in them is named in the last bytes and the first."""
    sample = data[:4096] + data[-4096:]
    if data[30:38] == b"mimetype" and (match := re.match(rb"application/[a-z0-9.+-]{1,80}", data[38:130])):
        return match[0].removesuffix(b"PK").decode("ascii")
    if (
        b"[Content_Types].xml" in sample
        or b"_rels/" in sample
        or b"META-INF/" in sample
        or b"AndroidManifest" in sample
    ):
        for mark, kind in _OFFICE:
            if mark in sample:
                return kind
    return "application/zip"


def _is_program(data: bytes) -> bool:
    at = int.from_bytes(data[60:64], "little")
    return data[at : at + 2] in (b"PE", b"NE", b"LE") or len(data) < 64 or b"This program" in data[:512]

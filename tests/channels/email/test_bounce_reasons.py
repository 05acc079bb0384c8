"""Single answers of mail servers, and the reason each of them gives: those that were once taken for another one."""

import pytest

from rung.channels.email.reading.outcomes import HARD, BounceReason
from rung.channels.email.reading.reports.reasons import code_in, why

ANSWERS = (
    (
        "553 5.1.2 We weren't able to find the recipient domain. Please check for any spelling errors",
        "5.1.2",
        "unknown_host",
    ),
    ("550 5.7.515 Access denied, sending domain doesn't meet the required level.", "5.7.515", "authentication"),
    ("554 IP=192.0.2.1 - A problem occurred. Ask your postmaster for help.", "", "blocked"),
    ("554 DT:SPM 163 mx23,xxx please see http://mail.example/help", "", "spam"),
    ("552 5.2.0 sender rejected due to spam content", "5.2.0", "spam"),
    (
        "450 4.1.1 <a@b.example>: Recipient address rejected: unverified address: connect to b: timed out",
        "4.1.1",
        "network",
    ),
    ("431 The recipient's mail server is experiencing a Disk Full condition", "", "server_full"),
    ("554 The domain is expired. Contact the owner", "", "inactive"),
    ('Command time limit exceeded: "/usr/bin/vacation"', "5.3.0", "program"),
    ("451 4.4.397 Error communicating with target host", "4.4.397", "network"),
    ("550 5.2.121 Recipient's limit of messages per hour exceeded", "5.2.121", "rate"),
    ("550 Dynamic/zombied/spam IPs blocked. Write to abuse", "", "blocked"),
    ("554-Service not available 554-No SMTP service 554-IP address is block listed.", "", "blocked"),
    ("450 4.2.1 Mailbox a@b.example is not available now", "4.2.1", "server"),
    ("550 unrouted recipient a@b.example", "", "unknown_user"),
    ("550 rejected by content scanner (clamav): Eicar-Test-Signature FOUND", "", "virus"),
    ("550 sender domain has no MX record", "", "sender_refused"),
    ("550 5.7.1 192.0.2.1 has been blocked by the recipient's mail administrator", "5.7.1", "blocked"),
    ("450 4.7.1 <mail.local>: Helo command rejected: Host not found", "4.7.1", "blocked"),
    ("421 mail server: too much load", "", "server"),
    ("550 Executable content rejected", "", "virus"),
    ("550 we don't relay for this domain", "", "relay_denied"),
    ("551 5.7.1 Forwarding to remote hosts disabled", "5.7.1", "relay_denied"),
    ("550 The recipient server refuses unencrypted mail, TLS needed", "", "no_tls"),
    ("550 the mailing list only accepts posts from its members", "", "policy"),
    ("lowest numbered MX record points to local host", "", "network"),
    ("550 Email blocked by filter.gate.example - see the help page", "", "blocked"),
    ("554 Server access is forbidden by your IP 192.0.2.9", "", "blocked"),
    ("550 Your access IP 192.0.2.9 has been rejected", "", "blocked"),
    ("553 From: domain is invalid. Use one that is there", "", "sender_refused"),
    ("550 the sender isn't on the recipient's list of senders", "", "sender_refused"),
    ("550 This host is not configured to relay mail", "", "relay_denied"),
    ("550 BAD_RECIPIENT - see the help page", "", "unknown_user"),
    ("550 sorry, no mailbox here by that name. (#5.7.17)", "5.7.17", "unknown_user"),
    ("550 5.7.17 Mailbox owner has changed", "5.7.17", "moved"),
    ("ユーザー mori (mori.hanako@nishi.example) は Domino ディレクトリには見つかりません。", "5.0.0", "unknown_user"),
    ("550 用户 (chen.wei@bei.example) 在本系统中不存在", "", "unknown_user"),
    ("553 Mail from 192.0.2.7 is not allowed here", "", "blocked"),
    ("550 The IP of this server (192.0.2.7) is listed on rbl.gate.example", "", "blocked"),
    ("554 Sender address [ada@desk.example] blocked using names.rbl.example", "", "blocked"),
    ("550 Client address [192.0.2.7] blocked", "", "blocked"),
    ("550 could not be taken for one of the recipients (jo@moss.example:blocked)", "", "blocked"),
    ("552 jo@moss.example has exhausted its allowed storage", "", "mailbox_full"),
    ("550 this mailbox is no longer accepting mail", "", "inactive"),
    ("451 I/O error while writing", "", "server"),
    ("450 that user path does no exist here", "", "unknown_user"),
    ("550 User is not a member of domain moss.example", "", "unknown_user"),
    ("550 The recipient could not be verified", "", "unknown_user"),
    ("550 jo@moss.example does not have an account with us", "", "unknown_user"),
    ("503 Recipients are all invalid", "", "unknown_user"),
    ("501 ada@desk.example: Sender is not in my domain", "", "sender_refused"),
    ("550 Check of mailfrom: verification failed", "", "sender_refused"),
    ("554 Message refused", "", "refused"),
    ("550 Messages without Date: fields are not taken", "", "malformed"),
    ("550 5.7.0 Access denied, mail must be RFC 5322 compliant", "5.7.0", "malformed"),
    ("This mailbox does not take mail in foreign (Cyrillic) character sets.", "", "content"),
    ("554 5.0.0 The MX list for moss.example points back to gate.moss.example", "5.0.0", "network"),
    ("Mailbox space not enough (10 MB)", "", "mailbox_full"),
)


@pytest.mark.parametrize(("said", "status", "reason"), ANSWERS)
def test_an_answer_gives_its_reason(said: str, status: str, reason: str) -> None:
    assert why(said, status, code_in(said)).value == reason


@pytest.mark.parametrize("said", [said for said, _, reason in ANSWERS if BounceReason(reason) not in HARD])
def test_an_answer_about_something_else_condemns_no_address_by_its_code_alone(said: str) -> None:
    for status in ("5.0.0", "5.7.1", "5.3.0", "4.0.0"):
        assert why(said, status, code_in(said)) not in HARD

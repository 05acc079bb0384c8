"""The e-mail door: letters in, from our own SMTP door and from IMAP mailboxes; answers out, by SMTP.

It translates between letters and touchpoints and decides nothing: which conversation a letter belongs to, what an answer
is and who may see it are rules of `touchpoints`. No letter is read before it is kept, none is lost after.
"""

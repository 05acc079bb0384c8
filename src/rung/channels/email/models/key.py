from django.db import models


class KeyKind(models.TextChoices):
    PGP = "pgp", "PGP"
    SMIME = "smime", "S/MIME"


class PersonKey(models.Model):
    """A public key that somebody of us has entered for a person, and so vouches for.

    `fingerprint` in lower-case hexadecimal; `names` are those of the key and its subkeys, between blanks, because a
    signature may name any of them. `data` is an OpenPGP certificate, or an X.509 one in DER. `owners` is what the key says
    of its owner, which proves nothing.
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=KeyKind.choices)
    fingerprint = models.CharField(max_length=128, db_index=True)
    names = models.TextField()
    data = models.BinaryField()
    owners = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True)
    # In a letter of theirs, or pasted.
    came_in_letter = models.BooleanField(default=False)
    entered_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.fingerprint}"

from rung.channels.email.forms.address import AddressForm, NewMailboxForm, known_address
from rung.channels.email.forms.intake import (
    BrakeForm,
    HistoryForm,
    OAuthClientForm,
    SenderForm,
    SpamForm,
    history_initial,
)
from rung.channels.email.forms.servers import ServersForm, filled_servers, known_servers

__all__ = [
    "AddressForm",
    "BrakeForm",
    "HistoryForm",
    "NewMailboxForm",
    "OAuthClientForm",
    "SenderForm",
    "ServersForm",
    "SpamForm",
    "filled_servers",
    "history_initial",
    "known_address",
    "known_servers",
]

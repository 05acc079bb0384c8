from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("conversation.blanked")
class ConversationBlanked:
    """Words in a conversation were blanked, because somebody was forgotten whose they were or whom they were about."""

    conversation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("blanked what a forgotten person had said or was told")

from django.apps import AppConfig

from rung.customers.belongings import add_belonging
from rung.customers.forgetting import add_memory
from rung.fields.holding import add_holder


class TouchpointsConfig(AppConfig):
    name = "rung.touchpoints"
    label = "touchpoints"

    def ready(self) -> None:
        add_belonging("touchpoints.Conversation")
        add_belonging("touchpoints.Touchpoint")
        add_belonging("touchpoints.Participant")

        # Below: they need models, which are not loaded when this module is.
        from rung.customers.access import deal_by
        from rung.touchpoints.access import dealing_with

        deal_by(dealing_with)
        from rung.touchpoints.models import Conversation
        from rung.touchpoints.verbs import forget_words

        def hold(key: int) -> None:
            list(Conversation.objects.select_for_update(no_key=True).order_by().filter(pk=key).values_list("pk"))

        add_holder("conversation", hold)
        add_memory("touchpoints", lambda people, by, at: forget_words(people, by=by, at=at))

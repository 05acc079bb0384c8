from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("study.asked")
class StudyAsked:
    """Somebody asked that topics and drivers be worked out. `finds_topics`: topics anew, too."""

    study: int
    finds_topics: bool
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("asked for topics and drivers to be worked out")


@event("study.stopped")
class StudyStopped:
    """A study of topics and drivers was called off before it was done."""

    study: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("stopped the study of topics and drivers")


@event("study.finished")
class StudyFinished:
    """Topics and drivers are worked out; the screens show them from now on."""

    study: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("worked out topics and drivers")


@event("study.failed")
class StudyFailed:
    """A study came to no end: it broke, or its process died too often."""

    study: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("could not work out topics and drivers")


@event("topic.renamed")
class TopicRenamed:
    """A topic was given another name by hand."""

    topic: int
    name: str
    former: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("renamed the topic “%(former)s” to “%(name)s”") % {"former": self.former, "name": self.name}


@event("topic.merged")
class TopicMerged:
    """What is assigned to one topic counts as another's from now on."""

    topic: int
    into: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("merged two topics")


@event("topic.parted")
class TopicParted:
    """A topic that had been merged into another stands by itself again."""

    topic: int
    former: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("parted two topics that had been merged")


@event("topic.hidden")
class TopicHidden:
    """A topic is no longer listed; conversations are still assigned to it."""

    topic: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("hid a topic")


@event("topic.shown")
class TopicShown:
    """A hidden topic is listed again."""

    topic: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("showed a hidden topic again")

"""What the screens of this room show, as plain values."""

from rung.patterns.pages.overview import PatternsPage, patterns_page
from rung.patterns.pages.pattern import PatternPage, pattern_page
from rung.patterns.pages.topics import TopicPage, TopicsPage, topic_page, topics_page

__all__ = [
    "PatternPage",
    "PatternsPage",
    "TopicPage",
    "TopicsPage",
    "pattern_page",
    "patterns_page",
    "topic_page",
    "topics_page",
]

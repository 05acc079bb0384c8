"""What the screens of this room show, as plain values."""

from rung.patterns.pages.overview import PatternsPage, patterns_page
from rung.patterns.pages.paper import pattern_paper, patterns_paper, topic_paper, topics_paper
from rung.patterns.pages.pattern import PatternPage, pattern_page
from rung.patterns.pages.tables import pattern_rows, patterns_rows, topic_rows, topics_rows
from rung.patterns.pages.topics import TopicPage, TopicsPage, topic_page, topics_page

__all__ = [
    "PatternPage",
    "PatternsPage",
    "TopicPage",
    "TopicsPage",
    "pattern_page",
    "pattern_paper",
    "pattern_rows",
    "patterns_page",
    "patterns_paper",
    "patterns_rows",
    "topic_page",
    "topic_paper",
    "topic_rows",
    "topics_page",
    "topics_paper",
    "topics_rows",
]

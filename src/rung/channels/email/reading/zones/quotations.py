"""Which lines are quoted: by their marks, by the line that announces them, by the header above them."""

from dataclasses import dataclass

from rung.channels.email.reading.nouns import ZoneKind
from rung.channels.email.reading.zones import attributions, blocks, marks, signs
from rung.channels.email.reading.zones.answering import MAX_ABOVE, answers_within
from rung.channels.email.reading.zones.quoting import DATE, FROM

REPLY, QUOTATION = ZoneKind.REPLY, ZoneKind.QUOTATION


MAX_LOOKS = 600
"""Lines that are looked at closely for an attribution: a letter has few that end in a colon or a bracket, a table many."""


@dataclass(slots=True)
class Marked:
    """The mark of each line.

    `is_certain` when a quotation was found by more than its ">"; `passed_on` is the first line of somebody else's letter
    that is passed on because it is news, -1 when there is none.
    """

    marks: list[ZoneKind]
    is_certain: bool = False
    passed_on: int = -1


def quotations_in(lines: list[str], quoted: list[bool] | None, *, forwards: bool) -> Marked:
    """Mark what is quoted, once from top to bottom."""
    walk = _Walk(lines, quoted, forwards)
    index = 0
    while 0 <= index < len(lines):
        following = walk.after(index)
        # What bears marks may begin at this very line, or above it: nothing is looked at twice.
        index = max(following, index + 1) if following >= 0 else -1
    return walk.marked()


class _Walk:
    def __init__(self, lines: list[str], quoted: list[bool] | None, forwards: bool) -> None:
        self.lines, self.forwards = lines, forwards
        self.is_quote = marks.quoted_lines(lines)
        if quoted is not None:
            self.is_quote = [mark or other for mark, other in zip(self.is_quote, quoted, strict=True)]
        self.is_free = [not quote for quote in self.is_quote]
        self.first = self.is_quote.index(True) if True in self.is_quote else -1
        self.is_certain = quoted is not None and any(quoted)
        self.passed_on = -1
        self.looks = MAX_LOOKS
        self.may_have_reply_mark = blocks.is_reply_mark("\n".join(lines))

    def after(self, index: int) -> int:
        """Look at a line; the next one to look at, or -1 when all is known."""
        line = self.lines[index]
        if line[:3] == ">>>" and line[-3:] == ">>>" and self._points_below(index):
            return self._cut(index)
        if self.is_quote[index] and self._is_marked_forward(index):
            self.passed_on = index
            return -1
        if line[:3] == "___" and self._is_header_marked(index + 1):
            return self._cut(index)
        if self.is_quote[index] or not line or (self._is_sentence(line) and not self.may_have_reply_mark):
            return index + 1
        if blocks.is_forward(line):
            self.passed_on = index
            return -1
        start = self._quoted_from(index)
        if start >= 0:
            if start == index and self._is_shown(index):
                self.passed_on = index
                return -1
            return self._cut(start)
        if self.looks > 0 and attributions.may_end(line):
            self.looks -= 1
            if found := attributions.attribution(self.lines, self.is_free, index):
                return self._announced(found, index)
        return index + 1

    def _is_marked_forward(self, index: int) -> bool:
        """Whether the first of the marked lines says that a letter is passed on, as Apple's programs mark that too."""
        return index == self.first and blocks.is_forward(self.lines[index].lstrip("> "))

    def _is_header_marked(self, start: int) -> bool:
        """Whether below a rule, and below words, nothing but a header bears marks: what it announces bears none."""
        end = start
        while end < len(self.lines) and self.is_quote[end] and end - start <= blocks.MAX_LABELLED:
            end += 1
        bare = [line.lstrip("> ") for line in self.lines[start:end]]
        return (
            end - start >= 3
            and signs.next_text(self.lines, 0) < start - 1
            and all(blocks.label(line)[0] or not line for line in bare)
            and blocks.header_block(bare, 0)
        )

    def _is_shown(self, index: int) -> bool:
        """Whether the words above a header say that a letter follows: "This is what I had sent you:"; or a line that only
        servers read belongs to it, which no program quotes."""
        above = signs.last_text(self.lines, index) - 1
        if above == index - 1 and blocks.is_raw(self.lines[above]):
            return True
        if above < 0 or not self.is_free[above]:
            return False
        said = self.lines[above].rstrip()
        if said.endswith(("?", "？")) and blocks.asks_about(said):
            return True
        return said.endswith((":", "：")) and len(said.split()) >= 3 and not blocks.label(said)[0]

    @staticmethod
    def _is_sentence(line: str) -> bool:
        """Most lines are, and nothing that announces a quotation ends as they do without a colon in it."""
        return line[0].isalpha() and line[-1] in ".,!?" and ":" not in line and "：" not in line

    def marked(self) -> Marked:
        if self.passed_on >= 0:
            self.is_quote[self.passed_on :] = [False] * (len(self.lines) - self.passed_on)
        else:
            self._quote_leads()
            self._show_answered()
        found = [QUOTATION if quote else REPLY for quote in self.is_quote]
        _close_gaps(self.lines, found)
        return Marked(found, self.is_certain, self.passed_on)

    def _show_answered(self) -> None:
        """Show what is quoted where the words above it say that the answers stand within, and none stands outside."""
        first = self.is_quote.index(True) if True in self.is_quote else 0
        if (
            first
            and answers_within(self.lines[max(first - MAX_ABOVE, 0) : first])
            and not any(
                self.lines[index].strip() for index in range(first, len(self.lines)) if not self.is_quote[index]
            )
        ):
            self.passed_on = first
            self.is_quote[first:] = [False] * (len(self.lines) - first)

    def _quote_leads(self) -> None:
        """Lines right above quoted ones that announce them without a colon, or as nobody told us of."""
        if True not in self.is_quote:
            return
        for index in range(1, len(self.lines)):
            if self.is_quote[index] and not self.is_quote[index - 1] and marks.is_marked(self.lines[index]):
                above = signs.last_text(self.lines, index) - 1
                if above == index - 1 and self._is_in_log(above):
                    self._spare(index)
                elif above > 0 and marks.is_news_id(self.lines[above]) and attributions.leads(self.lines[above - 1]):
                    self._quote(above - 1, above + 1)
                elif above >= 0 and not self.is_quote[above] and self._leads(above, index):
                    self.is_quote[above] = True

    def _spare(self, index: int) -> None:
        """Leave the marked lines from `index` on to the log that they stand in."""
        while index < len(self.lines) and self.is_quote[index] and self.lines[index].strip():
            self.is_quote[index] = False
            index += 1

    def _leads(self, above: int, index: int) -> bool:
        """Whether a line announces the marked one at `index`, says that something is left out above it, or is the rule
        drawn above a header that bears marks."""
        line = self.lines[above]
        if above == index - 1 and marks.is_omission(line):
            return True
        if signs.is_rule(line.strip()):
            return above == index - 1 and blocks.label(self.lines[index])[0] in (FROM, DATE)
        return attributions.leads(line)

    def _from_pointed(self, start: int) -> int:
        """Where an attribution begins of which GroupWise marks only the first line: ">>> On 10/03/2026 at 09:15"."""
        above = start - 1
        while above >= max(start - 3, 0) and self.is_free[above] and self.lines[above].strip():
            above -= 1
        is_first = above >= 0 and self.lines[above].startswith(">>> ") and signs.has_day(self.lines[above])
        return above if is_first else start

    def _points_below(self, index: int) -> bool:
        following = signs.next_text(self.lines, index + 1)
        is_marked = following < len(self.lines) and self.is_quote[following]
        return blocks.is_pointed(self.lines[index]) and not is_marked

    def _cut(self, start: int) -> int:
        """All from `start` on is quoted, unless somebody passes it on, or answers below it what bears marks."""
        if self.forwards:
            self.passed_on = start
        elif (marked := self._marked_below(start)) >= 0:
            self.is_certain = True
            self._quote(start, marked)
            return marked
        else:
            self.is_certain = True
            self._quote(start, len(self.lines))
        return -1

    def _marked_below(self, start: int) -> int:
        """The first of the marked lines right below a header with which the letter begins, where others follow them."""
        if signs.next_text(self.lines, 0) < start:
            return -1
        index = start
        while index < min(start + blocks.MAX_BLOCK, len(self.lines)) and not self.is_quote[index]:
            index += 1
            if index < len(self.lines) and self.lines[index].strip() and not self.lines[index - 1].strip():
                break
        if index >= len(self.lines) or not self.is_quote[index]:
            return -1
        has_more = any(self.is_free[below] and self.lines[below].strip() for below in range(index, len(self.lines)))
        return index if has_more else -1

    def _quote(self, start: int, end: int) -> None:
        self.is_quote[start:end] = [True] * (end - start)

    def _announced(self, found: attributions.Attribution, end: int) -> int:
        """What the attribution that ends at `end` announces: lines with marks, or all that is left."""
        following = signs.next_text(self.lines, end + 1)
        if following < len(self.lines) and marks.is_omission(self.lines[following]):
            following = signs.next_text(self.lines, following + 1)
        if following == len(self.lines):
            # What it announces was left out; it says nothing new itself.
            if found.is_certain and signs.next_text(self.lines, 0) < found.start:
                self._quote(found.start, end + 1)
            return following
        start = self._from_pointed(blocks.with_lead(self.lines, self.is_free, found.start))
        if self.is_quote[following] or self._mark_odd(following, self.lines[found.start : end + 1], found.is_certain):
            self.is_certain = True
            self._quote(start, following)
            return following
        if not found.is_certain or self._is_in_log(found.start):
            return end + 1
        if self._answers_below(following):
            self._quote(start, end + 1)
            return end + 1
        return self._cut(start)

    def _quoted_from(self, index: int) -> int:
        """Where everything below is quoted because of what stands at `index`; -1 when it is not."""
        lines, line = self.lines, self.lines[index]
        if ":" in line or "：" in line:
            if blocks.header_block(lines, index):
                return blocks.with_lead(lines, self.is_free, index)
            start = blocks.notes_block(lines, self.is_free, index)
            if start < 0:
                start = blocks.columns_block(lines, self.is_free, index)
            if start >= 0:
                return blocks.with_lead(lines, self.is_free, start)
            if ("<mailto:" in line and blocks.is_card(lines, index)) or blocks.nameless_block(lines, index):
                return index
        elif (
            len(line) <= 24 and blocks.is_cell(line) and (start := blocks.notes_block(lines, self.is_free, index)) >= 0
        ):
            return blocks.with_lead(lines, self.is_free, start)
        elif line[:4].isspace() and (start := blocks.split_columns_block(lines, self.is_free, index)) >= 0:
            return start
        if line[:2] == "|-" and blocks.boxed_block(lines, index):
            return index
        is_title = blocks.is_original(lines, index) or blocks.is_drawn_title(lines, index)
        if is_title or (self.may_have_reply_mark and len(line) < 250 and blocks.is_reply_mark(line)):
            return blocks.with_lead(lines, self.is_free, index)
        return -1

    def _is_in_log(self, start: int) -> bool:
        """Whether a line of the same kind stands right above: "12/06 09:12 Ada called", "12/06 09:30 Ada wrote:"."""
        line, above = self.lines[start], self.lines[start - 1] if start else ""
        return line[:1].isdigit() and above[:1].isdigit() and signs.has_day(above) and signs.has_clock(above)

    def _mark_odd(self, following: int, announcing: list[str], is_certain: bool) -> bool:
        """Where an attribution is followed by lines that all begin with one unusual sign, that sign marks quotations."""
        name = marks.named_mark(self.lines[following])
        if name:
            for index in range(following, len(self.lines)):
                self.is_quote[index] |= marks.named_mark(self.lines[index]) == name
            return True
        of_somebody = any(map(signs.has_address, announcing))
        is_told = is_certain or attributions.tells(announcing[-1])
        sign = marks.odd_mark(self.lines, following, of_somebody=of_somebody, is_told=is_told)
        if sign:
            for index in range(following, len(self.lines)):
                if self.lines[index].lstrip().startswith(sign):
                    self.is_quote[index] = True
        return bool(sign)

    def _answers_below(self, following: int) -> bool:
        """Whether the lines below an attribution are answers after all: what they answer bears marks further down."""
        for index in range(following, min(len(self.lines), following + 60)):
            if self.is_quote[index]:
                above = signs.last_text(self.lines, index) - 1
                return not attributions.may_end(self.lines[above])
        return False


def _close_gaps(lines: list[str], found: list[ZoneKind]) -> None:
    """Blank lines between two quoted ones are quoted, and so is the sign that some were left out."""
    last = -1
    for index, mark in enumerate(found):
        if mark is QUOTATION:
            if last >= 0:
                found[last + 1 : index] = [QUOTATION] * (index - last - 1)
            last = index
        elif lines[index].strip():
            if last < 0 or not marks.is_omission(lines[index]):
                last = -1
            elif last == index - 1:
                found[index] = QUOTATION
                last = index

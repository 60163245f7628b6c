"""Finds which column is what, by header and by content, and says why and how surely."""

from __future__ import annotations

import pyarrow as pa

from convcat.conversations.asides import aside_columns
from convcat.conversations.doubts import (
    REVIEW_WORDS,
    belied,
    halves,
    no_text,
    questions,
    scale_of,
    stars_among,
    translation_of,
    unsure,
)
from convcat.conversations.fits import day_and_hour, fits
from convcat.conversations.found import Columns, Found, Sure
from convcat.conversations.headers import (
    Platform,
    folded,
    known_as,
    recognised,
    together,
    vocabulary,
    within_messages,
)
from convcat.conversations.kinds import kind_of
from convcat.conversations.mappings import FIELDS, ColumnMapping
from convcat.conversations.profiles import Profile, profile
from convcat.conversations.roles import names_a_role, tells_roles, tells_sides
from convcat.conversations.rows import NoConversationsError
from convcat.conversations.speakers import mail_sides, named_speakers


def find_columns(
    sample: pa.Table,
    *,
    source: str,
    mapping: ColumnMapping | None = None,
    kind: str | None = None,
) -> Columns:
    """Return which column is what.

    Parameters
    ----------
    sample : pyarrow.Table
        The first rows.
    source : str
        For messages.
    mapping : mapping, optional
        Canonical name to column, to several columns (a text joined from them, or the two moments
        of a response time), or to ``None`` (there is none).
    kind : {"review", "support"}, optional
        What the rows are; found if not given.

    Raises
    ------
    InputError
        If there is no column of text.
    """
    header = tuple(sample.column_names)
    profiles = {name: profile(sample, name) for name in header}
    search = _Search(profiles, recognised(header))
    search.override(mapping or {}, header)
    search.by_platform()
    search.by_name()
    search.by_word()
    search.by_number()
    search.rating_of_another_scale()
    search.text_by_content()
    search.time_by_content()
    search.translation()
    search.title()
    search.time_of_day()
    search.response_from_moments()
    search.speakers(sample)
    return search.result(source, kind)


class _Search:
    """One search over a file's columns; every step fills what is still open."""

    def __init__(self, profiles: dict[str, Profile], platform: Platform | None) -> None:
        self.profiles = profiles
        self.platform = platform
        self.fields: dict[str, Found] = {}
        self.closed: set[str] = set()
        self.spare: tuple[str, ...] = ()
        self.best = 5
        self.shop: frozenset[str] = frozenset()
        self.folded = known_as(profiles)
        if platform is None:
            self.folded = within_messages(self.folded)

    def take(self, name: str, columns: tuple[str, ...], reason: str, sure: Sure) -> None:
        self.fields[name] = Found(columns, reason, sure)
        self.closed.add(name)

    @property
    def used(self) -> set[str]:
        return {column for found in self.fields.values() for column in found.columns}

    def override(self, mapping: ColumnMapping, header: tuple[str, ...]) -> None:
        for name, asked in mapping.items():
            columns = (asked,) if isinstance(asked, str) else tuple(asked or ())
            if asked is None:
                self.closed.add(name)
            elif columns and all(column in header for column in columns):
                self.take(name, columns, "you said so", "sure")
                if name == "text":
                    self.closed.add("title")

    def by_platform(self) -> None:
        if self.platform is None:
            return
        if self.platform.kind == "review":  # whoever else has a role in it did not write it
            self.closed |= {"role"}
        for name, alternatives in self.platform.columns.items():
            several = together(alternatives, self.folded)
            if several and name not in self.closed:
                self.take(name, several, f"the export ({self.platform.name}) calls them so", "sure")
                continue
            there = [self.folded[one] for one in alternatives if one in self.folded]
            there = [one for one in there if one not in self.used or name == "text"]
            if name == "id":  # an id that nearly all rows share would make them duplicates
                there = [one for one in there if self.tells_apart(one)]
            if name in self.closed or not there:
                continue
            best = next((one for one in there if self.profiles[one].filled), there[0])
            if name != "role" or tells_roles(self.profiles[best].values, folded(best)):
                self.take(name, (best,), f"the export ({self.platform.name}) calls it so", "sure")
                if name == "text":  # a message has its words in several forms, some of them empty
                    self.spare = tuple(
                        one
                        for one in there
                        if one != best and ("." in one or "html" in one.lower())
                    )

    def by_number(self) -> None:
        """Take a number for the conversation's where messages of both sides share it."""
        role, number = self.fields.get("role"), self.folded.get("number")
        if "conversation" in self.closed or role is None or number is None:
            return
        own = self.fields.get("id")
        free = number not in self.used or (own is not None and own.columns == (number,))
        if free and self.profiles[number].repeats and self.tells_sides(role.columns[0]):
            if number in self.used:
                del self.fields["id"]
            self.take("conversation", (number,), "messages of both sides share it", "likely")

    def by_name(self) -> None:
        for name in _SEARCHED:
            if name in self.closed:
                continue
            there = [
                self.folded[one]
                for one in vocabulary().fields[name]
                if one in self.folded and self.folded[one] not in self.used
            ]
            fitting = [one for one in there if self.fits(name, one)]
            if name == "role":  # one that tells both sides, if there is one
                fitting.sort(key=lambda one: not self.tells_sides(one))
                if not fitting or not self.tells_sides(fitting[0]):
                    free = (at for one, at in self.folded.items() if names_a_role(one))
                    fitting[:0] = [
                        one for one in free if one not in self.used and self.tells_sides(one)
                    ]
            if name == "id" and fitting:  # one that all rows bear, not that of a reply to some
                most = max(self.profiles[one].filled for one in fitting)
                fitting.sort(key=lambda one: "." in one and self.profiles[one].filled < most)
            if name == "conversation":  # one that several messages share, if there is one
                fitting.sort(key=lambda one: not self.profiles[one].repeats)
            if (
                name == "text"
                and fitting
                and (both := halves(fitting[0], self.folded, self.profiles, self.used))
            ):
                self.take(name, both, "they are parts of one review by their names", "sure")
            elif fitting:
                self.take(name, (fitting[0],), "its name and its values say so", "sure")
            else:
                # The name is right and the first rows are empty: later ones may not be.
                empty = [one for one in there if not self.profiles[one].filled]
                if name in _ONLY_BY_VALUES:
                    empty = [one for one in empty if not self.profiles[one].seen]
                if empty:
                    self.take(
                        name, (empty[0],), "its name says so; the first rows are empty", "likely"
                    )

    def translation(self) -> None:
        """Read a text in English where it also stands so; else as it was written."""
        text = self.fields.get("text")
        if text is None or len(text.columns) > 1 or text.reason == "you said so":
            return
        if (said := translation_of(self.profiles, self.used)) is not None:
            self.spare = (text.columns[0], *self.spare)
            self.take("text", (said,), "its name says that it is in English", "likely")

    def title(self) -> None:
        """Take a title beside the text, or for the text where there is none."""
        if "title" in self.closed:
            return
        for one in vocabulary().fields["title"]:
            column = self.folded.get(one)
            if column is None or column in self.used or not self.fits("title", column):
                continue
            if "text" in self.fields:
                self.take(
                    "title", (column,), "its name says so; titles are read with the text", "sure"
                )
            elif "text" not in self.closed:
                self.take("text", (column,), "there is a title and no longer text", "likely")
            return

    def by_word(self) -> None:
        for name, words in vocabulary().words.items():
            if name in self.closed:
                continue
            never = vocabulary().never.get(name, frozenset())
            for column, said in self.profiles.items():
                own = set(folded(column).split())
                hit = next((word for word in words if set(word.split()) <= own), None)
                if column in self.used or hit is None or own & never or not said.filled:
                    continue
                if self.fits(name, column) and (name != "text" or said.words >= 2):
                    self.take(
                        name, (column,), f"its name holds {hit!r} and its values fit", "likely"
                    )
                    break

    def rating_of_another_scale(self) -> None:
        """Take a rating of ten, or of a hundred, for the stars of what is plainly a review."""
        free = "rating" not in self.closed and self.platform is None
        if free and (said := stars_among(self.profiles, self.used)) is not None:
            self.take("rating", (said,), "its cells are the first that are stars", "unsure")
        words = {word for column in self.folded for word in column.split()}
        if "rating" in self.closed or "nps" in words or not words & REVIEW_WORDS:
            return
        for one in vocabulary().fields["rating"]:
            column = self.folded.get(one)
            best = scale_of(self.profiles[column]) if column and column not in self.used else None
            if column and best:
                self.best = best
                self.take(
                    "rating", (column,), f"its name says so; {best} are taken for 5 stars", "unsure"
                )
                return

    def text_by_content(self) -> None:
        if "text" in self.closed:
            return
        never = vocabulary().never["text"]
        prose = [
            said
            for column, said in self.profiles.items()
            if said.is_prose and column not in self.used and not set(folded(column).split()) & never
        ]
        if prose:
            best = max(prose, key=lambda said: said.words * said.distinct)
            asked = questions(best.name, self.profiles, self.used)
            reason = "its cells are the longest and most varied texts"
            if len(asked) > 1:
                reason = "their cells are answers in words; they are read as one text"
            self.take("text", tuple(asked) or (best.name,), reason, "unsure")

    def time_by_content(self) -> None:
        """Take the first column of moments whose name does not say that it is another's."""
        never = vocabulary().never["time"]
        for column, said in self.profiles.items():
            if "time" in self.closed or column in self.used or set(folded(column).split()) & never:
                continue
            if said.is_time and not said.is_numeric:
                self.take("time", (column,), "its cells are the first that hold dates", "unsure")

    def time_of_day(self) -> None:
        """Take the hour that stands beside a column of days for the moment's."""
        found = self.fields.get("time")
        if found is None or len(found.columns) > 1:
            return
        pair = day_and_hour(found.columns[0], self.folded, self.profiles, self.used)
        if pair is not None:
            self.take("time", pair, "the day and the hour", found.sure)

    def response_from_moments(self) -> None:
        start = self.fields.get("time")
        if "response_minutes" in self.closed or start is None or len(start.columns) > 1:
            return
        for one in vocabulary().fields["replied"]:
            end = self.folded.get(one)
            if end and end not in self.used and self.profiles[end].is_time:
                self.take(
                    "response_minutes",
                    (start.columns[0], end),
                    f"the time from {start.columns[0]!r} to {end!r}",
                    "likely",
                )
                return

    def speakers(self, sample: pa.Table) -> None:
        """Tell the shop's people from customers where authors are called by their names."""
        conversation = self.fields.get("conversation")
        if "role" in self.closed:
            return
        free = {name: column for name, column in self.folded.items() if column not in self.used}
        if conversation is None:
            found = mail_sides(sample, free)
            reason = "addresses that many write to are taken for the shop's"
        else:
            found = named_speakers(sample, conversation.columns[0], free, self.profiles)
            reason = "names that speak in many conversations are taken for the shop's"
            if found is None:
                found = mail_sides(sample, free)
                reason = "addresses that many write to are taken for the shop's"
        if found is not None:
            column, self.shop = found
            self.take("role", (column,), reason, "unsure")

    def tells_sides(self, column: str) -> bool:
        return tells_sides(self.profiles[column].values, folded(column))

    def tells_apart(self, column: str) -> bool:
        said = self.profiles[column]
        return said.filled < _FEW or said.distinct > _MANY

    def fits(self, name: str, column: str) -> bool:
        said = self.profiles[column]
        return said.filled > 0 and fits(name, said)

    def result(self, source: str, kind: str | None) -> Columns:
        text = self.fields.get("text")
        if text is None or (len(self.profiles) == 1 and text.sure == "unsure"):
            raise NoConversationsError(no_text(source, tuple(self.profiles)))
        notes = [self.platform.note] if self.platform and self.platform.note else []
        found_kind = kind or kind_of(self.platform, self.fields, self.folded)
        if found_kind == "support" and "rating" in self.fields and "csat" not in self.closed:
            # The stars of a survey after a conversation say how content the customer was.
            rating = self.fields.pop("rating")
            self.take(
                "csat",
                rating.columns,
                f"{rating.reason}; a score of support is no review",
                "likely",
            )
        notes += self._doubts()
        grouped = self._grouped(found_kind)
        if not grouped and "conversation" in self.fields:
            one = self.fields.pop("conversation")
            self.fields.setdefault("id", one)
        if grouped and "role" not in self.fields:
            notes.append(
                "No column says who wrote a message: all are taken for the customer's. Name it "
                'with mapping={"role": ...} (--map role=...).'
            )
        ordered = {name: self.fields[name] for name in FIELDS if name in self.fields}
        notes += [unsure(name, found) for name, found in ordered.items() if found.sure == "unsure"]
        return Columns(
            ordered,
            found_kind,
            grouped,
            self.platform,
            tuple(notes),
            self.spare,
            self.best,
            self.shop,
            self._asides(found_kind),
        )

    def _asides(self, kind: str) -> dict[str, str]:
        talk = kind == "support" and "role" in self.fields
        names = aside_columns(self.folded, self.used, talk=talk)
        return {name: self.folded[name] for name in names}

    def _doubts(self) -> list[str]:
        """Say which columns have the name of a time or a rating, and cells of neither."""
        fields = {"time", "rating"} - self.closed
        if self.platform or not {"role", "csat"}.isdisjoint(self.fields):
            fields -= {"rating"}
        told = (belied(one, self.folded, self.profiles, self.used) for one in sorted(fields))
        return [sentence for sentence in told if sentence]

    def _grouped(self, kind: str) -> bool:
        column = self.fields.get("conversation")
        if column is None or kind == "review":
            return False
        return "role" in self.fields or self.profiles[column.columns[0]].repeats


_SEARCHED = (
    "text", "conversation", "id", "role", "time", "rating", "csat", "response_minutes",
    "channel", "product", "carrier", "country",
)  # fmt: skip
_ONLY_BY_VALUES = frozenset({"role", "id", "rating"})
_FEW, _MANY = 20, 0.1  # filled cells that say little; the share of ids that differ at the least

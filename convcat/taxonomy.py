"""The needs that a text can be tagged with, and the coarser views that they roll up to.

A taxonomy is a TOML file that a person can copy and edit; the built-in one is
``convcat/taxonomies/ecommerce.toml``. Loading checks everything at once and names the place of
every error.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import tomllib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from convcat.exceptions import InputError, TaxonomyError, did_you_mean

OTHER = "other"
NONE = "none"

_RESERVED = frozenset({NONE, "failed"})  # p_none and p_failed are columns of the tagged table
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_SHAPES = {"version": "numbers with points, such as 1.2", "language": "a code such as en"}
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Need(_Frozen):
    """One customer need: what it means, what it points to, what closes the gap.

    Attributes
    ----------
    id : str
        Short name in tables (``"wismo"``); lower case, digits and underscores.
    name : str
        Name for people (``"Where is my order"``).
    wants : str
        What the customer needs, as the end of "the customer needs ...".
    tag_when, leave_when : str
        The tagging rule: when a text carries this need, and when it does not.
    fails_at, closes : str
        Where the experience fails when this need is unmet, and what closes the gap.
    rollups : dict of str to str
        The group that this need belongs to, per roll-up.

    Examples
    --------
    >>> import convcat
    >>> need = convcat.Taxonomy.load()["sizing"]
    >>> need.name, need.rollups["core"]
    ('Size and fit', 'sizing')
    """

    id: _Id
    name: _Line
    wants: _Line
    tag_when: _Line
    leave_when: str = ""
    fails_at: str = ""
    closes: str = ""
    rollups: dict[_Id, _Id] = Field(default_factory=dict)


class Rollup(_Frozen):
    """A coarser view of the needs.

    Attributes
    ----------
    name : str
        Name for people.
    groups : tuple of str
        The groups in reading order.
    unmeasured : tuple of str
        Groups that no need of this taxonomy measures; reports say so.
    """

    name: _Line
    groups: tuple[_Id, ...] = Field(min_length=1)
    unmeasured: tuple[_Id, ...] = ()


class Taxonomy(_Frozen):
    """A set of needs with their tagging rules and roll-ups.

    Examples
    --------
    >>> import convcat
    >>> taxonomy = convcat.Taxonomy.load()
    >>> len(taxonomy.ids), taxonomy.ids[:3]
    (14, ('wismo', 'delay', 'delivery'))
    >>> taxonomy["sizing"].name
    'Size and fit'
    >>> sorted(taxonomy.roll_up(["delay", "speed", "price"], "core"))
    ['other', 'speed']
    """

    id: _Id
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+){0,2}$")]
    name: _Line
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] = "en"
    rollups: dict[_Id, Rollup] = Field(default_factory=dict)
    needs: tuple[Need, ...] = Field(min_length=1, max_length=200)

    def __repr__(self) -> str:
        return f"Taxonomy({self.id} {self.version}, {len(self.needs)} needs: {', '.join(self.ids)})"

    @classmethod
    def load(cls, source: str | Path = "ecommerce") -> Taxonomy:
        """Read a taxonomy from a TOML file, or the built-in one by its id.

        Parameters
        ----------
        source : str or path, default "ecommerce"
            A path to a TOML file, or the id of a built-in taxonomy.

        Returns
        -------
        Taxonomy

        Raises
        ------
        TaxonomyError
            If the file is missing, is not TOML, or breaks a rule; all errors are listed at once.
        """
        builtin = resources.files("convcat").joinpath("taxonomies", f"{source}.toml")
        if isinstance(source, str) and re.fullmatch(r"[a-z0-9_-]+", source) and builtin.is_file():
            return cls.from_toml(builtin.read_text(encoding="utf-8"), name=f"{source}.toml")
        path = Path(source)
        try:
            content = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise TaxonomyError(f"The taxonomy {str(path)!r} is not UTF-8 text.") from None
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise TaxonomyError(f"Cannot read the taxonomy {str(path)!r}: {reason}.") from None
        return cls.from_toml(content, name=path.name)

    @classmethod
    def from_toml(cls, content: str, *, name: str = "taxonomy") -> Taxonomy:
        """Read a taxonomy from TOML text; ``name`` stands in error messages.

        Raises
        ------
        TaxonomyError
            If the text is not TOML or breaks a rule; all errors are listed at once.
        """
        try:
            data = tomllib.loads(content)
        except tomllib.TOMLDecodeError as error:
            raise TaxonomyError(f"{name} is not valid TOML: {error}.") from None
        except RecursionError:
            raise TaxonomyError(f"{name} is not a taxonomy: it is nested too deep.") from None
        return cls.from_dict(data, name=name)

    @classmethod
    def from_dict(cls, data: dict[str, Any], *, name: str = "taxonomy") -> Taxonomy:
        """Read a taxonomy from the dictionary that its TOML file holds.

        Raises
        ------
        TaxonomyError
            If it breaks a rule; all errors are listed at once.
        """
        errors: list[str] = []
        taxonomy: Taxonomy | None = None
        try:
            taxonomy = cls.model_validate(data)
        except ValidationError as error:
            errors = [f"{_place(e['loc'], data)}: {_plain(e)}" for e in error.errors()]
        errors += _cross_errors(data)
        if taxonomy is None or errors:
            count = f"{len(errors)} error" + ("s" if len(errors) != 1 else "")
            raise TaxonomyError(f"{name} has {count}:", errors)
        return taxonomy

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the needs, in the file's order."""
        return tuple(need.id for need in self.needs)

    def __getitem__(self, need: str) -> Need:
        for candidate in self.needs:
            if candidate.id == need:
                return candidate
        raise KeyError(f"No need {need!r} in taxonomy {self.id!r}.{did_you_mean(need, self.ids)}")

    def __contains__(self, need: object) -> bool:
        return need in self.ids

    def roll_up(self, needs: Iterable[str], rollup: str) -> set[str]:
        """Map need ids to the groups of a roll-up.

        Parameters
        ----------
        needs : iterable of str
            Need ids.
        rollup : str
            ``"core"`` or ``"ten"`` in the built-in taxonomy.

        Returns
        -------
        set of str

        Raises
        ------
        InputError
            If there is no such roll-up or need.
        """
        groups = self.groups(rollup)
        try:
            return {groups[need] for need in needs}
        except KeyError as error:
            near = did_you_mean(str(error.args[0]), self.ids)
            raise InputError(f"No need {error.args[0]!r} in {self.id!r}.{near}") from None

    def groups(self, rollup: str) -> dict[str, str]:
        """Return need id -> group id for one roll-up."""
        if rollup not in self.rollups:
            near = did_you_mean(rollup, self.rollups)
            raise InputError(
                f"No roll-up {rollup!r} in taxonomy {self.id!r}; it has {sorted(self.rollups)}.{near}"
            )
        return {need.id: need.rollups[rollup] for need in self.needs}

    @property
    def hash(self) -> str:
        """SHA-256 of the content, in hexadecimal: equal content, equal hash."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def _place(loc: tuple[int | str, ...], data: dict[str, Any]) -> str:
    """Render a pydantic location as a TOML path, with the need's id where it has one."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f"{'.' if path else ''}{part}"
    if len(loc) > 1 and loc[0] == "needs" and isinstance(loc[1], int):
        with contextlib.suppress(KeyError, IndexError, TypeError):
            path += f" (need {data['needs'][loc[1]]['id']!r})"
    return path or "file"


def _plain(error: Any) -> str:
    """Say a pydantic error in a user's words."""
    kind = error["type"]
    if kind == "extra_forbidden":
        known = sorted({*Need.model_fields, *Rollup.model_fields, *Taxonomy.model_fields})
        return f"unknown key.{did_you_mean(str(error['loc'][-1]), known)}"
    if kind == "missing":
        return "missing"
    if kind == "string_pattern_mismatch":
        if (field := error["loc"][-1]) in _SHAPES:
            return f"must be {_SHAPES[field]}"
        return "must be lower-case letters, digits and underscores, starting with a letter"
    return str(error["msg"])


def _cross_errors(data: dict[str, Any]) -> list[str]:
    """Check what one field alone cannot show: repeated ids, reserved names, roll-up groups."""
    raw_needs = data.get("needs")
    needs = [n for n in raw_needs if isinstance(n, dict)] if isinstance(raw_needs, list) else []
    raw_rollups = data.get("rollups")
    rollups = raw_rollups if isinstance(raw_rollups, dict) else {}
    errors: list[str] = []
    for rollup, raw in rollups.items():
        spec, place = raw if isinstance(raw, dict) else {}, f"rollups.{rollup}"
        groups, bare = spec.get("groups"), spec.get("unmeasured", [])
        if not isinstance(groups, list) or not isinstance(bare, list):
            continue
        twice = sorted({str(g) for g in groups if groups.count(g) > 1})
        errors += [f"{place}.groups: the group {group!r} stands twice" for group in twice]
        errors += [f"{place}.unmeasured: no group {g!r}" for g in bare if g not in groups]
    seen: set[str] = set()
    for i, need in enumerate(needs):
        place, need_id = f"needs[{i}]", need.get("id")
        if isinstance(need_id, str):
            place += f" (need {need_id!r})"
            if need_id in seen:
                errors.append(f"{place}: the id stands twice")
            if need_id in _RESERVED:
                errors.append(f"{place}: the id {need_id!r} is reserved for a column of its own")
            seen.add(need_id)
        own = need.get("rollups", {})
        if not isinstance(own, dict):
            continue
        for rollup, spec in rollups.items():
            groups = spec.get("groups", []) if isinstance(spec, dict) else []
            if rollup not in own:
                errors.append(f"{place}.rollups: names no group of roll-up {rollup!r}")
            elif isinstance(groups, list) and own[rollup] not in groups:
                near = did_you_mean(str(own[rollup]), [str(g) for g in groups])
                errors.append(f"{place}.rollups.{rollup}: no group {own[rollup]!r}.{near}")
        errors += [
            f"{place}.rollups.{extra}: no such roll-up.{did_you_mean(str(extra), rollups)}"
            for extra in own
            if extra not in rollups
        ]
    if needs and OTHER not in seen:
        errors.append(f"needs: a need with id {OTHER!r} must stand for what no other covers")
    return errors

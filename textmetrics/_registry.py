"""A table of named things, whose errors list the known names."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar, Generic, TypeVar

from textmetrics._installed import may_offer

__all__ = ["Registry", "closest", "suggest"]

T = TypeVar("T")

_versions = itertools.count(1)


def closest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known name that is most similar, whatever the case; ``None`` if none is.

    Args:
        name: what was given.
        known: the names.
        cutoff: how similar it must be, 0 to 1.

    Examples:
        >>> closest("Rouge-L", ["f1", "rouge_l"]), closest("wer", ["f1", "rouge_l"])
        ('rouge_l', None)
    """
    import difflib

    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[near[0]] if near else None


def suggest(name: str, known: Iterable[str]) -> str:
    """Return "did you mean …? " if a known name is similar, else an empty string."""
    near = closest(name, known)
    return f"did you mean {near!r}? " if near else ""


class Registry(Generic[T]):
    """Things of one kind by name; third parties add theirs the same way as the package does.

    Args:
        kind: what a thing is called in errors.
        of: what follows a name in errors, such as the things that all belong to.
        group: the entry point group in which installed packages offer more, if any. It is read
            only when an unknown name, or all names, are asked for.
        shown: returns what an error shows beside a name, if anything.
        also: what may be given besides the names, such as ``auto``; listed in errors.
        near: returns "did you mean …? " for an unknown name, or an empty string; `suggest`
            where ``None``.
        rest: returns more names and things; called when an unknown name, or all names, are asked
            for.
        check: raises a TypeError or ValueError for what cannot be one of the things that
            installed packages offer.
    """

    version: ClassVar[int] = 0
    """Another number after each change of any registry, for caches of what was looked up."""

    def __init__(
        self,
        kind: str,
        *,
        group: str | None = None,
        shown: Callable[[T], str] | None = None,
        also: tuple[str, ...] = (),
        near: Callable[[str], str] | None = None,
        of: str = "",
        rest: Callable[[], Iterable[tuple[str, T]]] | None = None,
        check: Callable[[T], None] | None = None,
    ) -> None:
        self.kind = kind
        self._shown = shown
        self._also = also
        self._near = near
        self._of = of
        self._things: dict[str, T] = {}
        self._group = group
        self._rest = rest
        self._check = check
        self.broken: dict[str, str] = {}
        """What installed packages offer and cannot be used, with the reason, by name."""

    def add(self, name: str, thing: T) -> None:
        """Add a thing, or replace the one of that name.

        Raises:
            ValueError: if the name could not stand in a signature or on a command line.
        """
        if not name or not name.isprintable() or set(name) & set(" |:+,=") or name == "auto":
            raise ValueError(
                f"invalid {self.kind} name {name!r}: use letters, digits, '-', '_' and '.'"
            )
        self._things[name] = thing
        self._changed()

    def get(self, name: str) -> T:
        """Return the thing of that name.

        Raises:
            TypeError: if it is not a name.
            ValueError: if there is none; the message lists the known names.
            ImportError: if an installed package offers it, but it cannot be used.
        """
        if not isinstance(name, str):
            raise TypeError(
                f"a {self.kind} is given by its name, got {type(name).__name__}: {name!r}"
            )
        if name not in self:
            if name in self.broken:
                raise ImportError(self.broken[name])
            known = ", ".join(
                f"{each} ({self._shown(thing)})" if self._shown else each
                for each, thing in self._things.items()
            )
            known = ", ".join([*self._also, known])
            near = suggest(name, self._things) if self._near is None else self._near(name)
            of = self._of and f" {self._of}"
            raise ValueError(f"unknown {self.kind} {name!r}{of}: {near}known: {known}")
        return self._things[name]

    def __contains__(self, name: object) -> bool:
        """Return whether there is a thing of that name; an unknown one loads what is installed."""
        if name not in self._things:
            self._load_rest()
        if name not in self._things:
            self._load_installed()
        return name in self._things

    def names(self) -> tuple[str, ...]:
        """Return all names, in the order in which they were added."""
        self._load_rest()
        self._load_installed()
        return tuple(self._things)

    def __iter__(self) -> Iterator[T]:
        """Iterate over all things, in the order in which they were added."""
        return iter([self._things[name] for name in self.names()])

    def loaded(self) -> tuple[T, ...]:
        """Return the things that are loaded already, without looking for more."""
        return tuple(self._things.values())

    @contextmanager
    def temporary(self) -> Iterator[None]:
        """Forget what is added in the block when it ends, as tests need it."""
        self._load_rest()
        things, group = dict(self._things), self._group
        try:
            yield
        finally:
            self._things, self._group = things, group
            self._changed()

    @staticmethod
    def _changed() -> None:
        Registry.version = next(_versions)

    def _load_rest(self) -> None:
        if self._rest is not None:
            rest, self._rest = self._rest, None
            for name, thing in rest():
                self._things.setdefault(name, thing)
            self._changed()

    def _load_installed(self) -> None:
        """Add what installed packages offer; a name that is taken stays as it is."""
        if self._group is None:
            return
        group, self._group = self._group, None
        if not may_offer(group):
            return
        from importlib.metadata import entry_points

        for point in entry_points(group=group):
            if point.name not in self._things:
                try:
                    thing = point.load()
                    if self._check is not None:
                        self._check(thing)
                    self.add(point.name, thing)
                except (Exception, SystemExit) as error:  # whatever a package does when imported
                    # It must not stop what does not need it; `get` and `doctor` tell of it.
                    dist = getattr(point, "dist", None)
                    package = "a package" if dist is None else dist.name
                    self.broken[point.name] = (
                        f"{self.kind} {point.name!r} of {package} cannot be used: "
                        f"{type(error).__name__}: {error}; update or uninstall {package}"
                    )

"""What a preset is: a published definition, declared from parts that exist once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from textmetrics._registry import suggest
from textmetrics.metrics import Metric, chosen
from textmetrics.scan import Judge, View

__all__ = ["Option", "Preset"]


_KINDS: dict[type, tuple[type, str]] = {
    bool: (bool, "True or False"),
    int: (int, "a whole number"),
    float: (float, "a number"),
    str: (str, "a string"),
    type(None): (float, "a number"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """What the original lets its users choose.

    Attributes:
        name: the field's word for it, in Python; on the command line with ``-`` for ``_``.
        default: its value where nobody chose; its type is the option's.
        summary: a line for ``--help``.
        choices: the values that there are, where they are few.
        metrics: which metrics it changes; all where empty.
        shown: whether a signature has it; a tokeniser is there already, as ``tok:``.
        form: gives a value in its one form, or a ``ValueError`` that says what it must be; where
            it is ``None``, a value of the default's type is its one form.
    """

    name: str
    default: bool | int | float | str | None
    summary: str
    choices: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    shown: bool = True
    form: Callable[[Any], Any] | None = None

    def checked(self, value: Any) -> Any:
        """Give a value back if the option can have it.

        Raises:
            TypeError: if it is of another kind.
            ValueError: if it is none of the choices.
        """
        if value is None and self.default is None:
            return value
        if self.form is not None:
            return self.form(value)
        if self.choices:
            return self._chosen(value)
        if isinstance(self.default, float | None) and type(value) is int:
            return float(value)
        wanted, called = _KINDS[type(self.default)]
        if type(value) is not wanted:
            raise TypeError(f"{self.name} must be {called}, got {value!r}")
        return value

    def _chosen(self, value: Any) -> str:
        known = ", ".join(self.choices)
        if not isinstance(value, str):
            raise TypeError(f"{self.name} must be one of {known}, got {value!r}")
        if value not in self.choices:
            near = suggest(value, self.choices)
            raise ValueError(f"unknown {self.name} {value!r}: {near}known: {known}")
        return value

    def described(self, value: Any, metric: str) -> str:
        """Give what the signature of a metric shows, nothing where it does not matter there."""
        if not self.shown or value is None or (self.metrics and metric not in self.metrics):
            return ""
        return f"{self.name}:{self.written(value)}"

    @staticmethod
    def written(value: bool | int | float | str | None) -> str:
        """Give a value as signatures and lists have it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)


@dataclass(frozen=True, slots=True)
class Preset:
    """A definition in use, by name.

    Attributes:
        name: for ``preset=``, ``--preset`` and the signature.
        summary: a line for people.
        source: the program, its version, or the paper.
        make: gives its metrics; takes the options by name.
        options: what can be chosen.
        several: whether a sample may have several references.
        missing: whether one of them may be missing, which is ``None``.
        open: whether metrics can be added to it; then they are asked for anew each time.
        usual: names of the metrics that are computed where none is named; all where empty.
        known_for: the metric that it is known by, where that is not ROUGE-L or its first one.
        note: what is odd about it, for people who compare; a sentence each.
    """

    name: str
    summary: str
    source: str
    make: Callable[..., Iterable[Metric]]
    options: tuple[Option, ...] = ()
    several: bool = False
    missing: bool = False
    open: bool = False
    usual: tuple[str, ...] = ()
    known_for: str = ""
    note: str = ""

    def checked(self, options: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
        """Give all options, those that nobody chose too.

        Raises:
            TypeError: if the preset has no such option, or a value is of another kind.
            ValueError: if a value is not known.
        """
        known = {option.name: option for option in self.options}
        for name in options:
            if name not in known:
                there = f"it has {', '.join(known)}" if known else "it has none"
                raise TypeError(
                    f"preset {self.name!r} has no option {name!r}: {suggest(name, known)}{there}"
                )
        return tuple(
            (name, option.checked(options.get(name, option.default)))
            for name, option in known.items()
        )

    @property
    def headline(self) -> str:
        """The metric that the program is known by: ROUGE-L, unless it says otherwise."""
        names = tuple(self.known())
        return self.known_for or ("rouge_l" if "rouge_l" in names else names[0])

    def known(self, options: tuple[tuple[str, Any], ...] | None = None) -> Mapping[str, Metric]:
        """Give all its metrics by name, as they are where nobody chose anything.

        Args:
            options: what was chosen, as ``checked`` gives it.
        """
        return _made(self, self.checked({}) if options is None else options)

    def metrics(
        self, names: Iterable[str] | None, options: tuple[tuple[str, Any], ...]
    ) -> tuple[Metric, ...]:
        """Give the metrics of some names, the usual ones where there are none given.

        Raises:
            TypeError: if it is not a list of names.
            ValueError: if the preset has no such metric, or a name occurs twice.
        """
        there = _made(self, options)
        if names is None and self.usual:
            names = self.usual
        where = "" if self.name == "default" else f" of preset {self.name!r}"
        return chosen(names, there, f"metric{where}")

    def views(self, options: tuple[tuple[str, Any], ...]) -> frozenset[View | Judge | None]:
        """Give all the views that its metrics score."""
        made = _made(self, options).values()
        return frozenset(view for metric in made for view in metric.columns())

    def described(self, metric: str, options: tuple[tuple[str, Any], ...]) -> tuple[str, ...]:
        """Give what the signature of a metric shows of the options."""
        values = dict(options)
        shown = (option.described(values[option.name], metric) for option in self.options)
        return tuple(filter(None, shown))


def _made(preset: Preset, options: tuple[tuple[str, Any], ...]) -> Mapping[str, Metric]:
    return _made_now(preset, options) if preset.open else _made_once(preset, options)


def _made_now(preset: Preset, options: tuple[tuple[str, Any], ...]) -> Mapping[str, Metric]:
    return {metric.name: metric for metric in preset.make(**dict(options))}


_made_once = lru_cache(maxsize=64)(_made_now)

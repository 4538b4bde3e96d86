"""The contract of a preset: a published definition, declared from parts that exist once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from textmetrics._checks import check_callable, check_line, check_name, check_type, names_in
from textmetrics._registry import suggest
from textmetrics.metrics import METRICS, Metric, select_metrics
from textmetrics.scan import Judge, View

__all__ = ["Answer", "Preset", "PresetOption", "SampleOption"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A published definition of metrics.

    Attributes:
        name: its name for ``preset=``, ``--preset`` and the signature.
        summary: one line for people.
        source: the program and its version, or the paper.
        make: returns its metrics; takes the options by name.
        options: its options.
        sample_options: what the original takes of each sample beside its texts.
        several: whether a sample may have several references.
        several_for: names of the metrics for which it may although not for all.
        missing: whether one of them may be missing (``None``).
        unanswerable: whether a sample may have none at all: its question has no answer.
        open: whether metrics can be registered in it; then ``make`` is called each time.
        usual: names of the metrics that are computed if none are named; all if empty.
        known_for: the metric that it is known for, if that is neither ROUGE-L nor its first one.
        note: its oddities, for people who compare numbers, in full sentences.
    """

    name: str
    summary: str
    source: str
    make: Callable[..., Iterable[Metric]]
    options: tuple[PresetOption, ...] = ()
    sample_options: tuple[SampleOption, ...] = ()
    several: bool = False
    several_for: tuple[str, ...] = ()
    missing: bool = False
    unanswerable: bool = False
    open: bool = False
    usual: tuple[str, ...] = ()
    known_for: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Reject declarations that could not work, and keep lists as tuples."""
        check_name(self.name, "preset", also="-_.")
        of = f"of preset {self.name!r}"
        for field in ("summary", "source", "known_for"):
            check_line(getattr(self, field), f"{field} {of}")
        check_type(self.note, str, f"note {of}", "a string")
        check_callable(self.make, f"make {of}", optional=False)
        for field in ("several", "missing", "unanswerable", "open"):
            check_type(getattr(self, field), bool, f"{field} {of}", "True or False")
        for field, kind in (("options", PresetOption), ("sample_options", SampleOption)):
            called = f"a tuple of {kind.__name__}"
            check_type(getattr(self, field), tuple | list, f"{field} {of}", called)
            for option in getattr(self, field):
                check_type(option, kind, f"{field} {of}", called)
            object.__setattr__(self, field, tuple(getattr(self, field)))
        names = self.option_names
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"options {of} must have different names, got {min(twice)!r} twice")
        for field in ("usual", "several_for"):
            object.__setattr__(self, field, names_in(getattr(self, field), f"{field} {of}"))

    def checked(self, options: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
        """Return all options with the given values, or their defaults.

        Raises:
            TypeError: if the preset has no such option, or a value is of the wrong type.
            ValueError: if a value is not one of the choices.
        """
        known = {option.name: option for option in self.options}
        per_sample = [option.name for option in self.sample_options]
        for name in options:
            if name in per_sample:
                raise TypeError(
                    f"{name!r} has one value per sample: give it to evaluate or Evaluator.update, "
                    "together with the predictions"
                )
            if not known:
                raise TypeError(f"preset {self.name!r} takes no options, got {name!r}")
            if name not in known:
                raise TypeError(
                    f"preset {self.name!r} has no option {name!r}: {suggest(name, known)}"
                    f"it has {', '.join(known)}"
                )
        return tuple(
            (name, option.checked(options.get(name, option.default)))
            for name, option in known.items()
        )

    def answers(
        self, options: tuple[tuple[str, Any], ...]
    ) -> tuple[tuple[SampleOption, Answer], ...]:
        """Return the sample options that these options use, each with what it does."""
        given = dict(options)
        found = ((option, option.answer(given)) for option in self.sample_options)
        return tuple((option, answer) for option, answer in found if answer is not None)

    def takes_several(self, metrics: Iterable[str]) -> bool:
        """Return whether a sample may have several references for each of these metrics."""
        return self.several or all(name in self.several_for for name in metrics)

    @property
    def option_names(self) -> tuple[str, ...]:
        """The names of its options, and of what it takes of each sample."""
        own = (option.name for option in self.options)
        return (*own, *(option.name for option in self.sample_options))

    @property
    def headline(self) -> str:
        """The metric that the program is known for: ROUGE-L, unless it says otherwise."""
        names = tuple(self.known())
        return self.known_for or ("rouge_l" if "rouge_l" in names else names[0])

    def known(self, options: tuple[tuple[str, Any], ...] | None = None) -> Mapping[str, Metric]:
        """Return all its metrics by name, those of installed packages included.

        Args:
            options: as ``checked`` returns them; the defaults if not given.
        """
        if self.open:
            METRICS.names()  # loads what installed packages offer
        options = self.checked({}) if options is None else options
        return _made_checked(self, options) if self.open else _made_once(self, options)

    def possible(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the names of all metrics that any option gives, each with the option that does.

        Only for errors: all choices of all options are tried.
        """
        found: dict[str, Mapping[str, Any]] = {name: {} for name in self.known()}
        for option in self.options:
            for choice in option.choices:
                given = {option.name: choice}
                with suppress(ImportError):  # it needs what is not installed
                    for name in self.known(self.checked(given)):
                        found.setdefault(name, given)
        return found

    def unused(
        self, names: Iterable[str], options: tuple[tuple[str, Any], ...]
    ) -> tuple[PresetOption, ...]:
        """Return the options that have another value than their default, and change nothing.

        Such an option is for other metrics only, or void because of another one.

        Args:
            names: the metrics that are computed.
            options: as ``checked`` returns them.
        """
        computed, usual = set(names), dict(self.checked({}))
        return tuple(
            option
            for (name, value), option in zip(options, self.options, strict=True)
            if value != usual[name]
            and (
                (option.metrics and computed.isdisjoint(option.metrics))
                or dict(options).get(option.unless)
            )
        )

    def metrics(
        self, names: Iterable[str] | None, options: tuple[tuple[str, Any], ...]
    ) -> tuple[Metric, ...]:
        """Return the named metrics, or the usual ones if no names are given.

        Raises:
            TypeError: if it is not a list of names.
            ValueError: if the preset has no such metric, or a name occurs twice.
        """
        available = _made(self, options)
        if names is None:
            names = self.usual or None
        elif not self.has(names, options):
            available = self.known(options)
        of = "" if self.name == "default" else f"of preset {self.name!r}"
        return select_metrics(names, available, of)

    def has(self, names: Iterable[str], options: tuple[tuple[str, Any], ...]) -> bool:
        """Return whether all names are those of metrics that are loaded already."""
        available = _made(self, options)
        return isinstance(names, list | tuple) and all(
            isinstance(name, str) and name in available for name in names
        )

    def views(self, options: tuple[tuple[str, Any], ...]) -> frozenset[View | Judge | None]:
        """Return all the views that its metrics score."""
        metrics = _made(self, options).values()
        return frozenset(view for metric in metrics for view in metric.columns())

    def described(self, metric: str, options: tuple[tuple[str, Any], ...]) -> tuple[str, ...]:
        """Return what the signature of a metric shows of the options."""
        values = dict(options)
        shown = (
            option.described(values[option.name], metric)
            for option in self.options
            if not values.get(option.unless)
        )
        return tuple(filter(None, shown))


def _made(preset: Preset, options: tuple[tuple[str, Any], ...]) -> Mapping[str, Metric]:
    return _made_now(preset, options) if preset.open else _made_once(preset, options)


def _made_now(preset: Preset, options: tuple[tuple[str, Any], ...]) -> Mapping[str, Metric]:
    return {metric.name: metric for metric in preset.make(**dict(options))}


def _made_checked(preset: Preset, options: tuple[tuple[str, Any], ...]) -> Mapping[str, Metric]:
    metrics: dict[str, Metric] = {}
    made = preset.make(**dict(options))
    check_type(made, Iterable, f"what `make` of preset {preset.name!r} returns", "metrics")
    for metric in made:
        check_type(metric, Metric, f"what `make` of preset {preset.name!r} returns", "metrics")
        if metric.name in metrics:
            raise ValueError(f"preset {preset.name!r} has two metrics named {metric.name!r}")
        metrics[metric.name] = metric
    return metrics


_made_once = lru_cache(maxsize=64)(_made_checked)


_KINDS: dict[type, tuple[type, str]] = {
    bool: (bool, "True or False"),
    int: (int, "an integer"),
    float: (float, "a number"),
    str: (str, "a string"),
    type(None): (float, "a number"),
}


@dataclass(frozen=True, slots=True)
class PresetOption:
    """A choice that the original program offers.

    Attributes:
        name: its name in Python; on the command line with ``-`` for ``_``.
        default: the default value; its type is the option's. An empty string is none of the
            choices, and signatures do not show it.
        summary: one line for ``--help``.
        choices: the allowed values, if they are few.
        metrics: the metrics that it changes; all if empty.
        shown: whether signatures include it; tokenizers are there already, as ``tok:``.
        unless: the option that makes it void, if that is given; signatures do not show it then.
        with_sample: the sample option without which it changes nothing.
        form: normalizes a value, or raises a ``ValueError`` that says what is expected; if
            ``None``, a value must be of the default's type.
    """

    name: str
    default: bool | int | float | str | None
    summary: str
    choices: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    shown: bool = True
    unless: str = ""
    with_sample: str = ""
    form: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        """Reject declarations that could not work, and keep lists as tuples."""
        check_type(self.name, str, "name of a preset's option", "a string")
        if not self.name.isidentifier():
            raise ValueError(f"name of a preset's option must be an identifier, got {self.name!r}")
        of = f"of option {self.name!r}"
        check_line(self.summary, f"summary {of}")
        check_callable(self.form, f"form {of}")
        check_type(self.shown, bool, f"shown {of}", "True or False")
        for field in ("choices", "metrics"):
            object.__setattr__(self, field, names_in(getattr(self, field), f"{field} {of}"))
        allowed = "True, False, a number, a string or None"
        check_type(self.default, bool | int | float | str | None, f"default {of}", allowed)
        if self.choices and self.default and self.default not in self.choices:
            raise ValueError(
                f"default {of} must be one of {', '.join(self.choices)}, got {self.default!r}"
            )

    def checked(self, value: Any) -> Any:
        """Return a valid value, normalized.

        Raises:
            TypeError: if it is of the wrong type.
            ValueError: if it is not one of the choices.
        """
        if value is None and self.default is None:
            return value
        if isinstance(value, str) and value == self.default == "":
            return ""
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
        """Return what the signature of a metric shows; empty if the option does not affect it."""
        if not self.shown or value in (None, "") or (self.metrics and metric not in self.metrics):
            return ""
        return f"{self.name}:{self.written(value)}"

    @staticmethod
    def written(value: bool | int | float | str | None) -> str:
        """Return a value as signatures and lists show it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)


Answer = Callable[[str, Any], str]
"""Returns the prediction that is scored, given that of a sample and the sample's value."""


@dataclass(frozen=True, slots=True)
class SampleOption:
    """What the original program takes of each sample beside prediction and references.

    In Python it is a keyword of the same name with one value per sample, in files a field of the
    record. It decides which prediction is scored.

    Attributes:
        name: its name.
        summary: one line for people.
        form: returns a valid value, or raises a ``ValueError`` that says what is expected.
        answer: returns, for the options of the preset, what the value does to a prediction;
            ``None`` if these options do not use it.
        fields: further names or paths that it has in files.
        required: whether no sample can do without it, where it is used.
    """

    name: str
    summary: str
    form: Callable[[Any], Any]
    answer: Callable[[Mapping[str, Any]], Answer | None]
    fields: tuple[str, ...] = ()
    required: bool = False

    def __post_init__(self) -> None:
        """Reject declarations that could not work, and keep lists as tuples."""
        check_type(self.name, str, "name of a sample option", "a string")
        if not self.name.isidentifier():
            raise ValueError(f"name of a sample option must be an identifier, got {self.name!r}")
        of = f"of sample option {self.name!r}"
        check_line(self.summary, f"summary {of}")
        for field in ("form", "answer"):
            check_callable(getattr(self, field), f"{field} {of}", optional=False)
        check_type(self.required, bool, f"required {of}", "True or False")
        object.__setattr__(self, "fields", names_in(self.fields, f"fields {of}"))

    def checked(self, value: Any) -> Any:
        """Return a valid value; ``None`` if it is missing and may be.

        Raises:
            ValueError: if it is invalid; the message says what is expected.
        """
        return None if value is None and not self.required else self.form(value)

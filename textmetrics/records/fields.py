"""Find the prediction, the references and the language in a record, and check that they are text.

A `PlainField` goes by common names of fields, a `FormatField` by what one program writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from shlex import quote
from typing import Any, Protocol, TypeGuard

from textmetrics._cells import span_texts
from textmetrics._escape import json_type, name_list, printable, short_repr
from textmetrics.evaluation import comma_separated
from textmetrics.languages import LANGUAGES, one_language, suggest_language
from textmetrics.records.errors import DataError, RecordError
from textmetrics.records.formats import Format
from textmetrics.records.notes import Notes
from textmetrics.records.values import (
    SeveralAnswersError,
    are_messages,
    assistant_reply,
    is_impossible,
)

__all__ = [
    "PREDICTION_FIELDS",
    "REFERENCE_FIELDS",
    "Field",
    "FieldNames",
    "FormatField",
    "PlainField",
    "SeveralFields",
    "at_path",
    "given_names",
    "has_path",
    "is_id",
    "language",
    "plain_fields",
    "possible_names",
    "prediction",
    "reference_fields",
    "references",
]

FieldNames = str | Sequence[str] | None

PREDICTION_FIELDS = ("prediction", "predict", "pred", "response", "output", "hypothesis")
REFERENCE_FIELDS = (
    "reference", "references", "label", "labels", "answer", "answers", "target", "gold",
)  # fmt: skip
# Other common names, suggested in errors but too vague to be used without being asked for.
_SIMILAR_NAMES = {
    "prediction": ("completion", "generated_text", "generation", "model_output", "candidate"),
    "reference": ("ground_truth", "gold_answer", "expected", "solution", "ref"),
}
_WANTED = {"prediction": "a string (or null)", "reference": "a string or a list of strings"}


def prediction(
    value: Any,
    field: Field,
    file: str,
    line: int | None,
    notes: Notes,
    *,
    turn: int | None = None,
) -> str | None:
    """Return the prediction in a field's value; ``None`` (null) counts as an empty answer.

    In chat messages, the prediction is the assistant's last turn, or the requested turn. A number
    is its text, and is noted.

    Raises:
        RecordError: if it is not text.
    """
    if not isinstance(value, str) and are_messages(value):
        try:
            value = assistant_reply(value, turn)
        except ValueError as error:
            raise RecordError(file, line, f"{field.described()} has {error}") from None
    if value is None or _is_text(value):
        return value
    if (number := _number_text(value)) is not None:
        notes.number_predictions += 1
        return number
    raise RecordError(file, line, _not_text(value, field.described(), _WANTED["prediction"]))


def references(
    field: Field, record: Mapping[str, Any], file: str, line: int | None, notes: Notes
) -> tuple[str, ...]:
    """Return a record's references, at least one.

    A number is its text. Answers as SQuAD writes them are their texts, and a question without an
    answer has an empty reference. Both are noted.

    Raises:
        RecordError: if there is none, or one is not text.
    """
    value = field.value(record, file, line)
    if _is_text(value):
        return (value,)
    spans = span_texts(value)
    if spans == [] or (value == [] and is_impossible(record)):
        notes.without_answer += 1
        return ("",)
    if spans is not None:
        value = spans
    listed = value if isinstance(value, list) else [value]
    numbers = [_number_text(each) for each in listed]
    if any(number is not None for number in numbers):
        notes.number_references += 1
        value = [
            each if number is None else number for each, number in zip(listed, numbers, strict=True)
        ]
    if isinstance(value, list) and value and all(map(_is_text, value)):
        return tuple(value)
    raise RecordError(file, line, _no_references(value, field.described()))


def _number_text(value: object) -> str | None:
    """Return the text of a number or a boolean in JSON, ``None`` for other values and NaN."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (int, float)):
        return None
    text = str(value)
    return text if text[-1].isdecimal() else None


def language(record: Mapping[str, Any], file: str, line: int | None) -> str | None:
    """Return the language that a record names in its field ``lang``, if it names one.

    An empty string, which an empty cell of a table is, names none.

    Raises:
        RecordError: if it is not the name of a known language.
    """
    code = record.get("lang")
    if code is None or code == "":
        return None
    near = ""
    if isinstance(code, str):
        try:
            return one_language(code)
        except ValueError:
            near = suggest_language(code)
    raise RecordError(
        file,
        line,
        f"field 'lang' is not a known language: {short_repr(code)}; {near}use one of "
        f"{', '.join(LANGUAGES.names())}, or set one for all records with --lang",
    )


def _is_text(value: object) -> TypeGuard[str]:
    if not isinstance(value, str):
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_references(value: object, where: str) -> str:
    if not isinstance(value, list):
        return _not_text(value, where, _WANTED["reference"])
    for index, each in enumerate(value, start=1):
        if not _is_text(each):
            return _not_text(each, f"{where}, item {index},", "a string")
    return f"{where} is an empty list; expected at least one reference"


def _not_text(value: object, where: str, wanted: str) -> str:
    if not isinstance(value, str):
        detail = "" if value is None else f": {short_repr(value)}"
        return f"{where} must be {wanted}, got {json_type(value)}{detail}"
    at = next(at for at, each in enumerate(value) if "\ud800" <= each <= "\udfff")
    return (
        f"{where} is not valid Unicode: lone surrogate {printable(value[at])} at character "
        f"{at + 1}; write the text again with errors='replace'"
    )


class Field(Protocol):
    """Where a record has its prediction, or its references."""

    def columns(self, record: Mapping[str, Any]) -> Sequence[Field]:
        """Return the single fields that it is made of, by the first record: itself, or several."""

    def value(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        """Return the field's value in a record."""

    def described(self) -> str:
        """Return the field's name for an error message."""


class PlainField:
    """A field of plain records, under a common name that the first record decides.

    Args:
        what: what it holds, ``prediction`` or ``reference``.
        known: the common names.
        name: the name that the user gave, if any; it may be a path.
        beside: another field of the same records; an error names both where both are missing.
        ids_in: a file with the ids that the names of fields may have to be, if there is one.

    Attributes:
        found: whether a record had it.
    """

    def __init__(
        self,
        what: str,
        known: tuple[str, ...],
        name: str | None = None,
        *,
        beside: PlainField | None = None,
        ids_in: str = "",
    ) -> None:
        self.option = f"--{what}-field"
        self.what = what
        self.known = known
        self.name = name
        self.beside = beside
        self.ids_in = ids_in
        self.found = False

    def columns(self, _: Mapping[str, Any]) -> Sequence[Field]:
        """Return itself."""
        return [self]

    def value(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        """Return the field's value in a record.

        Raises:
            DataError: if several fields could be meant, and no name was given.
            RecordError: if the record has no such field, or it has an object without a text.
        """
        if self.name is None:
            self.name = self._find(record, file, line)
        try:
            value = at_path(record, self.name)
        except LookupError:
            raise RecordError(file, line, self._missing(record)) from None
        self.found = True
        if isinstance(value, dict) and (self.what == "prediction" or span_texts(value) is None):
            message = _not_text(value, self.described(), _WANTED[self.what])
            raise RecordError(file, line, message + self._inside(value))
        return value

    def _inside(self, value: Mapping[str, Any]) -> str:
        """Return the advice to name what an object holds, if that can be a text."""
        texts = (name for name, each in value.items() if isinstance(each, (str, list, int, float)))
        name = next((name for name in texts if len(name) <= 60), None)
        if name is None:
            return ""
        return f"; name the text in it, such as {self.option} {quote(f'{self.name}.{name}')}"

    def _find(self, record: Mapping[str, Any], file: str, line: int | None) -> str:
        candidates = self.candidates(record)
        if len(candidates) > 1:
            raise DataError(
                file,
                line,
                f"several fields could be the {self.what}: {name_list(candidates)}; choose one "
                f"with {self.option}, such as {self.option} {candidates[0]}",
            )
        if not candidates:
            raise RecordError(file, line, self._missing(record))
        return candidates[0]

    def candidates(self, record: Mapping[str, Any]) -> list[str]:
        """Return the names under which a record has the field, or may have it."""
        return [name for name in self._names() if has_path(record, name)]

    def decide(self, name: str) -> None:
        """Take the name under which records have the field."""
        self.name, self.found = name, True

    def alike(self, record: Mapping[str, Any]) -> list[str]:
        """Return the fields of a record that are probably meant, if there are any."""
        similar = () if self.name else _SIMILAR_NAMES[self.what]
        # A common name that is there, and is not used, was given for the other field.
        taken = () if self.name else PREDICTION_FIELDS + REFERENCE_FIELDS
        return _alike((*self._names(), *similar), record, taken)

    def described(self) -> str:
        """Return the field's name for an error message."""
        return (
            f"field for the {self.what}" if self.name is None else f"field {short_repr(self.name)}"
        )

    def _names(self) -> tuple[str, ...]:
        return self.known if self.name is None else (self.name,)

    def _missing(self, record: Mapping[str, Any]) -> str:
        fields = [self]
        if self.beside is not None and not self.beside.candidates(record):
            fields.insert(0, self.beside)
        missing = " and no ".join(field.described() for field in fields)
        options = " and ".join(field.option for field in fields)
        alike = {field.option: names for field in fields if (names := field.alike(record))}
        if self.found:
            them = "it" if len(fields) == 1 else "them"
            advice = f"records before this one have {them}: add {them}, or leave the record out"
        elif len(alike) == len(fields):
            advice = _use(alike)
        elif len(fields) > 1:
            advice = f"name them with {options}"
        elif self.name is None:
            advice = f"name it with {options}, or call it one of: {', '.join(self.known)}"
        else:
            advice = self._other(record)
        if self.ids_in and self.name is None and "id" not in record:
            advice += f"; if these are ids, none is in {self.ids_in}"
        return f"no {missing} {_fields_of(record)}; {advice}"

    def _other(self, record: Mapping[str, Any]) -> str:
        """Return what to name in place of a field that no record has."""
        usual = [name for name in self.known if name in record]
        leave_out = f", or leave it out to read {short_repr(usual[0])}" if len(usual) == 1 else ""
        return f"{_one_of_these(self.option)}{leave_out}"


def _fields_of(record: Mapping[str, Any]) -> str:
    return f"(fields: {name_list(record)})" if record else "(the record is empty)"


def _one_of_these(option: str) -> str:
    return f"give {option} one of these, or a path within one, such as choices.0.text"


def _use(alike: Mapping[str, Sequence[str]]) -> str:
    """Return the advice to give options the names of fields that are probably meant."""
    given = {}
    for option, names in alike.items():
        if len(names) > 1 and option != "--reference-field":
            return f"choose one of {name_list(names)} with {option}"
        given[option] = quote(",".join(names))
    return "use " + " ".join(f"{option} {names}" for option, names in given.items())


def _alike(
    wanted: Sequence[str], record: Mapping[str, Any], taken: Sequence[str] = ()
) -> list[str]:
    """Return the field of a record that is most like one of the wanted names.

    Where it has a number, as ``ref1``, all fields that differ from it in the number alone.

    Args:
        wanted: the names, the likeliest first.
        record: the record.
        taken: fields that are not meant.
    """
    names = tuple(
        name for name in islice(record, 100) if len(name) <= _LONGEST_NAME and name not in taken
    )
    near = _nearest(tuple(wanted), names)
    if near is None:
        return []
    siblings = _siblings(near, names)
    return siblings if len(siblings) > 1 else [near]


_LONGEST_NAME = 60  # of a field that a message suggests


def _siblings(name: str, names: Sequence[str]) -> list[str]:
    """Return the names that differ from one in the number at the end alone, by their numbers.

    Examples:
        >>> _siblings("ref2", ["id", "ref10", "ref2", "ref1", "reference1"])
        ['ref1', 'ref2', 'ref10']
        >>> _siblings("label", ["label", "label2"])
        []
    """
    stem = _stem(name)
    found = [each for each in names if _stem(each) == stem and each != stem and "," not in each]
    return sorted(found, key=lambda each: (len(each), each)) if name != stem else []


def _stem(name: str) -> str:
    return name.rstrip("0123456789")


@lru_cache(maxsize=64)  # a file with one invalid record may have a million of them
def _nearest(wanted: tuple[str, ...], names: tuple[str, ...]) -> str | None:
    import difflib

    spelled = {name.lower(): name for name in names}
    for name in wanted:
        if near := difflib.get_close_matches(name.lower(), spelled, n=1, cutoff=0.75):
            return spelled[near[0]]
    return None


def plain_fields(
    prediction_field: str | None,
    reference_field: FieldNames,
    *,
    joined: bool,
    ids_in: str,
    notes: Notes,
    wrap: Callable[[Field], Field],
) -> tuple[PlainField, Field]:
    """Return the two fields of plain records; a field named for one is not tried for the other.

    Args:
        prediction_field: the name of the field with the prediction; common names are tried if
            ``None``.
        reference_field: the names of the fields with references, found in the same way.
        joined: whether the references are in a file of their own.
        ids_in: its name, if it has ids.
        notes: counts what is left out.
        wrap: returns a field of references as it is to be read.
    """
    if joined:
        return (
            PlainField("prediction", PREDICTION_FIELDS, prediction_field, ids_in=ids_in),
            PlainField("reference", REFERENCE_FIELDS),
        )
    prediction_names = _without(PREDICTION_FIELDS, given_names(reference_field))
    reference_names = _without(REFERENCE_FIELDS, given_names(prediction_field))
    field = PlainField("prediction", prediction_names, prediction_field)

    def reference(name: str | None) -> Field:
        return wrap(PlainField("reference", reference_names, name, beside=field))

    return field, reference_fields(reference_field, reference, notes)


def _without(names: tuple[str, ...], taken: Sequence[str]) -> tuple[str, ...]:
    others = possible_names(taken)
    return tuple(name for name in names if name not in others)


def possible_names(given: FieldNames) -> frozenset[str]:
    """Return the names of fields that may be meant: a name with commas, and its parts."""
    names = given_names(given)
    return frozenset(names).union(*map(comma_separated, names))


class FormatField:
    """A field of one program's records, converted to what a plain record has there.

    Args:
        what: what it holds, ``prediction`` or ``reference``.
        paths: where it may be; the first path that exists in a record is used.
        convert: converts the value, given the record too.
        advice: what else to do where it is missing, if anything.
        given: whether the user named it.
    """

    def __init__(
        self,
        what: str,
        paths: tuple[str, ...],
        convert: Callable[[Any, Mapping[str, Any]], Any],
        advice: str,
        *,
        given: bool,
    ) -> None:
        self._what = what
        self._paths = paths
        self._convert = convert
        self._advice = advice
        self._given = given
        self._path = paths[0]

    @classmethod
    def of_predictions(cls, file_format: Format, name: str | None) -> FormatField:
        """Return the field of predictions: the one that the user named, or the format's own."""
        paths = file_format.prediction if name is None else (name,)
        convert = file_format.to_prediction
        given = name is not None
        return cls("prediction", paths, lambda value, _: convert(value), "", given=given)

    @classmethod
    def of_references(cls, file_format: Format, name: str | None) -> FormatField:
        """Return the field of references: the one that the user named, or the format's own."""
        paths = (file_format.references or REFERENCE_FIELDS) if name is None else (name,)
        convert, advice = file_format.to_references, file_format.advice
        return cls("reference", paths, convert, advice, given=name is not None)

    def columns(self, _: Mapping[str, Any]) -> Sequence[Field]:
        """Return itself."""
        return [self]

    def value(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        """Return the field's value in a record, as a plain record would have it.

        Raises:
            RecordError: if there is none, or it cannot be converted.
        """
        value = self._lookup(record, file, line)
        try:
            converted = self._convert(value, record)
        except SeveralAnswersError as error:
            message = f"has {error}, and one is scored; choose one, such as the first with"
            message += f" --{self._what}-field {self._path}.0"
        except ValueError as error:
            message = str(error)
        else:
            if converted != []:
                return converted
            message = f"has no {self._what}" + (f"; {self._advice}" if self._advice else "")
        raise RecordError(file, line, f"{self.described()} {message}")

    def _lookup(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        for path in self._paths:
            try:
                value = at_path(record, path)
            except LookupError:
                continue
            self._path = path
            return value
        where = " or ".join(map(short_repr, self._paths[:3]))
        advice = self._other(record)
        if self._advice:
            advice += f", or {self._advice}"
        raise RecordError(file, line, f"no {self._what} in {where} {_fields_of(record)}; {advice}")

    def _other(self, record: Mapping[str, Any]) -> str:
        """Return what to name in place of a field that is missing."""
        option = f"--{self._what}-field"
        if not self._given:
            return f"name its field with {option}"
        alike = _alike(self._paths, record)
        return _use({option: alike}) if alike else _one_of_these(option)

    def described(self) -> str:
        """Return the path that was read last, for an error message."""
        return f"field {short_repr(self._path)}"


def given_names(given: FieldNames) -> tuple[str, ...]:
    """Return the names of fields that were given: one, several, or one text with commas."""
    return (given,) if isinstance(given, str) else tuple(given or ())


def reference_fields(given: FieldNames, make: Callable[[str | None], Field], notes: Notes) -> Field:
    """Return the field of references, or several fields as one.

    Args:
        given: the names that the user gave, if any.
        make: returns the field of a name, or the one that is found by itself.
        notes: counts what is left out.
    """
    names = given_names(given)
    if len(names) > 1 or "," in "".join(names):
        return SeveralFields(names, make, notes)
    return make(names[0] if names else None)


class SeveralFields:
    """Several fields that hold references of the same record.

    A name with commas is several names, unless the first record has a field of that name. An empty
    field beside others holds no reference; that is noted.

    Args:
        names: the names that the user gave.
        make: returns the field of a name.
        notes: counts the empty ones.
    """

    def __init__(
        self, names: Sequence[str], make: Callable[[str | None], Field], notes: Notes
    ) -> None:
        self._names = names
        self._make = make
        self._notes = notes
        self._fields: list[tuple[str, Field]] = []

    def columns(self, record: Mapping[str, Any]) -> Sequence[Field]:
        """Return the fields, whose names the first record decides."""
        if not self._fields:
            for given in self._names:
                names = [given] if has_path(record, given) else comma_separated(given)
                self._fields += [(name, self._make(name)) for name in names]
        return [field for _, field in self._fields]

    def value(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        """Return the references of all fields as one list.

        Raises:
            DataError: if a field is named twice.
            RecordError: if a field is missing.
        """
        self.columns(record)
        found: list[Any] = []
        unanswered = None
        for name, field in self._fields:
            self._check(name, record, file, line)
            value = field.value(record, file, line)
            spans = span_texts(value)
            if spans == []:
                unanswered = value
            value = value if spans is None else spans
            found += value if isinstance(value, list) else [value]
        filled = [each for each in found if each is not None and each != ""]
        self._notes.left_out += len(found) - len(filled) if filled else 0
        return filled or unanswered or found[:1]

    def _check(self, name: str, record: Mapping[str, Any], file: str, line: int | None) -> None:
        named = [each for each, _ in self._fields]
        if named.count(name) > 1:
            message = f"--reference-field names {short_repr(name)} twice; name each field once"
            raise DataError(file, None, message)
        if not has_path(record, name):
            alike = _alike([name], record)
            advice = ""
            if len(alike) > 1:
                others = [each for each in named if each != name and each not in alike]
                advice = _use({"--reference-field": [*others, *alike]}) + "; "
            elif others := [each for each in alike if each not in named]:
                advice = f"did you mean {short_repr(others[0])}? "
            raise RecordError(
                file,
                line,
                f"no field {short_repr(name)} {_fields_of(record)}; {advice}each record must have "
                "all fields of --reference-field, empty ones where it has fewer references",
            )

    def described(self) -> str:
        """Return the names of the fields for an error message."""
        return "fields " + " and ".join(map(short_repr, self._names))


def is_id(value: object) -> TypeGuard[str | int]:
    """Return whether a value can identify a record: text or an integer."""
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def at_path(record: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path, whose steps are names of fields and places in lists.

    A field whose literal name is the whole path takes precedence. Places count from 0, and -1 is
    the last one.

    Raises:
        LookupError: if there is no such value.

    Examples:
        >>> at_path({"choices": [{"text": "Paris"}]}, "choices.0.text")
        'Paris'
        >>> at_path({"a.b": 1, "a": {"b": 2}}, "a.b")
        1
    """
    if path in record:
        return record[path]
    value: Any = record
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value[step]
        elif isinstance(value, list) and step.removeprefix("-").isdecimal() and len(step) < 19:
            value = value[int(step)]
        else:
            raise KeyError(path)
    return value


def has_path(record: Mapping[str, Any], path: str) -> bool:
    """Return whether a record has a value at a path."""
    if "." not in path:
        return path in record
    try:
        at_path(record, path)
    except LookupError:
        return False
    return True

"""SudachiPy 0.7 in C++: recognize what is installed, and read its tables.

`words_of_sudachi` returns the compiled port where it cuts exactly as SudachiPy does with its own
settings and the core dictionary, and ``None`` where SudachiPy itself has to cut: another version, a
dictionary in another format, settings that somebody changed, no compiled extension. The port is
native/sudachi.h.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from textmetrics._extension import extension
from textmetrics._installed import version_of
from textmetrics._kept import kept, source_of
from textmetrics._locks import fork_safe_lock

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["sudachi_of", "words_of_sudachi"]

_VERSIONS = "0.7."
_RESOURCES = ("sudachi.json", "char.def", "unk.def", "rewrite.def")

# The classes of characters, by their bits; `ALL` has all others but those of words' ends.
_CLASSES = (
    *("DEFAULT", "SPACE", "KANJI", "SYMBOL", "NUMERIC", "ALPHA", "HIRAGANA", "KATAKANA"),
    *("KANJINUMERIC", "GREEK", "CYRILLIC", "USER1", "USER2", "USER3", "USER4"),
)
_BITS = {name: 1 << bit for bit, name in enumerate(_CLASSES)}
_BITS |= {"NOOOVBOW": 1 << 30, "NOOOVEOW": 1 << 31, "ALL": (1 << 30) - 1}

# What its settings name, in the order in which it is used.
_PLUGINS = {
    "inputTextPlugin": ("DefaultInputText", "ProlongedSoundMark", "IgnoreYomigana"),
    "oovProviderPlugin": ("MeCabOov", "SimpleOov"),
    "pathRewritePlugin": ("JoinNumeric", "JoinKatakanaOov"),
}

# Characters that its normalizer may change, or a later one: none beyond has another form in
# Unicode. The planes of ideographs have but their compatibility forms.
_CHANGEABLE = (range(0xD800), range(0xE000, 0x20000), range(0x2F800, 0x2FA20))
_AT_ONCE = 512


@cache
def words_of_sudachi() -> Any | None:
    """Return the ``Sudachi`` of `textmetrics._native` for the installed core dictionary, or None.

    Made once per process; the dictionary's file is mapped into memory, which processes share.
    """
    with fork_safe_lock(last=True):
        resources = _resources("sudachidict_core")
        return None if resources is None else sudachi_of(resources / "system.dic")


def sudachi_of(dictionary: Path) -> Any | None:
    """Return the same for another dictionary file.

    Args:
        dictionary: a system dictionary, such as that of sudachidict-small.
    """
    import mmap

    try:
        make = extension().Sudachi
    except ImportError:
        return None
    resources = _resources("sudachipy")
    if resources is None or not version_of("sudachipy").startswith(_VERSIONS):
        return None
    try:
        settings = _read_settings(resources)
        with dictionary.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return make(mapped, **settings)
    except (OSError, KeyError, TypeError, ValueError):
        return None  # SudachiPy itself will tell what is wrong with it


def _resources(package: str) -> Path | None:
    from pathlib import Path

    found = find_spec(package)
    return Path(found.origin).parent / "resources" if found and found.origin else None


# --- its files -----------------------------------------------------------------------------------


def _read_settings(folder: Path) -> dict[str, Any]:
    """Return what the port takes beside the dictionary.

    Raises:
        ValueError: if there is something that it does not know.
    """
    import json

    settings, classes, unknown, rewrites = (
        (folder / name).read_text(encoding="utf-8") for name in _RESOURCES
    )
    plugins = _plugins(json.loads(settings))
    ranges, kinds = _classes_of(classes)
    simple, katakana = plugins["SimpleOov"], plugins["JoinKatakanaOov"]
    if katakana["oovPOS"] != ["名詞", "普通名詞", "一般", "*", "*", "*"]:
        raise ValueError("joined words have another part of speech")
    if not plugins["JoinNumeric"]["enableNormalize"]:
        raise ValueError("joined numbers keep their form")
    marks = plugins["ProlongedSoundMark"]
    first = marks["replacementSymbol"]
    readings = plugins["IgnoreYomigana"]
    return {
        "classes": list(_disjoint(ranges)),
        "rewritten": _rewritten_as_kept(rewrites, folder.parent),
        "unknown": _unknown(kinds, unknown),
        "simple": (simple["leftId"], simple["rightId"], simple["cost"], tuple(simple["oovPOS"])),
        "prolonged": "".join(sorted(marks["prolongedSoundMarks"], key=first.__ne__)),
        "left_brackets": "".join(readings["leftBrackets"]),
        "right_brackets": "".join(readings["rightBrackets"]),
        "longest_reading": readings["maxYomiganaLength"],
        "shortest_katakana": katakana["minLength"],
    }


def _plugins(settings: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of each plugin by a short name."""
    expected = {"systemDict", "characterDefinitionFile", *_PLUGINS}
    if settings.keys() != expected or settings["systemDict"] is not None:
        raise ValueError("settings that are not known")
    if settings["characterDefinitionFile"] != "char.def":
        raise ValueError("other classes of characters")
    plugins: dict[str, dict[str, Any]] = {}
    for stage, names in _PLUGINS.items():
        classes = tuple(each["class"] for each in settings[stage])
        if classes != tuple(f"com.worksap.nlp.sudachi.{name}Plugin" for name in names):
            raise ValueError(f"other plugins of {stage}")
        plugins.update(zip(names, settings[stage], strict=True))
    own = {"class", "charDef", "unkDef"}
    if plugins["DefaultInputText"].keys() > {"class"} or plugins["MeCabOov"].keys() > own:
        raise ValueError("other files of words or rewrites")
    if plugins["MeCabOov"]["charDef"] != "char.def" or plugins["MeCabOov"]["unkDef"] != "unk.def":
        raise ValueError("other files of words")
    return plugins


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if (line := line.strip()) and not line.startswith("#"):
            yield line


def _classes_of(
    text: str,
) -> tuple[list[tuple[int, int, int]], dict[str, tuple[bool, bool, int]]]:
    """Return ranges of characters with their classes, and how a class makes unknown words."""
    ranges, kinds = [], {}
    for line in _lines(text):
        first, *rest = line.split()
        if not first.startswith("0x"):
            always, grouped, longest, *_ = rest
            kinds[first] = (always == "1", grouped == "1", int(longest))
            continue
        begin, _, end = first.partition("..")
        bits = 0
        for name in rest:
            if name.startswith("#"):
                break
            bits |= _BITS[name]
        ranges.append((int(begin, 16), int(end or begin, 16) + 1, bits))
    return ranges, kinds


def _disjoint(ranges: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield ranges that do not overlap, each with the classes of all that it is part of."""
    bounds = sorted({bound for begin, end, _ in ranges for bound in (begin, end)})
    for begin, end in pairwise(bounds):
        bits = 0
        for first, last, own in ranges:
            if first <= begin and end <= last:
                bits |= own
        if bits:
            yield begin, end, bits


def _unknown(
    kinds: dict[str, tuple[bool, bool, int]], text: str
) -> list[tuple[int, bool, bool, int, list[tuple[int, int, int, tuple[str, ...]]]]]:
    """Return how unknown words are made of each class, and with which costs."""
    words: dict[str, list[tuple[int, int, int, tuple[str, ...]]]] = {name: [] for name in kinds}
    for line in _lines(text):
        name, left, right, cost, *speech = line.split(",")
        words[name].append((int(left), int(right), int(cost), tuple(speech[:6])))
    return [(_CLASSES.index(name), *kinds[name], words[name]) for name in kinds]


def _rewritten_as_kept(text: str, package: Path) -> dict[str, str]:
    """Return the same as `_rewritten`, which takes longer than all else, from what was kept of it.

    It depends on SudachiPy's own code, and on the rewrites that are listed.
    """
    compiled = sorted(
        (each.name, each.stat().st_size, each.stat().st_mtime_ns)
        for each in package.iterdir()
        if each.suffix in (".so", ".pyd")
    )
    made_from = repr((version_of("sudachipy"), compiled, text)).encode() + source_of(__name__)
    table = kept("sudachi", made_from, lambda: _as_lines(_rewritten(text)))
    lines = table.decode().split("\n")[:-1]
    return dict(zip(lines[::2], lines[1::2], strict=True))


def _as_lines(found: dict[str, str]) -> bytes:
    return "".join(f"{before}\n{after}\n" for before, after in found.items()).encode()


def _rewritten(text: str) -> dict[str, str]:
    """Return what its normalizer makes of characters, and of pairs of them.

    The tables of Unicode in it are other ones than Python's, so it is asked itself.
    """
    from sudachipy import TextNormalizer

    normalize = TextNormalizer().normalize
    found: dict[str, str] = {}
    lines = _line_of_each()
    for begin in range(0, len(lines), 2 * _AT_ONCE):
        given = lines[begin : begin + 2 * _AT_ONCE]
        if (changed := normalize(given)) != given:
            pairs = zip(given.split("\n"), changed.split("\n"), strict=True)
            found.update((one, other) for one, other in pairs if one != other)
    for line in _lines(text):
        before, *after = line.split()
        if len(before) == 1:
            if after and found.get(before) != after[0]:
                raise ValueError(f"{before} is rewritten in another way")
        elif after:
            found[before] = after[0]
        else:
            raise ValueError("a line that is not known")
    if any(len(each) > 2 for each in found):
        raise ValueError("more than two characters are rewritten at once")
    return found


def _line_of_each() -> str:
    """Return the characters that may be changed, a line each."""
    points = np.concatenate([np.arange(each.start, each.stop) for each in _CHANGEABLE])
    lines = np.full((len(points) - 1, 2), ord("\n"), dtype="<u4")
    lines[:, 0] = points[points != ord("\n")]
    return lines.tobytes().decode("utf-32-le")

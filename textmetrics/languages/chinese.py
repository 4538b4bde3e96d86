"""Chinese: words by jieba, with a user dictionary where one is given."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from textmetrics._escape import short_repr
from textmetrics._files import read_small_file
from textmetrics.languages.jieba_port import (
    another_jieba,
    folder,
    loaded_jieba,
    loading,
    segmenter,
    segmenter_of,
    untouched,
)
from textmetrics.languages.language import Cutter, Language, Segmentation, Tokenizer
from textmetrics.languages.normalize import normalize

__all__ = ["CHINESE", "JIEBA", "JiebaTokenizer", "UserDictionary"]

# What jieba 0.42.1 contains before anybody changes it: entries (prefixes among them), the sum of
# all frequencies, words that the HMM must not join, and the sum of their remaining frequencies.
# Counted from its dictionary.
_UNCHANGED = ("0.42.1", 498_113, 60_101_967, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JiebaTokenizer(Tokenizer):
    """A tokenizer that cuts as jieba does.

    Attributes:
        segmenter: returns the ``Jieba`` of `textmetrics._native` that makes the same cuts at this
            moment; ``None`` if there is none.
    """

    segmenter: Callable[[], Any | None]

    def lcut(self, text: str) -> Segmentation | Sequence[str]:
        """Cut a text, in C++ where possible: jieba need not load its dictionary then."""
        native = self.segmenter()
        if native is None:
            return self.load()(text)
        tokens: list[str] = native.cut(text)
        return tokens

    def ported(self) -> Tokenizer:
        """Return a tokenizer that loads nothing of jieba unless `lcut` has to."""
        return replace(self, load=self._ported)

    def _ported(self) -> Cutter:
        return self.lcut


def _load() -> Cutter:
    cut: Cutter = loaded_jieba().lcut
    return cut


def _signature() -> str:
    """Return jieba's version, and a hash of its dictionary if the user changed it."""
    if untouched():
        return f"jieba-{_UNCHANGED[0]}"
    jieba = loaded_jieba()
    return _of_state(id(jieba.dt.FREQ), *_sizes(jieba))


@lru_cache(maxsize=8)
def _of_state(*state: object) -> str:  # noqa: ARG001 - the state is the cache's key
    return dictionary_of(loaded_jieba())


def dictionary_of(jieba: Any) -> str:
    """Return jieba's version, and a hash of its dictionary if it is not the shipped one.

    Args:
        jieba: the module, with its dictionary loaded. Hashing takes half a second.
    """
    if _sizes(jieba) == _UNCHANGED:
        return f"jieba-{jieba.__version__}"
    from hashlib import sha256

    digest = sha256()
    for word, frequency in sorted(jieba.dt.FREQ.items()):
        digest.update(f"{word} {frequency}\n".encode())
    digest.update("\n".join(sorted(jieba.finalseg.Force_Split_Words)).encode())
    return f"jieba-{jieba.__version__}-dict-{digest.hexdigest()[:8]}"


def _sizes(jieba: Any) -> tuple[object, ...]:
    """Return the numbers in `_UNCHANGED`, which reveal most changes."""
    words, splits = jieba.dt, jieba.finalseg.Force_Split_Words
    deleted = sum(words.FREQ.get(word, 0) for word in tuple(splits))
    return (jieba.__version__, len(words.FREQ), words.total, len(splits), deleted)


JIEBA = JiebaTokenizer(
    "jieba",
    "Chinese words by jieba (default dictionary, HMM for new words)",
    _load,
    _signature,
    segmenter=segmenter,
)


# --- a user dictionary --------------------------------------------------------------------------

_MOST_MEGABYTES = 128  # jieba's own large dictionary has 9
# How jieba reads a line.
_ENTRY = r"(.+?)( [0-9]+)?( [a-z]+)?"
# Signs at which jieba cuts whatever its dictionary says, such as the dot between parts of a name.
_APART = re.compile(r"[^\w+#&.%-]")


@dataclass(frozen=True, repr=False)
class UserDictionary:
    """Words that jieba should cut in addition to those of its own dictionary.

    With it jieba cuts as ``jieba.Tokenizer()`` does after ``load_userdict`` in a process where
    jieba is otherwise unchanged. It is independent of the process's own jieba: changes to either
    have no effect on the other. Whatever is built from a dictionary is cached.

    Attributes:
        content: one word per line, UTF-8: the word, then optionally its frequency and a tag,
            separated by single spaces. A frequency of 0 splits the word wherever it would come
            out. Texts are normalized before they are cut, so words should be too (GPU, not ＧＰＵ).
    """

    content: bytes

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> UserDictionary:
        """Read a file.

        Raises:
            OSError: if the file cannot be read.
            ValueError: if it is not UTF-8, too long, or a word contains white space.
        """
        content = read_small_file(path, "a user dictionary", megabytes=_MOST_MEGABYTES)
        _check(os.fspath(path), content)
        return cls(content)

    def tokenizer(self) -> JiebaTokenizer:
        """Return jieba with this dictionary; equal dictionaries share one tokenizer."""
        return _tokenizer(self)

    def load(self) -> Cutter:
        """Return jieba's own function; nothing is loaded before it is called."""
        return self.lcut  # a method of the words alone, so that it does not hold a large jieba

    def lcut(self, text: str) -> Sequence[str]:
        """Cut a text as jieba itself does."""
        tokens: list[str] = _jieba(self.content).lcut(text)
        return tokens

    def segmenter(self) -> Any | None:
        """Return the C++ segmenter; ``None`` if the installed jieba is not a known one."""
        return _port(self.content).segmenter

    def signature(self) -> str:
        """Return jieba's version, and a hash of the words."""
        return _port(self.content).signature

    def __repr__(self) -> str:
        """Show the hash instead of all words."""
        return f"<user dictionary {_digest(self.content)}>"


@lru_cache(maxsize=16)
def _tokenizer(words: UserDictionary) -> JiebaTokenizer:
    return JiebaTokenizer(
        "jieba",
        "Chinese words by jieba with a user dictionary",
        words.load,
        words.signature,
        segmenter=words.segmenter,
    )


def _check(path: str, content: bytes) -> None:
    """Find what jieba would reject without naming the line, and words that no text can have."""
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{path}:{number}: not UTF-8 at byte {error.start + 1}; save the user dictionary "
                "as UTF-8"
            ) from error
        entry = re.fullmatch(_ENTRY, text.strip().lstrip("\ufeff"))
        if entry and re.search(r"\s", entry[1]):
            raise ValueError(
                f"{path}:{number}: not a user dictionary entry: {short_repr(text.strip())}; "
                'expected "word [frequency] [tag]" separated by single spaces, with the tag in '
                "lower case"
            )
        if entry and (apart := _APART.search(normalize(entry[1]))):
            written = next((each for each in entry[1] if apart[0] in normalize(each)), apart[0])
            raise ValueError(
                f"{path}:{number}: jieba cuts at {written!r}, so {short_repr(entry[1])} can never "
                "match: list its parts, or remove the line"
            )


def _jieba(content: bytes) -> Any:
    with loading():  # so that two threads do not both load it
        return _loaded_jieba(content)


@lru_cache(maxsize=1)  # it is large, and only the definition needs it
def _loaded_jieba(content: bytes) -> Any:
    return _with_words(content)[0]


def _with_words(content: bytes) -> tuple[Any, str]:
    """Load a private jieba with the words; return it and the signature of its own dictionary."""
    jieba = another_jieba(folder())
    dictionary = dictionary_of(jieba)
    jieba.load_userdict(io.BytesIO(content))
    return jieba, dictionary


class _Port(NamedTuple):
    segmenter: Any | None
    signature: str


def _port(content: bytes) -> _Port:
    with loading():
        return _loaded_port(content)


@lru_cache(maxsize=4)
def _loaded_port(content: bytes) -> _Port:
    jieba, dictionary = _with_words(content)  # released afterwards
    return _Port(segmenter_of(jieba), f"{dictionary}-user-{_digest(content)}")


def _digest(content: bytes) -> str:
    """Return the first eight hex digits of a hash of the lines that are not blank."""
    from hashlib import sha256

    lines = (line.strip().decode().lstrip("\ufeff") for line in content.split(b"\n"))
    return sha256("\n".join(line for line in lines if line).encode()).hexdigest()[:8]


# What no stopword list may contain: words that carry answers, by the classes that
# stopwords/README.md names, and more than one word of each pair that swaps the meaning.
_PROTECTED = """
    很 将 將 了 着 著 过 過 正在 请 請 吧 似的 所谓 所謂 基本上 这样 這樣 这么
    這麼 如此 唔 把 按 以 于 於 依据 根据 啦 矣 咗
    不 没 沒 没有 沒有 无 無 非 未 否 别 別 勿 莫 甭 不是 不会 不會 不能 从不 毫无 除 除了 除非
    是 是的 对 對 对的 有 会 會 能 能够 可以 行 好 好的 嗯 当然 當然 的确 确实 可能 也许 零 一
    二 两 兩 三 十 百 半 每 各 都 全 全部 所有 一些 有些 几 幾 多少 第一 一个 一個 某 另 上 下
    左 右 前 后 後 里 裡 外 内 內 中 东 西 南 北 以上 以下 之前 之后 之後 以前 以后 以後 来 來
    去 进 出 多 少 更 最 太 较 較 比 大 小 先 才 再 又 还 還 只 仅 僅 只有 而已 就 已经 已經 曾
    谁 誰 什么 什麼 哪 哪里 哪裡 怎么 为什么 為什麼 何 我 你 您 他 她 们 們 我们 他们 她们 自己
    那 那个 那個 那里 被 叫 让 讓 使 由 给 給 从 從 自 到 往 向 为 為 跟 替 或 或者 还是 但 但是
    然而 如果 若 因为 因為 虽然 雖然 要 该 該 应该 應該 必须 必須 须

    和/或/但 与/或 與/或 及/或 并/或 且/或 而/或 从/到 從/到 自/至 从/在/到 到/往 在/离 把/被
    将/被 將/被 由/被 给/跟 为/给 為/給 向/从 对/向 替/跟 和/为 和/替 和/给 以/因为 因为/所以
    因為/所以 因此/因为 虽然/因为 如果/因为 如果/除非 但是/所以 而且/但是 此/彼 这/那 這/那
    这个/那个 這個/那個 这些/那些 這些/那些 这样/那样 這樣/那樣 这么/那么 這麼/那麼 它/他/她
    其/我 也/只 也/不 很/不 很/太 上/下 左/右 前/后 里/外 多/少 大/小 先/后 来/去 已经/将
    是/不是 有/没有 会/不会 能/不能 才/就 都/只 再/不再 要/别 请/别 請/別 你好/再见 得/不 地/天
    正在/已经 借由/除了
"""

CHINESE = Language(
    "zh",
    "Chinese",
    JIEBA,
    scripts=("Han",),
    stopwords=True,
    protected=_PROTECTED,
    leaning="和 与 與 及 以及 暨 地 在 且 而 作为",
)

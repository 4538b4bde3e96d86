"""Records to score, as many as one likes: English and Chinese in turn, equal for equal seeds."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
from collections.abc import Callable, Iterator

import zstandard

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}
"""How bytes are compressed, by the suffix of the file's name."""
DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.decompress,
    ".zst": lambda raw: zstandard.ZstdDecompressor().stream_reader(raw).read(),
    ".xz": lzma.decompress,
    ".bz2": bz2.decompress,
}

LANGS = ("en", "zh")
_PAIRS = 3000  # of short texts in each language, of which a record has two
_CHUNK = 10_000
_FUNCTION_WORDS = """
    the of and to in is was for on that with as it by at from not this are
""".split()  # noqa: SIM905 - a list of so many words is a line each
_SYLLABLES = """
    ba con der el fo gra hin ist ko lam mer no or pel qui ran sto ter un vis
""".split()  # noqa: SIM905
_ZH_WORDS = """
    北京 大学 学生 研究 经济 发展 中国 历史 城市 人口 公司 市场 产品 技术 问题 方法 结果 系统
    数据 模型 语言 文字 时间 地方 国家 政府 社会 文化 教育 医院 医生 病人 药物 天气 河流 山脉
    火车 飞机 车站 朋友 老师 孩子 父母 音乐 电影 作家 小说 新闻 报告 会议 主席 总统 战争 和平
""".split()  # noqa: SIM905
_ZH_FUNCTION_WORDS = [*"的了在是和不有被也就从到与对"]


def generated(records: int, seed: int) -> Iterator[bytes]:
    """Yield records as JSON Lines, many at a time; equal for equal arguments."""
    chance = random.Random(seed)
    pools = {lang: [_pair(chance, lang) for _ in range(_PAIRS)] for lang in LANGS}
    joints = {"en": " ", "zh": "，"}
    for begin in range(0, records, _CHUNK):
        numbers = range(begin, min(begin + _CHUNK, records))
        lines = []
        for number in numbers:
            lang = LANGS[number % len(LANGS)]
            pool, joint = pools[lang], joints[lang]
            one, other = pool[int(chance.random() * _PAIRS)], pool[int(chance.random() * _PAIRS)]
            lines.append(
                f'{{"id":"{number}","lang":"{lang}","prediction":"{one[0]}{joint}{other[0]}",'
                f'"reference":"{one[1]}{joint}{other[1]}"}}\n'
            )
        yield "".join(lines).encode()


def _pair(chance: random.Random, lang: str) -> tuple[str, str]:
    """Return a prediction and its reference, most of whose words are the same."""
    words = [_word(chance, lang) for _ in range(chance.randint(4, 12))]
    other = [word if chance.random() < 0.7 else _word(chance, lang) for word in words]
    joint = " " if lang == "en" else ""
    return joint.join(other), joint.join(words)


def _word(chance: random.Random, lang: str) -> str:
    common = chance.random() < 0.4
    if lang == "zh":
        return chance.choice(_ZH_FUNCTION_WORDS if common else _ZH_WORDS)
    if common:
        return chance.choice(_FUNCTION_WORDS)
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3)))

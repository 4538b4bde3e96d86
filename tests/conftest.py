"""What tests share: how Hypothesis runs, a jieba that may be changed, scores by a view, texts."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from hypothesis import settings

from textmetrics.encode import encode
from textmetrics.kernels import Counts, backend
from textmetrics.metrics import Tally

os.environ["HF_HUB_OFFLINE"] = "1"  # no test downloads anything

# No deadline: the first example that needs jieba or Sudachi loads a dictionary.
settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci")


@pytest.fixture
def changeable() -> Iterator[None]:
    """Give back jieba's dictionary as it was."""
    import jieba
    from jieba import finalseg

    jieba.initialize()
    dt, splits = jieba.dt, finalseg.Force_Split_Words
    before = dt.FREQ, dt.total, set(splits)
    dt.FREQ = dict(dt.FREQ)
    try:
        yield
    finally:
        dt.FREQ, dt.total = before[:2]
        splits.clear()
        splits.update(before[2])


def _counted(view, predictions, references, columns):
    """Give the counts of samples under a view: what an evaluator does, in a few lines."""
    samples = [
        [view.tokens(text) for text in (prediction, *given)]
        for prediction, given in zip(predictions, references, strict=True)
    ]
    return backend()(encode(samples), columns, 1)


@pytest.fixture
def scored():
    """Give a function from a metric, the view that it scores and texts to a `Score`.

    Of a metric with columns of a second view, ``words.match_1``, that view is ``words=``.
    """

    def score(metric, view, predictions, references, **others):
        texts = predictions, [[each] if isinstance(each, str) else each for each in references]
        counts = _counted(view, *texts, [name for name in metric.needs if "." not in name])
        columns = dict(counts.columns)
        for name, other in others.items():
            wanted = [c.split(".")[1] for c in metric.needs if c.startswith(f"{name}.")]
            found = _counted(other, *texts, wanted).columns
            columns |= {f"{name}.{column}": values for column, values in found.items()}
        tally = Tally(metric, keep=True)
        tally.add(Counts(columns, counts.offsets))
        return tally.score("")

    return score


# English, Chinese, Japanese, both in one text; digits and letters of other kinds, cases that grow,
# marks, characters outside the basic plane, white space that is no space, controls.
PIECES = (
    "The quick brown foxes", "jumped over", "the lazy dog", "a", "An", "running", "3.14", "1,000",
    "C++", "it's", "cannot", "“yes”", "U.S.", "很抱歉，文中没有提及", "自然语言处理", "北京大学",
    "你好", "产品：奶粉", "2024年", "《红楼梦》", "東京タワー", "これはペンです", "データ", "ﾃﾞｰﾀ",
    "行きました。", "GPT-4模型", "T恤", "𠮷野家", "👍🏽", "İstanbul", "ﬁne", "ＡＢＣ１２", "٣", "é",
    "e\u0301", "\u200b", "K", "ẞ", "&quot;", "<skipped>", "x-\n", "\x00", "\x1c",
    *"。！？?…”’“，、.,;:!\n\r\t \u3000\u00a0\x85\u2028_-'\"",
    "。”", "......", "……", "\n\n", " \n ", "。\n\n", "...", ". ", "  ",
)  # fmt: skip
WHOLE = (
    "", " ", ".", "...", "\n", " \n\n ", "。", "!", "the", "你好", "a", "北京", "B",
    "The cat sat on the mat.", "The cat is sitting on the mat.", "the the the the the the the",
    "今天天气很好，我们去公园散步吧。", "今天天气真好，我们去公园散散步吧！", "哈哈哈哈哈哈",
    "東京タワーへ行きました。", "東京タワーに行きました。", "用 Python 3.11 训练 GPT-4 模型。",
    "First line.\nSecond line.\n\nThird line, at last.", "First line.\n\n\nThird line.\n",
    "He said: \"No.\" (1998)", "«Où?» — à l'été, 3,5 %", "ＡＢＣ　ｄｅｆ、１２３", "ABC def,123",
)  # fmt: skip


def _samples(count: int) -> list[tuple[str, list[str]]]:
    """Make samples of one to four references, which are like the prediction by degrees."""
    chance = random.Random(1)
    made = [(one, [other]) for one, other in zip(WHOLE, WHOLE[1:] + WHOLE[:1], strict=True)]
    made += [(each, [each, chance.choice(WHOLE)]) for each in WHOLE]
    while len(made) < count:
        pieces = chance.choices(PIECES, k=chance.randrange(16))
        space = chance.choice(["", " "])
        references = []
        for _ in range(chance.randrange(1, 5)):
            kept = [each for each in pieces if chance.random() < 0.7]
            references.append(space.join([*kept, *chance.choices(PIECES, k=chance.randrange(5))]))
        made.append((space.join(pieces), references))
    return made


@pytest.fixture(scope="session")
def samples():
    """Give predictions, and one to four references to each; the last texts are long."""
    some = ["the", "fox", "foxes", "3.5", "在", "公园", "テスト", "\n"]
    words = random.Random(2).choices(some, k=6000)
    unstopped = [each for each in words if each != "3.5"]
    long = [(" ".join(words[:3000]), [" ".join(words[200:500]), " ".join(words[3000:3200])])]
    long += [(" ".join(unstopped[:3000]), [" ".join(unstopped[2900:3200])])]
    predictions, references = zip(*_samples(160), *long, strict=True)
    return list(predictions), list(references)


@pytest.fixture(scope="session")
def pairs(samples):
    """Give predictions, and the first reference to each."""
    return samples[0], [given[0] for given in samples[1]]

"""Presets of ROUGE and of harnesses, end to end: `evaluate` against each original's own recipe."""

from __future__ import annotations

import json
import re
import string
import sys
import warnings
from collections import Counter
from pathlib import Path
from statistics import fmean
from types import SimpleNamespace

import numpy as np
import pytest
import rouge
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu import corpus_bleu

from textmetrics import evaluate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # old escapes in their sources
    import jieba
    import rouge_chinese

SHARED = Path(__file__).parents[2] / "shared"
SKIPPED = [np.nan] * 3
METHOD_3 = SmoothingFunction().method3


@pytest.fixture(autouse=True)
def deep():
    """Raise the recursion limit to what pltrdy's program needs."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(limit)


def assert_scores(result, expected, tolerance=1e-9, headline=2):
    """Compare samples, their means, and precision and recall where the original gives them.

    ``expected`` has a row a sample under each name: F1, or precision, recall and F1, of which
    ``headline`` says which one stands for the metric.
    """
    assert set(result) == set(expected)
    for name, rows in expected.items():
        table = np.array(rows, dtype=float).reshape(len(rows), -1)
        score, known = result[name], table[~np.isnan(table).any(axis=1)]
        column = headline if table.shape[1] == 3 else 0
        assert score.samples == pytest.approx(table[:, column], abs=tolerance, nan_ok=True), name
        assert float(score) == pytest.approx(fmean(known[:, column]), abs=tolerance), name
        assert score.n == len(known)
        if table.shape[1] == 3:
            means = [fmean(column) for column in known.T]
            found = [score.precision, score.recall, score.f1]
            assert found == pytest.approx(means, abs=tolerance), name


def of_samples(recipe, *texts):
    """Return a recipe's rows by metric."""
    rows = [recipe(*each) for each in zip(*texts, strict=True)]
    return {name: [row[name] for row in rows] for name in rows[0]}


def cut(text):
    return " ".join(jieba.cut(text))


def of_program(program, prediction, reference, *, empty=(0.0, 0.0, 0.0)):
    """Score a pair with rouge or rouge-chinese; where that stops at an empty text, as we do."""
    try:
        found = program.get_scores(prediction, reference)[0]
    except ValueError:
        return dict.fromkeys((each.replace("-", "_") for each in program.metrics), empty)
    return {name.replace("-", "_"): tuple(found[name][part] for part in "prf") for name in found}


@pytest.mark.parametrize("stemmer", [False, True])
def test_rouge_score(samples, stemmer):
    names = {f"rouge_{n}": f"rouge{n}" for n in range(1, 10)}
    names |= {"rouge_l": "rougeL", "rouge_lsum": "rougeLsum"}
    scorer = RougeScorer(list(names.values()), use_stemmer=stemmer)

    def recipe(prediction, references):
        found = scorer.score_multi(references, prediction)
        return {ours: tuple(found[theirs]) for ours, theirs in names.items()}

    result = evaluate(*samples, preset="rouge_score", stemmer=stemmer, metrics=list(names))
    assert_scores(result, of_samples(recipe, *samples), 1e-12)


@pytest.mark.parametrize("tokenizer", ["whitespace", "jieba"])
@pytest.mark.parametrize("preset", ["rouge_chinese", "pltrdy"])
def test_programs_of_sets(pairs, preset, tokenizer):
    names = ["rouge-1", "rouge-2", "rouge-3", "rouge-4", "rouge-5", "rouge-l"]
    program = (rouge_chinese if preset == "rouge_chinese" else rouge).Rouge(metrics=names)
    prepare = cut if tokenizer == "jieba" else str
    expected = of_samples(lambda *pair: of_program(program, *map(prepare, pair)), *pairs)
    result = evaluate(*pairs, preset=preset, tokenizer=tokenizer, metrics=list(expected))
    assert_scores(result, expected)


def chinese_rouge(prediction, reference):
    return of_program(rouge_chinese.Rouge(), cut(prediction), cut(reference))


def test_qianfan(pairs):
    def recipe(prediction, reference):
        bleu = sentence_bleu(
            [jieba.lcut(reference)], jieba.lcut(prediction), smoothing_function=METHOD_3
        )
        return {**chinese_rouge(prediction, reference), "bleu_4": bleu}

    assert_scores(evaluate(*pairs, preset="qianfan"), of_samples(recipe, *pairs))


def test_qianfan_as_it_was_published():
    rows = shared("golden/qianfan_rows.jsonl")
    assert len(rows) == 34
    texts = ([row["prediction"] for row in rows], [row["reference"] for row in rows])
    result = evaluate(*texts, preset="qianfan")
    names = {"rouge_1": "rouge1", "rouge_2": "rouge2", "rouge_l": "rougel", "bleu_4": "bleu4"}
    for ours, theirs in names.items():
        found = [f"{100 * value:.2f}%" for value in result[ours].samples]
        assert found == [row[theirs] for row in rows]


def test_llama_factory(pairs):
    def recipe(prediction, reference):
        rouges = chinese_rouge(prediction, reference)
        bleu = sentence_bleu([list(reference)], list(prediction), smoothing_function=METHOD_3)
        found = {name: found[-1] for name, found in rouges.items()} | {"bleu_4": bleu}
        return {name: round(value * 100, 4) / 100 for name, value in found.items()}

    expected = of_samples(recipe, *pairs)
    result = evaluate(*pairs, preset="llama_factory")
    assert_scores(result, expected)
    for name, values in expected.items():
        mean = float(np.mean([100 * value for value in values]))
        assert 100 * result[name] == pytest.approx(mean, abs=1e-9)


def pieces(text):
    return [word.strip(" ") for word in jieba.cut(text) if word.strip(" ")]


def test_ms_swift(pairs):
    def recipe(prediction, reference):
        hypothesis, expected = pieces(prediction), pieces(reference)
        if not hypothesis or not expected:
            return dict.fromkeys(("rouge_1", "rouge_2", "rouge_l", "bleu_4"), np.nan)
        # At full stops alone the program stops; here they are one word.
        sides = (" ".join(each).strip(".") and " ".join(each) for each in (hypothesis, expected))
        rouges = of_program(rouge.Rouge(), *(side or "stops" for side in sides))
        bleu = sentence_bleu([expected], hypothesis, smoothing_function=METHOD_3)
        return {name: found[-1] for name, found in rouges.items()} | {"bleu_4": bleu}

    result = evaluate(*pairs, preset="ms_swift")
    for name, values in of_samples(recipe, *pairs).items():
        assert result[name].samples == pytest.approx(values, abs=1e-9, nan_ok=True)
        kept = [value for value in values if value == value]
        expected = round(sum(kept) / len(kept) * 100, 6)
        assert 100 * result[name] == pytest.approx(expected, abs=1e-9)
        assert result[name].n == len(kept) < len(values)


def test_ms_swift_of_nothing():
    result = evaluate(["", "好"], ["好", ""], preset="ms_swift")
    assert {name: (float(score), score.n) for name, score in result.items()} == dict.fromkeys(
        ("rouge_1", "rouge_2", "rouge_l", "bleu_4"), (0.0, 0)
    )


def postprocessed(text):
    text = re.split(r"[\n.,]", text, maxsplit=1)[0]
    text = re.sub(r"\b(a|an|the)\b", "", re.sub(r"[^\w\s]", "", text), flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text).strip()


def test_opencompass(pairs):
    def recipe(prediction, reference):
        one, other = postprocessed(prediction), postprocessed(reference)
        spaced = (cut(one) or "__PREDPLACEHOLDER__", cut(other) or "__REFRPLACEHOLDER__")
        equal = float(one in (other, reference))
        return {**of_program(rouge_chinese.Rouge(), *spaced), "accuracy": equal}

    result = dict(evaluate(*pairs, preset="opencompass"))
    bleu = corpus_bleu(pairs[0], [pairs[1]], force=True)
    assert 100 * result.pop("bleu_4") == pytest.approx(bleu.score, abs=1e-9)
    assert_scores(result, of_samples(recipe, *pairs))


MARKS = "！？｡。＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､、〃》「」『』【】"
MARKS += "〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…‧﹏." + string.punctuation


def counted_f1(prediction, reference):
    same = (Counter(prediction) & Counter(reference)).total()
    if not same:
        return (0.0, 0.0, 0.0)
    precision, recall = same / len(prediction), same / len(reference)
    return (precision, recall, 2 * precision * recall / (precision + recall))


def words_of_zh(text):
    words = ("".join(c for c in word.lower() if c not in MARKS) for word in jieba.cut(text))
    return [word for word in ("".join(word.split()) for word in words) if word]


def words_of_en(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


@pytest.mark.parametrize("variant", ["zh", "en"])
def test_longbench(samples, variant):
    words, spaced = (words_of_zh, cut) if variant == "zh" else (words_of_en, str)

    def recipe(prediction, references):
        rouges = [of_program(rouge.Rouge(), spaced(prediction), spaced(r)) for r in references]
        f1 = [counted_f1(words(prediction), words(reference)) for reference in references]
        # Of equal ones it is not said which; precision and recall are not printed.
        return {
            "rouge_l": max(each["rouge_l"][-1] for each in rouges),
            "f1": max(e[-1] for e in f1),
        }

    result = evaluate(*samples, preset="longbench", variant=variant)
    assert_scores(result, of_samples(recipe, *samples))


@pytest.mark.parametrize("system", ["zh_cmrc.system1", "zh_cmrc.system2"])
def test_real_answers(system):
    expected = shared("golden/zh_cmrc_expected.json")[system]
    rows = shared(f"data/{system}.jsonl")
    texts = ([row["prediction"] for row in rows], [row["references"] for row in rows])
    longbench, cmrc = (evaluate(*texts, preset=preset) for preset in ("longbench", "cmrc2018"))
    for name, score in {
        "longbench_rouge_zh": longbench["rouge_l"],
        "longbench_qa_f1_zh": longbench["f1"],
        "cmrc_em": cmrc["accuracy"],
        "cmrc_f1": cmrc["f1"],
    }.items():
        assert float(score) == pytest.approx(expected["mean"][name], abs=1e-9)
        first = [sample[name] for sample in expected["samples"]]
        assert score.samples[: len(first)] == pytest.approx(first, abs=1e-9)


def has_chinese(text):
    return any("\u4e00" <= character <= "\u9fa5" for character in text)


BLANK = ([" ", "", " ", "\n"], ["", "", " ", "x"])


def test_evalscope(pairs, word_tokenize):
    def words(text):
        return jieba.lcut(text) if has_chinese(text) else word_tokenize(text)

    def recipe(prediction, reference):
        spaced = (cut(text) if has_chinese(text) else text for text in (prediction, reference))
        found = of_program(rouge_chinese.Rouge(), *spaced, empty=SKIPPED)
        for n in range(1, 5):
            weights = [float(n == each) for each in range(1, 5)]
            bleu = sentence_bleu([words(reference)], words(prediction), weights=weights)
            found[f"bleu_{n}"] = bleu
        return found

    texts = (pairs[0] + BLANK[0], pairs[1] + BLANK[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of orders without a match
        expected = of_samples(recipe, *texts)
    # Recall stands for ROUGE, whose main score it is.
    assert_scores(evaluate(*texts, preset="evalscope"), expected, headline=1)


def test_toolbench(pairs):
    names = ["rouge1", "rouge2", "rougeL"]
    scorer = RougeScorer(names, tokenizer=SimpleNamespace(tokenize=str.split))

    def recipe(prediction, reference):
        # The prediction stands where the scorer expects the target.
        found = scorer.score(prediction, reference)
        return {f"rouge_{name[5:].lower()}": tuple(score) for name, score in found.items()}

    texts = (pairs[0] + BLANK[0], pairs[1] + BLANK[1])
    assert_scores(evaluate(*texts, preset="toolbench"), of_samples(recipe, *texts))


def shared(name):
    """Read what is not part of the project."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {path.name}, which is not part of the project")
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(content)
    return [json.loads(line) for line in content.splitlines()]

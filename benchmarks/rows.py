"""The comparisons: what is compared with which peer, and the ratio that each should reach."""

from __future__ import annotations

from functools import partial

import counting
import east_asian
import english
import ours
import preset_rows
import two_systems
from measure import Goal, Row

from textmetrics.languages import TOKENIZERS

__all__ = ["ROWS"]

_ON_LETTERS = "on the same text reduced to [a-z ]"
_ROUGE_CHECK = f"recall of each pair, mean precision and mean F1 of all three, {_ON_LETTERS}"
_ROUGE_GOALS = {1: Goal(150), 10: Goal(700), 40: Goal(700)}
_NATIVE_GOALS = {1: Goal(3), 10: Goal(2.5), 40: Goal(2.5)}
_BLEU_CHECK = f"the corpus value, {_ON_LETTERS}"
# Ours, and what sacrebleu calls the same.
_BLEU_TOKENIZERS = {"whitespace": "none"}
_CHINESE_GOALS = {50: Goal(150), 1_000: Goal(700)}
_CHINESE_CHECK = (
    "on the Han characters of the same text: ROUGE recall of each pair, with rouge-chinese set to "
    "count every n-gram as ours does (it is timed with its default); sentence BLEU of the pairs "
    "where method 3 smooths nothing"
)
_JAPANESE_CHECK = (
    "the pieces of each text reduced to Han and kana, as they are written, of texts without a "
    "particle such as という, which is one piece here"
)


def _lines(number: int) -> str:
    return "a TED line a text" if number == 1 else f"{number} lines a text"


_ROUGE = (
    [
        Row(
            f"rouge/rouge-score/{lines}",
            f"ROUGE-1/2/L, English, {_lines(lines)}",
            "rouge-score",
            _ROUGE_CHECK,
            partial(english.rouge, peer=english.rouge_score, lines=lines),
            goal,
            ("rouge_score",),
        )
        for lines, goal in _ROUGE_GOALS.items()
    ]
    + [
        Row(
            f"{key}/rouge-score-rs/{lines}",
            f"{what}, English, {_lines(lines)}",
            "rouge-score-rs, its three ROUGEs by `score_batch`",
            _ROUGE_CHECK,
            partial(
                english.rouge, peer=english.rouge_score_rs, lines=lines, every_metric=key == "all"
            ),
            goal if key == "rouge" else Goal(2),
            ("rouge_score_rs",),
        )
        for key, what in (("rouge", "ROUGE-1/2/L"), ("all", "all six metrics in one pass"))
        for lines, goal in _NATIVE_GOALS.items()
    ]
    + [
        Row(
            "manual/rouge-score-rs",
            "ROUGE-1/2/L, the pages of this project in English, 1,200 characters a text",
            "rouge-score-rs, its three ROUGEs by `score_batch`",
            _ROUGE_CHECK,
            partial(english.manual, peer=english.rouge_score_rs),
            Goal(1),
            ("rouge_score_rs",),
        )
    ]
)

_BLEU = [
    row
    for tokenizer, peers in _BLEU_TOKENIZERS.items()
    if tokenizer in TOKENIZERS.names()
    for row in (
        Row(
            f"bleu/sacrebleu/{tokenizer}",
            f"corpus BLEU-4, English, tokens by `{tokenizer}`",
            f"sacrebleu, tokens by `{peers}`",
            _BLEU_CHECK,
            partial(english.sacrebleu, ours_by=tokenizer, theirs_by=peers),
            Goal(60),
            ("sacrebleu",),
        ),
        Row(
            f"bleu/bleuscore/{tokenizer}",
            f"corpus BLEU-4, English, tokens by `{tokenizer}`",
            "bleuscore, tokens by `13a`, the only ones it has",
            _BLEU_CHECK,
            partial(english.bleuscore, ours_by=tokenizer),
            Goal(12),
            ("bleuscore",),
        ),
    )
]

_FEW = [
    Row(
        "few/evaluate",
        "`evaluate` of two pairs, all six metrics, English, a TED line a text",
        "`sacrebleu.corpus_bleu` of the same two pairs, BLEU alone",
        _BLEU_CHECK,
        english.two_pairs,
        Goal(1),
        ("sacrebleu",),
    ),
    Row(
        "few/rouge_l",
        "`rouge_l` of one pair, English, a TED line a text",
        "rouge-score, ROUGE-L of one pair",
        f"recall, {_ON_LETTERS}",
        english.one_pair,
        Goal(10),
        ("rouge_score",),
    ),
]

_REWARDS = [
    Row(
        "few/reward",
        "reward step by ROUGE-L: 64 completions of 60 words, each with a new reference, English",
        "rouge-score, ROUGE-L of the same 64 pairs",
        f"the reward of each completion, {_ON_LETTERS}",
        partial(english.reward_step, completions=64, words=60),
        Goal(400),
        ("rouge_score",),
    ),
]

_CHINESE = [
    Row(
        "chinese/jieba",
        "Chinese tokens, a call a text",
        "`jieba.lcut`",
        "all tokens of all texts",
        east_asian.jieba,
        Goal(30),
    ),
    Row(
        "chinese/rjieba",
        "Chinese tokens, a call a text",
        "rjieba, a port of jieba in Rust, whose tokens of texts that are not Han alone differ",
        "all tokens of the Han characters of all texts",
        east_asian.rjieba,
        Goal(8),
        ("rjieba",),
    ),
    *(
        Row(
            f"chinese/all/{characters}",
            f"ROUGE-1/2/L and BLEU-4, Chinese, {characters:,} characters a text",
            "jieba, rouge-chinese and NLTK's `sentence_bleu` with method 3",
            _CHINESE_CHECK,
            partial(east_asian.chinese, characters=characters),
            goal,
            ("rouge_chinese",),
        )
        for characters, goal in _CHINESE_GOALS.items()
    ),
]

_SUDACHI = "SudachiPy alone: tokenizing the same texts, surfaces fetched, one thread"
_JAPANESE = [
    *(
        Row(
            f"japanese/{name}",
            f"{what}, Japanese, one thread",
            _SUDACHI,
            _JAPANESE_CHECK,
            partial(east_asian.japanese, tokens=name == "tokens"),
            Goal(ratio),
        )
        for name, what, ratio in (("tokens", "tokens", 4), ("1", "all six metrics", 3.5))
    ),
    Row(
        "japanese/kurenai",
        "ROUGE-1/2/L of Japanese words between spaces",
        "kurenai, which wraps rouge-score",
        "recall of each pair, on the same words reduced to Han and kana",
        east_asian.kurenai,
        Goal(30),
        ("kurenai",),
    ),
    Row(
        "japanese/2",
        "all six metrics, Japanese, two threads",
        "the same on one thread",
        "ROUGE-L of each pair",
        east_asian.japanese_threads,
        Goal(1.7),
    ),
]

_LCS = [
    Row(
        f"lcs/{tokens}",
        f"LCS of integer ids, {tokens:,} tokens",
        "rapidfuzz `LCSseq.similarity`",
        "the LCS of each pair",
        partial(counting.lcs, tokens=tokens),
        Goal(1.5),
        ("rapidfuzz",),
    )
    for tokens in (30, 100, 300, 1_000, 3_000)
]

_OURS = [
    Row(
        "both",
        'all six metrics with `stopwords="both"`, English',
        "ours with `stopwords=True`",
        "every score with and without stopwords, against two runs of their own",
        ours.both,
        Goal(1.5, at_most=True),
    ),
    Row(
        "native",
        "`evaluate` of 1,000 pairs, all six metrics, English, a TED line a text",
        "scanning and counting the same pairs, without values and sums",
        "ROUGE-L of each pair",
        partial(ours.over_native, pairs=1_000),
        Goal(1.3, at_most=True),
    ),
    Row(
        "threads",
        "all six metrics of 20,000 pairs on two threads, English",
        "ours on one thread",
        "every score",
        partial(ours.two_threads, pairs=20_000),
        Goal(1.7),
    ),
]

_STATISTICS = [
    Row(
        "statistics/sacrebleu",
        "BLEU of two systems, and their paired test with an interval, 1,000 resamples, English",
        "sacrebleu's `PairedTest`",
        "the difference, on the text as it is",
        two_systems.paired_by_sacrebleu,
        Goal(10),
        ("sacrebleu",),
    ),
    Row(
        "statistics/permutations",
        "paired test of the F1 of two systems with an interval, 1,000 resamples",
        "SciPy's `permutation_test`",
        "the p-value of ten samples, of which both try all sign flips",
        two_systems.permutations_by_scipy,
        Goal(10),
    ),
    Row(
        "statistics/bootstrap",
        "bootstrap interval of a mean F1, 1,000 resamples",
        "SciPy's `bootstrap`",
        "Student's t interval of the same samples",
        two_systems.interval_by_scipy,
        Goal(1),
    ),
]

ROWS = (
    *_ROUGE,
    *_BLEU,
    *_FEW,
    *_REWARDS,
    *_CHINESE,
    *_JAPANESE,
    *preset_rows.ROWS,
    *_LCS,
    *_OURS,
    *_STATISTICS,
)

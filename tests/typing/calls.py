"""Calls as type checkers see them: run by ``make lint``, never executed.

An ignored error is one that must be there: strict mypy reports ignores that are not needed.
"""

from __future__ import annotations

from pathlib import Path

import polars

from textmetrics import Evaluator, Score, bleu_4, evaluate, f1, prepare, rouge_l, tokenize
from textmetrics.integrations.dataframes import score
from textmetrics.rewards import Reward, compute_score

PREDICTIONS, REFERENCES = ["a red fox"], ["the red fox"]

result = evaluate(PREDICTIONS, REFERENCES, metrics=["f1", "rouge_l"], lang="en", stopwords="both")
value: Score = result["f1"]
evaluate(PREDICTIONS, [REFERENCES], langs=["en"], stopwords=Path("words.txt"), threads=2)
evaluate("a", "a", lang="xk", metrics=["test_ratio"], tolerance=0.5)  # names registered by users
evaluate(PREDICTIONS, REFERENCES, preset="sacrebleu", smoothing="floor", smoothing_value=0.1)
evaluate(PREDICTIONS, REFERENCES, stopword=False)  # type: ignore[call-overload]
evaluate(PREDICTIONS, REFERENCES, backend="natve")  # type: ignore[call-overload]
evaluate(PREDICTIONS, REFERENCES, threads="2")  # type: ignore[call-overload]
evaluate(PREDICTIONS, REFERENCES, "zh")  # type: ignore[call-overload]
evaluate(PREDICTIONS, REFERENCES).to_latex("fox-7b", uncertainty="margin", siunitx=True)

rouge_l(PREDICTIONS, REFERENCES, lang="zh", stopwords_add=("嗯",), extract="think,boxed").interval()
bleu_4(PREDICTIONS, REFERENCES, preset="nltk", weights="0.5/0.5")
f1(PREDICTIONS, REFERENCES, metrics=["f1"])  # type: ignore[call-overload]

kept = prepare(REFERENCES, lang="en", userdict="words.txt")
evaluator = Evaluator(lang="en", all_tokens=True, keep_samples=False)
evaluator.update(PREDICTIONS, kept)
evaluator.merge(Evaluator(preset="squad")).compute().health.to_dict()
Evaluator(langs=["en"])  # type: ignore[call-overload]

tokens: list[str] = tokenize("北京", lang="zh", tokenizer="characters")
tokenize("北京", preset="squad")  # type: ignore[call-arg]
tokenize("北京", "zh")  # type: ignore[arg-type]

reward = Reward({"f1": 0.5, "numeric": 0.5}, column="answer", lang="en")
values: list[float | None] = reward(["a"], answer=["a"])
compute_score("data", "a red fox", "the red fox", {"index": 5}, lang="en")

frame, evaluation = score(polars.DataFrame(), metrics=["f1"], prediction="answer")

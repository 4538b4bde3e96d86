"""What functions show of their options is what defines these."""

from __future__ import annotations

import inspect
import pydoc
from collections.abc import Iterable
from typing import Any, Literal, get_args

import pytest

import textmetrics
from textmetrics import rewards
from textmetrics._options import options_of, shown_types, takes, types_of
from textmetrics.evaluation import (
    ComputeOptions,
    EvaluateOptions,
    EvaluatorOptions,
    PrepareOptions,
    ScoringOptions,
    ScoringSettings,
    StreamingOptions,
    TokenOptions,
)
from textmetrics.evaluation.options import BackendName, LanguageName, MetricName
from textmetrics.integrations import dataframes, documents, hf_evaluate, lighteval, transformers
from textmetrics.kernels import backend_names
from textmetrics.languages import LANGUAGES
from textmetrics.metrics import DEFAULT_METRICS, METRICS
from textmetrics.presets import DEFAULT
from textmetrics.rewards.reward import RewardOptions
from textmetrics.rewards.verl import ComputeScoreOptions

SHOWN = [
    (textmetrics.evaluate, EvaluateOptions),
    (textmetrics.Evaluator, EvaluatorOptions),
    (textmetrics.prepare, PrepareOptions),
    (textmetrics.tokenize, TokenOptions),
    *((getattr(textmetrics, name), ScoringOptions) for name in DEFAULT_METRICS),
    (rewards.Reward, RewardOptions),
    (rewards.reward_of, RewardOptions),
    (rewards.compute_score, ComputeScoreOptions),
    (dataframes.score, ComputeOptions),
    (documents.DocumentScorer, ScoringOptions),
    (hf_evaluate.EvaluationModule, ComputeOptions),
    (lighteval.metric_grouping, ScoringOptions),
    (transformers.ComputeMetrics, StreamingOptions),
]


@pytest.mark.parametrize(("function", "group"), SHOWN, ids=lambda each: each.__name__)
def test_a_signature_shows_every_option(function, group):
    parameters = inspect.signature(function).parameters
    written = shown_types(group)
    for name, option in options_of(group).items():
        if name == "tokenizer" and function is transformers.ComputeMetrics:
            continue  # that is the model's
        if name == "langs" and function is dataframes.score:
            continue  # that is a column
        shown = parameters[name]
        assert shown.default == option.default, name
        assert shown.annotation == written[name], name
        assert shown.kind is shown.KEYWORD_ONLY, name
        assert f"{name}: " in function.__doc__
        assert option.help.split()[0] in function.__doc__
    assert "options" not in parameters
    assert ("preset_options" in parameters) == (function is not textmetrics.tokenize)
    assert "{options}" not in function.__doc__
    assert max(map(len, function.__doc__.splitlines())) <= 100


def test_names_of_types_are_those_of_the_registries():
    assert set(get_args(get_args(LanguageName)[0])) == {"auto", *LANGUAGE_CODES}
    assert set(get_args(get_args(MetricName)[0])) == {metric.name for metric in METRICS}
    assert get_args(BackendName) == ("auto", *backend_names())


LANGUAGE_CODES = LANGUAGES.names()  # before any test adds one


def test_types_are_shown_as_they_are_written():
    parameters = inspect.signature(textmetrics.evaluate).parameters
    shown = {name: each.annotation for name, each in parameters.items()}
    assert shown["predictions"] == "Strings"
    assert shown["lang"] == "LanguageName"
    assert shown["stopwords"] == "StopwordChoice"
    assert shown["metrics"] == "Iterable[MetricName] | None"
    assert shown["threads"] == "int | None"
    text = pydoc.render_doc(textmetrics.evaluate, renderer=pydoc.plaintext)
    assert "typing." not in text
    assert max(map(len, text.splitlines())) < 800  # the signature, which older Pythons do not wrap


@pytest.mark.parametrize("option", DEFAULT.options, ids=lambda option: option.name)
def test_options_of_judged_metrics_are_those_of_the_default_preset(option):
    shown = options_of(ScoringOptions)[option.name]
    assert shown.default == option.default
    assert option.summary.split(",")[0] in shown.help


def test_defaults_resolve_to_the_same_as_nothing():
    given = {name: option.default for name, option in options_of(EvaluatorOptions).items()}
    assert ScoringSettings.of(**given) == ScoringSettings.of()
    assert set(ScoringSettings.of().described()) == set(given) - {"backend", "threads"}


def test_every_function_refuses_what_is_no_option():
    for call in (
        lambda **options: textmetrics.evaluate("a", "a", **options),
        lambda **options: textmetrics.f1("a", "a", **options),
        textmetrics.Evaluator,
        lambda **options: textmetrics.prepare("a", **options),
        lambda **options: textmetrics.tokenize("a", **options),
        rewards.Reward,
        documents.DocumentScorer,
    ):
        with pytest.raises(
            TypeError, match=r"unexpected keyword argument 'stopword': did you mean 'stopwords"
        ):
            call(stopword=False)
        with pytest.raises(
            TypeError, match=r"^unexpected keyword argument 'zzz': known: .*\bstopwords\b"
        ):
            call(zzz=1)


def test_options_of_a_function_of_ones_own():
    @takes(TokenOptions)
    def mine(text: str, **options: Any) -> Iterable[str]:
        """Do it.

        Args:
            text: any.
            {options}
        """

    assert "lang" in inspect.signature(mine).parameters
    assert mine.__annotations__["lang"] == types_of(TokenOptions)["lang"]
    assert mine.__annotations__["return"] == "Iterable[str]"
    assert Literal["both", "pos"] in get_args(types_of(TokenOptions)["stopwords"])

"""What records say of the requests that made them."""

from __future__ import annotations

import json
import statistics

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics.comparison.efficiency import FIELDS, Requests, efficiency_of
from textmetrics.records import DataError, InvalidRecords, Lines, SampleReader


def requests(*records, **options):
    found = Requests("run.jsonl", **options)
    found.add(json.dumps(record).encode() for record in records)
    return found


def as_json(*args, **options):
    """Return what `efficiency_of` found as JSON has it, without the names of model and task."""
    found = efficiency_of(*args, **options)
    if found is None:
        return None
    return {k: v for k, v in msgspec.to_builtins(found).items() if k not in ("model", "task")}


def column(name, *records, **options):
    return requests(*records, **options).column(name).tolist()


# As the programs write them: vLLM's `RequestFuncOutput` and aiperf's `profile_export.jsonl`.
VLLM = {
    "generated_text": "x", "success": True, "latency": 2.5, "output_tokens": 50, "ttft": 0.25,
    "itl": [0.1], "tpot": 0.05, "prompt_len": 7, "error": "", "start_time": 100.5,
}  # fmt: skip
AIPERF = {
    "metadata": {"request_start_ns": 1_700_000_000_000_000_000, "was_cancelled": False},
    "metrics": {
        "request_latency": {"value": 2500.0, "unit": "ms"},
        "time_to_first_token": {"value": 250.0, "unit": "ms"},
        "input_sequence_length": {"value": 7, "unit": "tokens"},
        "output_sequence_length": {"value": 50, "unit": "tokens"},
    },
    "error": None,
}
GUIDELLM = {
    "type_": "generative_request_stats", "request_id": "7", "output": "x",
    "info": {"status": "completed", "error": None, "timings": {"request_start": 1.7e9}},
    "input_metrics": {"text_tokens": 7}, "output_metrics": {"text_tokens": 50},
    "request_start_time": 1.7e9, "request_end_time": 1.7e9 + 2.5, "request_latency": 2.5,
    "prompt_tokens": 7, "output_tokens": 50, "time_to_first_token_ms": 250.0,
    "time_per_output_token_ms": 50.0, "inter_token_latency_ms": 45.9,
}  # fmt: skip
OPENAI = {"usage": {"prompt_tokens": 7, "completion_tokens": 50}}
OURS = {
    "latency_s": 2.5, "ttft_s": 0.25, "input_tokens": 7, "output_tokens": 50, "start_time": 100.5,
    "status": "ok", "rating": 4,
}  # fmt: skip


@pytest.mark.parametrize(
    "record", [VLLM, AIPERF, GUIDELLM, OURS], ids=["vllm", "aiperf", "guidellm", "ours"]
)
def test_names_of_other_programs(record):
    run = requests(record)
    assert {name: run.column(name).tolist() for name in list(FIELDS)[:4]} == {
        "latency_s": [2.5], "ttft_s": [0.25], "input_tokens": [7], "output_tokens": [50],
    }  # fmt: skip
    assert run.column("start_time").tolist() == [1.7e9 if record in (AIPERF, GUIDELLM) else 100.5]
    assert (run.failed.tolist(), run.has_status) == ([False], True)


def test_more_names():
    assert column("output_tokens", OPENAI, {"completion_tokens": 3}) == [50, 3]
    assert column("latency_s", {"latency_ms": 1500}, {"latency_s": 1, "latency": 9}) == [1.5, 1]
    moments = ["1970-01-01T00:01:00Z", "1970-01-01T01:01:00+01:00", "1970-01-01 00:01:00", 60, 60.0]
    assert column("start_time", *({"start_time": each} for each in moments)) == [60] * 5
    assert np.isnan(column("latency_s", {"prediction": "x"}, {"latency_s": None}, {})).all()


def test_cells_of_a_table_are_texts(tmp_path):
    path = tmp_path / "run.csv"
    path.write_text(
        "prediction,reference,latency_s,success,status,rating\na,a,1.5,true,,\nb,a,2,false,,4\n"
    )
    with Lines(str(path)) as lines:
        reader = SampleReader(lines, InvalidRecords(skip=False))
        run = Requests(str(path), cells=True)
        for samples in reader:
            run.add(samples.records)
    assert run.column("latency_s").tolist() == [1.5, 2]
    assert run.failed.tolist() == [False, True]
    assert np.isnan(run.column("rating")).tolist() == [True, False]


@pytest.mark.parametrize(
    ("record", "failed"),
    [
        ({"status": "ok"}, False),
        ({"status": " Completed"}, False),
        ({"status": 200}, False),
        ({"status": "200"}, False),
        ({"status": True}, False),
        ({"status": "timeout"}, True),
        ({"status": "FAILED"}, True),
        ({"status": 429}, True),
        ({"status": False}, True),
        ({"status": "error", "prediction": None}, True),
        ({"status": None, "prediction": None}, False),  # a null answer alone is an empty answer
        ({"success": False}, True),
        ({"success": True, "status": 500}, True),
        ({"status_code": 503}, True),
        ({"response": {"status_code": 200}, "error": None}, False),
        ({"response": {"status_code": 400}}, True),
        ({"error": {"code": 499, "type": "RequestCancellationError"}}, True),
        ({"error": "off by one"}, False),  # a field of some data set
        ({"metadata": {"was_cancelled": True}}, True),
        ({"info": {"status": "completed"}}, False),  # GuideLLM
        ({"info": {"status": "errored", "error": "timeout"}}, True),
        ({"info": {"status": "cancelled"}}, True),
        ({"info": {"status": "draft"}}, False),  # a field of some data set
        ({"info": "a text"}, False),
    ],
)
def test_which_records_failed(record, failed):
    assert requests(record).failed.tolist() == [failed]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"latency_s": -1}, "'latency_s' must be a number, 0 or more, found -1"),
        ({"latency_s": "1.5"}, "'latency_s' must be a number, 0 or more, found '1.5'"),
        ({"latency_s": float("nan")}, "'latency_s' must be a number, 0 or more, found nan"),
        ({"latency_s": float("inf")}, "'latency_s' must be a number, 0 or more, found inf"),
        ({"latency_s": 10**400}, "'latency_s' must be a number, 0 or more, found 1000"),
        ({"latency_s": True}, "'latency_s' must be a number, 0 or more, found True"),
        ({"latency_s": [1]}, "'latency_s' must be a number, 0 or more, found [1]"),
        ({"ttft_ms": -0.1}, "'ttft_ms' must be a number, 0 or more, found -0.1"),
        ({"output_tokens": 1.5}, "'output_tokens' must be an integer of at least 0, found 1.5"),
        ({"prompt_len": -1}, "'prompt_len' must be an integer of at least 0, found -1"),
        (
            {"start_time": "noon"},
            "'start_time' must be seconds, or a time such as 2025-01-31T12:00:",
        ),
        ({"rating": "good"}, "'rating' must be a number, found 'good'"),
        (
            {"status": "eror"},
            "'status' must be true, false, an HTTP status such as 200, or one of",
        ),
        ({"status": 7}, "'status' must be true, false, an HTTP status"),
        ({"status": {}}, "'status' must be true, false, an HTTP status"),
        ({"success": "yes"}, "'success' must be true or false, found 'yes'"),
        ({"status_code": "ok"}, "'status_code' must be an HTTP status such as 200, found 'ok'"),
        (
            {"metrics": {"request_latency": {"value": 2.5, "unit": "sec"}}},
            "'metrics.request_latency' must be in ms, found 'sec'",
        ),
    ],
)
def test_wrong_values(record, message):
    with pytest.raises(DataError) as caught:
        requests({}, {**record, "id": "q\x1b"})
    place = "run.jsonl: record 2 (id 'q\\x1b'): field "
    assert str(caught.value).startswith(place + message)


def test_a_suggestion_for_a_status():
    with pytest.raises(DataError, match="found 'eror'; did you mean 'error'"):
        requests({"status": "eror"})


def test_nothing_where_records_say_nothing():
    assert as_json([requests({"prediction": "a"}, {})]) is None
    with pytest.raises(ValueError, match=r"runs must be one or more of equal length, got \[\]"):
        as_json([])
    with pytest.raises(ValueError, match=r"runs must be one or more of equal length, got \[1, 0\]"):
        as_json([requests({}), requests()])
    with pytest.raises(
        ValueError, match=r"values must be one per record, got \[2\] values for \[1\]"
    ):
        as_json([requests({"rating": 1})], [np.zeros(2)])


def test_the_whole_table():
    """Worked by hand: three answers in 6 s, one failed, whose times count in the span alone."""
    run = requests(
        {"start_time": 10, "latency_s": 1, "ttft_s": 0.5, "output_tokens": 10, "status": "ok"},
        {"start_time": 11, "latency_s": 2, "output_tokens": 12, "status": "ok"},
        {"start_time": 12, "latency_s": 4, "output_tokens": 99, "status": "timeout"},
        {"start_time": 12, "latency_s": 3, "output_tokens": 40, "status": "ok", "rating": 5},
    )
    assert as_json([run]) == {
        "n": 4,
        "succeeded": 3,
        "error_rate": 0.25,
        "latency_s": {
            "n": 3, "mean": 2, "p50": 2, "p90": pytest.approx(2.8), "p95": pytest.approx(2.9),
            "p99": pytest.approx(2.98),
        },
        "ttft_s": {"n": 1, "mean": 0.5, "p50": 0.5, "p90": 0.5, "p95": 0.5, "p99": 0.5},
        "throughput": {"requests_per_s": 3 / 6, "output_tokens_per_s": 62 / 6, "span_s": 6},
        "tokens_per_s_by_output_length": [
            {"from": 8, "to": 15, "n": 2, "tokens_per_s": 22 / 3},
            {"from": 32, "to": 63, "n": 1, "tokens_per_s": 40 / 3},
        ],
        "rating": {
            "mean": 5, "interval": None, "n": 1, "answered": 0.25,
            "reason": "the records do not say the scale of ratings",
        },
        "quality_by_latency": [],
        "output_tokens": {
            "n": 3, "mean": pytest.approx(62 / 3), "p50": 12, "p90": pytest.approx(34.4),
            "p95": pytest.approx(37.2), "p99": pytest.approx(39.44),
        },
    }  # fmt: skip
    json.dumps(as_json([run]), allow_nan=False)


def test_what_is_not_there_is_null():
    found = as_json([requests({"start_time": 1, "output_tokens": 0, "latency_s": 0})])
    assert (found["error_rate"], found["succeeded"], found["ttft_s"]) == (None, 1, None)
    assert (found["throughput"], found["tokens_per_s_by_output_length"]) == (None, [])
    assert found["rating"] is None
    only = as_json([requests({"start_time": 1, "latency_s": 2})])["throughput"]
    assert only == {"requests_per_s": 0.5, "output_tokens_per_s": None, "span_s": 2}


def test_an_error_rate_is_known_if_any_run_has_a_status():
    """A run without one has no failures."""
    some, none = [{"status": "ok"}, {"status": "error"}], [{"latency_s": 1}, {"latency_s": 2}]
    for runs in ((some, none), (none, some)):
        found = as_json([requests(*run) for run in runs])
        assert (found["n"], found["succeeded"], found["error_rate"]) == (4, 3, 0.25)
    found = as_json([requests(*none), requests(*none)])
    assert (found["n"], found["succeeded"], found["error_rate"]) == (4, 4, None)


def test_spans_of_runs_are_added():
    """Runs of other days: the time between them is nobody's."""
    runs = [requests({"start_time": at, "latency_s": 2}) for at in (0, 1e6)]
    assert as_json(runs)["throughput"]["span_s"] == 4


@settings(max_examples=60)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_percentiles_are_those_of_python(latencies):
    """`statistics.quantiles` has the linear method too, as inclusive."""
    found = as_json([requests(*({"latency_s": each} for each in latencies))])["latency_s"]
    assert found["mean"] == pytest.approx(statistics.fmean(latencies))
    if len(latencies) > 1:
        cuts = statistics.quantiles(latencies, n=100, method="inclusive")
        for each in (50, 90, 95, 99):
            assert found[f"p{each}"] == pytest.approx(cuts[each - 1])


@settings(max_examples=60)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=60))
def test_every_answer_is_in_one_bucket_of_its_length(lengths):
    run = requests(*({"output_tokens": each, "latency_s": 2} for each in lengths))
    buckets = as_json([run])["tokens_per_s_by_output_length"]
    assert sum(each["n"] for each in buckets) == len(lengths)
    for each in buckets:
        inside = [length for length in lengths if each["from"] <= length <= each["to"]]
        assert len(inside) == each["n"]
        assert each["tokens_per_s"] == pytest.approx(sum(inside) / (2 * len(inside)))


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_the_interval_of_ratings_is_that_of_scipy(level):
    from scipy import stats

    ratings = [1, 2, 2, 3, 5, 5, 4]
    found = as_json([requests(*({"rating": each} for each in ratings))], level=level)["rating"]
    oracle = stats.ttest_1samp(ratings, 0).confidence_interval(level)
    assert found["interval"] == pytest.approx([oracle.low, oracle.high])
    assert found["n"] == 7


def test_ratings_of_one_sample_are_averaged_first():
    """Two runs are no second sample: n stays that of the samples."""
    runs = [requests({"rating": 1}, {"rating": 3}, {}), requests({"rating": 3}, {}, {})]
    found = as_json(runs)["rating"]
    assert (found["n"], found["mean"]) == (2, 2.5)


def test_quality_against_latency():
    rng = np.random.Generator(np.random.Philox(6))
    latency = rng.permutation(np.arange(100.0))
    run = requests(
        *({"latency_s": each} for each in latency), {"latency_s": 7, "status": "error"}, {}
    )
    values = np.append(latency / 100, [1, 1])
    groups = as_json([run], [values])["quality_by_latency"]
    assert [(each["from"], each["to"], each["n"]) for each in groups] == [
        (10 * at, 10 * at + 9, 10) for at in range(10)
    ]
    assert [each["value"] for each in groups] == pytest.approx(
        [0.1 * at + 0.045 for at in range(10)]
    )
    equal = requests(*({"latency_s": 1} for _ in range(50)))
    assert [each["n"] for each in as_json([equal], [np.ones(50)])["quality_by_latency"]] == [50]
    left_out = np.where(np.arange(50) < 40, np.nan, 1)
    assert as_json([equal], [left_out])["quality_by_latency"] == []


def test_records_in_another_order():
    run = requests({"latency_s": 1, "status": "ok"}, {}, {"latency_s": 3, "status": "error"})
    taken = run.take([2, 0])
    assert taken.column("latency_s").tolist() == [3, 1]
    assert taken.failed.tolist() == [True, False]
    assert len(taken) == 2


# Each name of a field, what a record says, and the seconds or number that this is.
ALIASES = [
    ("latency_s", {"latency_s": 1500}, 1500),
    ("latency_s", {"latency_ms": 1500}, 1.5),
    ("latency_s", {"latency": 1500}, 1500),
    ("latency_s", {"metrics": {"request_latency": {"value": 1500, "unit": "ms"}}}, 1.5),
    ("latency_s", {"metrics": {"request_latency": 1500}}, 1.5),
    ("ttft_s", {"ttft_s": 1500}, 1500),
    ("ttft_s", {"ttft_ms": 1500}, 1.5),
    ("ttft_s", {"ttft": 1500}, 1500),
    ("ttft_s", {"metrics": {"time_to_first_token": {"value": 1500, "unit": "ms"}}}, 1.5),
    ("input_tokens", {"input_tokens": 7}, 7),
    ("input_tokens", {"prompt_tokens": 7}, 7),
    ("input_tokens", {"prompt_len": 7}, 7),
    ("input_tokens", {"usage": {"prompt_tokens": 7}}, 7),
    ("input_tokens", {"usage": {"input_tokens": 7}}, 7),
    (
        "input_tokens",
        {"metrics": {"input_sequence_length": {"value": 7, "unit": "tokens"}}},
        7,
    ),
    ("output_tokens", {"output_tokens": 7}, 7),
    ("output_tokens", {"completion_tokens": 7}, 7),
    ("output_tokens", {"usage": {"completion_tokens": 7}}, 7),
    ("output_tokens", {"usage": {"output_tokens": 7}}, 7),
    (
        "output_tokens",
        {"metrics": {"output_sequence_length": {"value": 7, "unit": "tokens"}}},
        7,
    ),
    ("latency_s", {"request_latency": 1.5}, 1.5),
    ("ttft_s", {"time_to_first_token_ms": 1500}, 1.5),
    ("start_time", {"request_start_time": 1500}, 1500),
    ("start_time", {"start_time": 1500}, 1500),
    ("start_time", {"start_time_ms": 1500}, 1.5),
    ("start_time", {"metadata": {"request_start_ns": 1500}}, 1.5e-6),
    ("rating", {"rating": -1.5}, -1.5),
]


@pytest.mark.parametrize(("name", "record", "value"), ALIASES)
def test_every_name_of_a_field_has_its_unit(name, record, value):
    found = {each: column(each, record) for each in FIELDS}
    assert found[name] == pytest.approx([value])
    assert [each for each, values in found.items() if not np.isnan(values).all()] == [name]
    assert requests(record).has_any
    assert not requests(record).has_status


def test_every_name_of_a_field_is_tried():
    paths = {alias.path for known in FIELDS.values() for alias in known}
    tried = set()
    for _, record, _ in ALIASES:
        [(key, value)] = record.items()
        nested = key in ("usage", "metrics", "metadata")
        tried.add(f"{key}.{next(iter(value))}" if nested else key)
    assert tried == paths


SUCCEEDED = "ok success successful succeeded complete completed done finished"
FAILED = (
    "error errored fail failed failure timeout timed_out cancelled canceled aborted rejected "
    "expired"
)


@pytest.mark.parametrize(
    ("value", "failed"),
    [
        *((word, False) for word in SUCCEEDED.split()),
        *((word, True) for word in FAILED.split()),
        # HTTP: 2xx alone is a success, 1xx and 3xx to 5xx are not; beyond is no status.
        *((code, True) for code in (100, 199, 300, 304, 404, 599, "100", "599")),
        *((code, False) for code in (200, 204, 299, "299")),
        *((code, None) for code in (99, 600, 0, -200, "99", "600", "0200", 200.5, "")),
    ],
)
def test_each_word_and_code_of_a_status(value, failed):
    for record in ({"status": value}, {"status_code": value}, {"response": {"status_code": value}}):
        if failed is None or ("status" not in record and str(value).isalpha()):
            with pytest.raises(DataError, match="an HTTP status such as 200"):
                requests(record)
        elif "status" in record or not isinstance(value, str) or value.isdecimal():
            assert requests(record).failed.tolist() == [failed]


@pytest.mark.parametrize(
    ("record", "failed"),
    [
        ({"success": "true"}, False),
        ({"success": "False "}, True),
        ({"metadata": {"was_cancelled": False}}, False),
        ({"status": "TRUE"}, False),
        ({"status": "false"}, True),
        ({"status": ""}, None),
        ({"status": None}, None),
        ({"error": "x"}, None),
        ({"latency_s": " "}, None),
    ],
)
def test_truths_in_cells(record, failed):
    run = requests(record, cells=True)
    assert (run.failed.tolist(), run.has_status) == ([failed is True], failed is not None)


def test_truths_as_texts_are_of_tables_alone():
    for text in ("true", "false"):
        with pytest.raises(DataError, match="'success' must be true or false"):
            requests({"success": text})


@pytest.mark.parametrize(
    ("outcome", "record", "failed", "known"),
    [
        ("failed", {}, True, True),
        ("failed", {"status": "ok"}, True, True),
        ("length", {"status": "error"}, False, True),  # it is counted as cut off, not as failed
        ("length", {}, False, False),
        (None, {"status": "error"}, True, True),
    ],
)
def test_how_an_answer_ended_decides(outcome, record, failed, known):
    run = Requests("run.jsonl")
    run.add([json.dumps(record).encode()], {} if outcome is None else {0: outcome})
    assert (run.failed.tolist(), run.has_status) == ([failed], known)


def test_failed_records_from_one_on_are_counted_from_there():
    run = requests({"status": "error"}, {}, {"status": "ok"}, {"status": "error"})
    assert [run.failed_from(first) for first in range(5)] == [[0, 3], [2], [1], [0], []]


# Groups of ten at least, two at least, and ten at most.
@pytest.mark.parametrize(
    ("samples", "sizes"),
    [
        (19, []),
        (20, [10, 10]),
        (29, [15, 14]),
        (30, [10, 10, 10]),
        (99, [11] * 9),
        (100, [10] * 10),
        (120, [12] * 10),
    ],
)
def test_groups_of_latency(samples, sizes):
    run = requests(*({"latency_s": at} for at in range(samples)))
    found = as_json([run], [np.arange(samples) / samples])["quality_by_latency"]
    assert [each["n"] for each in found] == sizes


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("latency_s", 0, False),
        ("latency_s", 1.7e308, False),
        ("output_tokens", 0, False),
        ("output_tokens", 3.0, False),
        ("output_tokens", -1, True),
        ("input_tokens", "3", True),
        ("start_time", 0, False),
        ("start_time", -1, True),
        ("rating", -1e9, False),
        ("rating", 10**400, True),
        ("rating", True, True),
    ],
)
def test_the_least_values(name, value, wrong):
    if wrong:
        with pytest.raises(DataError, match=f"'{name}' must be"):
            requests({name: value})
    else:
        assert column(name, {name: value}) == [value]


def test_tables_of_both_tokens_and_times_skip_what_is_zero():
    """Without time, or without tokens, there is no speed."""
    run = requests(
        {"output_tokens": 0, "latency_s": 1},
        {"output_tokens": 5, "latency_s": 0},
        {"output_tokens": 1, "latency_s": 2},
        {"output_tokens": 1, "latency_s": 2},
        {"output_tokens": 2, "latency_s": 4},
        {"output_tokens": 3, "latency_s": 1},
    )
    assert as_json([run])["tokens_per_s_by_output_length"] == [
        {"from": 1, "to": 1, "n": 2, "tokens_per_s": 0.5},
        {"from": 2, "to": 3, "n": 2, "tokens_per_s": 1.0},
    ]

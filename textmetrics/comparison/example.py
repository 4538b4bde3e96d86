"""The example that ``textmetrics compare --init`` writes."""

from __future__ import annotations

__all__ = ["EXAMPLE"]

EXAMPLE = """\
# What `textmetrics compare config.yaml` compares. Paths are relative to this file.

models:
  # A name is what stands for {model} in `runs`. All keys of a model may be left out.
  gemma-2b:
    params: 2.5e9                   # for --where 'params <= 7e9', and to sort by
    # config: gemma-2b/config.json  # in the style of Hugging Face: shape and parameters
    tags: [it, 4-bit]               # for --where '"it" in tags'
  gemma-9b: {params: 9.2e9}

tasks:
  # A name is what stands for {task} in `runs`. All keys of a task may be left out.
  qa-zh:
    lang: zh                        # auto (the default), or en, ja, zh
    metrics: [rouge_l, f1, accuracy]
    # group: document_id            # samples with the same value are not independent
  gsm8k:
    metrics: [numeric]
    # preset: default               # whose definition of the metrics
    # extract: [think, boxed]       # how the answer is taken out of a prediction
    # breakdown: [subject]          # scores apart for each value of a field
    # references: data/gsm8k.jsonl  # where the runs have no references
    # input_format: auto            # and prediction_field, reference_field, filter, turn

# The files with predictions: * ? [0-9] and ** are wildcards, as in a shell. run_2 is before run_10.
runs: outputs/{model}/{task}/run_*.jsonl

baseline: gemma-2b                  # the others are compared with it
output: results/

# What follows is what holds where nothing is said.
# level: 0.95                       # of intervals
# resamples: 10000
# seed: 12345
# test: auto                        # or ar, bootstrap, mcnemar
# correction: holm                  # or bh, none
# failed: zero                      # what a failed request counts as; or exclude
# errors: stop                      # at a bad record; or skip
# intersect: false                  # whether samples that not all models have are left out
# unequal_runs: false               # whether models may have been run a different number of times

# The leaderboard: which models, and in which order.
# where: params <= 7e9 and "it" in tags
# sort_by: mean_rank                # -params: the largest first
"""

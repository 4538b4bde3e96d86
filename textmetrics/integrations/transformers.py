"""Scores and marks of the ``Trainer`` and the ``Seq2SeqTrainer`` of transformers."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._options import takes
from textmetrics.evaluation import Evaluation, Evaluator, StreamingOptions, named_values
from textmetrics.monitor import epoch, mark, missing, step

__all__ = ["ComputeMetrics", "MonitorCallback"]

_IGNORED = -100  # in labels, and as padding of the trainer

_TEACHER_FORCED = (
    "logits were given: what is scored is the best token after each token of the reference "
    "(teacher forcing), which makes even an untrained model look good. To score what the model "
    "writes use Seq2SeqTrainer with predict_with_generate=True; if these are meant, say so with "
    "preprocess_logits_for_metrics=metrics.teacher_forced, which saves their memory too"
)


@takes(StreamingOptions, rest="preset_options")
class ComputeMetrics:
    """Decodes predictions and labels of a trainer, and scores them.

    For ``compute_metrics=``, with or without ``batch_eval_metrics``. It returns values by name, 0
    to 1: metrics with precision, recall and F1 have three (``rouge_l_recall``,
    ``rouge_l_precision``, ``rouge_l_f1``), others one (``f1``, ``bleu_4``). Do not use a recall as
    ``metric_for_best_model``: it rewards length. Can be pickled.

    Args:
        tokenizer: decodes token ids by ``batch_decode``; the tokenizer of the model.
        causal: whether logits are those of a decoder-only model, whose position predicts the label
            of the next one; ``False`` for encoder-decoders, whose position predicts its own.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Attributes:
        evaluation: the last result in full, with signatures and the health of the data; ``None``
            before the first one.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown; the message lists the known ones.
        OSError: if a stopword file or user dictionary cannot be read.

    Examples:
        >>> from types import SimpleNamespace
        >>> class Letters:
        ...     pad_token_id = 0
        ...
        ...     def batch_decode(self, rows, skip_special_tokens):
        ...         return [" ".join("_abc"[id] for id in row) for row in rows]
        >>> metrics = ComputeMetrics(Letters(), metrics=["f1"], lang="en", stopwords=False)
        >>> predictions, labels = np.array([[1, 2, 0]]), np.array([[1, -100]])
        >>> metrics(SimpleNamespace(predictions=predictions, label_ids=labels))
        {'f1': 0.6666666666666666}
    """

    def __init__(
        self,
        tokenizer: Any,
        *,
        causal: bool = True,
        **options: Any,
    ) -> None:
        if not callable(getattr(tokenizer, "batch_decode", None)):
            raise TypeError(
                f"tokenizer must have batch_decode, got {type(tokenizer).__name__}: give the one "
                "that the trainer has as processing_class"
            )
        self.tokenizer = tokenizer
        self.causal = causal
        self.evaluation: Evaluation | None = None
        self._evaluator = Evaluator(keep_samples=False, **options)

    def __call__(self, evaluation: Any, compute_result: bool = True) -> dict[str, float]:
        """Add predictions, and return the values of all that were added since the last result.

        Args:
            evaluation: an ``EvalPrediction``: ``predictions`` as ids or logits (the first of a
                tuple), ``label_ids``, and perhaps ``inputs``: if every prediction begins with its
                input, as those of decoders do, the inputs are removed.
            compute_result: whether to return the values and forget the samples; otherwise the
                result is empty.

        Raises:
            ValueError: if they are not ids or logits, their lengths differ, or there are none.
        """
        try:
            for predictions, labels, inputs in _batches(evaluation):
                ids = self._predicted(predictions, labels, inputs)
                expected = _ids(labels, "label_ids")
                self._evaluator.update(self._texts(ids), self._texts(expected))
            if not compute_result:
                return {}
            self.evaluation = self._evaluator.compute()
        except BaseException:  # Ctrl-C too: a notebook may go on with the next evaluation
            self.reset()
            raise
        self.reset()
        return named_values(self.evaluation)

    def reset(self) -> None:
        """Forget batches without a result, as after an interrupted evaluation."""
        self._evaluator.reset()

    def teacher_forced(self, logits: Any, labels: Any) -> Any:
        """Return the best token for each label, and -100 without a label.

        For ``preprocess_logits_for_metrics=``. The model sees the reference before each token, so
        scores are far above those of generated text.

        Args:
            logits: samples × positions × vocabulary, an array or a tensor, or the first of a tuple.
            labels: samples × positions.

        Raises:
            ValueError: if their numbers of samples or positions differ.
        """
        logits = logits[0] if isinstance(logits, tuple) else logits
        if tuple(logits.shape[:2]) != tuple(labels.shape):
            raise ValueError(
                f"logits of {tuple(logits.shape)} do not go with labels of {tuple(labels.shape)}: "
                "they must have as many samples and positions"
            )
        if self.causal:
            logits, labels = logits[:, :-1], labels[:, 1:]
        ids = logits.argmax(-1)
        ids[self._is_nothing(labels)] = _IGNORED
        return ids

    def _predicted(self, predictions: Any, labels: Any, inputs: Any) -> NDArray[np.integer[Any]]:
        """Return the ids of the predictions."""
        predictions = predictions[0] if isinstance(predictions, tuple) else predictions
        if getattr(predictions, "ndim", 0) == 3:
            warnings.warn(_TEACHER_FORCED, stacklevel=3)
            predictions = self.teacher_forced(predictions, labels)
        return _without_inputs(_ids(predictions, "predictions"), inputs)

    def _texts(self, ids: NDArray[np.integer[Any]]) -> list[str]:
        kept = ~self._is_nothing(ids)
        rows = [row[keep].tolist() for row, keep in zip(ids, kept, strict=True)]
        texts: list[str] = self.tokenizer.batch_decode(rows, skip_special_tokens=True)
        return texts

    def _is_nothing(self, ids: Any) -> Any:
        pad = getattr(self.tokenizer, "pad_token_id", None)
        ignored = ids == _IGNORED
        return ignored if pad is None else ignored | (ids == pad)


def _batches(evaluation: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield predictions, labels and inputs; several if ``eval_do_concat_batches`` is off."""
    predictions, labels = evaluation.predictions, evaluation.label_ids
    inputs = getattr(evaluation, "inputs", None)
    if not isinstance(predictions, list):
        yield predictions, labels, inputs
        return
    inputs = [None] * len(predictions) if inputs is None else inputs
    yield from zip(predictions, labels, inputs, strict=True)


def _ids(given: Any, name: str) -> NDArray[np.integer[Any]]:
    """Return ids as an array on the host.

    Raises:
        ValueError: if they are not ids.
    """
    array = _array(given)
    if not _are_ids(array):
        raise ValueError(
            f"{name} must be token ids, samples × positions, got {array.dtype} of {array.shape}: "
            "only generated text can be scored"
        )
    if (array[array != _IGNORED] < 0).any():
        raise ValueError(f"{name} has ids below 0 that are not -100")
    return array


def _array(given: Any) -> NDArray[Any]:
    return np.asarray(given.detach().cpu() if hasattr(given, "detach") else given)


def _are_ids(array: NDArray[Any]) -> bool:
    return array.ndim == 2 and np.issubdtype(array.dtype, np.integer)


def _without_inputs(ids: NDArray[np.integer[Any]], inputs: Any) -> NDArray[np.integer[Any]]:
    """Remove the inputs if all predictions begin with them."""
    if isinstance(inputs, Mapping):  # a whole batch, with batch_eval_metrics
        inputs = inputs.get("input_ids")
    if inputs is None or not _are_ids(input_ids := _array(inputs)):  # or sounds, or images
        return ids
    if len(input_ids) != len(ids):
        raise ValueError(
            f"{len(input_ids):,} inputs but {len(ids):,} predictions: with batch_eval_metrics each "
            "process has its own inputs alone, so take them out of include_for_metrics"
        )
    used = input_ids != _IGNORED
    width = int(used.any(axis=0).nonzero()[0].max(initial=-1)) + 1
    begin, input_ids, used = ids[:, :width], input_ids[:, :width], used[:, :width]
    if begin.shape != input_ids.shape or (begin != input_ids)[used].any():
        return ids
    ids = ids.copy()
    ids[:, :width][used] = _IGNORED
    return ids


_PROGRESS = ("epoch", "num_input_tokens_seen")
_NOT_TRAINING = ("eval_", "train_", "total_flos", *_PROGRESS)
_WHOLE = 1e-6  # what the trainer's sums of fractions may be off


class MonitorCallback:
    """Marks what a trainer does, for `textmetrics monitor`; does nothing where no monitor runs.

    Epochs, from 1, and steps, with the tokens that the trainer counts under
    ``include_num_input_tokens_seen``; what it logs, as ``train``; scores of evaluations, as
    ``eval``, their names without ``eval_``; checkpoints, as ``checkpoint`` with ``seconds``; and
    ``resumed`` where training goes on from one. The main process marks, the others do not.

    The seconds of a checkpoint are those since the trainer last reported anything: the step, the
    log or the evaluation before it. Other callbacks that are called between count too.

    Examples:
        >>> callback = MonitorCallback()  # Trainer(..., callbacks=[callback])
    """

    def __init__(self) -> None:
        self._epoch: Any = None
        self._number: int | None = None
        self._tokens = 0
        self._reported = 0.0

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Mark that training goes on, if it does."""
        self._number = None
        self._tokens = state.num_input_tokens_seen
        if state.is_world_process_zero and state.global_step:
            mark("resumed", step=state.global_step)

    def on_epoch_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Mark an epoch; one that a resumed run begins in the middle is not whole."""
        done = state.epoch or 0.0
        self._number = int(done + _WHOLE) + 1 if self._number is None else self._number + 1
        if state.is_world_process_zero:
            partial = done - (self._number - 1) > _WHOLE
            self._epoch = epoch(self._number, partial=partial)

    def on_epoch_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Mark the end of an epoch; one that ``max_steps`` ends before is not whole."""
        if state.is_world_process_zero and self._epoch is not None:
            self._epoch.end(partial=state.epoch < self._epoch.number - _WHOLE)
            self._epoch = None
        self._reported = time.monotonic()

    def on_step_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Mark a step."""
        tokens = state.num_input_tokens_seen - self._tokens
        self._tokens = state.num_input_tokens_seen
        if state.is_world_process_zero:
            step(state.global_step, tokens=tokens or None)
            if not tokens:
                missing("tokens", _UNCOUNTED)
        self._reported = time.monotonic()

    def on_log(self, _args: Any, state: Any, _control: Any, logs: Any = None, **_: Any) -> None:
        """Mark values of training, such as the loss."""
        given = (logs or {}).items()
        values = {name: value for name, value in given if not name.startswith(_NOT_TRAINING)}
        if values and state.is_world_process_zero:
            mark("train", **{**values, "step": state.global_step})
        self._reported = time.monotonic()

    def on_evaluate(
        self, _args: Any, state: Any, _control: Any, metrics: Any = None, **_: Any
    ) -> None:
        """Mark the scores of an evaluation."""
        given = (metrics or {}).items()
        values = {n.removeprefix("eval_"): value for n, value in given if n not in _PROGRESS}
        if values and state.is_world_process_zero:
            mark("eval", **{**values, "step": state.global_step})
        self._reported = time.monotonic()

    def on_save(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Mark a checkpoint."""
        if state.is_world_process_zero:
            seconds = time.monotonic() - self._reported
            mark("checkpoint", step=state.global_step, seconds=round(seconds, 6))
        self._reported = time.monotonic()

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Return what does nothing, for every other event that a trainer has or will have."""
        if name.startswith("on_"):
            return _nothing
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


_UNCOUNTED = (
    "the trainer counts none: TrainingArguments(include_num_input_tokens_seen='non_padding')"
)


def _nothing(*_: Any, **__: Any) -> None:
    """Take an event and do nothing."""

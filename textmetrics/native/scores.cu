// From counts to one number a sample, on a GPU, by the formulas of metrics/; rows.cu is read before
// this file. Doubles until the end: each number is the float32 that is nearest to the CPU's double,
// but for BLEU, whose logarithm and exponential may differ in their last bit.

namespace textmetrics {

enum Part { kPrecision, kRecall, kHarmonic, kEqual };

// The value of a pair; see `_values` of metrics/overlap.py.
__device__ inline double pair_value(i64 matches, i64 predicted, i64 expected, i64 order, int part) {
  const double both_empty = predicted == 0 && expected == 0;
  const i64 of_predicted = predicted - order + 1, of_expected = expected - order + 1;
  const double precision =
      (of_predicted > 0 ? (double)matches / (double)of_predicted : 0.0) + both_empty;
  const double recall = (of_expected > 0 ? (double)matches / (double)of_expected : 0.0) + both_empty;
  if (part == kPrecision) return precision;
  if (part == kRecall) return recall;
  const double total = precision + recall;
  return total == 0.0 ? 0.0 : 2.0 * precision * recall / total;
}

// Sentence BLEU; see `_sentences` of metrics/bleu.py.
__device__ inline double sentence_bleu(const i64* clips, i64 stride, i64 predicted, i64 expected) {
  if (predicted == 0 && expected == 0) return 1.0;
  if (predicted == 0 || clips[0] == 0) return 0.0;
  double smoothing = 1.0, logarithms = 0.0;
  int order = 0;
  for (; order < 4 && predicted - order > 0; ++order) {
    const double ngrams = (double)(predicted - order);
    const i64 clip = clips[order * stride];
    if (clip == 0) smoothing *= 2.0;
    logarithms += log(clip == 0 ? 1.0 / (smoothing * ngrams) : (double)clip / ngrams);
  }
  const double ratio = 1.0 - (double)expected / (double)predicted;
  const double value = exp(ratio < 0.0 ? ratio : 0.0) * exp(logarithms / order);
  return value < 1.0 ? value : 1.0;
}

}  // namespace textmetrics

// The best reference's value, of `column`, whose n-grams are of `order`; NaN without a reference.
extern "C" __global__ void score_pairs(const textmetrics::i64* first, textmetrics::i64 each,
                                       textmetrics::i64 group, textmetrics::i64 samples,
                                       textmetrics::i64 rows, const textmetrics::i64* pairs,
                                       textmetrics::i64 column, textmetrics::i64 order,
                                       textmetrics::i64 part, float* scores) {
  using namespace textmetrics;
  const Shape shape{first, each, group, rows / group};
  for (i64 s = this_thread(); s < samples; s += all_threads()) {
    double best = -1.0;
    for (i64 r = 0; r < shape.references(s); ++r) {
      const i64 row = shape.first_row(s) + r;
      const i64 predicted = pairs[row], expected = pairs[rows + row];
      if (expected < 0) continue;
      const i64 count = pairs[column * rows + row];
      const double value = part == kEqual
                               ? (double)count
                               : pair_value(count, predicted, expected, order, (int)part);
      best = value > best ? value : best;
    }
    scores[s] = best < 0.0 ? nanf("") : (float)best;
  }
}

extern "C" __global__ void score_bleu(const textmetrics::i64* prediction_length,
                                      textmetrics::i64 samples, const textmetrics::i64* columns,
                                      float* scores) {
  using namespace textmetrics;
  for (i64 s = this_thread(); s < samples; s += all_threads()) {
    const i64 expected = columns[kOrdersHere * samples + s];
    scores[s] = expected < 0 ? nanf("")
                             : (float)sentence_bleu(columns + s, samples, prediction_length[s],
                                                    expected);
  }
}

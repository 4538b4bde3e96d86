// Values of samples, as functions of their counts: metrics/overlap.py and metrics/bleu.py define
// them, in the same order of operations.
#pragma once

#include <algorithm>
#include <limits>

#include "text.h"

namespace textmetrics {

// What a pair has in common.
struct Overlap {
  double parts[3];  // precision, recall, F1

  Overlap(i64 matches, i64 predicted, i64 expected, i64 order, bool both_empty, double epsilon) {
    const double empty = both_empty && predicted == 0 && expected == 0 ? 1.0 : 0.0;
    const double precision = share(matches, predicted, order) + empty;
    const double recall = share(matches, expected, order) + empty;
    const double total = precision + recall;
    const double more = epsilon != 0.0 ? epsilon : (total == 0.0 ? 1.0 : 0.0);
    parts[0] = precision;
    parts[1] = recall;
    parts[2] = 2.0 * (precision * recall / (total + more));
  }

 private:
  static double share(i64 matches, i64 length, i64 order) {
    const i64 grams = std::max(length - order + 1, i64{0});
    return static_cast<double>(matches) / static_cast<double>(grams + (grams == 0));
  }
};

// What the smoothed BLEU of a sample is computed from.
struct BleuTerms {
  static constexpr int kOrders = 4;

  double precisions[kOrders];
  double orders, exponent;

  BleuTerms(const i64 (&clips)[kOrders], i64 predicted, i64 expected) {
    double halved = 1.0;
    for (int n = 0; n < kOrders; ++n) {
      const i64 grams = predicted - n;
      if (grams <= 0) {
        precisions[n] = 1.0;
      } else if (clips[n] != 0) {
        precisions[n] = static_cast<double>(clips[n]) / static_cast<double>(grams);
      } else {
        halved *= 2.0;
        precisions[n] = 1.0 / (static_cast<double>(grams) * halved);
      }
    }
    orders = static_cast<double>(std::clamp(predicted, i64{1}, i64{kOrders}));
    exponent = of_brevity(clips[0], predicted, expected);
  }

 private:
  static double of_brevity(i64 matches, i64 predicted, i64 expected) {
    if (predicted == 0 && expected == 0) return 0.0;
    if (matches == 0) return -std::numeric_limits<double>::infinity();
    const auto length = static_cast<double>(std::max(predicted, i64{1}));
    return std::min(0.0, 1.0 - static_cast<double>(expected) / length);
  }
};

}  // namespace textmetrics

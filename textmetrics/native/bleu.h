// What the smoothed BLEU of each sample is computed from; metrics/bleu.py defines it, and takes the
// logarithms and powers.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "counts.h"

namespace textmetrics {

struct BleuTerms {
  static constexpr int kOrders = 4;

  std::vector<double> precisions;  // of all samples, one order after the other
  std::vector<double> orders, exponents;

  explicit BleuTerms(std::size_t samples)
      : precisions(kOrders * samples), orders(samples), exponents(samples) {}

  void set(std::size_t sample, const i64 (&clips)[kOrders], i64 predicted, i64 expected) {
    double halved = 1.0;
    for (int n = 0; n < kOrders; ++n) {
      const i64 grams = predicted - n;
      double& precision = precisions[static_cast<std::size_t>(n) * orders.size() + sample];
      if (grams <= 0) {
        precision = 1.0;
      } else if (clips[n] != 0) {
        precision = static_cast<double>(clips[n]) / static_cast<double>(grams);
      } else {
        halved *= 2.0;
        precision = 1.0 / (static_cast<double>(grams) * halved);
      }
    }
    orders[sample] = static_cast<double>(std::clamp(predicted, i64{1}, i64{kOrders}));
    exponents[sample] = exponent(clips[0], predicted, expected);
  }

 private:
  static double exponent(i64 matches, i64 predicted, i64 expected) {
    if (predicted == 0 && expected == 0) return 0.0;
    if (matches == 0) return -std::numeric_limits<double>::infinity();
    const auto length = static_cast<double>(std::max(predicted, i64{1}));
    return std::min(0.0, 1.0 - static_cast<double>(expected) / length);
  }
};

}  // namespace textmetrics

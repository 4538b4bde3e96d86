// Skip-bigrams, as ROUGE-S counts them; the definition is kernels/definition.py.
#pragma once

#include <algorithm>
#include <vector>

#include "counts.h"
#include "memory.h"

namespace textmetrics {

constexpr i64 kGap = 4;  // the most tokens between the two of a skip-bigram

class Skips {
 public:
  // The pairs that both have, each at most as often as in either.
  i64 pairs(Span prediction, Span reference, TableMemory& tables) const {
    const Table table = tables.take((kGap + 1) * prediction.length);
    each_pair(prediction, [&](u64 key) {
      Slot* slot = find(table, key);
      if (slot->stamp != table.stamp) *slot = Slot{key, table.stamp, 0};
      ++slot->gram;  // how often, here
    });
    i64 hits = 0;
    each_pair(reference, [&](u64 key) {
      Slot* slot = find(table, key);
      if (slot->stamp != table.stamp || slot->gram == 0) return;
      --slot->gram;
      ++hits;
    });
    return hits;
  }

  // The tokens that both have, each at most as often as in either, but for the last of each.
  i64 heads(Span prediction, Span reference, i64 vocabulary) {
    i64* left = at_least(left_, vocabulary);
    for (i64 i = 0; i + 1 < prediction.length; ++i) ++left[prediction.ids[i]];
    i64 hits = 0;
    for (i64 i = 0; i + 1 < reference.length; ++i) hits += left[reference.ids[i]]-- > 0;
    clear(left, prediction);
    clear(left, reference);
    return hits;
  }

 private:
  template <class Visit>
  static void each_pair(Span span, const Visit& visit) {
    for (i64 i = 0; i < span.length; ++i) {
      const i64 end = smaller(i + kGap + 2, span.length);
      const u64 first = static_cast<u64>(span.ids[i]) << 32;
      for (i64 j = i + 1; j < end; ++j) visit(first | static_cast<u32>(span.ids[j]));
    }
  }

  std::vector<i64> left_;  // by id, zero between calls
};

}  // namespace textmetrics

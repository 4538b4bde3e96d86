// n-grams of a pair: what native/counts.h counts for any number of references, and a GPU with it.
//
// With one reference, a token or an n-gram counts as often as both texts have it: the smaller of
// two counts. As there, an (n+1)-gram is looked for only where both texts have its first and its
// last n-gram, under the numbers of these.
#pragma once

#include <algorithm>
#include <vector>

#include "bits.h"
#include "counts.h"
#include "memory.h"
#include "stop.h"
#include "words.h"

namespace textmetrics {

class PairGrams {
 public:
  // Count the tokens, whose ids are below `vocabulary`, that both have.
  i64 tokens(Span prediction, Span reference, i64 vocabulary) {
    prediction_ = prediction;
    reference_ = reference;
    order_ = 1;
    begin_counts(std::max(vocabulary, prediction.length + 1), vocabulary);
    for (i64 i = 0; i < prediction.length; ++i) ++predicted_[prediction.ids[i]];
    for (i64 i = 0; i < reference.length; ++i) ++common_[reference.ids[i]];
    return count_common(vocabulary);
  }

  // Before the n-grams: the tokens of either that both have.
  Span shared_of_prediction() { return shared(prediction_, at_least(ids_, prediction_.length)); }
  Span shared_of_reference() {
    return shared(reference_, at_least(other_ids_, reference_.length));
  }

  // Count the n-grams that both have, for n from 2 on, call by call.
  i64 next() {
    if (++order_ == 2) {
      join_tokens(prediction_, predicted_grams_);
      join_tokens(reference_, expected_grams_);
    } else {
      join(predicted_grams_);
      join(expected_grams_);
    }
    worked(16 * (predicted_grams_.count + expected_grams_.count));
    begin_table(predicted_grams_.count);
    const i64 grams = enter(predicted_grams_) + 1;
    look_up(expected_grams_);
    return count_common(grams);
  }

 private:
  // The n-grams of a text whose parts both texts have: where each begins, and its key, then its
  // number, from 1 on; 0 for one that the prediction lacks.
  struct Grams {
    std::vector<u32> position_memory, number_memory;
    std::vector<u64> key_memory;
    u32 *positions = nullptr, *numbers = nullptr;
    u64* keys = nullptr;
    i64 count = 0;

    void reserve(i64 most) {
      positions = at_least(position_memory, most);
      numbers = at_least(number_memory, most);
      keys = at_least(key_memory, most);
    }
  };

  void begin_counts(i64 room, i64 count) {
    predicted_ = at_least(predicted_memory_, room);
    common_ = at_least(common_memory_, room);
    std::fill(predicted_, predicted_ + count, 0);
    std::fill(common_, common_ + count, 0);
  }

  // How often each is in both, and all together.
  i64 count_common(i64 count) {
    i64 sum = 0;
    in_runs(count, 1, [&](i64 from, i64 until) {
      i32 part = 0;
      for (i64 i = from; i < until; ++i) {
        const i32 common = std::min(predicted_[i], common_[i]);
        common_[i] = common;
        part += common;
      }
      sum += part;
    });
    return sum;
  }

  Span shared(Span span, i32* to) const {
    i64 count = 0;
    for (i64 i = 0; i < span.length; ++i) {
      to[count] = span.ids[i];
      count += common_[span.ids[i]] > 0;
    }
    return Span{to, count};
  }

  // Without branches, because which n-grams both have is hard to predict.
  void join_tokens(Span span, Grams& grams) const {
    grams.reserve(span.length + 1);
    u64* const keys = grams.keys;
    u32* const positions = grams.positions;
    const i32* const common = common_;
    i64 count = 0;
    u64 first = 0;
    u32 joins = 0;
    for (i64 i = 0; i < span.length; ++i) {
      const auto second = static_cast<u32>(span.ids[i]);
      keys[count] = first << 32 | second;
      positions[count] = static_cast<u32>(i);
      const u32 is_common = common[second] > 0;
      count += joins & is_common;
      joins = is_common;
      first = second;
    }
    grams.count = count;
  }

  void join(Grams& grams) const {
    i64 count = 0;
    for (i64 i = 0; i + 1 < grams.count; ++i) {
      const u32 first = grams.numbers[i], second = grams.numbers[i + 1];
      const u32 position = grams.positions[i], following = grams.positions[i + 1];
      grams.keys[count] = u64{first} << 32 | second;
      grams.positions[count] = position;
      count += (common_[first] > 0) & (common_[second] > 0) & (following == position + 1);
    }
    grams.count = count;
  }

  // An empty table for so many n-grams: slots have their numbers, 0 where they are free. The key of
  // a number is kept apart, that of 0 being always the one that is looked for.
  void begin_table(i64 count) {
    u64 size = 16;
    while (size < static_cast<u64>(count < kMany ? 4 : 2) * static_cast<u64>(count)) size *= 2;
    mask_ = size - 1;
    shift_ = 64 - static_cast<int>(highest(size));
    slots_ = at_least(slot_memory_, static_cast<i64>(size));
    std::fill(slots_, slots_ + size, 0);
    keys_ = at_least(key_memory_, count + 2);
    begin_counts(count + 2, count + 2);
  }

  // Number the n-grams of the prediction, and count them; gives the last number.
  TM_APART i64 enter(Grams& grams) {
    u32* const slots = slots_;
    u64* const keys = keys_;
    i32* const predicted = predicted_;
    const u64 mask = mask_, seed = kSeeds.first;
    const int shift = shift_;
    u32 next = 1;
    for (i64 i = 0; i < grams.count; ++i) {
      const u64 key = grams.keys[i];
      keys[0] = keys[next] = key;
      u64 at = key * seed >> shift;
      while (keys[slots[at]] != key) at = (at + 1) & mask;
      const u32 old = slots[at];
      const u32 free = 0 - u32{old == 0};  // all bits, or none
      const u32 number = old | (next & free);
      slots[at] = number;
      next -= free;
      grams.numbers[i] = number;
      ++predicted[number];
    }
    return next - 1;
  }

  TM_APART void look_up(Grams& grams) {
    const u32* const slots = slots_;
    u64* const keys = keys_;
    i32* const common = common_;
    const u64 mask = mask_, seed = kSeeds.first;
    const int shift = shift_;
    for (i64 i = 0; i < grams.count; ++i) {
      const u64 key = grams.keys[i];
      keys[0] = key;
      u64 at = key * seed >> shift;
      while (keys[slots[at]] != key) at = (at + 1) & mask;
      const u32 number = slots[at];
      grams.numbers[i] = number;
      ++common[number];
    }
  }

  static constexpr i64 kMany = 1 << 16;

  Span prediction_{nullptr, 0}, reference_{nullptr, 0};
  int order_ = 1;
  std::vector<i32> predicted_memory_, common_memory_, ids_, other_ids_;
  i32* predicted_ = nullptr;  // by number: how often it is in the prediction
  i32* common_ = nullptr;     // and in the reference, then in both
  Grams predicted_grams_, expected_grams_;
  std::vector<u32> slot_memory_;
  std::vector<u64> key_memory_;
  u32* slots_ = nullptr;
  u64* keys_ = nullptr;
  u64 mask_ = 0;
  int shift_ = 0;  // of a hash to a place among the slots
};

}  // namespace textmetrics

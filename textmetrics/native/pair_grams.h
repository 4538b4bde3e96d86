// n-grams of a pair: what native/counts.h counts for any number of references, and a GPU with it.
//
// With one reference, a token or an n-gram counts as often as both texts have it: the smaller of
// two counts. As there, an (n+1)-gram is looked for only where both texts have its first and its
// last n-gram, under the numbers of these.
#pragma once

#include <algorithm>
#include <cstring>
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
    order_ = 1;
    begin_counts(std::max(vocabulary, prediction.length + 1), vocabulary);
    for (i64 i = 0; i < prediction.length; ++i) ++counts_[prediction.ids[i]].predicted;
    i64 matches = 0;
    const auto is_met = [&](u32 id) {
      Count& count = counts_[id];
      matches += meet(count);
      return u32{count.predicted > 0};
    };
    expected_ = take_tokens(reference, other_ids_, expected_grams_, is_met);
    const auto is_common = [&](u32 id) { return u32{counts_[id].common > 0}; };
    predicted_ = take_tokens(prediction, ids_, predicted_grams_, is_common);
    return matches;
  }

  // The tokens of either that both have.
  Span shared_of_prediction() const { return predicted_; }
  Span shared_of_reference() const { return expected_; }

  // Count the n-grams that both have, for n from 2 on, call by call.
  i64 next() {
    if (++order_ > 2) {
      join(predicted_grams_);
      join(expected_grams_);
    }
    worked(16 * (predicted_grams_.count + expected_grams_.count));
    begin_table(predicted_grams_.count);
    enter(predicted_grams_);
    return look_up(expected_grams_);
  }

 private:
  // How often each token or n-gram is in the prediction, and in both texts.
  struct Count {
    i32 predicted, common;
  };

  // One more in the reference: 1 if the prediction has as many.
  static i32 meet(Count& count) {
    const i32 matches = count.common < count.predicted;
    count.common += matches;
    return matches;
  }

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
    counts_ = at_least(count_memory_, room);
    std::memset(counts_, 0, static_cast<std::size_t>(count) * sizeof(Count));
  }

  // The tokens that both have, as `common` says of each, and the bigrams of such, in one pass.
  // Without branches, because which these are is hard to predict.
  template <class Common>
  static Span take_tokens(Span span, std::vector<i32>& memory, Grams& grams, const Common& common) {
    grams.reserve(span.length + 1);
    i32* const to = at_least(memory, span.length + 1);
    u64* const keys = grams.keys;
    u32* const positions = grams.positions;
    i64 shared = 0, count = 0;
    u64 first = 0;
    u32 joins = 0;
    for (i64 i = 0; i < span.length; ++i) {
      const auto second = static_cast<u32>(span.ids[i]);
      const u32 is_common = common(second);
      to[shared] = static_cast<i32>(second);
      shared += is_common;
      keys[count] = first << 32 | second;
      positions[count] = static_cast<u32>(i);
      count += joins & is_common;
      joins = is_common;
      first = second;
    }
    grams.count = count;
    return Span{to, shared};
  }

  void join(Grams& grams) const {
    i64 count = 0;
    for (i64 i = 0; i + 1 < grams.count; ++i) {
      const u32 first = grams.numbers[i], second = grams.numbers[i + 1];
      const u32 position = grams.positions[i], following = grams.positions[i + 1];
      grams.keys[count] = u64{first} << 32 | second;
      grams.positions[count] = position;
      count += (counts_[first].common > 0) & (counts_[second].common > 0) &
               (following == position + 1);
    }
    grams.count = count;
  }

  // An empty table for so many n-grams: slots have their numbers, 0 where they are free. The key of
  // a number is kept apart, that of 0 being always the one that is looked for.
  void begin_table(i64 count) {
    const i64 least = std::max((count < kMany ? 4 : 2) * count, i64{16});
    const u32 bits = highest(static_cast<u64>(least - 1)) + 1;
    const u64 size = u64{1} << bits;
    mask_ = size - 1;
    shift_ = 64 - static_cast<int>(bits);
    slots_ = at_least(slot_memory_, static_cast<i64>(size));
    std::fill(slots_, slots_ + size, 0);
    keys_ = at_least(key_memory_, count + 2);
    begin_counts(count + 2, count + 2);
  }

  // Number the n-grams of the prediction, and count them.
  TM_APART void enter(Grams& grams) {
    u32* const slots = slots_;
    u64* const keys = keys_;
    Count* const counts = counts_;
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
      ++counts[number].predicted;
    }
  }

  // Find those of the reference; gives how many both have.
  TM_APART i64 look_up(Grams& grams) {
    const u32* const slots = slots_;
    u64* const keys = keys_;
    Count* const counts = counts_;
    const u64 mask = mask_, seed = kSeeds.first;
    const int shift = shift_;
    i64 matches = 0;
    for (i64 i = 0; i < grams.count; ++i) {
      const u64 key = grams.keys[i];
      keys[0] = key;
      u64 at = key * seed >> shift;
      while (keys[slots[at]] != key) at = (at + 1) & mask;
      const u32 number = slots[at];
      grams.numbers[i] = number;
      matches += meet(counts[number]);
    }
    return matches;
  }

  static constexpr i64 kMany = 1 << 16;

  int order_ = 1;
  std::vector<i32> ids_, other_ids_;
  Span predicted_{nullptr, 0}, expected_{nullptr, 0};  // tokens that both have
  std::vector<Count> count_memory_;
  Count* counts_ = nullptr;  // by number; that of 0 stays zero
  Grams predicted_grams_, expected_grams_;
  std::vector<u32> slot_memory_;
  std::vector<u64> key_memory_;
  u32* slots_ = nullptr;
  u64* keys_ = nullptr;
  u64 mask_ = 0;
  int shift_ = 0;  // of a hash to a place among the slots
};

}  // namespace textmetrics

// n-grams of a pair of texts of few different tokens, such as characters, for all orders at once.
//
// Most n-grams of a text soon occur once in it. What such a one begins can only match the places of
// the other text that begin with it too, so how far these agree, eight tokens in one comparison,
// settles all higher orders. Only n-grams that the prediction has several times are made longer.
#pragma once

#include <algorithm>
#include <vector>

#include "bits.h"
#include "compiler.h"
#include "counts.h"
#include "memory.h"
#include "stop.h"
#include "words.h"

namespace textmetrics {

class FewTypes {
 public:
  static constexpr int kHighest = 7;  // orders

  static bool fits(Span prediction, i64 vocabulary) {
    return vocabulary <= kMostTypes && rows(prediction, vocabulary) << width(vocabulary) <= kLargest;
  }

  // Count the n-grams that both have, up to n = `orders`; ids are below `vocabulary`.
  void count(Span prediction, Span reference, i64 vocabulary, int orders, i64* matches) {
    worked(8 * orders * (prediction.length + reference.length));
    const i64 most = rows(prediction, vocabulary);
    width_ = width(vocabulary);
    table_ = at_least(table_memory_, most << width_);
    grams_ = at_least(gram_memory_, most);
    keys_ = at_least(key_memory_, prediction.length);
    unique_ = at_least(unique_memory_, reference.length + 1);
    std::fill(matches, matches + orders, i64{0});
    matches[0] = tokens(prediction, reference, vocabulary);
    for (int n = 2; n <= orders && predicted_.count > 0 && expected_.count > 0; ++n) {
      if (n == 2) {
        longer<true>(n, orders, matches);
      } else {
        longer<false>(n, orders, matches);
      }
    }
  }

 private:
  static constexpr i64 kMostTypes = 254, kLargest = 1 << 17;

  // An n-gram of the prediction: how often it has it, the last place, and how often the reference has
  // it too, or for one that the prediction has once, how far the best place there agrees.
  struct Gram {
    u32 count, place, common;
  };

  // A text: its tokens as types from 1 on, and the places that are looked at, with their n-grams.
  struct Side {
    std::vector<u8> memory;
    std::vector<Place> place_memory;
    u8* types = nullptr;
    Place* places = nullptr;
    i64 count = 0;

    // Behind a text is a type of its own: what reaches beyond is in one text alone.
    void begin(i64 length, u8 behind) {
      constexpr i64 kAround = 8;
      types = at_least(memory, length + kAround);
      places = at_least(place_memory, length + 1);
      std::fill(types + length, types + length + kAround, behind);
      count = length;
    }

    // Tokens are n-grams by themselves, and not written as places.
    template <bool Tokens>
    Place place(i64 i) const {
      return Tokens ? Place{static_cast<u32>(i), types[i]} : places[i];
    }
  };

  static i64 rows(Span prediction, i64 vocabulary) {
    return std::max(prediction.length, vocabulary) + 1;
  }
  static int width(i64 vocabulary) {
    return static_cast<int>(highest(static_cast<u64>(vocabulary + 1))) + 1;
  }

  i64 tokens(Span prediction, Span reference, i64 vocabulary) {
    predicted_.begin(prediction.length, 0);
    expected_.begin(reference.length, static_cast<u8>(vocabulary + 1));
    u32 counts[kMostTypes + 1];
    std::fill(counts, counts + vocabulary + 1, u32{0});
    for (i64 i = 0; i < prediction.length; ++i) {
      const u32 type = static_cast<u32>(prediction.ids[i]) + 1;
      predicted_.types[i] = static_cast<u8>(type);
      ++counts[type];
    }
    i64 matches = 0;
    for (i64 i = 0; i < reference.length; ++i) {
      const u32 type = static_cast<u32>(reference.ids[i]) + 1;
      expected_.types[i] = static_cast<u8>(type);
      const u32 left = counts[type], any = left != 0;
      counts[type] = left - any;
      matches += any;
    }
    return matches;
  }

  // Make n-grams longer, to those of `n` tokens, and count them.
  template <bool Tokens>
  void longer(int n, int orders, i64* matches) {
    std::fill(grams_, grams_ + predicted_.count + 1, Gram{0, 0, 0});
    const u32 numbers = enter<Tokens>(n);
    const i64 once = look_up<Tokens>(n);
    for (i64 i = 0; i < predicted_.count; ++i) table_[keys_[i]] = 0;
    matches[n - 1] += count_repeated();
    if (n < orders) keep_repeated();
    agree(once);
    settle(numbers, n, orders, matches);
  }

  // Number the prediction's: the number of an n-gram and the next type are a place in a table, which
  // needs no hash, and no step that depends on what is found.
  template <bool Tokens>
  TM_APART u32 enter(int n) {
    u32* const table = table_;
    u32* const keys = keys_;
    Gram* const grams = grams_;
    Place* const places = predicted_.places;
    const u8* const next_types = predicted_.types + n - 1;
    const int width = width_;
    u32 next = 1;
    for (i64 i = 0; i < predicted_.count; ++i) {
      const Place place = predicted_.place<Tokens>(i);
      const u32 key = place.gram << width | next_types[place.position];
      const u32 old = table[key];
      const u32 free = 0 - u32{old == 0};  // all bits, or none
      const u32 number = old | (next & free);
      next -= free;
      table[key] = number;
      keys[i] = key;
      places[i] = Place{place.position, number};
      ++grams[number].count;
      grams[number].place = place.position;
    }
    return next;
  }

  // Find those of the reference, 0 being what the prediction lacks, and part their places by whether
  // the prediction has them once, or more often; gives how many there are of the former.
  template <bool Tokens>
  TM_APART i64 look_up(int n) {
    const u32* const table = table_;
    const Gram* const grams = grams_;
    Place* const places = expected_.places;
    Place* const unique = unique_;
    const u8* const next_types = expected_.types + n - 1;
    const int width = width_;
    i64 once = 0, kept = 0;
    for (i64 i = 0; i < expected_.count; ++i) {
      const Place shorter = expected_.place<Tokens>(i);
      const u32 number = table[shorter.gram << width | next_types[shorter.position]];
      const Place place{shorter.position, number};
      const u32 count = grams[number].count;
      unique[once] = place;
      once += count == 1;
      places[kept] = place;
      kept += count > 1;
    }
    expected_.count = kept;
    return once;
  }

  i64 count_repeated() {
    i64 matches = 0;
    for (i64 i = 0; i < expected_.count; ++i) {
      Gram& gram = grams_[expected_.places[i].gram];
      const u32 more = gram.common < gram.count;
      gram.common += more;
      matches += more;
    }
    return matches;
  }

  void keep_repeated() {
    Place* const places = predicted_.places;
    i64 kept = 0;
    for (i64 i = 0; i < predicted_.count; ++i) {
      const Place place = places[i];
      places[kept] = place;
      kept += grams_[place.gram].count > 1;
    }
    predicted_.count = kept;
  }

  // How far the places of what the prediction has once agree with it.
  void agree(i64 once) {
    for (i64 i = 0; i < once; ++i) {
      Gram& gram = grams_[unique_[i].gram];
      const u64 one = load(predicted_.types + gram.place);
      const u64 other = load(expected_.types + unique_[i].position);
      gram.common = std::max(gram.common, lowest((one ^ other) | 1ull << 63) / 8);
    }
  }

  // Count what the prediction has once, and what that begins.
  void settle(u32 numbers, int n, int orders, i64* matches) const {
    i64 reached[kHighest + 1] = {};
    for (u32 number = 1; number < numbers; ++number) {
      const Gram& gram = grams_[number];
      reached[gram.count == 1 ? gram.common : 0] += 1;
    }
    i64 all = 0;
    for (int m = kHighest; m >= n; --m) {
      all += reached[m];
      if (m <= orders) matches[m - 1] += all;
    }
  }

  int width_ = 0;
  u32 *table_ = nullptr, *keys_ = nullptr;
  Gram* grams_ = nullptr;
  Place* unique_ = nullptr;
  Side predicted_, expected_;
  std::vector<u32> table_memory_;  // zero between calls
  std::vector<u32> key_memory_;
  std::vector<Gram> gram_memory_;
  std::vector<Place> unique_memory_;
};

}  // namespace textmetrics

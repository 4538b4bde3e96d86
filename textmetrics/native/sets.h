// n-grams that count once however often they stand, and runs of tokens that two sequences share.
//
// The n-grams of a sample are numbered level by level, as in counts.h, but over all its sequences
// together and without leaving any out: also those that no other sequence has are counted.
#pragma once

#include <algorithm>
#include <vector>

#include "counts.h"
#include "memory.h"
#include "stop.h"

namespace textmetrics {

constexpr int kSetOrders = 5;  // distinct n-grams up to 5

// A sequence of n-grams by their numbers, in memory of its own.
struct Grams {
  u32* numbers;
  i64 length;
};

// What is known of an n-gram: whether the prediction has it, and the last reference that has it.
struct Seen {
  u32 predicted;
  u32 turn;  // from 1
};

// Turn n-grams into (n+1)-grams, numbered on from `grams`; gives how many numbers there are then.
TM_HD inline u32 lengthen(Table table, Grams& sequence, u32 grams) {
  sequence.length = sequence.length > 0 ? sequence.length - 1 : 0;
  for (i64 i = 0; i < sequence.length; ++i) {
    const u64 key = (u64)sequence.numbers[i] << 32 | sequence.numbers[i + 1];
    Slot* slot = find(table, key);
    if (slot->stamp != table.stamp) *slot = Slot{key, table.stamp, grams++};
    sequence.numbers[i] = slot->gram;
  }
  return grams;
}

TM_HD inline i64 mark_predicted(Grams sequence, Seen* seen) {
  i64 distinct = 0;
  for (i64 i = 0; i < sequence.length; ++i) {
    u32& predicted = seen[sequence.numbers[i]].predicted;
    distinct += predicted == 0;
    predicted = 1;
  }
  return distinct;
}

struct Distinct {
  i64 all;
  i64 common;
};

TM_HD inline Distinct mark_reference(Grams sequence, u32 turn, Seen* seen) {
  Distinct distinct{0, 0};
  for (i64 i = 0; i < sequence.length; ++i) {
    Seen& its = seen[sequence.numbers[i]];
    const bool first = its.turn != turn;
    its.turn = turn;
    distinct.all += first;
    distinct.common += first && its.predicted != 0;
  }
  return distinct;
}

// Whether fewer than 3 in 10 of a sequence's 4-grams are different ones; see scan/batch.py.
class Repeats {
 public:
  bool operator()(Span span) {
    const i64 grams = span.length - 3;
    if (grams <= 0 || has_many_pairs(span.ids, grams)) return false;
    u32* const pairs = at_least(pair_memory_, grams + 2);
    // Each different pair begins a different 4-gram, but for the last three.
    const i64 most = 3 * grams / 10 + 4;
    const Table of_pairs = pair_tables_.take(most), of_grams = gram_tables_.take(most);
    u32 known = 0;
    i64 different = 0;
    const auto number = [&](i64 at) {
      const u64 key = static_cast<u64>(static_cast<u32>(span.ids[at])) << 32 |
                      static_cast<u32>(span.ids[at + 1]);
      Slot* slot = find(of_pairs, key);
      if (slot->stamp != of_pairs.stamp) *slot = Slot{key, of_pairs.stamp, known++};
      pairs[at] = slot->gram;
    };
    number(0);
    number(1);
    for (i64 i = 0; i < grams; ++i) {
      worked_at(i, 32);
      number(i + 2);
      const u64 key = static_cast<u64>(pairs[i]) << 32 | pairs[i + 2];
      Slot* slot = find(of_grams, key);
      if (slot->stamp == of_grams.stamp) continue;
      *slot = Slot{key, of_grams.stamp, 0};
      if (10 * ++different >= 3 * grams) return false;
    }
    return true;
  }

 private:
  // Whether so many pairs are different that 4-grams are too: each different pair begins a different
  // 4-gram. Pairs with one place in a table of bits are taken for equal. That settles most texts.
  static bool has_many_pairs(const i32* ids, i64 grams) {
    constexpr i64 kWords = 64, kMost = 1 << 13;
    if (grams > kMost) return false;  // more than the table tells apart
    u64 seen[kWords] = {};
    i64 different = 0;
    for (i64 i = 0; i < grams; ++i) {
      const u32 pair = static_cast<u32>(ids[i]) * 61 + static_cast<u32>(ids[i + 1]);
      u64& word = seen[pair / kWord % kWords];
      different += ~word >> pair % kWord & 1;
      word |= 1ull << pair % kWord;
      if (10 * different >= 3 * grams) return true;
    }
    return false;
  }

  std::vector<u32> pair_memory_;
  TableMemory pair_tables_, gram_tables_;
};

// The longest run of tokens that two sequences share, by doubling: as long as some n-gram is in
// both, n is doubled; then the powers of two below are added where something is still in both.
class LongestRun {
 public:
  i64 operator()(Span a, Span b, TableMemory& tables) {
    levels_.clear();
    Both now{{a.ids, a.ids + a.length}, {b.ids, b.ids + b.length}};
    i64 run = 1;
    if (!number(now, now, 0, tables)) return 0;
    for (Both next;; now = next, run *= 2) {
      levels_.push_back(now);
      next = now;
      if (!number(next, now, run, tables)) break;
    }
    for (std::size_t level = levels_.size() - 1; level-- > 0;) {
      Both longer = now;
      if (number(longer, levels_[level], run, tables)) {
        now = longer;
        run += i64{1} << level;
      }
    }
    return run;
  }

 private:
  static constexpr u32 kAbsent = ~0u;  // a run of b that a lacks

  struct Both {
    std::vector<u32> a, b;
  };

  // Join each run to the one of `behind` that begins `by` further, and number what comes of it;
  // false if nothing is in both.
  static bool number(Both& runs, const Both& behind, i64 by, TableMemory& tables) {
    const auto skip = static_cast<std::size_t>(by);
    worked(16 * static_cast<i64>(runs.a.size() + runs.b.size()));
    const Table table = tables.take(static_cast<i64>(runs.a.size()));
    u32 grams = 0;
    const auto key = [&](u32 first, u32 second) { return static_cast<u64>(first) << 32 | second; };
    shorten(runs.a, behind.a.size(), skip);
    for (std::size_t i = 0; i < runs.a.size(); ++i) {
      const u64 its = key(runs.a[i], behind.a[i + skip]);
      Slot* slot = find(table, its);
      if (slot->stamp != table.stamp) *slot = Slot{its, table.stamp, grams++};
      runs.a[i] = slot->gram;
    }
    bool any = false;
    shorten(runs.b, behind.b.size(), skip);
    for (std::size_t i = 0; i < runs.b.size(); ++i) {
      const bool whole = runs.b[i] != kAbsent && behind.b[i + skip] != kAbsent;
      const Slot* slot = find(table, key(runs.b[i], behind.b[i + skip]));
      const bool found = whole && slot->stamp == table.stamp;
      runs.b[i] = found ? slot->gram : kAbsent;
      any |= found;
    }
    return any;
  }

  static void shorten(std::vector<u32>& runs, std::size_t behind, std::size_t skip) {
    runs.resize(std::min(runs.size(), behind > skip ? behind - skip : 0));
  }

  std::vector<Both> levels_;
};

}  // namespace textmetrics

// Edits of one sequence into another; the definition is kernels/edits.py.
//
// The table of distances is kept as two bits an entry: whether it is one more, or one less, than
// the entry before it in the row (Myers, 1999, in the form of Hyyrö, 2003). A row of the table is
// a token of the text; the pattern goes in strips of a few words, as in counts.h, and what a strip
// passes on at each token of the text waits in a byte for the next.
#pragma once

#include <algorithm>
#include <vector>

#include "bits.h"
#include "counts.h"
#include "memory.h"
#include "stop.h"

namespace textmetrics {

// Of 64 entries of a row, those that are more, and those that are less, than the one before.
struct Rise {
  u64 more, less;
};

// What comes into a word from the one before, and goes out to the next: 1 for more, 2 for less.
TM_HD inline void edit_step(Rise& rise, u64 match, u32& carry) {
  const u64 more_in = carry & 1, less_in = carry >> 1;
  const u64 first = match | less_in;
  const u64 kept = (((first & rise.more) + rise.more) ^ rise.more) | first | rise.less;
  const u64 more = rise.less | ~(kept | rise.more);
  const u64 less = kept & rise.more;
  carry = static_cast<u32>(more >> 63 | (less >> 63) << 1);
  const u64 shifted_more = more << 1 | more_in, shifted_less = less << 1 | less_in;
  rise.more = shifted_less | ~(kept | shifted_more);
  rise.less = shifted_more & kept;
}

class Edits {
 public:
  struct Counted {
    i64 edits, hits;
  };

  // The fewest edits; ids are below `vocabulary`.
  i64 distance(Span a, Span b, i64 vocabulary) {
    vocabulary_ = vocabulary;
    strip_ends(a, b);
    if (a.length > b.length) std::swap(a, b);
    if (a.length == 0) return b.length;
    if (a.length > kLong && b.length - a.length < kWord) {
      const i64 few = in_band(a, b);
      if (few < kWord) return few;
    }
    run(a, b, nullptr);
    return last(b.length, a.length);
  }

  // The edits, and what is kept in the alignment that the definition takes.
  Counted align(Span prediction, Span reference, i64 vocabulary) {
    vocabulary_ = vocabulary;
    return aligned(prediction, reference, std::max(prediction.length, reference.length));
  }

 private:
  static constexpr i64 kLarge = i64{1} << 22;
  static constexpr i64 kLong = 4 * kWord;  // of a pattern, where trying a band takes little beside it

  // The places of a token among the last 64 of the pattern that came into the band: the highest bit is
  // that of the one that came at a time.
  struct Recent {
    u64 bits;
    i64 time;

    // A shift by 64 or more gives anything, and so does one by less than 0: the time may be of a longer
    // pattern before, of which no bit is left.
    u64 at(i64 now) const {
      const auto since = static_cast<u64>(now - time);
      return since < kWord ? bits >> since : 0;
    }
  };

  // The fewest edits if they are below 64, else a number that is not (Hyyrö, 2003): the table is only
  // computed at 64 diagonals, one word at each token of the text, whatever the lengths. An alignment
  // with fewer edits leaves neither side of them. Bit k of a word is diagonal k - `before`, and `end`
  // the one that ends in the last entry, along which no edit is ever taken back.
  i64 in_band(Span pattern, Span text) {
    worked(2 * text.length);
    const i64 longer = text.length - pattern.length, end = (kWord - 1 - longer) / 2;
    const i64 before = end + longer, ahead = kWord - 1 - before;
    Recent* const recent = at_least(recent_memory_, vocabulary_);
    const auto come = [&](i64 place) {
      Recent& its = recent[pattern.ids[place]];
      its = Recent{its.at(place) | 1ull << (kWord - 1), place};
    };
    for (i64 place = 0; place < ahead; ++place) come(place);
    Rise rise{~0ull << before, 0};
    i64 edits = 0;
    for (i64 from = 0; from < text.length && edits < kWord; from += kWord) {
      const i64 until = std::min(from + kWord, text.length);
      u64 missed = 0;
      for (i64 i = from; i < until; ++i) {
        if (i + ahead < pattern.length) come(i + ahead);
        const u64 match = recent[text.ids[i]].at(i + ahead);
        const u64 kept = (((match & rise.more) + rise.more) ^ rise.more) | match | rise.less;
        const u64 more = rise.less | ~(kept | rise.more), less = kept & rise.more;
        missed += ~kept >> end & 1;
        rise.more = less | ~(kept >> 1 | more);
        rise.less = kept >> 1 & more;
      }
      edits += static_cast<i64>(missed);
    }
    for (i64 i = 0; i < pattern.length; ++i) recent[pattern.ids[i]].bits = 0;
    return edits;
  }

  static i64 strip_ends(Span& a, Span& b) {
    const i64 prefix = common_prefix(a, b);
    a = Span{a.ids + prefix, a.length - prefix};
    b = Span{b.ids + prefix, b.length - prefix};
    const i64 suffix = common_suffix(a, b);
    a.length -= suffix;
    b.length -= suffix;
    return prefix + suffix;
  }

  Counted aligned(Span prediction, Span reference, i64 most) {
    const i64 same = strip_ends(prediction, reference);
    most = std::min(most, std::max(prediction.length, reference.length));
    const i64 band = std::min(reference.length, 2 * most + 1);
    if (prediction.length == 0 || reference.length == 0) {
      return {prediction.length + reference.length, same};
    }
    // Not their product, which may not fit.
    const bool large = band >= kLarge / prediction.length + (kLarge % prediction.length != 0);
    if (!large || reference.length <= kWord || prediction.length < 10) {
      Counted counted = walk(prediction, reference);
      counted.hits += same;
      return counted;
    }
    const i64 half = prediction.length / 2;
    const Span first{prediction.ids, half};
    const Span second{prediction.ids + half, prediction.length - half};
    Half best = halve(first, second, reference);
    const Span before{reference.ids, best.at};
    const Span behind{reference.ids + best.at, reference.length - best.at};
    const Counted one = aligned(first, before, best.before);
    const Counted other = aligned(second, behind, best.behind);
    return {one.edits + other.edits, same + one.hits + other.hits};
  }

  // Where the reference is cut for two halves of the prediction, and the edits of each.
  struct Half {
    i64 at, before, behind;
  };

  Half halve(Span first, Span second, Span reference) {
    std::vector<i32> turned(second.ids, second.ids + second.length);
    std::vector<i32> turned_reference(reference.ids, reference.ids + reference.length);
    std::reverse(turned.begin(), turned.end());
    std::reverse(turned_reference.begin(), turned_reference.end());
    run(Span{turned_reference.data(), reference.length}, Span{turned.data(), second.length},
        nullptr);
    std::vector<i64> behind(static_cast<std::size_t>(reference.length) + 1);
    i64 distance = second.length;
    for (i64 j = 0;; ++j) {
      behind[static_cast<std::size_t>(reference.length - j)] = distance;
      if (j == reference.length) break;
      distance += rise(row_, j);
    }
    run(reference, first, nullptr);
    Half best{0, first.length, behind[0]};
    distance = first.length;
    for (i64 j = 1; j <= reference.length; ++j) {
      distance += rise(row_, j - 1);
      const i64 rest = behind[static_cast<std::size_t>(j)];
      if (distance + rest < best.before + best.behind) best = Half{j, distance, rest};
    }
    return best;
  }

  // Go back through the table from its end.
  Counted walk(Span prediction, Span reference) {
    const i64 width = words(reference.length);
    Rise* rows = at_least(row_memory_, prediction.length * width);
    run(reference, prediction, rows);
    Counted counted{last(prediction.length, reference.length), 0};
    i64 i = prediction.length, j = reference.length;
    while (i > 0 && j > 0) {
      if (has(rows[(i - 1) * width + (j - 1) / kWord].more, j - 1)) {
        --j;
        continue;
      }
      --i;
      if (i > 0 && has(rows[(i - 1) * width + (j - 1) / kWord].less, j - 1)) continue;
      --j;
      counted.hits += prediction.ids[i] == reference.ids[j];
    }
    return counted;
  }

  static i64 words(i64 length) { return (length - 1) / kWord + 1; }
  static bool has(u64 bits, i64 at) { return (bits >> (at % kWord) & 1) != 0; }
  static i64 rise(const Rise* row, i64 at) {
    return i64{has(row[at / kWord].more, at)} - i64{has(row[at / kWord].less, at)};
  }

  // The last entry of `row_`, whose first is `first`.
  i64 last(i64 first, i64 length) const {
    for (i64 w = 0; w < words(length); ++w) {
      const i64 left = length - w * kWord;
      const u64 inside = left >= kWord ? ~0ull : ~(~0ull << left);
      first += popcount(row_[w].more & inside) - popcount(row_[w].less & inside);
    }
    return first;
  }

  // Compute the table, and leave its last row in `row_`; all rows in `rows`, if that is given.
  void run(Span pattern, Span text, Rise* rows) {
    row_ = at_least(state_memory_, words(pattern.length));
    if (pattern.length <= kWord) return run_word(pattern, text, rows);
    carries_ = at_least(carry_memory_, text.length);
    std::fill(carries_, carries_ + text.length, u8{1});
    for (i64 word = 0; word < words(pattern.length); word += kStripWords) {
      const i64 from = word * kWord;
      const i64 length = std::min(pattern.length - from, i64{kStripWords} * kWord);
      Rise* kept = rows == nullptr ? nullptr : rows + word;
      const Span strip{pattern.ids + from, length};
      if (length <= 2 * kWord) {
        run_strip<2>(strip, text, row_ + word, kept, words(pattern.length));
      } else if (length <= 3 * kWord) {
        run_strip<3>(strip, text, row_ + word, kept, words(pattern.length));
      } else if (length <= 4 * kWord) {
        run_strip<4>(strip, text, row_ + word, kept, words(pattern.length));
      } else if (length <= 6 * kWord) {
        run_strip<6>(strip, text, row_ + word, kept, words(pattern.length));
      } else {
        run_strip<kStripWords>(strip, text, row_ + word, kept, words(pattern.length));
      }
    }
  }

  void run_word(Span pattern, Span text, Rise* rows) {
    worked(2 * text.length);
    u64* masks = at_least(mask_memory_, vocabulary_);
    for (i64 i = 0; i < pattern.length; ++i) masks[pattern.ids[i]] |= 1ull << i;
    Rise rise{~0ull, 0};
    for (i64 i = 0; i < text.length; ++i) {
      u32 carry = 1;
      edit_step(rise, masks[text.ids[i]], carry);
      if (rows != nullptr) rows[i] = rise;
    }
    for (i64 i = 0; i < pattern.length; ++i) masks[pattern.ids[i]] = 0;
    row_[0] = rise;
  }

  template <int Words>
  void run_strip(Span strip, Span text, Rise* state, Rise* rows, i64 width) {
    worked(2 * Words * text.length);
    u32* row_of = at_least(row_of_memory_, vocabulary_);
    u64* masks = at_least(strip_memory_, i64{kStripWords} * kStripRows);
    mark_strip(strip, Words, row_of, masks);
    const auto kept = static_cast<int>(words(strip.length));
    Rise rise[Words];
    for (Rise& each : rise) each = Rise{~0ull, 0};
    for (i64 i = 0; i < text.length; ++i) {
      const u64* match = masks + row_of[text.ids[i]] * Words;
      u32 carry = carries_[i];
      for (int w = 0; w < Words; ++w) edit_step(rise[w], match[w], carry);
      carries_[i] = static_cast<u8>(carry);
      if (rows != nullptr) std::copy(rise, rise + kept, rows + i * width);
    }
    unmark_strip(strip, row_of);
    std::copy(rise, rise + kept, state);
  }

  i64 vocabulary_ = 0;
  Rise* row_ = nullptr;
  u8* carries_ = nullptr;
  std::vector<Rise> state_memory_, row_memory_;
  std::vector<u64> mask_memory_, strip_memory_;  // masks by id are zero between calls
  std::vector<u32> row_of_memory_;               // by id, zero between calls
  std::vector<u8> carry_memory_;
  std::vector<Recent> recent_memory_;            // by id, zero between calls
};

}  // namespace textmetrics

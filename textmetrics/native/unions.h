// Unions of longest common subsequences of sentences; the definition is kernels/definition.py.
//
// The table of the dynamic programme is kept as bits: by the recurrence of counts.h a bit of a row
// says whether the length grows at a column, and what the way back compares is then known from two
// numbers that are carried along. Rows are kept for a block at a time; of the others one a block
// is, from which the block is computed again, so that memory stays near linear.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "bits.h"
#include "counts.h"
#include "memory.h"

namespace textmetrics {

// The table of two sequences, a row of bits a token of the first.
class BitTable {
 public:
  static constexpr i64 kBlockWords = 1 << 16;  // of the rows that are kept, or
  static constexpr i64 kBlockRows = 256;       // so many where they are long; more where there are
                                               // many, as many as there are blocks

  // Tell `visit` the places in `one` of the subsequence that the definition takes, from its end.
  template <class Visit>
  void walk(Span one, Span other, i64 vocabulary, const Visit& visit) {
    const i64 suffix = common_suffix(one, other);
    for (i64 k = 1; k <= suffix; ++k) visit(one.length - k);
    one_ = Span{one.ids, one.length - suffix};
    other_ = Span{other.ids, other.length - suffix};
    if (one_.length == 0 || other_.length == 0) return;
    width_ = (other_.length - 1) / kWord + 1;
    const auto root = static_cast<i64>(std::sqrt(static_cast<double>(one_.length)));
    block_ = std::min(std::max({kBlockWords / width_, kBlockRows, root}), one_.length);
    row_of_ = at_least(row_memory_, vocabulary);
    i64 blocks = (one_.length - 1) / block_ + 1;
    starts_ = at_least(start_memory_, blocks * width_);
    rows_ = at_least(kept_memory_, block_ * width_);
    std::fill(starts_, starts_ + width_, ~0ull);
    for (i64 b = 0; b + 1 < blocks; ++b) {
      compute(b);
      std::copy(rows_ + (block_ - 1) * width_, rows_ + block_ * width_, starts_ + (b + 1) * width_);
    }
    i64 column = other_.length;
    i64 here = -1;
    while (blocks-- > 0 && column > 0 && here != 0) {
      compute(blocks);
      walk_back(blocks, column, here, visit);
    }
  }

 private:
  i64 begin(i64 block) const { return block * block_; }
  i64 end(i64 block) const { return std::min(begin(block) + block_, one_.length); }

  // The rows of a block, strip by strip of the columns.
  void compute(i64 block) {
    u8* carries = at_least(carries_, block_);
    std::fill(carries, carries + block_, u8{0});
    u64* masks = at_least(masks_, i64{kStripWords} * kStripRows);
    for (i64 word = 0; word < width_; word += kStripWords) {
      const int words = static_cast<int>(std::min(width_ - word, i64{kStripWords}));
      const i64 from = word * kWord;
      const Span strip{other_.ids + from, std::min(other_.length - from, i64{words} * kWord)};
      mark_strip(strip, words, row_of_, masks);
      const u64* above = starts_ + block * width_ + word;
      for (i64 i = begin(block); i < end(block); ++i) {
        u64* row = rows_ + (i - begin(block)) * width_ + word;
        const u64* match = masks + row_of_[one_.ids[i]] * words;
        u64 carry = carries[i - begin(block)];
        for (i64 w = 0; w < words; ++w) row[w] = step(above[w], match[w], carry);
        carries[i - begin(block)] = static_cast<u8>(carry);
        above = row;
      }
      unmark_strip(strip, row_of_);
    }
  }

  // Go back through a block. `here` is the entry of the table at the present row and column; -1
  // before the first.
  template <class Visit>
  void walk_back(i64 block, i64& column, i64& here, const Visit& visit) const {
    for (i64 i = end(block) - 1; i >= begin(block) && column > 0 && here != 0; --i) {
      const u64* row = rows_ + (i - begin(block)) * width_;
      const u64* before = i > begin(block) ? row - width_ : starts_ + block * width_;
      if (here < 0) here = grown(row, column);
      i64 above = grown(before, column);
      while (column > 0 && one_.ids[i] != other_.ids[column - 1]) {
        const i64 left = here - grows(row, column - 1);
        if (left <= above) break;
        above -= grows(before, --column);
        here = left;
      }
      if (column > 0 && one_.ids[i] == other_.ids[column - 1]) {
        visit(i);
        --column;
        --here;
      } else {
        here = above;
      }
    }
  }

  // Whether the length grows at a column, and how long it is behind so many columns.
  static i64 grows(const u64* row, i64 column) { return ~row[column / kWord] >> column % kWord & 1; }
  static i64 grown(const u64* row, i64 columns) {
    i64 length = 0, w = 0;
    for (; w < columns / kWord; ++w) length += popcount(~row[w]);
    if (columns % kWord != 0) length += popcount(~row[w] & ~(~0ull << columns % kWord));
    return length;
  }

  Span one_{nullptr, 0}, other_{nullptr, 0};
  i64 width_ = 0, block_ = 0;  // words a row, rows a block
  std::vector<u32> row_memory_;
  std::vector<u64> start_memory_, kept_memory_, masks_;
  std::vector<u8> carries_;
  u32* row_of_ = nullptr;   // by id, zero between calls
  u64* starts_ = nullptr;   // the row before each block
  u64* rows_ = nullptr;     // of the present block
};

// Counts over the sentences of a pair; the break between two is id 0.
class Unions {
 public:
  static constexpr i32 kBreak = 0;

  static i64 words(Span span) {
    return span.length - std::count(span.ids, span.ids + span.length, kBreak);
  }

  i64 types(Span span, i64 vocabulary) {
    begin_counts(vocabulary);
    return mark_types(span);
  }

  // Each token of the reference that is in the union for its sentence, as often as both have it.
  i64 union_lcs(Span prediction, Span reference, i64 vocabulary) {
    split(prediction, predicted_);
    split(reference, expected_);
    begin_counts(vocabulary);
    for (i64 i = 0; i < prediction.length; ++i) ++counts_[prediction.ids[i]];
    i64 hits = 0;
    for (Span sentence : expected_) {
      found_.assign(static_cast<std::size_t>(sentence.length), 0);
      for (Span its : predicted_) {
        table_.walk(sentence, its, vocabulary,
                    [&](i64 place) { found_[static_cast<std::size_t>(place)] = 1; });
      }
      for (i64 i = 0; i < sentence.length; ++i) {
        i64& left = counts_[sentence.ids[i]];
        const bool hit = found_[static_cast<std::size_t>(i)] != 0 && left > 0;
        left -= hit;
        hits += hit;
      }
    }
    return hits;
  }

  i64 union_types(Span prediction, Span reference, i64 vocabulary) {
    split(prediction, predicted_);
    split(reference, expected_);
    begin_counts(vocabulary);
    i64 types = 0;
    for (Span sentence : predicted_) {
      for (Span its : expected_) {
        table_.walk(sentence, its, vocabulary,
                    [&](i64 place) { types += counts_[sentence.ids[place]]++ == 0; });
      }
    }
    return types;
  }

  // Whether a sequence is one sentence, in which case a union is one subsequence.
  static bool is_single(Span span) { return words(span) == span.length; }

  static void split(Span span, std::vector<Span>& sentences) {
    sentences.clear();
    for (i64 begin = 0, i = 0; i <= span.length; ++i) {
      if (i < span.length && span.ids[i] != kBreak) continue;
      if (i > begin) sentences.push_back(Span{span.ids + begin, i - begin});
      begin = i + 1;
    }
  }

 private:
  void begin_counts(i64 vocabulary) {
    counts_ = at_least(count_memory_, vocabulary);
    std::fill(counts_, counts_ + vocabulary, 0);
  }

  i64 mark_types(Span span) {
    i64 types = 0;
    for (i64 i = 0; i < span.length; ++i) {
      types += span.ids[i] != kBreak && counts_[span.ids[i]]++ == 0;
    }
    return types;
  }

  BitTable table_;
  std::vector<Span> predicted_, expected_;
  std::vector<u8> found_;
  std::vector<i64> count_memory_;
  i64* counts_ = nullptr;  // by id
};

}  // namespace textmetrics

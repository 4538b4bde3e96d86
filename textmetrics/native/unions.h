// Unions of longest common subsequences of sentences; the definition is kernels/definition.py.
//
// The table of the dynamic programme is kept as bits: by the recurrence of counts.h a bit of a row
// says whether the length grows at a column. On the way back a row without a match is never taken,
// so that it can be left out. Any other is taken where its token is the column's, or where its
// entry is greater than the one above: then the last match to the left is taken.
//
// Short sentences stand side by side in a row of bits, so that a sentence meets many at once. Long
// ones have a table of their own, whose rows are kept for a block at a time; of the others one a
// block is, from which the block is computed again, so that memory stays near linear. Sentences
// that cannot add to a union, because they have nothing in common or all of that is in it, are
// not aligned.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "bits.h"
#include "counts.h"
#include "memory.h"
#include "stop.h"

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
    worked(one_.length + other_.length);
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
      worked((end(block) - begin(block)) * words + 4 * strip.length);
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

// Sentences side by side in rows of so many words.
template <int Words>
class SideBySide {
 public:
  static constexpr i64 kLongest = Words * kWord - 1;  // tokens of a sentence

  void begin(i64 vocabulary) { row_of_ = at_least(row_memory_, vocabulary); }

  // Add a sentence, of a token at least; false where it does not fit beside the others.
  bool add(Span sentence) {
    if (used_ + sentence.length > kLongest) return false;
    for (i64 i = 0; i < sentence.length; ++i) {
      u32& row = row_of_[sentence.ids[i]];
      if (row == 0) {
        matches_.push_back(Row{});
        tokens_.push_back(sentence.ids[i]);
        row = static_cast<u32>(tokens_.size());
      }
      set(matches_[row - 1], used_ + i);
    }
    sentences_.push_back(sentence);
    used_ += sentence.length;
    set(last_, used_ - 1);
    set(between_, used_++);
    return true;
  }

  const std::vector<Span>& sentences() const { return sentences_; }

  void clear() {
    for (i32 token : tokens_) row_of_[token] = 0;
    tokens_.clear();
    matches_.clear();
    sentences_.clear();
    last_ = between_ = Row{};
    used_ = 0;
  }

  // Mark the places in `one` of the subsequences that the definition takes.
  void mark(Span one, u8* found) {
    taken_.clear();
    bool any = false;
    for (i64 i = 0; i < one.length; ++i) {
      const u32 row = row_of_[one.ids[i]];
      if (row == 0) continue;
      taken_.push_back(Taken{i, row - 1});
      any |= found[i] == 0;
    }
    worked(one.length + 4 * Words * static_cast<i64>(taken_.size()));
    if (!any) return;
    compute();
    walk_back(found);
  }

 private:
  struct Row {
    u64 words[Words] = {};
  };
  // A row of the table: the place of its token, and the number of the row of its matches.
  struct Taken {
    i64 place;
    u32 matches;
  };

  static void set(Row& row, i64 at) { row.words[at / kWord] |= 1ull << at % kWord; }

  // Find of each row the columns whose entry is greater than the one above. Where the length grows
  // moves to the left, from one place to another for each of the lengths, or from the column
  // behind the sentence, which takes up what is carried; what is passed over is greater.
  void compute() {
    Row* greater = at_least(greater_, static_cast<i64>(taken_.size()));
    u64 row[Words];
    for (int w = 0; w < Words; ++w) row[w] = ~between_.words[w];
    for (const Taken& taken : taken_) {
      const Row& match = matches_[taken.matches];
      u64 carry = 0, borrow = 0;
      for (int w = 0; w < Words; ++w) {
        const u64 before = row[w];
        const u64 behind = step(before, match.words[w], carry);
        const u64 from = ~before & behind, to = before & ~behind;
        const u64 passed = from - to;
        greater->words[w] = passed - borrow;
        borrow = static_cast<u64>(from < to) | static_cast<u64>(passed < borrow);
        row[w] = behind & ~between_.words[w];
      }
      ++greater;
    }
  }

  void walk_back(u8* found) const {
    Row at = last_;  // a column of each sentence, as long as it has one
    u64 left = 1;
    for (std::size_t i = taken_.size(); left != 0 && i-- > 0;) {
      const Row& match = matches_[taken_[i].matches];
      Row next{};
      u64 hits = 0;
      left = 0;
      for (int w = 0; w < Words; ++w) {
        const u64 here = at.words[w], same = here & match.words[w];
        const u64 other = here & greater_[i].words[w] & ~match.words[w];
        hits |= same | other;
        next.words[w] |= (here & ~(same | other)) | same >> 1;
        if (w > 0) next.words[w - 1] |= same << (kWord - 1);
        for (u64 rest = other; rest != 0; rest &= rest - 1) {
          const i64 before = match_before(match, w, lowest(rest)) - 1;
          if (before >= 0) set(next, before);
        }
      }
      for (int w = 0; w < Words; ++w) {
        at.words[w] = next.words[w] & ~between_.words[w];
        left |= at.words[w];
      }
      found[taken_[i].place] |= static_cast<u8>(hits != 0);
    }
  }

  // The last match to the left of a column; there is one.
  static i64 match_before(const Row& match, int word, u32 bit) {
    u64 bits = match.words[word] & ~(~0ull << bit);
    while (bits == 0 && word > 0) bits = match.words[--word];
    return word * kWord + highest(bits);
  }

  std::vector<u32> row_memory_;
  u32* row_of_ = nullptr;     // by id, from 1; zero between calls
  std::vector<Row> matches_;  // by that
  std::vector<i32> tokens_;   // whose they are
  std::vector<Span> sentences_;
  Row last_, between_;  // the last column of each sentence, and the one behind
  i64 used_ = 0;
  std::vector<Taken> taken_;
  std::vector<Row> greater_;
};

// The sentences of a pair of sequences, each once, and which of their places are in a union.
class Sentences {
 public:
  static constexpr i32 kBreak = 0;

  // Whether each place of a sequence is in the union of its sentence with those of the other.
  // `mark` is called with the sentences of both, and marks places with `found`.
  template <class Mark>
  const u8* places(Span sequence, Span other, const Mark& mark) {
    first_ = sequence.ids;
    found_ = at_least(found_memory_, sequence.length);
    std::fill(found_, found_ + sequence.length, u8{0});
    split(sequence, ones_);
    split(other, others_);
    if (ones_.size() * others_.size() < kMany) {
      mark(ones_, others_);
      return found_;
    }
    sort(ones_);
    sort(others_);
    distinct_ = ones_;
    drop_equal(distinct_);
    drop_equal(others_);
    mark(distinct_, others_);
    auto same = distinct_.begin();
    for (Span one : ones_) {
      if (!equal(one, *same)) ++same;
      if (one.ids != same->ids) std::copy_n(found(*same), one.length, found(one));
    }
    return found_;
  }

  u8* found(Span one) const { return found_ + (one.ids - first_); }

  // Call `align` for those sentences whose union may become larger by another sentence.
  template <class Align>
  void align(const std::vector<Span>& ones, Span other, i64 vocabulary, const Align& align) {
    u8* has = at_least(has_memory_, vocabulary);
    for (i64 i = 0; i < other.length; ++i) has[other.ids[i]] = 1;
    for (Span one : ones) {
      u8* its = found(one);
      bool any = false;
      for (i64 i = 0; i < one.length; ++i) any |= has[one.ids[i]] != 0 && its[i] == 0;
      worked(one.length);
      if (any) align(one, other, [its](i64 place) { its[place] = 1; });
    }
    clear(has, other);
  }

  static void split(Span span, std::vector<Span>& sentences) {
    sentences.clear();
    for (i64 begin = 0, i = 0; i <= span.length; ++i) {
      if (i < span.length && span.ids[i] != kBreak) continue;
      if (i > begin) sentences.push_back(Span{span.ids + begin, i - begin});
      begin = i + 1;
    }
  }

 private:
  static constexpr std::size_t kMany = 256;  // pairs from which equal sentences are looked for

  static void sort(std::vector<Span>& sentences) {
    std::sort(sentences.begin(), sentences.end(), [](Span a, Span b) {
      if (a.length != b.length) return a.length < b.length;
      return std::lexicographical_compare(a.ids, a.ids + a.length, b.ids, b.ids + b.length);
    });
  }
  static void drop_equal(std::vector<Span>& sorted) {
    sorted.erase(std::unique(sorted.begin(), sorted.end(), equal), sorted.end());
  }

  std::vector<Span> ones_, others_, distinct_;
  const i32* first_ = nullptr;
  u8* found_ = nullptr;
  std::vector<u8> found_memory_, has_memory_;  // the second by id, zero between calls
};

// Counts over the sentences of a pair; the break between two is id 0.
class Unions {
 public:
  static i64 words(Span span) {
    return span.length - std::count(span.ids, span.ids + span.length, Sentences::kBreak);
  }

  i64 types(Span span, i64 vocabulary) {
    i64* counts = at_least(counts_, vocabulary);
    i64 types = 0;
    for (i64 i = 0; i < span.length; ++i) {
      types += span.ids[i] != Sentences::kBreak && counts[span.ids[i]]++ == 0;
    }
    clear(counts, span);
    return types;
  }

  // Each token of the reference that is in the union for its sentence, as often as both have it.
  i64 union_lcs(Span prediction, Span reference, i64 vocabulary) {
    const u8* found = places(reference, prediction, vocabulary);
    i64* counts = at_least(counts_, vocabulary);
    for (i64 i = 0; i < prediction.length; ++i) ++counts[prediction.ids[i]];
    i64 hits = 0;
    for (i64 i = 0; i < reference.length; ++i) hits += found[i] && counts[reference.ids[i]]-- > 0;
    clear(counts, prediction);
    clear(counts, reference);
    return hits;
  }

  i64 union_types(Span prediction, Span reference, i64 vocabulary) {
    const u8* found = places(prediction, reference, vocabulary);
    i64* counts = at_least(counts_, vocabulary);
    i64 types = 0;
    for (i64 i = 0; i < prediction.length; ++i) {
      types += found[i] && counts[prediction.ids[i]]++ == 0;
    }
    clear(counts, prediction);
    return types;
  }

  // Whether a sequence is one sentence, in which case a union is one subsequence.
  static bool is_single(Span span) { return words(span) == span.length; }

 private:
  using Spans = std::vector<Span>;
  static constexpr i64 kMost = 1 << 16;  // rows of several words that are kept

  const u8* places(Span sequence, Span other, i64 vocabulary) {
    narrow_.begin(vocabulary);
    wide_.begin(vocabulary);
    return sentences_.places(sequence, other, [&](const Spans& ones, const Spans& others) {
      for (Span each : others) {
        if (each.length <= narrow_.kLongest) {
          add(narrow_, each, ones, vocabulary);
        } else if (each.length <= wide_.kLongest) {
          add(wide_, each, ones, vocabulary);
        } else {
          align(ones, each, vocabulary);
        }
      }
      finish(narrow_, ones, vocabulary);
      finish(wide_, ones, vocabulary);
    });
  }

  template <int Words>
  void add(SideBySide<Words>& group, Span other, const Spans& ones, i64 vocabulary) {
    if (group.add(other)) return;
    finish(group, ones, vocabulary);
    group.add(other);
  }

  template <int Words>
  void finish(SideBySide<Words>& group, const Spans& ones, i64 vocabulary) {
    for (Span one : ones) {
      if (Words == 1 || one.length <= kMost) {
        group.mark(one, sentences_.found(one));
      } else {
        for (Span other : group.sentences()) align({one}, other, vocabulary);
      }
    }
    group.clear();
  }

  void align(const Spans& ones, Span other, i64 vocabulary) {
    sentences_.align(ones, other, vocabulary, [&](Span one, Span its, const auto& mark) {
      table_.walk(one, its, vocabulary, mark);
    });
  }

  Sentences sentences_;
  SideBySide<1> narrow_;
  SideBySide<kStripWords> wide_;
  BitTable table_;
  std::vector<i64> counts_;  // by id, zero between calls
};

}  // namespace textmetrics

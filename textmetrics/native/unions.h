// Unions of longest common subsequences of sentences; the definition is kernels/definition.py.
//
// The table of the dynamic programme is kept as bits: by the recurrence of counts.h a bit of a row
// says whether the length grows at a column. On the way back a row without a match is never taken,
// so that it can be left out. Any other is taken where its token is the column's, or where its
// entry is greater than the one above: then the last match to the left is taken.
//
// Short sentences stand side by side in a row of bits, so that a sentence meets many at once. Long
// ones have a table of their own, of which few rows are kept, so that memory is linear. Sentences
// that cannot add to a union, because they have nothing in common or all of that is in it, are
// not aligned; where there are many, those that can are found by their tokens (open_places.h).
#pragma once

#include <algorithm>
#include <vector>

#include "bits.h"
#include "counts.h"
#include "memory.h"
#include "open_places.h"
#include "stop.h"

namespace textmetrics {

// The table of two sequences, a row of bits a token of the first.
//
// Rows are computed in strips of a few words, which stay in registers. A range of many rows is cut
// into parts, from the last to the first of which the way goes; only the row above each part is
// kept, and the columns behind the way are not computed again.
class BitTable {
 public:
  // Tell `visit` the places in `one` of the subsequence that the definition takes, from its end.
  template <class Visit>
  void walk(Span one, Span other, i64 vocabulary, const Visit& visit) {
    const i64 suffix = common_suffix(one, other);
    for (i64 k = 1; k <= suffix; ++k) visit(one.length - k);
    one_ = Span{one.ids, one.length - suffix};
    other_ = Span{other.ids, other.length - suffix};
    if (one_.length == 0 || other_.length == 0) return;
    row_of_ = at_least(row_memory_, vocabulary);
    masks_ = at_least(mask_memory_, i64{kStripWords} * kStripRows);
    column_ = other_.length;
    first_.assign(static_cast<std::size_t>(strips() * kStripWords), ~0ull);
    walk(Rows{0, one_.length, first_.data()}, 0, visit);
  }

 private:
  static constexpr i64 kKept = 512;  // rows that are kept
  static constexpr i64 kParts = 64;  // of a range of more

  // Some rows, and the row above them.
  struct Rows {
    i64 begin, end;
    const u64* above;
  };

  i64 strips() const { return (column_ - 1) / (kStripWords * kWord) + 1; }

  Span strip(i64 number) const {
    const i64 from = number * kStripWords * kWord;
    return Span{other_.ids + from, std::min(other_.length - from, i64{kStripWords} * kWord)};
  }

  template <class Visit>
  void walk(Rows rows, std::size_t depth, const Visit& visit) {
    if (rows.end - rows.begin <= kKept) {
      compute(rows);
      return walk_back(rows, visit);
    }
    const i64 each = (rows.end - rows.begin - 1) / kParts + 1, width = strips() * kStripWords;
    if (depths_.size() <= depth) depths_.resize(depth + 1);
    u64* const aboves = at_least(depths_[depth], kParts * width);
    i64 part = (rows.end - rows.begin - 1) / each;
    compute_aboves(rows, each, part, aboves, width);
    for (; part >= 0 && column_ > 0; --part) {
      const i64 begin = rows.begin + part * each;
      const u64* above = part == 0 ? rows.above : aboves + (part - 1) * width;
      walk(Rows{begin, std::min(begin + each, rows.end), above}, depth + 1, visit);
      if (!any_grows(above)) column_ = 0;  // nothing above is in common
    }
  }

  // The last row of each part of so many rows, but for what is behind the last such row.
  void compute_aboves(Rows rows, i64 each, i64 parts, u64* aboves, i64 width) {
    const i64 count = parts * each;
    u8* carries = at_least(carries_, count);
    std::fill(carries, carries + count, u8{0});
    for (i64 s = 0; s < strips(); ++s) {
      const Span columns = strip(s);
      mark_strip(columns, kStripWords, row_of_, masks_);
      u64 row[kStripWords];
      std::copy_n(rows.above + s * kStripWords, kStripWords, row);
      const i32* id = one_.ids + rows.begin;
      u8* its = carries;
      for (i64 part = 0; part < parts; ++part) {
        worked(each * kStripWords);
        for (const i32* const end = id + each; id != end; ++id, ++its) {
          const u64* match = masks_ + row_of_[*id] * kStripWords;
          u64 carry = *its;
          for (int w = 0; w < kStripWords; ++w) row[w] = step(row[w], match[w], carry);
          *its = static_cast<u8>(carry);
        }
        std::copy_n(row, kStripWords, aboves + part * width + s * kStripWords);
      }
      unmark_strip(columns, row_of_);
    }
  }

  // Of each row the columns whose entry is greater than the one above, strip by strip; see
  // `SideBySide::compute`.
  void compute(Rows rows) {
    const i64 count = rows.end - rows.begin;
    u8* carries = at_least(carries_, count);
    std::fill(carries, carries + count, u8{0});
    u64* greater = greater_ = at_least(greater_memory_, strips() * kKept * kStripWords);
    for (i64 s = 0; s < strips(); ++s, greater += kKept * kStripWords) {
      const Span columns = strip(s);
      worked(2 * count * kStripWords + 4 * columns.length);
      mark_strip(columns, kStripWords, row_of_, masks_);
      u64 row[kStripWords];
      std::copy_n(rows.above + s * kStripWords, kStripWords, row);
      for (i64 i = 0; i < count; ++i) {
        const u64* match = masks_ + row_of_[one_.ids[rows.begin + i]] * kStripWords;
        u64* const its = greater + i * kStripWords;
        u64 carry = carries[i] & 1, borrow = carries[i] >> 1;
        for (int w = 0; w < kStripWords; ++w) {
          const u64 before = row[w], behind = step(before, match[w], carry);
          const u64 from = ~before & behind, to = before & ~behind, passed = from - to;
          its[w] = passed - borrow;
          borrow = static_cast<u64>(from < to) | static_cast<u64>(passed < borrow);
          row[w] = behind;
        }
        carries[i] = static_cast<u8>(carry | borrow << 1);
      }
      unmark_strip(columns, row_of_);
    }
  }

  // Go back through rows that are kept.
  template <class Visit>
  void walk_back(Rows rows, const Visit& visit) {
    for (i64 i = rows.end - 1; i >= rows.begin && column_ > 0; --i) {
      const i32 token = one_.ids[i];
      if (other_.ids[column_ - 1] != token) {
        if (!is_greater(i - rows.begin)) continue;
        while (other_.ids[column_ - 1] != token) --column_;
      }
      visit(i);
      --column_;
    }
  }

  bool is_greater(i64 row) const {
    const i64 at = column_ - 1, word = at / kWord, strip = word / kStripWords;
    const u64 bits = greater_[(strip * kKept + row) * kStripWords + word % kStripWords];
    return (bits >> at % kWord & 1) != 0;
  }

  // Whether the length grows anywhere in a row up to the present column.
  bool any_grows(const u64* row) const {
    const i64 words = column_ / kWord, rest = column_ % kWord;
    for (i64 w = 0; w < words; ++w) {
      if (~row[w] != 0) return true;
    }
    return rest != 0 && (~row[words] & ~(~0ull << rest)) != 0;
  }

  Span one_{nullptr, 0}, other_{nullptr, 0};
  i64 column_ = 0;  // columns that the way has not passed yet
  std::vector<u32> row_memory_;
  std::vector<u64> first_, greater_memory_, mask_memory_;
  std::vector<std::vector<u64>> depths_;  // rows above the parts of ranges in ranges
  std::vector<u8> carries_;
  u32* row_of_ = nullptr;   // by id, zero between calls
  u64* masks_ = nullptr;
  u64* greater_ = nullptr;  // of the rows that are kept
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
  const std::vector<i32>& tokens() const { return tokens_; }  // of them, each once

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
    if (!are_many(ones_, others_)) {
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

  // Whether there are so many pairs that looking for equal sentences takes less time.
  static bool are_many(const std::vector<Span>& ones, const std::vector<Span>& others) {
    return ones.size() * others.size() >= kMany;
  }

  u8* found() const { return found_; }
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
  static constexpr std::size_t kMany = 256;

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
    const u8* found = places(reference, prediction, vocabulary, false);
    i64* counts = at_least(counts_, vocabulary);
    for (i64 i = 0; i < prediction.length; ++i) ++counts[prediction.ids[i]];
    i64 hits = 0;
    for (i64 i = 0; i < reference.length; ++i) hits += found[i] && counts[reference.ids[i]]-- > 0;
    clear(counts, prediction);
    clear(counts, reference);
    return hits;
  }

  i64 union_types(Span prediction, Span reference, i64 vocabulary) {
    const u8* found = places(prediction, reference, vocabulary, true);
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

  // Which places are in the union; of `types`, one place of each type at least.
  const u8* places(Span sequence, Span other, i64 vocabulary, bool types) {
    narrow_.begin(vocabulary);
    wide_.begin(vocabulary);
    return sentences_.places(sequence, other, [&](const Spans& ones, const Spans& others) {
      many_ = Sentences::are_many(ones, others);
      if (many_) open_.begin(ones, sequence, vocabulary);
      types_ = types;
      for (Span each : others) {
        if (many_ && !open_.any(each)) continue;
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
    if (many_) {
      for (u32 number : open_.sentences(group.tokens(), sentences_.found())) {
        meet(group, ones[number], vocabulary);
      }
    } else {
      for (Span one : ones) meet(group, one, vocabulary);
    }
    group.clear();
  }

  template <int Words>
  void meet(SideBySide<Words>& group, Span one, i64 vocabulary) {
    if (Words == 1 || one.length <= kMost) {
      group.mark(one, sentences_.found(one));
      settle(one);
    } else {
      for (Span other : group.sentences()) align({one}, other, vocabulary);
    }
  }

  void align(const Spans& ones, Span other, i64 vocabulary) {
    sentences_.align(ones, other, vocabulary, [&](Span one, Span its, const auto& mark) {
      table_.walk(one, its, vocabulary, mark);
      settle(one);
    });
  }

  void settle(Span one) {
    if (many_ && types_) open_.spread(one, sentences_.found());
  }

  Sentences sentences_;
  OpenPlaces open_;
  bool many_ = false, types_ = false;
  SideBySide<1> narrow_;
  SideBySide<kStripWords> wide_;
  BitTable table_;
  std::vector<i64> counts_;  // by id, zero between calls
};

}  // namespace textmetrics

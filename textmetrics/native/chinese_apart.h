// Tokens of sacrebleu's zh as ids: characters that it separates, which are most in Chinese, and what
// mteval-v13a makes of the runs between them. See presets/sacrebleu_tokenizers.py.
#pragma once

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "characters.h"
#include "memory.h"
#include "sample_words.h"
#include "scanned.h"
#include "spaced.h"

namespace textmetrics {

class ChineseApart {
 public:
  explicit ChineseApart(const Spaces& spaces) : spaces_(spaces), words_(spaces) {}

  void read(const Text& prediction, const Text* references, i64 count, Ids& out) {
    i64 most = ByteWords::bytes_of(prediction);
    for (i64 r = 0; r < count; ++r) most += ByteWords::bytes_of(references[r]);
    words_.begin(most);
    numbers_.begin_sample();
    types_.begin_sample();
    word_numbers_.assign(1, 0);  // no word has type 0
    next_ = 0;
    for (i64 t = -1; t < count; ++t) read(t < 0 ? prediction : references[t], out);
    out.sequences.push_back(count + 1);
  }

 private:
  static bool is_apart(u32 point) {
    static constexpr std::pair<u32, u32> kRanges[] = {
        {0xFF00, 0xFFEF}, {0x2FF0, 0x303F}, {0x2001, 0x2A6D}, {0x2E80, 0x2FDF},
        {0x3100, 0x312F}, {0x31A0, 0x31EF}, {0x3200, 0x4DB5}, {0xF900, 0xFA2D},
        {0xFA30, 0xFA6A}, {0xFA70, 0xFAD9}, {0xFE10, 0xFE1F}, {0xFE30, 0xFE4F}};
    if (point - 0x4E00 <= 0x9FBB - 0x4E00) return true;
    return point >= 0x2001 &&
           std::any_of(std::begin(kRanges), std::end(kRanges), [point](auto range) {
             return range.first <= point && point <= range.second;
           });
  }

  void read(const Text& text, Ids& out) {
    worked(8 * text.length);
    i32* const begin = at_least(out.memory, out.size + text.length) + out.size;
    i32* const end =
        with_points(text, [&](auto points) { return read(points, text.length, begin); });
    out.lengths.push_back(end - begin);
    out.size += end - begin;
  }

  template <class Point>
  i32* read(const Point* points, i64 length, i32* to) {
    i64 begin = 0, end = length;
    while (begin < end && spaces_.has(points[begin])) ++begin;
    while (begin < end && spaces_.has(points[end - 1])) --end;
    u32 next = next_;
    for (i64 i = begin; i < end;) {
      if (is_apart(points[i])) {
        // Some of them are white space, and divide as others do.
        if (!spaces_.has(points[i])) *to++ = static_cast<i32>(numbers_.number(points[i], next));
        ++i;
        continue;
      }
      const i64 first = i;
      while (i < end && !is_apart(points[i])) ++i;
      const i64 from = words_.size(), before = words_.found();
      words_.append(points + first, i - first);
      words_.cut_mteval(from, first == begin, i == end);
      to = number(before, next, to);
    }
    next_ = next;
    return to;
  }

  // None of these words is a character that is set apart: the numbers of both do not meet.
  i32* number(i64 before, u32& next, i32* to) {
    const i64 count = words_.found() - before;
    Token* const found = at_least(found_memory_, count);
    types_.find(words_.bytes(), words_.begins() + before, words_.ends() + before, count, found);
    for (i64 w = 0; w < count; ++w) {
      const auto type = static_cast<std::size_t>(type_of(found[w]));
      if (type == word_numbers_.size()) word_numbers_.push_back(next++);
      *to++ = static_cast<i32>(word_numbers_[type]);
    }
    return to;
  }

  const Spaces& spaces_;
  ByteWords words_;
  CharacterNumbers numbers_;
  SampleWords types_{KnownWords<u8>::sealed()};
  std::vector<Token> found_memory_;
  std::vector<u32> word_numbers_;  // by type
  u32 next_ = 0;
};

}  // namespace textmetrics

// What published programs change in a text before they split it.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "memory.h"
#include "text.h"

namespace textmetrics {

// Code points that `str.isspace` has; Python says which.
class Spaces {
 public:
  static constexpr u32 kEnd = 0x3001;

  void add(u32 point) { members_[point] = true; }
  bool has(u32 point) const { return point < kEnd && members_[point]; }

 private:
  bool members_[kEnd] = {};
};

// Punctuation and signs of ASCII but ' , - .
struct Marks {
  bool has[0x80] = {};
  constexpr Marks() {
    for (u32 p = '!'; p < 0x7F; ++p) {
      const bool word = p - '0' < 10 || (p | 0x20) - 'a' < 26;
      has[p] = !word && p != 0x27 && p != ',' && p != '-' && p != '.';
    }
  }
  constexpr bool operator[](u32 point) const { return has[point]; }
};
inline constexpr Marks kMarks{};

// Code points, written one by one where there is room for them already.
class Points {
 public:
  u32 size() const { return size_; }
  u32* begin() { return memory_.data(); }
  const u32* begin() const { return memory_.data(); }
  const u32* end() const { return memory_.data() + size_; }
  u32& operator[](u32 at) { return memory_[at]; }
  u32 operator[](u32 at) const { return memory_[at]; }

  // Begin anew, with room for so many.
  u32* room(i64 most) {
    size_ = 0;
    return at_least(memory_, most);
  }
  // What was written ends here.
  void end_at(const u32* end) { size_ = static_cast<u32>(end - memory_.data()); }
  void shorten(u32 size) { size_ = size; }
  void swap(Points& other) {
    memory_.swap(other.memory_);
    std::swap(size_, other.size_);
  }

 private:
  std::vector<u32> memory_;
  u32 size_ = 0;
};

// A text that is changed step by step; each step looks at what the one before left, and goes on
// behind what it has changed, as a substitution of Python does.
class Rewriter {
 public:
  explicit Rewriter(const Spaces& spaces) : spaces_(spaces) {}

  u32 size() const { return points_.size(); }
  u32* begin() { return points_.begin(); }
  u32 operator[](u32 at) const { return points_[at]; }
  const Spaces& spaces() const { return spaces_; }
  bool is_space(u32 at) const { return spaces_.has(points_[at]); }

  void load(const Text& text) {
    u32* to = points_.room(text.length);
    with_points(text, [&](auto from) { std::copy(from, from + text.length, to); });
    points_.end_at(to + text.length);
  }

  // Begin with a part of another text, a space at either end.
  void load_apart(const u32* part, u32 length) {
    u32* to = points_.room(i64{length} + 2);
    *to++ = ' ';
    to = std::copy(part, part + length, to);
    *to++ = ' ';
    points_.end_at(to);
  }

  // Put some parts of it one after another, with spaces between them.
  template <class Pieces>
  void join(const Pieces& pieces) {
    u32* const first = other_.room(2 * i64{size()});
    u32* to = first;
    for (const auto& piece : pieces) {
      if (to != first) *to++ = ' ';
      to = std::copy(points_.begin() + piece.begin, points_.begin() + piece.end, to);
    }
    take(to);
  }

  // Put a line feed where a sentence ends: four substitutions, one after the other, each of which
  // goes on behind the character that follows the end.
  void end_sentences() {
    bool any = false;
    for (u32 i = 0; i < size(); ++i) {
      any |= ends_sentence(points_[i]) || points_[i] == '.' || points_[i] == 0x2026;
    }
    if (!any) return;
    end_at([](u32 a) { return ends_sentence(a); }, 1, closes);
    end_at([](u32 a) { return a == '.'; }, 6, closes);
    end_at([](u32 a) { return a == 0x2026; }, 2, closes);
    u32* to = other_.room(2 * i64{size()});
    for (u32 i = 0; i < size(); ++i) {
      *to++ = points_[i];
      if (i + 2 >= size() || !ends_sentence(points_[i]) || !closes(points_[i + 1])) continue;
      const u32 next = points_[i + 2];
      if (next == 0xFF0C || ends_sentence(next)) continue;
      *to++ = points_[i + 1];
      *to++ = '\n';
      *to++ = next;
      i += 2;
    }
    take(to);
  }

  void strip_end() {
    u32 end = size();
    while (end > 0 && is_space(end - 1)) --end;
    points_.shorten(end);
  }

  // What 13a does first: see presets/sacrebleu.py. Few texts have one of the signs it is about.
  void clean_mteval(bool rare) {
    strip_end();
    if (rare) {
      replace("<skipped>", "");
      replace("-\n", "");
      replace("\n", " ");
      replace("&quot;", "\"");
      replace("&amp;", "&");
      replace("&lt;", "<");
      replace("&gt;", ">");
    }
  }

  // What zh sets apart: see presets/sacrebleu.py.
  void set_chinese_apart() {
    static constexpr std::pair<u32, u32> kRanges[] = {
        {0x4E00, 0x9FBB}, {0xFF00, 0xFFEF}, {0x2FF0, 0x303F}, {0x2001, 0x2A6D}, {0x2E80, 0x2FDF},
        {0x3100, 0x312F}, {0x31A0, 0x31EF}, {0x3200, 0x4DB5}, {0xF900, 0xFA2D}, {0xFA30, 0xFA6A}, {0xFA70, 0xFAD9},
        {0xFE10, 0xFE1F}, {0xFE30, 0xFE4F}};
    strip_end();
    u32 begin = 0;
    while (begin < size() && is_space(begin)) ++begin;
    u32* to = other_.room(3 * i64{size()});
    for (u32 i = begin; i < size(); ++i) {
      const u32 point = points_[i];
      const bool apart =
          point >= 0x2001 && std::any_of(std::begin(kRanges), std::end(kRanges), [&](auto range) {
            return range.first <= point && point <= range.second;
          });
      to = write(point, apart, apart, to);
    }
    take(to);
  }

  // The four steps that 13a and zh share; each looks at what the one before left, and goes on
  // behind what it has changed.
  void set_marks_apart() {
    u32* to = other_.room(3 * i64{size()} + 1);
    bool points = false, hyphens = false;
    for (const u32 *at = points_.begin(), *end = points_.end(); at != end; ++at) {
      const u32 point = *at;
      points |= is_point(point);
      hyphens |= point == '-';
      const bool mark = point < 0x80 && kMarks[point];
      to = write(point, mark, mark, to);
    }
    take(to);
    if (points) {
      set_apart([](u32 a, u32 b) { return !is_digit(a) && is_point(b); }, false, true);
      set_apart([](u32 a, u32 b) { return is_point(a) && !is_digit(b); }, true, false);
    }
    if (hyphens) set_apart([](u32 a, u32 b) { return is_digit(a) && b == '-'; }, false, true);
  }

 private:
  // What was written to `other_` is the text from now on.
  void take(const u32* end) {
    other_.end_at(end);
    points_.swap(other_);
  }

  static bool ends_sentence(u32 point) {
    return point == 0x3002 || point == 0xFF01 || point == 0xFF1F || point == '?';
  }
  static bool closes(u32 point) { return point == 0x201D || point == 0x2019; }

  // One of them: a line feed behind `times` characters that end a sentence, but not before one
  // that closes a quotation.
  template <class Ends, class Closes>
  void end_at(const Ends& ends, u32 times, const Closes& closes) {
    u32* to = other_.room(2 * i64{size()});
    for (u32 i = 0; i < size();) {
      u32 found = 0;
      while (found < times && i + found < size() && ends(points_[i + found])) ++found;
      if (found < times || i + times >= size() || closes(points_[i + times])) {
        *to++ = points_[i++];
        continue;
      }
      to = std::copy(points_.begin() + i, points_.begin() + i + times, to);
      *to++ = '\n';
      *to++ = points_[i + times];
      i += times + 1;
    }
    take(to);
  }

  void replace(std::string_view what, std::string_view by) {
    const auto equal = [](char a, u32 b) { return static_cast<u32>(static_cast<u8>(a)) == b; };
    const u32 *at = points_.begin(), *const end = points_.end();
    at = std::find(at, end, static_cast<u32>(static_cast<u8>(what[0])));
    if (at == end) return;
    u32* to = other_.room(size());  // nothing gets longer
    to = std::copy(static_cast<const u32*>(points_.begin()), at, to);
    while (at != end) {
      const bool found = end - at >= static_cast<std::ptrdiff_t>(what.size()) &&
                         std::equal(what.begin(), what.end(), at, equal);
      if (found) {
        to = std::copy(by.begin(), by.end(), to);
        at += what.size();
      } else {
        *to++ = *at++;
      }
    }
    take(to);
  }

  static u32* write(u32 point, bool before, bool behind, u32* to) {
    *to = ' ';
    to += before;
    *to++ = point;
    *to = ' ';
    return to + behind;
  }

  static bool is_digit(u32 point) { return point - '0' < 10; }
  static bool is_point(u32 point) { return point == '.' || point == ','; }

  // Put a space between two characters that belong together, and before or behind them.
  template <class Belong>
  void set_apart(const Belong& belong, bool before, bool behind) {
    u32* to = other_.room(3 * i64{size()});
    const u32 *at = points_.begin(), *const end = points_.end();
    for (;;) {
      const u32* next = at;
      while (end - next >= 2 && !belong(next[0], next[1])) ++next;
      if (end - next < 2) break;
      to = std::copy(at, next, to);
      to = write(next[0], before, true, to);
      to = write(next[1], false, behind, to);
      at = next + 2;
    }
    take(std::copy(at, static_cast<const u32*>(end), to));
  }

  const Spaces& spaces_;
  Points points_, other_;
};

}  // namespace textmetrics

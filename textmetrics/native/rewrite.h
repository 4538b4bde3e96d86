// What published programs change in a text before they split it.
#pragma once

#include <algorithm>
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
  bool is_space(u32 at) const { return spaces_.has(points_[at]); }

  void load(const Text& text) {
    u32* to = points_.room(text.length);
    with_points(text, [&](auto from) { std::copy(from, from + text.length, to); });
    points_.end_at(to + text.length);
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

  const Spaces& spaces_;
  Points points_, other_;
};

}  // namespace textmetrics

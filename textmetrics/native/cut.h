// From a normalised text to pieces: the cuts of languages/words.py, and the joining step of
// languages/analyzer.py.
#pragma once

#include <algorithm>
#include <vector>

#include "text.h"

namespace textmetrics {

// A run of code points in the buffers of a text.
struct Piece {
  u32 begin;
  u32 end;
};

enum class Cut { words, characters, whitespace, jieba, sudachi_a, sudachi_b, sudachi_c, given };

inline bool is_sudachi(Cut cut) { return cut >= Cut::sudachi_a && cut <= Cut::sudachi_c; }

// The apostrophe, point or comma that stays inside a word: see `inner` in languages/words.py.
inline bool stays_inside(const Normal& text, u32 at, u32 alone) {
  const u32 before = text.kinds(i64{at} - 1);
  const u32 after = text.kinds(i64{at} + 1);
  switch (text.points[at]) {
    case '\'':
      return (before & (kLetter | kNumber)) && (after & kLetter) && !(after & alone);
    case '.':
    case ',':
      return (before & kDigit) && (after & kDigit);
    default:
      return false;
  }
}

// The point of .5: see `point` in languages/words.py.
inline bool begins_number(const Normal& text, u32 at) {
  const bool whole = at == 0 || text.is(at - 1, kSpace) || text.points[at - 1] == '(';
  return whole && text.points[at] == '.' && (text.kinds(i64{at} + 1) & kDigit);
}

// Cut by Unicode alone: words, then one character a piece. `alone` are the letters of no word.
inline void cut_words(const Normal& text, u32 alone, bool runs, std::vector<Piece>& pieces) {
  const u32* classes = text.classes.data();
  const u32 size = text.size;
  const auto in_word = [=](u32 at) {
    return (classes[at] & (kLetter | kNumber)) != 0 && (classes[at] & alone) == 0;
  };
  for (u32 i = 0; i < size;) {
    u32 end = i + 1;
    if (text.points[i] == ' ') {
      i = end;
      continue;
    }
    if (runs && (classes[i] & kRun)) {
      while (classes[end] & kRun) ++end;
    } else if (in_word(i) || begins_number(text, i)) {
      do {
        while (in_word(end)) ++end;
      } while (end < size && stays_inside(text, end, alone) && ++end);
    }
    pieces.push_back(Piece{i, end});
    i = end;
  }
}

inline void cut_whitespace(const Normal& text, std::vector<Piece>& pieces) {
  for (u32 i = 0; i < text.size;) {
    while (text.is(i, kSpace)) ++i;
    u32 end = i;
    while (end < text.size && !text.is(end, kSpace)) ++end;
    if (end > i) pieces.push_back(Piece{i, end});
    i = end;
  }
}

// --- joining: the spans of languages/analyzer.py --------------------------------------------

inline bool word_like(u32 kinds) { return (kinds & (kLetter | kNumber)) && !(kinds & kUnspaced); }

// What no sign of a number follows: 5%-6%, f(x)-1, C++-11.
inline bool ends_term(u32 point) {
  return point == ')' || point == ']' || point == '%' || point == '+' || point == '#' ||
         point == 0xB0;  // °
}

// The end of the span that begins here, or the beginning where there is none. Of the text it asks
// what character is at a place, and its classes; both are 0 where the text is not.
template <class Characters>
u32 span_from(const Characters& text, u32 at) {
  const i64 i = at;
  const u32 point = text.at(i);
  const u32 kinds = text.kinds(i);
  if (point == '+' || point == '-' || point == 0xB1) {  // -5, ±5, +$5, but not 1-2, GPT-4, 5%-6%
    const u32 before = text.at(i - 1);
    if (word_like(text.kinds(i - 1)) || ends_term(before)) return at;
    i64 end = i + 1;
    if (text.kinds(end) & kCurrency) ++end;
    if (text.at(end) == '.') ++end;
    return (text.kinds(end) & kNumber) ? static_cast<u32>(end + 1) : at;
  }
  const u32 next = text.at(i + 1);
  const u32 next_kinds = text.kinds(i + 1);
  if (word_like(kinds)) {
    if (next_kinds & kRaised) return at + 2;  // 10², m²
    if ((next_kinds & kRaisedSign) && (text.kinds(i + 2) & kRaised)) return at + 3;  // 10⁻⁵
  }
  if ((kinds & kDigit) && (next_kinds & kFraction)) return at + 2;  // 3½
  if (kinds & (kNumber | kNumeral)) {
    if (next == '%') return at + 2;  // 50%
    if (next == ' ' && text.at(i + 2) == '%') return at + 3;
  }
  if (kinds & kNumber) {
    if (next == '/' && (text.kinds(i + 2) & kNumber)) return at + 3;  // 1/2
    if (next == '^') {                                              // 10^2, 10^-2
      if (text.kinds(i + 2) & kNumber) return at + 3;
      const u32 sign = text.at(i + 2);
      if ((sign == '+' || sign == '-') && (text.kinds(i + 3) & kNumber)) return at + 4;
    }
  }
  if (kinds & kDigit) {
    if (next == 'e' || next == 'E') {  // 1e-5
      const u32 sign = text.at(i + 2);
      return (sign == '+' || sign == '-') && (text.kinds(i + 3) & kDigit) ? at + 4 : at;
    }
    if (next == '.') {  // 3.14 before a full stop
      i64 end = i + 2;
      while (text.kinds(end) & kDigit) ++end;
      const bool stop = end > i + 2 && text.at(end) == '.' && !(text.kinds(end + 1) & kDigit);
      return stop ? static_cast<u32>(end) : at;
    }
    return at;
  }
  if ((kinds & kLetter) && !(kinds & kUnspaced) && (next == '#' || next == '+')) {  // C#, C++
    i64 end = i + 1;
    while (text.at(end) == '#' || text.at(end) == '+') ++end;
    if (!word_like(text.kinds(end))) return static_cast<u32>(end);
    const bool twice = next == '+' && text.at(i + 2) == '+';
    return twice && !(text.kinds(i + 3) & kLetter) ? at + 3 : at;
  }
  return at;
}

// Mark the boundaries that lie inside a span with that joint, which is its first character, its
// second, or its third (50 %, 1e-5); false where there is none.
template <class Characters>
bool mark_span(const Characters& text, u32 size, u32 joint, bool any, std::vector<u8>& inside) {
  for (u32 i = joint < 2 ? 0 : joint - 2; i <= joint; ++i) {
    const u32 end = span_from(text, i);
    if (end < i + 2) continue;
    if (!any) inside.assign(size + 1, 0);
    any = true;
    std::fill(inside.begin() + i + 1, inside.begin() + end, u8{1});
  }
  return any;
}

// Mark the boundaries that lie inside any span.
inline bool mark_inside(const Normal& text, std::vector<u8>& inside) {
  if ((text.seen & kJoint) == 0) return false;
  bool any = false;
  for (u32 joint = 0; joint < text.size; ++joint) {
    if (text.is(joint, kJoint)) any = mark_span(text, text.size, joint, any, inside);
  }
  return any;
}

}  // namespace textmetrics

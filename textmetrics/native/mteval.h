// Tokens of mteval-v13a among bytes: see presets/sacrebleu_tokenizers.py.
//
// Its substitutions go over a text one after the other; what they make of a character depends on
// few others, so that one pass does. A sign of ASCII is a token, a hyphen behind a digit, and a
// point or a comma; the last of a run of these is not if the second step left it over, which pairs
// each with the character before it, and a digit or the end follows.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>

#include "bits.h"
#include "classify.h"

namespace textmetrics {

// The bytes of each class among 64. Points are . and , here.
struct Signs {
  u64 white, marks, points, digits, hyphens;
};

#ifdef TEXTMETRICS_SSE2

inline Signs signs(const u8* bytes) {
  Signs found{0, 0, 0, 0, 0};
  u64 others = 0;  // neither marks nor white space
  for (i64 i = 0; i < kBlock; i += 16) {
    const Sixteen each(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i)));
    const Sixteen digits = each.in('0', '9'), middle = each.in(',', '.'), hyphens = each.is('-');
    const Sixteen letters = (each | Sixteen(_mm_set1_epi8(0x20))).in('a', 'z');
    found.white |= (each.is(' ') | each.in('\t', '\r') | each.in(0x1C, 0x1F)).bits(i);
    found.marks |= each.in('!', '~').bits(i);
    found.points |= middle.bits(i);
    found.digits |= digits.bits(i);
    found.hyphens |= hyphens.bits(i);
    others |= (letters | digits | middle | each.is('\'')).bits(i);
  }
  found.marks &= ~others;
  found.points &= ~found.hyphens;
  return found;
}

#else

inline Signs signs(const u8* bytes) {
  Signs found{0, 0, 0, 0, 0};
  for (i64 i = 0; i < kBlock; ++i) {
    const u32 byte = bytes[i];
    const bool digit = byte - '0' < 10, letter = (byte | 0x20) - 'a' < 26;
    const bool middle = byte - ',' < 3, mark = byte - '!' <= '~' - '!';
    found.white |= u64{byte == ' ' || byte - '\t' < 5 || byte - 0x1C < 4} << i;
    found.marks |= u64{mark && !digit && !letter && !middle && byte != '\''} << i;
    found.points |= u64{middle && byte != '-'} << i;
    found.digits |= u64{digit} << i;
    found.hyphens |= u64{byte == '-'} << i;
  }
  return found;
}

#endif

// The bytes of a text, or of a part of one, and which of them are white space or tokens by
// themselves. The byte behind them must be no digit.
class Mteval {
 public:
  // `opens`, `closes`: whether nothing stands before the bytes, or behind them. Else a space does.
  Mteval(const u8* bytes, i64 length, bool opens, bool closes)
      : bytes_(bytes), length_(length), opens_(opens), closes_(closes) {}

  // Of 64 bytes, which begin further than those of the call before.
  void look(i64 at, u64& white, u64& alone) {
    const Signs here = signs(bytes_ + at);
    white = here.white;
    alone = here.marks | (here.hyphens & (here.digits << 1 | digit_before_));
    for (u64 rest = here.points; rest != 0; rest &= rest - 1) {
      const i64 point = at + lowest(rest);
      if (point < length_ && !is_inside(point)) alone |= rest & (0 - rest);
    }
    digit_before_ = here.digits >> 63;
  }

 private:
  bool is_digit(i64 at) const { return u32{bytes_[at]} - '0' < 10; }
  bool is_point(i64 at) const { return bytes_[at] == '.' || bytes_[at] == ','; }

  // Whether a point belongs to what stands beside it.
  bool is_inside(i64 at) const {
    if (!is_digit(at + 1) && !(closes_ && at + 1 == length_)) return false;
    i64 before = at - 1;
    while (before >= 0 && is_point(before)) --before;
    // The first of a run is paired with what stands before it, if that is no digit.
    const bool alone = before < 0 ? opens_ : is_digit(before);
    return ((at - before) % 2 == 1) == alone;
  }

  const u8* const bytes_;
  const i64 length_;
  const bool opens_, closes_;
  u64 digit_before_ = 0;
};

// What 13a does first; gives the new length. Nothing gets longer.
class MtevalCleaner {
 public:
  // Whether a text has one of the signs that this is about. Few have.
  static bool changes(const u8* bytes, i64 length) {
    const auto has = [&](int sign) {
      return std::memchr(bytes, sign, static_cast<std::size_t>(length)) != nullptr;
    };
    return length > 0 && (has('<') || has('\n') || has('&'));
  }

  // White space beyond ASCII is a space by now.
  static i64 clean(u8* bytes, i64 length) {
    const auto is_white = [](u32 byte) {
      return byte == ' ' || byte - '\t' < 5 || byte - 0x1C < 4;
    };
    while (length > 0 && is_white(bytes[length - 1])) --length;
    static constexpr std::string_view kReplaced[][2] = {
        {"<skipped>", ""}, {"-\n", ""},     {"\n", " "},   {"&quot;", "\""},
        {"&amp;", "&"},    {"&lt;", "<"}, {"&gt;", ">"},
    };
    for (const auto& [what, by] : kReplaced) length = replace(bytes, length, what, by);
    return length;
  }

 private:
  static i64 replace(u8* bytes, i64 length, std::string_view what, std::string_view by) {
    const auto find = [&](u8* from, const u8* end) {
      void* const found = std::memchr(from, what[0], static_cast<std::size_t>(end - from));
      return found == nullptr ? const_cast<u8*>(end) : static_cast<u8*>(found);
    };
    const u8* const end = bytes + length;
    u8 *from = find(bytes, end), *to = from;
    while (from != end) {
      const bool found = end - from >= static_cast<std::ptrdiff_t>(what.size()) &&
                         std::memcmp(from, what.data(), what.size()) == 0;
      if (found) {
        to = std::copy(by.begin(), by.end(), to);
        from += what.size();
      } else {
        *to++ = *from++;
      }
      u8* const next = find(from, end);
      to = std::copy(from, next, to);
      from = next;
    }
    return to - bytes;
  }
};

}  // namespace textmetrics

// What stands where in a text of byte codes: a bit a character, 64 in a word.
#pragma once

#include <cstring>

#include "bits.h"
#include "compiler.h"
#include "page.h"

namespace textmetrics {

// The characters of each class among 64; see page.h. `joint` has hyphens too, and `rest` is of what
// follows the first code of a piece that is a character of several (native/narrow.h).
struct Block {
  u64 letter, upper, digit, space, breaks, apostrophe, point, joint, rest;
};

constexpr i64 kBlock = 64;

#ifdef TEXTMETRICS_SSE2

// Sixteen codes.
class Sixteen {
 public:
  explicit Sixteen(__m128i bytes) : bytes_(bytes) {}

  Sixteen in(char from, char to) const {  // by signed comparison, `from` being the lowest
    const __m128i moved = _mm_add_epi8(bytes_, _mm_set1_epi8(static_cast<char>(0x80 - from)));
    return Sixteen(_mm_cmplt_epi8(moved, _mm_set1_epi8(static_cast<char>(0x81 + to - from))));
  }
  // Below a byte of ASCII, or from 0x80 on.
  Sixteen below(char end) const { return Sixteen(_mm_cmplt_epi8(bytes_, _mm_set1_epi8(end))); }
  Sixteen is(char one) const { return Sixteen(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8(one))); }
  Sixteen operator|(Sixteen other) const { return Sixteen(_mm_or_si128(bytes_, other.bytes_)); }
  Sixteen operator&(Sixteen other) const { return Sixteen(_mm_and_si128(bytes_, other.bytes_)); }
  u64 bits(i64 shift) const {  // the highest of each
    return static_cast<u64>(static_cast<u32>(_mm_movemask_epi8(bytes_))) << shift;
  }
  __m128i value() const { return bytes_; }

 private:
  __m128i bytes_;
};

// Sixty-four codes, and what they fold to: printed ASCII at once, the others one by one, since most
// texts have few.
inline Block classify(const Page& page, const u8* codes, u8* folded) {
  Block block{};
  u64 small = 0, others = 0;
  for (i64 i = 0; i < kBlock; i += 16) {
    const Sixteen each(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i)));
    const Sixteen letter = (each | Sixteen(_mm_set1_epi8(0x20))).in('a', 'z');
    const Sixteen low = each | (letter & Sixteen(_mm_set1_epi8(0x20)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(folded + i), low.value());
    const Sixteen point = (each & Sixteen(_mm_set1_epi8(~('.' ^ ',')))).is(',');  // "." too
    const Sixteen signs = each.in('+', '/') | each.is('%') | each.is('^') | each.is('#');
    small |= Sixteen(_mm_cmpeq_epi8(low.value(), each.value())).bits(i);
    block.letter |= letter.bits(i);
    block.digit |= each.in('0', '9').bits(i);
    block.space |= each.is(' ').bits(i);
    block.apostrophe |= each.is('\'').bits(i);
    block.point |= point.bits(i);
    block.joint |= signs.bits(i);
    others |= each.below(' ').bits(i);
  }
  block.upper = ~small;
  block.joint &= ~block.point;
  for (; others != 0; others &= others - 1) {
    const u32 at = lowest(others);
    const u8 code = codes[at];
    folded[at] = page.folded(code);
    block.letter |= u64{page.is_letter(code)} << at;
    block.upper |= u64{page.is_cased(code)} << at;
    block.space |= u64{page.is_space(code)} << at;
    block.breaks |= u64{page.is_break(code)} << at;
  }
  return block;
}

// Those of 64 codes that are one.
inline u64 places_of(const u8* codes, char code) {
  u64 found = 0;
  for (i64 i = 0; i < kBlock; i += 16) {
    found |= Sixteen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i))).is(code).bits(i);
  }
  return found;
}

// Whether one of two stands among so many codes; those behind them, to the end of a block, are others.
inline bool has_either(const u8* codes, i64 length, char one, char other) {
  u64 found = 0;
  for (i64 at = 0; at < length; at += kBlock) {
    found |= places_of(codes + at, one) | places_of(codes + at, other);
  }
  return found != 0;
}

#else

inline Block classify(const Page& page, const u8* codes, u8* folded) {
  Block block{};
  for (i64 i = 0; i < kBlock; i += 8) {
    u64 classes = 0;
    for (i64 k = i; k < i + 8; ++k) {
      folded[k] = page.folded(codes[k]);
      classes |= u64{page.classes(codes[k])} << (8 * (k - i));
      block.upper |= u64{page.is_cased(codes[k])} << k;
    }
    // The lowest bits of eight bytes, gathered by a product into its highest byte.
    const auto gather = [&](int bit) {
      return ((classes >> bit & 0x0101010101010101ull) * 0x0102040810204080ull >> 56) << i;
    };
    block.letter |= gather(0);
    block.digit |= gather(1);
    block.space |= gather(2);
    block.breaks |= gather(3);
    block.apostrophe |= gather(4);
    block.point |= gather(5);
    block.joint |= gather(6) | gather(7);
  }
  return block;
}

inline u64 places_of(const u8* codes, char code) {
  u64 found = 0;
  for (i64 i = 0; i < kBlock; ++i) found |= u64{codes[i] == static_cast<u8>(code)} << i;
  return found;
}

inline bool has_either(const u8* codes, i64 length, char one, char other) {
  const auto has = [&](char sign) {
    return length > 0 && std::memchr(codes, sign, static_cast<std::size_t>(length)) != nullptr;
  };
  return has(one) || has(other);
}

#endif

}  // namespace textmetrics

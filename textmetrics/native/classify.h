// What stands where in a text of byte codes: a bit a character, 64 in a word.
#pragma once

#include "bits.h"
#include "compiler.h"
#include "page.h"

namespace textmetrics {

// The characters of each class among 64; see page.h.
struct Block {
  u64 letter, upper, digit, space, breaks, apostrophe, point, hyphen, joint;
};

constexpr i64 kBlock = 64;

#ifdef TEXTMETRICS_SSE2

// Sixteen codes.
class Sixteen {
 public:
  explicit Sixteen(__m128i bytes) : bytes_(bytes) {}

  Sixteen in(char from, char to) const {  // unsigned: x - from <= to - from
    const __m128i moved = _mm_sub_epi8(bytes_, _mm_set1_epi8(from));
    const __m128i width = _mm_set1_epi8(static_cast<char>(to - from));
    return Sixteen(_mm_cmpeq_epi8(_mm_min_epu8(moved, width), moved));
  }
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

// Sixty-four codes, and what they fold to: ASCII at once, the others one by one.
inline Block classify(const Page& page, const u8* codes, u8* folded) {
  Block block{};
  u64 others = 0;
  for (i64 i = 0; i < kBlock; i += 16) {
    const Sixteen each(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i)));
    const Sixteen upper = each.in('A', 'Z');
    const Sixteen low = each | (upper & Sixteen(_mm_set1_epi8(0x20)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(folded + i), low.value());
    const Sixteen breaks = each.in('\n', '\r') | each.in(0x1C, 0x1E);
    const Sixteen signs = each.is('+') | each.is('%') | each.is('/') | each.is('^');
    block.letter |= low.in('a', 'z').bits(i);
    block.upper |= upper.bits(i);
    block.digit |= each.in('0', '9').bits(i);
    block.breaks |= breaks.bits(i);
    block.space |= (breaks | each.is(' ') | each.is('\t') | each.is(0x1F)).bits(i);
    block.apostrophe |= each.is('\'').bits(i);
    block.point |= (each.is('.') | each.is(',')).bits(i);
    block.hyphen |= each.is('-').bits(i);
    block.joint |= (signs | each.is('#')).bits(i);
    others |= each.bits(i);
  }
  for (; others != 0; others &= others - 1) {
    const u32 at = lowest(others);
    folded[at] = page.folded(codes[at]);
    block.letter |= u64{page.is_letter(codes[at])} << at;
    block.upper |= u64{page.is_cased(codes[at])} << at;
  }
  return block;
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
    block.hyphen |= gather(6);
    block.joint |= gather(7);
  }
  return block;
}

#endif

}  // namespace textmetrics

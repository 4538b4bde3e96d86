// Longest common subsequences of some hundred tokens, two words of bits at once.
//
// In Hyyrö's recurrence (see native/counts.h) a word needs the carry of the word before at the same
// token of the text. So that two words fit one register, each is one token behind the word before:
// what it needs was computed a step ago. Words have 63 bits of the pattern, and the carry is the
// 64th, since SSE2 adds without telling what is carried.
#pragma once

#include "bits.h"
#include "compiler.h"
#include "counts.h"

namespace textmetrics {

#ifdef TEXTMETRICS_SSE2

constexpr i64 kWaveBits = 63;

// The length for a pattern of up to `Words` words. `rows`, by id, are zero before and after; `masks`
// has room for Words * (pattern.length + 1) words, `offsets` for text.length + 2 * Words.
template <int Words>
i64 lcs_wave(Span pattern, Span text, u32* rows, u64* masks, u32* offsets) {
  // The masks of an id are at its row; the first ones, which are empty, are of all other ids. All are
  // cleared before, since nobody can guess whether a token has a row.
  u32 next = Words;
  const i64 most = Words * (pattern.length + 1);
  for (i64 m = 0; m < most; ++m) masks[m] = 0;
  for (i64 word = 0; word * kWaveBits < pattern.length; ++word) {
    const i64 from = word * kWaveBits, until = smaller(from + kWaveBits, pattern.length);
    for (i64 i = from; i < until; ++i) {
      u32 row = rows[pattern.ids[i]];
      const u32 fresh = 0 - (u32)(row == 0);  // all bits, or none
      row |= next & fresh;
      next += Words & fresh;
      rows[pattern.ids[i]] = row;
      masks[row + word] |= 1ull << (i - from);
    }
  }
  // Words that have no token yet, or none any more, look at the empty masks.
  for (int w = 0; w < Words; ++w) offsets[w] = offsets[Words + text.length + w] = 0;
  offsets += Words;
  for (i64 i = 0; i < text.length; ++i) offsets[i] = rows[text.ids[i]];
  for (i64 i = 0; i < pattern.length; ++i) rows[pattern.ids[i]] = 0;

  const __m128i bits = _mm_set1_epi64x(static_cast<i64>(~0ull >> 1));
  __m128i state[Words / 2], carry[Words / 2 + 1];  // of carries the first are none
  for (__m128i& each : state) each = bits;
  for (__m128i& each : carry) each = _mm_setzero_si128();
  for (i64 step = 0; step < text.length + Words - 1; ++step) {
    for (int v = Words / 2 - 1; v >= 0; --v) {
      const u64* const first = masks + offsets[step - 2 * v] + 2 * v;
      const u64* const second = masks + offsets[step - 2 * v - 1] + 2 * v + 1;
      const __m128i match = _mm_unpacklo_epi64(
          _mm_loadl_epi64(reinterpret_cast<const __m128i*>(first)),
          _mm_loadl_epi64(reinterpret_cast<const __m128i*>(second)));
      const __m128i carried = _mm_castpd_si128(
          _mm_shuffle_pd(_mm_castsi128_pd(carry[v]), _mm_castsi128_pd(carry[v + 1]), 1));
      const __m128i both = _mm_and_si128(state[v], match);
      const __m128i sum = _mm_add_epi64(_mm_add_epi64(state[v], both), carried);
      carry[v + 1] = _mm_srli_epi64(sum, kWaveBits);
      state[v] = _mm_and_si128(_mm_or_si128(sum, _mm_xor_si128(state[v], both)), bits);
    }
  }
  i64 length = 0;
  for (const __m128i each : state) {
    u64 words[2];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(words), each);
    for (const u64 word : words) length += kWaveBits - popcount(word);
  }
  return length;
}

// Whether it is worth it, for a pattern of so many tokens; and with as many words as it needs.
inline bool is_wave(i64 pattern) { return pattern > 2 * kWord && pattern <= 8 * kWaveBits; }
inline i64 lcs_wave(Span pattern, Span text, u32* rows, u64* masks, u32* offsets) {
  if (pattern.length <= 4 * kWaveBits) return lcs_wave<4>(pattern, text, rows, masks, offsets);
  if (pattern.length <= 6 * kWaveBits) return lcs_wave<6>(pattern, text, rows, masks, offsets);
  return lcs_wave<8>(pattern, text, rows, masks, offsets);
}

#endif

}  // namespace textmetrics

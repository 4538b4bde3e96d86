// What compilers and processors differ in; bits.h has their instructions for bits.
#pragma once

#include "counts.h"

// SSE2, which every processor of x86-64 has. TEXTMETRICS_PORTABLE: what other processors run;
// `make clang` tests it.
#if (defined(__SSE2__) || defined(_M_X64)) && !defined(TEXTMETRICS_PORTABLE)
#include <emmintrin.h>
#define TEXTMETRICS_SSE2
#endif

// Before a function that the compiler shall not put into another one, whose loops then would lack
// registers.
#ifdef _MSC_VER
#define TM_APART __declspec(noinline)
#else
#define TM_APART __attribute__((noinline))
#endif

// A function that is always put into its callers. One that only prefetches needs it: GCC takes it for
// one without effect, and leaves calls of it out.
#ifdef _MSC_VER
#define TM_INLINE __forceinline
#else
#define TM_INLINE __attribute__((always_inline)) inline
#endif

namespace textmetrics {

// Integers of 128 bits, where the compiler has them; no standard does.
#ifdef __SIZEOF_INT128__
#define TEXTMETRICS_INT128
__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;
#endif

// Begin to fetch what is about to be read.
TM_INLINE void prefetch(const void* memory) {
#if defined(__GNUC__)
  __builtin_prefetch(memory);
#else
  (void)memory;
#endif
}

// A word of eight bytes, the first of which is the lowest, whatever the processor's order is.
inline u64 lowest_first(u64 word) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

}  // namespace textmetrics

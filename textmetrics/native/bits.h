// Bits of a 64-bit word.
#pragma once

#ifdef _MSC_VER
#include <intrin.h>
#endif

#include "counts.h"

namespace textmetrics {

// The place of the lowest bit that is set; one must be.
inline u32 lowest(u64 bits) {
#ifdef _MSC_VER
  unsigned long place;
  _BitScanForward64(&place, bits);
  return place;
#else
  return static_cast<u32>(__builtin_ctzll(bits));
#endif
}

// The place of the highest bit that is set; one must be.
inline u32 highest(u64 bits) {
#ifdef _MSC_VER
  unsigned long place;
  _BitScanReverse64(&place, bits);
  return place;
#else
  return 63 - static_cast<u32>(__builtin_clzll(bits));
#endif
}

// The place of the lowest bit that is set, or any number where none is.
inline u32 lowest_or_any(u64 bits) {
#if defined(__GNUC__) && defined(__x86_64__)
  // As the processor counts: no compiler does without making sure of a bit first, which would take
  // two more of the seven instructions of the loops below.
  u64 place;
  __asm__("rep bsf %1, %0" : "=r"(place) : "r"(bits) : "cc");
  return static_cast<u32>(place);
#else
  return lowest(bits | 1ull << 63);
#endif
}

// Write the places of all bits that are set, each plus `base`; gives how many there are. Eight at a
// time, since the processor cannot guess how many there are: `out` has room for the next eight.
inline i64 places(u64 bits, u32 base, u32* out) {
  const i64 found = popcount(bits);
  for (i64 done = 0; done < found; done += 8) {
    for (i64 k = done; k < done + 8; ++k) {
      out[k] = base + lowest_or_any(bits);
      bits &= bits - 1;
    }
  }
  return found;
}

// The same for the begins and ends of pieces, in one loop: of ends there may be one less or more,
// where a piece goes on. Gives how many begin.
inline i64 places(u64 first, u64 last, u32 base, u32* begins, u32* ends) {
  const i64 found = popcount(first);
  for (i64 done = 0; done <= found; done += 8) {
    for (i64 k = done; k < done + 8; ++k) {
      begins[k] = base + lowest_or_any(first);
      ends[k] = base + lowest_or_any(last);
      first &= first - 1;
      last &= last - 1;
    }
  }
  return found;
}

}  // namespace textmetrics

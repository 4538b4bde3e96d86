// Scratch memory.
#pragma once

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <vector>

#include "compiler.h"
#include "seeds.h"

namespace textmetrics {

// Memory that only grows, so that a worker soon allocates nothing.
template <class T>
T* at_least(std::vector<T>& memory, i64 size) {
  const auto wanted = static_cast<std::size_t>(size);
  if (memory.size() < wanted) memory.resize(std::max(wanted, 2 * memory.size()));
  return memory.data();
}

// Return to the system what was freed after much was needed for a short time: the C library of GNU
// keeps tens of megabytes otherwise.
inline void give_back() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

// Tables for n-grams, in one memory.
class TableMemory {
 public:
  // An empty table for `count` keys: a part of the memory that is no larger than it must be, and a
  // stamp that no slot bears. Large tables are fuller, since their memory takes longer than a
  // second look.
  Table take(i64 count) {
    i64 size = 8;
    while (size < (count < kMany ? 4 : 2) * count) size *= 2;
    at_least(slots_, size);
    if (++stamp_ == 0) {
      std::fill(slots_.begin(), slots_.end(), Slot{0, 0, 0});
      stamp_ = 1;
    }
    return Table{slots_.data(), static_cast<u64>(size) - 1, stamp_, kSeeds.first};
  }

 private:
  static constexpr i64 kMany = 1 << 16;

  std::vector<Slot> slots_;
  u32 stamp_ = 0;
};

}  // namespace textmetrics

// Scratch memory.
#pragma once

#include <algorithm>
#include <vector>

#include "counts.h"

namespace textmetrics {

// Memory that only grows, so that a worker soon allocates nothing.
template <class T>
T* at_least(std::vector<T>& memory, i64 size) {
  const auto wanted = static_cast<std::size_t>(size);
  if (memory.size() < wanted) memory.resize(std::max(wanted, 2 * memory.size()));
  return memory.data();
}

}  // namespace textmetrics

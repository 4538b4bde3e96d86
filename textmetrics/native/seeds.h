// Numbers of this process alone.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <random>

#include "counts.h"

namespace textmetrics {

// Odd factors by which words, ids and n-grams are hashed: nobody can choose some that all hash
// alike, which would make tables of them as slow as lists.
struct Seeds {
  u64 first, second, more;

  Seeds() {
    try {
      std::random_device source;
      const auto random = [&] { return (u64{source()} << 32 | source()) | 1; };
      first = random();
      second = random();
      more = random();
    } catch (const std::exception&) {  // a system without any: what few can know must do
      const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
      first = mix(static_cast<u64>(now)) | 1;
      second = mix(first ^ reinterpret_cast<std::uintptr_t>(this)) | 1;
      more = mix(second) | 1;
    }
  }
};
inline const Seeds kSeeds;

// A number that no other object has: an address can be another object's later.
inline u64 next_number() {
  static std::atomic<u64> last{0};
  return ++last;
}

}  // namespace textmetrics

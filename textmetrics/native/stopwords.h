// Folded words: how they are hashed and compared, and which of them are stopwords.
#pragma once

#include <cstring>
#include <vector>

#include "counts.h"

namespace textmetrics {

inline u64 hash_points(const u32* points, u32 length) {
  u64 hash = length * 0x9E3779B97F4A7C15ull;
  u32 i = 0;
  for (; i + 2 <= length; i += 2) {
    hash = (hash ^ (u64{points[i]} | u64{points[i + 1]} << 32)) * 0xD6E8FEB86659FD93ull;
    hash ^= hash >> 32;
  }
  if (i < length) hash = (hash ^ points[i]) * 0xD6E8FEB86659FD93ull;
  return mix(hash);
}

inline bool same_points(const u32* a, const u32* b, u32 length) {
  return std::memcmp(a, b, length * sizeof(u32)) == 0;
}

// A fixed set of folded words, each with how it drops: in some cases, or in any.
class Stopwords {
 public:
  enum Drops : u8 { never, by_case, always };

  void add(const std::vector<u32>& word, bool any_case) {
    words_.push_back(Word{static_cast<u32>(points_.size()), static_cast<u32>(word.size()),
                          any_case ? always : by_case});
    points_.insert(points_.end(), word.begin(), word.end());
  }
  void seal() {
    std::size_t size = 8;
    while (size < 2 * words_.size()) size *= 2;
    slots_.assign(size, 0);
    for (u32 w = 0; w < words_.size(); ++w) {
      u64 at = hash_points(points_.data() + words_[w].begin, words_[w].length);
      while (slots_[at & (size - 1)] != 0) ++at;
      slots_[at & (size - 1)] = w + 1;
    }
  }
  Drops find(const u32* points, u32 length, u64 hash) const {
    for (u64 at = hash;; ++at) {
      const u32 slot = slots_[at & (slots_.size() - 1)];
      if (slot == 0) return never;
      const Word& word = words_[slot - 1];
      if (word.length == length && same_points(points_.data() + word.begin, points, length)) {
        return word.drops;
      }
    }
  }

 private:
  struct Word {
    u32 begin;
    u32 length;
    Drops drops;
  };
  std::vector<u32> points_;
  std::vector<Word> words_;
  std::vector<u32> slots_;
};

}  // namespace textmetrics

// Words that are chosen to meet in a table, by a hash that anybody knows: how many of its 4,096
// places 4,096 of them take, under that hash and under those of native/words.h.
#include <cstdio>
#include <cstring>
#include <set>

#include "words.h"

using namespace textmetrics;

constexpr u32 kKeys = 1 << 12;
constexpr int kTop = 64 - 12;

static u64 state = 1;
static u64 random_number() { return mix(state += 0x9E3779B97F4A7C15ull); }

// Sixteen bytes, hashed as words were: the second half reaches the hash by a product alone.
static u64 linear(u64 first, u64 second) {
  return mix(first ^ (second + 16) * 0xC2B2AE3D27D4EB4Full);
}

// Of so many keys, how many places of a table that has one for each.
template <class Make>
static void count(const char* name, const Make& make) {
  std::set<u64> places;
  for (u32 k = 0; k < kKeys; ++k) places.insert(make());
  std::printf("%s %zu\n", name, places.size());
}

int main() {
  // Any two halves that solve first ^ (second + 16) * factor = target have one hash.
  count("known_hash", [] {
    const u64 second = random_number();
    return linear(42 ^ (second + 16) * 0xC2B2AE3D27D4EB4Full, second) >> kTop;
  });
  count("words", [] {
    u8 word[16 + kPadding] = {};
    const u64 second = random_number(), first = 42 ^ (second + 16) * 0xC2B2AE3D27D4EB4Full;
    std::memcpy(word, &first, 8);
    std::memcpy(word + 8, &second, 8);
    return hash_of(word, 16) >> kTop;
  });
  // Four code points: the hash of the first two, which is known where no seed is, and the two that
  // make the next step the same.
  count("wide_words", [] {
    const u64 pair = random_number() & 0x001FFFFF001FFFFF;
    u64 hash = (4 * 0x9E3779B97F4A7C15ull ^ pair) * 0xD6E8FEB86659FD93ull;
    hash ^= hash >> 32;
    const u64 other = hash ^ 42;
    const u32 word[4 + kPadding] = {static_cast<u32>(pair), static_cast<u32>(pair >> 32),
                                    static_cast<u32>(other), static_cast<u32>(other >> 32)};
    return hash_of(word, 4) >> kTop;
  });
}

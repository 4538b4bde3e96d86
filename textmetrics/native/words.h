// Folded words: how they are compared and hashed, which are stopwords, and the types of a sample.
//
// A word is a run of units: code points, or the byte codes of native/narrow.h. What is kept of
// bytes can be read eight at a time, so there must be room for that behind every word.
#pragma once

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "compiler.h"
#include "seeds.h"
#include "tokens.h"

namespace textmetrics {

constexpr u32 kPadding = 16;  // units that can be read behind a word

inline u64 load(const u8* bytes) {
  u64 word;
  std::memcpy(&word, bytes, sizeof word);
  return lowest_first(word);
}

// Of eight bytes so many of the first, by their number.
inline constexpr u64 kFirstBytes[] = {0,
                                      0xFF,
                                      0xFFFF,
                                      0xFFFFFF,
                                      0xFFFFFFFF,
                                      0xFFFFFFFFFF,
                                      0xFFFFFFFFFFFF,
                                      0xFFFFFFFFFFFFFF,
                                      0xFFFFFFFFFFFFFFFF};

// So many of the first bytes of eight, the others zero.
inline u64 first_bytes(u64 word, u32 count) { return word & kFirstBytes[std::min(count, 8u)]; }

constexpr u32 kFront = 15;

// By the length of a word, which of sixteen bytes are its own, and what stands behind them.
struct FrontMasks {
  alignas(16) u64 own[kFront + 2][2] = {};
  alignas(16) u64 behind[kFront + 2][2] = {};

  constexpr FrontMasks() {
    for (u32 length = 0; length <= kFront + 1; ++length) {
      const u32 first = length < 8 ? length : 8, second = length < 8 ? 0 : length - 8;
      own[length][0] = kFirstBytes[first];
      own[length][1] = kFirstBytes[second < 7 ? second : 7];
      behind[length][1] = u64{length} << 56;
    }
  }
};
inline constexpr FrontMasks kFrontMasks{};

// The first bytes of a word, zeros, and its length in the sixteenth byte, 16 of all that are longer
// than 15. So the fronts of words that are no longer are equal only if the words are. Without a
// branch, since the processor cannot guess how long words are.
struct alignas(16) Front {
  u64 first, second;

  Front() : first(0), second(0) {}
  Front(const u8* units, u32 length) {
    const u32 at = std::min(length, kFront + 1);
#ifdef TEXTMETRICS_SSE2
    const auto sixteen = [](const void* from) {
      return _mm_loadu_si128(static_cast<const __m128i*>(from));
    };
    _mm_store_si128(reinterpret_cast<__m128i*>(this),
                    _mm_or_si128(_mm_and_si128(sixteen(units), sixteen(kFrontMasks.own[at])),
                                 sixteen(kFrontMasks.behind[at])));
#else
    first = load(units) & kFrontMasks.own[at][0];
    second = (load(units + 8) & kFrontMasks.own[at][1]) | kFrontMasks.behind[at][1];
#endif
  }
  bool is_long() const { return second >> 56 > kFront; }
};

inline bool same(const Front& a, const Front& b) {
#ifdef TEXTMETRICS_SSE2
  const auto sixteen = [](const Front& from) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(&from));
  };
  return _mm_movemask_epi8(_mm_cmpeq_epi8(sixteen(a), sixteen(b))) == 0xFFFF;
#else
  return ((a.first ^ b.first) | (a.second ^ b.second)) == 0;
#endif
}

// A sum of products with secret odd factors, both made at once. Its highest bits, by which tables
// look for it, are as good as drawn for any two words; the lowest depend on few characters.
inline u64 hash_of(const Front& front) {
  return front.first * kSeeds.first + front.second * kSeeds.second;
}
inline u64 hash_of(const Front& front, const u8* units, u32 length) {
  u64 hash = hash_of(front) + length;
  for (u32 i = kFront; i < length; i += 8) {
    hash = (mix(hash) ^ first_bytes(load(units + i), length - i)) * kSeeds.more;
  }
  return hash;
}
inline u64 hash_of(const u8* units, u32 length) {
  return hash_of(Front(units, length), units, length);
}

// The same of code points, two at a time.
inline u64 hash_of(const u32* units, u32 length) {
  const auto two = [&](u32 i) {
    if (i + 2 <= length) return u64{units[i]} | u64{units[i + 1]} << 32;
    return i < length ? u64{units[i]} : 0;
  };
  u64 hash = two(0) * kSeeds.first + two(2) * kSeeds.second + length;
  for (u32 i = 4; i < length; i += 2) hash = (mix(hash) ^ two(i)) * kSeeds.more;
  return hash;
}

// Whether two words of one length are equal.
inline bool same(const u8* a, const u8* b, u32 length) {
  return same(Front(a, length), Front(b, length)) &&
         (length <= kFront || std::memcmp(a + kFront, b + kFront, length - kFront) == 0);
}
inline bool same(const u32* a, const u32* b, u32 length) {  // words are short: no call for them
  u64 differ = 0;
  u32 i = 0;
  for (; i + 2 <= length; i += 2) {
    differ |= (u64{a[i]} | u64{a[i + 1]} << 32) ^ (u64{b[i]} | u64{b[i + 1]} << 32);
  }
  if (i < length) differ |= a[i] ^ b[i];
  return differ == 0;
}

// Folded words that are more than content. The first of equal ones counts.
template <class Unit>
class KnownWords {
 public:
  // One that has no word.
  static KnownWords sealed() {
    KnownWords none;
    none.seal();
    return none;
  }
  void add(const std::vector<Unit>& word, Role role) {
    words_.push_back(Word{static_cast<u32>(units_.size()), static_cast<u32>(word.size()), role});
    units_.insert(units_.end(), word.begin(), word.end());
  }
  void seal() {
    units_.resize(units_.size() + kPadding);
    std::size_t size = 8;
    for (shift_ = 61; size < 4 * words_.size(); --shift_) size *= 2;
    slots_.assign(size, Slot{0, 0});
    for (u32 w = 0; w < words_.size(); ++w) {
      const u64 hash = hash_of(units_.data() + words_[w].begin, words_[w].length);
      u64 at = hash >> shift_;
      while (slots_[at & (size - 1)].word != 0) ++at;
      slots_[at & (size - 1)] = Slot{hash, w + 1};
    }
  }
  // Call with each word, in the order in which they were added.
  template <class Use>
  void each(const Use& use) const {
    for (const Word& word : words_) use(units_.data() + word.begin, word.length, word.role);
  }
  template <class Test>
  bool any_of(const Test& test) const {
    return std::any_of(words_.begin(), words_.end(),
                       [&](const Word& word) { return test(word.role); });
  }
  Role find(const Unit* units, u32 length, u64 hash) const {
    for (u64 at = hash >> shift_;; ++at) {
      const Slot& slot = slots_[at & (slots_.size() - 1)];
      if (slot.word == 0) return Role::content;
      if (slot.hash != hash) continue;
      const Word& word = words_[slot.word - 1];
      if (word.length == length && same(units_.data() + word.begin, units, length)) {
        return word.role;
      }
    }
  }

 private:
  struct Word {
    u32 begin;
    u32 length;
    Role role;
  };
  struct Slot {
    u64 hash;
    u32 word;  // its place in words_, from 1
  };
  std::vector<Unit> units_;
  std::vector<Word> words_;
  std::vector<Slot> slots_;
  int shift_ = 61;  // of a hash to a place among the slots
};

// What tells most words apart without looking at their units: equal words have equal keys.
inline u64 key_of(const u8* units, u32 length, u64) { return first_bytes(load(units), length); }
inline u64 key_of(const u32*, u32, u64 hash) { return hash; }

// Whether two words of one length and one key are equal.
inline bool same_rest(const u8* a, const u8* b, u32 length) {
  return length <= 8 || std::memcmp(a + 8, b + 8, length - 8) == 0;
}
inline bool same_rest(const u32* a, const u32* b, u32 length) { return same(a, b, length); }

// The types of all samples that a worker reads: different words, numbered as they come. They are
// kept from sample to sample, since nearly every word was seen before, and the processor can guess
// that.
template <class Unit>
class Types {
 public:
  explicit Types(const KnownWords<Unit>& known) : known_(known) { forget(); }

  // All types are below it.
  u32 size() const { return static_cast<u32>(words_.size()); }

  // The word of a type, until the next is interned.
  std::pair<const Unit*, u32> word(u32 type) const {
    return {units_.data() + words_[type].begin, words_[type].length};
  }
  // Another one where all numbers were given anew.
  u64 generation() const { return generation_; }

  // Another sample begins, whose types may be other numbers than those of the samples before.
  void begin_sample() {
    if (words_.size() >= kMost || units_.size() >= 16 * kMost) forget();
  }

  // The type of a word, which has 28 bits, and its role.
  Token intern(const Unit* word, u32 length, u64 hash) {
    const u64 mask = slots_.size() - 1;
    const u64 key = key_of(word, length, hash);
    u64 at = hash >> shift_;
    for (; slots_[at].length != 0; at = (at + 1) & mask) {
      const Slot slot = slots_[at];
      if (slot.key == key && slot.length == length &&
          same_rest(units_.data() + words_[type_of(slot.token)].begin, word, length)) {
        return slot.token;
      }
    }
    return add(word, length, hash, at);
  }

 private:
  static constexpr std::size_t kMost = 1 << 15;  // so that they stay in the cache

  struct Word {
    u32 begin;  // in units_
    u32 length;
  };
  struct Slot {
    u64 key;
    u32 length;  // 0 where there is no word
    Token token;
  };

  void forget() {
    ++generation_;
    words_.clear();
    units_.assign(kPadding, Unit{0});
    slots_.assign(256, Slot{0, 0, 0});
    shift_ = 56;
  }

  Token add(const Unit* word, u32 length, u64 hash, u64 at) {
    const std::size_t begin = units_.size() - kPadding;
    units_.resize(units_.size() + length);
    std::copy(word, word + length, units_.begin() + static_cast<std::ptrdiff_t>(begin));
    const Token token = token_of(size(), known_.find(word, length, hash));
    words_.push_back(Word{static_cast<u32>(begin), length});
    slots_[at] = Slot{key_of(word, length, hash), length, token};
    if (slots_.size() < 2 * words_.size()) grow();
    return token;
  }

  void grow() {
    std::vector<Slot> before(4 * slots_.size(), Slot{0, 0, 0});
    before.swap(slots_);
    shift_ -= 2;
    const u64 mask = slots_.size() - 1;
    for (const Slot& slot : before) {
      if (slot.length == 0) continue;
      const auto [word, length] = this->word(type_of(slot.token));
      u64 at = hash_of(word, length) >> shift_;
      while (slots_[at].length != 0) at = (at + 1) & mask;
      slots_[at] = slot;
    }
  }

  const KnownWords<Unit>& known_;
  std::vector<Unit> units_;
  std::vector<Word> words_;
  std::vector<Slot> slots_;
  int shift_ = 56;  // of a hash to a place among the slots
  u64 generation_ = 0;
};

}  // namespace textmetrics

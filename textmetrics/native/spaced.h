// Words between white space as ids: many programs score these, so they have a reader of their own.
//
// Texts become bytes, ASCII as it is and others in UTF-8, of which 64 are looked at at once. Words
// are compared by their bytes, in a table of the sample's words alone: that of most samples stays
// in the first-level cache.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "bits.h"
#include "classify.h"
#include "memory.h"
#include "rewrite.h"
#include "scanned.h"
#include "stop.h"
#include "words.h"

namespace textmetrics {

// Of 64 bytes, those that are white space, and those of them that are spaces.
struct White {
  u64 all, plain;
};

#ifdef TEXTMETRICS_SSE2

inline White white(const u8* bytes) {
  White found{0, 0};
  for (i64 i = 0; i < kBlock; i += 16) {
    const Sixteen each(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i)));
    const Sixteen plain = each.is(' ');
    found.plain |= plain.bits(i);
    found.all |= (plain | each.in('\t', '\r') | each.in(0x1C, 0x1F)).bits(i);
  }
  return found;
}

#else

inline White white(const u8* bytes) {
  White found{0, 0};
  for (i64 i = 0; i < kBlock; ++i) {
    const u32 byte = bytes[i];
    found.plain |= u64{byte == ' '} << i;
    found.all |= u64{byte == ' ' || byte - '\t' < 5 || byte - 0x1C < 4} << i;
  }
  return found;
}

#endif

constexpr u32 kFront = 16;  // bytes of a word that a slot has

// By the length of a word, which of its first bytes are its own.
struct Masks {
  u64 first, second;
};
struct AllMasks {
  Masks of[kFront + 1] = {};
  constexpr AllMasks() {
    for (u32 length = 0; length <= kFront; ++length) {
      of[length] = Masks{kFirstBytes[length < 8 ? length : 8], kFirstBytes[length < 8 ? 0 : length - 8]};
    }
  }
};
inline constexpr AllMasks kMasks{};

class SpacedWords {
 public:
  // `lone_joins`: a single white space other than a space is a part of a word, as in jiwer.
  SpacedWords(bool lone_joins, const Spaces& spaces) : lone_joins_(lone_joins), spaces_(spaces) {}

  // Add a sample; false, and nothing added, if it has white space beyond ASCII or is very long.
  bool read(const Text& prediction, const Text* references, i64 count, Ids& out) {
    i64 most = bytes_of(prediction);
    for (i64 r = 0; r < count; ++r) most += bytes_of(references[r]);
    if (most > kMost) return false;
    bytes_ = at_least(byte_memory_, most + kBlock + kPadding);
    begins_ = at_least(begin_memory_, most / 2 + count + kBlock);
    ends_ = at_least(end_memory_, most / 2 + count + kBlock);
    size_ = 0;
    found_ = 0;
    const std::size_t before = out.lengths.size();
    for (i64 t = -1; t < count; ++t) {
      const i64 words = found_;
      if (!split(t < 0 ? prediction : references[t])) {
        out.lengths.resize(before);
        return false;
      }
      out.lengths.push_back(found_ - words);
    }
    number(at_least(out.memory, out.size + found_) + out.size);
    out.size += found_;
    out.sequences.push_back(count + 1);
    return true;
  }

 private:
  static constexpr i64 kMost = i64{1} << 30;
  static constexpr i64 kFew = 1 << 10;

  // The first bytes of a word, behind its end zeros, and where it is.
  struct Word {
    u64 first, second, hash;
    u32 begin, length;
  };
  struct Known {
    u64 first, second;
    u32 length, begin;
    u32 stamp, id;
  };

  static i64 bytes_of(const Text& text) { return text.ascii ? text.length : 4 * text.length; }

  bool split(const Text& text) {
    const auto begin = static_cast<u32>(size_);
    if (!append(text)) return false;
    const i64 length = size_ - begin;
    const u8* bytes = bytes_ + begin;
    u64 white_before = 1, word_before = 0;  // of the character before the block
    White here = white_of(bytes, length, 0);
    for (i64 at = 0; at <= length; at += kBlock) {  // the end of the last word is in a block too
      const White next = white_of(bytes, length, at + kBlock);
      u64 parts = here.all;
      if (lone_joins_) {
        parts &= here.plain | here.all << 1 | white_before | here.all >> 1 | next.all << 63;
      }
      const u64 word = ~parts, shifted = word << 1 | word_before;
      const u32 base = begin + static_cast<u32>(at);
      const i64 begun = places(word & ~shifted, base, begins_ + found_);
      places(shifted & ~word, base, ends_ + found_ - static_cast<i64>(word_before));
      found_ += begun;
      white_before = here.all >> 63;
      word_before = word >> 63;
      here = next;
    }
    return true;
  }

  // White space begins behind the text.
  static White white_of(const u8* bytes, i64 length, i64 at) {
    if (at > length) return White{~0ull, ~0ull};
    White found = white(bytes + at);
    if (length - at < kBlock) found.all |= ~0ull << (length - at);
    return found;
  }

  bool append(const Text& text) {
    u8* to = bytes_ + size_;
    if (text.ascii) {
      std::copy_n(static_cast<const u8*>(text.data), text.length, to);
      size_ += text.length;
      return true;
    }
    to = with_points(text, [&](auto from) { return write(from, text.length, to); });
    if (to != nullptr) size_ = to - bytes_;
    return to != nullptr;
  }

  // UTF-8; null if there is white space beyond ASCII.
  template <class Point>
  u8* write(const Point* from, i64 length, u8* to) const {
    const auto rest = [](u32 point, int shift) {
      return static_cast<u8>(0x80 | (point >> shift & 0x3F));
    };
    for (i64 i = 0; i < length; ++i) {
      const u32 point = from[i];
      if (point < 0x80) {
        *to++ = static_cast<u8>(point);
        continue;
      }
      if (spaces_.has(point)) return nullptr;
      if (point < 0x800) {
        *to++ = static_cast<u8>(0xC0 | point >> 6);
      } else if (point < 0x10000) {
        *to++ = static_cast<u8>(0xE0 | point >> 12);
        *to++ = rest(point, 6);
      } else {
        *to++ = static_cast<u8>(0xF0 | point >> 18);
        *to++ = rest(point, 12);
        *to++ = rest(point, 6);
      }
      *to++ = rest(point, 0);
    }
    return to;
  }

  // Words get their numbers in the order in which they come. Whether one is long, and whether it is
  // new, has no branch of its own, since the processor cannot guess it.
  void number(i32* to) {
    Word* const words = at_least(word_memory_, found_);
    worked(4 * found_);
    for (i64 w = 0; w < found_; ++w) words[w] = word_at(begins_[w], ends_[w] - begins_[w]);
    u64 size = 64;
    while (size < (found_ < kFew ? 4 : 2) * static_cast<u64>(found_)) size *= 2;
    Known* const known = at_least(known_memory_, static_cast<i64>(size));
    if (++stamp_ == 0) {
      for (Known& each : known_memory_) each.stamp = 0;
      stamp_ = 1;
    }
    const u32 stamp = stamp_;
    u32 next = 0;
    for (const Word *word = words, *end = words + found_; word != end; ++word) {
      worked_at(end - word, 16);
      for (u64 at = word->hash;; ++at) {
        Known& slot = known[at & (size - 1)];
        const u32 free = 0 - u32{slot.stamp != stamp};  // all bits, or none
        u64 differ = (slot.first ^ word->first) | (slot.second ^ word->second) |
                     (slot.length ^ word->length);
        if (word->length > kFront && (differ | free) == 0) differ = differ_behind(slot, *word);
        if ((differ & ~(u64{free} << 32 | free)) != 0) continue;
        const u32 id = (next & free) | (slot.id & ~free);
        slot = Known{word->first, word->second, word->length, word->begin, stamp, id};
        next += free & 1;
        *to++ = static_cast<i32>(id);
        break;
      }
    }
  }

  Word word_at(u32 begin, u32 length) const {
    const u8* bytes = bytes_ + begin;
    const Masks& masks = kMasks.of[std::min(length, kFront)];
    const u64 first = load(bytes) & masks.first, second = load(bytes + 8) & masks.second;
    u64 hash = (first ^ (second + length) * 0xC2B2AE3D27D4EB4Full) * 0x9E3779B97F4A7C15ull;
    for (u32 i = kFront; i < length; i += 8) {
      hash = mix(hash) ^ first_bytes(load(bytes + i), length - i);
    }
    return Word{first, second, hash ^ hash >> 32, begin, length};
  }

  u64 differ_behind(const Known& slot, const Word& word) const {
    return u64{std::memcmp(bytes_ + slot.begin + kFront, bytes_ + word.begin + kFront,
                           word.length - kFront) != 0};
  }

  const bool lone_joins_;
  const Spaces& spaces_;
  std::vector<u8> byte_memory_;
  std::vector<u32> begin_memory_, end_memory_;
  std::vector<Word> word_memory_;
  std::vector<Known> known_memory_;
  u8* bytes_ = nullptr;  // of all texts of the sample
  u32 *begins_ = nullptr, *ends_ = nullptr;  // of its words
  i64 size_ = 0, found_ = 0;
  u32 stamp_ = 0;
};

}  // namespace textmetrics

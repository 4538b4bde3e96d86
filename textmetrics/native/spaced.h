// Words between white space as ids: many programs score these, so they have a reader of their own.
//
// Texts become bytes, ASCII as it is and others in UTF-8, of which 64 are looked at at once. Words
// are compared by their bytes.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "bits.h"
#include "classify.h"
#include "memory.h"
#include "rewrite.h"
#include "sample_words.h"
#include "scanned.h"
#include "stop.h"

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

  // Words get their numbers in the order in which they come, as their types do.
  void number(i32* to) {
    Token* const found = at_least(found_memory_, found_);
    words_.begin_sample();
    words_.find(bytes_, begins_, ends_, found_, found);
    in_runs(found_, 1, [&](i64 from, i64 until) {
      for (i64 w = from; w < until; ++w) to[w] = static_cast<i32>(type_of(found[w])) - 1;
    });
  }

  const bool lone_joins_;
  const Spaces& spaces_;
  std::vector<u8> byte_memory_;
  std::vector<u32> begin_memory_, end_memory_;
  std::vector<Token> found_memory_;
  SampleWords words_{KnownWords<u8>::sealed()};
  u8* bytes_ = nullptr;  // of all texts of the sample
  u32 *begins_ = nullptr, *ends_ = nullptr;  // of its words
  i64 size_ = 0, found_ = 0;
};

}  // namespace textmetrics

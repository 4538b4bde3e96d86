// Words between white space, or between signs too, as ids: many programs score these, so they have a
// reader of their own.
//
// Texts become bytes, ASCII as it is and others in UTF-8, of which 64 are looked at at once. Words
// are compared by their bytes.
#pragma once

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "bits.h"
#include "classify.h"
#include "memory.h"
#include "mteval.h"
#include "rewrite.h"
#include "sample_words.h"
#include "scanned.h"
#include "split.h"
#include "stop.h"

namespace textmetrics {

// Of 64 bytes, those that are white space, and those of them that are spaces.
struct White {
  u64 all, plain;
};

// A letter of ASCII in lower case, a digit or what is kept; else a space.
inline u8 folded(u32 point, u8 kept) {
  const u32 low = point - 'A' < 26 ? point | 0x20 : point;
  return low - 'a' < 26 || low - '0' < 10 || low == kept ? static_cast<u8>(low) : u8{' '};
}

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

// Lower the letters of ASCII, and put spaces for what is no letter, digit or `kept`.
inline void fold_words(const u8* from, i64 length, u8 kept, u8* to) {
  const Sixteen space(_mm_set1_epi8(' '));
  i64 i = 0;
  for (; i + 16 <= length; i += 16) {
    const Sixteen each(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i)));
    const Sixteen low = each | (each.in('A', 'Z') & space);
    const Sixteen stays = low.in('a', 'z') | low.in('0', '9') | low.is(static_cast<char>(kept));
    const __m128i spaces = _mm_andnot_si128(stays.value(), space.value());
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i),
                     _mm_or_si128((low & stays).value(), spaces));
  }
  for (; i < length; ++i) to[i] = folded(from[i], kept);
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

inline void fold_words(const u8* from, i64 length, u8 kept, u8* to) {
  for (i64 i = 0; i < length; ++i) to[i] = folded(from[i], kept);
}

#endif

// Texts of one sample as bytes, and the places of their words.
class ByteWords {
 public:
  explicit ByteWords(const Spaces& spaces) : spaces_(spaces) {}

  // Begin a sample whose texts have no more bytes than that.
  void begin(i64 most) {
    if (most > kMost) throw std::length_error("the texts of a sample have over 1,073,741,824 bytes");
    bytes_ = at_least(byte_memory_, most + kBlock + kPadding);
    begins_ = at_least(begin_memory_, most + kBlock);
    ends_ = at_least(end_memory_, most + kBlock);
    size_ = 0;
    found_ = 0;
  }
  static bool fits(i64 most) { return most <= kMost; }
  static i64 bytes_of(const Text& text) { return text.ascii ? text.length : 4 * text.length; }

  i64 found() const { return found_; }
  i64 size() const { return size_; }
  void set_size(i64 size) { size_ = size; }
  u8* end() { return bytes_ + size_; }
  const u8* bytes() const { return bytes_; }
  const u32* begins() const { return begins_; }
  const u32* ends() const { return ends_; }

  // Add characters, in UTF-8. White space beyond ASCII becomes a space, which most programs take it
  // for; gives whether there was any.
  template <class Point>
  bool append(const Point* from, i64 length) {
    u8* to = end();
    bool other_white = false;
    const auto rest = [](u32 point, int shift) {
      return static_cast<u8>(0x80 | (point >> shift & 0x3F));
    };
    for (i64 i = 0; i < length; ++i) {
      const u32 point = from[i];
      if (point < 0x80) {
        *to++ = static_cast<u8>(point);
        continue;
      }
      if (spaces_.has(point)) {
        *to++ = ' ';
        other_white = true;
        continue;
      }
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
    size_ = to - bytes_;
    return other_white;
  }
  bool append(const Text& text) {
    if (!text.ascii) {
      return with_points(text, [&](auto points) { return append(points, text.length); });
    }
    std::copy_n(static_cast<const u8*>(text.data), text.length, end());
    size_ += text.length;
    return false;
  }

  // Find the words from a place to the end. `look` is told where 64 bytes begin, one after the
  // other, and says which of them are white space, and which are words by themselves.
  template <class Look>
  void cut(i64 from, const Look& look) {
    const i64 length = size_ - from;
    u64 word_before = 0, alone_before = 0;  // of the byte before the block
    for (i64 at = 0; at <= length; at += kBlock) {  // the end of the last word is in a block too
      u64 white, alone = 0;
      look(at, white, alone);
      if (length - at < kBlock) {
        white |= ~0ull << (length - at);
        alone &= ~white;
      }
      const u64 word = ~white, before = word << 1 | word_before;
      const u64 apart = alone | alone << 1 | alone_before;
      const u32 base = static_cast<u32>(from + at);
      const i64 begun = places(word & (~before | apart), base, begins_ + found_);
      places(before & (white | apart), base, ends_ + found_ - static_cast<i64>(word_before));
      found_ += begun;
      word_before = word >> 63;
      alone_before = alone >> 63;
    }
  }

  // The words from 13a or zh.
  void cut_mteval(i64 from, bool opens, bool closes) {
    bytes_[size_] = 0;
    Mteval mteval(bytes_ + from, size_ - from, opens, closes);
    cut(from, [&](i64 at, u64& white, u64& alone) { mteval.look(at, white, alone); });
  }

 private:
  static constexpr i64 kMost = i64{1} << 30;

  const Spaces& spaces_;
  std::vector<u8> byte_memory_;
  std::vector<u32> begin_memory_, end_memory_;
  u8* bytes_ = nullptr;
  u32 *begins_ = nullptr, *ends_ = nullptr;
  i64 size_ = 0, found_ = 0;
};

class SpacedWords {
 public:
  static bool reads(Split how) {
    return how == Split::whitespace || how == Split::spaces || how == Split::mteval ||
           how == Split::rouge_score || how == Split::rouge_score_lines;
  }

  SpacedWords(Split how, const Spaces& spaces) : how_(how), words_(spaces), types_(known(how)) {}

  // Add a sample; false, and nothing added, if another reader has to.
  bool read(const Text& prediction, const Text* references, i64 count, Ids& out) {
    i64 most = ByteWords::bytes_of(prediction);
    for (i64 r = 0; r < count; ++r) most += ByteWords::bytes_of(references[r]);
    if (how_ != Split::mteval && !ByteWords::fits(most)) return false;
    words_.begin(most);
    const std::size_t before = out.lengths.size();
    for (i64 t = -1; t < count; ++t) {
      const i64 words = words_.found();
      if (!split(t < 0 ? prediction : references[t])) {
        out.lengths.resize(before);
        return false;
      }
      out.lengths.push_back(words_.found() - words);
    }
    number(at_least(out.memory, out.size + words_.found()) + out.size);
    out.size += words_.found();
    out.sequences.push_back(count + 1);
    return true;
  }

 private:
  // Of lines, the break has the first number, whether it occurs or not.
  static KnownWords<u8> known(Split how) {
    KnownWords<u8> words;
    if (how == Split::rouge_score_lines) words.add({'\n'}, Role::content);
    words.seal();
    return words;
  }

  bool split(const Text& text) {
    const i64 from = words_.size();
    switch (how_) {
      case Split::mteval:
        words_.append(text);
        if (MtevalCleaner::changes(words_.bytes() + from, words_.size() - from)) {
          u8* const bytes = words_.end() - (words_.size() - from);
          words_.set_size(from + MtevalCleaner::clean(bytes, words_.size() - from));
        }
        words_.cut_mteval(from, false, false);
        return true;
      case Split::rouge_score:
      case Split::rouge_score_lines:
        append_folded(text);
        cut_folded(from);
        return true;
      case Split::spaces:
        if (words_.append(text)) return false;
        cut_spaces(from);
        return true;
      default:
        words_.append(text);
        words_.cut(from, [bytes = words_.bytes() + from](i64 at, u64& all, u64&) {
          all = white(bytes + at).all;
        });
        return true;
    }
  }

  // A single white space other than a space is a part of a word.
  void cut_spaces(i64 from) {
    const u8* const bytes = words_.bytes() + from;
    const i64 length = words_.size() - from;
    const auto white_of = [&](i64 at) {  // white space begins behind the text
      if (at > length) return White{~0ull, ~0ull};
      White found = white(bytes + at);
      if (length - at < kBlock) found.all |= ~0ull << (length - at);
      return found;
    };
    u64 before = 1;
    White here = white_of(0);
    words_.cut(from, [&](i64 at, u64& parts, u64&) {
      const White next = white_of(at + kBlock);
      parts = here.all & (here.plain | here.all << 1 | before | here.all >> 1 | next.all << 63);
      before = here.all >> 63;
      here = next;
    });
  }

  // See presets/rouge_score.py: `str.lower` turns two other letters into ASCII ones, and one of
  // them into a mark as well, which ends the word.
  void append_folded(const Text& text) {
    constexpr u32 kKelvin = 0x212A, kDottedI = 0x130;
    const u8 kept = how_ == Split::rouge_score_lines ? '\n' : ' ';
    u8* const begin = words_.end();
    if (text.ascii) {
      fold_words(static_cast<const u8*>(text.data), text.length, kept, begin);
      words_.set_size(words_.size() + text.length);
      return;
    }
    u8* to = begin;
    with_points(text, [&](auto points) {
      for (i64 i = 0; i < text.length; ++i) {
        const u32 point = points[i];
        *to++ = point == kKelvin ? u8{'k'} : point == kDottedI ? u8{'i'} : folded(point, kept);
        if (point == kDottedI) *to++ = ' ';
      }
    });
    words_.set_size(words_.size() + (to - begin));
  }

  void cut_folded(i64 from) {
    const u8* const bytes = words_.bytes() + from;
    if (how_ == Split::rouge_score) {
      words_.cut(from, [&](i64 at, u64& spaces, u64&) { spaces = white(bytes + at).plain; });
      return;
    }
    words_.cut(from, [&](i64 at, u64& spaces, u64& alone) {
      const White found = white(bytes + at);
      spaces = found.plain;
      alone = found.all & ~found.plain;  // line feeds: no other white space is left
    });
  }

  // Words get their numbers in the order in which they come, as their types do.
  void number(i32* to) {
    const i64 count = words_.found();
    Token* const found = at_least(found_memory_, count);
    types_.begin_sample();
    types_.find(words_.bytes(), words_.begins(), words_.ends(), count, found);
    in_runs(count, 1, [&](i64 from, i64 until) {
      for (i64 w = from; w < until; ++w) to[w] = static_cast<i32>(type_of(found[w])) - 1;
    });
  }

  const Split how_;
  ByteWords words_;
  std::vector<Token> found_memory_;
  SampleWords types_;
};

}  // namespace textmetrics

// A Japanese text as Sudachi looks it up: rewritten, with the classes of its characters.
//
// Characters become what Sudachi's normalizer makes of them, runs of prolonged sound marks become
// one, readings in brackets behind Kanji are left out. languages/sudachi_port.py has the tables.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "counts.h"
#include "sudachi_dictionary.h"

namespace textmetrics {

// Classes of characters that have a meaning here; the bits are those of languages/sudachi_port.py.
enum SudachiClass : u32 {
  kSudachiKanji = 1u << 2,
  kSudachiNumeric = 1u << 4,
  kSudachiAlphabets = 1u << 5 | 1u << 9 | 1u << 10,
  kSudachiHiragana = 1u << 6,
  kSudachiKatakana = 1u << 7,
  kSudachiKanjiNumeric = 1u << 8,
  kSudachiBeginsNone = 1u << 30,  // no unknown word begins with it
  kSudachiEndsNone = 1u << 31,    // and none ends with it
};

// A word that the dictionary lacks, as one of its class is taken.
struct Unknown {
  u16 left, right;
  i16 cost;
  u16 speech;
};

// How unknown words are made of a class of characters.
struct UnknownClass {
  bool always = false;  // also where the dictionary has a word
  bool grouped = false;
  u32 longest = 0;
  std::vector<Unknown> words;
};

struct SudachiSettings {
  std::vector<UnknownClass> classes = std::vector<UnknownClass>(32);
  Unknown simple{};             // where there is no word at all
  std::u32string prolonged;     // runs of these become the first of them
  std::u32string left_brackets, right_brackets;
  u32 longest_reading = 0;
  u16 numeral = 0, katakana = 0;  // parts of speech
  u32 shortest_katakana = 0;
};

// What is known of each character: its classes, and what it is rewritten to.
class SudachiCharacters {
 public:
  struct Known {
    u32 classes = 1;
    u32 rewritten = 0;  // the number of a string, 0 for none
    bool begins_pair = false, ends_pair = false;
  };

  SudachiCharacters() : pages_(0x1100, 0), known_(256), strings_(1) {}

  const Known& operator[](u32 point) const { return known_[pages_[point >> 8] << 8 | (point & 0xFF)]; }
  const std::u32string& string(u32 number) const { return strings_[number]; }

  void set_classes(u32 begin, u32 end, u32 classes) {
    for (u32 point = begin; point < end && point < 0x110000; ++point) change(point).classes = classes;
  }
  void rewrite(u32 point, std::u32string to) {
    change(point).rewritten = static_cast<u32>(strings_.size());
    strings_.push_back(std::move(to));
  }
  void rewrite(u32 first, u32 second, std::u32string to) {
    change(first).begins_pair = true;
    change(second).ends_pair = true;
    pairs_[u64{first} << 32 | second] = static_cast<u32>(strings_.size());
    strings_.push_back(std::move(to));
  }
  u32 pair(u32 first, u32 second) const {
    const auto found = pairs_.find(u64{first} << 32 | second);
    return found == pairs_.end() ? 0 : found->second;
  }

 private:
  Known& change(u32 point) {
    u32& page = pages_[point >> 8];
    if (page == 0) {
      page = static_cast<u32>(known_.size() >> 8);
      known_.resize(known_.size() + 256);
    }
    return known_[page << 8 | (point & 0xFF)];
  }

  std::vector<u32> pages_;
  std::vector<Known> known_;
  std::vector<std::u32string> strings_;
  std::unordered_map<u64, u32> pairs_;
};

inline u32 utf8_size(u32 point) {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

// A text as it is looked up, and where each of its characters comes from.
class SudachiText {
 public:
  static constexpr i64 kLongest = 49'149, kLongestRewritten = 65'535;  // bytes of UTF-8

  std::vector<u32> points;
  std::vector<u32> origins;  // in the text as it was given; one more than characters
  std::vector<u32> classes;
  std::vector<u8> bytes;
  std::vector<u32> offsets;     // of characters, among the bytes; one more
  std::vector<u32> characters;  // of bytes; one more
  std::vector<u8> begins;       // whether a word may begin there; one more
  std::vector<u32> runs;        // how many characters have a class in common from here on

  u32 size() const { return static_cast<u32>(points.size()); }

  // False if Sudachi does not take a text of this length.
  template <class Point>
  bool read(const Point* text, i64 length, const SudachiSettings& settings,
            const SudachiCharacters& known) {
    if (!rewrite_characters(text, length, known)) return false;
    if (seen_marks(settings.prolonged) && !join_marks(settings)) return false;
    if (seen_marks(settings.left_brackets)) drop_readings(settings, known);
    look(known);
    return true;
  }

  // The classes that all characters of a range have.
  u32 common(u32 begin, u32 end) const {
    if (begin >= end) return 0;
    u32 all = ~0u;
    for (u32 i = begin; i < end; ++i) all &= classes[i];
    return all;
  }

 private:
  template <class Point>
  bool rewrite_characters(const Point* text, i64 length, const SudachiCharacters& known) {
    if (length > kLongest) return false;
    points.clear();
    origins.clear();
    i64 bytes = 0;
    for (i64 i = 0; i < length; ++i) bytes += utf8_size(text[i]);
    if (bytes > kLongest) return false;
    for (i64 i = 0; i < length; ++i) {
      const auto& character = known[text[i]];
      const u32 from = static_cast<u32>(i);
      u32 taken = 1, to = 0;
      const bool pair = character.begins_pair && i + 1 < length && known[text[i + 1]].ends_pair;
      if (pair && (to = known.pair(text[i], text[i + 1])) != 0) {
        taken = 2;
      } else {
        to = character.rewritten;
      }
      if (to == 0) {
        points.push_back(text[i]);
        origins.push_back(from);
        continue;
      }
      bytes -= utf8_size(text[i]) + (taken == 2 ? utf8_size(text[i + 1]) : 0);
      u32 origin = from;
      for (const u32 point : known.string(to)) {
        points.push_back(point);
        origins.push_back(origin);
        origin = from + taken;
        bytes += utf8_size(point);
      }
      if (bytes > kLongestRewritten) return false;
      i += taken - 1;
    }
    origins.push_back(static_cast<u32>(length));
    origins[0] = 0;
    bytes_ = bytes;
    return true;
  }

  bool seen_marks(const std::u32string& marks) const {
    return std::any_of(points.begin(), points.end(), [&](u32 point) { return is_one(point, marks); });
  }
  static bool is_one(u32 point, const std::u32string& marks) {
    return marks.find(static_cast<char32_t>(point)) != std::u32string::npos;
  }

  // Write a character over those that were read already.
  void keep(u32& to, u32 point, u32 origin) {
    points[to] = point;
    origins[to++] = origin;
  }
  void end(u32 to) {
    origins[to] = origins[size()];
    points.resize(to);
    origins.resize(to + 1);
    origins[0] = 0;
  }

  bool join_marks(const SudachiSettings& settings) {
    const u32 mark = settings.prolonged[0];
    u32 to = 0;
    for (u32 i = 0; i < size();) {
      u32 behind = i;
      i64 bytes = 0;
      while (behind < size() && is_one(points[behind], settings.prolonged)) {
        bytes += utf8_size(points[behind++]);
      }
      if (behind - i < 2) {
        keep(to, points[i], origins[i]);
        ++i;
        continue;
      }
      bytes_ += utf8_size(mark) - bytes;
      if (bytes_ > kLongestRewritten) return false;
      keep(to, mark, origins[i]);
      i = behind;
    }
    end(to);
    return true;
  }

  void drop_readings(const SudachiSettings& settings, const SudachiCharacters& known) {
    u32 to = 0;
    for (u32 i = 0; i < size();) {
      keep(to, points[i], origins[i]);
      if ((known[points[i]].classes & kSudachiKanji) == 0) {
        ++i;
        continue;
      }
      i = behind_reading(i + 1, settings, known);
    }
    end(to);
  }
  // Where the text goes on behind a reading that may begin here.
  u32 behind_reading(u32 at, const SudachiSettings& settings, const SudachiCharacters& known) const {
    if (at >= size() || !is_one(points[at], settings.left_brackets)) return at;
    u32 i = at + 1;
    const auto is_kana = [&] {
      return i < size() && (known[points[i]].classes & (kSudachiHiragana | kSudachiKatakana)) != 0;
    };
    while (i - at - 1 < settings.longest_reading && is_kana()) ++i;
    const bool closed = i > at + 1 && i < size() && is_one(points[i], settings.right_brackets);
    return closed ? i + 1 : at;
  }

  void look(const SudachiCharacters& known) {
    const u32 count = size();
    classes.resize(count);
    offsets.resize(count + 1);
    begins.resize(count + 1);
    bytes.resize(4 * std::size_t{count});
    characters.resize(4 * std::size_t{count} + 1);
    u32 at = 0, before = 0;
    for (u32 i = 0; i < count; ++i) {
      const u32 kinds = classes[i] = known[points[i]].classes;
      begins[i] = (kinds & kSudachiAlphabets) == 0 || (kinds & before) == 0;
      before = kinds;
      offsets[i] = at;
      const u32 size = write(points[i], &bytes[at]);
      for (u32 k = 0; k < size; ++k) characters[at + k] = i;
      at += size;
    }
    offsets[count] = at;
    characters[at] = count;
    begins[count] = 1;
    bytes.resize(at);
    find_runs();
  }

  static u32 write(u32 point, u8* to) {
    const u32 size = utf8_size(point);
    if (size == 1) {
      to[0] = static_cast<u8>(point);
      return 1;
    }
    for (u32 k = size; --k > 0; point >>= 6) to[k] = static_cast<u8>(0x80 | (point & 0x3F));
    to[0] = static_cast<u8>((0xF00 >> size & 0xFF) | point);
    return size;
  }

  void find_runs() {
    runs.resize(size());
    for (u32 i = 0; i < size();) {
      u32 shared = classes[i], end = i + 1;
      while (end < size() && (shared & classes[end]) != 0) shared &= classes[end++];
      for (; i < end; ++i) runs[i] = end - i;
    }
  }

  i64 bytes_ = 0;
};

}  // namespace textmetrics

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

#include "sudachi_costs.h"
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
  kSudachiNumbers = kSudachiNumeric | kSudachiKanjiNumeric,
  kSudachiBeginsNone = 1u << 30,  // no unknown word begins with it
  kSudachiEndsNone = 1u << 31,    // and none ends with it
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
  Unknown simple{};        // where there is no word at all
  u32 prolonged_mark = 0;  // what runs of such marks become
  u32 longest_reading = 0;
  u16 numeral = 0, katakana = 0;  // parts of speech
  u32 shortest_katakana = 0;
};

// What a character is where texts are rewritten.
enum SudachiMark : u32 {
  kSudachiBeginsPair = 1,  // that is rewritten at once
  kSudachiEndsPair = 2,
  kSudachiProlonged = 4,  // runs of such marks become one
  kSudachiOpens = 8,      // a reading
  kSudachiCloses = 16,
};

// What is known of each character: its classes, and what it is rewritten to.
class SudachiCharacters {
 public:
  struct Known {
    u32 classes = 1;
    u32 rewritten = 0;  // the number of a string, 0 for none
    u32 marks = 0;
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
    change(first).marks |= kSudachiBeginsPair;
    change(second).marks |= kSudachiEndsPair;
    pairs_[u64{first} << 32 | second] = static_cast<u32>(strings_.size());
    strings_.push_back(std::move(to));
  }
  void mark(const std::u32string& characters, SudachiMark as) {
    for (const char32_t character : characters) change(character).marks |= as;
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

// A text as it is looked up, and where each of its characters comes from.
class SudachiText {
 public:
  static constexpr i64 kLongest = 49'149, kLongestRewritten = 65'535;  // bytes of UTF-8

  std::vector<u32> points;
  std::vector<u32> origins;  // in the text as it was given; one more than characters
  std::vector<u32> classes;
  std::vector<u8> begins;  // whether a word may begin there; one more
  std::vector<u32> runs;   // how many characters have a class in common from here on

  u32 size() const { return static_cast<u32>(points.size()); }

  u32 all_classes = 0;  // that some character has

  // False if Sudachi does not take a text of this length. An upper bound of it does for most.
  template <class Point>
  bool read(const Point* text, i64 length, const SudachiSettings& settings,
            const SudachiCharacters& known) {
    if (length > kLongest) return false;
    if (4 * length <= kLongest && read(text, length, settings, known, 4 * length)) return true;
    i64 bytes = 0;
    for (i64 i = 0; i < length; ++i) bytes += utf8_size(text[i]);
    return bytes <= kLongest && read(text, length, settings, known, bytes);
  }

  // Whether all characters of a range have one of these classes in common.
  bool have(u32 begin, u32 end, u32 kinds) const {
    for (u32 i = begin; i < end && kinds != 0; ++i) kinds &= classes[i];
    return begin < end && kinds != 0;
  }

 private:
  template <class Point>
  bool read(const Point* text, i64 length, const SudachiSettings& settings,
            const SudachiCharacters& known, i64 bytes) {
    bytes_ = bytes;
    if (!rewrite_characters(text, length, known)) return false;
    if ((marks_ & kSudachiProlonged) != 0 && !join_marks(settings, known)) return false;
    if ((marks_ & kSudachiOpens) != 0) drop_readings(settings, known);
    find_begins();
    find_runs();
    return true;
  }

  template <class Point>
  bool rewrite_characters(const Point* text, i64 length, const SudachiCharacters& known) {
    make_room(static_cast<std::size_t>(length));
    marks_ = 0;
    u32 to = 0;
    for (i64 i = 0; i < length; ++i) {
      const auto& character = known[text[i]];
      const u32 from = static_cast<u32>(i);
      u32 taken = 1, string = character.rewritten;
      if ((character.marks & kSudachiBeginsPair) != 0 && i + 1 < length &&
          (known[text[i + 1]].marks & kSudachiEndsPair) != 0) {
        if (const u32 pair = known.pair(text[i], text[i + 1])) {
          taken = 2;
          string = pair;
        }
      }
      if (string == 0) {
        marks_ |= character.marks;
        keep(to, text[i], from, character.classes);
        continue;
      }
      make_room(points.size() + known.string(string).size());
      bytes_ -= utf8_size(text[i]) + (taken == 2 ? utf8_size(text[i + 1]) : 0);
      u32 origin = from;
      for (const u32 point : known.string(string)) {
        marks_ |= known[point].marks;
        keep(to, point, origin, known[point].classes);
        origin = from + taken;
        bytes_ += utf8_size(point);
      }
      if (bytes_ > kLongestRewritten) return false;
      i += taken - 1;
    }
    origins[points.size()] = static_cast<u32>(length);
    end(to);
    return true;
  }

  void make_room(std::size_t size) {
    points.resize(size);
    origins.resize(size + 1);
    classes.resize(size);
  }
  // Write a character, over those that were read already.
  void keep(u32& to, u32 point, u32 origin, u32 kinds) {
    points[to] = point;
    origins[to] = origin;
    classes[to++] = kinds;
  }
  void end(u32 to) {
    origins[to] = origins[size()];
    make_room(to);
    origins[0] = 0;
  }

  bool join_marks(const SudachiSettings& settings, const SudachiCharacters& known) {
    const u32 mark = settings.prolonged_mark;
    u32 to = 0;
    for (u32 i = 0; i < size();) {
      u32 behind = i;
      i64 bytes = 0;
      while (behind < size() && (known[points[behind]].marks & kSudachiProlonged) != 0) {
        bytes += utf8_size(points[behind++]);
      }
      if (behind - i < 2) {
        keep(to, points[i], origins[i], classes[i]);
        ++i;
        continue;
      }
      bytes_ += utf8_size(mark) - bytes;
      if (bytes_ > kLongestRewritten) return false;
      keep(to, mark, origins[i], known[mark].classes);
      i = behind;
    }
    end(to);
    return true;
  }

  void drop_readings(const SudachiSettings& settings, const SudachiCharacters& known) {
    u32 to = 0;
    for (u32 i = 0; i < size();) {
      const bool kanji = (classes[i] & kSudachiKanji) != 0;
      keep(to, points[i], origins[i], classes[i]);
      ++i;
      if (kanji) i = behind_reading(i, settings, known);
    }
    end(to);
  }
  // Where the text goes on behind a reading that may begin here.
  u32 behind_reading(u32 at, const SudachiSettings& settings, const SudachiCharacters& known) const {
    const auto is = [&](u32 i, SudachiMark mark) {
      return i < size() && (known[points[i]].marks & mark) != 0;
    };
    if (!is(at, kSudachiOpens)) return at;
    u32 i = at + 1;
    const auto is_kana = [&] {
      return i < size() && (classes[i] & (kSudachiHiragana | kSudachiKatakana)) != 0;
    };
    while (i - at - 1 < settings.longest_reading && is_kana()) ++i;
    return i > at + 1 && is(i, kSudachiCloses) ? i + 1 : at;
  }

  void find_begins() {
    const u32 count = size();
    begins.resize(count + 1);
    u32 before = 0;
    all_classes = 0;
    for (u32 i = 0; i < count; ++i) {
      const u32 kinds = classes[i];
      begins[i] = (kinds & kSudachiAlphabets) == 0 || (kinds & before) == 0;
      all_classes |= kinds;
      before = kinds;
    }
    begins[count] = 1;
  }

  void find_runs() {
    runs.resize(size());
    for (u32 i = 0; i < size();) {
      u32 shared = classes[i], end = i + 1;
      while (end < size() && (shared & classes[end]) != 0) shared &= classes[end++];
      for (; i < end; ++i) runs[i] = end - i;
    }
  }

  i64 bytes_ = 0;  // of the text, or more
  u32 marks_ = 0;  // that some character has
};

}  // namespace textmetrics

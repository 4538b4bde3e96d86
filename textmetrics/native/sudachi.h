// Japanese words exactly as SudachiPy 0.7 cuts them with its own settings, which is the definition.
//
// A text is rewritten first (languages/sudachi_port.py has the tables): characters become what
// Sudachi's normalizer makes of them, runs of prolonged sound marks become one, readings in
// brackets behind Kanji are left out. Of what is left, a lattice has all words of the dictionary
// and, by classes of characters, words that it lacks; the cheapest path through it are the words.
// Numbers and unknown Katakana words of the path are joined, and words divided into shorter units.
//
// Costs are compared strictly, so that of equal ones the word that came first wins: the shorter
// one, then in the order of the dictionary, then unknown words. What cannot change a result is left
// out: words of the same two connection ids as a cheaper one at the same place, and all but the
// cheapest word of a right id where words connect.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "stop.h"
#include "sudachi_costs.h"
#include "sudachi_dictionary.h"
#include "sudachi_numbers.h"

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

// A word of the result.
struct Morpheme {
  static constexpr u32 kUnknown = 1u << 31;  // with the part of speech in place of a word's number
  static constexpr u32 kNone = ~0u;

  u32 begin, end;  // characters of the rewritten text
  u32 word;
  u32 joined = kNone;  // the number of its strings, where words were joined
};

// The strings of a joined word.
struct JoinedForms {
  std::u32string normalized, dictionary, headword;
};

class SudachiCutter {
 public:
  SudachiCutter(const SudachiDictionary& dictionary, const SudachiSettings& settings,
                const SudachiCharacters& known)
      : dictionary_(dictionary), settings_(settings), known_(known), costs_(dictionary) {
    first_.resize(0x10000);
  }

  SudachiText text;
  std::vector<Morpheme> path;
  std::vector<JoinedForms> joined;

  enum class Mode { a, b, c };

  // False if Sudachi does not take the text.
  template <class Point>
  bool cut(const Point* points, i64 length, Mode mode) {
    path.clear();
    joined.clear();
    if (!text.read(points, length, settings_, known_)) return false;
    if (text.size() == 0) return true;
    find_words();
    build();
    take_best();
    join_numbers();
    join_katakana();
    if (mode != Mode::c) divide(mode == Mode::b);
    return true;
  }

  u16 speech(const Morpheme& word) const {
    if (word.word & Morpheme::kUnknown) return static_cast<u16>(word.word & 0xFFFF);
    return dictionary_.part_of_speech(word.word);
  }

  std::u32string normalized(const Morpheme& word) const {
    if (word.joined != Morpheme::kNone) return joined[word.joined].normalized;
    if (word.word & Morpheme::kUnknown) return slice(word);
    return decoded(dictionary_.headword(dictionary_.normalized(word.word)));
  }
  std::u32string dictionary_form(const Morpheme& word) const {
    if (word.joined != Morpheme::kNone) return joined[word.joined].dictionary;
    if (word.word & Morpheme::kUnknown) return slice(word);
    return decoded(dictionary_.headword(dictionary_.dictionary_form(word.word)));
  }
  std::u32string headword(const Morpheme& word) const {
    if (word.joined != Morpheme::kNone) return joined[word.joined].headword;
    if (word.word & Morpheme::kUnknown) return slice(word);
    return decoded(dictionary_.headword(word.word));
  }

 private:
  struct Found {  // words of a key that ends there
    u32 end, first, last;
  };
  struct Node {
    u32 word;
    i32 total;
    u32 previous;
    u32 next;  // that ends at the same place
    u16 begin, end;
    u16 right;
    i16 cost;
  };
  struct Best {  // of what a left id can be connected to at the present place
    u32 place = ~0u;
    i32 total = 0;
    u32 previous = 0;
  };
  struct End {  // of a word at the present place
    u32 right;
    i32 total;
    u32 node;
  };
  struct Slot {
    u32 place = ~0u;
    u32 at = 0;
  };
  static constexpr u32 kNone = Morpheme::kNone;
  static constexpr i32 kDear = std::numeric_limits<i32>::max() / 2;

  // --- words of the dictionary

  void find_words() {
    costs_.begin_text();
    found_.clear();
    first_found_.resize(text.size() + 1);
    const u32 size = static_cast<u32>(text.bytes.size());
    // What the walks read first is far apart: it is asked for before the first of them begins.
    starts_.resize(text.size());
    for (u32 i = 0; i < text.size(); ++i) {
      starts_[i] = behind_first(i);
      const u32 next = text.offsets[i + 1];
      if (starts_[i].node != kNowhere && next < size) {
        dictionary_.expect(starts_[i].node, text.bytes[next]);
      }
    }
    for (u32 i = 0; i < text.size(); ++i) {
      first_found_[i] = static_cast<u32>(found_.size());
      u32 node = starts_[i].node, value = starts_[i].value;
      if (node == kNowhere) continue;
      if (value != kNoWord) add_found(i + 1, value);
      for (u32 at = text.offsets[i + 1]; at < size; ++at) {
        if (!dictionary_.step(node, text.bytes[at], value)) break;
        if (value != kNoWord) add_found(text.characters[at + 1], value);
      }
    }
    first_found_[text.size()] = static_cast<u32>(found_.size());
  }

  static constexpr u32 kNowhere = ~0u, kUnknownNode = ~0u - 1;
  static constexpr u32 kNoWord = SudachiDictionary::kNoWord;

  // A place in the trie, and the value of the words that end there.
  struct Place {
    u32 node = kUnknownNode;
    u32 value = kNoWord;
  };

  // Where the trie is behind a character from which words begin.
  Place behind_first(u32 i) {
    const u32 point = text.points[i];
    if (point < 0x10000 && first_[point].node != kUnknownNode) return first_[point];
    Place place{dictionary_.root(), kNoWord};
    for (u32 at = text.offsets[i]; at < text.offsets[i + 1]; ++at) {
      if (!dictionary_.step(place.node, text.bytes[at], place.value)) {
        place.node = kNowhere;
        break;
      }
    }
    if (point < 0x10000) first_[point] = place;
    return place;
  }

  void add_found(u32 end, u32 value) {
    if (!text.begins[end]) return;
    const auto [first, last] = costs_.words_under(value);
    found_.push_back(Found{end, first, last});
  }

  // --- the lattice

  void build() {
    renumber();
    nodes_.clear();
    heads_.assign(text.size() + 1, kNone);
    tails_.assign(text.size() + 1, kNone);
    for (u32 place = 0; place <= text.size(); ++place) {
      if (place > 0 && heads_[place] == kNone) continue;
      collect(place);
      if (place == text.size()) break;
      worked(200);
      bool any = false;
      for (u32 f = first_found_[place]; f < first_found_[place + 1]; ++f) {
        const Found& found = found_[f];
        for (u32 w = found.first; w < found.last; ++w) {
          const KnownWord& word = costs_.words()[w];
          insert(place, found.end, word.left, word.right, word.cost, word.id);
        }
        any = true;
      }
      add_unknown(place, any);
    }
    last_ = connect(0, text.size()).previous;
    base_ += text.size() + 1;
  }

  // Begin with places that no text had before, since what is known at a place is not forgotten.
  void renumber() {
    if (base_ < (1u << 31)) return;
    for (Best& best : best_) best.place = kNone;
    for (Slot& slot : ends_) slot.place = kNone;
    base_ = 0;
  }

  // The words that end at a place, those of a right id but once.
  void collect(u32 place) {
    present_.clear();
    if (place == 0) {
      present_.push_back(End{0, 0, kNone});
      return fill_up();
    }
    if (ends_.size() < costs_.right_ids()) ends_.resize(2 * costs_.right_ids());
    for (u32 n = heads_[place]; n != kNone; n = nodes_[n].next) {
      const Node& node = nodes_[n];
      Slot& slot = ends_[node.right];
      if (slot.place == base_ + place) {
        if (present_[slot.at].total <= node.total) continue;
        present_.erase(present_.begin() + slot.at);  // the order is that of the words
        for (u32 k = slot.at; k < present_.size(); ++k) ends_[present_[k].right].at = k;
      }
      slot = Slot{base_ + place, static_cast<u32>(present_.size())};
      present_.push_back(End{node.right, node.total, n});
    }
    fill_up();
  }

  // To a multiple of four, with what is never the cheapest.
  void fill_up() {
    while (present_.size() % 4 != 0) present_.push_back(End{0, kDear, kNone});
  }

  const Best& connect(u16 left, u32 place) {
    if (best_.size() <= left) best_.resize(2 * std::size_t{left} + 64);
    Best& best = best_[left];
    if (best.place == base_ + place) return best;
    const i16* const row = costs_.row(left);
    // The least, and of equal ones the first: compared as one number, without a branch, since
    // nobody can guess which it will be.
    const End* const ends = present_.data();
    const i64 count = static_cast<i64>(present_.size());
    const auto compared = [&](i64 k) {
      return (i64{ends[k].total} + row[ends[k].right]) * (i64{1} << 32) + k;
    };
    i64 least = std::numeric_limits<i64>::max();
    for (i64 k = 0; k < count; k += 4) {
      const i64 two = std::min(compared(k), compared(k + 1));
      least = std::min({least, two, compared(k + 2), compared(k + 3)});
    }
    best = Best{base_ + place, static_cast<i32>(least >> 32),
                ends[static_cast<u32>(least)].node};
    return best;
  }

  void insert(u32 begin, u32 end, u16 left, u16 right, i16 cost, u32 word) {
    const Best& best = connect(left, begin);
    const u32 number = static_cast<u32>(nodes_.size());
    nodes_.push_back(Node{word, best.total + cost, best.previous, kNone, static_cast<u16>(begin),
                          static_cast<u16>(end), right, cost});
    if (heads_[end] == kNone) {
      heads_[end] = number;
    } else {
      nodes_[tails_[end]].next = number;
    }
    tails_[end] = number;
  }

  void insert(u32 begin, u32 end, const Unknown& word) {
    insert(begin, end, costs_.left(word.left), costs_.right(word.right), word.cost,
           Morpheme::kUnknown | word.speech);
  }

  void add_unknown(u32 place, bool any) {
    const u32 classes = text.classes[place];
    const bool begins = (classes & kSudachiBeginsNone) == 0 &&
                        (place == 0 || (text.classes[place - 1] & kSudachiEndsNone) == 0);
    bool made = any;
    if (begins) {
      for (u32 bit = 0; bit < 32; ++bit) {
        if ((classes >> bit & 1) != 0) made |= add_of_class(place, settings_.classes[bit], any);
      }
    }
    if (made) return;
    u32 end = place + 1;
    while (end < text.size() && !text.begins[end]) ++end;
    insert(place, end, settings_.simple);
  }

  bool add_of_class(u32 place, const UnknownClass& kind, bool any) {
    if (kind.words.empty() || (!kind.always && any)) return false;
    u32 longest = text.runs[place];
    bool made = false;
    if (kind.grouped) {
      for (const Unknown& word : kind.words) insert(place, place + longest, word);
      --longest;
      made = true;
    }
    for (u32 length = 1; length <= kind.longest && length <= longest; ++length) {
      for (const Unknown& word : kind.words) insert(place, place + length, word);
      made = true;
    }
    return made;
  }

  void take_best() {
    for (u32 n = last_; n != kNone; n = nodes_[n].previous) {
      path.push_back(Morpheme{nodes_[n].begin, nodes_[n].end, nodes_[n].word});
    }
    std::reverse(path.begin(), path.end());
  }

  // --- joining

  std::u32string slice(const Morpheme& word) const {
    return std::u32string(text.points.begin() + word.begin, text.points.begin() + word.end);
  }

  static std::u32string decoded(Utf16 string) {
    std::u32string points;
    points.reserve(string.length);
    for (u32 i = 0; i < string.length; ++i) {
      u32 point = string[i];
      if ((point & 0xFC00) == 0xD800 && i + 1 < string.length) {
        point = 0x10000 + ((point & 0x3FF) << 10) + (string[++i] & 0x3FF);
      }
      points.push_back(static_cast<char32_t>(point));
    }
    return points;
  }

  bool is_sign(const Morpheme& word, char32_t sign) const {
    const std::u32string form = normalized(word);
    return form.size() == 1 && form[0] == sign;
  }

  using Failure = SudachiNumerals::Failure;

  void join_numbers() {
    i64 first = -1;  // of a number that has begun
    bool comma = true, point = true;
    for (i64 i = 0; i < count(); ++i) {
      const Morpheme& word = path[static_cast<std::size_t>(i)];
      const bool digits = has_digits(i);
      // A sign before a number decides whether the number may have such signs.
      if (!digits && first < 0 && comma && point && !has_digits(i + 1)) continue;
      const std::u32string form = normalized(word);
      const char32_t sign = form.size() == 1 ? form[0] : U'\0';
      if (digits || (comma && sign == ',') || (point && sign == '.')) {
        if (first < 0) {
          numerals_.clear();
          first = i;
        }
        for (const char32_t character : form) {
          if (numerals_.append(character)) continue;
          if (first >= 0) {
            if (numerals_.failure() == Failure::comma) {
              comma = false;
              i = first - 1;
            } else if (numerals_.failure() == Failure::point) {
              point = false;
              i = first - 1;
            }
            first = -1;
          }
          break;
        }
        continue;
      }
      if (first >= 0) {
        if (numerals_.done()) {
          join(first, i);
          i = first + 1;
        } else if (fails_at(i - 1)) {
          join(first, i - 1);
          i = first + 2;
        }
      }
      first = -1;
      comma = comma || sign != ',';
      point = point || sign != '.';
    }
    if (first < 0) return;
    if (numerals_.done()) {
      join(first, count());
    } else if (fails_at(count() - 1)) {
      join(first, count() - 1);
    }
  }

  bool has_digits(i64 i) const {
    if (i >= count()) return false;
    const Morpheme& word = path[static_cast<std::size_t>(i)];
    return (text.common(word.begin, word.end) & (kSudachiNumeric | kSudachiKanjiNumeric)) != 0;
  }

  i64 count() const { return static_cast<i64>(path.size()); }

  // Whether a number failed because of a sign that is the word there.
  bool fails_at(i64 i) const {
    const Morpheme& word = path[static_cast<std::size_t>(i)];
    return (numerals_.failure() == Failure::comma && is_sign(word, ',')) ||
           (numerals_.failure() == Failure::point && is_sign(word, '.'));
  }

  void join(i64 begin, i64 end) {
    const Morpheme first = path[static_cast<std::size_t>(begin)];
    if (speech(first) != settings_.numeral) return;
    const std::string digits = numerals_.text();
    JoinedForms forms{std::u32string(digits.begin(), digits.end()), {}, {}};
    if (end - begin == 1 && forms.normalized == normalized(first)) return;
    for (i64 i = begin; i < end; ++i) {
      forms.dictionary += dictionary_form(path[static_cast<std::size_t>(i)]);
      forms.headword += headword(path[static_cast<std::size_t>(i)]);
    }
    replace(begin, end, Morpheme::kUnknown | settings_.numeral, std::move(forms));
  }

  void replace(i64 begin, i64 end, u32 word, JoinedForms forms) {
    Morpheme& first = path[static_cast<std::size_t>(begin)];
    first.end = path[static_cast<std::size_t>(end - 1)].end;
    first.word = word;
    first.joined = static_cast<u32>(joined.size());
    joined.push_back(std::move(forms));
    path.erase(path.begin() + begin + 1, path.begin() + end);
  }

  bool is_katakana(i64 i) const {
    const Morpheme& word = path[static_cast<std::size_t>(i)];
    return (text.common(word.begin, word.end) & kSudachiKatakana) != 0;
  }

  void join_katakana() {
    for (i64 i = 0; i < count(); ++i) {
      const Morpheme& word = path[static_cast<std::size_t>(i)];
      const bool unsure = (word.word & Morpheme::kUnknown) != 0 ||
                          word.end - word.begin < settings_.shortest_katakana;
      if (!unsure || !is_katakana(i)) continue;
      i64 begin = i, end = i + 1;
      while (begin > 0 && is_katakana(begin - 1)) --begin;
      while (end < count() && is_katakana(end)) ++end;
      const auto begins_none = [&] {
        const u32 at = path[static_cast<std::size_t>(begin)].begin;
        return (text.classes[at] & kSudachiBeginsNone) != 0;
      };
      while (begin != end && begins_none()) ++begin;
      if (end - begin > 1) {
        join_unknown(begin, end);
        i = begin + 1;
      }
    }
  }

  void join_unknown(i64 begin, i64 end) {
    const u32 from = path[static_cast<std::size_t>(begin)].begin;
    const u32 to = path[static_cast<std::size_t>(end - 1)].end;
    u32 cheapest = kNone;
    for (u32 n = heads_[to]; n != kNone; n = nodes_[n].next) {
      if (nodes_[n].begin != from) continue;
      if (cheapest == kNone || nodes_[n].cost < nodes_[cheapest].cost) cheapest = n;
    }
    if (cheapest != kNone) {
      path[static_cast<std::size_t>(begin)] = Morpheme{from, to, nodes_[cheapest].word};
      path.erase(path.begin() + begin + 1, path.begin() + end);
      return;
    }
    std::u32string form;
    for (i64 i = begin; i < end; ++i) form += headword(path[static_cast<std::size_t>(i)]);
    replace(begin, end, Morpheme::kUnknown | settings_.katakana, JoinedForms{form, form, form});
  }

  // --- shorter units

  void divide(bool middle) {
    divided_.clear();
    for (const Morpheme& word : path) {
      const SudachiDictionary::Parts parts = (word.word & Morpheme::kUnknown)
                                                 ? SudachiDictionary::Parts{}
                                                 : dictionary_.parts(word.word, middle);
      if (parts.count <= 1) {
        divided_.push_back(word);
        continue;
      }
      u32 begin = word.begin, at = text.offsets[begin];
      for (u32 k = 0; k < parts.count; ++k) {
        const u32 id = dictionary_.part(parts, k) & ~Morpheme::kUnknown;
        at = std::min(at + dictionary_.length(id), static_cast<u32>(text.bytes.size()));
        const u32 end = k + 1 == parts.count ? word.end : text.characters[at];
        divided_.push_back(Morpheme{begin, end, id});
        begin = end;
      }
    }
    path.swap(divided_);
  }

  const SudachiDictionary& dictionary_;
  const SudachiSettings& settings_;
  const SudachiCharacters& known_;
  SudachiCosts costs_;
  std::vector<Place> first_, starts_;
  std::vector<Found> found_;
  std::vector<u32> first_found_;
  std::vector<Node> nodes_;
  std::vector<u32> heads_, tails_;
  std::vector<End> present_;
  std::vector<Best> best_;
  std::vector<Slot> ends_;
  std::vector<Morpheme> divided_;
  SudachiNumerals numerals_;
  u32 last_ = kNone, base_ = 0;
};

}  // namespace textmetrics

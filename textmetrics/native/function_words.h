// English, or another language in Latin letters: see languages/function_words.py.
#pragma once

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "bits.h"
#include "classify.h"
#include "python.h"
#include "words.h"

namespace textmetrics {

class FunctionWords {
 public:
  using Words = std::vector<std::string>;

  FunctionWords(const Words& english, const Words& shared, const Words& others,
                const Words& particles) {
    const auto all_fit = [&] {
      keys_.assign(kBuckets * kWays, 0);
      kinds_.assign(kBuckets * kWays, kNone);
      return add(english, kEnglish) && add(shared, kShared) && add(others, kOther) &&
             add(particles, kParticle);
    };
    for (int tried = 0; !all_fit(); ++tried) {
      if (tried == 1000) throw std::invalid_argument("too many words");
      factor_ += 2;
    }
  }

  nb::tuple evidence(nb::handle string) const {
    const Evidence found = read(text_of(string));
    return nb::make_tuple(found.english, found.other, found.shared, found.words);
  }

  // What `look_at_each` in languages/detect.py is to know of texts from one place on, up to one that
  // Python must look at: the verdicts, and the sums of `Seen`. It ends with the last text of so
  // many, of so many in Latin letters that are not blank, or of so many with Han.
  nb::tuple look(const nb::list& strings, i64 from, i64 most, i64 most_latin, i64 most_han,
                 i64 running, nb::handle undecided, nb::handle undetermined, nb::handle english,
                 nb::handle japanese) const {
    const nb::ft_object_guard unchanged(strings);
    nb::list found;
    Sums sums;
    const i64 end = from + std::min(static_cast<i64>(strings.size()) - from, most);
    for (i64 at = from; at < end && sums.latin < most_latin && sums.han < most_han; ++at) {
      const Text text = text_of(strings[static_cast<std::size_t>(at)]);
      const Scripts scripts = scripts_of(text);
      if (!scripts.beyond) {
        const Evidence seen = read(text);
        found.append(is_other(seen) ? undetermined : is_english(seen) ? english : undecided);
        sums.add(seen, running, seen.words > 0 || !is_blank(text));
      } else if (scripts.han && (scripts.kana || !scripts.rare)) {
        ++sums.han;
        sums.kana += scripts.kana;
        found.append(scripts.kana ? japanese : nb::handle(Py_None));
      } else {
        break;
      }
    }
    return nb::make_tuple(found, sums.latin, sums.english, sums.other, sums.words, sums.running,
                          sums.running_english, sums.han, sums.kana);
  }

 private:
  enum Kind : u8 { kNone, kEnglish, kShared, kOther, kParticle };
  struct Evidence {
    i64 english = 0, other = 0, shared = 0, words = 0;
  };
  // Of many texts, what `LanguageDetector` has of them.
  struct Sums {
    i64 latin = 0, english = 0, other = 0, words = 0, running = 0, running_english = 0;
    i64 han = 0, kana = 0;

    void add(const Evidence& seen, i64 shortest, bool votes) {
      latin += votes;
      english += seen.english;
      other += seen.other;
      words += seen.words;
      if (seen.words < shortest) return;
      running += seen.words;
      running_english += seen.english / 4 + seen.shared;
    }
  };
  // Whether a text has more than Latin letters and signs, and what _MOST_KANA, _RARE and _MOST_HAN
  // find in languages/detect.py.
  struct Scripts {
    bool beyond, kana, rare, han;
  };
  static constexpr i64 kLongest = 8;  // letters of a word in the lists: as many as a key has bytes
  static constexpr std::size_t kBuckets = 1024, kWays = 4;
  static constexpr u64 kSmall = 0x2020202020202020ULL;

  // The rule of `verdict` in languages/function_words.py.
  static bool has_enough(const Evidence& seen) {
    return (seen.english / 4 + seen.shared) * 20 >= seen.words;
  }
  static bool is_other(const Evidence& seen) {
    const bool certain = seen.other >= 3 && seen.other + seen.words >= 7;
    return (certain && seen.other > seen.english) || (seen.words >= 40 && !has_enough(seen));
  }
  static bool is_english(const Evidence& seen) {
    return seen.english > seen.other && has_enough(seen);
  }

  std::size_t bucket(u64 key) const { return (key * factor_ >> 54) * kWays; }

  // Put words into the table; false if a bucket is full.
  bool add(const Words& words, Kind kind) {
    for (const std::string& word : words) {
      if (word.empty() || word.size() > kLongest) throw std::invalid_argument("a word is too long");
      u64 key = 0;
      for (std::size_t at = 0; at < word.size(); ++at) key |= byte(word[at], at);
      const std::size_t from = bucket(key);
      std::size_t at = from;
      while (at < from + kWays && keys_[at] != 0) ++at;
      if (at == from + kWays) return false;
      keys_[at] = key;
      kinds_[at] = kind;
    }
    return true;
  }

  // Without branches, which no processor could predict here: any word may follow another.
  Kind find(u64 key) const {
    const std::size_t from = bucket(key);
    const u64* keys = keys_.data() + from;
    const std::size_t at = (keys[1] == key) | (keys[2] == key) << 1 | (keys[3] == key) * 3;
    return static_cast<Kind>(kinds_[from + at] * (keys[at] == key));
  }

  // To the end of the text, without branches, so that many characters are looked at at once.
  static Scripts scripts_of(const Text& text) {
    if (text.kind == 1) return {false, false, false, false};
    if (text.kind == 4) return {!is_latin(text), false, true, false};
    using Point = unsigned short;
    const auto* points = static_cast<const Point*>(text.data);
    Point beyond = 0, kana = 0, rare = 0, han = 0;
    for (i64 i = 0; i < text.length; ++i) {
      const Point point = points[i];
      const auto in = [point](int first, int last) {
        return static_cast<Point>(static_cast<Point>(point - first) <=
                                  static_cast<Point>(last - first));
      };
      beyond |= static_cast<Point>(in(0x370, 0x1DFF) | in(0x1F00, 0x1FFF) | in(0x2126, 0x2126) |
                                   in(0x2C00, 0xFFFF));
      kana |= static_cast<Point>(in(0x3041, 0x3096) | in(0x30A1, 0x30FA));
      rare |= static_cast<Point>(in(0x370, 0x1DFF) | in(0x1F00, 0x1FFF) | in(0x2126, 0x2126) |
                                 in(0x2C00, 0x2DFF) | in(0x3041, 0x33FF) | in(0xA000, 0xF8FF) |
                                 in(0xFB00, 0xFDFF) | in(0xFE70, 0xFEFF) | in(0xFF66, 0xFFDC));
      han |= in(0x4E00, 0x9FA5);
    }
    return {beyond != 0, kana != 0, rare != 0, han != 0};
  }

  // Whether all are Latin letters and signs: no Han, no kana, and no letter of another script.
  static bool is_latin(const Text& text) {
    return with_points(text, [&](auto points) {
      return std::all_of(points, points + text.length, [](u32 point) {
        if (point >= 0x2000) return point < 0x2C00 && point != 0x2126;
        return point < 0x370 || (point >= 0x1E00 && point < 0x1F00);
      });
    });
  }

  static bool is_blank(const Text& text) {
    return with_points(text, [&](auto points) {
      return std::all_of(points, points + text.length,
                         [](auto point) { return Py_UNICODE_ISSPACE(point) != 0; });
    });
  }

  static u64 byte(u32 letter, std::size_t at) { return static_cast<u64>(letter) << 8 * at; }

  // What `load` of native/words.h reads, of fewer characters.
  static u64 fewer(const u8* from, i64 count) {
    u64 found = 0;
    for (i64 at = 0; at < count; ++at) found |= byte(from[at], static_cast<std::size_t>(at));
    return found;
  }

  // Count a word of ASCII, given by its letters.
  void count(u64 word, Evidence& found) const {
    // Bytes beyond the word are 0, and stay so: letters have bit 6.
    const u64 small = word | (word >> 1 & kSmall);
    const bool is_small = word == small;
    const bool as_listed = is_small | ((found.words == 0) & ((word | 0x20) == small));
    const Kind kind = find(small);
    found.english += 4 * (kind == kEnglish);
    found.shared += kind == kShared;
    found.other += 4 * ((kind == kOther) & as_listed) + ((kind == kParticle) & is_small);
  }

  // The same as `read` for ASCII: without a branch for each character.
  Evidence read_ascii(Text text) const {
    const auto* points = static_cast<const u8*>(text.data);
    Evidence found;
    i64 begin = 0;
    u64 before = 0;  // whether the character before the block is a letter
    for (i64 base = 0; base <= text.length; base += kBlock) {  // a word ends before the end's 0
      const u64 letters = letters_among(points + base, std::min(kBlock, text.length - base));
      const u64 behind = letters << 1 | before;
      u64 begins = letters & ~behind, ends = behind & ~letters;
      if (before == 0) begin = base + take(begins);
      for (; ends != 0; begin = base + take(begins)) {
        const i64 end = base + take(ends);
        u64 word = begin + 8 <= text.length ? load(points + begin)
                                            : fewer(points + begin, end - begin);
        // A longer word has no key, as none is in the lists.
        word = first_bytes(word, static_cast<u32>(end - begin)) & (u64{end - begin > kLongest} - 1);
        count(word, found);
        ++found.words;
      }
      before = letters >> 63;
    }
    return found;
  }

  // The place of the lowest bit, which is taken away; any place if there is none.
  static i64 take(u64& bits) {
    const u32 place = lowest_or_any(bits);
    bits &= bits - 1;
    return place;
  }

  // A bit for each of up to 64 characters that is a letter.
  static u64 letters_among(const u8* points, i64 count) {
    u64 found = 0;
    i64 at = 0;
#ifdef TEXTMETRICS_SSE2
    for (; at + 16 <= count; at += 16) {
      const Sixteen each(_mm_loadu_si128(reinterpret_cast<const __m128i*>(points + at)));
      found |= (each | Sixteen(_mm_set1_epi8(0x20))).in('a', 'z').bits(at);
    }
#endif
    for (; at + 8 <= count; at += 8) found |= letters(load(points + at)) << at;
    if (at < count) found |= letters(fewer(points + at, count - at)) << at;
    return found;
  }

  // A bit for each of eight characters of ASCII that is a letter.
  static u64 letters(u64 points) {
    constexpr u64 kOnes = 0x0101010101010101ULL;
    const u64 from_a = (points | kSmall) + kOnes * (0x80 - 'a');
    const u64 after_z = (points | kSmall) + kOnes * (0x80 - 'z' - 1);
    const u64 found = (from_a & ~after_z) >> 7 & kOnes;
    return found * 0x0102040810204080ULL >> 56;
  }

  static bool is_ascii_letter(u32 point) { return (point | 32) - 'a' < 26; }

  static bool is_beyond(u32 point) {
    if (point < 0xC0) return false;
    if (point < 0x250) return point != 0xD7 && point != 0xF7;
    return (point >= 0x300 && point < 0x370) || (point >= 0x1E00 && point < 0x1F00);
  }

  Evidence read(Text text) const {
    if (text.ascii) return read_ascii(text);
    return with_points(text, [&](auto points) {
      Evidence found;
      for (i64 at = 0; at < text.length;) {
        u32 point = points[at];
        if (!is_ascii_letter(point) && !is_beyond(point)) {
          ++at;
          continue;
        }
        const i64 begin = at;
        u64 word = 0;
        bool ascii = true, far = false;
        do {
          if (is_ascii_letter(point)) {
            if (at - begin < kLongest) word |= byte(point, static_cast<std::size_t>(at - begin));
          } else if (is_beyond(point)) {
            ascii = false;
            far = far || (point >= 0x100 && !(point >= 0x300 && point < 0x370));
          } else {
            break;
          }
          if (++at < text.length) point = points[at];
        } while (at < text.length);
        if (!ascii) {
          if (points[begin] < 'A' || points[begin] > 'Z') found.other += far ? 4 : 2;
        } else if (at - begin <= kLongest) {
          count(word, found);
        }
        ++found.words;
      }
      return found;
    });
  }

  u64 factor_ = 0x9E3779B97F4A7C15ULL;
  std::vector<u64> keys_;
  std::vector<Kind> kinds_;
};

inline void add_function_words(nb::module_& module) {
  nb::class_<FunctionWords>(module, "FunctionWords",
                            "Counts words of languages; see languages/function_words.py.")
      .def(nb::init<const FunctionWords::Words&, const FunctionWords::Words&,
                    const FunctionWords::Words&, const FunctionWords::Words&>(),
           nb::arg("english"), nb::arg("shared"), nb::arg("others"), nb::arg("particles"))
      .def("evidence", &FunctionWords::evidence, nb::arg("text"))
      .def("look", &FunctionWords::look, nb::arg("texts"), nb::arg("first"), nb::arg("most"),
           nb::arg("most_latin"), nb::arg("most_han"), nb::arg("running"), nb::arg("undecided"),
           nb::arg("undetermined"), nb::arg("english"), nb::arg("japanese").none());
}

}  // namespace textmetrics

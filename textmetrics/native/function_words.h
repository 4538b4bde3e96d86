// English, or another language in Latin letters: see languages/function_words.py.
#pragma once

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "python.h"

namespace textmetrics {

class FunctionWords {
 public:
  using Words = std::vector<std::string>;

  FunctionWords(const Words& english, const Words& shared, const Words& others,
                const Words& particles)
      : table_(kSize) {
    for (const auto& word : english) add(word, kEnglish);
    for (const auto& word : shared) add(word, kShared);
    for (const auto& word : others) add(word, kOther);
    for (const auto& word : particles) add(word, kParticle);
  }

  nb::tuple evidence(nb::handle string) const {
    const Evidence found = read(text_of(string));
    return nb::make_tuple(found.english, found.other, found.shared, found.words);
  }

  Values<i64> evidence_of_each(nb::list strings) const {
    std::vector<i64> rows;
    rows.reserve(4 * strings.size());
    for (nb::handle each : strings) {
      const Evidence found = read(text_of(each));
      rows.insert(rows.end(), {found.english, found.other, found.shared, found.words});
    }
    return values(std::move(rows));
  }

 private:
  enum Kind : u8 { kNone, kEnglish, kShared, kOther, kParticle };
  struct Entry {
    u64 key = 0;
    Kind kind = kNone;
  };
  struct Evidence {
    i64 english = 0, other = 0, shared = 0, words = 0;
  };
  static constexpr i64 kLongest = 10;  // letters of a word in the lists, 6 bits each
  static constexpr std::size_t kSize = 2048;

  static std::size_t slot(u64 key) { return (key * 0x9E3779B97F4A7C15ULL) >> 53; }

  void add(const std::string& word, Kind kind) {
    if (word.empty() || word.size() > kLongest) throw std::invalid_argument("a word is too long");
    u64 key = 0;
    for (const char each : word) key = key << 6 | (static_cast<u64>(each) & 31);
    std::size_t at = slot(key);
    while (table_[at].key != 0) at = (at + 1) % kSize;
    table_[at] = {key, kind};
  }

  Kind find(u64 key) const {
    for (std::size_t at = slot(key);; at = (at + 1) % kSize) {
      if (table_[at].key == key) return table_[at].kind;
      if (table_[at].key == 0) return kNone;
    }
  }

  static bool is_ascii_letter(u32 point) { return (point | 32) - 'a' < 26; }

  static bool is_beyond(u32 point) {
    if (point < 0xC0) return false;
    if (point < 0x250) return point != 0xD7 && point != 0xF7;
    return (point >= 0x300 && point < 0x370) || (point >= 0x1E00 && point < 0x1F00);
  }

  Evidence read(Text text) const {
    return with_points(text, [&](auto points) {
      using Point = std::remove_cv_t<std::remove_pointer_t<decltype(points)>>;
      Evidence found;
      for (i64 at = 0; at < text.length;) {
        u32 point = points[at];
        if (!is_ascii_letter(point) && (sizeof(Point) == 1 && text.ascii || !is_beyond(point))) {
          ++at;
          continue;
        }
        const i64 begin = at;
        u64 key = 0;
        const bool first = found.words == 0;
        bool lower = true, rest = true, ascii = true, far = false;
        do {
          if (is_ascii_letter(point)) {
            key = key << 6 | (point & 31);
            lower = lower && point >= 'a';
            rest = rest && (at == begin || point >= 'a');
          } else if (is_beyond(point)) {
            ascii = false;
            far = far || (point >= 0x100 && !(point >= 0x300 && point < 0x370));
          } else {
            break;
          }
          if (++at < text.length) point = points[at];
        } while (at < text.length);
        ++found.words;
        if (!ascii) {
          if (points[begin] < 'A' || points[begin] > 'Z') found.other += far ? 4 : 2;
        } else if (at - begin <= kLongest) {
          const Kind kind = find(key);
          if (kind == kEnglish) found.english += 4;
          if (kind == kShared) found.shared += 1;
          if (kind == kOther && (lower || (first && rest))) found.other += 4;
          if (kind == kParticle && lower) found.other += 1;
        }
      }
      return found;
    });
  }

  std::vector<Entry> table_;
};

inline void add_function_words(nb::module_& module) {
  nb::class_<FunctionWords>(module, "FunctionWords",
                            "Counts words of languages; see languages/function_words.py.")
      .def(nb::init<const FunctionWords::Words&, const FunctionWords::Words&,
                    const FunctionWords::Words&, const FunctionWords::Words&>(),
           nb::arg("english"), nb::arg("shared"), nb::arg("others"), nb::arg("particles"))
      .def("evidence", &FunctionWords::evidence, nb::arg("text"))
      .def("evidence_of_each", &FunctionWords::evidence_of_each, nb::arg("texts"));
}

}  // namespace textmetrics

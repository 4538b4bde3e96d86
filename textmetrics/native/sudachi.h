// Japanese words exactly as SudachiPy 0.7 cuts them with its own settings, which is the definition.
//
// A text is rewritten first (sudachi_text.h), and the cheapest path through its words found
// (sudachi_lattice.h). Numbers and unknown Katakana words of the path are joined, and words divided
// into shorter units.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sudachi_dictionary.h"
#include "sudachi_lattice.h"
#include "sudachi_numbers.h"
#include "sudachi_text.h"

namespace textmetrics {

// A word of the result.
struct Morpheme {
  static constexpr u32 kUnknown = kUnknownWord;
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
      : dictionary_(dictionary), settings_(settings), known_(known), lattice_(dictionary, settings) {}

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
    lattice_.build(text);
    lattice_.best([this](u32 begin, u32 end, u32 word) {
      path.push_back(Morpheme{begin, end, word});
    });
    std::reverse(path.begin(), path.end());
    if (text.all_classes & kSudachiNumbers) join_numbers();
    if (text.all_classes & kSudachiKatakana) join_katakana();
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
    return text.have(word.begin, word.end, kSudachiNumbers);
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
    return text.have(word.begin, word.end, kSudachiKatakana);
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
    const u32 cheapest = lattice_.cheapest(from, to);
    if (cheapest != SudachiLattice::kNone) {
      path[static_cast<std::size_t>(begin)] = Morpheme{from, to, cheapest};
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
      u32 begin = word.begin, rest = 0;  // bytes of a part that are those of the character there
      for (u32 k = 0; k < parts.count; ++k) {
        const u32 id = dictionary_.part(parts, k) & ~Morpheme::kUnknown;
        rest += dictionary_.length(id);
        u32 end = begin;
        while (end < text.size() && utf8_size(text.points[end]) <= rest) {
          rest -= utf8_size(text.points[end++]);
        }
        if (end == text.size()) rest = 0;
        if (k + 1 == parts.count) end = word.end;
        divided_.push_back(Morpheme{begin, end, id});
        begin = end;
      }
    }
    path.swap(divided_);
  }

  const SudachiDictionary& dictionary_;
  const SudachiSettings& settings_;
  const SudachiCharacters& known_;
  SudachiLattice lattice_;
  std::vector<Morpheme> divided_;
  SudachiNumerals numerals_;
};

}  // namespace textmetrics

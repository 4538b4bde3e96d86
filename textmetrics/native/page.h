// Byte codes for the characters of most texts in Latin script, and what a code is.
//
// ASCII and Latin-1 keep their numbers; some signs get one of the 32 that are controls there. A
// character is on the page only if one rule can treat it as native/text.h does: it becomes one
// character, letters and digits are plain ones, and only ASCII joins anything.
#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "text.h"

namespace textmetrics {

// Classes of a code, by bit.
enum Code : u8 {
  kCodeLetter = 1 << 0,
  kCodeDigit = 1 << 1,
  kCodeSpace = 1 << 2,
  kCodeBreak = 1 << 3,       // a line break, a space too
  kCodeApostrophe = 1 << 4,
  kCodePoint = 1 << 5,       // "." and ","
  kCodeHyphen = 1 << 6,
  kCodeJoint = 1 << 7,       // what else can join tokens: + % / ^ #
};

class Page {
 public:
  explicit Page(const Alphabet& alphabet) {
    for (u32 point = 0; point < kPoints; ++point) {
      const Character& row = alphabet.basic[point];
      if ((row.classes & kKnown) == 0) continue;
      if (row.classes & kSpace) {
        const u32 code = point < 0x80 ? point : (row.classes & kLineBreak) ? '\n' : ' ';
        codes_[point] = static_cast<u8>(code);
        if (point == code) describe(code, row, code);
        continue;
      }
      const u32 code = code_of(row.normal), folded = code_of(row.folded);
      if (row.count != 1 || (point != 0 && (code == 0 || folded == 0))) continue;
      if (!is_plain(row, alphabet.basic[row.normal])) continue;
      codes_[point] = static_cast<u8>(code);
      if (point == row.normal) describe(code, row, folded);
    }
    foreign_ = (alphabet.basic[u32{'a'}].classes & kForeign) != 0;
  }

  // The codes of a text; false where a character is not on the page.
  template <class Point>
  bool codes(const Point* text, i64 length, u8* out) const {
    constexpr i64 kAtOnce = 32;
    i64 i = 0;
    for (; i + kAtOnce <= length; i += kAtOnce) {
      u32 any = 0;
      for (i64 k = i; k < i + kAtOnce; ++k) {
        any |= text[k];
        out[k] = static_cast<u8>(text[k]);
      }
      if (any >= 0x80 && !codes_one_by_one(text + i, kAtOnce, out + i)) return false;
    }
    return codes_one_by_one(text + i, length - i, out + i);
  }
  // The codes of a folded word, none where a character is not on the page.
  std::vector<u8> codes(const std::vector<u32>& word) const {
    std::vector<u8> found(word.size());
    if (!codes(word.data(), static_cast<i64>(word.size()), found.data())) found.clear();
    return found;
  }

  u8 classes(u8 code) const { return classes_[code]; }
  bool is_letter(u8 code) const { return (classes_[code] & kCodeLetter) != 0; }
  bool is_space(u8 code) const { return (classes_[code] & kCodeSpace) != 0; }
  bool is_break(u8 code) const { return (classes_[code] & kCodeBreak) != 0; }
  u8 folded(u8 code) const { return folded_[code]; }
  bool is_word(u8 code) const { return (classes_[code] & (kCodeLetter | kCodeDigit)) != 0; }
  bool is_cased(u8 code) const { return folded_[code] != code; }
  bool is_punctuation(u8 code) const { return punctuation_[code]; }
  // The classes of native/text.h.
  u32 kinds(u8 code) const { return kinds_[code]; }
  // Whether a sentence can end with it.
  bool ends(u8 code) const { return ends_[code]; }
  // Whether Latin letters are of another script than the language's.
  bool foreign() const { return foreign_; }

 private:
  template <class Point>
  bool codes_one_by_one(const Point* text, i64 length, u8* out) const {
    for (i64 i = 0; i < length; ++i) {
      out[i] = text[i] < kPoints ? codes_[text[i]] : u8{0};
      if (out[i] == 0 && text[i] != 0) return false;
    }
    return true;
  }

  static constexpr u32 kPoints = 0x2700;
  // Dashes, quotation marks, bullets, currencies, arrows and notes, for the codes from 0x80.
  static constexpr u32 kSigns[] = {0x2014, 0x2015, 0x2018, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020,
                                   0x2021, 0x2022, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x20B9,
                                   0x2190, 0x2191, 0x2192, 0x2193, 0x2248, 0x2264, 0x2265, 0x25CF,
                                   0x2605, 0x2606, 0x2665, 0x266A, 0x266B, 0x266D, 0x2713, 0x2717};

  static u32 code_of(u32 point) {
    if (point < 0x80 || (point >= 0xA0 && point < 0x100)) return point;
    const u32* end = std::end(kSigns);
    const u32* sign = std::find(std::begin(kSigns), end, point);
    return sign == end ? 0 : 0x80 + static_cast<u32>(sign - std::begin(kSigns));
  }

  // Whether the rules of this page hold for a character; `normal` is what it becomes.
  static bool is_plain(const Character& row, const Character& normal) {
    const auto is = [&](u32 kind) { return (row.classes & kind) != 0; };
    const bool letter = is(kLetter), upper = is(kUpper);
    return row.classes == normal.classes && normal.normal == row.normal &&
           !is(kOwn | kUnspaced | kRun | kHangul | kNumeral | kRaised | kFraction) && is(kNumber) == is(kDigit) &&
           is(kAlnum) == is(kLetter | kNumber) && is(kForeign) <= letter &&
           upper == is(kCased) && upper == (row.folded != row.normal) &&
           letter == (upper || is(kLower)) && (!is(kJoint) || row.normal < 0x80);
  }

  void describe(u32 code, const Character& row, u32 folded) {
    const auto is = [&](u32 kind) { return (row.classes & kind) != 0; };
    const bool point = code == '.' || code == ',', hyphen = code == '-';
    folded_[code] = static_cast<u8>(folded);
    kinds_[code] = row.classes;
    ends_[code] = is(kEnds) || is(kLineBreak);
    classes_[code] = static_cast<u8>(
        kCodeLetter * is(kLetter) | kCodeDigit * is(kDigit) | kCodeSpace * is(kSpace) |
        kCodeBreak * is(kLineBreak) | kCodeApostrophe * (code == '\'') | kCodePoint * point |
        kCodeHyphen * hyphen | kCodeJoint * (is(kJoint) && !point && !hyphen));
    punctuation_[code] = is(kPunctuation);
  }

  u8 codes_[kPoints] = {};  // 0 where a character is not on the page, and for U+0000
  u8 classes_[256] = {};
  u8 folded_[256] = {};
  u32 kinds_[256] = {};
  bool punctuation_[256] = {};
  bool ends_[256] = {};
  bool foreign_ = false;
};

}  // namespace textmetrics

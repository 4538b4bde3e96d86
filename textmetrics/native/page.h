// Byte codes for the characters of most texts in Latin script, and what a code is.
//
// ASCII, ° and the letters of Latin-1 keep their numbers, and some signs have one each. Of the other
// characters each sample may bring a few, which get a number for its time alone (`admit`). A
// character can be on the page only if one rule can treat it as native/text.h does: it becomes one
// character, letters and digits are plain ones, and only ASCII joins anything.
#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "seeds.h"
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
  explicit Page(const Alphabet& alphabet) : rows_(alphabet.basic) {
    foreign_ = (rows_[u32{'a'}].classes & kForeign) != 0;
    for (u32 point = 0; point < kPoints; ++point) {
      const Character& row = alphabet.basic[point];
      if ((row.classes & (kKnown | kApart | kGone)) != kKnown) continue;
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
    describe(code_of(kDot), rows_[kDot], code_of(kDot));
  }

  // Never admit the characters of a word: as a word of codes it would be looked for in vain.
  void bar(const std::vector<u32>& word) {
    barred_.insert(barred_.end(), word.begin(), word.end());
  }

  // Take the characters of a text onto the page; false where one cannot be, or there are too many.
  template <class Point>
  bool admit(const Point* text, i64 length) {
    for (i64 i = 0; i < length; ++i) {
      if (text[i] == 0 || text[i] == kDot) continue;
      if (text[i] >= kPoints || (codes_[text[i]] == 0 && !admit(text[i]))) return false;
    }
    return true;
  }
  // Begin another sample, whose characters may get the numbers of those that were admitted.
  void forget_admitted() {
    for (u32 a = 0; a < admitted_; ++a) codes_[admitted_points_[a]] = 0;
    admitted_ = slots_ = mark_slots_ = 0;
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
  // The codes of marks, of the admitted ones too: what is known of a code's word does not change.
  std::vector<u8> marks() const {
    std::vector<u8> found;
    for (u32 code = 0; code < 256; ++code) {
      if (punctuation_[code]) found.push_back(static_cast<u8>(code));
    }
    for (u32 index = kSlots; index < kSlots + kMarkSlots; ++index) {
      found.push_back(static_cast<u8>(slot(index)));
    }
    return found;
  }
  // Of no other page, but for copies.
  u64 id() const { return id_; }
  // What it stands for; several white spaces are one code.
  u32 point(u8 code) const { return points_[code]; }
  // Whether a sentence can end with it.
  bool ends(u8 code) const { return ends_[code]; }
  // Whether Latin letters are of another script than the language's; all letters on the page are
  // what they are.
  bool foreign() const { return foreign_; }

 private:
  template <class Point>
  bool codes_one_by_one(const Point* text, i64 length, u8* out) const {
    for (i64 i = 0; i < length; ++i) {
      out[i] = text[i] < kPoints ? codes_[text[i]] : text[i] == kDot ? code_of(kDot) : u8{0};
      if (out[i] == 0 && text[i] != 0) return false;
    }
    return true;
  }

  // A character that becomes another one is on the page with the code of that one.
  bool admit(u32 point) {
    const Character& row = rows_[point];
    const u32 normal = row.normal, folded = row.folded;
    const auto is = [&](u32 kind) { return (row.classes & kind) != 0; };
    if (!is(kKnown) || is(kSpace | kDigit) || row.count != 1) return false;
    if (normal >= kPoints || folded >= kPoints || !is_plain(row, rows_[normal])) return false;
    if (is(kLetter) && is(kForeign) != foreign_) return false;  // see `foreign`
    if (std::find(barred_.begin(), barred_.end(), folded) != barred_.end()) return false;
    if (point == normal) {
      if (folded != point && codes_[folded] == 0 && !admit(folded)) return false;
      if (rows_[folded].normal != folded || rows_[folded].folded != folded) return false;
      if (is(kPunctuation) ? mark_slots_ == kMarkSlots : slots_ == kSlots) return false;
      const u32 code = slot(is(kPunctuation) ? kSlots + mark_slots_++ : slots_++);
      codes_[point] = static_cast<u8>(code);
      describe(code, row, codes_[folded]);
    } else {
      if (codes_[normal] == 0 && !admit(normal)) return false;
      if (admitted_ == kMostAdmitted) return false;
      codes_[point] = codes_[normal];
    }
    admitted_points_[admitted_++] = point;
    return true;
  }

  static constexpr u32 kPoints = 0x2700;
  static constexpr u32 kDot = 0x30FB;  // what bullets and middle dots become
  static constexpr u32 kSlots = 24, kMarkSlots = 6, kMostAdmitted = 2 * (kSlots + kMarkSlots);
  // The codes from 0xA0 to 0xBF, but for those of ° and ±, which native/cut.h knows.
  static constexpr u32 slot(u32 index) { return index < 14 ? 0xB2 + index : 0xA0 + (index - 14); }
  // Dashes, quotation marks, bullets, currencies, arrows and notes, for the codes from 0x80.
  static constexpr u32 kSigns[] = {0x2014, 0x00A3, 0x2018, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020,
                                   0x2021, kDot,   0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x20B9,
                                   0x2190, 0x2191, 0x2192, 0x2193, 0x2248, 0x2264, 0x2265, 0x25CF,
                                   0x00AB, 0x00BB, 0x2665, 0x266A, 0x266B, 0x266D, 0x00A1, 0x00BF};

  static constexpr u8 code_of(u32 point) {
    if (point < 0x80 || point == 0xB0 || (point >= 0xC0 && point < 0x100)) {
      return static_cast<u8>(point);
    }
    u8 code = 0x80;
    for (const u32 sign : kSigns) {
      if (sign == point) return code;
      ++code;
    }
    return 0;
  }

  // Whether the rules of this page hold for a character; `normal` is what it becomes.
  static bool is_plain(const Character& row, const Character& normal) {
    const auto is = [&](u32 kind) { return (row.classes & kind) != 0; };
    const bool letter = is(kLetter), upper = is(kUpper);
    return row.classes == normal.classes && normal.normal == row.normal &&
           !is(kOwn | kUnspaced | kRun | kHangul | kNumeral | kRaised | kFraction) &&
           is(kNumber) == is(kDigit) &&
           is(kAlnum) == is(kLetter | kNumber) && is(kForeign) <= letter &&
           upper == is(kCased) && upper == (row.folded != row.normal) &&
           letter == (upper || is(kLower)) && (!is(kJoint) || row.normal < 0x80);
  }

  void describe(u32 code, const Character& row, u32 folded) {
    const auto is = [&](u32 kind) { return (row.classes & kind) != 0; };
    const bool point = code == '.' || code == ',', hyphen = code == '-';
    folded_[code] = static_cast<u8>(folded);
    points_[code] = row.normal;
    kinds_[code] = row.classes;
    ends_[code] = is(kEnds) || is(kLineBreak);
    classes_[code] = static_cast<u8>(
        kCodeLetter * is(kLetter) | kCodeDigit * is(kDigit) | kCodeSpace * is(kSpace) |
        kCodeBreak * is(kLineBreak) | kCodeApostrophe * (code == '\'') | kCodePoint * point |
        kCodeHyphen * hyphen | kCodeJoint * (is(kJoint) && !point && !hyphen));
    punctuation_[code] = is(kPunctuation);
  }

  u64 id_ = next_number();
  const Character* rows_;
  std::vector<u32> barred_;
  u32 admitted_points_[kMostAdmitted];
  // How many there are, and how many codes of their own letters and signs have, and marks.
  u32 admitted_ = 0, slots_ = 0, mark_slots_ = 0;
  u8 codes_[kPoints] = {};  // 0 where a character is not on the page, and for U+0000
  u8 classes_[256] = {};
  u8 folded_[256] = {};
  u32 kinds_[256] = {};
  u32 points_[256] = {};
  bool punctuation_[256] = {};
  bool ends_[256] = {};
  bool foreign_ = false;
};

}  // namespace textmetrics

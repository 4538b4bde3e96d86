// Byte codes for the characters of most texts in Latin script, and what a code is.
//
// ASCII, ° and the letters of Latin-1 keep their numbers, and some signs have one each. Of other
// letters each sample may bring a few, which get a number for its time alone (`admit`). Any other
// character is written as six codes: a lead, which says all that is asked of it, and five letters
// of ASCII, which say which one it is. So a text stays here for a few characters of another script;
// native/wide.h, which reads code points, takes four times as long.
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
  static constexpr i64 kUnits = 6;  // the codes of a character that has a lead
  static constexpr i64 kAtOnce = 32, kMostUnits = 4 * kUnits * kAtOnce;  // of so many, decomposed

  explicit Page(const Alphabet& alphabet) : alphabet_(alphabet) {
    foreign_ = (alphabet.basic[u32{'a'}].classes & kForeign) != 0;
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
    for (u32 lead = kFirstLead; lead < kLeadsEnd; ++lead) {
      const Character row{kLeads[lead - kFirstLead], 0, 0, 1};
      describe(lead, row, lead == kUpperLead ? kLowerLead : lead);
    }
  }

  // Never admit the characters of a word: as a word of codes it would be looked for in vain.
  void bar(const std::vector<u32>& word) {
    barred_.insert(barred_.end(), word.begin(), word.end());
  }

  // Write the codes of a text, for which there is some room; gives how many there are, -1 where a
  // character cannot be written or the room is too small. `words`: they are cut into words, where
  // katakana in a row are one, and Hangul is letters like others.
  template <class Point>
  i64 write(const Point* text, i64 length, bool words, u8* const codes, i64 room) {
    apart_.clear();
    begin_ = codes;
    run_end_ = nullptr;
    words_ = words;
    u8* out = codes;
    for (i64 i = 0; i < length;) {
      if (codes + room - out < kMostUnits) return -1;
      const i64 end = std::min(i + kAtOnce, length);
      if (end == i + kAtOnce) {
        Point any = 0;  // as wide as a point, so that many are looked at at once
        for (i64 k = 0; k < kAtOnce; ++k) {
          any = static_cast<Point>(any | text[i + k]);
          out[k] = static_cast<u8>(text[i + k]);
        }
        if (any < 0x80) {
          out += kAtOnce;
          i = end;
          continue;
        }
      }
      for (; i < end; ++i) {
        const u32 point = text[i];
        *out = point < kPoints ? codes_[point] : u8{0};
        if (*out != 0 || point == 0) {
          ++out;
        } else if ((out = add(point, out)) == nullptr) {
          return -1;
        }
      }
    }
    return out - codes;
  }
  // Begin another sample, whose letters may get the numbers of those that were admitted.
  void begin_sample() {
    for (u32 s = 0; s < slots_; ++s) codes_[admitted_[s]] = 0;
    slots_ = 0;
    full_ = met_foreign_ = false;
  }
  // Where the last text has leads of characters that no word has beside others.
  const std::vector<u32>& apart() const { return apart_; }
  // Whether a letter came in this sample that may be of another script than the language's, and is
  // not on the page.
  bool met_foreign() const { return met_foreign_; }

  // The codes of a folded word, none where a character has no code of its own.
  std::vector<u8> codes(const std::vector<u32>& word) const {
    std::vector<u8> found;
    for (const u32 point : word) {
      if (point >= kPoints || (codes_[point] == 0 && point != 0)) return {};
      found.push_back(codes_[point]);
    }
    return found;
  }

  u8 classes(u8 code) const { return classes_[code]; }
  bool is_letter(u8 code) const { return (classes_[code] & kCodeLetter) != 0; }
  // How many codes a character has that begins with this one.
  i64 units(u8 code) const { return is_lead(code) ? kUnits : 1; }
  static bool is_lead(u8 code) { return code >= kFirstLead && code < kLeadsEnd; }
  static bool goes_on(u8 lead) { return lead == kRunLead; }  // with the word before
  // The character whose codes begin there.
  u32 point_at(const u8* codes) const {
    if (!is_lead(*codes)) return points_[*codes];
    u32 point = 0;
    for (i64 u = kUnits; --u > 0;) point = point << 4 | (codes[u] - u32{'a'});
    return point;
  }
  bool is_space(u8 code) const { return (classes_[code] & kCodeSpace) != 0; }
  bool is_break(u8 code) const { return (classes_[code] & kCodeBreak) != 0; }
  u8 folded(u8 code) const { return folded_[code]; }
  bool is_word(u8 code) const { return (kinds_[code] & kAlnum) != 0; }
  bool is_lower(u8 code) const { return (kinds_[code] & kLower) != 0; }
  bool is_cased(u8 code) const { return folded_[code] != code; }
  bool is_punctuation(u8 code) const { return punctuation_[code]; }
  // The classes of native/text.h.
  u32 kinds(u8 code) const { return kinds_[code]; }
  // The codes that are marks.
  std::vector<u8> marks() const {
    std::vector<u8> found;
    for (u32 code = 0; code < 256; ++code) {
      const auto mark = static_cast<u8>(code);
      if (punctuation_[mark] && !is_lead(mark)) found.push_back(mark);
    }
    return found;
  }
  const Alphabet& alphabet() const { return alphabet_; }
  // Of no other page, but for copies.
  u64 id() const { return id_; }
  // Whether a sentence can end with it.
  bool ends(u8 code) const { return ends_[code]; }
  // Whether Latin letters are of another script than the language's; all letters on the page are
  // what they are.
  bool foreign() const { return foreign_; }

 private:
  // Write a character that has no code yet; null where it cannot be written.
  u8* add(u32 point, u8* out) {
    const Character row = character(alphabet_, point);
    if ((row.classes & (kKnown | kApart)) != kKnown) return nullptr;
    met_foreign_ |= (row.classes & kForeign) != 0;  // U+3164 is, and is not seen
    if ((row.classes & kGone) != 0) return out;
    if (row.count == 1) return add(row, out);
    for (u32 k = 0; k < row.count && out != nullptr; ++k) {
      const Character part = character(alphabet_, alphabet_.expansions[row.normal + k]);
      const bool plain = (part.classes & (kDigit | kSpace)) == 0;  // see `normalize`
      out = plain ? add(part, out) : nullptr;
    }
    return out;
  }

  // Write what a character becomes.
  u8* add(const Character& row, u8* out) {
    const u32 normal = row.normal, folded = row.folded;
    const u32 kinds = character(alphabet_, normal).classes;
    if (normal < kPoints && codes_[normal] != 0) {
      *out = codes_[normal];
      return out + 1;
    }
    if (std::find(barred_.begin(), barred_.end(), folded) != barred_.end()) return nullptr;
    const bool foreign = (kinds & kForeign) != 0;
    if (foreign_ && (kinds & kLetter) != 0 && !foreign) return nullptr;  // see `foreign`
    met_foreign_ |= foreign;
    const u32 classes = kinds & ~(kKnown | kForeign | (words_ ? kHangul : 0u));
    if (admit(normal, folded, classes)) {
      *out = codes_[normal];
      return out + 1;
    }
    if (folded != normal) {  // both cases have a code of their own, or neither has
      if (folded < kPoints && codes_[folded] != 0) return nullptr;
      if (!is_lower_case(folded)) return nullptr;
      full_ = true;
    }
    const u32* const lead = std::find(std::begin(kLeads), std::end(kLeads), classes);
    return lead == std::end(kLeads) ? nullptr : lead_in(lead - kLeads + kFirstLead, folded, out);
  }

  // Give a letter and its lower case codes for the time of the sample; false where it is no plain
  // one, or all are in use.
  bool admit(u32 normal, u32 folded, u32 classes) {
    const bool upper = classes == kLeads[kUpperLead - kFirstLead];
    if (full_ || normal >= kPoints || folded >= kPoints) return false;
    if (upper == (folded == normal) || !is_lower_case(folded)) return false;
    const bool both = upper && codes_[folded] == 0;
    full_ = slots_ + 1 + u32{both} > kSlots;
    if (full_) return false;
    for (const u32 letter : {folded, normal}) {
      if (codes_[letter] != 0) continue;
      admitted_[slots_] = letter;
      codes_[letter] = static_cast<u8>(slot(slots_++));
      describe(codes_[letter], alphabet_.basic[letter], codes_[folded]);
    }
    return true;
  }
  bool is_lower_case(u32 point) const {
    const Character row = character(alphabet_, point);
    return (row.classes & ~(kKnown | kForeign)) == kLeads[0] && row.normal == point &&
           row.folded == point;
  }

  // Write a lead and the letters behind it.
  u8* lead_in(std::ptrdiff_t lead, u32 point, u8* out) {
    const bool run = lead == kRunLead;
    if (run && (!words_ || out != run_end_)) lead = kAloneLead;
    out[0] = static_cast<u8>(lead);
    for (i64 u = 1; u < kUnits; ++u, point >>= 4) out[u] = static_cast<u8>('a' + (point & 15));
    if (lead >= kAloneLead) apart_.push_back(static_cast<u32>(out - begin_));
    out += kUnits;
    if (run) run_end_ = out;
    return out;
  }

  static constexpr u32 kPoints = 0x3100;
  static constexpr u32 kDot = 0x30FB;  // what bullets and middle dots become
  // What a character with a lead is, by its lead. Those from kAloneLead on are a token each, but
  // for katakana behind katakana.
  static constexpr u32 kFirstLead = 0xA0, kLowerLead = 0xA0, kUpperLead = 0xA1, kAloneLead = 0xA3,
                       kRunLead = 0xA4, kLeadsEnd = 0xA9;
  static constexpr u32 kLeads[] = {kLetter | kAlnum | kLower,
                                   kLetter | kAlnum | kCased | kUpper,
                                   kLetter | kAlnum,
                                   kLetter | kAlnum | kUnspaced,
                                   kLetter | kAlnum | kUnspaced | kRun,
                                   kLetter | kAlnum | kUnspaced | kNumeral,
                                   kPunctuation,
                                   kPunctuation | kEnds,
                                   0};  // a symbol
  // The codes up to 0xBF that are left, but for those of ° and ±, which native/cut.h knows.
  static constexpr u32 kSlots = 21;
  static constexpr u32 slot(u32 index) {
    return index < 14 ? 0xB2 + index : kLeadsEnd + (index - 14);
  }
  // Dashes, quotation marks, bullets, currencies, arrows and notes, for the codes from 0x80.
  static constexpr u32 kSigns[] = {0x2014, 0x00A3, 0x2018, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020,
                                   0x2021, kDot,   0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x20B9,
                                   0x2190, 0x2191, 0x2192, 0x2193, 0x2248, 0x2264, 0x2265, 0x25CF,
                                   0x00AB, 0x00BB, 0x2665, 0x266A, 0x266B, 0x266D, 0x00A1, 0x00BF};

  static constexpr u8 code_of(u32 point) {
    if (point < 0x80 || point == 0xB0 || (point >= 0xC0 && point < 0x100)) {
      return static_cast<u8>(point);
    }
    if (point > 0x2700 && point != kDot) return 0;
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
        kCodeLetter * (is(kLetter) && !is(kUnspaced)) | kCodeDigit * is(kDigit) |
        kCodeSpace * is(kSpace) |
        kCodeBreak * is(kLineBreak) | kCodeApostrophe * (code == '\'') | kCodePoint * point |
        kCodeHyphen * hyphen | kCodeJoint * (is(kJoint) && !point && !hyphen));
    punctuation_[code] = is(kPunctuation);
  }

  u64 id_ = next_number();
  Alphabet alphabet_;
  std::vector<u32> barred_;
  u32 admitted_[kSlots];  // by their codes
  u32 slots_ = 0;         // how many there are
  bool full_ = false;     // whether a letter of the sample found no room
  bool met_foreign_ = false;
  // Of the last text.
  std::vector<u32> apart_;
  u8* begin_ = nullptr;
  u8* run_end_ = nullptr;  // behind katakana
  bool words_ = false;
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

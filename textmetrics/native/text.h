// From a text to its normalised code points: the twin of languages/normalize.py for the characters
// that it knows.
//
// What it knows is a table that Python makes from its own `unicodedata` and `regex`
// (scan/alphabet.py): for each code point what NFKC and case folding make of it, and its classes. A
// sample with any other character is left to the definition.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "counts.h"
#include "stop.h"

namespace textmetrics {

// Classes of a code point; the names and bits are those of scan/alphabet.py.
enum Class : u32 {
  kKnown = 1u << 0,
  kSpace = 1u << 1,
  kLineBreak = 1u << 2,
  kLetter = 1u << 3,    // Unicode L
  kNumber = 1u << 4,    // Unicode N
  kDigit = 1u << 5,     // Unicode Nd
  kUnspaced = 1u << 6,  // of a script whose words no space divides
  kRun = 1u << 7,       // katakana and the prolonged sound mark
  kHangul = 1u << 8,
  kPunctuation = 1u << 9,  // Unicode P, Z, C
  kCurrency = 1u << 10,
  kRaised = 1u << 11,      // a digit of an exponent, as in 10²
  kRaisedSign = 1u << 12,  // its sign
  kFraction = 1u << 13,    // ½
  kAlnum = 1u << 14,    // str.isalnum
  kCased = 1u << 15,    // str.lower changes it
  kUpper = 1u << 16,    // str.isupper
  kLower = 1u << 17,    // str.islower, or title case
  kEnds = 1u << 18,     // a sentence can end with it
  kNumeral = 1u << 19,  // a number in Han
  kOwn = 1u << 20,      // of an unspaced script of the language, before normalisation
  kForeign = 1u << 21,  // a letter of another script, likewise
  kJoint = 1u << 22,    // without one of these no tokens are joined
  kApart = 1u << 23,    // an enclosed number or letter, with a space on either side; a kSpace too
  kGone = 1u << 24,     // not seen, and removed; a kSpace too
};

// What the table says of a code point: its classes after normalisation, what it becomes, and what
// that folds to. More than one code point where `count` is above 1, then `normal` is an index; so
// it is for one that is set apart, whose count is 8 higher.
struct Character {
  u32 classes;
  u32 normal;
  u32 folded;
  u32 count;
};

// Code points whose characters stand for themselves and are all alike.
struct Alike {
  u32 first, end, classes;
};

struct Alphabet {
  const Character* basic;    // 65,536 of the basic plane
  const Character* pictures;  // from kPictures
  const Alike* beyond;        // the basic plane
  u32 count_beyond;
  const u32* expansions;
};

constexpr u32 kPictures = 0x1F300;
constexpr u32 kPicturesEnd = 0x1FB00;
constexpr Character kUnknown{0, 0, 0, 0};

inline Character character_beyond(const Alphabet& alphabet, u32 point) {
  if (point >= kPictures && point < kPicturesEnd) return alphabet.pictures[point - kPictures];
  for (u32 b = 0; b < alphabet.count_beyond; ++b) {
    const Alike& block = alphabet.beyond[b];
    if (point >= block.first && point < block.end) return {block.classes, point, point, 1};
  }
  return kUnknown;
}

inline Character character(const Alphabet& alphabet, u32 point) {
  return point < 0x10000 ? alphabet.basic[point] : character_beyond(alphabet, point);
}

// A text as Python keeps it: code points of 1, 2 or 4 bytes.
struct Text {
  const void* data;
  i64 length;
  int kind;
  bool ascii;
};

inline bool is_latin(u32 point) { return ((point | 0x20) - 'a') < 26; }

// How many characters are of a script of the language, and of another one.
struct Scripts {
  i64 own = 0, foreign = 0;

  // Of letters in a row each is counted only where it is not certain that they are one word; of
  // Latin words, if they are the language's, those that certainly begin there.
  void add(u32 classes, u32 point, u32 before) {
    const bool begins = is_latin(point) && before < 0x80 && !is_latin(before);
    own += (classes & kOwn) != 0 || (begins && (classes & kForeign) == 0);
    foreign += (classes & kForeign) != 0 && !(is_latin(point) && is_latin(before));
  }
  // Whether most of a text is certainly in a script of the language: words of other scripts have at
  // least a letter each.
  bool are_expected() const { return foreign <= own; }
};

// A normalised text: code points, what they fold to, and their classes, side by side.
struct Normal {
  std::vector<u32> points, folded, classes;
  u32 size = 0;              // there is room for one more, whose classes are none
  u32 seen = 0;              // the classes of all characters
  Scripts scripts;           // before normalisation

  // Room for so many code points in all.
  void reserve(i64 length) {
    const auto wanted = static_cast<std::size_t>(length) + 1;
    if (points.size() >= wanted) return;
    const std::size_t room = std::max(wanted, 2 * points.size());
    points.resize(room);
    folded.resize(room);
    classes.resize(room);
  }
  bool is(u32 at, u32 kind) const { return (classes[at] & kind) != 0; }
  bool only(u32 kind, u32 begin, u32 end) const {
    while (begin < end && is(begin, kind)) ++begin;
    return begin == end;
  }
  u32 at(i64 index) const { return index >= 0 && index < i64{size} ? points[index] : 0; }
  u32 kinds(i64 index) const { return index >= 0 && index < i64{size} ? classes[index] : 0; }
};

// Writes a normalised text. Its counters are its own while it writes, and not the text's, which
// the compiler could not tell from what is written.
class Writer {
 public:
  Writer(Normal& out, i64 length) : out_(out) { make_room(length); }
  ~Writer() {
    out_.size = size_;
    out_.seen = seen_;
    classes_[size_] = 0;
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  u32 size() const { return size_; }
  bool ends_in_digit() const { return size_ != 0 && (classes_[size_ - 1] & kDigit) != 0; }
  void make_room(i64 more) {
    out_.reserve(size_ + more);
    points_ = out_.points.data();
    folded_ = out_.folded.data();
    classes_ = out_.classes.data();
  }
  void add(u32 point, u32 fold, u32 kinds) {
    points_[size_] = point;
    folded_[size_] = fold;
    classes_[size_] = kinds;
    seen_ |= kinds;
    ++size_;
  }

 private:
  Normal& out_;
  u32 *points_, *folded_, *classes_;
  u32 size_ = 0, seen_ = 0;
};

constexpr i64 kLongestExpansion = 6;  // four characters and a space on either side
// So that positions in what a sample normalises to fit into 31 bits.
constexpr i64 kLongestSample = (i64{1} << 31) / kLongestExpansion - 2;

// Whether a character that is kept may follow another, without looking further at either: false for
// the points and the digits of some neighbours, where `normalize` sets parts of a text apart.
inline bool follows_plainly(const Character& next, bool apart) {
  if ((next.classes & kGone) != 0) return false;  // what follows is behind it
  return !apart || next.count != 1 || (next.normal != '.' && next.normal != ',');
}

// Normalise: false if a character is not known. White space collapses to one space, or to one line
// feed where it breaks a line; none is left at the ends.
template <class Point>
bool normalize(const Point* text, i64 length, const Alphabet& alphabet, Normal& out) {
  Writer writer(out, length);
  Scripts scripts;
  const i64 last = length - 1;
  u32 space = 0;  // what the white space since the last character becomes
  for (i64 i = 0; i < length; ++i) {
    const Character known = character(alphabet, text[i]);
    if ((known.classes & (kSpace | kKnown)) != kKnown) {
      if ((known.classes & kKnown) == 0) return false;
      if ((known.classes & kGone) == 0 && space != '\n') {
        space = (known.classes & kLineBreak) ? '\n' : ' ';
      }
      if ((known.classes & kApart) == 0) {
        scripts.foreign += (known.classes & kForeign) != 0;
        continue;
      }
    }
    if (space != 0 && writer.size() != 0) {
      writer.add(space, space, kKnown | kSpace | (space == '\n' ? kEnds : 0u));
    }
    space = 0;
    scripts.add(known.classes, text[i], i > 0 ? text[i - 1] : 0);
    if (known.count == 1) {
      writer.add(known.normal, known.folded, known.classes);
      continue;
    }
    const bool apart = (known.classes & kApart) != 0;
    const u32 count = known.count & 7;
    writer.make_room(count + (length - i) + 2);  // with a space on either side
    const auto part = [&](u32 k) -> Character {
      return character(alphabet, alphabet.expansions[known.normal + k]);
    };
    // Two numbers do not become one: 12㏠ is 12 1日, 100㎡2室 is 100m2 2室.
    if (writer.ends_in_digit() && (part(0).classes & kDigit) != 0) {
      writer.add(' ', ' ', kKnown | kSpace);
    }
    for (u32 k = 0; k < count; ++k) {
      writer.add(part(k).normal, part(k).folded, part(k).classes);
    }
    const bool digit = writer.ends_in_digit();
    if ((apart || digit) && i != last) {
      const Character next = character(alphabet, text[i + 1]);
      if (!follows_plainly(next, apart)) return false;
      if (apart || (next.classes & kDigit) != 0) space = ' ';
    }
  }
  out.scripts = scripts;
  return true;
}

// A mark between the pieces of a text that is normalised and cut already; no such text has it,
// because it is white space.
constexpr u32 kCutHere = 0x1F;

// Read such a text, and where its pieces end.
template <class Point>
bool read_cut(const Point* text, i64 length, const Alphabet& alphabet, Normal& out,
              std::vector<u32>& ends) {
  Writer writer(out, length);
  ends.clear();
  for (i64 i = 0; i < length; ++i) {
    worked_at(i, 8);
    const u32 point = text[i];
    if (point == kCutHere) {
      ends.push_back(writer.size());
      continue;
    }
    const Character known = character(alphabet, point);
    if ((known.classes & (kKnown | kApart | kGone)) != kKnown || known.count != 1) return false;
    const bool space = (known.classes & kSpace) != 0;
    writer.add(point, space ? point : known.folded, known.classes | (point == '\n' ? kEnds : 0u));
  }
  ends.push_back(writer.size());
  return true;
}

// Call with the code points of a text as they are kept.
template <class Use>
auto with_points(const Text& text, const Use& use) {
  if (text.kind == 1) return use(static_cast<const unsigned char*>(text.data));
  if (text.kind == 2) return use(static_cast<const unsigned short*>(text.data));
  return use(static_cast<const u32*>(text.data));
}

// Whether a sign of ASCII occurs in a text.
inline bool has(const Text& text, u8 sign) {
  if (text.kind == 1) {
    return text.length > 0 &&
           std::memchr(text.data, sign, static_cast<std::size_t>(text.length)) != nullptr;
  }
  return with_points(text, [&](auto points) {
    bool any = false;  // looked at to the end, so that many are at once
    for (i64 i = 0; i < text.length; ++i) any |= points[i] == sign;
    return any;
  });
}

inline bool normalize(const Text& text, const Alphabet& alphabet, Normal& out) {
  return with_points(
      text, [&](auto points) { return normalize(points, text.length, alphabet, out); });
}

inline bool read_cut(const Text& text, const Alphabet& alphabet, Normal& out,
                     std::vector<u32>& ends) {
  return with_points(
      text, [&](auto points) { return read_cut(points, text.length, alphabet, out, ends); });
}

// Whether a text is in an expected script, without normalising it. Without branches for the
// classes, of which most texts have several.
inline bool is_expected(const Text& text, const Alphabet& alphabet) {
  return with_points(text, [&](auto points) {
    i64 own = 0, foreign = 0;
    bool latin_before = false, letter_before = false;  // perhaps, of the second
    for (i64 i = 0; i < text.length; ++i) {
      const u32 point = points[i], classes = character(alphabet, point).classes;
      const bool latin = is_latin(point), same_word = latin & latin_before;
      own += ((classes & kOwn) != 0 && (classes & (kSpace | kApart)) != kSpace) ||
             (latin & !letter_before && (classes & kForeign) == 0);
      letter_before = latin | (point >= 0x80);
      foreign += (static_cast<i64>((classes & kForeign) != 0) & static_cast<i64>(!same_word)) |
                 static_cast<i64>(classes == 0);  // not known: a word at most
      latin_before = latin;
    }
    return foreign <= own;
  });
}

}  // namespace textmetrics

// From texts to token ids: the twin of languages/analyzer.py for the characters that it knows.
//
// What it knows is a table that Python makes from its own `unicodedata` and `regex` (scan/alphabet.py):
// for each code point what NFKC and case folding make of it, and its classes. A sample with any
// other character is left to the definition. All work on a sample is local to one worker: code
// points are normalised into one buffer and folded into another, cut, joined, and interned in a
// small table that is stamped, not cleared.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "counts.h"

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
  kAlnum = 1u << 11,    // str.isalnum
  kCased = 1u << 12,    // str.lower changes it
  kUpper = 1u << 13,    // str.isupper
  kLower = 1u << 14,    // str.islower, or title case
  kEnds = 1u << 15,     // a sentence can end with it
  kNumeral = 1u << 16,  // a number in Han
  kOwn = 1u << 17,      // of an unspaced script of the language, before normalisation
  kForeign = 1u << 18,  // a letter of another script, likewise
  kJoint = 1u << 19,    // without one of these no tokens are joined
};

// What the table says of a code point: its classes after normalisation, what it becomes, and what
// that folds to. More than one code point where `count` is above 1, then `normal` is an index.
struct Character {
  u32 classes;
  u32 normal;
  u32 folded;
  u32 count;
};

struct Alphabet {
  const Character* basic;    // 65,536 of the basic plane
  const Character* pictures;  // from kPictures
  const u32* expansions;
};

constexpr u32 kPictures = 0x1F300;
constexpr u32 kPicturesEnd = 0x1FB00;
constexpr Character kUnknown{0, 0, 0, 0};

inline const Character& character(const Alphabet& alphabet, u32 point) {
  if (point < 0x10000) return alphabet.basic[point];
  if (point >= kPictures && point < kPicturesEnd) return alphabet.pictures[point - kPictures];
  return kUnknown;
}

// A text as Python keeps it: code points of 1, 2 or 4 bytes.
struct Text {
  const void* data;
  i64 length;
  int kind;
};

// A run of code points in the buffers of a text.
struct Piece {
  u32 begin;
  u32 end;
};

// A normalised text: code points, what they fold to, and their classes, side by side.
struct Normal {
  std::vector<u32> points, folded, classes;
  u32 size = 0;              // there is room for one more, whose classes are none
  u32 seen = 0;              // the classes of all characters
  i64 own = 0, foreign = 0;  // characters of these classes, before normalisation

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

constexpr i64 kLongestExpansion = 4;
// So that positions in what a sample normalises to fit into 31 bits.
constexpr i64 kLongestSample = (i64{1} << 31) / kLongestExpansion - 2;

// Normalise: false if a character is not known. White space collapses to one space, or to one line
// feed where it breaks a line; none is left at the ends.
template <class Point>
bool normalize(const Point* text, i64 length, const Alphabet& alphabet, Normal& out) {
  Writer writer(out, length);
  i64 own = 0, foreign = 0;
  u32 space = 0;  // what the white space since the last character becomes
  for (i64 i = 0; i < length; ++i) {
    const Character& known = character(alphabet, text[i]);
    if ((known.classes & (kSpace | kKnown)) != kKnown) {
      if ((known.classes & kKnown) == 0) return false;
      if (space != '\n') space = (known.classes & kLineBreak) ? '\n' : ' ';
      continue;
    }
    if (space != 0 && writer.size() != 0) {
      writer.add(space, space, kKnown | kSpace | (space == '\n' ? kEnds : 0u));
    }
    space = 0;
    own += (known.classes & kOwn) != 0;
    foreign += (known.classes & kForeign) != 0;
    if (known.count == 1) {
      writer.add(known.normal, known.folded, known.classes);
      continue;
    }
    writer.make_room(known.count + (length - i));
    for (u32 k = 0; k < known.count; ++k) {
      const Character& part = character(alphabet, alphabet.expansions[known.normal + k]);
      writer.add(part.normal, part.folded, part.classes);
    }
  }
  out.own = own;
  out.foreign = foreign;
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
    const u32 point = text[i];
    if (point == kCutHere) {
      ends.push_back(writer.size());
      continue;
    }
    const Character& known = character(alphabet, point);
    if ((known.classes & kKnown) == 0 || known.count != 1) return false;
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

inline bool normalize(const Text& text, const Alphabet& alphabet, Normal& out) {
  return with_points(
      text, [&](auto points) { return normalize(points, text.length, alphabet, out); });
}

inline bool read_cut(const Text& text, const Alphabet& alphabet, Normal& out,
                     std::vector<u32>& ends) {
  return with_points(
      text, [&](auto points) { return read_cut(points, text.length, alphabet, out, ends); });
}

// Whether most of a text, which is normalised, is certainly in a script of its language.
inline bool is_expected(const Text& text, const Normal& normal) {
  return normal.foreign == 0 || 2 * normal.own >= text.length;
}

// --- cutting ------------------------------------------------------------------------------------

enum class Cut { words, characters, whitespace, jieba, given };

// The apostrophe, point or comma that stays inside a word: see `inner` in languages/words.py.
inline bool stays_inside(const Normal& text, u32 at, u32 alone) {
  const u32 before = text.kinds(i64{at} - 1);
  const u32 after = text.kinds(i64{at} + 1);
  switch (text.points[at]) {
    case '\'':
      return (before & (kLetter | kNumber)) && (after & kLetter) && !(after & alone);
    case '.':
    case ',':
      return (before & kDigit) && (after & kDigit);
    default:
      return false;
  }
}

// The point of .5: see `point` in languages/words.py.
inline bool begins_number(const Normal& text, u32 at) {
  const bool whole = at == 0 || text.is(at - 1, kSpace) || text.points[at - 1] == '(';
  return whole && text.points[at] == '.' && (text.kinds(i64{at} + 1) & kDigit);
}

// Cut by Unicode alone: words, then one character a piece. `alone` are the letters of no word.
inline void cut_words(const Normal& text, u32 alone, bool runs, std::vector<Piece>& pieces) {
  const u32* classes = text.classes.data();
  const u32 size = text.size;
  const auto in_word = [=](u32 at) {
    return (classes[at] & (kLetter | kNumber)) != 0 && (classes[at] & alone) == 0;
  };
  for (u32 i = 0; i < size;) {
    u32 end = i + 1;
    if (text.points[i] == ' ') {
      i = end;
      continue;
    }
    if (runs && (classes[i] & kRun)) {
      while (classes[end] & kRun) ++end;
    } else if (in_word(i) || begins_number(text, i)) {
      do {
        while (in_word(end)) ++end;
      } while (end < size && stays_inside(text, end, alone) && ++end);
    }
    pieces.push_back(Piece{i, end});
    i = end;
  }
}

inline void cut_whitespace(const Normal& text, std::vector<Piece>& pieces) {
  for (u32 i = 0; i < text.size;) {
    while (text.is(i, kSpace)) ++i;
    u32 end = i;
    while (end < text.size && !text.is(end, kSpace)) ++end;
    if (end > i) pieces.push_back(Piece{i, end});
    i = end;
  }
}

// --- joining: the spans of languages/segmentation.py --------------------------------------------

inline bool word_like(u32 kinds) { return (kinds & (kLetter | kNumber)) && !(kinds & kUnspaced); }

// The end of the span that begins here, or the beginning where there is none.
inline u32 span_from(const Normal& text, u32 at) {
  const i64 i = at;
  const u32 point = text.points[at];
  const u32 kinds = text.classes[at];
  if (point == '+' || point == '-') {  // -5, +$5, but not 1-2, GPT-4, 5%-6%
    const u32 before = text.at(i - 1);
    if (word_like(text.kinds(i - 1)) || (before != 0 && before < 128 && std::strchr(")]%+#", static_cast<int>(before)))) return at;
    i64 end = i + 1;
    if (text.kinds(end) & kCurrency) ++end;
    if (text.at(end) == '.') ++end;
    return (text.kinds(end) & kNumber) ? static_cast<u32>(end + 1) : at;
  }
  const u32 next = text.at(i + 1);
  if (kinds & (kNumber | kNumeral)) {
    if (next == '%') return at + 2;  // 50%
    if (next == ' ' && text.at(i + 2) == '%') return at + 3;
  }
  if (kinds & kNumber) {
    if (next == '/' && (text.kinds(i + 2) & kNumber)) return at + 3;  // 1/2
    if (next == '^') {                                              // 10^2, 10^-2
      if (text.kinds(i + 2) & kNumber) return at + 3;
      const u32 sign = text.at(i + 2);
      if ((sign == '+' || sign == '-') && (text.kinds(i + 3) & kNumber)) return at + 4;
    }
  }
  if (kinds & kDigit) {
    if (next == 'e' || next == 'E') {  // 1e-5
      const u32 sign = text.at(i + 2);
      return (sign == '+' || sign == '-') && (text.kinds(i + 3) & kDigit) ? at + 4 : at;
    }
    if (next == '.') {  // 3.14 before a full stop
      i64 end = i + 2;
      while (text.kinds(end) & kDigit) ++end;
      const bool stop = end > i + 2 && text.at(end) == '.' && !(text.kinds(end + 1) & kDigit);
      return stop ? static_cast<u32>(end) : at;
    }
    return at;
  }
  if ((kinds & kLetter) && !(kinds & kUnspaced) && (next == '#' || next == '+')) {  // C#, C++
    i64 end = i + 1;
    while (text.at(end) == '#' || text.at(end) == '+') ++end;
    if (!word_like(text.kinds(end))) return static_cast<u32>(end);
    const bool twice = next == '+' && text.at(i + 2) == '+';
    return twice && !(text.kinds(i + 3) & kLetter) ? at + 3 : at;
  }
  return at;
}

// Mark the boundaries that lie inside a span; false where there is none. A span has its joint as
// the first character, the second, or the third (50 %, 1e-5).
inline bool mark_inside(const Normal& text, std::vector<u8>& inside) {
  if ((text.seen & kJoint) == 0) return false;
  bool any = false;
  for (u32 joint = 0; joint < text.size; ++joint) {
    if (!text.is(joint, kJoint)) continue;
    for (u32 i = joint < 2 ? 0 : joint - 2; i <= joint; ++i) {
      const u32 end = span_from(text, i);
      if (end < i + 2) continue;
      if (!any) inside.assign(text.size + 1, 0);
      any = true;
      for (u32 boundary = i + 1; boundary < end; ++boundary) inside[boundary] = 1;
    }
  }
  return any;
}

// --- tokens -------------------------------------------------------------------------------------

inline u64 hash_points(const u32* points, u32 length) {
  u64 hash = length * 0x9E3779B97F4A7C15ull;
  u32 i = 0;
  for (; i + 2 <= length; i += 2) {
    hash = (hash ^ (u64{points[i]} | u64{points[i + 1]} << 32)) * 0xD6E8FEB86659FD93ull;
    hash ^= hash >> 32;
  }
  if (i < length) hash = (hash ^ points[i]) * 0xD6E8FEB86659FD93ull;
  return mix(hash);
}

inline bool same_points(const u32* a, const u32* b, u32 length) {
  return std::memcmp(a, b, length * sizeof(u32)) == 0;
}

// A fixed set of folded words, each with how it drops: in some cases, or in any.
class Stopwords {
 public:
  enum Drops : u8 { never, by_case, always };

  void add(const std::vector<u32>& word, bool any_case) {
    words_.push_back(Word{static_cast<u32>(points_.size()), static_cast<u32>(word.size()),
                          any_case ? always : by_case});
    points_.insert(points_.end(), word.begin(), word.end());
  }
  void seal() {
    std::size_t size = 8;
    while (size < 2 * words_.size()) size *= 2;
    slots_.assign(size, 0);
    for (u32 w = 0; w < words_.size(); ++w) {
      u64 at = hash_points(points_.data() + words_[w].begin, words_[w].length);
      while (slots_[at & (size - 1)] != 0) ++at;
      slots_[at & (size - 1)] = w + 1;
    }
  }
  Drops find(const u32* points, u32 length, u64 hash) const {
    for (u64 at = hash;; ++at) {
      const u32 slot = slots_[at & (slots_.size() - 1)];
      if (slot == 0) return never;
      const Word& word = words_[slot - 1];
      if (word.length == length && same_points(points_.data() + word.begin, points, length)) {
        return word.drops;
      }
    }
  }

 private:
  struct Word {
    u32 begin;
    u32 length;
    Drops drops;
  };
  std::vector<u32> points_;
  std::vector<Word> words_;
  std::vector<u32> slots_;
};

enum Kind : u8 { kContent = 0, kStopword = 1, kPunctuationOnly = 2 };

}  // namespace textmetrics

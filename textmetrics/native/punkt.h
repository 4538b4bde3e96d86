// Where sentences end: the twin of presets/punkt.py for texts of ASCII, and of quotation marks, dashes
// and the ellipsis beyond it.
#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "bits.h"
#include "classify.h"
#include "counts.h"
#include "stop.h"
#include "text.h"

namespace textmetrics {

class Punkt {
 public:
  using View = std::string_view;

  void add_abbreviation(View word) { words_[std::string(word)].abbreviation = true; }
  void add_starter(View word) { words_[std::string(word)].starter = true; }
  void add_contexts(View word, u32 contexts) { words_[std::string(word)].contexts = contexts; }
  void add_collocation(View one, View other) { collocations_.insert(joined(one, other)); }

  // A text with a byte for each character, the text itself or written to `to`; nothing if it has others,
  // or white space that programs do not agree on.
  static std::optional<View> encode(const Text& text, std::string& to) {
    u32 unknown = 0;
    if (text.ascii) {
      const auto* const points = static_cast<const u8*>(text.data);
      u8 any = 0;  // as wide as a point, so that many are at once
      for (i64 i = 0; i < text.length; ++i) any |= static_cast<u8>(points[i] - 0x1C) < 4;
      if (any != 0) return std::nullopt;
      return View(static_cast<const char*>(text.data), static_cast<std::size_t>(text.length));
    }
    to.resize(static_cast<std::size_t>(text.length));
    with_points(text, [&](auto points) {
      for (i64 i = 0; i < text.length; ++i) {
        const u32 point = points[i], code = point < 0x80 ? point : code_of(point);
        unknown |= static_cast<u32>(code == 0xFF) | static_cast<u32>(code - 0x1C < 4);
        to[static_cast<std::size_t>(i)] = static_cast<char>(code);
      }
    });
    if (unknown != 0) return std::nullopt;
    return View(to);
  }

  // The sentences of an encoded text, as places.
  using Places = std::vector<std::pair<std::size_t, std::size_t>>;
  void split(View text, Places& sentences) {
    sentences.clear();
    const std::size_t end = stripped(text);
    if (end == 0) return;
    ends_.clear();
    find_ends(text);
    with_closing_marks(text, end, sentences);
  }

 private:
  // What a model knows of a word.
  struct Word {
    bool abbreviation = false, starter = false;
    u32 contexts = 0;
  };
  // What a context says: see presets/punkt.py.
  enum : u32 { kUpper = 2 | 4 | 8, kUpperWithin = 4, kLower = 16 | 32 | 64, kLowerAtBeginning = 16 };
  enum class Begins { no, yes, unknown };

  struct End {
    std::size_t end, next;  // where the next sentence begins
  };

  // Characters beyond ASCII, in the order of their codes from 0x80 on; the first are quotation marks.
  static constexpr u32 kOthers[] = {0x2018, 0x2019, 0x201C, 0x201D, 0xAB, 0xBB,
                                    0x2013, 0x2014, 0x2026};
  static constexpr u32 kQuotes = 6;

  static u32 code_of(u32 point) {
    const auto found = std::find(std::begin(kOthers), std::end(kOthers), point);
    return found == std::end(kOthers) ? 0xFF : 0x80 + static_cast<u32>(found - kOthers);
  }

  // What a character is.
  enum : u8 {
    kSpace = 1, kStops = 2, kMark = 4, kCloses = 8, kAlone = 16, kDigit = 32, kOfNumber = 64,
  };
  struct Kinds {
    u8 of[0x100] = {};

    constexpr Kinds() {
      add(" \t\n\r\v\f", kSpace);
      add(".?!", kStops);              // a sentence may end behind it
      add(")\";}]*:@'({[?!", kMark);   // ends a word though it is no full stop
      add("\"')]}", kCloses);          // belongs to the sentence before
      add("(\"`{[:;&#*@)}]-,", kAlone);  // begins no word
      add("0123456789", kDigit | kOfNumber);
      add(",.-", kOfNumber);
      for (u32 quote = 0; quote < kQuotes; ++quote) of[0x80 + quote] = kMark | kCloses;
    }
    constexpr void add(View signs, int kinds) {
      for (char sign : signs) {
        u8& its = of[static_cast<unsigned char>(sign)];
        its = static_cast<u8>(its | kinds);
      }
    }
  };
  static const Kinds& kinds() {
    static constexpr Kinds kKinds;
    return kKinds;
  }

  static bool is(char each, u8 kind) {
    return (kinds().of[static_cast<unsigned char>(each)] & kind) != 0;
  }
  static bool is_space(char each) { return is(each, kSpace); }
  static bool is_upper(char each) { return each >= 'A' && each <= 'Z'; }
  static bool is_lower(char each) { return each >= 'a' && each <= 'z'; }
  static bool is_one_of(char each, View signs) { return signs.find(each) != View::npos; }

  static std::size_t stripped(View text) {
    std::size_t end = text.size();
    while (end > 0 && is_space(text[end - 1])) --end;
    return end;
  }
  static bool ends_in(View word, View with) {
    return word.size() >= with.size() && word.substr(word.size() - with.size()) == with;
  }
  static View without_stop(View word) {
    return ends_in(word, ".") ? word.substr(0, word.size() - 1) : word;
  }
  static std::string joined(View one, View other) {
    return std::string(one) + '\n' + std::string(other);  // no word has a line feed
  }

  // The first mark from a place on after which a sentence may end; the end of the text if there is none.
  static std::size_t next_stop(View text, std::size_t at) {
    const std::size_t begun = at;
#ifdef TEXTMETRICS_SSE2
    for (; at + 16 <= text.size(); at += 16) {
      const Sixteen each(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at)));
      const u64 stops = (each.is('.') | each.is('?') | each.is('!')).bits(0);
      if (stops != 0) return at + lowest(stops);
      worked_at(static_cast<i64>((at - begun) / 16), 2);
    }
#endif
    for (; at < text.size() && !is(text[at], kStops); ++at) worked_at(static_cast<i64>(at - begun), 2);
    return at;
  }

  // Look at each mark after which a sentence may end, with the words on both sides of it; of several
  // in one word, only at the last.
  void find_ends(View text) {
    bool any = false;
    End last{0, 0};
    std::size_t behind = 0, start = 0, stop = 0;  // where the context of the last ends
    const auto look = [&] {
      if (ends(text.substr(start, behind - start))) ends_.push_back(last);
    };
    for (std::size_t at = 0; (at = next_stop(text, at)) + 1 < text.size(); ++at) {
      std::size_t next = at + 1, until = at + 2;
      const bool marked = is(text[next], kMark);
      if (!marked) {
        if (!is_space(text[next])) continue;
        while (next < text.size() && is_space(text[next])) ++next;
        if (next == text.size()) break;  // nothing follows this one, or any
        until = next;
        while (until < text.size() && !is_space(text[until])) ++until;
      }
      // White space directly after the mark before does not begin a new word.
      std::size_t space = at;
      while (space > stop && !is_space(text[space - 1])) --space;
      const std::size_t begin = space > stop + 1 ? space : start;
      if (any && stop <= begin) look();
      any = true;
      last = End{at + 1, marked ? at + 1 : next};
      start = begin;
      stop = at;
      behind = until;
    }
    if (any) look();
  }

  // Whether a sentence ends between two words of a context.
  bool ends(View context) {
    worked(static_cast<i64>(64 * context.size()));
    bool any = false;
    View before;
    for (std::size_t at = 0; at <= context.size();) {
      const std::size_t end = std::min(context.find('\n', at), context.size());
      const View line = context.substr(at, end - at);
      for (std::size_t i = 0; i < line.size();) {
        if (is_space(line[i])) {
          ++i;
          continue;
        }
        const std::size_t length = word_at(line, i);
        const View word = line.substr(i, length);
        if (any && ends_between(before, word)) return true;
        before = word;
        any = true;
        i += length;
      }
      at = end + 1;
    }
    return false;
  }

  // The length of the word that begins at a place, which is no space.
  static std::size_t word_at(View line, std::size_t at) {
    if (const std::size_t run = run_at(line, at)) return run;
    if (is(line[at], kAlone)) return 1;
    for (std::size_t end = at + 1;; ++end) {
      if (stops_at(line, end)) return end - at;
      if (line[end] == ',' && stops_at(line, end + 1)) return end - at;
    }
  }
  static bool stops_at(View line, std::size_t at) {
    return at == line.size() || is(line[at], kSpace | kMark) || run_at(line, at) > 0;
  }

  // The length of a run of hyphens, or of points with or without white space between them; 0 if
  // there is none.
  static std::size_t run_at(View line, std::size_t at) {
    const auto of = [&](char sign) {
      std::size_t end = at;
      while (end < line.size() && line[end] == sign) ++end;
      return end - at;
    };
    const auto is_point = [&](std::size_t place) {
      return place < line.size() && line[place] == '.';
    };
    if (line[at] == '-') return of('-') > 1 ? of('-') : 0;
    if (line[at] != '.') return 0;
    if (const std::size_t points = of('.'); points > 1) return points;
    std::size_t spaced = 0;
    while (is_point(at + 2 * spaced) && at + 2 * spaced + 1 < line.size() &&
           is_space(line[at + 2 * spaced + 1])) {
      ++spaced;
    }
    if (!is_point(at + 2 * spaced)) {
      if (spaced == 0) return 0;
      --spaced;  // the last point is the one behind them
    }
    return spaced > 1 ? 2 * spaced + 1 : 0;
  }

  bool ends_between(View word, View following) {
    if (word == "." || word == "?" || word == "!") return true;
    if (!ends_in(word, ".")) return false;
    const bool points = ends_in(word, ".."), abbreviation = is_abbreviation(word);
    const bool number = is_number(word);
    lower(word, lower_);
    const View kind = number ? kNumber : without_stop(lower_);
    lower(following, following_lower_);
    View following_kind = is_number(following) ? kNumber : View(following_lower_);
    if (following_kind.size() > 1 && seems_to_end(following)) {
      following_kind = without_stop(following_kind);
    }
    if (collocations_.count(joined(kind, following_kind)) != 0) return false;
    const bool upper = is_upper(following[0]);
    const bool initial = word.size() == 2 && (is_upper(word[0]) || is_lower(word[0]) ||
                                              word[0] == '_');
    const Word& seen = known(following_kind);
    const Begins begins = begins_sentence(following, seen.contexts);
    const bool only_points = word.find_first_not_of('.') == View::npos;
    if ((abbreviation || only_points) && !initial) {
      if (begins == Begins::yes || (upper && seen.starter)) return true;
    }
    if (initial || number) {
      const bool never_lower = initial && upper && (seen.contexts & kLower) == 0;
      if (begins == Begins::no || (begins == Begins::unknown && never_lower)) return false;
    }
    return !(points || abbreviation);
  }

  static Begins begins_sentence(View word, u32 seen) {
    if (word.size() == 1 && is_one_of(word[0], ";:,.!?")) return Begins::no;
    if (is_upper(word[0]) && (seen & kLower) != 0 && (seen & kUpperWithin) == 0) {
      return Begins::yes;
    }
    if (is_lower(word[0]) && ((seen & kUpper) != 0 || (seen & kLowerAtBeginning) == 0)) {
      return Begins::no;
    }
    return Begins::unknown;
  }

  bool seems_to_end(View word) {
    if (word == "?" || word == "!" || word == ".") return true;
    return ends_in(word, ".") && !ends_in(word, "..") && !is_abbreviation(word);
  }

  bool is_abbreviation(View word) {
    if (ends_in(word, "..")) return false;
    lower(word.substr(0, word.size() - 1), stem_);
    const View stem = stem_;
    return known(stem).abbreviation || known(stem.substr(stem.rfind('-') + 1)).abbreviation;
  }

  static bool is_number(View word) {
    std::size_t at = word[0] == '-' ? 1 : 0;
    if (at < word.size() && is_one_of(word[at], ".,")) ++at;
    return at < word.size() && is(word[at], kDigit) &&
           std::all_of(word.begin() + at, word.end(), [](char each) { return is(each, kOfNumber); });
  }

  const Word& known(View word) {
    static const Word kNothing;
    key_.assign(word);
    const auto found = words_.find(key_);
    return found == words_.end() ? kNothing : found->second;
  }

  static void lower(View word, std::string& to) {
    to.assign(word);
    for (char& each : to) each = is_upper(each) ? static_cast<char>(each | 0x20) : each;
  }

  // Closing marks after an end belong to its sentence.
  void with_closing_marks(View text, std::size_t end, Places& sentences) const {
    std::size_t start = 0, moved = 0;
    for (std::size_t place = 0; place <= ends_.size(); ++place) {
      const bool last = place == ends_.size();
      const std::size_t begin = start + moved;
      const std::size_t stop = last ? end : ends_[place].end;
      moved = 0;
      std::size_t marks = 0;
      if (!last) {
        start = ends_[place].next;
        const std::size_t until = place + 1 == ends_.size() ? end : ends_[place + 1].end;
        const View next = text.substr(start, until > start ? until - start : 0);
        marks = closing_marks(next);
        if (marks > 0) {
          moved = marks;
          while (moved < next.size() && is_space(next[moved])) ++moved;
        }
      }
      if (marks > 0) {
        sentences.emplace_back(begin, std::max(begin, start + marks));
      } else if (begin < stop) {
        sentences.emplace_back(begin, stop);
      }
    }
  }

  // How many marks that close something a text begins with, if they stand by themselves.
  static std::size_t closing_marks(View text) {
    for (std::size_t at = 0; at < text.size() && is(text[at], kCloses); ++at) {
      const View rest = text.substr(at + 1);
      if (rest.empty() || is_space(rest[0]) || rest.substr(0, 2) == "--") return at + 1;
    }
    return 0;
  }

  static constexpr View kNumber = "##number##";

  std::unordered_map<std::string, Word> words_;
  std::unordered_set<std::string> collocations_;
  std::vector<End> ends_;
  std::string lower_, following_lower_, stem_, key_;
};

}  // namespace textmetrics

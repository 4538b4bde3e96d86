// Where sentences end: the twin of presets/punkt.py for texts of ASCII.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "counts.h"
#include "stop.h"

namespace textmetrics {

class Punkt {
 public:
  using View = std::string_view;

  void add_abbreviation(View word) { words_[std::string(word)].abbreviation = true; }
  void add_starter(View word) { words_[std::string(word)].starter = true; }
  void add_contexts(View word, u32 contexts) { words_[std::string(word)].contexts = contexts; }
  void add_collocation(View one, View other) { collocations_.insert(joined(one, other)); }

  // Whether a text is one that is read here: of ASCII, and without white space that programs do not
  // agree on.
  static bool reads(View text) {
    bool other = false;
    for (char each : text) {
      const u32 byte = static_cast<unsigned char>(each);
      other |= byte >= 0x80 || byte - 0x1C < 4;
    }
    return !other;
  }

  // The sentences of a text, as places; `at_most` one if nothing ends within it.
  using Places = std::vector<std::pair<std::size_t, std::size_t>>;
  void split(View text, Places& sentences) {
    sentences.clear();
    const std::size_t end = stripped(text);
    if (end == 0) return;
    ends_.clear();
    if (text.substr(0, end - 1).find_first_of(".?!") != View::npos) find_ends(text);
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

  static bool is_space(char each) {
    return each == ' ' || (each >= '\t' && each <= '\r');
  }
  static bool is_digit(char each) { return each >= '0' && each <= '9'; }
  static bool is_upper(char each) { return each >= 'A' && each <= 'Z'; }
  static bool is_lower(char each) { return each >= 'a' && each <= 'z'; }
  static bool is_one_of(char each, View signs) { return signs.find(each) != View::npos; }
  // What ends a word though it is no full stop.
  static bool is_mark(char each) { return is_one_of(each, ")\";}]*:@'({[?!"); }

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

  // Look at each mark after which a sentence may end, with the words on both sides of it; of several
  // in one word, only at the last.
  void find_ends(View text) {
    bool any = false;
    End last{0, 0};
    std::size_t behind = 0, start = 0, stop = 0;  // where the context of the last ends
    const auto look = [&] {
      if (ends(text.substr(start, behind - start))) ends_.push_back(last);
    };
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
      worked_at(static_cast<i64>(at), 4);
      if (!is_one_of(text[at], ".?!")) continue;
      std::size_t next = at + 1, until = at + 2;
      const bool marked = is_mark(text[next]);
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
    if (is_one_of(line[at], "(\"`{[:;&#*@)}]-,")) return 1;
    for (std::size_t end = at + 1;; ++end) {
      if (stops_at(line, end)) return end - at;
      if (line[end] == ',' && stops_at(line, end + 1)) return end - at;
    }
  }
  static bool stops_at(View line, std::size_t at) {
    return at == line.size() || is_space(line[at]) || is_mark(line[at]) || run_at(line, at) > 0;
  }

  // The length of a run of hyphens, or of points with or without white space between them; 0 if
  // there is none.
  static std::size_t run_at(View line, std::size_t at) {
    const auto of = [&](char sign) {
      std::size_t end = at;
      while (end < line.size() && line[end] == sign) ++end;
      return end - at;
    };
    const auto is = [&](std::size_t place, auto test) {
      return place < line.size() && test(line[place]);
    };
    const auto is_stop = [](char each) { return each == '.'; };
    if (line[at] == '-') return of('-') > 1 ? of('-') : 0;
    if (line[at] != '.') return 0;
    if (const std::size_t points = of('.'); points > 1) return points;
    std::size_t spaced = 0;
    while (is(at + 2 * spaced, is_stop) && is(at + 2 * spaced + 1, is_space)) ++spaced;
    if (!is(at + 2 * spaced, is_stop)) {
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
    return at < word.size() && is_digit(word[at]) &&
           word.find_first_not_of("0123456789,.-", at) == View::npos;
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
    for (std::size_t at = 0; at < text.size() && is_one_of(text[at], "\"')]}"); ++at) {
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

// Stopwords that stand for themselves, and are kept: the twin of languages/mentions.py.
#pragma once

#include "tokens.h"

namespace textmetrics {

// A mark: its code point, what surrounds it, and whether a sentence ends with it.
struct Mark {
  u32 point;  // 0 where it is several characters
  bool space_before, space_after, ends;
  Kind kind;  // of the token that it is
};

class Mentions {
 public:
  // `two`: whether two items between ideographic commas are an enumeration.
  explicit Mentions(bool two) : two_(two) {}

  void begin(const Tokens& tokens) {
    phrase_ = Opening{tokens.size(), 0, 0};
    separator_ = repeated_ = joint_ = 0;
    colon_ = false;
    items_ = 0;
    forget_openings();
  }

  // Read a mark before its token is added; `leans`: whether the last word is a stopword that leans
  // on the next one.
  void mark(const Mark& mark, bool leans, Tokens& tokens) {
    const u32 point = mark.point;
    const Opening following{tokens.size() + 1, tokens.of(kContent) + (mark.kind == kContent), 0};
    const int both = place_of(point);
    if (repeated_ != 0 && point == repeated_ && !mark.space_before && phrase_.at == tokens.size()) {
      if (opened_[both].point != 0) opened_[both] = following.by(point);
      phrase_ = following;
      return;
    }
    bool closes = true;
    if (bracket_.point != 0 && closes_bracket(point)) {
      keep_if_pure(bracket_, tokens);
      bracket_.point = 0;
    } else if (both >= 0 && opened_[both].point != 0 && !mark.space_before) {
      keep_if_pure(opened_[both], tokens);
      opened_[both].point = 0;
    } else {
      closes = false;
      if (opens(point)) {
        bracket_ = following.by(point);
      } else if (both >= 0) {
        opened_[both] = following.by(mark.space_after ? 0 : point);
      }
    }
    end_phrase(separates(point) ? point : 0, mark.ends, closes || mark.ends || point == ':', leans,
               tokens);
    phrase_ = following;
    colon_ = point == ':';
    repeated_ = both >= kFirstRepeated ? point : 0;
  }

  void line_break(bool leans, Tokens& tokens) {
    const bool empty = phrase_.at == tokens.size();
    end_phrase(0, true, false, leans, tokens);
    phrase_ = Opening{tokens.size(), tokens.of(kContent), 0};
    colon_ = colon_ && empty;
    repeated_ = 0;
    forget_openings();
  }

  void end(bool leans, Tokens& tokens) { end_phrase(0, true, true, leans, tokens); }

 private:
  // Where the words inside of something begin, how many words of the text were content by then,
  // and the mark that opened it, 0 where none did.
  struct Opening {
    i64 at = 0, content = 0;
    u32 point = 0;

    Opening by(u32 mark) const { return {at, content, mark}; }
  };

  // Marks that open and close; the last ones may be repeated.
  static constexpr int kBoth = 5, kFirstRepeated = 2;
  static int place_of(u32 point) {
    switch (point) {
      case '"': return 0;
      case '\'': return 1;
      case '*': return 2;
      case '_': return 3;
      case '`': return 4;
      default: return -1;
    }
  }

  static bool opens(u32 point) {
    switch (point) {
      case '(': case '[': case '{':
      case 0x201C: case 0x2018: case 0x201E: case 0x201A: case 0xAB: case 0x2039: case 0x301D:
      case 0x300C: case 0x300E: case 0x300A: case 0x3008: case 0x3010: case 0x3014: case 0x3016:
        return true;
      default:
        return false;
    }
  }

  bool closes_bracket(u32 point) const {
    switch (bracket_.point) {
      case '(': return point == ')';
      case '[': return point == ']';
      case '{': return point == '}';
      case 0x201C: return point == 0x201D;
      case 0x2018: return point == '\'' || point == 0x2019;
      case 0x201E: return point == 0x201C || point == 0x201D;
      case 0x201A: return point == 0x2018 || point == '\'' || point == 0x2019;
      case 0xAB: return point == 0xBB;
      case 0x2039: return point == 0x203A;
      case 0x301D: return point == 0x301E || point == 0x301F;
      default: return point == bracket_.point + 1;  // of CJK: each beside its counterpart
    }
  }

  static bool separates(u32 point) {
    switch (point) {
      case ',': case ';': case '/': case 0x3001: case 0x30FB: case 0xB7: return true;
      default: return false;
    }
  }

  void forget_openings() {
    bracket_.point = 0;
    for (Opening& opening : opened_) opening.point = 0;
  }

  // Keep the words from there on if they are stopwords alone.
  void keep_if_pure(const Opening& opening, Tokens& tokens) {
    if (tokens.of(kContent) == opening.content) tokens.keep(opening.at, tokens.size());
  }

  // End the words since the last mark: by a separator, a sentence's end, or another mark.
  void end_phrase(u32 separator, bool ends, bool nothing_follows, bool leans, Tokens& tokens) {
    const i64 end = tokens.size(), words = end - phrase_.at;
    if (words > 0 && colon_ && ends) keep_if_pure(phrase_, tokens);
    if (words > 0 && leans) {
      const bool said = tokens.of(kContent) + tokens.of(kMention) > 0;
      if (separator != 0 || (nothing_follows && said)) tokens.keep(end - 1, end);
    }
    if (words == 1) {
      add_item(end - 1, tokens);
    } else {
      items_ = 0;
    }
    if (separator == 0) items_ = 0;
    separator_ = separator;
  }

  void add_item(i64 item, Tokens& tokens) {
    if (separator_ == 0 || items_ == 0) {
      items_ = 1;
      joint_ = 0;
    } else {
      items_ = joint_ != 0 && joint_ != separator_ ? 2 : items_ + 1;
      joint_ = separator_;
    }
    // Of those before, two at most were not yet known to be items of an enumeration.
    const i64 least = two_ && joint_ == 0x3001 ? 2 : 3;
    if (items_ >= 2 && items_ >= least) {
      for (i64 back = 0; back < 2 * least; back += 2) tokens.keep(item - back, item - back + 1);
    }
  }

  const bool two_;
  u32 separator_ = 0;  // the last mark, if it is one
  bool colon_ = false;
  i64 items_ = 0;      // of the enumeration that the last mark goes on
  u32 joint_ = 0;      // what separates them, if there are two or more
  u32 repeated_ = 0;   // the last token, if it is a mark that may be repeated
  Opening phrase_;     // the words since the last mark
  Opening bracket_;
  Opening opened_[kBoth];
};

}  // namespace textmetrics

// Stopwords that stand for themselves, and are kept: the twin of languages/mentions.py.
#pragma once

#include "stop.h"
#include "tokens.h"

namespace textmetrics {

// The states of the automaton below, as places of six bits in a word, and words that have the next
// state for each.
struct MentionStates {
  enum State : u64 {
    kNone = 0,
    kLeaning = 6,     // the last token is a word that leans on the next one
    kSeparator = 12,  // the last token is a separator
    kItem = 18,       // the last two are a separator and a word
    kOpened = 24,     // no word since an opening
    kPure = 30,       // since then stopwords alone
    kFound = 36,
  };

  static constexpr u64 next(State none, State leaning, State separator, State item, State opened,
                            State pure) {
    return none | leaning << kLeaning | separator << kSeparator | item << kItem |
           opened << kOpened | pure << kPure | u64{kFound} << kFound;
  }
};

// Whether a text may have words to be kept; most have none. An automaton that only shifts, since a
// branch that nobody can guess takes longer.
class MayMention : MentionStates {
 public:
  void add(Role role) { state_ = kNext[static_cast<u32>(role)] >> (state_ & 63); }
  void add_line_break() { add(Role::line_break); }

  // At the end of a text.
  bool is_in() const {
    const u64 state = state_ & 63;
    return state == kFound || state == kLeaning || state == kPure;
  }

 private:
  static constexpr u64 kBreak = next(kNone, kLeaning, kSeparator, kItem, kOpened, kFound);
  static constexpr u64 kStops = next(kNone, kNone, kItem, kNone, kPure, kPure);
  static constexpr u64 kOpens = next(kOpened, kFound, kOpened, kOpened, kOpened, kFound);
  static constexpr u64 kAny = next(kFound, kFound, kFound, kFound, kFound, kFound);
  static constexpr u64 kNext[] = {
      next(kNone, kNone, kItem, kNone, kNone, kNone),                 // content
      kOpens,                                                         // tick
      kAny,                                                           // mention
      kStops,                                                         // by_case
      next(kLeaning, kLeaning, kLeaning, kLeaning, kPure, kPure),     // leaning
      kStops,                                                         // always
      kAny,                                                           // dropped_tick
      next(kNone, kFound, kNone, kNone, kOpened, kFound),             // mark
      next(kSeparator, kFound, kSeparator, kFound, kOpened, kFound),  // separator
      kOpens,                                                         // opening
      kAny,                                                           // lists_two
      kBreak,                                                         // line_break
  };

  u64 state_ = kNone;
};

// Where words end: at a token that is a mark, or at a line break.
struct Mark {
  i64 at;      // the token; of a line break the one behind it
  u32 point;   // 0 where it is several characters
  bool space_before, space_after, ends;

  static Mark line_break(i64 at) { return {at, '\n', true, true, true}; }
  bool is_line_break() const { return point == '\n'; }
};

class Mentions {
 public:
  // `two`: whether two items between ideographic commas are an enumeration.
  explicit Mentions(bool two) : two_(two) {}

  static constexpr u32 kMarksEnd = 0x3100;  // of those that are more than a mark

  // The role of a mark of one character, if it is punctuation.
  Role role_of_mark(u32 point) const {
    if (point == '`') return Role::mark;
    if (point == kIdeographicComma && two_) return Role::lists_two;
    if (separates(point)) return Role::separator;
    return point == ':' || opens(point) || place_of(point) >= 0 ? Role::opening : Role::mark;
  }

  // Reads the text whose tokens begin at `first`, mark by mark.
  class Reader {
   public:
    Reader(Mentions& mentions, i64 first, Tokens& tokens)
        : mentions_(mentions), first_(first), tokens_(tokens) {
      mentions_.begin(first, tokens);
    }

    // Whether a mark may be passed over before which no word leans, which neither is an item's end
    // nor opens or closes anything: not in brackets, and not behind a colon.
    bool may_pass() const { return mentions_.bracket_.point == 0 && !mentions_.colon_; }
    // Pass over such marks, up to the one before this token.
    void pass(i64 following) { mentions_.pass(following); }

    void read(const Mark& mark) {
      if (mark.is_line_break()) {
        mentions_.line_break(mark, tokens_);
      } else {
        mentions_.read(mark, leans(mark.at), tokens_);
      }
    }

    // Behind the last mark.
    void end() {
      const i64 size = tokens_.size();
      mentions_.end_phrase(size, 0, true, false, leans(size), tokens_);
    }

   private:
    // Whether the last word before a token does.
    bool leans(i64 end) const {
      return end > first_ && role_of(tokens_.token(end - 1)) == Role::leaning;
    }

    Mentions& mentions_;
    const i64 first_;
    Tokens& tokens_;
  };

 private:
  // Where the words inside of something begin, and the mark that opened it, 0 where none did.
  struct Opening {
    i64 at = 0;
    u32 point = 0;
  };

  static constexpr u32 kIdeographicComma = 0x3001;

  void begin(i64 first, const Tokens& tokens) {
    joint_ = 0;
    said_ = false;
    forget_openings();
    pass(first);
    for (content_ = first; content_ < tokens.size() && tokens.kind(content_) != kContent;) {
      worked_at(content_++, 1);
    }
  }

  void pass(i64 following) {
    start_ = following;
    separator_ = repeated_ = 0;
    colon_ = false;
    items_ = 0;
  }

  void read(const Mark& mark, bool leans, Tokens& tokens) {
    const u32 point = mark.point;
    const i64 following = mark.at + 1;
    const int both = place_of(point);
    if (repeated_ != 0 && point == repeated_ && !mark.space_before && start_ == mark.at) {
      if (opened_[both].point != 0) opened_[both].at = following;
      start_ = following;
      return;
    }
    bool closes = true;
    if (bracket_.point != 0 && closes_bracket(point)) {
      keep_if_pure(bracket_.at, mark.at, tokens);
      bracket_.point = 0;
    } else if (both >= 0 && opened_[both].point != 0 && !mark.space_before) {
      keep_if_pure(opened_[both].at, mark.at, tokens);
      opened_[both].point = 0;
    } else {
      closes = false;
      if (opens(point)) {
        bracket_ = {following, point};
      } else if (both >= 0) {
        opened_[both] = {following, mark.space_after ? 0 : point};
      }
    }
    const bool separator = separates(point);
    const bool stands = leans && (separator || point == ':');
    end_phrase(mark.at, separator ? point : 0, mark.ends, stands,
               leans && (closes || mark.ends), tokens);
    start_ = following;
    colon_ = point == ':';
    repeated_ = both >= kFirstRepeated ? point : 0;
  }

  void line_break(const Mark& mark, Tokens& tokens) {
    const bool empty = start_ == mark.at;
    end_phrase(mark.at, 0, true, false, false, tokens);
    start_ = mark.at;
    colon_ = colon_ && empty;
    repeated_ = 0;
    forget_openings();
  }

  // Marks that open and close; the last ones may be repeated.
  static constexpr int kBoth = 5, kFirstRepeated = 2;
  static constexpr int place_of(u32 point) {
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
      case ',': case ';': case '/': case kIdeographicComma: case 0x30FB: case 0xB7: return true;
      default: return false;
    }
  }

  void forget_openings() {
    bracket_.point = 0;
    for (Opening& opening : opened_) opening.point = 0;
  }

  // Keep the words in a range if they are stopwords alone.
  void keep_if_pure(i64 begin, i64 end, Tokens& tokens) {
    for (i64 i = begin; i < end; ++i) {
      worked_at(i, 1);
      if (tokens.kind(i) == kContent) return;
    }
    keep(begin, end, tokens);
  }

  void keep(i64 begin, i64 end, Tokens& tokens) {
    for (i64 i = begin; i < end; ++i) {
      worked_at(i, 1);
      said_ |= tokens.keep(i);
    }
  }

  // End the words since the last mark: by a separator, a sentence's end, or another mark; the last
  // word leans, and `stands` for itself, or does if the text said something (`stands_if_said`).
  void end_phrase(i64 end, u32 separator, bool ends, bool stands, bool stands_if_said,
                  Tokens& tokens) {
    const i64 words = end - start_;
    said_ |= content_ < end;
    if (words > 0 && colon_ && ends) keep_if_pure(start_, end, tokens);
    if (words > 0 && (stands || (stands_if_said && said_))) {
      keep(end - 1, end, tokens);
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
    const i64 least = two_ && joint_ == kIdeographicComma ? 2 : 3;
    if (items_ >= 2 && items_ >= least) {
      for (i64 back = 0; back < 2 * least; back += 2) keep(item - back, item - back + 1, tokens);
    }
  }

  const bool two_;
  i64 start_ = 0;      // of the words since the last mark
  u32 separator_ = 0;  // the last mark, if it is one
  bool colon_ = false;
  i64 content_ = 0;    // the first token that is content
  bool said_ = false;  // whether any token so far stays
  i64 items_ = 0;      // of the enumeration that the last mark goes on
  u32 joint_ = 0;      // what separates them, if there are two or more
  u32 repeated_ = 0;   // the last token, if it is a mark that may be repeated
  Opening bracket_;
  Opening opened_[kBoth];
};

}  // namespace textmetrics

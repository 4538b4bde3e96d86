// What reading a sample gives: its tokens by type and kind, text after text.
#pragma once

#include <vector>

#include "memory.h"

namespace textmetrics {

// What a token is, as languages/analyzer.py has it.
enum Kind : u32 { kContent = 0, kMention = 1, kStopword = 2, kPunctuationOnly = 3 };

// Which tokens are scored: those whose kind is at most this.
enum Scope : u32 {
  kScopeContent = kMention,
  kScopeWords = kStopword,
  kScopeEverything = kPunctuationOnly
};

// What a word is: content, a stopword, which drops in some cases or in any, or a mark. In the order
// of their kinds.
enum class Role : u8 {
  content,
  tick,          // an opening, but no punctuation
  mention,       // a stopword that stands for itself
  by_case,
  leaning,       // by case too, and where another word follows: see native/mentions.h
  always,
  dropped_tick,
  mark,
  separator,     // of the items of an enumeration
  opening,       // of a quotation and the like, and the colon
  lists_two,     // as a separator, and two items are an enumeration
  line_break,    // no token
};
inline bool minds_case(Role role) { return role == Role::by_case || role == Role::leaning; }

// Whether it is a mark, a tick or a line break.
inline u32 may_be_mark(Role role) {
  constexpr u32 kMarks = ~0u << static_cast<u32>(Role::dropped_tick) |
                         1u << static_cast<u32>(Role::tick);
  return kMarks >> static_cast<u32>(role) & 1;
}

// The last role of each kind.
inline constexpr Role kLastRole[] = {Role::tick, Role::mention, Role::dropped_tick,
                                     Role::line_break};
inline u32 last_role(u32 kind) { return static_cast<u32>(kLastRole[kind]); }
inline Kind kind_of(Role role) {
  return static_cast<Kind>((role > kLastRole[kContent]) + (role > kLastRole[kMention]) +
                           (role > kLastRole[kStopword]));
}

// A token: the number of its type, and its role in the lowest bits.
using Token = u32;
inline Token token_of(u32 type, Role role) { return type << 4 | static_cast<u32>(role); }
inline u32 type_of(Token token) { return token >> 4; }
inline Role role_of(Token token) { return static_cast<Role>(token & 15); }
inline Kind kind_of(Token token) { return kind_of(role_of(token)); }

// How many tokens of each kind a text has.
struct Kinds {
  i64 of[4] = {0, 0, 0, 0};

  i64 in(u32 scope) const {
    return of[kContent] + of[kMention] + (scope >= kScopeWords) * of[kStopword] +
           (scope >= kScopeEverything) * of[kPunctuationOnly];
  }
  // Whether all that it says is stopwords that stand for themselves.
  bool is_mention() const { return of[kContent] == 0 && of[kMention] > 0; }
};

// Counts tokens by kind, of which mentions are none yet: two counts in one number, since a branch on
// the kind that nobody can guess takes longer.
class KindCounts {
 public:
  void add(Token token) { both_ += kOne[token & 15]; }
  void sum_up() {  // after less than 2**32 tokens
    content_ += static_cast<i64>(both_ & 0xFFFFFFFF);
    stopwords_ += static_cast<i64>(both_ >> 32);
    both_ = 0;
  }
  void add(i64 content, i64 stopwords) {  // of so many tokens
    content_ += content;
    stopwords_ += stopwords;
  }
  i64 of(Kind kind) const { return kind == kContent ? content_ : stopwords_; }

 private:
  static constexpr u64 kStop = u64{1} << 32;
  static constexpr u64 kOne[16] = {1, 1, 0, kStop, kStop, kStop, kStop};  // by role

  u64 both_ = 0;
  i64 content_ = 0, stopwords_ = 0;
};

// The tokens of a sample: those of the prediction, then of each reference.
class Tokens {
  static constexpr i64 kReadBehind = 16;

 public:
  u32 types = 0;                 // all types are below it
  // Types from here on are numbered as their tokens come, and these are all content.
  u32 first_new = 0;
  u32 predicted = 0;             // all types of the prediction are below it
  bool marked = false;           // the prediction has "<" or "`" in it
  bool expected_script = false;  // most of the prediction is certainly in a script of its language

  void clear() {
    size_ = 0;
    keeps_known_ = false;
    ends_.clear();
    kinds_.clear();
  }
  // The next text has at most so many tokens; some more can be read behind them.
  void begin_text(i64 most) {
    at_least(memory_, size_ + most + kReadBehind);
    kinds_.emplace_back();
  }
  void add(Token token) {
    memory_[static_cast<std::size_t>(size_++)] = token;
    ++kinds_.back().of[kind_of(token)];
  }
  // The same for all tokens at once: write them there, then tell how many there are of each kind.
  Token* room() { return memory_.data() + size_; }
  void added(const KindCounts& counts, i64 tokens) {
    size_ += tokens;
    const i64 content = counts.of(kContent), stopwords = counts.of(kStopword);
    kinds_.back() = Kinds{{content, 0, stopwords, tokens - content - stopwords}};
  }
  void end_text() { ends_.push_back(size_); }
  // Instead of its end, if nothing was added.
  void drop_text() { kinds_.pop_back(); }

  // Of the present text: how many tokens are of a kind, and those that turn out to be mentioned.
  i64 of(Kind kind) const { return kinds_.back().of[kind]; }
  Token token(i64 at) const { return memory_[static_cast<std::size_t>(at)]; }
  u32 kind(i64 at) const { return kind_of(token(at)); }
  bool keep(i64 at) {  // as a mention; false where it is no stopword
    if (kind(at) != kStopword) return false;
    keeps_known_ = true;
    memory_[static_cast<std::size_t>(at)] = token_of(type_of(token(at)), Role::mention);
    --kinds_.back().of[kStopword];
    ++kinds_.back().of[kMention];
    return true;
  }

  // Whether some word that is not new is scored: a mention, a stopword for its capitals, a tick.
  bool keeps_known() const { return keeps_known_ || first_new == types; }
  void set_keeps_known() { keeps_known_ = true; }

  i64 size() const { return size_; }
  const Token* begin(i64 text) const {
    return memory_.data() + (text == 0 ? 0 : ends_[static_cast<std::size_t>(text - 1)]);
  }
  const Token* end(i64 text) const { return memory_.data() + ends_[static_cast<std::size_t>(text)]; }
  i64 count(i64 text, u32 scope) const { return kinds_[static_cast<std::size_t>(text)].in(scope); }
  const std::vector<Kinds>& kinds() const { return kinds_; }

 private:
  std::vector<Token> memory_;
  i64 size_ = 0;
  bool keeps_known_ = false;
  std::vector<i64> ends_;      // of each text's tokens
  std::vector<Kinds> kinds_;   // of each text
};

}  // namespace textmetrics

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

// The tokens of a sample: those of the prediction, then of each reference.
class Tokens {
 public:
  u32 types = 0;                 // all types are below it
  bool expected_script = false;  // most of the prediction is certainly in a script of its language

  void clear() {
    size_ = 0;
    ends_.clear();
    kinds_.clear();
  }
  // The next text has at most so many tokens.
  void begin_text(i64 most) {
    at_least(memory_, size_ + most);
    kinds_.emplace_back();
  }
  void add(Token token) {
    memory_[static_cast<std::size_t>(size_++)] = token;
    ++kinds_.back().of[kind_of(token)];
  }
  // The same for all tokens at once: write them there, then tell where they end.
  Token* room() { return memory_.data() + size_; }
  void added(const Token* end) {
    const Token* const begin = room();
    const i64 count = end - begin;
    u32 words = 0, kept = 0;  // no punctuation, and no stopwords; there are no mentions yet
    for (i64 i = 0; i < count; ++i) {
      words += (begin[i] & 15) <= last_role(kStopword);
      kept += (begin[i] & 15) <= last_role(kContent);
    }
    size_ += count;
    kinds_.back() = Kinds{{kept, 0, words - kept, count - words}};
  }
  void end_text() { ends_.push_back(size_); }

  // Of the present text: how many tokens are of a kind, and those that turn out to be mentioned.
  i64 of(Kind kind) const { return kinds_.back().of[kind]; }
  Token token(i64 at) const { return memory_[static_cast<std::size_t>(at)]; }
  u32 kind(i64 at) const { return kind_of(token(at)); }
  bool keep(i64 at) {  // as a mention; false where it is no stopword
    if (kind(at) != kStopword) return false;
    memory_[static_cast<std::size_t>(at)] = token_of(type_of(token(at)), Role::mention);
    --kinds_.back().of[kStopword];
    ++kinds_.back().of[kMention];
    return true;
  }

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
  std::vector<i64> ends_;      // of each text's tokens
  std::vector<Kinds> kinds_;   // of each text
};

}  // namespace textmetrics

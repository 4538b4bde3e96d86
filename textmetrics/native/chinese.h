// Reads most Chinese texts: the tokens of native/wide.h, with no normalised text in between.
//
// Of each character one row is looked up: its letter in jieba's dictionary, and whether it needs a
// rule that this reader lacks, as a text does that has such characters. Words of the dictionary are
// told by their nodes in its trie, and other single characters by themselves, so that most tokens
// are found in a table without being spelled.
#pragma once

#include <algorithm>
#include <vector>

#include "compiler.h"
#include "cut.h"
#include "jieba.h"
#include "memory.h"
#include "mentions.h"
#include "stop.h"
#include "text.h"
#include "tokens.h"
#include "words.h"

namespace textmetrics {

class ChineseReader {
 public:
  ChineseReader(const Alphabet& alphabet, bool joins, Types<u32>& types, Mentions& mentions)
      : alphabet_(alphabet), joins_(joins), types_(types), mentions_(mentions) {}

  void set_segmenter(const Segmenter& segmenter) {
    if (segmenter_ == &segmenter && id_ == segmenter.id()) return;
    segmenter_ = &segmenter;
    id_ = segmenter.id();
    rows_.resize(kPoints);
    for (u32 point = 0; point < kPoints; ++point) rows_[point] = row_of(point);
    tokens_.assign(segmenter.nodes() + kPoints, 0);
  }

  // Read a text: false where native/wide.h has to.
  bool read(const u16* text, i64 length, Tokens& out) {
    worked(2 * length);
    const u32 seen = find_letters(text, length);
    if ((seen & kOther) != 0) return false;
    expected_ = (seen & kLetterOfOthers) == 0 || is_expected(text, length);
    marked_ = (seen & kMarked) != 0;
    if ((seen & kWhite) != 0) {
      length = collapse(text, length);
      text = collapsed_.data();
      find_letters(text, length);
    }
    text_ = text;
    length_ = length;
    if (joins_ && (seen & kJoins) != 0 && has_span()) return false;
    const i64 words = segmenter_->cut_letters(length, scratch_);
    worked(8 * words);
    out.begin_text(words);
    if (!tokenize(words, out)) {
      out.drop_text();
      return false;
    }
    out.end_text();
    return true;
  }

  // Of the last text that was read: see `Tokens`.
  bool expected_script() const { return expected_; }
  bool marked() const { return marked_; }

 private:
  static constexpr u32 kPoints = 0x10000;

  // A row is a letter, and above it these.
  static constexpr u32 kOther = 1u << 16;  // it needs a rule that this reader lacks
  static constexpr u32 kWhite = 1u << 17;
  static constexpr u32 kJoins = 1u << 18;           // it may join tokens
  static constexpr u32 kLetterOfOthers = 1u << 19;  // of a script that is not the language's
  static constexpr u32 kMarked = 1u << 20;

  u32 row_of(u32 point) const {
    const Character known = character(alphabet_, point);
    const auto is = [&](u32 kind) { return (known.classes & kind) != 0; };
    if (!is(kKnown) || is(kApart | kGone) || known.count != 1) return kOther;
    if (is(kSpace)) return kWhite;
    return segmenter_->letter(known.normal) | (is(kJoint) ? kJoins : 0) |
           (is(kForeign) ? kLetterOfOthers : 0) | (point == '<' || point == '`' ? kMarked : 0);
  }

  // Look the letters up; gives what was seen in all rows.
  u32 find_letters(const u16* text, i64 length) {
    u16* const letters = scratch_.letters_of(length);
    const u32* const rows = rows_.data();
    u32 seen = 0;
    for (i64 i = 0; i < length; ++i) {
      const u32 row = rows[text[i]];
      seen |= row;
      letters[i] = static_cast<u16>(row);
    }
    return seen;
  }

  bool is_expected(const u16* text, i64 length) const {
    Scripts scripts;
    for (i64 i = 0; i < length; ++i) {
      scripts.add(alphabet_.basic[text[i]].classes, text[i], i > 0 ? text[i - 1] : 0);
    }
    return scripts.are_expected();
  }

  // White space as `normalize` of native/text.h leaves it.
  i64 collapse(const u16* text, i64 length) {
    u16* const begin = at_least(collapsed_, length);
    u16* to = begin;
    u16 space = 0;
    for (i64 i = 0; i < length; ++i) {
      if ((rows_[text[i]] & kWhite) != 0) {
        const bool breaks = (alphabet_.basic[text[i]].classes & kLineBreak) != 0;
        space = breaks || space == '\n' ? '\n' : ' ';
        continue;
      }
      if (space != 0 && to != begin) *to++ = space;
      space = 0;
      *to++ = text[i];
    }
    return to - begin;
  }

  // The present text as `span_from` of native/cut.h looks at one.
  struct Characters {
    const Character* basic;
    const u16* text;
    i64 length;

    u32 at(i64 i) const {
      if (i < 0 || i >= length) return 0;
      return (basic[text[i]].classes & kSpace) != 0 ? text[i] : basic[text[i]].normal;
    }
    u32 kinds(i64 i) const { return i >= 0 && i < length ? basic[text[i]].classes : 0; }
    bool is_space(i64 i) const { return (kinds(i) & kSpace) != 0; }
  };
  Characters characters() const { return Characters{alphabet_.basic, text_, length_}; }

  bool has_span() {
    const auto size = static_cast<u32>(length_);
    for (u32 i = 0; i < size; ++i) {
      const bool joins = (rows_[text_[i]] & kJoins) != 0;
      if (joins && mark_span(characters(), size, i, false, inside_)) return true;
    }
    return false;
  }

  // False where a rule of capitals is needed.
  bool tokenize(i64 words, Tokens& out) {
    if (generation_ != types_.generation()) {
      std::fill(tokens_.begin(), tokens_.end(), 0);
      generation_ = types_.generation();
    }
    const Word* const all = scratch_.words.data();
    Piece* const pieces = at_least(pieces_, words);
    u32* mark = at_least(marks_, words + 1);
    const u32 nodes = segmenter_->nodes();
    u32* const tokens = tokens_.data();  // 4 MB, of which each word needs another place
    const i64 first = out.size();
    Token* const begin = out.room();
    Token* to = begin;
    MayMention may_mention;
    KindCounts counts;
    u32 from = 0;
    for (i64 w = 0; w < words; ++w) {
      worked_at(w, 16);
      prefetch(tokens + all[std::min(w + kAhead, words - 1)].node);
      const Piece piece{from, all[w].end};
      from = piece.end;
      // A character that is in no word, or a word that the dictionary lacks.
      u32 place = all[w].node;
      if (place == 0 && piece.end == piece.begin + 1) place = nodes + text_[piece.begin];
      u32 token = tokens[place];
      if (token == 0) {
        if (is_space(piece)) {
          if (text_[piece.begin] != '\n') continue;
          may_mention.add_line_break();
          *mark++ = static_cast<u32>(to - begin) | kBreak;
          continue;
        }
        token = intern(piece);
        if (token == 0) return false;
        if (place != 0) tokens[place] = token;
      }
      --token;
      pieces[to - begin] = piece;
      *mark = static_cast<u32>(to - begin);
      mark += may_be_mark(role_of(token));
      may_mention.add(role_of(token));
      counts.add(token);
      *to++ = token;
    }
    counts.sum_up();
    out.added(counts, to - begin);
    if (may_mention.is_in()) read_mentions(first, marks_.data(), mark, out);
    return true;
  }

  bool is_space(Piece piece) const {
    return piece.end == piece.begin + 1 && characters().is_space(piece.begin);
  }

  // The token of a piece, plus one; 0 where a rule of capitals decides what it is.
  TM_APART u32 intern(Piece piece) {
    const u32 length = piece.end - piece.begin;
    u32* const word = at_least(folded_, i64{length});
    u32 all = ~0u, some = 0;
    for (u32 i = 0; i < length; ++i) {
      const Character& known = alphabet_.basic[text_[piece.begin + i]];
      word[i] = known.folded;
      all &= known.classes;
      some |= known.classes;
    }
    const Token token = types_.intern(word, length, hash_of(word, length));
    Role role = role_of(token);
    if (all & kPunctuation) role = std::max(role, Role::mark);
    if (minds_case(role) && (some & kCased)) return 0;
    return token_of(type_of(token), role) + 1;
  }

  // Show the marks of the text to native/mentions.h: by the numbers of their tokens, and line breaks
  // by those of the tokens behind them.
  TM_APART void read_mentions(i64 first, const u32* mark, const u32* end, Tokens& out) {
    Mentions::Reader reader(mentions_, first, out);
    const Characters text = characters();
    for (; mark != end; ++mark) {
      worked(16);
      if (*mark & kBreak) {
        reader.read(Mark::line_break(first + (*mark & ~kBreak)));
        continue;
      }
      const Piece piece = pieces_[*mark];
      const bool alone = piece.end == piece.begin + 1;
      reader.read({first + *mark, alone ? text.at(piece.begin) : 0,
                   piece.begin == 0 || text.is_space(i64{piece.begin} - 1),
                   piece.end == length_ || text.is_space(piece.end),
                   (text.kinds(i64{piece.end} - 1) & kEnds) != 0});
    }
    reader.end();
  }

  static constexpr u32 kBreak = 1u << 31;
  static constexpr i64 kAhead = 12;  // words

  const Alphabet& alphabet_;
  const bool joins_;
  Types<u32>& types_;
  Mentions& mentions_;
  const Segmenter* segmenter_ = nullptr;
  u64 id_ = 0;
  std::vector<u32> rows_;    // by character
  std::vector<u32> tokens_;  // by node and by character, each plus one; 0 where it is not known yet
  u64 generation_ = 0;       // of the types in them
  Scratch scratch_;
  const u16* text_ = nullptr;  // the present text, its white space collapsed
  i64 length_ = 0;
  std::vector<u16> collapsed_;
  std::vector<Piece> pieces_;  // of its tokens
  std::vector<u32> marks_, folded_;
  std::vector<u8> inside_;
  bool expected_ = false, marked_ = false;
};

}  // namespace textmetrics

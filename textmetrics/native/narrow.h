// Reads texts whose characters are all on the page of native/page.h: nearly all in Latin script.
//
// Sixty-four characters at a time are looked at as bits of a word, a word a class. Where tokens
// begin and end comes of shifts and masks.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "bits.h"
#include "classify.h"
#include "cut.h"
#include "memory.h"
#include "mentions.h"
#include "sample_words.h"
#include "stop.h"
#include "tokens.h"
#include "words.h"

namespace textmetrics {

// A class of the characters of a block, with what stands one character before and behind.
struct Around {
  u64 here, before, behind;

  Around(const Block* block, u64 Block::*which)
      : here(block->*which),
        before(here << 1 | (block - 1)->*which >> 63),
        behind(here >> 1 | (block + 1)->*which << 63) {}
};

class NarrowReader {
 public:
  NarrowReader(const Page& page, Cut cut, const KnownWords<u8>& known, bool lists_by_two)
      : page_(page),
        words_(cut == Cut::words || cut == Cut::characters),
        able_(words_ || cut == Cut::whitespace),
        types_(known),
        sample_words_(known),
        mentions_(lists_by_two) {}

  // Read the texts of a sample: false where one is not for this reader.
  bool read(const Text& prediction, const Text* references, i64 count, Tokens& out) {
    alone_ = false;
    sample_words_.begin_sample();
    if (!read_all(prediction, references, count, out)) return false;
    out.types = sample_words_.size();
    // Where white space cuts, some are marks.
    out.first_new = words_ ? sample_words_.known() : out.types;
    return true;
  }
  // The same of a prediction whose references were read before: its types are `types`.
  bool read_alone(const Text& prediction, Tokens& out) {
    alone_ = true;
    types_.begin_sample();
    if (!read_all(prediction, nullptr, 0, out)) return false;
    out.types = out.first_new = types_.size();
    return true;
  }

  Types<u8>& types() { return types_; }

 private:
  bool read_all(const Text& prediction, const Text* references, i64 count, Tokens& out) {
    if (!able_) return false;
    i64 room = prediction.length + 2 * kBlock;
    for (i64 r = 0; r < count; ++r) room += references[r].length + 2 * kBlock;
    codes_ = at_least(code_memory_, room);
    folded_ = at_least(folded_memory_, room);
    begin_ = 0;
    page_.forget_admitted();
    out.clear();
    if (!read(prediction, out)) return false;
    out.predicted = sample_words_.size();
    out.expected_script = !page_.foreign() || !has_letters();
    const auto has = [&](u8 sign) {
      const auto length = static_cast<std::size_t>(prediction.length);
      return length > 0 && std::memchr(codes_, sign, length) != nullptr;
    };
    out.marked = has('<') || has('`');
    for (i64 r = 0; r < count; ++r) {
      if (!read(references[r], out)) return false;
    }
    return true;
  }

  bool read(const Text& text, Tokens& out) {
    length_ = text.length;
    worked(2 * length_);
    if (!take_codes(text)) return false;
    if (words_ ? !cut_words() : !cut_whitespace()) return false;
    worked(8 * ended_);
    out.begin_text(ended_);
    tokenize(out);
    out.end_text();
    begin_ += static_cast<u32>(length_ + kPadding);
    return true;
  }

  // Copy the codes, classify and fold them; spaces follow, to the end of the last block.
  bool take_codes(const Text& text) {
    u8* codes = codes_ + begin_;
    if (text.ascii) {
      std::memcpy(codes, text.data, static_cast<std::size_t>(length_));
    } else {
      const bool known = with_points(text, [&](auto points) {
        if (page_.codes(points, length_, codes)) return true;
        return page_.admit(points, length_) && page_.codes(points, length_, codes);
      });
      if (!known) return false;
    }
    std::memset(codes + length_, ' ', kBlock);
    // Empty blocks stand before the first and behind the last.
    count_ = length_ / kBlock + 1;
    blocks_ = at_least(block_memory_, count_ + 2);
    breaks_ = 0;
    blocks_[0] = blocks_[count_] = blocks_[count_ + 1] = Block{};
    for (i64 b = 0; b * kBlock < length_; ++b) {
      worked_at(b, kBlock);
      blocks_[b + 1] = classify(page_, codes + b * kBlock, folded_ + begin_ + b * kBlock);
      breaks_ |= blocks_[b + 1].breaks;
    }
    shouted_ = -1;
    return true;
  }

  bool has_letters() const {
    return std::any_of(blocks_ + 1, blocks_ + 1 + count_,
                       [](const Block& block) { return block.letter != 0; });
  }

  // The characters of the block that are there at all.
  u64 inside(i64 block) const {
    const i64 left = length_ - (block - 1) * kBlock;
    return left >= kBlock ? ~0ull : left <= 0 ? 0 : ~(~0ull << left);
  }

  // Pieces by Unicode alone, as `cut_words` of native/cut.h, joined; false where that needs
  // native/wide.h.
  bool cut_words() {
    begun_ = ended_ = capital_ = 0;
    joints_.clear();
    Edges edges;
    for (i64 b = 1; b <= count_; ++b) {
      worked_at(b, kBlock);
      const Block* block = blocks_ + b;
      const Around letter(block, &Block::letter), digit(block, &Block::digit);
      if (block->joint != 0 && !take_joints(b, letter, digit)) return false;
      u64 word = letter.here | digit.here;
      word |= block->apostrophe & (letter.before | digit.before) & letter.behind;
      word |= block->point & digit.before & digit.behind;
      if (u64 first = block->point & ~digit.before & digit.behind; first != 0) {
        word |= number_points(first, b);
      }
      add_pieces(b, word, inside(b) & ~(word | (block->space & ~block->breaks)), edges);
    }
    if (!joints_.empty()) join_pieces();
    return true;
  }

  // Find the characters that may join tokens: none is missed of those that are in a span of
  // native/cut.h, but for points, which join only what is one piece here anyway. False for a space
  // before a sign, since spaces are not collapsed here.
  bool take_joints(i64 b, const Around& letter, const Around& digit) {
    const Block* block = blocks_ + b;
    const u8* codes = codes_ + begin_ + (b - 1) * kBlock;
    const Around space(block, &Block::space);
    const u64 hyphen = places_of(codes, '-'), joint = block->joint & ~hyphen;
    const u64 hyphen_behind = hyphen >> 1 | u64{b < count_ && codes[kBlock] == '-'} << 63;
    const u64 word_before = letter.before | digit.before;
    // The sign of a number: -5, -$5, -.5, not x-5, - 5, --5.
    const u64 sign = ~word_before & ~(letter.behind | space.behind | hyphen_behind);
    // The sign of an exponent: 1e-5.
    const u64 second = block->digit << 2 | (block - 1)->digit >> 62;
    const u64 exponent = second & letter.before & digit.behind;
    // 50%, 1/2, 10^2, C#.
    u64 found = block->joint & (sign | exponent);
    found |= joint & word_before;
    for (; found != 0; found &= found - 1) {
      joints_.push_back(static_cast<u32>((b - 1) * kBlock) + lowest(found));
    }
    for (u64 spaced = joint & space.before; spaced != 0; spaced &= spaced - 1) {
      if (codes[lowest(spaced)] == '%') return false;  // 50 %
    }
    return true;
  }

  // The present text as `span_from` of native/cut.h looks at one.
  struct Characters {
    const Page& page;
    const u8* codes;
    i64 size;

    u32 at(i64 i) const { return i >= 0 && i < size ? codes[i] : 0; }
    u32 kinds(i64 i) const { return i >= 0 && i < size ? page.kinds(codes[i]) : 0; }
  };

  void join_pieces() {
    const Characters text{page_, codes_ + begin_, length_};
    bool any = false;
    for (u32 joint : joints_) {
      any = mark_span(text, static_cast<u32>(length_), joint, any, inside_);
    }
    if (!any) return;
    i64 kept = 0;
    for (i64 p = 0; p < ended_; ++p) {
      worked_at(p, 4);
      const u32 begin = begins_[p], end = ends_[p];
      const bool joined = kept > 0 && inside_[begin - begin_] && inside_[ends_[kept - 1] - begin_];
      if (!joined) begins_[kept++] = begin;
      ends_[kept - 1] = end;
    }
    ended_ = kept;
    capital_ = 0;
    for (i64 p = 0; p < ended_; ++p) {
      for (u32 i = begins_[p]; i < ends_[p]; ++i) {
        if (codes_[i] != folded_[i]) capitals_[capital_++] = capital(p, i == begins_[p]);
      }
    }
  }

  // Of points before a digit and not behind one those that begin a number, as .5 does: behind
  // nothing, white space or a bracket.
  u64 number_points(u64 points, i64 block) const {
    const u8* codes = codes_ + begin_;
    u64 found = 0;
    for (; points != 0; points &= points - 1) {
      const i64 at = (block - 1) * kBlock + lowest(points);
      const bool begins = at == 0 || codes[at - 1] == '(' ||
                          (page_.classes(codes[at - 1]) & kCodeSpace) != 0;
      if (begins && codes[at] == '.') found |= points & ~(points - 1);
    }
    return found;
  }

  bool cut_whitespace() {
    begun_ = ended_ = capital_ = 0;
    Edges edges;
    for (i64 b = 1; b <= count_; ++b) {
      worked_at(b, kBlock);
      const u64 word = inside(b) & ~blocks_[b].space;
      add_pieces(b, word, 0, edges);
    }
    return true;
  }

  // Of the last character of the block before: whether it is in a word, or alone.
  struct Edges {
    u64 word = 0, alone = 0;
  };

  // Room for a block that is all pieces, or all capitals, and for what is written behind the last.
  void make_room() {
    constexpr i64 kMost = kBlock + 8;
    if (begun_ + kMost > static_cast<i64>(end_memory_.size())) {
      begins_ = at_least(begin_memory_, begun_ + kMost);
      ends_ = at_least(end_memory_, begun_ + kMost);
    }
    capitals_ = at_least(capital_memory_, capital_ + kMost);
  }

  // Pieces are runs of `word`, and single characters of `alone`. Each begins somewhere and ends
  // elsewhere, and what begins first ends first.
  void add_pieces(i64 block, u64 word, u64 alone, Edges& edges) {
    make_room();
    const u64 before = word << 1 | edges.word;
    const u64 first = (word & ~before) | alone, last = (before & ~word) | alone << 1 | edges.alone;
    for (u64 upper = blocks_[block].upper; upper != 0; upper &= upper - 1) {
      const u64 upto = upper ^ (upper - 1);
      const bool begins = (first & upto) > upto >> 1;
      capitals_[capital_++] = capital(begun_ + popcount(first & upto) - 1, begins);
    }
    const u32 base = begin_ + static_cast<u32>((block - 1) * kBlock);
    begun_ += places(first, last, base, begins_ + begun_, ends_ + ended_);
    edges = Edges{word >> 63, alone >> 63};
    ended_ = begun_ - static_cast<i64>(edges.word | edges.alone);
  }

  // A piece that has one, and whether the piece begins with it.
  static u32 capital(i64 piece, bool begins) { return static_cast<u32>(piece) << 1 | u32{begins}; }

  void tokenize(Tokens& out) {
    Token* const tokens = out.room();
    if (alone_) {
      find_kept(tokens);
    } else {
      sample_words_.find(folded_, begins_, ends_, ended_, tokens);
    }
    if (!words_) find_punctuation(tokens);
    keep_capitals(tokens);
    const i64 first = out.size();
    MayMention may_mention;
    KindCounts counts;
    in_runs(ended_, 4, [&](i64 from, i64 until) {
      MayMention mentions = may_mention;
      for (i64 p = from; p < until; ++p) {
        mentions.add(role_of(tokens[p]));
        counts.add(tokens[p]);
      }
      may_mention = mentions;
      counts.sum_up();
    });
    if (may_mention.is_in()) find_marks(tokens);
    out.added(counts, breaks_ == 0 ? ended_ : without_breaks(tokens));
    if (may_mention.is_in()) read_mentions(first, out);
  }

  // Take the line breaks from among the tokens, which they are not; gives how many are left.
  TM_APART i64 without_breaks(Token* tokens) {
    Token* to = tokens;
    for (i64 p = 0; p < ended_; ++p) {
      *to = tokens[p];
      to += role_of(tokens[p]) != Role::line_break;
    }
    return to - tokens;
  }

  // Find words among those that are kept from sample to sample.
  TM_APART void find_kept(Token* found) {
    for (i64 p = 0; p < ended_; ++p) {
      worked_at(p, 16);
      const u8* const word = folded_ + begins_[p];
      const u32 length = ends_[p] - begins_[p];
      found[p] = types_.intern(word, length, hash_of(word, length));
    }
  }

  // Marks of several characters are pieces where white space cuts.
  TM_APART void find_punctuation(Token* tokens) {
    for (i64 p = 0; p < ended_; ++p) {
      const Piece piece{begins_[p], ends_[p]};
      worked_at(p, 4);
      if (piece.end - piece.begin > 1 && is_punctuation(piece)) {
        tokens[p] = token_of(type_of(tokens[p]), Role::mark);
      }
    }
  }

  // Make stopwords content whose capitals say that they are: see languages/stopwords.py.
  TM_APART void keep_capitals(Token* tokens) {
    for (i64 c = 0; c < capital_; ++c) {
      const u32 p = capitals_[c] >> 1;
      if (!minds_case(role_of(tokens[p])) || shouted()) continue;
      const bool expected = (capitals_[c] & 1) != 0 && begins(p);
      if (!expected) tokens[p] = token_of(type_of(tokens[p]), Role::content);
    }
  }

  // Find the pieces that native/mentions.h looks at. Without a branch, since nobody can guess them.
  TM_APART void find_marks(const Token* tokens) {
    u32* to = at_least(mark_memory_, ended_ + 1);
    marks_ = to;
    in_runs(ended_, 4, [&](i64 from, i64 until) {
      for (i64 p = from; p < until; ++p) {
        *to = static_cast<u32>(p);
        to += may_be_mark(role_of(tokens[p]));
      }
    });
    marks_end_ = to;
  }

  // Show the marks of the text to native/mentions.h; line breaks at its end are none.
  TM_APART void read_mentions(i64 first, Tokens& out) {
    const u8* codes = codes_;
    const u32 size = begin_ + static_cast<u32>(length_);
    const i64 last = out.size();
    Mentions::Reader reader(mentions_, first, out);
    i64 at = first;  // the token of the first piece, if no line break comes before it
    for (const u32* mark = marks_; mark != marks_end_; ++mark) {
      worked_at(mark - marks_, 16);
      const u32 begin = begins_[*mark], end = ends_[*mark];
      if (page_.is_break(codes[begin]) && words_) {
        if (at + *mark < last) reader.read(Mark::line_break(at + *mark));
        --at;
        continue;
      }
      reader.read({at + *mark, end == begin + 1 ? page_.point(codes[begin]) : 0,
                   begin == begin_ || page_.is_space(codes[begin - 1]),
                   end == size || page_.is_space(codes[end]), page_.ends(codes[end - 1])});
    }
    reader.end();
  }

  bool is_punctuation(Piece piece) const {
    const u8* codes = codes_;
    return std::all_of(codes + piece.begin, codes + piece.end,
                       [&](u8 code) { return page_.is_punctuation(code); });
  }

  // Whether a piece begins a sentence.
  bool begins(i64 index) const {
    while (index-- > 0) {
      for (u32 i = begins_[index]; i < ends_[index]; ++i) {
        if (page_.is_word(codes_[i])) return false;
      }
      if (page_.ends(codes_[ends_[index] - 1])) return true;
    }
    return true;
  }

  // Whether the whole text, of several words, is in capitals.
  bool shouted() {
    if (shouted_ < 0) {
      int words = 0;  // with a capital
      bool counted = false, lower = false;
      for (i64 i = 0; i < length_ && !lower; ++i) {
        const u8 code = codes_[begin_ + i];
        const bool upper = page_.is_cased(code);
        if (page_.is_space(code)) counted = false;
        words += upper && !counted;
        counted |= upper;
        lower = page_.is_letter(code) && !upper;
      }
      shouted_ = words > 1 && !lower;
    }
    return shouted_ != 0;
  }

  // Its own, since it admits characters. What is kept of words from sample to sample may hold a
  // code that now is another character's: within one sample equal codes are equal characters, and
  // no stopword has such a code.
  Page page_;
  const bool words_, able_;
  Types<u8> types_;
  SampleWords sample_words_;
  bool alone_ = false;  // whether words are found in `types_`
  std::vector<u8> code_memory_, folded_memory_;
  u8 *codes_ = nullptr, *folded_ = nullptr;  // of all texts of the sample
  u32 begin_ = 0;                            // of the present text in them
  i64 length_ = 0;
  std::vector<Block> block_memory_;
  Block* blocks_ = nullptr;  // of the present text, an empty one at either end
  i64 count_ = 0;
  std::vector<u32> begin_memory_, end_memory_;
  u32 *begins_ = nullptr, *ends_ = nullptr;  // of its pieces
  i64 begun_ = 0, ended_ = 0;
  std::vector<u32> capital_memory_;
  u32* capitals_ = nullptr;  // see `capital`
  i64 capital_ = 0;          // how many there are
  std::vector<u32> mark_memory_;
  u32 *marks_ = nullptr, *marks_end_ = nullptr;  // pieces that are marks
  u64 breaks_ = 0;                               // not 0 where the text has a line break
  std::vector<u32> joints_;  // places in the text
  std::vector<u8> inside_;
  int shouted_ = -1;
  Mentions mentions_;
};

}  // namespace textmetrics

// Reads texts as the byte codes of native/page.h: nearly all that are mostly in Latin script.
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
#include "role_bits.h"
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
        runs_(cut == Cut::words),
        minds_case_(known.any_of([](Role role) { return minds_case(role); })),
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
    // Where white space cuts, or of those with a lead, some are marks.
    out.first_new = words_ && !named_ ? sample_words_.known() : out.types;
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
    i64 room = room_for(prediction) + 2 * kBlock;
    for (i64 r = 0; r < count; ++r) room += room_for(references[r]) + 2 * kBlock;
    codes_ = at_least(code_memory_, room);
    folded_ = at_least(folded_memory_, room);
    begin_ = 0;
    page_.begin_sample();
    named_ = false;
    out.clear();
    if (!read(prediction, out)) return false;
    out.predicted = sample_words_.size();
    out.expected_script = is_expected(prediction);
    out.marked = has_either(codes_, length_, '<', '`');
    for (i64 r = 0; r < count; ++r) {
      if (!read(references[r], out)) return false;
    }
    return true;
  }

  bool read(const Text& text, Tokens& out) {
    worked(2 * text.length);
    if (!take_codes(text)) return false;
    words_ ? cut_words() : cut_whitespace();
    worked(8 * ended_);
    out.begin_text(ended_);
    tokenize(out);
    out.end_text();
    begin_ += static_cast<u32>(length_ + kPadding);
    return true;
  }

  // The codes that a text may have: up to two fifths of its characters have leads.
  static i64 room_for(const Text& text) {
    return text.ascii ? text.length : 3 * text.length + Page::kMostUnits;
  }

  // Write the codes, classify and fold them; spaces follow, to the end of the last block.
  bool take_codes(const Text& text) {
    u8* codes = codes_ + begin_;
    if (text.ascii) {
      std::memcpy(codes, text.data, static_cast<std::size_t>(text.length));
      length_ = text.length;
    } else {
      length_ = with_points(text, [&](auto points) {
        return page_.write(points, text.length, runs_, codes, room_for(text));
      });
      if (length_ < 0) return false;
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
    apart_ = text.ascii ? 0 : static_cast<i64>(page_.apart().size());
    for (i64 a = 0; a < apart_; ++a) hold_together(page_.apart()[static_cast<std::size_t>(a)]);
    shouted_ = -1;
    return true;
  }

  // The codes behind a lead are no letters, but the rest of a piece; so is the lead, where the
  // character goes on with the one before.
  void hold_together(u32 lead) {
    const u64 codes = (u64{1} << Page::kUnits) - 1 - u64{!page_.goes_on(codes_[begin_ + lead])};
    const u32 at = lead % kBlock;
    Block* const block = blocks_ + 1 + lead / kBlock;
    const u64 both[] = {codes << at, at == 0 ? 0 : codes >> (kBlock - at)};
    for (int b = 0; b < 2; ++b) {
      block[b].rest |= both[b];
      block[b].letter &= ~both[b];
    }
  }

  bool is_rest(i64 at) const { return (blocks_[1 + at / kBlock].rest >> (at % kBlock) & 1) != 0; }

  bool has_letters() const {
    return std::any_of(blocks_ + 1, blocks_ + 1 + count_,
                       [](const Block& block) { return block.letter != 0; });
  }

  // Whether most of the prediction is certainly in a script of the language.
  bool is_expected(const Text& prediction) const {
    if (page_.foreign()) return !has_letters() && !page_.met_foreign();
    return !page_.met_foreign() || textmetrics::is_expected(prediction, page_.alphabet());
  }

  // The characters of the block that are there at all.
  u64 inside(i64 block) const {
    const u64 last = ~(~0ull << length_ % kBlock);
    return block < count_ ? ~0ull : last;
  }

  // Pieces by Unicode alone, as `cut_words` of native/cut.h, joined.
  void cut_words() {
    begun_ = ended_ = capital_ = 0;
    may_be_punctuation_ = false;
    joints_.clear();
    Edges edges;
    for (i64 b = 1; b <= count_; ++b) {
      worked_at(b, kBlock);
      const Block* block = blocks_ + b;
      const Around letter(block, &Block::letter), digit(block, &Block::digit);
      if (block->joint != 0) take_joints(b, letter, digit);
      u64 word = letter.here | digit.here;
      word |= block->apostrophe & (letter.before | digit.before) & letter.behind;
      word |= block->point & digit.before & digit.behind;
      if (u64 first = block->point & ~digit.before & digit.behind; first != 0) {
        word |= number_points(first, b);
      }
      add_pieces(b, word, inside(b) & ~(word | (block->space & ~block->breaks)), edges);
    }
    if (!joints_.empty()) join_pieces();
  }

  // Find the characters that may join tokens: none is missed of those that are in a span of
  // native/cut.h, but for points, which join only what is one piece here anyway.
  void take_joints(i64 b, const Around& letter, const Around& digit) {
    const Block* block = blocks_ + b;
    const u8* codes = codes_ + begin_ + (b - 1) * kBlock;
    const Around space(block, &Block::space), rest(block, &Block::rest);
    const u64 hyphen = places_of(codes, '-'), joint = block->joint & ~hyphen;
    const u64 hyphen_behind = hyphen >> 1 | u64{b < count_ && codes[kBlock] == '-'} << 63;
    const u64 word_before = letter.before | digit.before;
    // The sign of a number: -5, -$5, -.5, not x-5, - 5, --5.
    const u64 sign = ~word_before & ~(letter.behind | space.behind | hyphen_behind);
    // The sign of an exponent: 1e-5.
    const u64 second = block->digit << 2 | (block - 1)->digit >> 62;
    const u64 exponent = second & letter.before & digit.behind;
    // 50%, 1/2, 10^2, C#, and of numerals in Han too.
    u64 found = (block->joint & (sign | exponent)) | (joint & (word_before | rest.before));
    for (u64 spaced = joint & space.before; spaced != 0; spaced &= spaced - 1) {
      if (codes[lowest(spaced)] == '%') found |= spaced & ~(spaced - 1);  // 50 %
    }
    for (; found != 0; found &= found - 1) {
      joints_.push_back(static_cast<u32>((b - 1) * kBlock) + lowest(found));
    }
  }

  // The present text as `span_from` of native/cut.h looks at one: the rest of a character is what
  // its lead is, but no sign.
  struct Characters {
    const NarrowReader& reader;
    const u8* codes;
    i64 size;

    bool has(i64 i) const { return i >= 0 && i < size; }
    u32 at(i64 i) const { return has(i) && !reader.is_rest(i) ? codes[i] : 0; }
    u32 kinds(i64 i) const {
      while (has(i) && reader.is_rest(i)) --i;
      return has(i) ? reader.page_.kinds(codes[i]) : 0;
    }
  };

  void join_pieces() {
    const Characters text{*this, codes_ + begin_, length_};
    bool any = false;
    for (u32 joint : joints_) {
      any = mark_span(text, static_cast<u32>(length_), joint, any, inside_);
      any = mark_spaces(text, joint, any);
    }
    if (!any) return;
    i64 kept = 0, named = 0;  // how many capitals have the numbers of the pieces that are kept
    for (i64 p = 0; p < ended_; ++p) {
      worked_at(p, 4);
      const u32 begin = begins_[p], end = ends_[p];
      const bool joined = kept > 0 && inside_[begin - begin_] && inside_[ends_[kept - 1] - begin_];
      if (!joined) {
        begins_[kept++] = begin;
      } else {
        named = renumber_capitals(named, p, p - kept);
        if (named < capital_ && capitals_[named] == capital(p, true)) --capitals_[named];
        if (begin > ends_[kept - 1]) close_up(kept - 1, begin);
      }
      ends_[kept - 1] = end;
    }
    renumber_capitals(named, ended_, ended_ - kept);
    ended_ = kept;
  }

  // Of pieces before this one, so many were joined to others; gives the first capital from there on.
  i64 renumber_capitals(i64 from, i64 piece, i64 joined) {
    for (; from < capital_ && capitals_[from] >> 1 < piece; ++from) {
      capitals_[from] -= static_cast<u32>(joined) << 1;
    }
    return from;
  }

  // 50 % is joined over any white space that breaks no line.
  bool mark_spaces(const Characters& text, u32 joint, bool any) {
    u32 first = joint;
    if (text.at(joint) != '%') return any;
    while (first > 0 && page_.is_space(text.codes[first - 1])) {
      if (page_.is_break(text.codes[--first])) return any;
    }
    if (first == joint || (text.kinds(i64{first} - 1) & (kNumber | kNumeral)) == 0) return any;
    if (!any) inside_.assign(static_cast<std::size_t>(length_) + 1, 0);
    std::fill(inside_.begin() + first, inside_.begin() + joint + 1, u8{1});
    return true;
  }

  // Move a piece to what joins it: the word has no spaces.
  void close_up(i64 piece, u32 end) {
    shouted();  // as the text was
    const u32 begin = begins_[piece], length = ends_[piece] - begin;
    begins_[piece] = end - length;
    for (u8* const of : {codes_, folded_}) std::memmove(of + end - length, of + begin, length);
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

  // Few pieces have no letter of ASCII or digit; but for these, none can be punctuation.
  void cut_whitespace() {
    begun_ = ended_ = capital_ = 0;
    Edges edges;
    u64 unsaid = 0, signs = 0;  // whether the piece of the last block has none so far, and any has
    for (i64 b = 1; b <= count_; ++b) {
      worked_at(b, kBlock);
      const u64 word = inside(b) & ~blocks_[b].space;
      const u64 others = word & ~(blocks_[b].letter | blocks_[b].digit);
      const u64 first = word & ~(word << 1 | edges.word);
      signs |= reached(first & others, others, unsaid) & ~word;
      add_pieces(b, word, 0, edges);
    }
    may_be_punctuation_ = (signs | unsaid) != 0;
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

  // Pieces are runs of `word`, and single characters of `alone` with the rest of each. Each begins
  // somewhere and ends elsewhere, and what begins first ends first.
  void add_pieces(i64 block, u64 word, u64 alone, Edges& edges) {
    make_room();
    const u64 before = word << 1 | edges.word;
    const u64 goes_on = blocks_[block].rest;
    const u64 first = (word & ~before) | (alone & ~goes_on);
    const u64 last = (before & ~word) | ((alone << 1 | edges.alone) & ~goes_on);
    if (minds_case_) add_capitals(blocks_[block].upper, first);
    const u32 base = begin_ + static_cast<u32>((block - 1) * kBlock);
    begun_ += places(first, last, base, begins_ + begun_, ends_ + ended_);
    edges = Edges{word >> 63, alone >> 63};
    ended_ = begun_ - static_cast<i64>(edges.word | edges.alone);
  }

  // Two at a time, since the processor cannot guess how many there are: most blocks have no more.
  void add_capitals(u64 upper, u64 first) {
    do {
      for (int k = 0; k < 2; ++k) {
        const u64 upto = upper ^ (upper - 1);
        const bool begins = (first & upto) > upto >> 1;
        capitals_[capital_] = capital(begun_ + popcount(first & upto) - 1, begins);
        capital_ += upper != 0;
        upper &= upper - 1;
      }
    } while (upper != 0);
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
    if (may_be_punctuation_) find_punctuation(tokens);
    if (apart_ != 0) name_marks(tokens);
    keep_capitals(tokens, out);
    const i64 first = out.size();
    KindCounts counts;
    MayKeep may_keep;
    for (i64 p = 0; p <= ended_; p += kTokensAtOnce) {
      worked_at(p / kTokensAtOnce, 4 * kTokensAtOnce);
      const i64 count = std::min(ended_ - p, kTokensAtOnce);
      const RoleBits roles = role_bits(tokens + p, count);
      may_keep.add(roles, count < kTokensAtOnce ? u64{1} << count : 0);
      counts.add(popcount(roles.contents), popcount(roles.stopwords));
      if (roles.contents != roles.content) out.set_keeps_known();
    }
    if (may_keep.is_in()) find_marks(tokens);
    out.added(counts, breaks_ == 0 ? ended_ : without_breaks(tokens));
    if (may_keep.is_in()) read_mentions(first, out);
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

  // Find marks with leads, which no word is known of.
  TM_APART void name_marks(Token* tokens) {
    for (const u32 at : page_.apart()) {
      const u32 begin = begin_ + at, end = begin + static_cast<u32>(Page::kUnits);
      if (!page_.is_punctuation(codes_[begin])) continue;
      const i64 p = std::lower_bound(begins_, begins_ + ended_, begin) - begins_;
      if (p == ended_ || begins_[p] != begin || ends_[p] != end) continue;
      const Role role = mentions_.role_of_mark(page_.point_at(codes_ + begin));
      tokens[p] = token_of(type_of(tokens[p]), role);
      named_ = true;
    }
  }

  // Make stopwords content whose capitals say that they are: see languages/stopwords.py.
  //
  // Four at a time, since the processor cannot guess how many there are. The first letter of a text,
  // which is mostly one, is always expected.
  TM_APART void keep_capitals(Token* tokens, Tokens& out) {
    const u32 first = capital(0, true);
    std::fill_n(capitals_ + capital_, 4, first);
    for (i64 c = 0; c < capital_; c += 4) {
      u32 some = 0;
      for (i64 k = c; k < c + 4; ++k) {
        some |= u32{minds_case(role_of(tokens[capitals_[k] >> 1]))} & u32{capitals_[k] != first};
      }
      for (i64 k = c; some != 0 && k < c + 4; ++k) keep_capital(tokens, capitals_[k], out);
    }
  }
  void keep_capital(Token* tokens, u32 capital, Tokens& out) {
    const u32 p = capital >> 1;
    if (!minds_case(role_of(tokens[p])) || shouted()) return;
    const bool expected = (capital & 1) != 0 && begins(p);
    if (expected) return;
    tokens[p] = token_of(type_of(tokens[p]), Role::content);
    out.set_keeps_known();
  }

  // Find the marks of the text, and those that must be read where its line keeps a word: behind one
  // that leans, at the items of an enumeration, and all that open. The others, nine of ten in prose,
  // change nothing that is asked of the next.
  TM_APART void find_marks(const Token* tokens) {
    const i64 count = ended_ / kTokensAtOnce + 1;
    marks_ = at_least(mark_memory_, count);
    const auto roles_of = [&](i64 m) {
      const i64 from = m * kTokensAtOnce;
      return role_bits(tokens + from, std::clamp(ended_ - from, i64{0}, kTokensAtOnce));
    };
    u64 leaning = 0, word = 0, separators = 0, ended = 0;  // what the tokens before leave
    MayKeep may_keep;
    RoleBits here = roles_of(0);
    for (i64 m = 0; m < count; ++m) {
      worked_at(m, 4 * kTokensAtOnce);
      const RoleBits next = m + 1 < count ? roles_of(m + 1) : RoleBits{};
      const u64 words = here.content | here.stop, marks = here.marks();
      const u64 words_behind = words >> 1 | (next.content | next.stop) << 63;
      const u64 item_ends = here.separator & (words << 1 | word) &
                            (here.separator << 2 | separators);
      const u64 item_begins = here.separator & words_behind &
                              (here.separator >> 2 | next.separator << 62);
      const u64 keeps = here.other | item_begins | item_ends |
                        (marks & (here.leaning << 1 | leaning | item_ends << 2 | ended));
      // A colon, where the line ends with it, is asked for by the next.
      const u64 last = here.other & (here.line_break >> 1 | next.line_break << 63);
      const u64 end = m + 1 < count ? 0 : u64{1} << ended_ % kTokensAtOnce;
      marks_[m] = Marks{marks, keeps | here.line_break, last | here.line_break, here.line_break,
                        may_keep.add(here, end)};
      leaning = here.leaning >> 63;
      word = words >> 63;
      separators = here.separator >> 62;
      ended = item_ends >> 62;
      here = next;
    }
  }

  // Whether the line that begins with a piece keeps a word: line breaks end all but a colon.
  bool line_keeps(i64 piece) const {
    u64 line = ~u64{0} << piece % kTokensAtOnce;
    for (i64 m = piece / kTokensAtOnce; m <= ended_ / kTokensAtOnce; ++m) {
      const u64 breaks = marks_[m].line_break & line;
      if (breaks != 0) return (marks_[m].found & line & (breaks ^ (breaks - 1))) != 0;
      if ((marks_[m].found & line) != 0) return true;
      line = ~u64{0};
    }
    return false;
  }

  // Show the marks of the text that must be read to native/mentions.h; line breaks at its end are
  // none.
  TM_APART void read_mentions(i64 first, Tokens& out) {
    const i64 last = out.size();
    Mentions::Reader reader(mentions_, first, out);
    i64 at = first;      // the token of the first piece, if no line break comes before it
    i64 following = -1;  // the token behind the last mark that was passed over, if it is to be told
    bool keeps = line_keeps(0);
    for (i64 m = 0; m <= ended_ / kTokensAtOnce; ++m) {
      const Marks& marks = marks_[m];
      u64 left = marks.all;
      for (;;) {
        const u64 wanted =
            left & (!reader.may_pass() ? ~u64{0} : keeps ? marks.keep : marks.last);
        const u64 before = wanted == 0 ? left : left & ((wanted & (0 - wanted)) - 1);
        if (before != 0) following = at + m * kTokensAtOnce + highest(before) + 1;
        if (wanted == 0) break;
        if (following >= 0) reader.pass(following);
        following = -1;
        const u32 place = lowest(wanted);
        const i64 piece = m * kTokensAtOnce + place;
        left &= ~(~u64{0} >> (63 - place));
        worked(16);
        if (read_mark(piece, at, last, reader)) {
          --at;
          keeps = line_keeps(piece + 1);
        }
      }
    }
    if (following >= 0) reader.pass(following);
    reader.end();
  }

  // Show one; `at` is the token of the first piece. Gives whether it is a line break, which is no
  // token.
  bool read_mark(i64 piece, i64 at, i64 last, Mentions::Reader& reader) {
    const u8* codes = codes_;
    const u32 begin = begins_[piece], end = ends_[piece];
    if (page_.is_break(codes[begin]) && words_) {
      if (at + piece < last) reader.read(Mark::line_break(at + piece));
      return true;
    }
    const bool alone = end == begin + page_.units(codes[begin]);
    reader.read({at + piece, alone ? page_.point_at(codes + begin) : 0,
                 begin == begin_ || page_.is_space(codes[begin - 1]),
                 end == begin_ + static_cast<u32>(length_) || page_.is_space(codes[end]),
                 page_.ends(last_code(end))});
    return false;
  }

  // Call with the first code of each character from one place to another, until that gives true.
  template <class Use>
  bool any_of(i64 begin, i64 end, const Use& use) const {
    for (i64 i = begin; i < end; i += page_.units(codes_[i])) {
      if (use(codes_[i])) return true;
    }
    return false;
  }
  // The first code of the character that ends there.
  u8 last_code(u32 end) const {
    return codes_[is_rest(i64{end} - 1 - begin_) ? end - Page::kUnits : end - 1];
  }

  bool is_punctuation(Piece piece) const {
    return !any_of(piece.begin, piece.end, [&](u8 code) { return !page_.is_punctuation(code); });
  }

  // Whether a piece begins a sentence.
  bool begins(i64 index) const {
    while (index-- > 0) {
      const auto is_word = [&](u8 code) { return page_.is_word(code); };
      if (any_of(begins_[index], ends_[index], is_word)) return false;
      if (page_.ends(last_code(ends_[index]))) return true;
    }
    return true;
  }

  // Whether the whole text, of several words, is in capitals.
  bool shouted() {
    if (shouted_ < 0) {
      int words = 0;  // with a capital
      bool counted = false;
      const bool lower = any_of(begin_, begin_ + length_, [&](u8 code) {
        const bool upper = page_.is_cased(code);
        if (page_.is_space(code)) counted = false;
        words += upper && !counted;
        counted |= upper;
        return page_.is_lower(code);
      });
      shouted_ = words > 1 && !lower;
    }
    return shouted_ != 0;
  }

  // Its own, since it admits characters. What is kept of words from sample to sample may hold a
  // code that now is another character's: within one sample equal codes are equal characters, and
  // no stopword has such a code.
  Page page_;
  const bool words_, runs_;
  const bool minds_case_;  // whether any known word does
  const bool able_;
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
  // Of 64 pieces those that are marks, those of them that must be read in lines that keep a word and
  // in others, line breaks, and where MayKeep finds something.
  struct Marks {
    u64 all, keep, last, line_break, found;
  };
  std::vector<Marks> mark_memory_;
  Marks* marks_ = nullptr;
  i64 apart_ = 0;       // how many characters of the present text are tokens of several codes
  bool named_ = false;  // whether a mark of the sample is one
  bool may_be_punctuation_ = false;  // whether a piece of several characters may be
  u64 breaks_ = 0;                               // not 0 where the text has a line break
  std::vector<u32> joints_;  // places in the text
  std::vector<u8> inside_;
  int shouted_ = -1;
  Mentions mentions_;
};

}  // namespace textmetrics

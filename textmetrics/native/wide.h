// Reads any text that the alphabet knows, by code points; what native/narrow.h does not read.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "chinese.h"
#include "cut.h"
#include "japanese.h"
#include "jieba.h"
#include "memory.h"
#include "mentions.h"
#include "stop.h"
#include "tokens.h"
#include "words.h"

namespace textmetrics {

// What texts of some languages are cut by.
struct Dictionary {
  const Segmenter* jieba = nullptr;
  std::shared_ptr<const SudachiTables> sudachi;
};

class WideReader {
 public:
  WideReader(const Alphabet& alphabet, Cut cut, bool joins, const KnownWords<u32>& stopwords,
             bool lists_by_two)
      : alphabet_(alphabet),
        cut_(cut),
        joins_(joins),
        types_(stopwords),
        mentions_(lists_by_two),
        chinese_(alphabet, joins, types_, mentions_) {}
  WideReader(const WideReader&) = delete;
  WideReader& operator=(const WideReader&) = delete;

  // For texts that jieba or Sudachi cuts.
  void set_dictionary(const Dictionary& dictionary) {
    segmenter_ = dictionary.jieba;
    if (segmenter_ != nullptr) chinese_.set_segmenter(*segmenter_);
    if (dictionary.sudachi == nullptr) {
      japanese_ = nullptr;
    } else if (japanese_ == nullptr || !japanese_->is_of(dictionary.sudachi.get())) {
      const int mode = static_cast<int>(cut_) - static_cast<int>(Cut::sudachi_a);
      japanese_ = std::make_unique<JapaneseCutter>(dictionary.sudachi,
                                                   static_cast<SudachiMode>(mode));
    }
  }

  // Read the texts of a sample: false where one has a character that is not known.
  bool read(const Text& prediction, const Text* references, i64 count, Tokens& out) {
    types_.begin_sample();
    out.clear();
    if (!read(prediction, out)) return false;
    if (by_chinese_) {
      out.expected_script = chinese_.expected_script();
      out.marked = chinese_.marked();
    } else {
      out.expected_script = cut_ != Cut::given && text_.scripts.are_expected();
      out.marked = has(prediction, '<') || has(prediction, '`');
    }
    for (i64 r = 0; r < count; ++r) {
      if (!read(references[r], out)) return false;
    }
    out.types = out.first_new = types_.size();
    return true;
  }

  Types<u32>& types() { return types_; }
  std::pair<const u32*, u32> word(u32 type) const { return types_.word(type); }

 private:
  bool read(const Text& text, Tokens& out) {
    by_chinese_ = cut_ == Cut::jieba && text.kind == 2 &&
                  chinese_.read(static_cast<const u16*>(text.data), text.length, out);
    if (by_chinese_) return true;
    worked(4 * text.length);
    if (cut_ == Cut::given) {
      if (!read_cut(text, alphabet_, text_, given_)) return false;
    } else if (!normalize(text, alphabet_, text_)) {
      return false;
    }
    worked(4 * text.length);
    if (!cut()) return false;
    worked(16 * static_cast<i64>(pieces_.size()));
    out.begin_text(static_cast<i64>(pieces_.size()));
    tokenize(out);
    out.end_text();
    return true;
  }

  bool cut() {
    pieces_.clear();
    switch (cut_) {
      case Cut::words:
        cut_words(text_, kUnspaced, true, pieces_);
        return true;
      case Cut::characters:
        cut_words(text_, kUnspaced | kHangul, false, pieces_);
        return true;
      case Cut::whitespace:
        cut_whitespace(text_, pieces_);
        return true;
      case Cut::jieba: {
        const i64 count = segmenter_->cut(text_.points.data(), text_.size, scratch_);
        take_pieces(scratch_.words.data(), count, [](const Word& word) { return word.end; });
        return true;
      }
      case Cut::sudachi_a:
      case Cut::sudachi_b:
      case Cut::sudachi_c:
        return japanese_->cut(text_, alphabet_, pieces_);
      case Cut::given:
        take_pieces(given_.data(), static_cast<i64>(given_.size()), [](u32 end) { return end; });
        return true;
    }
    return false;
  }

  // Pieces by where they end.
  template <class Each, class End>
  void take_pieces(const Each* cuts, i64 count, const End& end_of) {
    u32 begin = 0;
    for (i64 i = 0; i < count; ++i) {
      const Piece piece{begin, end_of(cuts[i])};
      // A space decides nothing; a line feed stays, since a sentence can begin after it.
      const bool space = piece.end == begin + 1 && text_.points[begin] == ' ';
      if (piece.end > begin && !space) pieces_.push_back(piece);
      begin = piece.end;
    }
  }

  void tokenize(Tokens& out) {
    const bool joined = joins_ && mark_inside(text_, inside_);
    shouted_ = -1;
    bool begins = true;
    const i64 first = out.size();
    Token* to = out.room();
    MayMention may_mention;
    KindCounts counts;
    const u32* const classes = text_.classes.data();
    const Piece *next = pieces_.data(), *const end = next + pieces_.size();
    while (next != end) {
      worked_at(end - next, 32);
      const u32 first_end = next->end;
      const Piece piece = joined ? take_joined(next, end) : *next++;
      u32 some = 0, all = ~0u;  // the classes of its characters
      for (u32 i = piece.begin; i < piece.end; ++i) {
        some |= classes[i];
        all &= classes[i];
      }
      if ((all & kSpace) == 0) {
        const Token word = intern(piece, piece.end > first_end);
        Role role = role_of(word);
        if (all & kPunctuation) {
          role = std::max(role, Role::mark);
        } else if (role != Role::content && role < Role::mark && !drops(role, piece, begins)) {
          role = Role::content;
        }
        may_mention.add(role);
        *to = token_of(type_of(word), role);
        counts.add(*to++);
      } else if (text_.points[piece.end - 1] == '\n') {
        may_mention.add_line_break();
      }
      if (some & kAlnum) {
        begins = false;
      } else if (text_.is(piece.end - 1, kEnds)) {
        begins = true;
      }
    }
    counts.sum_up();
    out.added(counts, to - out.room());
    if (may_mention.is_in()) read_mentions(joined, first, out);
  }

  Piece take_joined(const Piece*& next, const Piece* end) const {
    Piece piece = *next++;
    while (next != end && inside_[next->begin] && inside_[piece.end]) piece.end = next++->end;
    return piece;
  }

  // Show the marks of the text to native/mentions.h.
  void read_mentions(bool joined, i64 first, Tokens& out) {
    Mentions::Reader reader(mentions_, first, out);
    i64 at = first;
    const Piece *next = pieces_.data(), *const end = next + pieces_.size();
    while (next != end) {
      worked_at(end - next, 16);
      const auto [from, to] = joined ? take_joined(next, end) : *next++;
      const bool alone = to == from + 1;
      const u32 point = text_.points[from];
      if (text_.only(kSpace, from, to)) {
        if (text_.points[to - 1] == '\n') reader.read(Mark::line_break(at));
        continue;
      }
      if (out.kind(at) == kPunctuationOnly || (alone && point == '`')) {
        reader.read({at, alone ? point : 0, from == 0 || text_.is(from - 1, kSpace),
                     to == text_.size || text_.is(to, kSpace), text_.is(to - 1, kEnds)});
      }
      ++at;
    }
    reader.end();
  }

  // The type of a piece, folded; a joined one has no spaces: 50 % is 50%.
  Token intern(Piece piece, bool joined) {
    const u32* word = text_.folded.data() + piece.begin;
    u32 length = piece.end - piece.begin;
    if (joined) {
      joined_.clear();
      for (u32 i = piece.begin; i < piece.end; ++i) {
        if (text_.points[i] != ' ') joined_.push_back(text_.folded[i]);
      }
      word = joined_.data();
      length = static_cast<u32>(joined_.size());
    }
    return types_.intern(word, length, hash_of(word, length));
  }

  // The rule of capitals: see languages/stopwords.py.
  bool drops(Role role, Piece piece, bool begins) {
    if (role == Role::always) return true;
    u32 first = piece.end;
    u32 cased = 0;
    for (u32 i = piece.begin; i < piece.end; ++i) {
      if (!text_.is(i, kCased)) continue;
      first = std::min(first, i);
      ++cased;
    }
    if (cased == 0 || shouted()) return true;
    return begins && cased == 1 && first == piece.begin;
  }

  // Whether the whole text, of several words, is in capitals.
  bool shouted() {
    if (shouted_ < 0) {
      int words = 0;  // with a capital
      bool counted = false, lower = false;
      for (u32 i = 0; i < text_.size && !lower; ++i) {
        if (text_.is(i, kSpace)) counted = false;
        if (!counted && text_.is(i, kUpper)) {
          counted = true;
          ++words;
        }
        lower = text_.is(i, kLower);
      }
      shouted_ = words > 1 && !lower;
    }
    return shouted_ != 0;
  }

  const Alphabet& alphabet_;
  const Cut cut_;
  const bool joins_;
  const Segmenter* segmenter_ = nullptr;
  std::unique_ptr<JapaneseCutter> japanese_;
  Types<u32> types_;
  Scratch scratch_;
  std::vector<u32> given_;
  Normal text_;
  std::vector<Piece> pieces_;
  std::vector<u8> inside_;
  std::vector<u32> joined_;
  Mentions mentions_;
  ChineseReader chinese_;
  bool by_chinese_ = false;  // whether that one read the last text
  int shouted_ = -1;
};

}  // namespace textmetrics

// A batch of samples from texts to ids, on the threads of this machine.
//
// What a worker does with one sample: cut each text, give each token its kind and the number of
// its type, choose what is scored (evaluation/scoring.py), and write dense ids.
#pragma once

#include <algorithm>
#include <vector>

#include "cut.h"
#include "jieba.h"
#include "memory.h"
#include "stopwords.h"
#include "threads.h"

namespace textmetrics {

// What all workers share, and nobody changes.
struct Language {
  Alphabet alphabet;
  Cut cut = Cut::words;
  bool joins = true;
  Stopwords stopwords;
};

// What a token is, as languages/analyzer.py has it.
enum Kind : u8 { kContent = 0, kStopword = 1, kPunctuationOnly = 2 };

// Which tokens are scored: those whose kind is at most this.
enum View : u8 { kViewContent = 0, kViewWords = 1, kViewEverything = 2 };

// What is known of a sample beside its ids; the columns of scan/encoded.py.
struct Facts {
  u8 handled;      // 0: left to the definition
  u8 expected_script;  // most of the prediction is certainly in a script of its language
  u8 view;         // what the headline is of
  u8 predicted;    // the prediction has a token at all
  u8 expected;     // some reference has one
  u8 emptied;      // the prediction has tokens, but none in that view
  i64 words;       // tokens in all texts that are no punctuation
  i64 dropped;     // those of them that are dropped as stopwords
  i64 left_out;    // references that are left out of the headline
};

// Ids of one view, in the form of a `Batch`, but with lengths in place of offsets.
struct Ids {
  std::vector<i32> ids;
  std::vector<i64> lengths;    // of each sequence
  std::vector<i64> sequences;  // of each sample

  void clear() {
    ids.clear();
    lengths.clear();
    sequences.clear();
  }
};

// What a run of samples gave.
struct Scanned {
  Ids content, words, predictions;
  std::vector<Facts> facts;
};

class Scanner {
 public:
  // `segmenter` is for texts that jieba cuts, else null.
  Scanner(const Language& language, const Segmenter* segmenter, bool words)
      : language_(language), segmenter_(segmenter), words_(words) {}

  // Texts of one sample: the prediction, then its references.
  void scan(const Text* texts, i64 count, Scanned& out) {
    Facts facts{};
    facts.handled = read(texts, count);
    if (facts.handled) {
      facts.expected_script = expected_script_;
      facts.view = choose(kViewContent, count, out.content);
      // Where all references are empty, one stands for them and none is left out.
      if (tokens_.size() > ends_[0]) facts.left_out = count - out.content.sequences.back();
      describe(facts);
      if (words_) choose(kViewWords, count, out.words);
      take_prediction(out.predictions);
    } else {
      leave(out.content);
      if (words_) leave(out.words);
      leave(out.predictions);
    }
    out.facts.push_back(facts);
  }

 private:
  struct Type {
    u32 begin;  // in folded_
    u32 length;
    Stopwords::Drops drops;
    bool numbered;  // in the view that is being written
    u32 id;
  };
  struct Token {
    u32 type;
    u8 kind;
  };
  struct Slot {
    u32 stamp;
    u32 type;
    u64 hash;
  };

  // False where the sample is for the definition: too long, or with a character that is not known.
  bool read(const Text* texts, i64 count) {
    i64 all = 0;
    for (i64 t = 0; t < count; ++t) all += texts[t].length;
    if (all > kLongestSample) return false;
    tokens_.clear();
    types_.clear();
    folded_.clear();
    ends_.clear();
    if (++stamp_ == 0) {
      std::fill(slots_.begin(), slots_.end(), Slot{0, 0, 0});
      stamp_ = 1;
    }
    for (i64 t = 0; t < count; ++t) {
      if (language_.cut == Cut::given) {
        if (!read_cut(texts[t], language_.alphabet, text_, given_)) return false;
      } else {
        if (!normalize(texts[t], language_.alphabet, text_)) return false;
        if (t == 0) expected_script_ = is_expected(texts[t], text_);
      }
      cut();
      tokenize();
      ends_.push_back(tokens_.size());
    }
    return true;
  }

  void cut() {
    pieces_.clear();
    switch (language_.cut) {
      case Cut::words:
        return cut_words(text_, kUnspaced, true, pieces_);
      case Cut::characters:
        return cut_words(text_, kUnspaced | kHangul, false, pieces_);
      case Cut::whitespace:
        return cut_whitespace(text_, pieces_);
      case Cut::jieba: {
        i32* ends = at_least(jieba_ends_, text_.size);
        const i64 count = segmenter_->cut(text_.points.data(), text_.size, scratch_, ends);
        return take_pieces(ends, ends + count);
      }
      case Cut::given:
        return take_pieces(given_.data(), given_.data() + given_.size());
    }
  }

  // Pieces by where they end.
  template <class End>
  void take_pieces(const End* ends, const End* last) {
    for (u32 begin = 0; ends != last; begin = static_cast<u32>(*ends++)) {
      const Piece piece{begin, static_cast<u32>(*ends)};
      // A space decides nothing; a line feed stays, since a sentence can begin after it.
      const bool space = piece.end == begin + 1 && text_.points[begin] == ' ';
      if (piece.end > begin && !space) pieces_.push_back(piece);
    }
  }

  void tokenize() {
    const bool joined = language_.joins && mark_inside(text_, inside_);
    shouted_ = -1;
    bool begins = true;
    for (std::size_t p = 0; p < pieces_.size();) {
      Piece piece = pieces_[p++];
      const u32 first_end = piece.end;
      while (joined && p < pieces_.size() && inside_[pieces_[p].begin] && inside_[piece.end]) {
        piece.end = pieces_[p++].end;
      }
      const u32* classes = text_.classes.data();
      u32 some = 0, all = ~0u;  // the classes of its characters
      for (u32 i = piece.begin; i < piece.end; ++i) {
        some |= classes[i];
        all &= classes[i];
      }
      if ((all & kSpace) == 0) {
        const u32 length = piece.end - piece.begin;
        const u32 type = piece.end > first_end ? intern_joined(piece)
                                               : intern(&text_.folded[piece.begin], length);
        tokens_.push_back(Token{type, kind(type, piece, all, begins)});
      }
      if (some & kAlnum) {
        begins = false;
      } else if (text_.is(piece.end - 1, kEnds)) {
        begins = true;
      }
    }
  }

  u8 kind(u32 type, Piece piece, u32 all, bool begins) {
    if (all & kPunctuation) return kPunctuationOnly;
    const Stopwords::Drops how = types_[type].drops;
    return how != Stopwords::never && drops(how, piece, begins) ? kStopword : kContent;
  }

  // 50 % is 50%.
  u32 intern_joined(Piece piece) {
    joined_.clear();
    for (u32 i = piece.begin; i < piece.end; ++i) {
      if (text_.points[i] != ' ') joined_.push_back(text_.folded[i]);
    }
    return intern(joined_.data(), static_cast<u32>(joined_.size()));
  }

  // The number of the type of a folded token.
  u32 intern(const u32* points, u32 length) {
    const u64 hash = hash_points(points, length);
    if (slots_.size() < 2 * (types_.size() + 1)) grow();
    const u64 mask = slots_.size() - 1;
    u64 at = hash & mask;
    for (; slots_[at].stamp == stamp_; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.hash != hash) continue;
      const Type& type = types_[slot.type];
      if (type.length == length && same_points(folded_.data() + type.begin, points, length)) {
        return slot.type;
      }
    }
    const u32 number = static_cast<u32>(types_.size());
    slots_[at] = Slot{stamp_, number, hash};
    const u32 begin = static_cast<u32>(folded_.size());
    folded_.insert(folded_.end(), points, points + length);
    types_.push_back(Type{begin, length, language_.stopwords.find(points, length, hash), false, 0});
    return number;
  }

  void grow() {
    std::vector<Slot> old(std::max<std::size_t>(64, 2 * slots_.size()), Slot{0, 0, 0});
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.stamp != stamp_) continue;
      u64 at = slot.hash & (slots_.size() - 1);
      while (slots_[at].stamp == stamp_) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  // The rule of capitals: see languages/stopwords.py.
  bool drops(Stopwords::Drops how, Piece piece, bool begins) {
    if (how == Stopwords::always) return true;
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
      for (u32 i = 0; i < text_.size; ++i) {
        if (text_.is(i, kSpace)) counted = false;
        if (!counted && text_.is(i, kUpper)) {
          counted = true;
          ++words;
        }
        lower |= text_.is(i, kLower);
      }
      shouted_ = words > 1 && !lower;
    }
    return shouted_ != 0;
  }

  // Write the ids of a view, or of everything where no reference has anything in it; references
  // that have nothing while another has something are left out.
  u8 choose(u8 view, i64 count, Ids& out) {
    i64 left = references_with(view, count);
    if (left == 0) {
      view = kViewEverything;
      left = references_with(view, count);
    }
    for (Type& type : types_) type.numbered = false;
    next_id_ = 0;
    write(0, view, out);
    for (i64 t = 1; t < count; ++t) {
      if (left == 0 || has(t, view)) write(t, view, out);
      if (left == 0) break;  // all are empty: one stands for them
    }
    out.sequences.push_back(std::max(left, i64{1}) + 1);
    return view;
  }

  // All tokens of the prediction, with an empty reference.
  void take_prediction(Ids& out) {
    for (Type& type : types_) type.numbered = false;
    next_id_ = 0;
    write(0, kViewEverything, out);
    out.lengths.push_back(0);
    out.sequences.push_back(2);
  }

  void write(i64 text, u8 view, Ids& out) {
    const std::size_t before = out.ids.size();
    for (std::size_t i = begin_of(text); i < ends_[static_cast<std::size_t>(text)]; ++i) {
      if (tokens_[i].kind > view) continue;
      Type& type = types_[tokens_[i].type];
      if (!type.numbered) type.id = next_id_++;
      type.numbered = true;
      out.ids.push_back(static_cast<i32>(type.id));
    }
    out.lengths.push_back(static_cast<i64>(out.ids.size() - before));
  }

  std::size_t begin_of(i64 text) const {
    return text == 0 ? 0 : ends_[static_cast<std::size_t>(text - 1)];
  }

  bool has(i64 text, u8 view) const {
    for (std::size_t i = begin_of(text); i < ends_[static_cast<std::size_t>(text)]; ++i) {
      if (tokens_[i].kind <= view) return true;
    }
    return false;
  }

  i64 references_with(u8 view, i64 count) const {
    i64 found = 0;
    for (i64 t = 1; t < count; ++t) found += has(t, view);
    return found;
  }

  void describe(Facts& facts) const {
    facts.predicted = ends_[0] > 0;
    facts.expected = tokens_.size() > ends_[0];
    facts.emptied = facts.view != kViewEverything && facts.predicted && !has(0, facts.view);
    for (const Token& token : tokens_) {
      facts.dropped += token.kind == kStopword && facts.view != kViewEverything;
      facts.words += token.kind != kPunctuationOnly;
    }
  }

  // A place for a sample that the definition will fill: empty sequences.
  static void leave(Ids& out) {
    out.lengths.push_back(0);
    out.lengths.push_back(0);
    out.sequences.push_back(2);
  }

  const Language& language_;
  const Segmenter* segmenter_;
  const bool words_;
  Scratch scratch_;
  std::vector<i32> jieba_ends_;
  std::vector<u32> given_;
  Normal text_;
  std::vector<Piece> pieces_;
  std::vector<u8> inside_;
  std::vector<u32> folded_, joined_;
  std::vector<Type> types_;
  std::vector<Token> tokens_;
  std::vector<std::size_t> ends_;  // of each text's tokens
  std::vector<Slot> slots_;
  u32 stamp_ = 0, next_id_ = 0;
  int shouted_ = -1;
  bool expected_script_ = false;
};

// As many threads as are worth their start: each needs a share of the code points.
inline i64 scan_threads(const std::vector<Text>& texts, i64 samples, i64 threads) {
  constexpr i64 kShare = 1 << 14;
  i64 points = 0;
  for (const Text& text : texts) points += text.length;
  return std::clamp(std::min(points / kShare, samples), i64{1}, threads);
}

// Scan all samples; `bounds` has the first text of each, and the end. Runs come in order.
inline std::vector<Scanned> scan_batch(const Language& language, const Segmenter* segmenter,
                                       const std::vector<Text>& texts, const i64* bounds,
                                       i64 count, bool words, i64 threads) {
  threads = scan_threads(texts, count, threads);
  const i64 run = grain(count, threads);
  std::vector<Scanned> runs(static_cast<std::size_t>((count + run - 1) / run));
  in_parallel(count, run, threads, [&] {
    return [&, scanner = Scanner(language, segmenter, words)](i64 from, i64 to) mutable {
      Scanned& out = runs[static_cast<std::size_t>(from / run)];
      for (i64 s = from; s < to; ++s) {
        scanner.scan(texts.data() + bounds[s], bounds[s + 1] - bounds[s], out);
      }
    };
  });
  return runs;
}

}  // namespace textmetrics

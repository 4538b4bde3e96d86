// Texts cut as published programs cut them: the twins of textmetrics/presets.
#pragma once

#include <algorithm>
#include <vector>

#include "cut.h"
#include "jieba.h"
#include "memory.h"
#include "rewrite.h"
#include "text.h"

namespace textmetrics {

// What is split: the text, or jieba's pieces with a space between each two; stripped of spaces
// first, those that have nothing else left out.
enum class Source { text, jieba, jieba_stripped };

enum class Split {
  characters,
  visible,     // characters but white space
  whole,       // the text as one token, if it is not empty
  whitespace,  // what stands between white space
  spaces,      // what stands between spaces, or white space of two characters or more
  pieces,      // jieba's
  rouge_score,
  rouge_score_lines,
  rouge_chinese,
  rouge,
  rouge_sentences,
  mteval,     // sacrebleu's 13a: see spaced.h
  mteval_zh,  // its zh: see chinese_apart.h
};

// Two pieces that are no run of characters.
constexpr Piece kEmptyWord{0, 0};
constexpr Piece kSentenceBreak{1, 0};

class Splitter {
 public:
  Splitter(Split how, Source source, const Spaces& spaces)
      : how_(how), source_(source), text_(spaces) {}

  void set_segmenter(const Segmenter* segmenter) { segmenter_ = segmenter; }
  bool has_sentences() const {
    return how_ == Split::rouge_score_lines || how_ == Split::rouge_sentences;
  }

  // The tokens of a text, as places in `points`.
  const std::vector<Piece>& split(const Text& text) {
    text_.load(text);
    pieces_.clear();
    if (source_ != Source::text) {
      cut_by_jieba();
      if (how_ == Split::pieces) return pieces_;
      text_.join(pieces_);
      pieces_.clear();
    }
    split_points();
    return pieces_;
  }
  const u32* points() { return text_.begin(); }

 private:
  void cut_by_jieba() {
    const i64 count = segmenter_->cut(text_.begin(), size(), scratch_);
    u32 begin = 0;
    for (i64 i = 0; i < count; ++i) {
      Piece piece{begin, scratch_.words[static_cast<std::size_t>(i)].end};
      begin = piece.end;
      if (source_ == Source::jieba_stripped) {
        while (piece.begin < piece.end && text_[piece.begin] == ' ') ++piece.begin;
        while (piece.begin < piece.end && text_[piece.end - 1] == ' ') --piece.end;
        if (piece.begin == piece.end) continue;
      }
      pieces_.push_back(piece);
    }
  }

  u32 size() const { return text_.size(); }
  bool is_space(u32 at) const { return text_.is_space(at); }

  void split_points() {
    switch (how_) {
      case Split::characters:
      case Split::visible:
        for (u32 i = 0; i < size(); ++i) {
          if (how_ == Split::characters || !is_space(i)) pieces_.push_back({i, i + 1});
        }
        return;
      case Split::whole:
        if (size() > 0) pieces_.push_back({0, size()});
        return;
      case Split::whitespace:
        return split_run(0, size());
      case Split::spaces:
        return split_spaces();
      case Split::pieces:
        return;
      case Split::rouge_score:
      case Split::rouge_score_lines:
        return split_rouge_score();
      case Split::rouge_chinese:
        return split_rouge_chinese();
      case Split::rouge:
      case Split::rouge_sentences:
        return split_rouge();
      case Split::mteval:
      case Split::mteval_zh:
        return;  // these have readers of their own
    }
  }

  // What stands between white space in a part of the text.
  void split_run(u32 begin, u32 end) {
    for (u32 i = begin; i < end; ++i) {
      if (is_space(i)) continue;
      const u32 first = i;
      while (i < end && !is_space(i)) ++i;
      pieces_.push_back({first, i});
    }
  }

  // See presets/jiwer.py.
  void split_spaces() {
    u32 begin = 0, end = size();
    while (begin < end && is_space(begin)) ++begin;
    while (begin < end && is_space(end - 1)) --end;
    u32 first = begin;
    for (u32 i = begin; i < end; ++i) {
      if (!is_space(i)) continue;
      u32 behind = i + 1;
      while (is_space(behind)) ++behind;  // the text does not end in white space
      if (behind > i + 1 || text_[i] == ' ') {
        pieces_.push_back({first, i});
        first = behind;
      }
      i = behind;
    }
    if (first < end) pieces_.push_back({first, end});
  }

  // The words of a sentence that is not empty; the empty word where it is white space alone.
  void split_sentence(u32 begin, u32 end) {
    const std::size_t before = pieces_.size();
    split_run(begin, end);
    if (pieces_.size() == before) pieces_.push_back(kEmptyWord);
  }

  // See presets/rouge_score.py: `str.lower` turns two other letters into ASCII ones, and
  // one of them into a mark as well, which ends the word.
  void split_rouge_score() {
    constexpr u32 kKelvin = 0x212A, kDottedI = 0x130;
    u32 first = 0;
    bool inside = false;
    const auto end_word = [&](u32 at) {
      if (inside) pieces_.push_back({first, at});
      inside = false;
    };
    for (u32 i = 0; i < size(); ++i) {
      u32& point = text_.begin()[i];
      const bool dotted = point == kDottedI;
      if (point - 'A' < 26) point += 'a' - 'A';
      if (point == kKelvin) point = 'k';
      if (dotted) point = 'i';
      if (point - 'a' < 26 || point - '0' < 10) {
        if (!inside) first = i;
        inside = true;
        if (dotted) end_word(i + 1);
        continue;
      }
      end_word(i);
      if (point == '\n' && how_ == Split::rouge_score_lines) pieces_.push_back(kSentenceBreak);
    }
    end_word(size());
  }

  // See presets/pltrdy.py.
  void split_rouge() {
    bool any = false;
    for (u32 begin = 0, i = 0; i <= size(); ++i) {
      if (i < size() && text_[i] != '.') continue;
      if (i > begin) {
        if (any && how_ == Split::rouge_sentences) pieces_.push_back(kSentenceBreak);
        split_sentence(begin, i);
        any = true;
      }
      begin = i + 1;
    }
    // See presets/ms_swift.py.
    if (source_ == Source::jieba_stripped && pieces_.empty() && size() > 0) {
      pieces_.push_back({0, 1});  // a full stop: nothing else is there
    }
  }

  // See presets/rouge_chinese.py.
  void split_rouge_chinese() {
    text_.end_sentences();
    u32 end = size();
    while (end > 0 && is_space(end - 1)) --end;
    for (u32 begin = 0, i = 0; i <= end; ++i) {
      if (i < end && text_[i] != '\n') continue;
      if (i > begin) split_sentence(begin, i);
      begin = i + 1;
    }
  }

  const Split how_;
  const Source source_;
  const Segmenter* segmenter_ = nullptr;
  Rewriter text_;
  std::vector<Piece> pieces_;
  Scratch scratch_;
};

}  // namespace textmetrics

// Japanese words of a normalized text: the twin of languages/japanese.py.
#pragma once

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cut.h"
#include "sudachi.h"
#include "text.h"

namespace textmetrics {

// A dictionary and what is known beside it, shared by all that cut with it.
class SudachiTables {
 public:
  virtual ~SudachiTables() = default;

  const SudachiDictionary& dictionary() const { return *dictionary_; }
  const SudachiSettings& settings() const { return settings_; }
  const SudachiCharacters& characters() const { return characters_; }
  bool is_auxiliary(u16 speech) const {
    return speech < auxiliary_.size() && auxiliary_[speech];
  }

 protected:
  void open(Bytes file) {
    dictionary_ = std::make_unique<SudachiDictionary>(file);
    for (const auto& part : dictionary_->parts_of_speech()) {
      auxiliary_.push_back(part[0] == u"助動詞");
    }
    settings_.numeral = speech({u"名詞", u"数詞", u"*", u"*", u"*", u"*"});
    settings_.katakana = speech({u"名詞", u"普通名詞", u"一般", u"*", u"*", u"*"});
  }
  u16 speech(const std::vector<std::u16string>& wanted) const {
    const auto& all = dictionary_->parts_of_speech();
    const auto found = std::find(all.begin(), all.end(), wanted);
    if (found == all.end()) throw std::invalid_argument("the dictionary lacks a part of speech");
    return static_cast<u16>(found - all.begin());
  }

  std::unique_ptr<SudachiDictionary> dictionary_;
  SudachiSettings settings_;
  SudachiCharacters characters_;
  std::vector<bool> auxiliary_;
};

using SudachiMode = SudachiCutter::Mode;

template <class Point>
bool has_surrogate(const Point* text, i64 length) {
  return std::any_of(text, text + length, [](Point point) { return point >> 11 == 0xD800 >> 11; });
}

// Calls `take` for the words of a text of any length, part after part, with where the part begins.
template <class Point, class Take>
void cut_parts(SudachiCutter& cutter, const Point* text, u32 begin, u32 end, SudachiMode mode,
               Take& take) {
  if (cutter.cut(text + begin, end - begin, mode)) return take(begin);
  const u32 middle = begin + (end - begin) / 2;  // what it was rewritten to was too long
  if (middle == begin) throw std::length_error("a character that Sudachi does not take");
  cut_parts(cutter, text, begin, middle, mode, take);
  cut_parts(cutter, text, middle, end, mode, take);
}

// Where a text has to be divided that begins there: see `pieces_that_fit` in languages/japanese.py.
template <class Point>
u32 end_that_fits(const Point* text, u32 begin, u32 length) {
  if (length - begin <= SudachiText::kLongest / 4) return length;
  i64 bytes = 0;
  u32 sentence = begin;
  bool ended = false;
  for (u32 i = begin; i < length; ++i) {
    bytes += utf8_size(text[i]);
    if (bytes > SudachiText::kLongest) return sentence > begin ? sentence : i;
    const char32_t point = text[i];
    const bool end = std::u32string_view(U"。．！？!?\n").find(point) != std::u32string_view::npos;
    const bool closes = std::u32string_view(U"」』）)”\"").find(point) != std::u32string_view::npos;
    ended = end || (ended && closes);
    if (ended) sentence = i + 1;
  }
  return length;
}

template <class Point, class Take>
void cut_text(SudachiCutter& cutter, const Point* text, u32 length, SudachiMode mode, Take take) {
  for (u32 begin = 0; begin < length;) {
    const u32 end = end_that_fits(text, begin, length);
    cut_parts(cutter, text, begin, end, mode, take);
    begin = end;
  }
}

// Cuts normalized texts. Contractions are written out in the text itself: what stands for a verb
// has as many characters as what it is written as.
class JapaneseCutter {
 public:
  JapaneseCutter(std::shared_ptr<const SudachiTables> tables, SudachiMode mode)
      : tables_(std::move(tables)),
        mode_(mode),
        cutter_(tables_->dictionary(), tables_->settings(), tables_->characters()) {}

  bool is_of(const SudachiTables* tables) const { return tables_.get() == tables; }

  // False where a text has a lone surrogate, on which Sudachi raises.
  bool cut(Normal& text, const Alphabet& alphabet, std::vector<Piece>& pieces) {
    words_.clear();
    const u32* const points = text.points.data();
    if (has_surrogate(points, text.size)) return false;
    cut_text(cutter_, points, text.size, mode_, [&](u32 begin) {
      for (const Morpheme& word : cutter_.path) {
        const Piece piece{begin + cutter_.text.origins[word.begin],
                          begin + cutter_.text.origins[word.end]};
        words_.push_back(Word{piece, spelled(text, piece, word)});
      }
    });
    for (std::size_t i = 0; i < words_.size();) {
      const std::size_t size = phrase_at(text, i);
      if (size > 1) {
        pieces.push_back(Piece{words_[i].piece.begin, words_[i + size - 1].piece.end});
      } else {
        spell(text, alphabet, words_[i]);
        add(text, words_[i].piece, pieces);
      }
      i += size;
    }
    return true;
  }

 private:
  // What is written in place of the first characters of a contraction.
  struct Contracted {
    const char32_t* form;  // in the dictionary
    const char32_t* begins;
  };
  struct Word {
    Piece piece;
    const char32_t* begins;
  };

  const char32_t* spelled(const Normal& text, Piece piece, const Morpheme& word) const {
    static constexpr Contracted kContracted[] = {
        {U"てる", U"い"},   {U"でる", U"い"},   {U"とる", U"お"},     {U"どる", U"お"},
        {U"とく", U"お"},   {U"どく", U"お"},   {U"ちゃう", U"しま"}, {U"じゃう", U"しま"},
        {U"ちまう", U"し"}, {U"じまう", U"し"},
    };
    if (!may_be_contracted(text, piece) || !tables_->is_auxiliary(cutter_.speech(word))) {
      return nullptr;
    }
    const std::u32string form = cutter_.dictionary_form(word);
    for (const Contracted& each : kContracted) {
      if (form == each.form) return each.begins;
    }
    const bool da = piece.end == piece.begin + 1 && text.points[piece.begin] == U'だ';
    return da && cutter_.normalized(word) == U"た" ? U"た" : nullptr;
  }

  static bool may_be_contracted(const Normal& text, Piece piece) {
    const u32 length = piece.end - piece.begin;
    if (length == 0 || length > 3) return false;
    const u32 next = length > 1 ? text.points[piece.begin + 1] : 0;
    switch (text.points[piece.begin]) {
      case U'て':
      case U'で':
      case U'ど':
      case U'だ':
        return true;
      case U'と':
        return length > 1;
      case U'ち':
      case U'じ':
        return next == U'ゃ' || next == U'ま';
      default:
        return false;
    }
  }

  static void spell(Normal& text, const Alphabet& alphabet, const Word& word) {
    if (word.begins == nullptr) return;
    u32 i = word.piece.begin;
    for (const char32_t point : std::u32string_view(word.begins)) {
      const Character known = character(alphabet, point);
      text.points[i] = known.normal;
      text.folded[i] = known.folded;
      text.classes[i++] = known.classes;
    }
  }

  bool is(const Normal& text, std::size_t word, std::u32string_view wanted) const {
    if (word >= words_.size()) return false;
    const Piece piece = words_[word].piece;
    return piece.end - piece.begin == wanted.size() &&
           std::equal(wanted.begin(), wanted.end(), text.points.begin() + piece.begin,
                      [](char32_t a, u32 b) { return u32{a} == b; });
  }

  // How many words the particle has that begins there: see `_phrase_at` in languages/japanese.py.
  std::size_t phrase_at(const Normal& text, std::size_t at) const {
    struct Phrase {
      const char32_t *word, *before, *behind;
    };
    static constexpr Phrase kPhrases[] = {
        {U"おい", U"に", U"て"},   {U"於い", U"に", U"て"},   {U"つい", U"に", U"て"},
        {U"関し", U"に", U"て"},   {U"かんし", U"に", U"て"}, {U"対し", U"に", U"て"},
        {U"たいし", U"に", U"て"}, {U"おけ", U"に", U"る"},   {U"於け", U"に", U"る"},
        {U"関する", U"に", U""},   {U"かんする", U"に", U""}, {U"対する", U"に", U""},
        {U"たいする", U"に", U""}, {U"就いて", U"に", U""},   {U"いう", U"と", U""},
    };
    const Piece first = words_[at].piece;
    const u32 point = first.end == first.begin + 1 ? text.points[first.begin] : 0;
    if (point != U'に' && point != U'と') return 1;
    for (const Phrase& phrase : kPhrases) {
      if (!is(text, at, phrase.before) || !is(text, at + 1, phrase.word)) continue;
      const std::u32string_view behind = phrase.behind;
      if (!behind.empty()) return is(text, at + 2, behind) ? 3 : 1;
      if (point == U'に') return 2;
      const bool ends = at + 2 >= words_.size() || is(text, at + 2, U"");
      return !ends && text.is(words_[at + 2].piece.begin, kAlnum) ? 2 : 1;
    }
    return 1;
  }

  // A piece, or what spaces divide it into: the dictionary has "thank you" as one word.
  static void add(const Normal& text, Piece piece, std::vector<Piece>& pieces) {
    u32 begin = piece.begin, end = piece.end;
    while (begin < end && text.is(begin, kSpace)) ++begin;
    while (begin < end && text.is(end - 1, kSpace)) --end;
    const auto space = [&](u32 at) { return text.points[at] == ' '; };
    bool inside = false;
    for (u32 i = begin; i < end; ++i) inside |= space(i);
    u32 from = piece.begin;
    for (u32 i = from; inside && i < piece.end; ++i) {
      if (space(i) == space(from)) continue;
      add_scored(text, Piece{from, i}, pieces);
      from = i;
    }
    add_scored(text, Piece{from, piece.end}, pieces);
  }

  // A space decides nothing; a line feed stays, since a sentence can begin after it.
  static void add_scored(const Normal& text, Piece piece, std::vector<Piece>& pieces) {
    const bool space = piece.end == piece.begin + 1 && text.points[piece.begin] == ' ';
    if (piece.end > piece.begin && !space) pieces.push_back(piece);
  }

  const std::shared_ptr<const SudachiTables> tables_;
  const SudachiMode mode_;
  SudachiCutter cutter_;
  std::vector<Word> words_;
};

}  // namespace textmetrics

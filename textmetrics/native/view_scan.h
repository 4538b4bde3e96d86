// Samples as ids under a view: what scan/native.py asks for.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "characters.h"
#include "chinese_apart.h"
#include "scanned.h"
#include "spaced.h"
#include "split.h"
#include "stop.h"
#include "threads.h"
#include "words.h"

namespace textmetrics {

// The stems of words, as far as Python has been asked for them. Nobody changes one that is in use.
class Stems {
 public:
  using Word = std::vector<u32>;

  std::size_t size() const { return stems_.size(); }
  void add(Word word, Word stem) { stems_.emplace(std::move(word), std::move(stem)); }
  const Word* find(const u32* word, u32 length) const {
    const auto found = stems_.find(Word(word, word + length));
    return found == stems_.end() ? nullptr : &found->second;
  }

 private:
  struct Hash {
    std::size_t operator()(const Word& word) const {
      return static_cast<std::size_t>(hash_of(word.data(), static_cast<u32>(word.size())));
    }
  };
  std::unordered_map<Word, Word, Hash> stems_;
};

// What a run of samples gave.
struct Viewed {
  Ids ids;
  std::vector<i64> left;           // places of samples that have a word whose stem is not known
  std::vector<Stems::Word> words;  // those words, some of them often
};

class ViewReader {
 public:
  ViewReader(Split split, Source source, const Spaces& spaces) : splitter_(split, source, spaces) {
    if (source != Source::text) return;
    if (SpacedWords::reads(split)) spaced_.emplace(split, spaces);
    if (split == Split::mteval_zh) apart_.emplace(spaces);
    if (split == Split::characters) characters_.emplace(false, spaces);
    if (split == Split::visible) characters_.emplace(true, spaces);
  }

  // Before samples: `stems` is null where words stay as they are.
  void begin(const Segmenter* segmenter, const Stems* stems) {
    splitter_.set_segmenter(segmenter);
    stems_ = stems;
  }

  // How many characters of a text there are to a token, where there are few.
  i64 characters_of_token() const { return characters_ ? 1 : 4; }

  void read(i64 sample, const Text& prediction, const Text* references, i64 count, Viewed& out) {
    worked(4 * prediction.length + 16);
    if (stems_ == nullptr) {
      if (spaced_ && spaced_->read(prediction, references, count, out.ids)) return;
      if (characters_) return characters_->read(prediction, references, count, out.ids);
      if (apart_) return apart_->read(prediction, references, count, out.ids);
    }
    types_.begin_sample();
    if (generation_ != types_.generation()) {
      generation_ = types_.generation();
      stem_types_.clear();
    }
    if (++stamp_ == 0) {
      std::fill(numbers_.begin(), numbers_.end(), 0);
      stamp_ = 1;
    }
    next_ = 0;
    if (splitter_.has_sentences()) number(kBreakWord);  // its id is 0, whether it occurs or not
    const i64 begun = out.ids.size;
    bool known = read(prediction, out);
    for (i64 r = 0; r < count; ++r) known &= read(references[r], out);  // all for their words
    if (known) {
      out.ids.sequences.push_back(count + 1);
      return;
    }
    out.left.push_back(sample);
    out.ids.size = begun;
    out.ids.lengths.resize(sequences_before(out.ids));
    out.ids.leave();
  }

 private:
  // Neither is a code point.
  static constexpr u32 kBreakWord = 0xFFFFFFFF, kNoWord = 0xFFFFFFFE;
  static constexpr u32 kUnknown = 0xFFFFFFFF;
  static constexpr u32 kShortest = 4;  // of the words that are stemmed

  static std::size_t sequences_before(const Ids& ids) {
    i64 count = 0;
    for (i64 each : ids.sequences) count += each;
    return static_cast<std::size_t>(count);
  }

  bool read(const Text& text, Viewed& out) {
    worked(4 * text.length);
    const std::vector<Piece>& pieces = splitter_.split(text);
    worked(16 * static_cast<i64>(pieces.size()));
    const u32* points = splitter_.points();
    // A token has a character, or stands for white space or a break between sentences.
    const i64 most = std::max(2 * text.length + 2, static_cast<i64>(pieces.size()));
    i32* const begin = at_least(out.ids.memory, out.ids.size + most) + out.ids.size;
    i32* to = begin;
    bool known = true;
    for (const Piece& piece : pieces) {
      worked_at(&piece - pieces.data(), 32);
      if (piece.begin >= piece.end) {
        *to++ = number(piece.begin == piece.end ? kNoWord : kBreakWord);
        continue;
      }
      const u32 length = piece.end - piece.begin;
      const u32* word = points + piece.begin;
      u32 type = type_of(types_.intern(word, length, hash_of(word, length)));
      if (stems_ != nullptr && length >= kShortest) {
        const u32 stemmed = stem_type(type, word, length);
        if (stemmed == kUnknown) {
          out.words.emplace_back(word, word + length);
          known = false;
          continue;
        }
        type = stemmed;
      }
      *to++ = number_of_type(type);
    }
    if (!known) return false;
    out.ids.lengths.push_back(to - begin);
    out.ids.size += to - begin;
    return true;
  }

  // The type of a word's stem; remembered, once it is known.
  u32 stem_type(u32 type, const u32* word, u32 length) {
    if (stem_types_.size() <= type) stem_types_.resize(2 * std::size_t{type} + 64, kUnknown);
    if (stem_types_[type] != kUnknown) return stem_types_[type];
    const Stems::Word* stem = stems_->find(word, length);
    if (stem == nullptr) return kUnknown;
    const auto size = static_cast<u32>(stem->size());
    const u32 found = type_of(types_.intern(stem->data(), size, hash_of(stem->data(), size)));
    stem_types_[type] = found;
    return found;
  }

  i32 number(u32 word) { return number_of_type(type_of(types_.intern(&word, 1, hash_of(&word, 1)))); }

  // Types get their numbers in the order in which they come.
  i32 number_of_type(u32 type) {
    if (numbers_.size() <= type) numbers_.resize(2 * std::size_t{type} + 64);
    u64& number = numbers_[type];
    if ((number >> 32) != stamp_) number = u64{stamp_} << 32 | next_++;
    return static_cast<i32>(number & 0xFFFFFFFF);
  }

  Splitter splitter_;
  std::optional<SpacedWords> spaced_;
  std::optional<Characters> characters_;
  std::optional<ChineseApart> apart_;
  const Stems* stems_ = nullptr;
  const KnownWords<u32> none_ = KnownWords<u32>::sealed();
  Types<u32> types_{none_};
  u64 generation_ = 0;
  std::vector<u32> stem_types_;  // by the word's type
  std::vector<u64> numbers_;     // by type: the stamp of the sample that it is for, then the number
  u32 stamp_ = 0;
  u32 next_ = 0;
};

// Room for what most samples give, since to grow is to copy: a token in so many characters.
inline void make_room(const Corpus& corpus, const Run& run, i64 characters, Ids& out) {
  i64 points = 0;
  for (i64 s = run.from; s < run.to; ++s) points += corpus.size(s);
  const auto samples = static_cast<std::size_t>(run.to - run.from);
  out.lengths.reserve(2 * samples);
  out.sequences.reserve(samples);
  at_least(out.memory, points / characters);
}

// Read all samples with as many readers as there are, a thread each. Runs come in order.
inline std::vector<Viewed> view_batch(const std::vector<std::unique_ptr<ViewReader>>& readers,
                                      const Corpus& corpus) {
  const i64 count = corpus.count(), threads = static_cast<i64>(readers.size());
  const auto cost = [&](i64 s) { return static_cast<double>(corpus.size(s)); };
  const std::vector<Run> order = runs_by_cost(count, threads, cost);
  std::vector<Viewed> runs(order.size());
  std::atomic<std::size_t> next{0};
  in_parallel(order, threads, [&] {
    return [&, reader = readers[next++].get()](const Run& run) {
      Viewed& out = runs[run.number];
      make_room(corpus, run, reader->characters_of_token(), out.ids);
      for (i64 s = run.from; s < run.to; ++s) {
        const i64 first = corpus.first(s);
        reader->read(s, corpus.predictions[static_cast<std::size_t>(s)],
                     corpus.references.data() + first, corpus.first(s + 1) - first, out);
      }
    };
  });
  return runs;
}

}  // namespace textmetrics

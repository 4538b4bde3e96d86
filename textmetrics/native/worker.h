// What counts one sample after the other: its scratch memory, and who counts what.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "columns.h"
#include "counts.h"
#include "edits.h"
#include "few_types.h"
#include "memory.h"
#include "pair_grams.h"
#include "sets.h"
#include "shifts.h"
#include "skips.h"
#include "stop.h"
#include "unions.h"
#include "waves.h"
#include "weighted.h"

namespace textmetrics {

// A sample: sequences one after the other, the prediction's and then those of its references.
struct Sample {
  const i32* ids;
  const i64* offsets;         // references + 2
  i64 references;
  i64 number;                 // its row in columns of samples
  i64 first;                  // its first pair's in columns of pairs
  const i64* rows = nullptr;  // where each pair's is from there; one after the other where null
  i64 vocabulary = 0;         // where it is known that all ids are below it; 0 where it is not

  Span sequence(i64 i) const { return Span{ids + offsets[i], offsets[i + 1] - offsets[i]}; }
  i64 tokens() const { return offsets[references + 1] - offsets[0]; }
  i64 row(i64 r) const { return first + (rows == nullptr ? r : rows[r]); }
};

// Counts samples, one after the other, in scratch memory of its own.
class Worker {
 public:
  explicit Worker(const Columns& columns)
      : columns_(columns), orders_(columns.orders()), set_orders_(columns.set_orders()) {}

  // False if an id is negative or above the number of the sample's tokens: dense ids are below it,
  // but for a break (see unions.h) that no sequence has.
  bool count(const Sample& sample) {
    sample_ = sample;
    worked(8 * sample_.tokens());
    if (!measure_vocabulary()) return false;
    if (sample_.references == 1 && orders_ > 0) {
      pair();
    } else {
      lengths();
      if (orders_ > 0) grams();
    }
    if (set_orders_ > 0) sets();
    for (i64 r = 0; r < sample_.references; ++r) {
      worked(reference(r).length + prediction().length);
      edits(sample_.row(r), reference(r));
      skips(sample_.row(r), reference(r));
      sentences(sample_.row(r), reference(r));
    }
    return true;
  }

 private:
  static constexpr int kManyOrders = 4;  // where `FewTypes` is faster

  Span prediction() const { return sample_.sequence(0); }
  Span reference(i64 r) const { return sample_.sequence(r + 1); }

  bool measure_vocabulary() {
    const i64 tokens = sample_.tokens();
    vocabulary_ = sample_.vocabulary;
    if (vocabulary_ > 0) return true;
    const i32* ids = prediction().ids;
    i32 largest = 0, signs = 0;
    for (i64 i = 0; i < tokens; ++i) {
      largest = std::max(largest, ids[i]);
      signs |= ids[i];
    }
    vocabulary_ = i64{largest} + 1;
    return tokens == 0 || (signs >= 0 && vocabulary_ <= tokens + 1);
  }

  void lengths() {
    const Span predicted = prediction();
    i64 closest = reference(0).length;
    for (i64 r = 0; r < sample_.references; ++r) {
      const Span other = reference(r);
      worked(other.length + 8);
      const i64 row = sample_.row(r);
      closest = closer(predicted.length, closest, other.length);
      if (columns_.prediction_length) columns_.prediction_length[row] = predicted.length;
      if (columns_.reference_length) columns_.reference_length[row] = other.length;
      if (columns_.equal) columns_.equal[row] = equal(predicted, other);
      if (columns_.lcs) columns_.lcs[row] = lcs(predicted, other);
    }
    if (columns_.closest_length) columns_.closest_length[sample_.number] = closest;
  }

  // The lengths and n-grams of a sample with one reference, and its longest common subsequence,
  // for which the n-grams tell what both texts have.
  void pair() {
    const Span predicted = prediction(), other = reference(0);
    const i64 row = sample_.row(0);
    worked(other.length + 8);
    if (columns_.prediction_length) columns_.prediction_length[row] = predicted.length;
    if (columns_.reference_length) columns_.reference_length[row] = other.length;
    if (columns_.closest_length) columns_.closest_length[sample_.number] = other.length;
    if (columns_.equal) columns_.equal[row] = equal(predicted, other);
    if (!columns_.lcs && orders_ >= kManyOrders && orders_ <= FewTypes::kHighest &&
        FewTypes::fits(predicted, vocabulary_)) {
      i64 matches[FewTypes::kHighest];
      few_types_.count(predicted, other, vocabulary_, orders_, matches);
      for (int n = 1; n <= orders_; ++n) set_matches(n, row, matches[n - 1]);
      return;
    }
    i64 matches = pair_grams_.tokens(predicted, other, vocabulary_);
    if (columns_.lcs) {
      columns_.lcs[row] = lcs(pair_grams_.shared_of_prediction(),
                              pair_grams_.shared_of_reference(), true);
    }
    for (int n = 1; n <= orders_; ++n) {
      if (n > 1) matches = pair_grams_.next();
      set_matches(n, row, matches);
    }
  }

  // Of a sample with one reference.
  void set_matches(int n, i64 row, i64 matches) {
    if (columns_.match[n - 1]) columns_.match[n - 1][row] = matches;
    if (columns_.clip[n - 1]) columns_.clip[n - 1][sample_.number] = matches;
  }

  // `shared`: neither sequence has tokens that the other lacks. A word of bits takes less time than
  // finding out where the ends differ, which nobody can guess.
  i64 lcs(Span a, Span b, bool shared = false) {
    if (std::max(a.length, b.length) <= kWord) return lcs_in_words(a, b);
    const i64 prefix = common_prefix(a, b);
    a = Span{a.ids + prefix, a.length - prefix};
    b = Span{b.ids + prefix, b.length - prefix};
    const i64 suffix = common_suffix(a, b);
    a.length -= suffix;
    b.length -= suffix;
    if (!shared && std::min(a.length, b.length) > kWord) share(a, b);
    return prefix + suffix + lcs_in_words(a, b);
  }

  i64 lcs_in_words(Span a, Span b) {
    if (a.length > b.length) std::swap(a, b);
    if (a.length == 0) return 0;
    if (a.length <= kWord) return lcs_word(a, b, at_least(masks_, vocabulary_));
    u64* strip = at_least(strip_, i64{kStripWords} * kStripRows);
#ifdef TEXTMETRICS_SSE2
    if (is_wave(a.length)) {
      worked(4 * b.length);
      return lcs_wave(a, b, at_least(rows_, vocabulary_), strip,
                      at_least(offsets_, b.length + 2 * kStripWords));
    }
#endif
    return lcs_strips(a, b, at_least(rows_, vocabulary_), strip, at_least(carries_, b.length),
                      worked);
  }

  // Linear work that makes the quadratic less: drop the tokens that the other side lacks.
  void share(Span& a, Span& b) {
    u32* marks = at_least(rows_, vocabulary_);
    i32* kept = at_least(shared_, a.length + b.length);
    const Span before[] = {a, b};
    for (i64 i = 0; i < a.length; ++i) marks[a.ids[i]] |= 1;
    for (i64 i = 0; i < b.length; ++i) marks[b.ids[i]] |= 2;
    a = keep_shared(a, marks, kept);
    b = keep_shared(b, marks, kept + before[0].length);
    for (const Span& span : before) {
      for (i64 i = 0; i < span.length; ++i) marks[span.ids[i]] = 0;
    }
  }

  // The n-grams of a sample, level by level: see counts.h.
  void grams() {
    const Span predicted = prediction();
    const i64 tokens = sample_.tokens();
    places_ = at_least(place_memory_, tokens);
    keys_ = at_least(key_memory_, std::max(tokens, i64{1}));
    tallies_ = at_least(tally_memory_, std::max(vocabulary_, predicted.length));
    kept_.assign(static_cast<std::size_t>(sample_.references), 0);
    std::fill(tallies_, tallies_ + vocabulary_, Tally{0, 0, 0, 0});
    i64 count = enter_tokens(predicted, places_, tallies_);
    for (int n = 1; n <= orders_; ++n) {
      if (n > 1) {
        worked(16 * count);
        count = join(places_, count, keys_);
        table_ = tables_.take(count);
        enter(table_, places_, count, keys_, tallies_);
      }
      match_references(n);
      count = keep_matched(places_, count, tallies_);
    }
  }

  void match_references(int n) {
    i64 clipped = 0;
    Place* places = places_ + prediction().length;
    for (i64 r = 0; r < sample_.references; ++r) {
      i64& kept = kept_[static_cast<std::size_t>(r)];
      const Span other = reference(r);
      worked(8 * (n == 1 ? other.length : kept));
      if (n == 1) {
        kept = look_up_tokens(other, places, tallies_);
      } else {
        kept = look_up(table_, places, join(places, kept, keys_), keys_);
      }
      const Matches matches = match(places, kept, tallies_, static_cast<u32>(r + 1));
      clipped += matches.clip;
      if (columns_.match[n - 1]) columns_.match[n - 1][sample_.row(r)] = matches.pair;
      places += other.length;
    }
    if (columns_.clip[n - 1]) columns_.clip[n - 1][sample_.number] = clipped;
  }

  // The different n-grams of a sample, level by level: see sets.h.
  void sets() {
    const i64 tokens = sample_.tokens();
    u32* numbers = at_least(number_memory_, tokens);
    std::copy(prediction().ids, prediction().ids + tokens, numbers);
    sequences_.clear();
    for (i64 r = -1; r < sample_.references; ++r) {
      const i64 length = reference(r).length;  // the prediction's is number -1
      sequences_.push_back(Grams{numbers, length});
      numbers += length;
    }
    for (int n = 1; n <= set_orders_; ++n) {
      worked(16 * tokens);
      i64 grams = vocabulary_;
      if (n > 1) {
        const Table table = tables_.take(tokens);
        u32 found = 0;
        for (Grams& sequence : sequences_) found = lengthen(table, sequence, found);
        grams = found;
      }
      count_sets(n, grams);
    }
  }

  void count_sets(int n, i64 grams) {
    Seen* seen = at_least(seen_memory_, grams);
    std::fill(seen, seen + grams, Seen{0, 0});
    const i64 predicted = mark_predicted(sequences_[0], seen);
    for (i64 r = 0; r < sample_.references; ++r) {
      const auto turn = static_cast<u32>(r + 1);
      const Distinct found = mark_reference(sequences_[turn], turn, seen);
      const i64 row = sample_.row(r);
      if (columns_.prediction_distinct[n - 1]) columns_.prediction_distinct[n - 1][row] = predicted;
      if (columns_.reference_distinct[n - 1]) columns_.reference_distinct[n - 1][row] = found.all;
      if (columns_.common[n - 1]) columns_.common[n - 1][row] = found.common;
    }
  }

  // Edits of a pair: see edits.h and shifts.h.
  void edits(i64 row, Span other) {
    const Span predicted = prediction();
    if (columns_.hits) {
      const Edits::Counted counted = edits_.align(predicted, other, vocabulary_);
      columns_.hits[row] = counted.hits;
      if (columns_.edits) columns_.edits[row] = counted.edits;
    } else if (columns_.edits) {
      columns_.edits[row] = edits_.distance(predicted, other, vocabulary_);
    }
    if (columns_.beam_edits) columns_.beam_edits[row] = shifts_.beam_edits(predicted, other, 1);
    if (columns_.beam_indels) columns_.beam_indels[row] = shifts_.beam_edits(predicted, other, 2);
    if (columns_.shift_edits) columns_.shift_edits[row] = shifts_.edits(predicted, other);
    if (columns_.reference_shift_edits) {
      columns_.reference_shift_edits[row] =
          shifts_.edits(other, predicted, Shifts::kLongestOfReference);
    }
  }

  // Skip-bigrams of a pair, and the tokens that they begin with: see skips.h.
  void skips(i64 row, Span other) {
    const Span predicted = prediction();
    if (columns_.skip_match) columns_.skip_match[row] = skips_.pairs(predicted, other, tables_);
    if (columns_.head_match) {
      columns_.head_match[row] = skips_.heads(predicted, other, vocabulary_);
    }
  }

  // What is counted of a pair's sentences, and its longest run.
  void sentences(i64 row, Span other) {
    const Span predicted = prediction();
    if (columns_.longest_run) columns_.longest_run[row] = longest_run_(predicted, other, tables_);
    if (columns_.prediction_words) columns_.prediction_words[row] = Unions::words(predicted);
    if (columns_.reference_words) columns_.reference_words[row] = Unions::words(other);
    if (columns_.prediction_types) {
      columns_.prediction_types[row] = unions_.types(predicted, vocabulary_);
    }
    if (columns_.reference_types) columns_.reference_types[row] = unions_.types(other, vocabulary_);
    if (columns_.union_lcs) {
      const bool single = Unions::is_single(predicted) && Unions::is_single(other);
      columns_.union_lcs[row] =
          single ? lcs(predicted, other) : unions_.union_lcs(predicted, other, vocabulary_);
    }
    if (columns_.union_types) {
      columns_.union_types[row] = unions_.union_types(predicted, other, vocabulary_);
    }
    if (columns_.weighted_lcs) {
      columns_.weighted_lcs[row] =
          Weighted::bits(weighted_.union_lcs(predicted, other, vocabulary_));
    }
    if (columns_.reference_weight) {
      columns_.reference_weight[row] = Weighted::bits(weighted_.of(other));
    }
  }

  const Columns columns_;
  const int orders_, set_orders_;
  Sample sample_{};     // the present one
  i64 vocabulary_ = 0;  // its ids are below this
  PairGrams pair_grams_;
  FewTypes few_types_;
  TableMemory tables_;
  Table table_{nullptr, 0, 0, 0};
  std::vector<Place> place_memory_;
  std::vector<Tally> tally_memory_;
  std::vector<u64> key_memory_, masks_, strip_;
  std::vector<u32> rows_, offsets_;
  std::vector<u8> carries_;
  std::vector<i32> shared_;
  std::vector<i64> kept_;  // places that each reference still has
  std::vector<u32> number_memory_;
  std::vector<Seen> seen_memory_;
  std::vector<Grams> sequences_;
  LongestRun longest_run_;
  Edits edits_;
  Shifts shifts_;
  Skips skips_;
  Unions unions_;
  Weighted weighted_;
  Place* places_ = nullptr;
  u64* keys_ = nullptr;
  Tally* tallies_ = nullptr;
};

}  // namespace textmetrics

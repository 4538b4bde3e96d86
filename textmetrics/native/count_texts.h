// Samples with one reference each, from texts to counts in one pass: a sample is counted while its
// ids are in the cache that they were written to, and no batch of ids is made. What is found goes to
// the places that the caller has for it.
#pragma once

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "columns.h"
#include "scan.h"
#include "scanned.h"
#include "threads.h"
#include "worker.h"

namespace textmetrics {

// Rows of facts, in the order of scan/native.py, one after the other: a number a sample.
struct FactRows {
  static constexpr i64 kRows = 11;

  i64* first;
  i64 samples;

  void write(i64 sample, const Facts& facts) const {
    const i64 found[kRows] = {facts.handled,  facts.scope,      facts.predicted, facts.expected,
                              facts.emptied,  facts.repetitive, facts.marked,    facts.words,
                              facts.dropped,  facts.left_out,   facts.expected_script};
    for (i64 row = 0; row < kRows; ++row) first[row * samples + sample] = found[row];
  }
  const i64* handled() const { return first; }
  i64* expected_script() const { return first + (kRows - 1) * samples; }
};

// What a thread does.
class TextCounter {
 public:
  // `words`: columns of the counts over all words too, or null.
  TextCounter(Scanner& scanner, const Corpus& corpus, FactRows facts, const Columns& content,
              const Columns* words)
      : scanner_(scanner), corpus_(corpus), facts_(facts), content_(content),
        words_(words == nullptr ? Columns{} : *words), has_words_(words != nullptr) {}

  void operator()(const Run& run) {
    for (i64 s = run.from; s < run.to; ++s) count(s);
  }

 private:
  void count(i64 s) {
    const Text& prediction = corpus_.predictions[static_cast<std::size_t>(s)];
    found_.clear();
    if (corpus_.prepared != nullptr) {
      scanner_.scan(prediction, *corpus_.prepared, corpus_.places + s, 1, found_);
    } else {
      scanner_.scan(prediction, corpus_.references.data() + s, 1, found_);
    }
    facts_.write(s, found_.facts[0]);
    if (!found_.facts[0].handled) return;
    count(content_, found_.content, s);
    if (has_words_) count(words_, found_.words, s);
  }

  static void count(Worker& worker, const Ids& ids, i64 s) {
    const i64 offsets[] = {0, ids.lengths[0], ids.lengths[0] + ids.lengths[1]};
    worker.count(Sample{ids.memory.data(), offsets, 1, s, s, nullptr, ids.vocabulary});
  }

  Scanner& scanner_;
  const Corpus& corpus_;
  const FactRows facts_;
  Worker content_, words_;
  const bool has_words_;
  Scanned found_;
};

// Counting that has begun: threads are at it until it is finished, or destroyed.
class TextCounts {
 public:
  TextCounts(Corpus corpus, std::vector<std::unique_ptr<Scanner>> scanners, FactRows facts,
             const Columns& content, const Columns* words)
      : corpus_(std::move(corpus)), scanners_(std::move(scanners)), facts_(facts),
        content_(content), words_(words == nullptr ? Columns{} : *words),
        has_words_(words != nullptr),
        counting_(runs(), static_cast<i64>(scanners_.size()), Make{this}) {}
  TextCounts(const TextCounts&) = delete;
  TextCounts& operator=(const TextCounts&) = delete;

  void finish() { counting_.finish(); }

  const Corpus& corpus() const { return corpus_; }
  const FactRows& facts() const { return facts_; }
  std::vector<std::unique_ptr<Scanner>> take_scanners() { return std::move(scanners_); }

 private:
  struct Make {
    TextCounts* of;
    TextCounter operator()() const {
      return TextCounter(*of->scanners_[of->next_++], of->corpus_, of->facts_, of->content_,
                         of->has_words_ ? &of->words_ : nullptr);
    }
  };

  std::vector<Run> runs() const {
    const auto cost = [this](i64 s) { return static_cast<double>(corpus_.size(s)); };
    return runs_by_cost(corpus_.count(), static_cast<i64>(scanners_.size()), cost);
  }

  const Corpus corpus_;
  std::vector<std::unique_ptr<Scanner>> scanners_;
  const FactRows facts_;
  const Columns content_, words_;
  const bool has_words_;
  std::atomic<std::size_t> next_{0};  // of the scanners, a thread each
  Parallel<Make> counting_;           // the last one: it uses the others until it is gone
};

}  // namespace textmetrics

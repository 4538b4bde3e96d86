// What goes into scanning and what comes out of it, for many samples.
#pragma once

#include <algorithm>
#include <vector>

#include "prepared.h"
#include "text.h"

namespace textmetrics {

// What is known of a sample beside its ids; the columns of scan/batch.py.
struct Facts {
  u8 handled;          // 0: left to the definition
  u8 expected_script;  // most of the prediction is certainly in a script of its language
  u8 scope;             // what the headline is of
  u8 predicted;        // the prediction has a token at all
  u8 expected;         // some reference has one
  u8 emptied;          // the prediction has tokens, but none in that scope
  u8 repetitive;       // few of the prediction's 4-grams are different ones
  u8 marked;           // the prediction has "<" or "`" in it
  i64 words;           // tokens in all texts that are no punctuation
  i64 dropped;         // those of them that are dropped as stopwords
  i64 left_out;        // references that are left out of the headline
};

// Ids of one scope, in the form of a `Batch`, but with lengths in place of offsets.
struct Ids {
  std::vector<i32> memory;
  i64 size = 0;
  std::vector<i64> lengths;    // of each sequence
  std::vector<i64> sequences;  // of each sample
  i64 vocabulary = 0;          // the ids of the last sample are below it

  void clear() {
    size = 0;
    lengths.clear();
    sequences.clear();
  }
  // A place for a sample that the definition will fill.
  void leave() {
    lengths.insert(lengths.end(), 2, 0);
    sequences.push_back(2);
  }
};

// What a run of samples gave.
struct Scanned {
  Ids content, words;
  std::vector<Facts> facts;

  void clear() {
    content.clear();
    words.clear();
    facts.clear();
  }
};

// The texts of samples; prepared references in place of others where there are some, by their
// places. Those of sample `s` are a prediction, and references from `bounds[s]` to
// `bounds[s + 1]`; one each where there are no bounds.
struct Corpus {
  std::vector<Text> predictions, references;
  const i64* bounds = nullptr;
  const Prepared* prepared = nullptr;
  const i64* places = nullptr;

  i64 count() const { return static_cast<i64>(predictions.size()); }
  i64 first(i64 sample) const { return bounds == nullptr ? sample : bounds[sample]; }
  // The size of a sample, in characters, or in tokens of what is prepared.
  i64 size(i64 sample) const {
    i64 size = predictions[static_cast<std::size_t>(sample)].length;
    for (i64 r = first(sample); r < first(sample + 1); ++r) {
      size += prepared == nullptr ? references[static_cast<std::size_t>(r)].length
                                  : prepared->end(places[r]) - prepared->begin(places[r]);
    }
    return size;
  }
  i64 largest() const {
    i64 most = 0;
    for (i64 s = 0; s < count(); ++s) most = std::max(most, size(s));
    return most;
  }
};

}  // namespace textmetrics

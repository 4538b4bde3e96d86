// Which places of many sentences are not in a union yet, by their tokens: only sentences that have
// some of what another sentence has need be aligned with it, and most soon have none.
#pragma once

#include <vector>

#include "counts.h"
#include "memory.h"
#include "stop.h"

namespace textmetrics {

class OpenPlaces {
 public:
  // All places of some sentences of a sequence are open.
  void begin(const std::vector<Span>& sentences, Span sequence, i64 vocabulary) {
    begins_.assign(static_cast<std::size_t>(vocabulary) + 1, 0);
    counts_.assign(static_cast<std::size_t>(vocabulary), 0);
    met_.assign(sentences.size(), 0);
    places_ = at_least(place_memory_, sequence.length);
    owners_ = at_least(owner_memory_, sequence.length);
    sequence_ = sequence.ids;
    turn_ = 0;
    for (Span each : sentences) {
      for (i64 i = 0; i < each.length; ++i) ++begins_[static_cast<std::size_t>(each.ids[i]) + 1];
    }
    for (std::size_t t = 1; t < begins_.size(); ++t) begins_[t] += begins_[t - 1];
    for (std::size_t s = 0; s < sentences.size(); ++s) {
      worked(16 * sentences[s].length);
      for (i64 i = 0; i < sentences[s].length; ++i) {
        const auto token = static_cast<std::size_t>(sentences[s].ids[i]);
        const auto place = static_cast<u32>(sentences[s].ids + i - sequence_);
        places_[begins_[token] + counts_[token]++] = place;
        owners_[place] = static_cast<u32>(s);
      }
    }
  }

  // Whether a sentence of the other sequence has the token of any.
  bool any(Span other) const {
    for (i64 i = 0; i < other.length; ++i) {
      if (counts_[static_cast<std::size_t>(other.ids[i])] != 0) return true;
    }
    return false;
  }

  // The numbers of the sentences that have an open place of one of these tokens. Places that were
  // found meanwhile are none.
  const std::vector<u32>& sentences(const std::vector<i32>& tokens, const u8* found) {
    numbers_.clear();
    ++turn_;
    for (i32 token : tokens) {
      u32& count = counts_[static_cast<std::size_t>(token)];
      u32* places = places_ + begins_[static_cast<std::size_t>(token)];
      worked(4 * i64{count});
      u32 kept = 0;
      for (u32 i = 0; i < count; ++i) {
        const u32 place = places[i];
        if (found[place] != 0) continue;
        places[kept++] = place;
        u32& met = met_[owners_[place]];
        if (met == turn_) continue;
        met = turn_;
        numbers_.push_back(owners_[place]);
      }
      count = kept;
    }
    return numbers_;
  }

  // What was found in a sentence is found wherever the same token is.
  void spread(Span sentence, u8* found) {
    for (i64 i = 0; i < sentence.length; ++i) {
      u32& count = counts_[static_cast<std::size_t>(sentence.ids[i])];
      if (count == 0 || found[sentence.ids + i - sequence_] == 0) continue;
      const u32* places = places_ + begins_[static_cast<std::size_t>(sentence.ids[i])];
      worked(i64{count});
      for (u32 p = 0; p < count; ++p) found[places[p]] = 1;
      count = 0;
    }
  }

 private:
  std::vector<u32> begins_, counts_;  // by token, of its places
  std::vector<u32> place_memory_, owner_memory_;
  u32 *places_ = nullptr, *owners_ = nullptr;  // the second by place
  const i32* sequence_ = nullptr;
  std::vector<u32> met_, numbers_;  // the first by sentence
  u32 turn_ = 0;
};

}  // namespace textmetrics

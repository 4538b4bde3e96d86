// Where the trie of a dictionary leads, a character at a time, as far as a thread has been there.
//
// The trie has a unit a byte, each far from the one before, so that its steps wait for memory.
// Texts go the same few ways again and again: what a step of a whole character leads to, and which
// words end there, is kept close together. The latest step that falls on a place stays there, so
// that memory is bounded; pages of it that no step falls on are never touched.
#pragma once

#include <cstdlib>
#include <memory>
#include <new>

#include "sudachi_costs.h"
#include "sudachi_dictionary.h"

namespace textmetrics {

class SudachiSteps {
 public:
  static constexpr u32 kNowhere = ~0u;

  // What a character leads to: a node, or nowhere, and the words that end with it.
  struct Step {
    u32 from;  // 1 more
    u32 point : 21, count : 11;
    u32 node;
    u32 first;  // in `SudachiCosts::words`
  };

  explicit SudachiSteps(const SudachiDictionary& dictionary) : dictionary_(dictionary) { forget(); }

  void forget() {
    firsts_ = none(kFirsts);
    others_ = none(kOthers);
  }

  // By the first character of words. Valid until the next step, as below.
  const Step& begin(u32 point, SudachiCosts& costs) {
    const u32 root = dictionary_.root();
    if (point >= kFirsts) return go_on(root, point, costs);
    return known(firsts_[point], root, point, costs);
  }
  // By another one; from nowhere nowhere.
  const Step& go_on(u32 from, u32 point, SudachiCosts& costs) {
    if (from == kNowhere) return nowhere_;
    return known(others_[place(from, point)], from, point, costs);
  }
  // Begin to fetch what that will read.
  void expect(u32 from, u32 point) const { prefetch(&others_[place(from, point)]); }

 private:
  static constexpr u32 kBits = 18, kFirsts = 0x10000, kOthers = 1u << kBits;

  struct Free {
    void operator()(Step* steps) const { std::free(steps); }
  };
  using Steps = std::unique_ptr<Step[], Free>;

  static Steps none(u32 count) {
    Steps steps(static_cast<Step*>(std::calloc(count, sizeof(Step))));
    if (steps == nullptr) throw std::bad_alloc();
    return steps;
  }

  // Characters of one script side by side.
  static u32 place(u32 from, u32 point) {
    return ((from * 0x9E3779B1u >> (32 - kBits)) + point) % kOthers;
  }

  const Step& known(Step& step, u32 from, u32 point, SudachiCosts& costs) const {
    if (step.from != from + 1 || step.point != point) step = walk(from, point, costs);
    return step;
  }

  Step walk(u32 from, u32 point, SudachiCosts& costs) const {
    Step step{from + 1, point, 0, kNowhere, 0};
    u8 bytes[4];
    const u32 size = write_utf8(point, bytes);
    u32 node = from, value = SudachiDictionary::kNoWord;
    for (u32 i = 0; i < size; ++i) {
      if (!dictionary_.step(node, bytes[i], value)) return step;
    }
    step.node = node;
    if (value == SudachiDictionary::kNoWord) return step;
    const auto [first, last] = costs.words_under(value);
    step.first = first;
    step.count = last - first;
    if (step.count != last - first) throw Reader::malformed();
    return step;
  }

  const SudachiDictionary& dictionary_;
  Steps firsts_, others_;
  const Step nowhere_{0, 0, 0, kNowhere, 0};
};

}  // namespace textmetrics

// What of a dictionary a thread has met: words by their place in the trie, and costs of connecting
// them, close together.
//
// The installed matrix has 36 million costs, each row on pages of its own, and what texts need of
// it lies far apart. Ids are numbered here as they are met, so that those which are met often have
// small numbers, and the costs between them make a small matrix that stays in the cache.
#pragma once

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "memory.h"
#include "sudachi_dictionary.h"

namespace textmetrics {

// A word that the dictionary lacks, as one of its class is taken.
struct Unknown {
  u16 left, right;
  i16 cost;
  u16 speech;
};

// In place of a word's number: it is unknown, and the other bits are its part of speech.
constexpr u32 kUnknownWord = 1u << 31;

// A word, its connection ids by their numbers here.
struct KnownWord {
  u16 left, right;
  i16 cost;
  u32 id;
};

class SudachiCosts {
 public:
  explicit SudachiCosts(const SudachiDictionary& dictionary)
      : dictionary_(dictionary),
        left_numbers_(dictionary.left_ids(), kNone),
        right_numbers_(dictionary.right_ids(), kNone),
        slots_(1u << 12) {
    add_right(0);  // the ends of a text
    add_left(0);
  }

  // Forget everything where it has become too much; between texts, since numbers change.
  bool forget_too_much() {
    if (count_ < kMostWords && left_ids_.size() < kMostIds && right_ids_.size() < kMostIds) {
      return false;
    }
    *this = SudachiCosts(dictionary_);
    return true;
  }
  SudachiCosts& operator=(SudachiCosts&& other) noexcept {
    left_numbers_.swap(other.left_numbers_);
    right_numbers_.swap(other.right_numbers_);
    left_ids_.swap(other.left_ids_);
    right_ids_.swap(other.right_ids_);
    costs_.swap(other.costs_);
    bounds_.swap(other.bounds_);
    words_.swap(other.words_);
    slots_.swap(other.slots_);
    count_ = other.count_;
    width_ = other.width_;
    used_ = other.used_;
    return *this;
  }

  // What follows a right id costs by its left id.
  const i16* row(u16 right) const { return costs_.data() + u64{right} * width_; }

  // What it costs at least and at most.
  struct Bounds {
    i16 least = std::numeric_limits<i16>::max(), most = std::numeric_limits<i16>::min();

    void widen(i16 cost) {
      least = std::min(least, cost);
      most = std::max(most, cost);
    }
  };
  const Bounds* bounds() const { return bounds_.data(); }
  std::size_t width() const { return width_; }

  // Words can be read so many at once.
  static constexpr u32 kAtOnce = 4;
  const KnownWord* words() const { return words_.data(); }
  u32 count() const { return count_; }

  // A word that the dictionary lacks.
  void add(const Unknown& word) {
    push(KnownWord{left(word.left), right(word.right), word.cost, kUnknownWord | word.speech});
  }

  // The words under a value of the trie, as a range of `words`. Of words that connect alike only
  // the cheapest can be taken, and of equal ones the first.
  std::pair<u32, u32> words_under(u32 value) {
    const u64 mask = slots_.size() - 1;
    u64 at = slot_of(value) & mask;
    for (; slots_[at].value != 0; at = (at + 1) & mask) {
      if (slots_[at].value == value + 1) return {slots_[at].first, slots_[at].end};
    }
    const u32 first = count_;
    dictionary_.words(value, [&](u32 id) { add_word(first, id); });
    const u32 end = count_;
    slots_[at] = Slot{value + 1, first, end};
    if (2 * ++used_ > slots_.size()) grow();
    return {first, end};
  }

 private:
  static constexpr u16 kNone = 0xFFFF;
  // A line of the cache more than a power of two, so that the beginnings of rows, which are read
  // most, do not all fall into the same places of the cache.
  static constexpr std::size_t kOdd = 32;
  static constexpr std::size_t kMostWords = 1u << 19, kMostIds = 3000;

  struct Slot {
    u32 value = 0;  // 1 more
    u32 first = 0, end = 0;
  };

  static u64 slot_of(u32 value) { return value * kSeeds.first >> 40; }

  void add_word(u32 first, u32 id) {
    const Costs costs = dictionary_.costs(id);
    if (costs.left >= left_numbers_.size() || costs.right >= right_numbers_.size()) {
      throw Reader::malformed();
    }
    const KnownWord word{left(costs.left), right(costs.right), costs.cost, id};
    for (u32 k = first; k < count_; ++k) {
      const KnownWord& other = words_[k];
      if (other.left != word.left || other.right != word.right) continue;
      if (other.cost <= word.cost) return;
      std::copy(words_.begin() + k + 1, words_.begin() + count_, words_.begin() + k);
      words_[count_ - 1] = word;
      return;
    }
    push(word);
  }

  void push(const KnownWord& word) {
    at_least(words_, count_ + kAtOnce)[count_] = word;
    ++count_;
  }

  u16 left(u16 id) {
    const u16 known = left_numbers_[id];
    return known != kNone ? known : add_left(id);
  }
  u16 right(u16 id) {
    const u16 known = right_numbers_[id];
    return known != kNone ? known : add_right(id);
  }

  static u16 number(u16 id, std::vector<u16>& ids, std::vector<u16>& numbers) {
    numbers[id] = static_cast<u16>(ids.size());
    ids.push_back(id);
    return numbers[id];
  }

  u16 add_left(u16 id) {
    const u16 known = number(id, left_ids_, left_numbers_);
    if (left_ids_.size() > width_) widen(2 * width_ + kOdd);
    for (std::size_t right = 0; right < right_ids_.size(); ++right) {
      const i16 cost = dictionary_.connection(right_ids_[right], id);
      costs_[right * width_ + known] = cost;
      bounds_[right].widen(cost);
    }
    return known;
  }

  u16 add_right(u16 id) {
    const u16 known = number(id, right_ids_, right_numbers_);
    costs_.resize(right_ids_.size() * width_);
    bounds_.emplace_back();
    i16* const row = costs_.data() + u64{known} * width_;
    for (std::size_t left = 0; left < left_ids_.size(); ++left) {
      row[left] = dictionary_.connection(id, left_ids_[left]);
      bounds_.back().widen(row[left]);
    }
    return known;
  }

  void widen(std::size_t width) {
    std::vector<i16> wider(right_ids_.size() * width);
    for (std::size_t right = 0; right < right_ids_.size(); ++right) {
      const auto row = costs_.begin() + static_cast<std::ptrdiff_t>(right * width_);
      std::copy(row, row + static_cast<std::ptrdiff_t>(width_),
                wider.begin() + static_cast<std::ptrdiff_t>(right * width));
    }
    costs_.swap(wider);
    width_ = width;
  }

  void grow() {
    std::vector<Slot> before(4 * slots_.size());
    before.swap(slots_);
    const u64 mask = slots_.size() - 1;
    for (const Slot& slot : before) {
      if (slot.value == 0) continue;
      u64 at = slot_of(slot.value - 1) & mask;
      while (slots_[at].value != 0) at = (at + 1) & mask;
      slots_[at] = slot;
    }
  }

  const SudachiDictionary& dictionary_;
  std::vector<u16> left_numbers_, right_numbers_;  // by id
  std::vector<u16> left_ids_, right_ids_;          // by number
  std::vector<i16> costs_;                         // a row of `width_` a right id
  std::vector<Bounds> bounds_;                     // of rows
  std::size_t width_ = 256 + kOdd;
  std::vector<KnownWord> words_;
  u32 count_ = 0;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace textmetrics

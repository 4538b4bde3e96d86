// The words of one sample as types, in a table that stays in the first-level cache.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "bits.h"
#include "memory.h"
#include "stop.h"
#include "words.h"

namespace textmetrics {

// Words of bytes, numbered from 1 as they come. Known words, such as stopwords, are there before
// any sample and stay, so that to find a word tells its role too; all others are content.
class SampleWords {
 public:
  explicit SampleWords(const KnownWords<u8>& known) {
    make_room(0);
    known.each([&](const u8* units, u32 length, Role role) {
      const u32 begin = 0, before = next_;
      Token found;
      find(units, &begin, &length, 1, &found);
      // Else the first of equal ones counts.
      if (next_ > before) tokens_[before] = token_of(before, role);
    });
    known_ = next_;
    few_.assign(slots_, slots_ + mask_ + 1);
    slots_ = few_.data();
  }
  SampleWords(const SampleWords&) = delete;
  SampleWords& operator=(const SampleWords&) = delete;

  // All types are below it.
  u32 size() const { return next_; }

  // Forget the words of the sample before.
  void begin_sample() {
    clear_few();
    slots_ = few_.data();
    set_size(few_.size());
    next_ = known_;
  }

  // Find words, each from one place in `units` to another, and take those that are new; `units` stay
  // where they are as long as the sample is read.
  void find(const u8* units, const u32* begins, const u32* ends, i64 count, Token* found) {
    constexpr i64 kRun = 1 << 12;
    for (i64 from = 0; from < count; from += kRun) {
      const i64 run = std::min(kRun, count - from);
      worked(12 * run);
      make_room(run);
      if (mask_ + 1 == kFewest) {
        find_run<kFewestShift>(units, begins + from, ends + from, run, found + from);
      } else {
        find_run<0>(units, begins + from, ends + from, run, found + from);
      }
    }
  }

 private:
  struct Word {
    const u8* units;
    u32 length;
  };

  void clear_few() {
    if (slots_ != few_.data()) return;
    for (u32 type = known_; type < next_; ++type) slots_[places_[type]] = 0;
  }

  // At most half of the slots are in use where all words are new; mostly it is an eighth. A larger
  // table is for the present sample alone.
  void make_room(i64 words) {
    const std::size_t most = next_ + static_cast<std::size_t>(words) + 1;
    if (fronts_.size() < most) {
      fronts_.resize(2 * most);
      tokens_.resize(2 * most);
      places_.resize(2 * most);
      long_.resize(2 * most);
    }
    if (slots_ != nullptr && 2 * most <= mask_ + 1) return;
    if (slots_ != nullptr) clear_few();
    std::size_t size = kFewest;
    while (size < 2 * most) size *= 2;
    many_.assign(size, 0);
    slots_ = many_.data();
    set_size(size);
    for (u32 type = 1; type < next_; ++type) {
      const Front& front = fronts_[type];
      // Of others `long_` has what the type was in a sample before.
      const Word word = front.is_long() ? long_[type] : Word{nullptr, 0};
      u64 at = hash_of(front, word.units, word.length) >> shift_;
      while (slots_[at] != 0) at = (at + 1) & mask_;
      slots_[at] = type;
      places_[type] = static_cast<u32>(at);
    }
  }

  void set_size(std::size_t size) {
    mask_ = size - 1;
    shift_ = 64 - static_cast<int>(highest(size));
  }

  // Whether a word is new has no branch, since the processor cannot guess it: it is written for the
  // next type, in case that its slot is free, and as that of type 0, which free slots have. A
  // function of its own, and a shift that is known, leave registers enough for all of it.
  template <int Shift>
  TM_APART void find_run(const u8* units, const u32* begins, const u32* ends, i64 count,
                         Token* found) {
    Front* const fronts = fronts_.data();
    u32 *const slots = slots_, *const places = places_.data();
    Token* const tokens = tokens_.data();
    const u64 mask = Shift == 0 ? mask_ : (u64{1} << (64 - Shift)) - 1;
    const int shift = Shift == 0 ? shift_ : Shift;
    u32 next = next_;
    begins += count;
    ends += count;
    found += count;
    for (i64 w = -count; w != 0; ++w) {
      const u8* const word = units + begins[w];
      const u32 length = ends[w] - begins[w];
      if (length > kFront) {
        next_ = next;
        found[w] = find_long(word, length);
        next = next_;
        continue;
      }
      const Front front(word, length);
      fronts[0] = fronts[next] = front;
      tokens[next] = token_of(next, Role::content);
      u64 at = hash_of(front) >> shift;
      while (!same(fronts[slots[at]], front)) at = (at + 1) & mask;
      const u32 old = slots[at];
      const u32 free = 0 - u32{old == 0};  // all bits, or none
      const u32 type = old | (next & free);
      slots[at] = type;
      places[next] = static_cast<u32>(at);
      next += free & 1;
      found[w] = tokens[type];
    }
    next_ = next;
  }

  TM_APART Token find_long(const u8* word, u32 length) {
    const Front front(word, length);
    u64 at = hash_of(front, word, length) >> shift_;
    for (; slots_[at] != 0; at = (at + 1) & mask_) {
      const u32 type = slots_[at];
      const Word& other = long_[type];
      if (same(fronts_[type], front) && other.length == length &&
          std::memcmp(other.units + kFront, word + kFront, length - kFront) == 0) {
        return tokens_[type];
      }
    }
    fronts_[next_] = front;
    tokens_[next_] = token_of(next_, Role::content);
    long_[next_] = Word{word, length};
    slots_[at] = next_;
    places_[next_] = static_cast<u32>(at);
    return tokens_[next_++];
  }

  static constexpr std::size_t kFewest = 1 << 12;
  static constexpr int kFewestShift = 52;

  // By type.
  std::vector<Front> fronts_;
  std::vector<Token> tokens_;
  std::vector<u32> places_;  // among the slots
  std::vector<Word> long_;   // of words longer than kFront

  std::vector<u32> few_, many_;
  u32* slots_ = nullptr;  // of the present table: types, 0 where a slot is free
  u64 mask_ = 0;
  int shift_ = 0;  // of a hash to a place among the slots
  u32 known_ = 1, next_ = 1;
};

}  // namespace textmetrics

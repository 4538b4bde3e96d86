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

// Words of bytes that have no space, numbered from 1 as they come. Known words, such as stopwords,
// are there before any sample and stay, so that to find a word tells its role too; all others are
// content.
//
// Nineteen of twenty words of English have at most eight bytes, which are a number: it is hashed by
// one product, and compared by one comparison. Longer ones have a table of their own.
class SampleWords {
 public:
  explicit SampleWords(const KnownWords<u8>& known) {
    make_room(0);
    known.each([&](const u8* units, u32 length, Role role) {
      if (std::find(units, units + length, ' ') != units + length) return;  // never met
      const u32 begin = 0, before = next_;
      Token found;
      find(units, &begin, &length, 1, &found);
      if (next_ > before) set_role(before, role);  // else the first of equal ones counts
    });
    known_ = next_;
    known_long_ = long_.size();
    few_.assign(slots_, slots_ + mask_ + 2);
    slots_ = few_.data();
  }
  SampleWords(const SampleWords&) = delete;
  SampleWords& operator=(const SampleWords&) = delete;

  // All types are below it.
  u32 size() const { return next_; }
  // Known words are below it.
  u32 known() const { return known_; }

  // Forget the words of the sample before.
  void begin_sample() {
    clear_few();
    slots_ = few_.data();
    set_size(few_.size() - 1);
    next_ = known_;
    for (; long_.size() > known_long_; long_.pop_back()) long_slots_[long_.back().place] = 0;
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
  static constexpr std::size_t kFewest = 1 << 12;
  static constexpr int kFewestShift = 52;
  static constexpr u32 kShort = 8;  // bytes
  static constexpr u64 kSpaces = 0x2020202020202020ULL;

  struct Long {
    u64 hash;
    const u8* units;
    u32 length, place;  // the second among the slots
    Token token;
  };

  void clear_few() {
    if (slots_ != few_.data()) return;
    for (u32 type = known_; type < next_; ++type) slots_[places_[type]] = 0;
  }

  void set_role(u32 type, Role role) {
    const Token token = token_of(type, role);
    known_tokens_.resize(type + 1);
    known_tokens_[type] = token;
    if (is_long(type)) {
      long_.back().token = token;
    } else {
      slots_[places_[type]] = token;
    }
  }

  bool is_long(u32 type) const { return keys_[type] == 0; }

  // At most half of the slots are in use where all words are new; mostly it is an eighth. A larger
  // table is for the present sample alone. Its last slot is the place of long words, which have none.
  void make_room(i64 words) {
    const std::size_t most = next_ + static_cast<std::size_t>(words) + 1;
    if (keys_.size() < most) {
      keys_.resize(2 * most);
      places_.resize(2 * most);
    }
    if (slots_ != nullptr && 2 * most <= mask_ + 1) return;
    if (slots_ != nullptr) clear_few();
    std::size_t size = kFewest;
    while (size < 2 * most) size *= 2;
    many_.assign(size + 1, 0);
    slots_ = many_.data();
    set_size(size);
    for (u32 type = 1; type < next_; ++type) {
      u64 at = size;
      if (!is_long(type)) {
        at = hash_of(keys_[type]) >> shift_;
        while (slots_[at] != 0) at = (at + 1) & mask_;
        slots_[at] =
            type < known_tokens_.size() ? known_tokens_[type] : token_of(type, Role::content);
      }
      places_[type] = static_cast<u32>(at);
    }
  }

  void set_size(std::size_t size) {
    mask_ = size - 1;
    shift_ = 64 - static_cast<int>(highest(size));
  }

  // The high bits, by which a slot is chosen, depend on all bytes and on what nobody knows.
  static u64 hash_of(u64 key) { return key * kSeeds.first; }

  // Behind a short word the key has zeros, which stand for spaces: so it tells the length too, and
  // is not 0. Whether a word is new has no branch, since the processor cannot guess it: its key is
  // written for the next type, in case that its slot is free, and as that of type 0, which free
  // slots have. A function of its own, and a shift that is known, leave registers enough.
  template <int Shift>
  TM_APART void find_run(const u8* units, const u32* begins, const u32* ends, i64 count,
                         Token* found) {
    u64* const keys = keys_.data();
    Token* const slots = slots_;
    u32* const places = places_.data();
    const u64 mask = Shift == 0 ? mask_ : (u64{1} << (64 - Shift)) - 1;
    const int shift = Shift == 0 ? shift_ : Shift;
    u32 next = next_;
    begins += count;
    ends += count;
    found += count;
    for (i64 w = -count; w != 0; ++w) {
      const u8* const word = units + begins[w];
      const u32 length = ends[w] - begins[w];
      if (length > kShort) {
        next_ = next;
        found[w] = find_long(word, length);
        next = next_;
        continue;
      }
      const u64 key = (load(word) ^ kSpaces) & kFirstBytes[length];
      keys[0] = keys[next] = key;
      u64 at = hash_of(key) >> shift;
      while (keys[type_of(slots[at])] != key) at = (at + 1) & mask;
      const Token old = slots[at];
      const u32 free = 0 - u32{old == 0};  // all bits, or none
      const Token token = old | (token_of(next, Role::content) & free);
      slots[at] = token;
      places[next] = static_cast<u32>(at);
      next -= free;
      found[w] = token;
    }
    next_ = next;
  }

  TM_APART Token find_long(const u8* word, u32 length) {
    if (long_slots_.size() <= 2 * long_.size()) grow_long();
    const u64 hash = textmetrics::hash_of(word, length);
    u64 at = hash >> long_shift_;
    for (; long_slots_[at] != 0; at = (at + 1) & (long_slots_.size() - 1)) {
      const Long& other = long_[long_slots_[at] - 1];
      if (other.hash == hash && other.length == length && same(other.units, word, length)) {
        return other.token;
      }
    }
    const Token token = token_of(next_, Role::content);
    long_.push_back(Long{hash, word, length, static_cast<u32>(at), token});
    long_slots_[at] = static_cast<u32>(long_.size());
    keys_[next_] = 0;
    places_[next_++] = static_cast<u32>(mask_ + 1);
    return token;
  }

  void grow_long() {
    std::size_t size = 64;
    while (size < 4 * (long_.size() + 1)) size *= 2;
    long_slots_.assign(size, 0);
    long_shift_ = 64 - static_cast<int>(highest(size));
    for (std::size_t l = 0; l < long_.size(); ++l) {
      u64 at = long_[l].hash >> long_shift_;
      while (long_slots_[at] != 0) at = (at + 1) & (size - 1);
      long_slots_[at] = static_cast<u32>(l + 1);
      long_[l].place = static_cast<u32>(at);
    }
  }

  std::vector<Token> known_tokens_{0};  // by type
  // By type: the bytes of short words, 0 for others, and their places among the slots.
  std::vector<u64> keys_;
  std::vector<u32> places_;

  std::vector<Token> few_, many_;
  Token* slots_ = nullptr;  // of the present table, 0 where a slot is free
  u64 mask_ = 0;
  int shift_ = 0;  // of a hash to a place among the slots
  u32 known_ = 1, next_ = 1;

  std::vector<Long> long_;  // the known ones first
  std::size_t known_long_ = 0;
  std::vector<u32> long_slots_;  // numbers of those, from 1; 0 where a slot is free
  int long_shift_ = 0;
};

}  // namespace textmetrics

// Characters as ids, by a table of code points: they need not be hashed, as words are.
#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <vector>

#include "memory.h"
#include "rewrite.h"
#include "scanned.h"

namespace textmetrics {

// Which characters have a number in the present sample.
class CharacterNumbers {
 public:
  CharacterNumbers() : pages_(kPoints / kPage) {}

  void begin_sample() {
    if (++stamp_ != 0) return;
    for (auto& page : pages_) page.reset();
    stamp_ = 1;
  }

  // The number of a character: `next`, which goes on, if it has none. Without a branch for that,
  // since the processor cannot guess it.
  u32 number(u32 point, u32& next) {
    auto& page = pages_[point / kPage];
    if (page == nullptr) page = std::make_unique<Page>();
    Known& known = (*page)[point % kPage];
    const u32 fresh = 0 - u32{known.stamp != stamp_};  // all bits, or none
    known = Known{stamp_, (next & fresh) | (known.id & ~fresh)};
    next += fresh & 1;
    return known.id;
  }

 private:
  static constexpr u32 kPoints = 0x110000, kPage = 0x100;

  struct Known {
    u32 stamp = 0, id = 0;  // the sample that it is of, from 1
  };
  using Page = std::array<Known, kPage>;

  std::vector<std::unique_ptr<Page>> pages_;
  u32 stamp_ = 0;
};

class Characters {
 public:
  // `visible`: white space is left out.
  Characters(bool visible, const Spaces& spaces) : visible_(visible), spaces_(spaces) {
    for (u32 point = 0; point < kFew; ++point) counts_[point] = !(visible && spaces.has(point));
  }

  // Add a sample; characters get their numbers in the order in which they come.
  void read(const Text& prediction, const Text* references, i64 count, Ids& out) {
    next_ = 0;
    if (prediction.kind == 1 &&
        std::all_of(references, references + count, [](const Text& each) { return each.kind == 1; })) {
      std::fill(std::begin(few_), std::end(few_), u16{0});
      read_few(prediction, out);
      for (i64 r = 0; r < count; ++r) read_few(references[r], out);
    } else {
      numbers_.begin_sample();
      read(prediction, out);
      for (i64 r = 0; r < count; ++r) read(references[r], out);
    }
    out.sequences.push_back(count + 1);
  }

 private:
  using u16 = unsigned short;
  static constexpr u32 kFew = 0x100;

  // Characters below `kFew`, which fit into a table in the first-level cache.
  void read_few(const Text& text, Ids& out) {
    i32* const begin = at_least(out.memory, out.size + text.length) + out.size;
    const auto* const points = static_cast<const unsigned char*>(text.data);
    i32* to = begin;
    u32 next = next_;
    for (i64 i = 0; i < text.length; ++i) {
      const u32 point = points[i], known = few_[point], counts = counts_[point];
      const u32 fresh = static_cast<u32>(known == 0) & counts;
      next += fresh;
      const u32 number = known | (next & (0 - fresh));  // one of both is 0, or what does not count
      few_[point] = static_cast<u16>(number);
      *to = static_cast<i32>(number) - 1;
      to += counts;
    }
    next_ = next;
    out.lengths.push_back(to - begin);
    out.size += to - begin;
  }

  void read(const Text& text, Ids& out) {
    i32* const begin = at_least(out.memory, out.size + text.length) + out.size;
    i32* const end = with_points(text, [&](auto points) {
      i32* to = begin;
      u32 next = next_;
      for (i64 i = 0; i < text.length; ++i) {
        const u32 point = points[i];
        if (visible_ && spaces_.has(point)) continue;
        *to++ = static_cast<i32>(numbers_.number(point, next));
      }
      next_ = next;
      return to;
    });
    out.lengths.push_back(end - begin);
    out.size += end - begin;
  }

  const bool visible_;
  const Spaces& spaces_;
  bool counts_[kFew];  // whether a character is more than white space that is left out
  u16 few_[kFew];      // its number, from 1; 0 where it has none
  CharacterNumbers numbers_;
  u32 next_ = 0;
};

}  // namespace textmetrics

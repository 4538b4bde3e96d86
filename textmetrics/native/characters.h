// Characters as ids, by a table of code points: they need not be hashed, as words are.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "memory.h"
#include "rewrite.h"
#include "scanned.h"

namespace textmetrics {

class Characters {
 public:
  // `visible`: white space is left out.
  Characters(bool visible, const Spaces& spaces)
      : visible_(visible), spaces_(spaces), pages_(kPoints / kPage) {}

  // Add a sample; characters get their numbers in the order in which they come.
  void read(const Text& prediction, const Text* references, i64 count, Ids& out) {
    if (++stamp_ == 0) {
      for (auto& page : pages_) page.reset();
      stamp_ = 1;
    }
    next_ = 0;
    read(prediction, out);
    for (i64 r = 0; r < count; ++r) read(references[r], out);
    out.sequences.push_back(count + 1);
  }

 private:
  static constexpr u32 kPoints = 0x110000, kPage = 0x100;

  void read(const Text& text, Ids& out) {
    i32* const begin = at_least(out.memory, out.size + text.length) + out.size;
    i32* const end = with_points(text, [&](auto points) {
      i32* to = begin;
      for (i64 i = 0; i < text.length; ++i) {
        const u32 point = points[i];
        if (visible_ && spaces_.has(point)) continue;
        *to++ = static_cast<i32>(number(point));
      }
      return to;
    });
    out.lengths.push_back(end - begin);
    out.size += end - begin;
  }

  // Without a branch for new ones, since the processor cannot guess them.
  u32 number(u32 point) {
    auto& page = pages_[point / kPage];
    if (page == nullptr) page = std::make_unique<Page>();
    Known& known = (*page)[point % kPage];
    const u32 fresh = 0 - u32{known.stamp != stamp_};  // all bits, or none
    known = Known{stamp_, (next_ & fresh) | (known.id & ~fresh)};
    next_ += fresh & 1;
    return known.id;
  }

  struct Known {
    u32 stamp = 0, id = 0;  // the sample that it is of, from 1
  };
  using Page = std::array<Known, kPage>;

  const bool visible_;
  const Spaces& spaces_;
  std::vector<std::unique_ptr<Page>> pages_;
  u32 stamp_ = 0, next_ = 0;
};

}  // namespace textmetrics

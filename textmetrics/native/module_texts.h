// What all scanners have at the door to Python: texts that come in, ids that leave.
#pragma once

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "characters.h"
#include "edits.h"
#include "python.h"
#include "scanned.h"

namespace textmetrics {

// Whether all are strings, of no subclass, and without a lone surrogate.
inline bool are_texts(nb::list strings) {
  const nb::ft_object_guard unchanged(strings);
  for (nb::handle each : strings) {
    if (!PyUnicode_CheckExact(each.ptr())) return false;
    const Text text = text_of(each);
    if (text.kind == 1) continue;
    const bool surrogate = with_points(text, [&](auto points) {
      std::decay_t<decltype(*points)> any = 0;  // as wide as a point, so that many are at once
      for (i64 i = 0; i < text.length; ++i) any |= points[i] >> 11 == 0xD800 >> 11;
      return any != 0;
    });
    if (surrogate) return false;
  }
  return true;
}

// Whether each text has more than white space.
inline Values<i64> filled_texts(nb::list strings) {
  const nb::ft_object_guard unchanged(strings);
  std::vector<i64> found;
  found.reserve(strings.size());
  for (nb::handle each : strings) {
    const Text text = text_of(each);
    found.push_back(with_points(text, [&](auto points) {
      return !std::all_of(points, points + text.length,
                          [](auto point) { return Py_UNICODE_ISSPACE(point); });
    }));
  }
  return values(std::move(found));
}

// Whether each text has "<" or "`" in it.
inline Values<i64> marked_texts(nb::list strings) {
  const nb::ft_object_guard unchanged(strings);
  std::vector<i64> found;
  found.reserve(strings.size());
  for (nb::handle each : strings) {
    const Text text = text_of(each);
    found.push_back(has(text, '<') || has(text, '`'));
  }
  return values(std::move(found));
}

// How many characters of each class a text has, one row after the other; the last entry of the table
// is for all characters beyond it too.
inline Values<i64> count_classes(nb::list strings, nb::ndarray<const u8, nb::ndim<1>, nb::c_contig,
                                                               nb::device::cpu> table) {
  const nb::ft_object_guard unchanged(strings);
  constexpr i64 kClasses = 7, kBits = 9, kRun = (1 << kBits) - 1;
  const u8* const classes = table.data();
  const auto last = static_cast<u32>(table.size()) - 1;
  if (table.size() == 0 || std::any_of(classes, classes + table.size(),
                                       [](u8 each) { return each >= kClasses; })) {
    throw std::invalid_argument("the table must have classes below 7");
  }
  std::vector<i64> found(kClasses * strings.size());
  i64* to = found.data();
  for (nb::handle each : strings) {
    const Text text = text_of(each);
    with_points(text, [&](auto points) {
      for (i64 from = 0; from < text.length; from += kRun) {
        // All counters in one word: a counter in memory would wait for itself at each character.
        u64 counters = 0;
        const i64 end = std::min(from + kRun, text.length);
        for (i64 i = from; i < end; ++i) {
          counters += 1ull << kBits * classes[std::min(u32{points[i]}, last)];
        }
        for (i64 c = 0; c < kClasses; ++c) {
          to[c] += static_cast<i64>(counters >> kBits * c & kRun);
        }
      }
    });
    to += kClasses;
  }
  return values(std::move(found));
}

// Edits of characters; see kernels/edits.py. One text after the other, but for long ones, which get
// memory of their own.
class EditDistance {
  static constexpr i64 kLong = 1 << 12;

 public:
  EditDistance() = default;
  EditDistance(const EditDistance&) = delete;
  EditDistance& operator=(const EditDistance&) = delete;

  i64 operator()(nb::handle one, nb::handle other) {
    const Text first = text_of(one), second = text_of(other);
    if (std::max(first.length, second.length) < kLong) {
      const nb::ft_lock_guard lock(mutex_);
      return distance(first, second);
    }
    const Released released;
    return EditDistance().distance(first, second);
  }

 private:
  i64 distance(const Text& first, const Text& second) {
    Ids ids;
    ids.memory.swap(memory_);
    characters_.read(first, &second, 1, ids);
    ids.memory.swap(memory_);
    const Span span{memory_.data(), ids.lengths[0]};
    return edits_.distance(span, Span{span.ids + span.length, ids.lengths[1]}, ids.size);
  }

  const Spaces none_{};
  Characters characters_{false, none_};
  std::vector<i32> memory_;
  Edits edits_;
  nb::ft_mutex mutex_;
};

// Lengths, one after the other, become offsets.
template <class Run>
Values<i64> offsets(const std::vector<Run>& runs, Ids Run::*view,
                    std::vector<i64> Ids::*lengths) {
  std::vector<i64> found{0};
  std::size_t count = 1;
  for (const Run& run : runs) count += (run.*view.*lengths).size();
  found.reserve(count);
  for (const Run& run : runs) {
    for (i64 length : run.*view.*lengths) found.push_back(found.back() + length);
  }
  return values(std::move(found));
}

// The ids of all runs, which are no longer theirs.
template <class Run>
std::vector<i32> take_ids(std::vector<Run>& runs, Ids Run::*view) {
  i64 size = 0;
  for (const Run& run : runs) size += (run.*view).size;
  std::vector<i32> ids;
  if (runs.size() == 1) {  // on one thread: they are where they should be
    ids = std::move((runs[0].*view).memory);
    ids.resize(static_cast<std::size_t>(size));
    return ids;
  }
  ids.reserve(static_cast<std::size_t>(size));
  for (const Run& run : runs) {
    const i32* from = (run.*view).memory.data();
    ids.insert(ids.end(), from, from + (run.*view).size);
  }
  return ids;
}

template <class Run>
nb::tuple batch(std::vector<Run>& runs, Ids Run::*view) {
  std::vector<i32> ids = take_ids(runs, view);
  return nb::make_tuple(values(std::move(ids)), offsets(runs, view, &Ids::lengths),
                        offsets(runs, view, &Ids::sequences));
}

using Bounds = nb::ndarray<const i64, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

inline void check_bounds_of(const Corpus& corpus, i64 references,
                            const std::optional<Bounds>& bounds) {
  const i64 count = corpus.count();
  if (!bounds) {
    if (references == count) return;
    throw std::invalid_argument("without bounds there must be one reference a prediction");
  }
  const i64* starts = bounds->data();
  if (static_cast<i64>(bounds->size()) != count + 1 || starts[0] != 0 ||
      starts[count] != references) {
    throw std::invalid_argument("bounds must go from 0 to the number of references");
  }
  for (i64 s = 0; s < count; ++s) {
    if (starts[s + 1] <= starts[s]) {
      throw std::invalid_argument("a sample needs at least one reference");
    }
  }
}

}  // namespace textmetrics

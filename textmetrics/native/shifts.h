// Translation edit rate: edits near the diagonal, and shifts of phrases; the definition is
// kernels/edits.py.
//
// Of the table of costs only what is near the diagonal is kept. A shift changes no word before the
// phrase or its new place, so that the rows before are those of the words as they were.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "counts.h"
#include "memory.h"
#include "stop.h"

namespace textmetrics {

// Costs of edits near the diagonal.
class Beam {
 public:
  enum Edit : u8 { kept, replaced, deleted, inserted };

  // Edits that turn `one`, of that length, into `other` are asked for from now on.
  void begin(i64 length, Span other, i32 replacing) {
    length_ = length;
    other_ = other;
    replacing_ = replacing;
    ratio_ = length > 0 ? static_cast<double>(other.length) / static_cast<double>(length) : 1.0;
    const double wide = ratio_ / 2 > kBeam ? std::ceil(ratio_ / 2 + kBeam) : kBeam;
    beam_ = static_cast<i64>(wide);
    width_ = std::min(other.length + 1, 2 * beam_ + 2);
    row_ = at_least(row_memory_, other.length + 1);
    std::fill(row_, row_ + other.length + 1, kNowhere);
  }

  // The cost; the table is kept, for `edit` and `cost_from`.
  i64 cost(const i32* one) {
    costs_ = at_least(cost_memory_, (length_ + 1) * width_);
    edits_ = at_least(edit_memory_, (length_ + 1) * width_);
    return compute<true>(one, 1);
  }

  // The cost alone.
  i64 cost_only(const i32* one) { return compute<false>(one, 1); }

  // The cost of a sequence whose first `same` items are those of the table.
  i64 cost_from(const i32* one, i64 same) { return compute<false>(one, same + 1); }

  Edit edit(i64 i, i64 j) const {
    if (i == 0) return inserted;
    return static_cast<Edit>(edits_[i * width_ + j - begin_of(i)]);
  }

 private:
  static constexpr i32 kBeam = 25;
  static constexpr i32 kNowhere = 1 << 30;

  i64 diagonal(i64 i) const {
    return static_cast<i64>(std::floor(static_cast<double>(i) * ratio_));
  }
  i64 begin_of(i64 i) const { return std::max(i64{0}, diagonal(i) - beam_); }
  i64 end_of(i64 i) const {
    const i64 whole = other_.length + 1;
    return i == length_ ? whole : std::min(whole, diagonal(i) + beam_);
  }

  // Rows from `first` on. `row_` has infinite costs before and after.
  template <bool Keep>
  i64 compute(const i32* one, i64 first) {
    i64 begin = 0, end = other_.length + 1;
    if (first == 1) {
      for (i64 j = 0; j < end; ++j) row_[j] = static_cast<i32>(j);
    } else {
      begin = begin_of(first - 1);
      end = end_of(first - 1);
      const i32* from = costs_ + (first - 1) * width_;
      std::copy(from, from + (end - begin), row_ + begin);
    }
    for (i64 i = first; i <= length_; ++i) {
      const i64 next = begin_of(i), next_end = end_of(i);
      worked(2 * (next_end - next));
      i32 above_left = next > begin ? row_[next - 1] : kNowhere;
      for (i64 j = begin; j < std::min(next, end); ++j) row_[j] = kNowhere;
      // What is behind the end of a row was never reached, or is left from a row that went further.
      for (i64 j = next_end; j < end; ++j) row_[j] = kNowhere;
      i32 left = kNowhere;
      const i32 token = one[i - 1];
      for (i64 j = next; j < next_end; ++j) {
        const i32 above = row_[j];
        const bool same = j > 0 && token == other_.ids[j - 1];
        i32 best = j > 0 ? above_left + (same ? 0 : replacing_) : kNowhere;
        Edit edit = same ? kept : replaced;
        if (above + 1 < best) {
          best = above + 1;
          edit = deleted;
        }
        if (left + 1 < best) {
          best = left + 1;
          edit = inserted;
        }
        row_[j] = left = best;
        above_left = above;
        if (Keep) {
          costs_[i * width_ + j - next] = best;
          edits_[i * width_ + j - next] = edit;
        }
      }
      begin = next;
      end = next_end;
    }
    const i64 cost = row_[other_.length];
    std::fill(row_ + begin, row_ + end, kNowhere);
    return cost;
  }

  i64 length_ = 0, beam_ = kBeam, width_ = 0;
  Span other_{nullptr, 0};
  i32 replacing_ = 1;
  double ratio_ = 1.0;
  i32* row_ = nullptr;
  i32* costs_ = nullptr;
  u8* edits_ = nullptr;
  std::vector<i32> row_memory_, cost_memory_;
  std::vector<u8> edit_memory_;
};

class Shifts {
 public:
  i64 beam_edits(Span prediction, Span reference, i32 replacing) {
    beam_.begin(prediction.length, reference, replacing);
    return beam_.cost_only(prediction.ids);
  }

  // How many words a phrase may have: in `shift_edits`, and in `reference_shift_edits`.
  static constexpr i64 kLongest = 10, kLongestOfReference = 9;

  // The edits and shifts that turn the prediction into the reference.
  i64 edits(Span prediction, Span reference, i64 longest = kLongest) {
    if (reference.length == 0) return prediction.length;
    longest_ = longest;
    words_.assign(prediction.ids, prediction.ids + prediction.length);
    reference_ = reference;
    beam_.begin(prediction.length, reference, 1);
    tried_ = 0;
    for (i64 shifts = 0;; ++shifts) {
      cost_ = beam_.cost(words_.data());
      align();
      best_ = Shift{};
      try_shifts();
      if (tried_ >= kMostTried || best_.saved <= 0) return shifts + cost_;
      move(best_);
      words_.swap(moved_);
    }
  }

 private:
  static constexpr i64 kFarthest = 50, kMostTried = 1000;

  struct Shift {
    i64 saved = 0, length = 0, start = 0, to = 0;

    bool better(const Shift& other) const {
      if (saved != other.saved) return saved > other.saved;
      if (length != other.length) return length > other.length;
      if (start != other.start) return start < other.start;
      return to < other.to;
    }
  };

  i64 length() const { return static_cast<i64>(words_.size()); }

  // With which word each token of the reference is aligned, and sums of what is wrong.
  void align() {
    i64 i = length(), j = reference_.length;
    place_ = at_least(place_memory_, j);
    wrong_ = at_least(wrong_memory_, i + 1);
    wrong_there_ = at_least(there_memory_, j + 1);
    std::fill(wrong_, wrong_ + i + 1, i64{1});
    std::fill(wrong_there_, wrong_there_ + j + 1, i64{1});
    while (i > 0 || j > 0) {
      const Beam::Edit edit = beam_.edit(i, j);
      if (edit == Beam::inserted) {
        place_[--j] = i - 1;
        continue;
      }
      --i;
      if (edit == Beam::deleted) continue;
      place_[--j] = i;
      wrong_[i + 1] = wrong_there_[j + 1] = edit == Beam::replaced;
    }
    wrong_[0] = wrong_there_[0] = 0;
    for (i64 k = 1; k <= length(); ++k) wrong_[k] += wrong_[k - 1];
    for (i64 k = 1; k <= reference_.length; ++k) wrong_there_[k] += wrong_there_[k - 1];
  }

  void try_shifts() {
    for (i64 start = 0; start < length(); ++start) {
      worked(2 * kFarthest);
      const i64 end = std::min(reference_.length, start + kFarthest + 1);
      for (i64 there = std::max(i64{0}, start - kFarthest); there < end; ++there) {
        const i64 most =
            std::min({longest_, length() - start, reference_.length - there});
        for (i64 size = 1; size <= most; ++size) {
          if (words_[static_cast<std::size_t>(start + size - 1)] !=
              reference_.ids[there + size - 1]) {
            break;
          }
          const bool right = wrong_[start + size] == wrong_[start] ||
                             wrong_there_[there + size] == wrong_there_[there];
          const bool inside = start <= place_[there] && place_[there] < start + size;
          if (right || inside) continue;
          try_places(start, there, size);
          if (tried_ >= kMostTried) return;
        }
      }
    }
  }

  void try_places(i64 start, i64 there, i64 size) {
    i64 last = -1;
    for (i64 token = there - 1; token < there + size; ++token) {
      const i64 to = token < 0 ? 0 : place_[token] + 1;
      if (to == last) continue;
      last = to;
      Shift shift{0, size, start, to};
      worked(length());
      move(shift);
      shift.saved = cost_ - beam_.cost_from(moved_.data(), std::min(start, to));
      ++tried_;
      if (best_.length == 0 || shift.better(best_)) best_ = shift;
    }
  }

  // Write the words with a phrase moved before the word `to`.
  void move(const Shift& shift) {
    const i64 end = shift.start + shift.length;
    const i64 rest = length() - shift.length;
    const i64 to = std::min(shift.to > end ? shift.to - shift.length : shift.to, rest);
    moved_ = words_;
    if (to < shift.start) {
      std::rotate(moved_.begin() + to, moved_.begin() + shift.start, moved_.begin() + end);
    } else {
      std::rotate(moved_.begin() + shift.start, moved_.begin() + end,
                  moved_.begin() + (to + shift.length));
    }
  }

  Beam beam_;
  Span reference_{nullptr, 0};
  i64 cost_ = 0, tried_ = 0, longest_ = kLongest;
  Shift best_;
  std::vector<i32> words_, moved_;
  std::vector<i64> place_memory_, wrong_memory_, there_memory_;
  i64 *place_ = nullptr, *wrong_ = nullptr, *wrong_there_ = nullptr;
};

}  // namespace textmetrics

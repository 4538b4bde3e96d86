// Weighted longest common subsequences of sentences; the definition is kernels/definition.py.
//
// The sums of the dynamic programme depend on the order of additions, and what is found on them, so
// every entry is computed as the definition does it, and no part of the table can be left out but
// the end that both have in common. Of the table one bit an entry is kept, whether the way back
// goes left, for a block of rows at a time; of the others the row before each block is, from which
// it is computed again. So memory grows with the length to the power of 1.5.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "counts.h"
#include "memory.h"
#include "stop.h"
#include "unions.h"

namespace textmetrics {

constexpr double kWeight = 1.2;  // the power of the lengths of runs

// What a run of tokens counts, by its length.
class Weights {
 public:
  const double* up_to(i64 length) {
    while (static_cast<i64>(powers_.size()) <= length) {
      powers_.push_back(std::pow(static_cast<double>(powers_.size()), kWeight));
    }
    return powers_.data();
  }

 private:
  std::vector<double> powers_;
};

// The table of two sequences.
class WeightedTable {
 public:
  static constexpr i64 kBlockBits = 1 << 20;  // of the entries that are kept, if one block does

  // Tell `visit` the places in `one` of the subsequence that the definition takes, from its end.
  template <class Visit>
  void walk(Span one, Span other, Weights& weights, const Visit& visit) {
    const i64 suffix = common_suffix(one, other);
    for (i64 k = 1; k <= suffix; ++k) visit(one.length - k);
    one_ = Span{one.ids, one.length - suffix};
    other_ = Span{other.ids, other.length - suffix};
    if (one_.length == 0 || other_.length == 0) return;
    powers_ = weights.up_to(smaller(one_.length, other_.length));
    width_ = (other_.length - 1) / kWord + 1;
    row_ = other_.length + 1;
    // So many rows that their bits take as much memory as the rows before blocks do.
    const auto balanced = static_cast<i64>(std::sqrt(kEntryBits * static_cast<double>(one_.length)));
    block_ = smaller(std::max(kBlockBits / (width_ * kWord), balanced), one_.length);
    i64 blocks = (one_.length - 1) / block_ + 1;
    sums_ = at_least(sum_memory_, blocks * row_);
    runs_ = at_least(run_memory_, blocks * row_);
    sum_ = at_least(present_sums_, row_);
    run_ = at_least(present_runs_, row_);
    left_ = at_least(left_memory_, block_ * width_);
    std::fill(sums_, sums_ + row_, 0.0);
    std::fill(runs_, runs_ + row_, 0);
    for (i64 b = 0; b + 1 < blocks; ++b) {
      compute<false>(b, other_.length);
      std::copy(sum_, sum_ + row_, sums_ + (b + 1) * row_);
      std::copy(run_, run_ + row_, runs_ + (b + 1) * row_);
    }
    i64 column = other_.length;
    while (blocks-- > 0 && column > 0) {
      compute<true>(blocks, column);
      walk_back(blocks, column, visit);
    }
  }

 private:
  static constexpr double kEntryBits = 8 * (sizeof(double) + sizeof(i32));

  i64 begin(i64 block) const { return block * block_; }
  i64 end(i64 block) const { return smaller(begin(block) + block_, one_.length); }

  // The rows of a block, as far as a column; the last is the present one then.
  template <bool Keep>
  void compute(i64 block, i64 columns) {
    std::copy(sums_ + block * row_, sums_ + block * row_ + columns + 1, sum_);
    std::copy(runs_ + block * row_, runs_ + block * row_ + columns + 1, run_);
    for (i64 i = begin(block); i < end(block); ++i) {
      u64* lefts = left_ + (i - begin(block)) * width_;
      if (Keep) std::fill(lefts, lefts + width_, 0ull);
      worked(2 * columns);
      const i32 token = one_.ids[i];
      double corner = 0.0, here = 0.0;  // above to the left, and to the left
      i32 run = 0;                      // of the corner
      for (i64 j = 0; j < columns; ++j) {
        const double above = sum_[j + 1];
        const i32 next = run_[j + 1];
        if (token == other_.ids[j]) {
          here = corner + powers_[run + 1] - powers_[run];
          run_[j + 1] = run + 1;
        } else {
          if (Keep) lefts[j / kWord] |= static_cast<u64>(here > above) << j % kWord;
          here = std::max(above, here);
          run_[j + 1] = 0;
        }
        sum_[j + 1] = here;
        corner = above;
        run = next;
      }
    }
  }

  // Go back through a block.
  template <class Visit>
  void walk_back(i64 block, i64& column, const Visit& visit) const {
    for (i64 i = end(block) - 1; i >= begin(block); --i) {
      const u64* lefts = left_ + (i - begin(block)) * width_;
      while (column > 0 && one_.ids[i] != other_.ids[column - 1] &&
             (lefts[(column - 1) / kWord] >> (column - 1) % kWord & 1) != 0) {
        --column;
      }
      if (column == 0) return;
      if (one_.ids[i] != other_.ids[column - 1]) continue;
      visit(i);
      --column;
    }
  }

  Span one_{nullptr, 0}, other_{nullptr, 0};
  i64 width_ = 0, row_ = 0, block_ = 0;  // words and entries a row, rows a block
  std::vector<double> sum_memory_, present_sums_;
  std::vector<i32> run_memory_, present_runs_;
  std::vector<u64> left_memory_;
  const double* powers_ = nullptr;
  double *sums_ = nullptr, *sum_ = nullptr;  // the row before each block, and the present one:
  i32 *runs_ = nullptr, *run_ = nullptr;     // weights, and the lengths of the runs that end here
  u64* left_ = nullptr;                      // of the present block
};

// Weights over the sentences of a pair.
class Weighted {
 public:
  // The weight of what is in the union for its sentence, each token as often as both have it.
  double union_lcs(Span prediction, Span reference, i64 vocabulary) {
    using Spans = std::vector<Span>;
    const auto mark = [&](const Spans& ones, const Spans& others) {
      for (Span each : others) {
        sentences_.align(ones, each, vocabulary, [&](Span one, Span its, const auto& visit) {
          table_.walk(one, its, weights_, visit);
        });
      }
    };
    const u8* found = sentences_.places(reference, prediction, mark);
    i64* left = at_least(left_, vocabulary);
    for (i64 i = 0; i < prediction.length; ++i) ++left[prediction.ids[i]];
    const double* powers = weights_.up_to(reference.length);
    double total = 0.0;
    i64 run = 0;
    for (i64 i = 0; i < reference.length; ++i) {
      if (reference.ids[i] == Sentences::kBreak) run = 0;
      if (found[i] == 0 || left[reference.ids[i]] == 0) continue;
      --left[reference.ids[i]];
      ++run;
      if (i + 1 < reference.length && found[i + 1] != 0) continue;
      total += powers[run];
      run = 0;
    }
    clear(left, prediction);
    return total;
  }

  double of(Span reference) {
    Sentences::split(reference, expected_);
    double total = 0.0;
    for (Span sentence : expected_) total += weights_.up_to(sentence.length)[sentence.length];
    return total;
  }

  // A number as a column of counts keeps it.
  static i64 bits(double number) {
    i64 same;
    std::memcpy(&same, &number, sizeof same);
    return same;
  }

 private:
  Weights weights_;
  WeightedTable table_;
  Sentences sentences_;
  std::vector<Span> expected_;
  std::vector<i64> left_;  // by id, zero between calls
};

}  // namespace textmetrics

// Columns of counts that Python gives to be filled.
#pragma once

#include <nanobind/stl/string.h>

#include <stdexcept>
#include <string>

#include "columns.h"
#include "python.h"

namespace textmetrics {

template <class T>
using Array = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// Where a column goes, and whether it has a row a pair or one a sample.
struct Target {
  i64** values;
  bool of_pairs;
};

inline Target target(Columns& columns, const std::string& name) {
  if (name == "prediction_length") return {&columns.prediction_length, true};
  if (name == "reference_length") return {&columns.reference_length, true};
  if (name == "equal") return {&columns.equal, true};
  if (name == "lcs") return {&columns.lcs, true};
  if (name == "longest_run") return {&columns.longest_run, true};
  if (name == "skip_match") return {&columns.skip_match, true};
  if (name == "head_match") return {&columns.head_match, true};
  if (name == "edits") return {&columns.edits, true};
  if (name == "hits") return {&columns.hits, true};
  if (name == "beam_edits") return {&columns.beam_edits, true};
  if (name == "beam_indels") return {&columns.beam_indels, true};
  if (name == "shift_edits") return {&columns.shift_edits, true};
  if (name == "reference_shift_edits") return {&columns.reference_shift_edits, true};
  if (name == "prediction_words") return {&columns.prediction_words, true};
  if (name == "reference_words") return {&columns.reference_words, true};
  if (name == "prediction_types") return {&columns.prediction_types, true};
  if (name == "reference_types") return {&columns.reference_types, true};
  if (name == "union_lcs") return {&columns.union_lcs, true};
  if (name == "union_types") return {&columns.union_types, true};
  if (name == "weighted_lcs") return {&columns.weighted_lcs, true};
  if (name == "reference_weight") return {&columns.reference_weight, true};
  if (name == "closest_length") return {&columns.closest_length, false};
  for (int n = 1; n <= kOrders; ++n) {
    if (name == "match_" + std::to_string(n)) return {&columns.match[n - 1], true};
    if (name == "clip_" + std::to_string(n)) return {&columns.clip[n - 1], false};
  }
  for (int n = 1; n <= kSetOrders; ++n) {
    const std::string order = "_" + std::to_string(n);
    if (name == "prediction_distinct" + order) return {&columns.prediction_distinct[n - 1], true};
    if (name == "reference_distinct" + order) return {&columns.reference_distinct[n - 1], true};
    if (name == "common" + order) return {&columns.common[n - 1], true};
  }
  throw std::invalid_argument("unknown column '" + name + "'");
}

inline Columns open_columns(nb::dict wanted, i64 pairs, i64 samples) {
  Columns columns;
  for (auto [key, value] : wanted) {
    const auto name = nb::cast<std::string>(key);
    const Target at = target(columns, name);
    Array<i64> array;
    if (!nb::try_cast(value, array, false)) {
      throw std::invalid_argument(name + " must be a writable contiguous int64 array");
    }
    const i64 rows = at.of_pairs ? pairs : samples;
    if (static_cast<i64>(array.size()) != rows) {
      throw std::invalid_argument(name + " must have " + std::to_string(rows) + " rows, not " +
                                  std::to_string(array.size()));
    }
    *at.values = array.data();
  }
  return columns;
}

}  // namespace textmetrics

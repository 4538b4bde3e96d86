// Columns of counts that Python gives to be filled.
#pragma once

#include <nanobind/stl/string.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "columns.h"
#include "python.h"

namespace textmetrics {

template <class T>
using Array = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// Which of the columns a name is, and whether it has a row a pair or one a sample.
struct Known {
  std::ptrdiff_t at;
  bool of_pairs;
};

inline const std::unordered_map<std::string, Known>& known_columns() {
  static const std::unordered_map<std::string, Known> known = [] {
    std::unordered_map<std::string, Known> names;
    const Columns columns;
    const auto add = [&](const std::string& name, i64* const& column, bool of_pairs = true) {
      names[name] = Known{&column - reinterpret_cast<i64* const*>(&columns), of_pairs};
    };
    add("prediction_length", columns.prediction_length);
    add("reference_length", columns.reference_length);
    add("equal", columns.equal);
    add("lcs", columns.lcs);
    add("longest_run", columns.longest_run);
    add("skip_match", columns.skip_match);
    add("head_match", columns.head_match);
    add("edits", columns.edits);
    add("hits", columns.hits);
    add("beam_edits", columns.beam_edits);
    add("beam_indels", columns.beam_indels);
    add("shift_edits", columns.shift_edits);
    add("reference_shift_edits", columns.reference_shift_edits);
    add("prediction_words", columns.prediction_words);
    add("reference_words", columns.reference_words);
    add("prediction_types", columns.prediction_types);
    add("reference_types", columns.reference_types);
    add("union_lcs", columns.union_lcs);
    add("union_types", columns.union_types);
    add("weighted_lcs", columns.weighted_lcs);
    add("reference_weight", columns.reference_weight);
    add("closest_length", columns.closest_length, false);
    for (int n = 0; n < kOrders; ++n) {
      add("match_" + std::to_string(n + 1), columns.match[n]);
      add("clip_" + std::to_string(n + 1), columns.clip[n], false);
    }
    for (int n = 0; n < kSetOrders; ++n) {
      const std::string order = "_" + std::to_string(n + 1);
      add("prediction_distinct" + order, columns.prediction_distinct[n]);
      add("reference_distinct" + order, columns.reference_distinct[n]);
      add("common" + order, columns.common[n]);
    }
    return names;
  }();
  return known;
}

// Where a column goes.
struct Target {
  i64** values;
  bool of_pairs;
};

inline Target target(Columns& columns, const std::string& name) {
  const auto found = known_columns().find(name);
  if (found == known_columns().end()) throw std::invalid_argument("unknown column '" + name + "'");
  return {reinterpret_cast<i64**>(&columns) + found->second.at, found->second.of_pairs};
}

// Columns of samples with one reference each, as rows of one table, in the order of their names.
inline Columns columns_of_rows(nb::list names, i64* table, i64 samples) {
  Columns columns;
  for (nb::handle name : names) {
    *target(columns, nb::cast<std::string>(name)).values = table;
    table += samples;
  }
  return columns;
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

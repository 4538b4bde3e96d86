// The door to Python for raw ids: arrays come in, are checked, and leave with counts in them.
#pragma once

#include <nanobind/stl/optional.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "ids.h"
#include "module_columns.h"
#include "python.h"

namespace textmetrics {

using Integers = Array<const i64>;
using RawIds = nb::ndarray<nb::ro, nb::device::cpu>;

// Rows as they are given: the padded ones' lengths, or the offsets of others, where there are any.
inline Rows rows_of(const RawIds& ids, const std::optional<Integers>& lengths,
                    const std::optional<Integers>& offsets, i64 least) {
  const bool wide = ids.dtype() == nb::dtype<i64>();
  if (!wide && ids.dtype() != nb::dtype<i32>()) {
    throw std::invalid_argument("ids must be int32 or int64");
  }
  if (ids.ndim() != (offsets ? 1u : 2u) || (offsets && lengths)) {
    throw std::invalid_argument("ids must be padded rows, or one row after the other with offsets");
  }
  const auto size = static_cast<i64>(ids.shape(0));
  if (offsets) {
    const auto bounds = static_cast<i64>(offsets->size());
    check_bounds(offsets->data(), bounds, size, "offsets");
    return Rows{ids.data(), wide, bounds - 1, 0, ids.stride(0), 0, nullptr, offsets->data()};
  }
  const auto width = static_cast<i64>(ids.shape(1));
  if (lengths && static_cast<i64>(lengths->size()) != size) {
    throw std::invalid_argument("there must be a length for each row");
  }
  for (i64 row = 0; lengths && row < size; ++row) {
    const i64 length = lengths->data()[row];
    if (length < least || length > width) {
      throw std::invalid_argument("the length of row " + std::to_string(row) + " is impossible");
    }
  }
  return Rows{ids.data(), wide,  size,    ids.stride(0), ids.stride(1),
              width,      lengths ? lengths->data() : nullptr, nullptr};
}

inline std::pair<const i64*, i64> span_of(const Integers& ids) {
  return {ids.data(), static_cast<i64>(ids.size())};
}

inline void count_rows(RawIds predictions, std::optional<Integers> prediction_lengths,
                      std::optional<Integers> prediction_offsets, RawIds references,
                      std::optional<Integers> reference_lengths,
                      std::optional<Integers> reference_offsets, Integers bounds, i64 group_size,
                      Integers ignored, Integers skipped, Integers ending, nb::dict columns,
                      i64 threads) {
  if (threads < 1) throw std::invalid_argument("threads must be at least 1");
  const Groups groups{rows_of(predictions, prediction_lengths, prediction_offsets, 0),
                      rows_of(references, reference_lengths, reference_offsets, -1), bounds.data(),
                      static_cast<i64>(bounds.size()) - 1, group_size};
  check_bounds(groups.bounds, groups.count + 1, groups.references.count, "bounds");
  if (group_size < 1 || groups.predictions.count % group_size != 0 ||
      groups.predictions.count / group_size != groups.count) {
    throw std::invalid_argument("there must be group_size predictions a group");
  }
  const Columns wanted = open_columns(columns, groups.pairs(), groups.samples());
  const Specials specials{{kIgnored, span_of(ignored)},
                          {kSkipped, span_of(skipped)},
                          {kEnding, span_of(ending)}};
  const Released released;
  count_groups(groups, specials, wanted, threads);
}

inline void add_ids(nb::module_& module) {
  module.def("count_ids", &count_rows, nb::arg("predictions").noconvert(),
             nb::arg("prediction_lengths").none(), nb::arg("prediction_offsets").none(),
             nb::arg("references").noconvert(), nb::arg("reference_lengths").none(),
             nb::arg("reference_offsets").none(), nb::arg("bounds").noconvert(),
             nb::arg("group_size"), nb::arg("ignored").noconvert(), nb::arg("skipped").noconvert(),
             nb::arg("ending").noconvert(), nb::arg("columns"), nb::arg("threads"),
             "Fill the arrays of ``columns`` for samples of raw ids; see ids/native.py.");
}

}  // namespace textmetrics

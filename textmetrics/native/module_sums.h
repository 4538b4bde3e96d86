// The door to Python for values of pairs, and for what sums of samples that are not kept need.
#pragma once

#include <stdexcept>
#include <utility>
#include <vector>

#include "module_columns.h"
#include "python.h"
#include "sums.h"

namespace textmetrics {

inline Values<u64> text_hashes(nb::list texts) {
  const nb::ft_object_guard unchanged(texts);
  std::vector<u64> hashes;
  hashes.reserve(texts.size());
  StableHash hash;
  for (nb::handle each : texts) hashes.push_back(hash(text_of(each)));
  return values(std::move(hashes));
}

#ifdef TEXTMETRICS_INT128

// The sums of columns that `UnitSum` can sum; None if one is none of them.
inline nb::object unit_sums(nb::list columns) {
  nb::list sums;
  for (nb::handle each : columns) {
    Array<const double> column;
    UnitSum sum;
    if (!nb::try_cast(each, column, false) || !sum.add(column.data(), column.size())) {
      return nb::none();
    }
    const nb::int_ high(static_cast<u64>(sum.units >> 64)), low(static_cast<u64>(sum.units));
    sums.append((high << nb::int_(64)) | low);
  }
  return sums;
}

inline nb::object python_integer(i128 number) {
  const nb::int_ high(static_cast<i64>(number >> 64)), low(static_cast<u64>(number));
  return (high << nb::int_(64)) | low;
}

inline nb::object summed_powers(Array<const double> numbers) {
  PowerSums sums;
  if (!sums.add(numbers.data(), numbers.size())) return nb::none();
  const nb::object third = (python_integer(sums.third) << nb::int_(40)) + python_integer(sums.rest);
  const auto powers =
      nb::make_tuple(python_integer(sums.first), python_integer(sums.second), third);
  return nb::make_tuple(powers, sums.least, sums.most, sums.binary);
}

#else

inline nb::object unit_sums(nb::list) { return nb::none(); }
inline nb::object summed_powers(Array<const double>) { return nb::none(); }

#endif

// Precision, recall and F1 of pairs; metrics/overlap.py defines them. None if a column has no
// integers.
inline nb::object overlaps(nb::handle its_matches, nb::handle its_predicted,
                           nb::handle its_expected, i64 order, bool both_empty, double epsilon) {
  using Column = nb::ndarray<const i64, nb::ndim<1>, nb::device::cpu>;
  Column matches, predicted, expected;
  if (!nb::try_cast(its_matches, matches, false) || !nb::try_cast(its_predicted, predicted, false) ||
      !nb::try_cast(its_expected, expected, false)) {
    return nb::none();
  }
  const std::size_t count = matches.size();
  if (predicted.size() != count || expected.size() != count) {
    throw std::invalid_argument("columns must have one length");
  }
  std::vector<double> precisions(count), recalls(count), f1s(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Overlap pair(matches(i), predicted(i), expected(i), order, both_empty, epsilon);
    precisions[i] = pair.precision;
    recalls[i] = pair.recall;
    f1s[i] = pair.f1;
  }
  return nb::make_tuple(values(std::move(precisions)), values(std::move(recalls)),
                        values(std::move(f1s)));
}

inline void add_sums(nb::module_& module) {
  module.def("text_hashes", &text_hashes, nb::arg("texts"),
             "Return a hash of each text; see scan/hashes.py.");
  module.def("overlaps", &overlaps, nb::arg("matches"), nb::arg("predicted"), nb::arg("expected"),
             nb::arg("order"),
             nb::arg("both_empty"), nb::arg("epsilon"),
             "Return precision, recall and F1 of each pair; see metrics/overlap.py.");
  module.def("unit_sums", &unit_sums, nb::arg("columns"),
             "Sum each column of values from 0 to 1; see metrics/accumulate.py.");
  module.def("summed_powers", &summed_powers, nb::arg("values").noconvert(),
             "Sum powers of values from -1 to 1; see statistics/moments.py.");
}

}  // namespace textmetrics

// The door to Python for values of pairs, and for what sums of samples that are not kept need.
#pragma once

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bleu.h"
#include "module_columns.h"
#include "python.h"
#include "sums.h"

namespace textmetrics {

// A table for Python that owns its memory, one row after the other.
template <class T>
nb::object table_of(std::unique_ptr<std::vector<T>> numbers, std::size_t rows,
                    std::size_t columns) {
  std::vector<T>* kept = numbers.release();
  nb::capsule owner(kept, [](void* each) noexcept { delete static_cast<std::vector<T>*>(each); });
  return nb::cast(nb::ndarray<nb::numpy, T, nb::ndim<2>>(kept->data(), {rows, columns}, owner));
}

inline Values<u64> text_hashes(nb::list texts) {
  const nb::ft_object_guard unchanged(texts);
  std::vector<u64> hashes;
  hashes.reserve(texts.size());
  StableHash hash;
  for (nb::handle each : texts) hashes.push_back(hash(text_of(each)));
  return values(std::move(hashes));
}

using IntegerColumn = nb::ndarray<const i64, nb::ndim<1>, nb::device::cpu>;

// Columns of integers of one length; none if one has others.
inline std::vector<IntegerColumn> integer_columns(nb::handle columns) {
  std::vector<IntegerColumn> found;
  for (nb::handle each : columns) {
    IntegerColumn column;
    if (!nb::try_cast(each, column, false)) return {};
    if (!found.empty() && column.size() != found[0].size()) {
      throw std::invalid_argument("columns must have one length");
    }
    found.push_back(std::move(column));
  }
  return found;
}

// The sum of each column of integers; None if one has others.
inline nb::object integer_sums(nb::list columns) {
  const std::vector<IntegerColumn> found = integer_columns(columns);
  if (found.size() != columns.size()) return nb::none();
  nb::list sums;
  for (const IntegerColumn& column : found) {
    u64 sum = 0;
    const i64* const numbers = column.data();
    if (column.stride(0) == 1) {  // as a loop of its own, which the compiler makes one of vectors
      for (std::size_t i = 0; i < column.size(); ++i) sum += static_cast<u64>(numbers[i]);
    } else {
      for (std::size_t i = 0; i < column.size(); ++i) sum += static_cast<u64>(column(i));
    }
    sums.append(static_cast<i64>(sum));
  }
  return sums;
}

// Columns of integers as rows of bytes; None if one has others, or those that are no bytes.
inline nb::object byte_rows(nb::list columns) {
  const std::vector<IntegerColumn> found = integer_columns(columns);
  if (found.empty() || found.size() != columns.size()) return nb::none();
  const std::size_t width = found.size(), count = found[0].size();
  auto rows = std::make_unique<std::vector<u8>>(width * count);
  u64 all = 0;
  for (std::size_t c = 0; c < width; ++c) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = static_cast<u64>(found[c](i));
      all |= number;
      (*rows)[i * width + c] = static_cast<u8>(number);
    }
  }
  if (all > 255) return nb::none();
  return table_of(std::move(rows), count, width);
}

// Terms of the smoothed BLEU of each sample; None if a column has no integers.
inline nb::object bleu_terms(nb::list clips, nb::object predicted, nb::object expected) {
  constexpr int kOrders = BleuTerms::kOrders;
  nb::list columns;
  columns.extend(clips);
  columns.append(predicted);
  columns.append(expected);
  const std::vector<IntegerColumn> found = integer_columns(columns);
  if (found.size() != kOrders + 2) return nb::none();
  const std::size_t count = found[0].size();
  BleuTerms terms(count);
  for (std::size_t i = 0; i < count; ++i) {
    i64 its[kOrders];
    for (std::size_t n = 0; n < kOrders; ++n) its[n] = found[n](i);
    terms.set(i, its, found[kOrders](i), found[kOrders + 1](i));
  }
  auto precisions = std::make_unique<std::vector<double>>(std::move(terms.precisions));
  return nb::make_tuple(table_of(std::move(precisions), kOrders, count),
                        values(std::move(terms.orders)), values(std::move(terms.exponents)));
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
  IntegerColumn matches, predicted, expected;
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
  module.def("integer_sums", &integer_sums, nb::arg("columns"),
             "Sum each column of integers; see kernels/counts.py.");
  module.def("byte_rows", &byte_rows, nb::arg("columns"),
             "Return a row of bytes per sample; see metrics/accumulate.py.");
  module.def("bleu_terms", &bleu_terms, nb::arg("clips"), nb::arg("predicted"), nb::arg("expected"),
             "Return what smoothed BLEU is computed from; see metrics/bleu.py.");
  module.def("unit_sums", &unit_sums, nb::arg("columns"),
             "Sum each column of values from 0 to 1; see metrics/accumulate.py.");
  module.def("summed_powers", &summed_powers, nb::arg("values").noconvert(),
             "Sum powers of values from -1 to 1; see statistics/moments.py.");
}

}  // namespace textmetrics

// The door to Python for values of pairs, and for what sums of samples that are not kept need.
#pragma once

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

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

// A column of integers: every so many of some numbers, which whoever gave it holds.
class IntegerColumn {
 public:
  // Whether an object is one.
  bool open(nb::handle object) {
    nb::ndarray<const i64, nb::ndim<1>, nb::device::cpu> array;
    if (!nb::try_cast(object, array, false)) return false;
    numbers_ = array.data();
    stride_ = static_cast<std::ptrdiff_t>(array.stride(0));
    size_ = array.size();
    return true;
  }

  std::size_t size() const { return size_; }
  i64 operator[](std::size_t i) const { return numbers_[static_cast<std::ptrdiff_t>(i) * stride_]; }

  u64 sum() const {
    u64 sum = 0;
    if (stride_ == 1) {  // as a loop of its own, which the compiler makes one of vectors
      for (std::size_t i = 0; i < size_; ++i) sum += static_cast<u64>(numbers_[i]);
    } else {
      for (std::size_t i = 0; i < size_; ++i) sum += static_cast<u64>((*this)[i]);
    }
    return sum;
  }

 private:
  const i64* numbers_ = nullptr;
  std::ptrdiff_t stride_ = 0;
  std::size_t size_ = 0;
};

// Columns of integers of one length; none if one has others.
inline std::vector<IntegerColumn> integer_columns(nb::handle columns) {
  std::vector<IntegerColumn> found;
  for (nb::handle each : columns) {
    IntegerColumn column;
    if (!column.open(each)) return {};
    if (!found.empty() && column.size() != found[0].size()) {
      throw std::invalid_argument("columns must have one length");
    }
    found.push_back(column);
  }
  return found;
}

// The sum of each column of integers; None if one has others.
inline nb::object integer_sums(nb::list columns) {
  const std::vector<IntegerColumn> found = integer_columns(columns);
  if (found.size() != columns.size()) return nb::none();
  nb::list sums;
  for (const IntegerColumn& column : found) sums.append(static_cast<i64>(column.sum()));
  return sums;
}

// The sum of each column of integers, and the columns as rows of bytes: None instead of these if one
// has others. None if one has no integers.
inline nb::object summed_rows(nb::list columns) {
  const std::vector<IntegerColumn> found = integer_columns(columns);
  if (found.empty() || found.size() != columns.size()) return nb::none();
  const std::size_t width = found.size(), count = found[0].size();
  auto rows = std::make_unique<std::vector<u8>>(width * count);
  nb::list sums;
  u64 all = 0;
  for (std::size_t c = 0; c < width; ++c) {
    const IntegerColumn column = found[c];
    u8* to = rows->data() + c;
    for (std::size_t i = 0; i < count; ++i, to += width) {
      const auto number = static_cast<u64>(column[i]);
      all |= number;
      *to = static_cast<u8>(number);
    }
    sums.append(static_cast<i64>(column.sum()));
  }
  if (all > 255) return nb::make_tuple(sums, nb::none());
  return nb::make_tuple(sums, table_of(std::move(rows), count, width));
}

#ifdef TEXTMETRICS_INT128

// The sum of values from 0 to a largest one in units of `UnitSum`; None if one is no such value.
inline nb::object unit_sum(const double* values, std::size_t count, double largest = 1.0) {
  UnitSum sum;
  if (!sum.add(values, count, largest)) return nb::none();
  const nb::int_ high(static_cast<u64>(sum.units >> 64)), low(static_cast<u64>(sum.units));
  return (high << nb::int_(64)) | low;
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

inline nb::object unit_sum(const double*, std::size_t, double = 1.0) { return nb::none(); }
inline nb::object summed_powers(Array<const double>) { return nb::none(); }

#endif

// The `unit_sum` of each column; None if one has none.
inline nb::object unit_sums(nb::list columns, double largest) {
  nb::list sums;
  for (nb::handle each : columns) {
    Array<const double> column;
    if (!nb::try_cast(each, column, false)) return nb::none();
    const nb::object sum = unit_sum(column.data(), column.size(), largest);
    if (sum.is_none()) return nb::none();
    sums.append(sum);
  }
  return sums;
}

inline void add_sums(nb::module_& module) {
  module.def("text_hashes", &text_hashes, nb::arg("texts"),
             "Return a hash of each text; see scan/hashes.py.");
  module.def("integer_sums", &integer_sums, nb::arg("columns"),
             "Sum each column of integers; see kernels/counts.py.");
  module.def("summed_rows", &summed_rows, nb::arg("columns"),
             "Sum columns, and return a row of bytes per sample; see metrics/accumulate.py.");
  module.def("unit_sums", &unit_sums, nb::arg("columns"), nb::arg("largest"),
             "Sum each column of values from 0 to the largest; see metrics/accumulate.py.");
  module.def("summed_powers", &summed_powers, nb::arg("values").noconvert(),
             "Sum powers of values from -1 to 1; see statistics/moments.py.");
}

}  // namespace textmetrics

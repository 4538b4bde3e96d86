// The door to Python for resampling.
#pragma once

#include <stdexcept>

#include "module_columns.h"
#include "python.h"
#include "resample.h"

namespace textmetrics {

template <class T>
using Matrix = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

inline void signed_sums(Matrix<const i64> rows, Matrix<i64> sums, i64 first, u64 low, u64 high,
                        u64 purpose, u64 section, i64 threads) {
  if (threads < 1) throw std::invalid_argument("threads must be at least 1");
  if (first < 0) throw std::invalid_argument("first must be at least 0");
  if (rows.shape(1) != sums.shape(1)) {
    throw std::invalid_argument("rows and sums must have the same columns");
  }
  const Philox philox{{low, high}, purpose, section};
  const Released released;
  add_signed_sums(rows.data(), static_cast<i64>(rows.shape(0)), static_cast<i64>(rows.shape(1)),
                  philox, first, sums.data(), static_cast<i64>(sums.shape(0)), threads);
}

inline void drawn_counts(Matrix<double> times, i64 first, u64 low, u64 high, u64 purpose,
                         i64 threads) {
  if (threads < 1) throw std::invalid_argument("threads must be at least 1");
  if (first < 0) throw std::invalid_argument("first must be at least 0");
  const Philox philox{{low, high}, purpose, 0};
  const Released released;
  count_draws(philox, first, static_cast<i64>(times.shape(0)), static_cast<i64>(times.shape(1)),
              times.data(), threads);
}

inline void add_resampling(nb::module_& module) {
  module.def("add_signed_sums", &signed_sums, nb::arg("rows").noconvert(),
             nb::arg("sums").noconvert(), nb::arg("first"), nb::arg("low"), nb::arg("high"),
             nb::arg("purpose"), nb::arg("section"), nb::arg("threads"),
             "Add the sums of a section of rows with random signs; see statistics/resampling.py.");
  module.def("count_draws", &drawn_counts, nb::arg("times").noconvert(), nb::arg("first"),
             nb::arg("low"), nb::arg("high"), nb::arg("purpose"), nb::arg("threads"),
             "Count how often each row is drawn in some resamples; see statistics/resampling.py.");
}

}  // namespace textmetrics

// The door to Python for values of samples under several metrics; metrics/formulas.py asks for them.
#pragma once

#include <nanobind/stl/string.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "formulas.h"
#include "module_columns.h"
#include "module_sums.h"
#include "python.h"

namespace textmetrics {

using ValueTable = nb::ndarray<double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// Rows of a table that are filled one after the other.
class FreeRows {
 public:
  explicit FreeRows(const ValueTable& table)
      : next_(table.data()), width_(table.shape(1)), left_(table.shape(0)) {}

  double* next() {
    if (left_ == 0) throw std::invalid_argument("tables must have a row for each value");
    --left_;
    return std::exchange(next_, next_ + width_);
  }

 private:
  double* next_;
  std::size_t width_, left_;
};

// What the formula of an overlap is computed with, beside its columns.
struct OverlapOptions {
  explicit OverlapOptions(const nb::tuple& formula)
      : order(nb::cast<i64>(formula[4])), both_empty(nb::cast<bool>(formula[5])),
        epsilon(nb::cast<double>(formula[6])), headline(nb::cast<std::size_t>(formula[7])) {
    if (headline > 2) throw std::invalid_argument("a headline must be one of three parts");
  }

  Overlap operator()(i64 matches, i64 predicted, i64 expected) const {
    return Overlap(matches, predicted, expected, order, both_empty, epsilon);
  }

  i64 order;
  bool both_empty;
  double epsilon;
  std::size_t headline;
};

// Values of single pairs under several metrics.
class PairValues {
 public:
  // `names`: of the columns, in their order.
  PairValues(nb::tuple names, nb::list formulas) : columns_(names.size()) {
    const auto column = [&](nb::handle name) {
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].equal(name)) return i;
      }
      throw std::invalid_argument("a formula needs a column that is not counted");
    };
    for (nb::handle each : formulas) {
      const auto formula = nb::cast<nb::tuple>(each);
      const auto kind = nb::cast<std::string>(formula[0]);
      if (kind == "share") {
        formulas_.push_back({{column(formula[1]), 0, 0}, std::nullopt});
      } else if (kind == "overlap") {
        formulas_.push_back({{column(formula[1]), column(formula[2]), column(formula[3])},
                             OverlapOptions(formula)});
      } else {
        throw std::invalid_argument("a pair has no formula '" + kind + "'");
      }
    }
  }

  // The fields of `Values` under each metric.
  nb::list operator()(nb::tuple counts) const {
    if (counts.size() != columns_) throw std::invalid_argument("a pair needs all columns");
    const auto at = [&](std::size_t i) { return nb::cast<i64>(counts[i]); };
    nb::list values;
    for (const auto& [columns, options] : formulas_) {
      if (!options) {
        values.append(
            nb::make_tuple(static_cast<double>(at(columns[0])), nb::none(), nb::none(), nb::none()));
        continue;
      }
      const Overlap its = (*options)(at(columns[0]), at(columns[1]), at(columns[2]));
      const auto& parts = its.parts;
      values.append(nb::make_tuple(parts[options->headline], parts[0], parts[1], parts[2]));
    }
    return values;
  }

 private:
  struct Formula {
    std::array<std::size_t, 3> columns;
    std::optional<OverlapOptions> overlap;
  };

  std::size_t columns_;
  std::vector<Formula> formulas_;
};

// Counts of samples, and the tables where their values go: a row for the headline of each metric in
// one, and rows for the other parts in the other.
class Formulas {
 public:
  // `log` and `exp` are NumPy's, since those of C++ may differ from them in the last bit.
  Formulas(nb::dict counts, Array<const i64> offsets, const ValueTable& headlines,
           const ValueTable& parts, nb::object log, nb::object exp)
      : counts_(std::move(counts)), offsets_(std::move(offsets)), samples_(headlines.shape(1)),
        headlines_(headlines), parts_(parts), log_(std::move(log)), exp_(std::move(exp)) {
    if (offsets_.size() != samples_ + 1 || parts.shape(1) != samples_) {
      throw std::invalid_argument("tables must have a column for each sample");
    }
    for (std::size_t s = 0; s < samples_; ++s) {
      if (begin(s) != (s == 0 ? 0 : end(s - 1)) || begin(s) >= end(s)) {
        throw std::invalid_argument("sample " + std::to_string(s) + " has no pair");
      }
    }
  }

  // Write the values of a metric; false if a column has no integers.
  bool write(const nb::tuple& formula) {
    const auto kind = nb::cast<std::string>(formula[0]);
    if (kind == "share") return write_share(formula[1]);
    if (kind == "overlap") return write_overlap(formula);
    if (kind == "bleu") return write_bleu(formula[1], formula[2], formula[3]);
    throw std::invalid_argument("unknown formula '" + kind + "'");
  }

 private:
  std::size_t begin(std::size_t sample) const {
    return static_cast<std::size_t>(offsets_.data()[sample]);
  }
  std::size_t end(std::size_t sample) const { return begin(sample + 1); }

  // Find a column of so many rows; false if it has no integers.
  bool find(IntegerColumn& column, nb::handle name, std::size_t rows) {
    const auto known = std::find_if(columns_.begin(), columns_.end(),
                                    [&](const auto& each) { return each.first.is(name); });
    if (known != columns_.end()) {
      column = known->second;
    } else {
      if (!column.open(counts_[name])) return false;
      columns_.emplace_back(name, column);
    }
    if (column.size() != rows) {
      throw std::invalid_argument("columns must have a row for each pair, or each sample");
    }
    return true;
  }

  bool find_of_pairs(IntegerColumn& column, nb::handle name) {
    return find(column, name, begin(samples_));
  }

  bool write_share(nb::handle name) {
    IntegerColumn right;
    if (!find_of_pairs(right, name)) return false;
    double* const to = headlines_.next();
    for (std::size_t s = 0; s < samples_; ++s) {
      i64 best = right[begin(s)];
      for (std::size_t p = begin(s) + 1; p < end(s); ++p) best = std::max(best, right[p]);
      to[s] = static_cast<double>(best);
    }
    return true;
  }

  // Of several references the one with the highest headline counts, the first of equals.
  bool write_overlap(const nb::tuple& formula) {
    IntegerColumn matches, predicted, expected;
    if (!find_of_pairs(matches, formula[1]) || !find_of_pairs(predicted, formula[2]) ||
        !find_of_pairs(expected, formula[3])) {
      return false;
    }
    const OverlapOptions options(formula);
    const std::size_t headline = options.headline;
    double* to[3];
    for (std::size_t k = 0; k < 3; ++k) to[k] = k == headline ? headlines_.next() : parts_.next();
    const auto of = [&](std::size_t p) { return options(matches[p], predicted[p], expected[p]); };
    for (std::size_t s = 0; s < samples_; ++s) {
      Overlap best = of(begin(s));
      for (std::size_t p = begin(s) + 1; p < end(s); ++p) {
        const Overlap other = of(p);
        if (other.parts[headline] > best.parts[headline]) best = other;
      }
      for (std::size_t k = 0; k < 3; ++k) to[k][s] = best.parts[k];
    }
    return true;
  }

  bool write_bleu(const nb::tuple& clip_names, nb::handle predicted_name,
                  nb::handle expected_name) {
    constexpr std::size_t kOrders = BleuTerms::kOrders;
    IntegerColumn predicted, expected, clips[kOrders];
    if (!find_of_pairs(predicted, predicted_name) || !find(expected, expected_name, samples_)) {
      return false;
    }
    for (std::size_t n = 0; n < kOrders; ++n) {
      if (!find(clips[n], clip_names[n], samples_)) return false;
    }
    // Rows of precisions, then of exponents and of means.
    const std::unique_ptr<double[]> memory(new double[(kOrders + 2) * samples_]);
    double* const logarithms = memory.get();
    double* const exponents = logarithms + kOrders * samples_;
    for (std::size_t s = 0; s < samples_; ++s) {
      i64 its[kOrders];
      for (std::size_t n = 0; n < kOrders; ++n) its[n] = clips[n][s];
      const BleuTerms terms(its, predicted[begin(s)], expected[s]);
      for (std::size_t n = 0; n < kOrders; ++n) logarithms[n * samples_ + s] = terms.precisions[n];
      exponents[s] = terms.exponent;
      exponents[samples_ + s] = terms.orders;
    }
    apply(log_, logarithms, kOrders * samples_);
    for (std::size_t s = 0; s < samples_; ++s) {
      double sum = logarithms[s];
      for (std::size_t n = 1; n < kOrders; ++n) sum += logarithms[n * samples_ + s];
      exponents[samples_ + s] = sum / exponents[samples_ + s];
    }
    apply(exp_, exponents, 2 * samples_);
    double* const to = headlines_.next();
    for (std::size_t s = 0; s < samples_; ++s) {
      to[s] = std::min(exponents[s] * exponents[samples_ + s], 1.0);
    }
    return true;
  }

  // Replace numbers by a function of NumPy of them.
  static void apply(const nb::object& function, double* numbers, std::size_t count) {
    const nb::object array =
        nb::cast(Values<double>(numbers, {count}, nb::handle()), nb::rv_policy::reference);
    function(array, array);
  }

  nb::dict counts_;
  Array<const i64> offsets_;
  std::size_t samples_;
  FreeRows headlines_, parts_;
  nb::object log_, exp_;
  // By name, which is the same object in most formulas; they are few.
  std::vector<std::pair<nb::handle, IntegerColumn>> columns_;
};

// The exact sum of each row, those of headlines first: see `unit_sum`. None if a column has no
// integers.
inline nb::object sample_values(nb::list formulas, nb::dict counts, Array<const i64> offsets,
                                ValueTable headlines, ValueTable parts, nb::object log,
                                nb::object exp) {
  Formulas values(std::move(counts), std::move(offsets), headlines, parts, std::move(log),
                  std::move(exp));
  for (nb::handle formula : formulas) {
    if (!values.write(nb::cast<nb::tuple>(formula))) return nb::none();
  }
  nb::list sums;
  for (const ValueTable& table : {headlines, parts}) {
    const std::size_t width = table.shape(1);
    for (std::size_t row = 0; row < table.shape(0); ++row) {
      sums.append(unit_sum(table.data() + row * width, width));
    }
  }
  return sums;
}

// The sums of totals of samples, and a row of bytes per sample: see `summed_rows`. A total is a column
// less a number, at least 0; of a column of pairs the sample's first one counts. None if a column
// has no integers, or a number takes more than a byte.
inline nb::object summed_totals(nb::dict counts, Array<const i64> offsets, nb::tuple totals) {
  const std::size_t samples = offsets.size() - 1, width = totals.size();
  auto rows = std::make_unique<std::vector<u8>>(width * samples);
  nb::list sums;
  u64 all = 0;
  for (std::size_t t = 0; t < width; ++t) {
    const auto total = nb::cast<nb::tuple>(totals[t]);
    IntegerColumn column;
    if (!column.open(counts[total[0]])) return nb::none();
    const auto less = nb::cast<i64>(total[1]);
    const bool of_pairs = column.size() != samples;
    u8* to = rows->data() + t;
    u64 sum = 0;
    for (std::size_t s = 0; s < samples; ++s, to += width) {
      const std::size_t row = of_pairs ? static_cast<std::size_t>(offsets.data()[s]) : s;
      if (row >= column.size()) throw std::invalid_argument("a column has too few rows");
      const auto number = static_cast<u64>(std::max(column[row] - less, i64{0}));
      all |= number;
      sum += number;
      *to = static_cast<u8>(number);
    }
    sums.append(sum);
  }
  if (all > 255) return nb::none();
  return nb::make_tuple(sums, table_of(std::move(rows), samples, width));
}

inline void add_values(nb::module_& module) {
  module.def("summed_totals", &summed_totals, nb::arg("counts"), nb::arg("offsets"),
             nb::arg("totals"), "Sum totals, and return a row of bytes per sample; see metrics/bleu.py.");
  nb::class_<PairValues>(module, "PairValues", "Values of a pair; see evaluation/pairs.py.")
      .def(nb::init<nb::tuple, nb::list>(), nb::arg("names"), nb::arg("formulas"))
      .def("__call__", &PairValues::operator(), nb::arg("counts"));
  module.def("sample_values", &sample_values, nb::arg("formulas"), nb::arg("counts"),
             nb::arg("offsets"), nb::arg("headlines").noconvert(), nb::arg("parts").noconvert(),
             nb::arg("log"), nb::arg("exp"),
             "Write the values of samples, and return their sums; see metrics/formulas.py.");
}

}  // namespace textmetrics

// Where the counts go, by the names of kernels/counts.py.
#pragma once

#include "sets.h"

namespace textmetrics {

constexpr int kBasicOrders = 4;
constexpr i64 kBasicColumns = 5 + 2 * kBasicOrders;

// Where the counts go, by the names of kernels/counts.py; null where nobody asked.
struct Columns {
  i64* prediction_length = nullptr;
  i64* reference_length = nullptr;
  i64* equal = nullptr;
  i64* match[kOrders] = {};
  i64* lcs = nullptr;
  i64* clip[kOrders] = {};
  i64* closest_length = nullptr;
  i64* prediction_distinct[kSetOrders] = {};
  i64* reference_distinct[kSetOrders] = {};
  i64* common[kSetOrders] = {};
  i64* longest_run = nullptr;
  i64* skip_match = nullptr;
  i64* head_match = nullptr;
  i64* edits = nullptr;
  i64* hits = nullptr;
  i64* beam_edits = nullptr;
  i64* beam_indels = nullptr;
  i64* shift_edits = nullptr;
  i64* reference_shift_edits = nullptr;
  i64* prediction_words = nullptr;
  i64* reference_words = nullptr;
  i64* prediction_types = nullptr;
  i64* reference_types = nullptr;
  i64* union_lcs = nullptr;
  i64* union_types = nullptr;
  i64* weighted_lcs = nullptr;
  i64* reference_weight = nullptr;

  // The basic ones for one pair, one after the other in the order of kernels/counts.py.
  static Columns basic(i64* to) {
    Columns columns;
    columns.prediction_length = to++;
    columns.reference_length = to++;
    columns.equal = to++;
    for (int n = 0; n < kBasicOrders; ++n) columns.match[n] = to++;
    columns.lcs = to++;
    for (int n = 0; n < kBasicOrders; ++n) columns.clip[n] = to++;
    columns.closest_length = to;
    return columns;
  }

  // Whether something is asked for whose steps grow with the square of the tokens.
  bool squares() const { return lcs || union_lcs || union_types || edits || hits; }

  // The highest n of the matches and clips that are asked for.
  int orders() const {
    int n = kOrders;
    while (n > 0 && match[n - 1] == nullptr && clip[n - 1] == nullptr) --n;
    return n;
  }

  // The highest n of the distinct n-grams that are asked for.
  int set_orders() const {
    int n = kSetOrders;
    while (n > 0 && prediction_distinct[n - 1] == nullptr && reference_distinct[n - 1] == nullptr &&
           common[n - 1] == nullptr) {
      --n;
    }
    return n;
  }
};

}  // namespace textmetrics

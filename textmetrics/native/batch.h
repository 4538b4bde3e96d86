// A batch of samples on the threads of this machine.
#pragma once

#include <algorithm>
#include <atomic>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "columns.h"
#include "counts.h"
#include "threads.h"
#include "worker.h"

namespace textmetrics {

// The arrays of a `Batch`; see scan/batch.py.
struct Samples {
  const i32* ids;
  const i64* offsets;
  const i64* bounds;
  i64 count;

  Sample sample(i64 s) const {
    const i64 first = bounds[s];
    return Sample{ids, offsets + first, bounds[s + 1] - first - 1, s, first - s};
  }
};

inline void check_bounds(const i64* bounds, i64 size, i64 end, const std::string& name) {
  if (size < 1 || bounds[0] != 0) throw std::invalid_argument(name + " must begin with 0");
  for (i64 i = 1; i < size; ++i) {
    if (bounds[i] < bounds[i - 1]) {
      throw std::invalid_argument(name + " must not fall, and does at " + std::to_string(i));
    }
  }
  if (bounds[size - 1] != end) {
    throw std::invalid_argument(name + " must end with " + std::to_string(end) + ", not " +
                                std::to_string(bounds[size - 1]));
  }
}

// Places of tokens, and what is counted of them, are 32 bits wide.
inline void check_size(i64 sample, i64 tokens) {
  if (tokens > std::numeric_limits<i32>::max()) {
    throw std::invalid_argument("sample " + std::to_string(sample) +
                                " has more than 2^31 - 1 tokens");
  }
}

inline void check_samples(const Samples& samples) {
  for (i64 s = 0; s < samples.count; ++s) {
    if (samples.bounds[s + 1] - samples.bounds[s] < 2) {
      throw std::invalid_argument("sample " + std::to_string(s) +
                                  " needs a prediction and at least one reference");
    }
    check_size(s, samples.sample(s).tokens());
  }
}

// Whether the prediction of each sample repeats itself; see scan/batch.py.
inline std::vector<i64> repetitive(const Samples& samples) {
  std::vector<i64> found;
  found.reserve(static_cast<std::size_t>(samples.count));
  Repeats repeats;
  for (i64 s = 0; s < samples.count; ++s) {
    found.push_back(repeats(samples.sample(s).sequence(0)));
  }
  return found;
}

// Threads that are worth waking (some tens of microseconds each): one a share of work.
template <class Cost>
i64 useful_threads(const Cost& cost, i64 samples, i64 threads) {
  constexpr double kShare = 1 << 16;
  double whole = 0.0;
  for (i64 s = 0; s < samples && threads > 1; ++s) whole += cost(s);
  const double shares = std::min(whole / kShare, static_cast<double>(samples));
  return std::max(std::min(threads, static_cast<i64>(shares)), i64{1});
}

// A rough count of the steps that a sample takes.
inline double steps_of(const Sample& sample, const Columns& columns) {
  const double tokens = static_cast<double>(sample.tokens());
  const double predicted = static_cast<double>(sample.sequence(0).length);
  return 8.0 * tokens + (columns.squares() ? predicted * (tokens - predicted) / kWord : 0.0);
}

// Count all samples on up to `threads` threads, this one among them.
inline void count_batch(const Samples& samples, const Columns& columns, i64 threads) {
  check_samples(samples);
  std::atomic<i64> malformed{samples.count};  // the first such sample
  const auto cost = [&](i64 s) { return steps_of(samples.sample(s), columns); };
  threads = useful_threads(cost, samples.count, threads);
  in_parallel(runs_by_cost(samples.count, threads, cost), threads, [&] {
    return [&, worker = Worker(columns)](const Run& run) mutable {
      for (i64 s = run.from; s < run.to; ++s) {
        if (worker.count(samples.sample(s))) continue;
        i64 first = malformed;
        while (s < first && !malformed.compare_exchange_weak(first, s)) continue;
      }
    };
  });
  if (malformed < samples.count) {
    throw std::invalid_argument("sample " + std::to_string(malformed) +
                                " has an id that is negative or not dense");
  }
}

}  // namespace textmetrics

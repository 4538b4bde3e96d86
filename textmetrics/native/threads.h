// Work on the samples of a batch, spread over threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "counts.h"

namespace textmetrics {

// Samples that a worker takes at a time: few, so that long ones hold up nobody else.
inline i64 grain(i64 count, i64 threads) {
  return std::clamp(count / (16 * threads), i64{1}, i64{64});
}

// Let workers take runs of `count` items until none is left. `make()` gives a worker, a function
// of (from, to), to each thread, this one among them; the first exception of any comes out here.
template <class Make>
void in_parallel(i64 count, i64 run, i64 threads, const Make& make) {
  std::atomic<i64> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure;  // written by whoever sets `failed` first
  const auto work = [&]() noexcept {
    try {
      auto worker = make();
      for (i64 from; (from = next.fetch_add(run)) < count;) {
        worker(from, std::min(from + run, count));
      }
    } catch (...) {
      if (!failed.exchange(true)) failure = std::current_exception();
      next = count;
    }
  };
  std::vector<std::thread> others;
  others.reserve(static_cast<std::size_t>(threads));
  try {
    for (i64 t = 1; t < threads; ++t) others.emplace_back(work);
  } catch (const std::exception&) {  // no more threads to be had: go on with those there are
  }
  work();
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace textmetrics

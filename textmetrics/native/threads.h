// Work on the samples of a batch, spread over threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "counts.h"
#include "stop.h"

namespace textmetrics {

// Samples that a worker takes at a time: few, so that long ones hold up nobody else.
inline i64 grain(i64 count, i64 threads) {
  return std::clamp(count / (16 * threads), i64{1}, i64{64});
}

// The threads that work for another one, which waits for them.
class Others {
 public:
  void begin() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++running_;
  }
  void end() noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--running_ == 0) none_left_.notify_one();
  }
  // Wait for so long at most; whether all have ended.
  bool wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    return none_left_.wait_for(lock, Stop::kPatience, [&] { return running_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_left_;
  i64 running_ = 0;
};

// Let workers take runs of `count` items until none is left. `make()` gives a worker, a function
// of (from, to), to each thread, this one among them; the first exception of any comes out here.
template <class Make>
void in_parallel(i64 count, i64 run, i64 threads, const Make& make) {
  Stop* const stop = present_part.stop;
  std::atomic<i64> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure;  // written by whoever sets `failed` first
  const auto attempt = [&](const auto& task) noexcept {
    try {
      task();
    } catch (const Stopped&) {  // what stopped it is the failure
      next = count;
    } catch (...) {
      if (!failed.exchange(true)) failure = std::current_exception();
      next = count;
      if (stop != nullptr) stop->want();
    }
  };
  const auto work = [&] {
    auto worker = make();
    for (i64 from; (from = next.fetch_add(run)) < count;) {
      worker(from, std::min(from + run, count));
    }
  };
  Others running;
  std::vector<std::thread> others;
  others.reserve(static_cast<std::size_t>(threads));
  try {
    for (i64 t = 1; t < threads; ++t) {
      running.begin();
      try {
        others.emplace_back([&]() noexcept {
          const TakesPart part(stop, false);
          attempt(work);
          running.end();
        });
      } catch (...) {
        running.end();
        throw;
      }
    }
  } catch (const std::exception&) {  // no more threads to be had: go on with those there are
  }
  attempt(work);
  while (!running.wait()) {
    if (stop != nullptr && !stop->wanted()) attempt([&] { stop->ask(); });
  }
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace textmetrics

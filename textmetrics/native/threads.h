// Work on the samples of a batch, spread over threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

#include "counts.h"
#include "pool.h"
#include "stop.h"

namespace textmetrics {

// Samples that a thread takes at a time.
struct Run {
  i64 from, to;
  std::size_t number;  // in the order of the samples
  double cost;
};

// Runs of `size` samples each, for threads that each take as many as they can.
inline std::vector<Run> equal_runs(i64 count, i64 size) {
  std::vector<Run> runs;
  for (i64 from = 0; from < count; from += size) {
    runs.push_back(Run{from, std::min(from + size, count), runs.size(), 0.0});
  }
  return runs;
}

// Runs of about the same cost, of few samples each, the dearest one first: so all threads end at
// about the same time, wherever long samples are. One thread takes all in one.
template <class Cost>
std::vector<Run> runs_by_cost(i64 count, i64 threads, const Cost& cost) {
  constexpr i64 kMost = 64, kRuns = 16;  // samples a run, runs a thread
  if (threads == 1 || count == 0) return equal_runs(count, std::max(count, i64{1}));
  double whole = 0.0;
  for (i64 s = 0; s < count; ++s) whole += cost(s);
  const double share = whole / static_cast<double>(kRuns * threads);
  std::vector<Run> runs;
  Run run{0, 0, 0, 0.0};
  while (run.to < count) {
    run.cost += cost(run.to++);
    if (run.cost < share && run.to - run.from < kMost && run.to < count) continue;
    runs.push_back(run);
    run = Run{run.to, run.to, runs.size(), 0.0};
  }
  std::stable_sort(runs.begin(), runs.end(),
                   [](const Run& one, const Run& other) { return one.cost > other.cost; });
  return runs;
}

// Runs that the threads of the process take until none is left. `make()` gives a worker, a function
// of a run, to each thread.
template <class Make>
class Parallel final : public Work {
 public:
  // Begins at once, on up to `threads` threads with the one that calls `finish`.
  Parallel(std::vector<Run> runs, i64 threads, Make make)
      : runs_(std::move(runs)), make_(std::move(make)), pool_(Pool::of_process()),
        places_(std::min(threads, static_cast<i64>(runs_.size())) - 1) {
    if (places_ > 0) pool_.offer(*this, places_);
  }
  Parallel(const Parallel&) = delete;
  Parallel& operator=(const Parallel&) = delete;
  ~Parallel() override {
    cancel();
    while (!is_alone()) continue;
  }

  // Take part until all is done; the first exception of any thread comes out here.
  void finish() {
    stop_.asked = present_part.stop;
    {
      const TakesPart part(&stop_, present_part.asks);
      attempt();
    }
    while (!is_alone()) {
      if (!stop_.wanted()) attempt([&] { stop_.ask(); });
    }
    stop_.asked = nullptr;
    if (failure_) std::rethrow_exception(failure_);
    if (places_ > 0 && !pool_.is_of_process()) {  // a handler of a signal went on in the child
      throw std::runtime_error("the process was forked while threads worked for it");
    }
  }

 private:
  // What helpers look at, and what asks Python for all of them.
  struct SharedStop final : Stop {
    void ask() override {
      try {
        if (asked != nullptr) asked->ask();
      } catch (...) {
        want();
        throw;
      }
    }
    Stop* asked = nullptr;
  };

  // Whether no other thread is at it, for which it waits a moment.
  bool is_alone() { return places_ < 1 || pool_.close(*this, Stop::kPatience); }

  void help() noexcept override {
    const TakesPart part(&stop_, false);
    attempt();
  }

  void attempt() noexcept {
    attempt([&] {
      if (next_ >= runs_.size()) return;
      auto worker = make_();
      for (std::size_t at; (at = next_++) < runs_.size();) worker(runs_[at]);
    });
  }

  template <class Task>
  void attempt(const Task& task) noexcept {
    try {
      task();
    } catch (const Stopped&) {  // what stopped it is the failure
      cancel();
    } catch (...) {
      if (!failed_.exchange(true)) failure_ = std::current_exception();
      cancel();
    }
  }

  void cancel() noexcept {
    next_ = runs_.size();
    stop_.want();
  }

  const std::vector<Run> runs_;
  const Make make_;
  Pool& pool_;
  const i64 places_;  // for others
  SharedStop stop_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  std::exception_ptr failure_;  // written by whoever sets `failed_` first
};

// Do all of it now, on up to `threads` threads.
template <class Make>
void in_parallel(std::vector<Run> runs, i64 threads, Make make) {
  Parallel<Make>(std::move(runs), threads, std::move(make)).finish();
}

}  // namespace textmetrics

// Long work that ends when its caller is asked to stop.
//
// Loops tell how many steps they have taken. After a millisecond or so of them a thread looks up:
// the one that Python called asks Python now and then whether a signal came, and the others learn
// of it by a flag. Where nobody waits, as in a short call that keeps the GIL, nobody looks.
#pragma once

#include <atomic>
#include <chrono>

#include "counts.h"

namespace textmetrics {

// What ends the work of a thread because another one was asked to stop.
struct Stopped {};

// Whether some work is to end: shared by the threads that take part in it.
class Stop {
 public:
  static constexpr std::chrono::milliseconds kPatience{50};  // between two questions

  Stop() = default;
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;
  virtual ~Stop() = default;

  bool wanted() const { return wanted_.load(std::memory_order_relaxed); }
  void want() { wanted_.store(true, std::memory_order_relaxed); }

  // Ask Python, if it was not asked lately; by the thread that it called. Throws its exception, and
  // the work is to end then.
  virtual void ask() = 0;

 private:
  std::atomic<bool> wanted_{false};
};

// A thread's part in work that can be stopped.
struct Part {
  static constexpr i64 kSteps = 1 << 20;

  Stop* stop;
  bool asks;  // whether it is the thread that Python called
  i64 left;   // steps until it looks

  void look() {
    left = kSteps;
    if (stop == nullptr) return;
    if (stop->wanted()) throw Stopped{};
    if (asks) stop->ask();
  }
};

inline thread_local Part present_part{nullptr, false, Part::kSteps};

// To be called in every loop that may take long, with about as many steps as nanoseconds.
inline void worked(i64 steps) {
  Part& part = present_part;
  if ((part.left -= steps) < 0) part.look();
}

// The same in loops of short steps, at each 4,096th of which a call is not noticed.
inline void worked_at(i64 step, i64 each) {
  if ((step & 0xFFF) == 0xFFF) worked(each << 12);
}

// Call with one range of many steps after the other, for loops that a look at each step would slow.
template <class Run>
void in_runs(i64 count, i64 each, const Run& run) {
  constexpr i64 kRun = 1 << 16;
  i64 from = 0;
  for (; count - from > kRun; from += kRun) {
    run(from, from + kRun);
    worked(each * kRun);
  }
  run(from, count);
}

// This thread takes part until the end of a block.
class TakesPart {
 public:
  TakesPart(Stop* stop, bool asks) : before_(present_part) {
    present_part = Part{stop, asks, Part::kSteps};
  }
  TakesPart(const TakesPart&) = delete;
  TakesPart& operator=(const TakesPart&) = delete;
  ~TakesPart() { present_part = before_; }

 private:
  const Part before_;
};

}  // namespace textmetrics

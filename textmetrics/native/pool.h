// The threads of the process, which help with work that others have.
//
// They are started when they are first wanted, because a start takes as long as counting fifty
// samples, and sleep while there is nothing to do. Who has work offers places in it and then does
// it: a thread that comes late takes what is left, and nobody waits for one that has not come. So
// callers can share the threads, and none waits for the work of another.
#pragma once

#ifndef _WIN32
#include <pthread.h>
#include <signal.h>
#endif
#ifdef __linux__
#include <sched.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "counts.h"

namespace textmetrics {

// Work that threads of the pool may help with.
class Work {
 public:
  virtual ~Work() = default;

 private:
  friend class Pool;

  virtual void help() noexcept = 0;  // by several threads at once

  i64 places_ = 0;   // for threads that may still come
  i64 helpers_ = 0;  // threads that are at it
};

// The processors on which a thread may run. Python may be given others at any time, and who helps
// it must keep to them.
class Processors {
 public:
#ifdef __linux__
  static Processors of_this_thread() {
    Processors own;
    own.known_ = sched_getaffinity(0, sizeof own.set_, &own.set_) == 0;
    return own;
  }
  void take() const {
    if (known_) sched_setaffinity(0, sizeof set_, &set_);
  }
  bool operator!=(const Processors& other) const {
    return known_ != other.known_ || (known_ && !CPU_EQUAL(&set_, &other.set_));
  }

 private:
  cpu_set_t set_{};
  bool known_ = false;
#else
  static Processors of_this_thread() { return {}; }
  void take() const {}
  bool operator!=(const Processors&) const { return false; }
#endif
};

// Threads that start during a block leave signals to others: the main thread's calls to the system
// must end when Ctrl-C comes. Faults stay with the thread that has them.
class SignalsBlocked {
 public:
#ifndef _WIN32
  SignalsBlocked() {
    sigset_t blocked;
    sigfillset(&blocked);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigdelset(&blocked, fault);
    pthread_sigmask(SIG_SETMASK, &blocked, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;

 public:
#else
  SignalsBlocked() {}
#endif
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
};

class Pool {
 public:
  // The one of this process: a forked child makes its own, since it has none of its parent's
  // threads. It is never destroyed, because they sleep in it until the process ends.
  static Pool& of_process() {
    Pool* pool = present_.load(std::memory_order_acquire);
    if (pool != nullptr) return *pool;
    auto made = std::make_unique<Pool>();
    if (present_.compare_exchange_strong(pool, made.get())) return *made.release();
    return *pool;  // another thread was faster
  }

  // Whether it is not that of a parent process, whose threads are gone and whose lock may be held.
  bool is_of_process() const { return present_.load(std::memory_order_acquire) == this; }

  // Let so many threads come; fewer, if no more are to be had.
  void offer(Work& work, i64 places) {
    const Processors processors = Processors::of_this_thread();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      open_.reserve(open_.size() + 1);
      if (processors_ != processors) {
        processors_ = processors;
        ++moves_;
      }
      start(places);
      work.places_ = places;
      open_.push_back(&work);
    }
    for (i64 i = 0; i < places; ++i) offered_.notify_one();
  }

  // Let no more threads come, and wait so long at most for those that did; whether none is left.
  bool close(Work& work, std::chrono::milliseconds patience) {
    if (!is_of_process()) return true;
    std::unique_lock<std::mutex> lock(mutex_);
    open_.erase(std::remove(open_.begin(), open_.end(), &work), open_.end());
    return left_.wait_for(lock, patience, [&] { return work.helpers_ == 0; });
  }

 private:
  void start(i64 threads) {
    if (threads_ >= threads) return;
    const SignalsBlocked blocked;
    try {
      for (; threads_ < threads; ++threads_) std::thread([this] { serve(); }).detach();
    } catch (const std::system_error&) {  // no more are to be had
    }
  }

  [[noreturn]] void serve() noexcept {
    i64 moves = 0;
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      offered_.wait(lock, [&] { return !open_.empty(); });
      Work& work = *open_.front();
      if (--work.places_ == 0) open_.erase(open_.begin());
      ++work.helpers_;
      const bool moved = moves != moves_;
      moves = moves_;
      const Processors processors = processors_;
      lock.unlock();
      if (moved) processors.take();
      work.help();
      lock.lock();
      if (--work.helpers_ == 0) left_.notify_all();
    }
  }

  inline static std::atomic<Pool*> present_{nullptr};
#ifndef _WIN32
  // When the module is loaded, because a fork may come at any time afterwards.
  inline static const int watched_ = pthread_atfork(nullptr, nullptr, [] { present_ = nullptr; });
#endif

  std::mutex mutex_;
  std::condition_variable offered_, left_;
  std::vector<Work*> open_;  // what has places
  i64 threads_ = 0;
  Processors processors_ = Processors::of_this_thread();  // of who had work last
  i64 moves_ = 0;                                         // how often that changed
};

}  // namespace textmetrics

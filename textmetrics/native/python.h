// Strings of Python as code points, and arrays for Python.
#pragma once

#include <nanobind/eval.h>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "stop.h"
#include "text.h"

namespace textmetrics {

namespace nb = nanobind;

template <class T>
using Values = nb::ndarray<nb::numpy, T, nb::ndim<1>>;

// Lets other threads of Python run until the end of a block, and ends work in it when a signal
// comes (see stop.h).
class Released final : public Stop {
 public:
  Released() : state_(PyEval_SaveThread()), part_(this, true) {}

  ~Released() override { restore(); }

  void ask() override {
    if (std::chrono::steady_clock::now() < next_) return;
    try {
      ask_python();
    } catch (...) {
      want();
      throw;
    }
    next_ = std::chrono::steady_clock::now() + kPatience;
  }

 private:
  // The main thread handles signals here. Another one may have been sent an exception, which is
  // raised by any loop of Python.
  void ask_python() {
    restore();
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    nb::eval("[each for each in (None,)]");
    state_ = PyEval_SaveThread();
  }

  // Where the interpreter ends meanwhile, Python before 3.14 unwinds the stack of a daemon thread
  // that comes back. C++ would end the process for that, so the thread sleeps, as it does later.
  void restore() {
    if (state_ == nullptr) return;  // an exception is on its way
    try {
      PyEval_RestoreThread(state_);
    } catch (...) {
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
    state_ = nullptr;
  }

  PyThreadState* state_;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + kPatience;
  const TakesPart part_;
};

// Objects that a thread takes for a call, since they keep what they have seen and the memory that
// they work in. The mutex does nothing where there is a GIL, with which all this is called.
template <class T>
class Idle {
 public:
  template <class Make>
  std::unique_ptr<T> take(const Make& make) {
    {
      const nb::ft_lock_guard lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<T> taken = std::move(idle_.back());
        idle_.pop_back();
        return taken;
      }
    }
    return make();
  }

  template <class Make>
  std::vector<std::unique_ptr<T>> take(i64 count, const Make& make) {
    std::vector<std::unique_ptr<T>> taken;
    while (static_cast<i64>(taken.size()) < count) taken.push_back(take(make));
    return taken;
  }

  void give_back(std::unique_ptr<T> one) {
    const nb::ft_lock_guard lock(mutex_);
    idle_.push_back(std::move(one));
  }

  void give_back(std::vector<std::unique_ptr<T>>&& all) {
    for (auto& one : all) give_back(std::move(one));
  }

 private:
  nb::ft_mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_;
};

// An array for Python that owns its memory.
template <class T>
Values<T> values(std::vector<T>&& numbers) {
  auto* kept = new std::vector<T>(std::move(numbers));
  nb::capsule owner(kept, [](void* each) noexcept { delete static_cast<std::vector<T>*>(each); });
  return Values<T>(kept->data(), {kept->size()}, owner);
}

// A string as Python keeps it; valid while somebody holds the string.
inline Text text_of(nb::handle string) {
  if (!PyUnicode_Check(string.ptr())) throw nb::type_error("texts must be strings");
#if PY_VERSION_HEX < 0x030C0000
  if (PyUnicode_READY(string.ptr()) != 0) throw nb::python_error();
#endif
  return Text{PyUnicode_DATA(string.ptr()), PyUnicode_GET_LENGTH(string.ptr()),
              static_cast<int>(PyUnicode_KIND(string.ptr())),
              PyUnicode_IS_ASCII(string.ptr()) != 0};
}

// Strings; the tuple holds them while the GIL is released.
inline std::vector<Text> texts_of(const nb::tuple& strings) {
  std::vector<Text> texts;
  texts.reserve(strings.size());
  for (nb::handle each : strings) texts.push_back(text_of(each));
  return texts;
}

}  // namespace textmetrics

// Strings of Python as code points, and arrays for Python.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <utility>
#include <vector>

#include "text.h"

namespace textmetrics {

namespace nb = nanobind;

template <class T>
using Values = nb::ndarray<nb::numpy, T, nb::ndim<1>>;

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

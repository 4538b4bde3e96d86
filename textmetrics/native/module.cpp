// The door to Python: arrays come in, are checked, and leave with counts in them.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "batch.h"
#include "function_words.h"
#include "jieba_module.h"
#include "module_columns.h"
#include "module_ids.h"
#include "module_punkt.h"
#include "module_resample.h"
#include "module_scan.h"
#include "module_sums.h"
#include "module_values.h"
#include "module_view.h"
#include "python.h"
#include "sudachi_module.h"

namespace nb = nanobind;

namespace {

using textmetrics::Array;
using textmetrics::Columns;
using textmetrics::i32;
using textmetrics::i64;
using textmetrics::Jieba;
using textmetrics::Released;
using textmetrics::Sudachi;

textmetrics::Samples checked(const Array<const i32>& ids, const Array<const i64>& offsets,
                             const Array<const i64>& samples) {
  const auto sequences = static_cast<i64>(offsets.size()) - 1;
  textmetrics::check_bounds(offsets.data(), sequences + 1, static_cast<i64>(ids.size()), "offsets");
  const auto size = static_cast<i64>(samples.size());
  textmetrics::check_bounds(samples.data(), size, sequences, "samples");
  return {ids.data(), offsets.data(), samples.data(), size - 1};
}

void count(Array<const i32> ids, Array<const i64> offsets, Array<const i64> samples,
           nb::dict columns, i64 threads) {
  if (threads < 1) throw std::invalid_argument("threads must be at least 1");
  const textmetrics::Samples batch = checked(ids, offsets, samples);
  const i64 pairs = static_cast<i64>(offsets.size()) - 1 - batch.count;
  const Columns wanted = textmetrics::open_columns(columns, pairs, batch.count);
  const Released released;
  textmetrics::count_batch(batch, wanted, threads);
}

textmetrics::Values<i64> repetitive(Array<const i32> ids, Array<const i64> offsets,
                                    Array<const i64> samples) {
  const textmetrics::Samples batch = checked(ids, offsets, samples);
  textmetrics::check_samples(batch);
  std::vector<i64> found;
  {
    const Released released;
    found = textmetrics::repetitive(batch);
  }
  return textmetrics::values(std::move(found));
}

}  // namespace

NB_MODULE(_native, module) {
  module.doc() = "The fast twins of textmetrics, in C++.";
#ifndef __SANITIZE_ADDRESS__
  nb::set_leak_warnings(false);  // a daemon thread may hold an object when the interpreter ends
#endif
  module.def("count", &count, nb::arg("ids").noconvert(), nb::arg("offsets").noconvert(),
             nb::arg("samples").noconvert(), nb::arg("columns"), nb::arg("threads"),
             "Fill the arrays of ``columns``, whose names are those of ``Counts``, for a batch.");
  module.def("repetitive", &repetitive, nb::arg("ids").noconvert(), nb::arg("offsets").noconvert(),
             nb::arg("samples").noconvert(),
             "Say of each sample whether its prediction repeats itself; see scan/batch.py.");
  nb::class_<Sudachi>(module, "Sudachi", "Sudachi's words; see languages/sudachi_port.py.")
      .def(nb::init<nb::handle, nb::list, nb::dict, nb::list, nb::handle, nb::str, nb::str,
                    nb::str, textmetrics::u32, textmetrics::u32>(),
           nb::arg("file"), nb::arg("classes"), nb::arg("rewritten"), nb::arg("unknown"),
           nb::arg("simple"), nb::arg("prolonged"), nb::arg("left_brackets"),
           nb::arg("right_brackets"), nb::arg("longest_reading"), nb::arg("shortest_katakana"))
      .def("parts_of_speech", &Sudachi::parts_of_speech,
           "Return the parts of speech, each of six levels, in the order of their numbers.")
      .def("words", &Sudachi::words, nb::arg("text"), nb::arg("mode"),
           "Return begin, end, normalized and dictionary form, and part of speech of each word.");
  nb::class_<Jieba>(module, "Jieba", "jieba 0.42.1's segmentation; see languages/jieba_port.py.")
      .def(nb::init<nb::dict, nb::handle, nb::handle, nb::sequence, nb::sequence, nb::sequence,
                    nb::sequence>(),
           nb::arg("frequencies"), nb::arg("total"), nb::arg("splits"), nb::arg("start"),
           nb::arg("after_earlier"), nb::arg("after_later"), nb::arg("emissions"))
      .def(nb::init<nb::bytes, nb::sequence, nb::sequence, nb::sequence, nb::sequence>(),
           nb::arg("lines"), nb::arg("start"), nb::arg("after_earlier"), nb::arg("after_later"),
           nb::arg("emissions"))
      .def("cut", &Jieba::cut, nb::arg("text"), "Cut a text as ``jieba.lcut`` does.")
      .def("weight", &Jieba::weight, nb::arg("word"),
           "Give a word's log probability; minus infinity if it is not in the dictionary.")
      .def("boundaries", &Jieba::boundaries, nb::arg("texts"), nb::arg("threads") = 1,
           "Give where tokens end, in characters, and the offsets of each text's in that.");
  textmetrics::add_function_words(module);
  textmetrics::add_ids(module);
  textmetrics::add_resampling(module);
  textmetrics::add_scanner(module);
  textmetrics::add_sentences(module);
  textmetrics::add_sums(module);
  textmetrics::add_values(module);
  textmetrics::add_views(module);
}

// jieba's tables as Python holds them, and texts as Python holds them.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "dictionary.h"
#include "jieba.h"
#include "python.h"
#include "threads.h"

namespace textmetrics {

// A string's code points.
inline u32 point(const Text& text, i64 i) {
  return PyUnicode_READ(static_cast<unsigned>(text.kind), text.data, i);
}

inline i64 cut(const Segmenter& segmenter, const Text& text, Scratch& scratch, i32* ends) {
  if (text.length > std::numeric_limits<i32>::max()) throw std::length_error("a text is too long");
  return with_points(
      text, [&](auto points) { return segmenter.cut(points, text.length, scratch, ends); });
}

inline void add(Entries& words, const Text& word, u16 weight) {
  with_points(word, [&](auto points) { add(words, points, word.length, weight); });
}

inline i64 read_frequency(PyObject* frequency) {
  if (!PyLong_Check(frequency)) throw nb::type_error("a frequency must be an int");
  const i64 read = PyLong_AsLongLong(frequency);
  if (read == -1 && PyErr_Occurred()) throw nb::python_error();
  if (read < 0) throw std::invalid_argument("a frequency must not be negative");
  return read;
}

// Read the words. Weights come later: no Python code runs while the dictionary is walked through.
inline void read_words(nb::dict all, Entries& words, Frequencies& frequencies) {
  const nb::ft_object_guard unchanged(all);
  const auto size = static_cast<std::size_t>(PyDict_Size(all.ptr()));
  words.entries.reserve(size);
  words.letters.reserve(3 * size);
  words.has_prefixes = true;  // without them jieba does not find the word, but where it is a rest
  PyObject *key, *value;
  for (Py_ssize_t at = 0; PyDict_Next(all.ptr(), &at, &key, &value);) {
    add(words, text_of(key), frequencies.weight(read_frequency(value)));
  }
}

// Weights as jieba computes them, with Python's own logarithm: once a frequency.
inline void weigh(const std::vector<i64>& frequencies, nb::handle total, Lexicon& lexicon) {
  const nb::object log = nb::module_::import_("math").attr("log");
  const double log_total = nb::cast<double>(log(total));
  for (std::size_t f = 1; f < frequencies.size(); ++f) {
    lexicon.words.weights.push_back(nb::cast<double>(log(frequencies[f])) - log_total);
  }
  lexicon.unknown = nb::cast<double>(log(1)) - log_total;
}

// Words that the model must not form.
inline void read_splits(nb::handle words, Entries& splits) {
  splits.weights.push_back(0);
  for (const nb::handle word : words) add(splits, text_of(word), 1);
}

inline StateWeights read_weights(nb::sequence weights) {
  if (nb::len(weights) != kStates) throw std::invalid_argument("a weight a state is needed");
  StateWeights read;
  for (std::size_t s = 0; s < kStates; ++s) read[s] = nb::cast<double>(weights[s]);
  return read;
}

// A dictionary a state, in the order of `State`: the weights of single characters.
inline void read_emissions(nb::sequence emissions, Model& model) {
  if (nb::len(emissions) != kStates) throw std::invalid_argument("emissions a state are needed");
  model.emissions.assign(kLastHan - kFirstHan + 1, {kMinFloat, kMinFloat, kMinFloat, kMinFloat});
  for (std::size_t s = 0; s < kStates; ++s) {
    for (const auto [key, value] : nb::cast<nb::dict>(emissions[s])) {
      const Text character = text_of(key);
      if (character.length != 1 || !is_han(point(character, 0))) continue;
      model.emissions[point(character, 0) - kFirstHan][s] = nb::cast<double>(value);
    }
  }
}

// Texts of Python, cut by several threads without the GIL: for tests and measurements, since
// scores cut inside of wide.h.
class Cutting {
 public:
  Cutting(const Segmenter& segmenter, nb::list texts) : segmenter_(segmenter), held_(texts) {
    texts_.reserve(held_.size());
    starts_.reserve(held_.size() + 1);
    starts_.push_back(0);
    for (const nb::handle text : held_) {
      texts_.push_back(text_of(text));
      starts_.push_back(starts_.back() + texts_.back().length);
    }
    ends_.resize(static_cast<std::size_t>(starts_.back()));
    offsets_.assign(texts_.size() + 1, 0);
  }

  // Afterwards text i's tokens end at ends[offsets[i]] and so on, up to offsets[i + 1].
  void run(i64 threads) {
    const auto count = static_cast<i64>(texts_.size());
    const auto cost = [this](i64 i) {
      return static_cast<double>(texts_[static_cast<std::size_t>(i)].length);
    };
    in_parallel(runs_by_cost(count, threads, cost), threads, [this] {
      return [this, scratch = Scratch()](const Run& run) mutable {
        for (auto i = static_cast<std::size_t>(run.from); i < static_cast<std::size_t>(run.to); ++i) {
          offsets_[i + 1] = cut(segmenter_, texts_[i], scratch, ends_.data() + starts_[i]);
        }
      };
    });
    compact();
  }

  std::vector<i32>& ends() { return ends_; }
  std::vector<i64>& offsets() { return offsets_; }

 private:
  void compact() {
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const i32* from = ends_.data() + starts_[i];
      std::copy(from, from + offsets_[i + 1], ends_.data() + offsets_[i]);
      offsets_[i + 1] += offsets_[i];
    }
    ends_.resize(static_cast<std::size_t>(offsets_.back()));
  }

  const Segmenter& segmenter_;
  const nb::tuple held_;  // the list may change meanwhile
  std::vector<Text> texts_;
  std::vector<i64> starts_, offsets_;
  std::vector<i32> ends_;
};

// jieba's segmentation with the tables as they were when this was made.
class Jieba {
 public:
  // With the tables of a tokeniser.
  Jieba(nb::dict frequencies, nb::handle total, nb::handle splits, nb::sequence start,
        nb::sequence after_earlier, nb::sequence after_later, nb::sequence emissions)
      : segmenter_(read(frequencies, total, splits),
                   read(start, after_earlier, after_later, emissions)) {}

  // With the dictionary in the lines of a file.
  Jieba(nb::bytes lines, nb::sequence start, nb::sequence after_earlier, nb::sequence after_later,
        nb::sequence emissions)
      : segmenter_(read(lines), read(start, after_earlier, after_later, emissions)) {
    give_back();
  }

  const Segmenter& segmenter() const { return segmenter_; }

  nb::list cut(nb::str text) const {
    const Text view = text_of(text);
    thread_local Scratch scratch;
    thread_local std::vector<i32> memory;
    const i32* ends = at_least(memory, view.length);
    const i64 count = textmetrics::cut(segmenter_, view, scratch, memory.data());
    nb::list tokens;
    for (i64 i = 0, from = 0; i < count; from = ends[i++]) {
      PyObject* token = PyUnicode_Substring(text.ptr(), from, ends[i]);
      if (token == nullptr) throw nb::python_error();
      tokens.append(nb::steal(token));
    }
    return tokens;
  }

  double weight(nb::str word) const {
    const Text view = text_of(word);
    return with_points(view, [&](auto points) { return segmenter_.weight(points, view.length); });
  }

  nb::tuple boundaries(nb::list texts, i64 threads) const {
    if (threads < 1) throw std::invalid_argument("threads must be at least 1");
    Cutting cutting(segmenter_, texts);
    {
      const Released released;
      cutting.run(threads);
    }
    return nb::make_tuple(values(std::move(cutting.ends())),
                          values(std::move(cutting.offsets())));
  }

 private:
  static Lexicon read(nb::dict all, nb::handle total, nb::handle splits) {
    Lexicon lexicon;
    Frequencies frequencies;
    read_words(all, lexicon.words, frequencies);
    weigh(frequencies.all(), total, lexicon);
    read_splits(splits, lexicon.splits);
    return lexicon;
  }

  static Lexicon read(nb::bytes file) {
    Lexicon lexicon;
    Frequencies frequencies;
    lexicon.words.entries.reserve(file.size() / 14);  // bytes a line, and a letter
    lexicon.words.letters.reserve(file.size() / 4);
    const Lines lines(file.c_str(), file.c_str() + file.size());
    const i64 total = read_lines(lines, lexicon.words, frequencies);
    weigh(frequencies.all(), nb::int_(total), lexicon);
    return lexicon;
  }

  static Model read(nb::sequence start, nb::sequence after_earlier, nb::sequence after_later,
                    nb::sequence emissions) {
    Model model{read_weights(start), read_weights(after_earlier), read_weights(after_later), {}};
    read_emissions(emissions, model);
    return model;
  }

  const Segmenter segmenter_;
};

}  // namespace textmetrics

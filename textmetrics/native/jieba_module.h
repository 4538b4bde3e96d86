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

inline i64 cut(const Segmenter& segmenter, const Text& text, Scratch& scratch) {
  if (text.length > std::numeric_limits<i32>::max()) throw std::length_error("a text is too long");
  return with_points(text,
                     [&](auto points) { return segmenter.cut(points, text.length, scratch); });
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
          offsets_[i + 1] = cut(segmenter_, texts_[i], scratch);
          const Word* const words = scratch.words.data();
          std::transform(words, words + offsets_[i + 1], ends_.begin() + starts_[i],
                         [](const Word& word) { return static_cast<i32>(word.end); });
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

// Strings of the words that jieba's dictionary has, by node, and of other single characters: made
// once each, since to make and free a string takes longer than to cut a word. The first that come
// are kept, as frequent words are among them. The mutex does nothing where there is a GIL.
class Strings {
 public:
  // Nodes of words are below `nodes`.
  explicit Strings(u32 nodes) : nodes_(nodes) {}

  nb::list list(nb::handle text, const Word* words, i64 count) {
    auto tokens = nb::steal<nb::list>(PyList_New(count));
    if (!tokens.is_valid()) throw nb::python_error();
    const nb::ft_lock_guard lock(mutex_);
    u32 from = 0;
    for (i64 i = 0; i < count; ++i) {
      PyList_SET_ITEM(tokens.ptr(), i, string(text, from, words[i]).release().ptr());
      from = words[i].end;
    }
    return tokens;
  }

 private:
  static constexpr std::size_t kMost = 1 << 15;

  struct Slot {
    u32 place;  // 0 where there is no string
    nb::object string;
  };

  nb::object string(nb::handle text, u32 from, Word word) {
    u32 place = word.node;
    if (place == 0) {
      if (word.end > from + 1) return part(text, from, word.end);
      place = nodes_ + PyUnicode_READ_CHAR(text.ptr(), from);
    }
    Slot& slot = slot_of(place);
    if (slot.place != 0) return slot.string;
    nb::object made = part(text, from, word.end);
    if (count_ < kMost) {
      slot = Slot{place, made};
      if (2 * ++count_ > slots_.size()) grow();
    }
    return made;
  }

  // Its slot, or an empty one for it.
  Slot& slot_of(u32 place) {
    u64 at = (place * 0x9E3779B97F4A7C15ULL) >> shift_;
    while (slots_[at].place != 0 && slots_[at].place != place) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }

  void grow() {
    std::vector<Slot> before(2 * slots_.size());
    before.swap(slots_);
    --shift_;
    for (Slot& slot : before) {
      if (slot.place != 0) slot_of(slot.place) = std::move(slot);
    }
  }

  static nb::object part(nb::handle text, u32 from, u32 end) {
    nb::object made = nb::steal(PyUnicode_Substring(text.ptr(), from, end));
    if (!made.is_valid()) throw nb::python_error();
    return made;
  }

  const u32 nodes_;
  nb::ft_mutex mutex_;
  std::vector<Slot> slots_ = std::vector<Slot>(1 << 10);
  int shift_ = 64 - 10;
  std::size_t count_ = 0;  // of strings
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

  nb::list cut(nb::str text) {
    thread_local Scratch scratch;
    const i64 count = textmetrics::cut(segmenter_, text_of(text), scratch);
    return strings_.list(text, scratch.words.data(), count);
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
  Strings strings_{segmenter_.nodes()};
};

}  // namespace textmetrics

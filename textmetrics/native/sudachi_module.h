// Sudachi's dictionary and settings as Python gives them, and words as Python takes them.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <memory>
#include <utility>
#include <vector>

#include "python.h"
#include "sudachi.h"

namespace textmetrics {

inline std::u32string u32_of(nb::handle string) {
  const Text text = text_of(string);
  std::u32string points;
  for (i64 i = 0; i < text.length; ++i) {
    points.push_back(PyUnicode_READ(static_cast<unsigned>(text.kind), text.data, i));
  }
  return points;
}

inline nb::object string_of(const std::u32string& points) {
  return nb::steal(PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, points.data(),
                                             static_cast<Py_ssize_t>(points.size())));
}

// A buffer of Python, such as a file that is mapped into memory.
class Buffer {
 public:
  explicit Buffer(nb::handle object) {
    if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_SIMPLE) != 0) throw nb::python_error();
  }
  ~Buffer() { PyBuffer_Release(&view_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  Bytes bytes() const { return Bytes{static_cast<const u8*>(view_.buf), static_cast<u64>(view_.len)}; }

 private:
  Py_buffer view_;
};

class Sudachi {
 public:
  // `classes` are (begin, end, bits) of code points; `rewritten` has one or two characters and
  // what they become; `unknown` has (bit, always, grouped, longest, [(left, right, cost, speech)]).
  Sudachi(nb::handle file, nb::list classes, nb::dict rewritten, nb::list unknown, nb::tuple simple,
          nb::str marks, nb::str left_brackets, nb::str right_brackets, u32 longest_reading,
          nb::str katakana, u32 shortest_katakana)
      : buffer_(file), dictionary_(buffer_.bytes()) {
    (void)katakana;
    for (nb::handle each : classes) {
      characters_.set_classes(nb::cast<u32>(each[0]), nb::cast<u32>(each[1]), nb::cast<u32>(each[2]));
    }
    for (const auto& [from, to] : rewritten) {
      const std::u32string key = u32_of(from);
      if (key.size() == 1) {
        characters_.rewrite(key[0], u32_of(to));
      } else {
        characters_.rewrite(key.at(0), key.at(1), u32_of(to));
      }
    }
    for (nb::handle each : unknown) {
      UnknownClass& kind = settings_.classes.at(nb::cast<u32>(each[0]));
      kind.always = nb::cast<bool>(each[1]);
      kind.grouped = nb::cast<bool>(each[2]);
      kind.longest = nb::cast<u32>(each[3]);
      for (nb::handle word : nb::cast<nb::list>(each[4])) kind.words.push_back(unknown_of(word));
    }
    settings_.simple = unknown_of(simple);
    settings_.prolonged = u32_of(marks);
    settings_.mark = settings_.prolonged.at(0);
    settings_.left_brackets = u32_of(left_brackets);
    settings_.right_brackets = u32_of(right_brackets);
    settings_.longest_reading = longest_reading;
    settings_.numeral = speech_of({u"名詞", u"数詞", u"*", u"*", u"*", u"*"});
    settings_.katakana = speech_of({u"名詞", u"普通名詞", u"一般", u"*", u"*", u"*"});
    settings_.shortest_katakana = shortest_katakana;
  }

  nb::list parts_of_speech() const {
    nb::list all;
    for (const auto& each : dictionary_.parts_of_speech()) {
      nb::list levels;
      for (const auto& level : each) {
        std::u32string points;
        for (char16_t unit : level) points.push_back(unit);
        levels.append(string_of(points));
      }
      all.append(nb::tuple(levels));
    }
    return all;
  }

  // (begin, end, normalized form, dictionary form, part of speech) of each word; None where Sudachi
  // does not take the text.
  nb::object words(nb::str string, u32 mode) const {
    SudachiCutter cutter(dictionary_, settings_, characters_);
    const Text text = text_of(string);
    const bool taken = with_points(text, [&](auto points) {
      return cutter.cut(points, text.length, static_cast<SudachiCutter::Mode>(mode));
    });
    if (!taken) return nb::none();
    nb::list all;
    for (const Morpheme& word : cutter.path) {
      all.append(nb::make_tuple(cutter.text.origins[word.begin], cutter.text.origins[word.end],
                                string_of(cutter.normalized(word)),
                                string_of(cutter.dictionary_form(word)), cutter.speech(word)));
    }
    return all;
  }

  // How many words texts have, to measure with.
  i64 count(nb::tuple strings, u32 mode) const {
    SudachiCutter cutter(dictionary_, settings_, characters_);
    i64 words = 0;
    for (const Text& text : texts_of(strings)) {
      with_points(text, [&](auto points) {
        return cutter.cut(points, text.length, static_cast<SudachiCutter::Mode>(mode));
      });
      words += static_cast<i64>(cutter.path.size());
    }
    return words;
  }

 private:
  static Unknown unknown_of(nb::handle each) {
    return Unknown{nb::cast<u16>(each[0]), nb::cast<u16>(each[1]), nb::cast<i16>(each[2]),
                   nb::cast<u16>(each[3])};
  }

  u16 speech_of(const std::vector<std::u16string>& wanted) const {
    const auto& all = dictionary_.parts_of_speech();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i] == wanted) return static_cast<u16>(i);
    }
    throw std::invalid_argument("the dictionary lacks a part of speech");
  }

  const Buffer buffer_;
  const SudachiDictionary dictionary_;
  SudachiSettings settings_;
  SudachiCharacters characters_;
};

}  // namespace textmetrics

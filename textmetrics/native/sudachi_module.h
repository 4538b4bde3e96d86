// Sudachi's dictionary and settings as Python gives them, and words as Python takes them.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "japanese.h"
#include "python.h"

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

// The tables of an installed Sudachi: a dictionary that stays where it is, and what Python has read.
class InstalledSudachi final : public SudachiTables {
 public:
  InstalledSudachi(nb::handle file, nb::list classes, nb::dict rewritten) : buffer_(file) {
    open(buffer_.bytes());
    for (nb::handle each : classes) {
      characters_.set_classes(nb::cast<u32>(each[0]), nb::cast<u32>(each[1]),
                              nb::cast<u32>(each[2]));
    }
    for (const auto& [from, to] : rewritten) {
      const std::u32string key = u32_of(from);
      if (key.size() == 1) {
        characters_.rewrite(key[0], u32_of(to));
      } else if (key.size() == 2) {
        characters_.rewrite(key[0], key[1], u32_of(to));
      } else {
        throw std::invalid_argument("one or two characters are rewritten at a time");
      }
    }
  }

  SudachiSettings& settings() { return settings_; }
  void mark(const std::u32string& characters, SudachiMark as) { characters_.mark(characters, as); }
  using SudachiTables::settings;

  // A word that the dictionary lacks: left id, right id, cost, parts of speech.
  Unknown unknown(nb::handle word) const {
    std::vector<std::u16string> levels;
    for (nb::handle level : nb::cast<nb::sequence>(word[3])) levels.push_back(u16_of(level));
    const Unknown read{nb::cast<u16>(word[0]), nb::cast<u16>(word[1]), nb::cast<i16>(word[2]),
                       speech(levels)};
    if (read.left >= dictionary().left_ids() || read.right >= dictionary().right_ids()) {
      throw std::invalid_argument("the dictionary lacks a connection");
    }
    return read;
  }

 private:
  static std::u16string u16_of(nb::handle string) {
    const std::u32string points = u32_of(string);
    return std::u16string(points.begin(), points.end());
  }

  const Buffer buffer_;
};

class Sudachi {
 public:
  // `classes` are ranges of code points with bits, `rewritten` says what one or two characters
  // become, `unknown` has (bit, always, grouped, longest, words) of each class.
  Sudachi(nb::handle file, nb::list classes, nb::dict rewritten, nb::list unknown,
          nb::handle simple, nb::str prolonged, nb::str left_brackets, nb::str right_brackets,
          u32 longest_reading, u32 shortest_katakana) {
    auto tables = std::make_shared<InstalledSudachi>(file, classes, rewritten);
    SudachiSettings& settings = tables->settings();
    for (nb::handle each : unknown) {
      UnknownClass& kind = settings.classes.at(nb::cast<u32>(each[0]));
      kind.always = nb::cast<bool>(each[1]);
      kind.grouped = nb::cast<bool>(each[2]);
      kind.longest = nb::cast<u32>(each[3]);
      for (nb::handle word : nb::cast<nb::list>(each[4])) {
        kind.words.push_back(tables->unknown(word));
      }
    }
    settings.simple = tables->unknown(simple);
    const std::u32string marks = u32_of(prolonged);
    if (marks.empty()) throw std::invalid_argument("a prolonged mark is needed");
    settings.prolonged_mark = marks[0];
    tables->mark(marks, kSudachiProlonged);
    tables->mark(u32_of(left_brackets), kSudachiOpens);
    tables->mark(u32_of(right_brackets), kSudachiCloses);
    settings.longest_reading = longest_reading;
    settings.shortest_katakana = shortest_katakana;
    tables_ = std::move(tables);
  }

  Sudachi(const Sudachi&) = delete;
  Sudachi& operator=(const Sudachi&) = delete;

  std::shared_ptr<const SudachiTables> tables() const { return tables_; }

  nb::list parts_of_speech() const {
    nb::list all;
    for (const auto& part : tables_->dictionary().parts_of_speech()) {
      nb::list levels;
      for (const auto& level : part) {
        levels.append(string_of(std::u32string(level.begin(), level.end())));
      }
      all.append(nb::tuple(levels));
    }
    return all;
  }

  // (begin, end, normalized form, dictionary form, number of the part of speech) of each word.
  nb::list words(nb::str string, const std::string& mode) {
    const Text text = text_of(string);
    if (text.length > std::numeric_limits<i32>::max()) throw std::length_error("a text is too long");
    std::unique_ptr<SudachiCutter> cutter = idle_.take([this] {
      return std::make_unique<SudachiCutter>(tables_->dictionary(), tables_->settings(),
                                             tables_->characters());
    });
    nb::list all;
    with_points(text, [&](auto points) {
      if (has_surrogate(points, text.length)) {
        nb::steal(PyUnicode_AsUTF8String(string.ptr()));
        throw nb::python_error();  // what Python says of it
      }
      cut_text(*cutter, points, static_cast<u32>(text.length), mode_named(mode), [&](u32 begin) {
        for (const Morpheme& word : cutter->path) {
          const auto& origins = cutter->text.origins;
          all.append(nb::make_tuple(begin + origins[word.begin], begin + origins[word.end],
                                    string_of(cutter->normalized(word)),
                                    string_of(cutter->dictionary_form(word)),
                                    cutter->speech(word)));
        }
      });
      return true;
    });
    idle_.give_back(std::move(cutter));
    return all;
  }

 private:
  static SudachiMode mode_named(const std::string& name) {
    if (name == "A") return SudachiMode::a;
    if (name == "B") return SudachiMode::b;
    if (name == "C") return SudachiMode::c;
    throw std::invalid_argument("a mode is A, B or C");
  }

  std::shared_ptr<const InstalledSudachi> tables_;
  Idle<SudachiCutter> idle_;
};

}  // namespace textmetrics

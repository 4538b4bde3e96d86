// The door to Python for sentences.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "punkt.h"
#include "python.h"

namespace textmetrics {

class PunktSentences {
 public:
  PunktSentences(const PunktSentences&) = delete;
  PunktSentences& operator=(const PunktSentences&) = delete;

  // The parameters of a model; `collocations` are pairs of words, and `contexts` numbers by word.
  PunktSentences(nb::list abbreviations, nb::list starters, nb::list collocations,
                 nb::dict contexts) {
    std::string one, other;  // a word that cannot be encoded is in no text that is read here
    for (nb::handle each : abbreviations) {
      if (const auto word = Punkt::encode(text_of(each), one)) punkt_.add_abbreviation(*word);
    }
    for (nb::handle each : starters) {
      if (const auto word = Punkt::encode(text_of(each), one)) punkt_.add_starter(*word);
    }
    for (nb::handle each : collocations) {
      const auto word = Punkt::encode(text_of(each[0]), one);
      const auto next = Punkt::encode(text_of(each[1]), other);
      if (word && next) punkt_.add_collocation(*word, *next);
    }
    for (const auto& [each, seen] : contexts) {
      const auto word = Punkt::encode(text_of(each), one);
      if (word) punkt_.add_contexts(*word, nb::cast<u32>(seen));
    }
  }

  // Where the sentences of a text begin and end; None where the definition has to read it.
  nb::object places(nb::handle string) {
    const nb::ft_lock_guard lock(mutex_);
    const auto encoded = Punkt::encode(text_of(string), encoded_);
    if (!encoded) return nb::none();
    punkt_.split(*encoded, places_);
    nb::list found;
    for (const auto& [begin, end] : places_) found.append(nb::make_tuple(begin, end));
    return found;
  }

  // Each text with a line for each sentence, whose own line feeds are spaces; None as above.
  nb::list on_lines(nb::list strings) {
    const nb::ft_object_guard unchanged(strings);
    const nb::ft_lock_guard lock(mutex_);
    nb::list found;
    for (nb::handle each : strings) {
      const Text text = text_of(each);
      const auto encoded = Punkt::encode(text, encoded_);
      if (!encoded) {
        found.append(nb::none());
        continue;
      }
      punkt_.split(*encoded, places_);
      const bool whole = places_.size() == 1 && places_[0].second == encoded->size();
      if (whole && encoded->find('\n') == std::string::npos) {
        found.append(each);
      } else {
        found.append(with_points(text, [&](auto points) { return lines(points, text.kind); }));
      }
    }
    return found;
  }

 private:
  template <class Point>
  nb::object lines(const Point* points, int kind) {
    std::vector<Point> written;
    for (const auto& [begin, end] : places_) {
      if (&begin != &places_[0].first) written.push_back('\n');
      for (std::size_t i = begin; i < end; ++i) {
        written.push_back(points[i] == '\n' ? Point{' '} : points[i]);
      }
    }
    return nb::steal(PyUnicode_FromKindAndData(kind, written.data(),
                                               static_cast<Py_ssize_t>(written.size())));
  }

  nb::ft_mutex mutex_;  // holds what finds sentences, which one thread can use at a time
  Punkt punkt_;
  Punkt::Places places_;
  std::string encoded_;
};

inline void add_sentences(nb::module_& module) {
  nb::class_<PunktSentences>(module, "PunktSentences", "Sentences; see presets/punkt.py.")
      .def(nb::init<nb::list, nb::list, nb::list, nb::dict>(), nb::arg("abbreviations"),
           nb::arg("starters"), nb::arg("collocations"), nb::arg("contexts"))
      .def("places", &PunktSentences::places, nb::arg("text"))
      .def("on_lines", &PunktSentences::on_lines, nb::arg("texts"));
}

}  // namespace textmetrics

// The door to Python for sentences.
#pragma once

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "punkt.h"
#include "python.h"

namespace textmetrics {

class PunktSentences {
 public:
  using Words = std::vector<std::string>;

  PunktSentences(const Words& abbreviations, const Words& starters,
                 const std::vector<std::pair<std::string, std::string>>& collocations,
                 const std::vector<std::pair<std::string, u32>>& contexts) {
    for (const auto& word : abbreviations) punkt_.add_abbreviation(word);
    for (const auto& word : starters) punkt_.add_starter(word);
    for (const auto& [one, other] : collocations) punkt_.add_collocation(one, other);
    for (const auto& [word, seen] : contexts) punkt_.add_contexts(word, seen);
  }

  // Where the sentences of a text begin and end; None where the definition has to read it.
  nb::object places(nb::handle string) {
    const Text text = text_of(string);
    if (!text.ascii || !Punkt::reads(view_of(text))) return nb::none();
    punkt_.split(view_of(text), places_);
    nb::list found;
    for (const auto& [begin, end] : places_) found.append(nb::make_tuple(begin, end));
    return found;
  }

  // Each text with a line for each sentence, whose own line feeds are spaces; None as above.
  nb::list on_lines(nb::list strings) {
    nb::list found;
    for (nb::handle each : strings) {
      const Text text = text_of(each);
      if (!text.ascii || !Punkt::reads(view_of(text))) {
        found.append(nb::none());
        continue;
      }
      const std::string_view view = view_of(text);
      punkt_.split(view, places_);
      if (places_.size() == 1 && places_[0].second - places_[0].first == view.size() &&
          view.find('\n') == view.npos) {
        found.append(each);
        continue;
      }
      lines_.clear();
      for (const auto& [begin, end] : places_) {
        if (&begin != &places_[0].first) lines_ += '\n';
        const std::size_t from = lines_.size();
        lines_.append(view.substr(begin, end - begin));
        std::replace(lines_.begin() + static_cast<std::ptrdiff_t>(from), lines_.end(), '\n', ' ');
      }
      found.append(nb::str(lines_.data(), lines_.size()));
    }
    return found;
  }

 private:
  static std::string_view view_of(const Text& text) {
    return {static_cast<const char*>(text.data), static_cast<std::size_t>(text.length)};
  }

  Punkt punkt_;
  Punkt::Places places_;
  std::string lines_;
};

inline void add_sentences(nb::module_& module) {
  nb::class_<PunktSentences>(module, "PunktSentences", "Sentences; see presets/punkt.py.")
      .def(nb::init<const PunktSentences::Words&, const PunktSentences::Words&,
                    const std::vector<std::pair<std::string, std::string>>&,
                    const std::vector<std::pair<std::string, u32>>&>(),
           nb::arg("abbreviations"), nb::arg("starters"), nb::arg("collocations"),
           nb::arg("contexts"))
      .def("places", &PunktSentences::places, nb::arg("text"))
      .def("on_lines", &PunktSentences::on_lines, nb::arg("texts"));
}

}  // namespace textmetrics

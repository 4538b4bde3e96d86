// The door to Python for scanning: strings come in, ids and facts leave.
#pragma once

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "jieba_module.h"
#include "python.h"
#include "scan.h"

namespace textmetrics {

// Lengths, one after the other, become offsets.
inline Values<i64> offsets(const std::vector<Scanned>& runs, Ids Scanned::*view,
                           std::vector<i64> Ids::*lengths) {
  std::vector<i64> found{0};
  for (const Scanned& run : runs) {
    for (i64 length : run.*view.*lengths) found.push_back(found.back() + length);
  }
  return values(std::move(found));
}

inline nb::tuple batch(const std::vector<Scanned>& runs, Ids Scanned::*view) {
  std::size_t size = 0;
  for (const Scanned& run : runs) size += (run.*view).ids.size();
  std::vector<i32> ids;
  ids.reserve(size);
  for (const Scanned& run : runs) {
    ids.insert(ids.end(), (run.*view).ids.begin(), (run.*view).ids.end());
  }
  return nb::make_tuple(values(std::move(ids)), offsets(runs, view, &Ids::lengths),
                        offsets(runs, view, &Ids::sequences));
}

template <class T>
Values<i64> fact(const std::vector<Scanned>& runs, T Facts::*which) {
  std::vector<i64> found;
  for (const Scanned& run : runs) {
    for (const Facts& facts : run.facts) found.push_back(static_cast<i64>(facts.*which));
  }
  return values(std::move(found));
}

class TextScanner {
 public:
  using Table = nb::ndarray<const u32, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
  using Numbers = nb::ndarray<const u32, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
  using Bounds = nb::ndarray<const i64, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

  TextScanner(Table basic, Table pictures, Numbers expansions, const std::string& cut, bool joins,
              nb::list stopwords)
      : basic_(basic), pictures_(pictures), expansions_(expansions) {
    if (basic.shape(0) != 0x10000 || basic.shape(1) != 4 || pictures.shape(1) != 4 ||
        pictures.shape(0) != kPicturesEnd - kPictures) {
      throw std::invalid_argument("a table has another form than expected");
    }
    language_.alphabet = Alphabet{reinterpret_cast<const Character*>(basic.data()),
                                  reinterpret_cast<const Character*>(pictures.data()),
                                  expansions.data()};
    language_.cut = cut_named(cut);
    language_.joins = joins;
    for (nb::handle each : stopwords) {
      const auto [word, any_case] = nb::cast<std::pair<nb::str, bool>>(each);
      std::vector<u32> points;
      for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(word.ptr()); ++i) {
        points.push_back(PyUnicode_READ_CHAR(word.ptr(), i));
      }
      language_.stopwords.add(points, any_case);
    }
    language_.stopwords.seal();
  }

  // Give content, words (or None), predictions, and the facts of each sample.
  nb::tuple scan(nb::tuple strings, Bounds bounds, bool words, i64 threads,
                 const Jieba* jieba) const {
    const std::vector<Text> texts = texts_of(strings);
    const i64 count = static_cast<i64>(bounds.size()) - 1;
    const i64* starts = bounds.data();
    if ((language_.cut == Cut::jieba) != (jieba != nullptr)) {
      throw std::invalid_argument("jieba is needed where it cuts, and only there");
    }
    if (threads < 1) throw std::invalid_argument("threads must be at least 1");
    if (count < 0 || starts[0] != 0 || starts[count] != static_cast<i64>(texts.size())) {
      throw std::invalid_argument("bounds must go from 0 to the number of texts");
    }
    for (i64 s = 0; s < count; ++s) {
      if (starts[s + 1] - starts[s] < 2) {
        throw std::invalid_argument("a sample needs a prediction and at least one reference");
      }
    }
    std::vector<Scanned> runs;
    {
      const nb::gil_scoped_release released;
      const Segmenter* segmenter = jieba == nullptr ? nullptr : &jieba->segmenter();
      runs = scan_batch(language_, segmenter, texts, starts, count, words, threads);
    }
    return nb::make_tuple(
        batch(runs, &Scanned::content),
        words ? nb::object(batch(runs, &Scanned::words)) : nb::object(nb::none()),
        batch(runs, &Scanned::predictions),
        nb::make_tuple(fact(runs, &Facts::handled), fact(runs, &Facts::expected_script),
                       fact(runs, &Facts::view),
                       fact(runs, &Facts::predicted), fact(runs, &Facts::expected),
                       fact(runs, &Facts::emptied), fact(runs, &Facts::words),
                       fact(runs, &Facts::dropped), fact(runs, &Facts::left_out)));
  }

  // Say of each text whether most of it is certainly in a script of the language.
  Values<i64> expected(nb::tuple strings) const {
    const std::vector<Text> texts = texts_of(strings);
    std::vector<i64> found;
    {
      const nb::gil_scoped_release released;
      Normal normal;
      for (const Text& text : texts) {
        found.push_back(text.length <= kLongestSample &&
                        normalize(text, language_.alphabet, normal) && is_expected(text, normal));
      }
    }
    return values(std::move(found));
  }

 private:
  static Cut cut_named(const std::string& name) {
    if (name == "words") return Cut::words;
    if (name == "characters") return Cut::characters;
    if (name == "whitespace") return Cut::whitespace;
    if (name == "jieba") return Cut::jieba;
    if (name == "given") return Cut::given;
    throw std::invalid_argument("unknown cut '" + name + "'");
  }

  Table basic_, pictures_;  // keep the memory that the alphabet points into
  Numbers expansions_;
  Language language_;
};

inline void add_scanner(nb::module_& module) {
  nb::class_<TextScanner>(module, "TextScanner", "Texts to ids; see scan/native.py.")
      .def(nb::init<TextScanner::Table, TextScanner::Table, TextScanner::Numbers,
                    const std::string&, bool, nb::list>(),
           nb::arg("basic"), nb::arg("pictures"), nb::arg("expansions"), nb::arg("cut"),
           nb::arg("joins"), nb::arg("stopwords"))
      .def("scan", &TextScanner::scan, nb::arg("texts"), nb::arg("bounds"), nb::arg("words"),
           nb::arg("threads"), nb::arg("jieba").none())
      .def("expected", &TextScanner::expected, nb::arg("texts"));
}

}  // namespace textmetrics

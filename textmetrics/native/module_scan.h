// The door to Python for scanning: strings come in, ids and facts leave.
#pragma once

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "batch.h"
#include "count_texts.h"
#include "jieba_module.h"
#include "module_columns.h"
#include "module_texts.h"
#include "scan.h"
#include "sudachi_module.h"

namespace textmetrics {

template <class T>
Values<i64> fact(const std::vector<Scanned>& runs, T Facts::*which) {
  std::size_t count = 0;
  for (const Scanned& run : runs) count += run.facts.size();
  std::vector<i64> found;
  found.reserve(count);
  for (const Scanned& run : runs) {
    for (const Facts& facts : run.facts) found.push_back(static_cast<i64>(facts.*which));
  }
  return values(std::move(found));
}

// Counts one pair of texts after the other, the basic columns.
class PairCounter {
 public:
  PairCounter() : worker_(Columns::basic(counts_.data())) {}
  PairCounter(const PairCounter&) = delete;
  PairCounter& operator=(const PairCounter&) = delete;

  // Null where the definition has to read them.
  const std::array<i64, kBasicColumns>* operator()(Scanner& scanner, const Text& prediction,
                                                   const Text& reference) {
    scanned_.clear();
    scanner.scan(prediction, &reference, 1, scanned_);
    if (!scanned_.facts[0].handled) return nullptr;
    const Ids& ids = scanned_.content;
    const i64 offsets[] = {0, ids.lengths[0], ids.lengths[0] + ids.lengths[1]};
    worker_.count(Sample{ids.memory.data(), offsets, 1, 0, 0, nullptr, ids.vocabulary});
    return &counts_;
  }

 private:
  std::array<i64, kBasicColumns> counts_{};
  Worker worker_;
  Scanned scanned_;
};

class TextScanner;

// Counting of texts that has begun; see scan/native.py.
class CountedTexts {
 public:
  using Table = nb::ndarray<i64, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

  // `held`: all objects whose memory is used, until it is finished.
  CountedTexts(TextScanner& scanner, nb::tuple held, std::unique_ptr<TextCounts> counts)
      : scanner_(scanner), held_(std::move(held)), counts_(std::move(counts)) {}

  // Return the samples that the definition must scan, and those others whose prediction is not
  // certainly in the expected script; the last row of facts becomes 0, for what is found of these.
  nb::tuple finish();

 private:
  TextScanner& scanner_;
  const nb::tuple held_;
  std::unique_ptr<TextCounts> counts_;
};

class TextScanner {
  static constexpr i64 kLargestKept = 1 << 20, kLong = 1 << 12;

 public:
  using Table = nb::ndarray<const u32, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
  using Numbers = nb::ndarray<const u32, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

  TextScanner(Table basic, Table pictures, Table beyond, Numbers expansions, const std::string& cut,
              bool joins, bool lists_by_two, nb::list stopwords)
      : basic_(basic), pictures_(pictures), beyond_(beyond), expansions_(expansions) {
    if (basic.shape(0) != 0x10000 || basic.shape(1) != 4 || pictures.shape(1) != 4 ||
        pictures.shape(0) != kPicturesEnd - kPictures || beyond.shape(1) != 3) {
      throw std::invalid_argument("a table has another form than expected");
    }
    const Alphabet alphabet{reinterpret_cast<const Character*>(basic.data()),
                            reinterpret_cast<const Character*>(pictures.data()),
                            reinterpret_cast<const Alike*>(beyond.data()),
                            static_cast<u32>(beyond.shape(0)), expansions.data()};
    language_ = std::make_unique<Language>(alphabet, cut_named(cut), joins, lists_by_two);
    for (nb::handle each : stopwords) {
      const auto [word, how] = nb::cast<std::pair<nb::str, std::string>>(each);
      std::vector<u32> points;
      for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(word.ptr()); ++i) {
        points.push_back(PyUnicode_READ_CHAR(word.ptr(), i));
      }
      language_->add_stopword(points, role_named(how));
    }
    language_->seal();
  }

  // Read texts that will be references many times.
  std::unique_ptr<Prepared> prepare(nb::tuple strings, nb::handle cutter) {
    const std::vector<Text> texts = texts_of(strings);
    const Dictionary dictionary = dictionary_of(cutter);
    WideReader reader(language_->alphabet, language_->cut, language_->joins, language_->words,
                      language_->lists_by_two);
    reader.set_dictionary(dictionary);
    const Released released;
    return std::make_unique<Prepared>(texts, reader, language_->page);
  }

  // Give content, words (or None), and the facts of each sample. References are strings, or the
  // places of some in what was prepared by this scanner.
  nb::tuple scan(nb::tuple predictions, nb::object references, std::optional<Bounds> bounds,
                 bool words, i64 threads, nb::handle cutter, const Prepared* prepared) {
    Corpus corpus;
    corpus.predictions = texts_of(predictions);
    i64 count = 0;
    Bounds places;
    if (prepared == nullptr) {
      corpus.references = texts_of(nb::cast<nb::tuple>(references));
      count = static_cast<i64>(corpus.references.size());
    } else {
      places = nb::cast<Bounds>(references);
      count = static_cast<i64>(places.size());
      check_places(places, *prepared);
      corpus.prepared = prepared;
      corpus.places = places.data();
    }
    check_bounds_of(corpus, count, bounds);
    if (bounds) corpus.bounds = bounds->data();
    const Dictionary dictionary = dictionary_of(cutter);
    if (threads < 1) throw std::invalid_argument("threads must be at least 1");
    // Workers are taken and given back with the GIL held, where there is one.
    std::vector<std::unique_ptr<Scanner>> workers = take_workers(scan_threads(corpus, threads));
    for (const auto& worker : workers) worker->begin(dictionary, words);
    std::vector<Scanned> runs;
    {
      const Released released;
      runs = scan_batch(workers, corpus);
    }
    give_back(std::move(workers), corpus.largest());
    return nb::make_tuple(
        batch(runs, &Scanned::content),
        words ? nb::object(batch(runs, &Scanned::words)) : nb::object(nb::none()),
        nb::make_tuple(fact(runs, &Facts::handled), fact(runs, &Facts::expected_script),
                       fact(runs, &Facts::scope), fact(runs, &Facts::predicted),
                       fact(runs, &Facts::expected), fact(runs, &Facts::emptied),
                       fact(runs, &Facts::repetitive), fact(runs, &Facts::marked),
                       fact(runs, &Facts::words),
                       fact(runs, &Facts::dropped), fact(runs, &Facts::left_out)));
  }

  // Begin to count samples with one reference each, on other threads until it is finished. Facts, and
  // columns by their names, are written to rows of `table`, a column a sample: without stopwords,
  // and after them over all words, where these are wanted.
  std::unique_ptr<CountedTexts> begin_count(nb::tuple predictions, nb::object references,
                                            nb::object into, nb::list names, bool words, i64 threads,
                                            nb::object cutter, nb::object prepared) {
    Corpus corpus;
    Bounds places;
    corpus.predictions = texts_of(predictions);
    if (prepared.is_none()) {
      corpus.references = texts_of(nb::cast<nb::tuple>(references));
      check_bounds_of(corpus, static_cast<i64>(corpus.references.size()), {});
    } else {
      places = nb::cast<Bounds>(references);
      corpus.prepared = nb::cast<const Prepared*>(prepared);
      check_places(places, *corpus.prepared);
      check_bounds_of(corpus, static_cast<i64>(places.size()), {});
      corpus.places = places.data();
    }
    if (threads < 1) throw std::invalid_argument("threads must be at least 1");
    const i64 samples = corpus.count(), width = static_cast<i64>(names.size());
    const i64 rows = FactRows::kRows + (words ? 2 : 1) * width;
    const auto table = nb::cast<CountedTexts::Table>(into, false);
    if (static_cast<i64>(table.shape(0)) != rows || static_cast<i64>(table.shape(1)) != samples) {
      throw std::invalid_argument("the table has another form than facts and columns have");
    }
    const FactRows facts{table.data(), samples};
    i64* const found = table.data() + FactRows::kRows * samples;
    const Columns content = columns_of_rows(names, found, samples);
    Columns all_words;
    if (words) all_words = columns_of_rows(names, found + width * samples, samples);
    const Dictionary dictionary = dictionary_of(cutter);
    auto workers = take_workers(scan_threads(corpus, threads));
    for (const auto& worker : workers) worker->begin(dictionary, words);
    auto counts = std::make_unique<TextCounts>(std::move(corpus), std::move(workers), facts, content,
                                               words ? &all_words : nullptr);
    return std::make_unique<CountedTexts>(
        *this, nb::make_tuple(predictions, references, into, cutter, prepared), std::move(counts));
  }

  // Take back what counted texts.
  void give_back(TextCounts& counts) { give_back(counts.take_scanners(), counts.corpus().largest()); }

  // Count one pair, the basic columns in the order of `Counts`; None where the definition has
  // to read it.
  nb::object count_pair(nb::handle prediction, nb::handle reference, nb::handle cutter) {
    const Dictionary dictionary = dictionary_of(cutter);
    const Text first = text_of(prediction), second = text_of(reference);
    std::vector<std::unique_ptr<Scanner>> workers = take_workers(1);
    workers[0]->begin(dictionary, false);
    const i64 length = first.length + second.length;
    nb::object found = nb::none();
    if (length <= kLong) {  // the memory of `counter_` is one call's alone, with and without a GIL
      const nb::ft_lock_guard lock(mutex_);
      found = tuple_of(counter_(*workers[0], first, second));
    } else {
      PairCounter counter;
      const std::array<i64, kBasicColumns>* counts = nullptr;
      {
        const Released released;
        counts = counter(*workers[0], first, second);
      }
      found = tuple_of(counts);
    }
    give_back(std::move(workers), length);
    return found;
  }

  // The words of one text that are scored; None where the definition has to read it.
  nb::object tokens(nb::handle string, nb::handle cutter) {
    nb::list words;
    const bool read = read_one(string, cutter, [&](Token token, nb::object word) {
      if (u32{kind_of(token)} <= kScopeContent) words.append(std::move(word));
    });
    return read ? nb::object(words) : nb::none();
  }

  // All tokens of one text and the kind of each; None as above.
  nb::object analyzed(nb::handle string, nb::handle cutter) {
    nb::list words, kinds;
    const bool read = read_one(string, cutter, [&](Token token, nb::object word) {
      words.append(std::move(word));
      kinds.append(static_cast<u32>(kind_of(token)));
    });
    return read ? nb::object(nb::make_tuple(words, kinds)) : nb::none();
  }

  // Say of each text whether most of it is certainly in a script of the language.
  Values<i64> expected(nb::tuple strings) const {
    const std::vector<Text> texts = texts_of(strings);
    std::vector<i64> found;
    {
      const Released released;
      for (const Text& text : texts) {
        worked(2 * text.length);
        const bool latin = text.ascii && !language_->page.foreign();
        found.push_back(latin || is_expected(text, language_->alphabet));
      }
    }
    return values(std::move(found));
  }

 private:
  // Read one text and use each of its tokens; false where the definition has to. A short text takes
  // no longer than letting other threads run would.
  template <class Use>
  bool read_one(nb::handle string, nb::handle cutter, Use use) {
    const Dictionary dictionary = dictionary_of(cutter);
    const Text text = text_of(string);
    std::vector<std::unique_ptr<Scanner>> workers = take_workers(1);
    Scanner& worker = *workers[0];
    worker.begin(dictionary, false);
    const Tokens* tokens = nullptr;
    {
      std::optional<Released> released;
      if (text.length > kLong) released.emplace();
      tokens = worker.tokens(text);
    }
    if (tokens != nullptr) {
      for (const Token* token = tokens->begin(0); token != tokens->end(0); ++token) {
        const auto [points, length] = worker.word(*token);
        use(*token, nb::steal(PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, points, length)));
      }
    }
    give_back(std::move(workers), text.length);
    return tokens != nullptr;
  }

  static nb::object tuple_of(const std::array<i64, kBasicColumns>* counts) {
    if (counts == nullptr) return nb::none();
    nb::object found = nb::steal(PyTuple_New(kBasicColumns));
    for (i64 i = 0; i < kBasicColumns; ++i) {
      PyObject* const number = PyLong_FromLongLong((*counts)[static_cast<std::size_t>(i)]);
      PyTuple_SET_ITEM(found.ptr(), i, number);
    }
    return found;
  }

  std::vector<std::unique_ptr<Scanner>> take_workers(i64 count) {
    return idle_.take(count, [this] { return std::make_unique<Scanner>(*language_); });
  }

  void give_back(std::vector<std::unique_ptr<Scanner>>&& workers, i64 largest) {
    if (largest > kLargestKept) return;  // the memory for it goes with them
    idle_.give_back(std::move(workers));
  }

  Dictionary dictionary_of(nb::handle cutter) const {
    Dictionary dictionary;
    if (nb::isinstance<Jieba>(cutter)) {
      dictionary.jieba = &nb::cast<const Jieba&>(cutter).segmenter();
    } else if (nb::isinstance<Sudachi>(cutter)) {
      dictionary.sudachi = nb::cast<const Sudachi&>(cutter).tables();
    } else if (!cutter.is_none()) {
      throw nb::type_error("texts are cut by Jieba or Sudachi");
    }
    if ((language_->cut == Cut::jieba) != (dictionary.jieba != nullptr) ||
        is_sudachi(language_->cut) != (dictionary.sudachi != nullptr)) {
      throw std::invalid_argument("a dictionary is needed where it cuts, and only there");
    }
    return dictionary;
  }

  void check_places(const Bounds& places, const Prepared& prepared) const {
    if (!prepared.is_of(language_->page)) {
      throw std::invalid_argument("texts that another scanner prepared");
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places.data()[i] < 0 || places.data()[i] >= prepared.texts()) {
        throw std::invalid_argument("a place is none of the prepared texts");
      }
    }
  }

  static Cut cut_named(const std::string& name) {
    if (name == "words") return Cut::words;
    if (name == "characters") return Cut::characters;
    if (name == "whitespace") return Cut::whitespace;
    if (name == "jieba") return Cut::jieba;
    if (name == "sudachi-a") return Cut::sudachi_a;
    if (name == "sudachi-b") return Cut::sudachi_b;
    if (name == "sudachi-c") return Cut::sudachi_c;
    if (name == "given") return Cut::given;
    throw std::invalid_argument("unknown cut '" + name + "'");
  }

  static Role role_named(const std::string& name) {
    if (name == "by case") return Role::by_case;
    if (name == "leaning") return Role::leaning;
    if (name == "always") return Role::always;
    throw std::invalid_argument("unknown way to drop '" + name + "'");
  }

  Table basic_, pictures_, beyond_;  // keep the memory that the alphabet points into
  Numbers expansions_;
  std::unique_ptr<Language> language_;
  Idle<Scanner> idle_;
  nb::ft_mutex mutex_;
  PairCounter counter_;  // for short texts
};

inline nb::tuple CountedTexts::finish() {
  if (counts_ == nullptr) throw std::invalid_argument("it is finished");
  {
    const Released released;
    counts_->finish();
  }
  scanner_.give_back(*counts_);
  nb::list left, doubtful;
  const FactRows facts = counts_->facts();
  for (i64 s = 0; s < facts.samples; ++s) {
    if (!facts.handled()[s]) {
      left.append(s);
    } else if (!facts.expected_script()[s]) {
      doubtful.append(s);
    }
    facts.expected_script()[s] = 0;
  }
  counts_.reset();
  return nb::make_tuple(left, doubtful);
}

inline void add_scanner(nb::module_& module) {
  module.def("are_texts", &are_texts, nb::arg("texts"),
             "Say whether all are strings, of no subclass, and without a lone surrogate.");
  module.def("count_classes", &count_classes, nb::arg("texts"), nb::arg("table").noconvert(),
             "Count the characters of each class in each text; see languages/convert.py.");
  module.def("filled_texts", &filled_texts, nb::arg("texts"),
             "Say of each whether it has more than white space.");
  module.def("marked_texts", &marked_texts, nb::arg("texts"),
             "Say of each whether it has < or ` in it.");
  nb::class_<EditDistance>(module, "EditDistance", "Edits of characters; see kernels/edits.py.")
      .def(nb::init<>())
      .def("__call__", &EditDistance::operator(), nb::arg("one"), nb::arg("other"));
  nb::class_<Prepared>(module, "Prepared", "Texts that are read; see native/prepared.h.");
  nb::class_<CountedTexts>(module, "CountedTexts", "Counting that has begun; see scan/native.py.")
      .def("finish", &CountedTexts::finish);
  nb::class_<TextScanner>(module, "TextScanner", "Texts to ids; see scan/native.py.")
      .def(nb::init<TextScanner::Table, TextScanner::Table, TextScanner::Table,
                    TextScanner::Numbers, const std::string&, bool, bool, nb::list>(),
           nb::arg("basic"), nb::arg("pictures"), nb::arg("beyond"), nb::arg("expansions"),
           nb::arg("cut"), nb::arg("joins"), nb::arg("lists_by_two"), nb::arg("stopwords"))
      .def("scan", &TextScanner::scan, nb::arg("predictions"), nb::arg("references"),
           nb::arg("bounds").none(), nb::arg("words"), nb::arg("threads"), nb::arg("cutter").none(),
           nb::arg("prepared").none() = nb::none())
      .def("begin_count", &TextScanner::begin_count, nb::arg("predictions"), nb::arg("references"),
           nb::arg("table"), nb::arg("names"), nb::arg("words"), nb::arg("threads"),
           nb::arg("cutter").none(), nb::arg("prepared").none(), nb::keep_alive<0, 1>())
      .def("prepare", &TextScanner::prepare, nb::arg("texts"), nb::arg("cutter").none())
      .def("count_pair", &TextScanner::count_pair, nb::arg("prediction"), nb::arg("reference"),
           nb::arg("cutter").none())
      .def("tokens", &TextScanner::tokens, nb::arg("text"), nb::arg("cutter").none())
      .def("analyzed", &TextScanner::analyzed, nb::arg("text"), nb::arg("cutter").none())
      .def("expected", &TextScanner::expected, nb::arg("texts"));
}

}  // namespace textmetrics

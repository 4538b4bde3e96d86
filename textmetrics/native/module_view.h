// The door to Python for views: strings come in, ids leave.
#pragma once

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "jieba_module.h"
#include "module_texts.h"
#include "view_scan.h"

namespace textmetrics {

class ViewScanner {
  static constexpr i64 kLargestKept = 1 << 20;
  static constexpr std::size_t kMostStems = 1 << 18;
  static constexpr i64 kLongest = 1 << 28;  // so that places in what becomes of a text fit

 public:
  ViewScanner(const std::string& split, const std::string& source, nb::sequence spaces, bool stems)
      : split_(split_named(split)), source_(source_named(source)) {
    if (split_ == Split::pieces && source_ == Source::text) {
      throw std::invalid_argument("pieces are jieba's");
    }
    const bool mteval = split_ == Split::mteval || split_ == Split::mteval_zh;
    if (mteval && (source_ != Source::text || stems)) {
      throw std::invalid_argument("mteval splits texts as they are, and stems nothing");
    }
    for (nb::handle each : spaces) {
      const auto point = nb::cast<u32>(each);
      if (point >= Spaces::kEnd) throw std::invalid_argument("white space of an unknown place");
      spaces_.add(point);
    }
    if (stems) stems_ = std::make_shared<Stems>();
  }

  ViewScanner(const ViewScanner&) = delete;
  ViewScanner& operator=(const ViewScanner&) = delete;

  // Give the ids as those of a `Batch`, the places of samples that have a word whose stem is not
  // known, for which there are two empty sequences, and those words.
  nb::tuple scan(nb::tuple predictions, nb::tuple references, std::optional<Bounds> bounds,
                 i64 threads, const Jieba* jieba) {
    if ((source_ == Source::text) != (jieba == nullptr)) {
      throw std::invalid_argument("jieba is needed where it cuts, and only there");
    }
    if (threads < 1) throw std::invalid_argument("threads must be at least 1");
    Corpus corpus;
    corpus.predictions = texts_of(predictions);
    corpus.references = texts_of(references);
    check_bounds_of(corpus, static_cast<i64>(corpus.references.size()), bounds);
    if (bounds) corpus.bounds = bounds->data();
    check_lengths(corpus);
    const std::shared_ptr<const Stems> stems = known_stems();
    std::vector<std::unique_ptr<ViewReader>> readers = take_readers(scan_threads(corpus, threads));
    const Segmenter* segmenter = jieba == nullptr ? nullptr : &jieba->segmenter();
    for (const auto& reader : readers) reader->begin(segmenter, stems.get());
    std::vector<Viewed> runs;
    {
      const Released released;
      runs = view_batch(readers, corpus);
    }
    if (corpus.largest() <= kLargestKept) idle_.give_back(std::move(readers));
    return nb::make_tuple(batch(runs, &Viewed::ids), left(runs), words(runs));
  }

  // Know the stems of some words from now on.
  void learn(nb::dict stems) {
    const nb::ft_lock_guard lock(mutex_);
    if (stems_->size() >= kMostStems) {
      stems_ = std::make_shared<Stems>();
    } else if (stems_.use_count() > 1) {  // some thread is reading them
      stems_ = std::make_shared<Stems>(*stems_);
    } else {
      std::atomic_thread_fence(std::memory_order_acquire);  // after what its last reader did
    }
    for (const auto& [word, stem] : stems) stems_->add(points_of(word), points_of(stem));
  }

 private:
  std::shared_ptr<const Stems> known_stems() {
    const nb::ft_lock_guard lock(mutex_);
    return stems_;
  }

  static Split split_named(const std::string& name) {
    static const std::pair<const char*, Split> kNames[] = {
        {"characters", Split::characters},
        {"visible", Split::visible},
        {"whole", Split::whole},
        {"whitespace", Split::whitespace},
        {"spaces", Split::spaces},
        {"pieces", Split::pieces},
        {"rouge_score", Split::rouge_score},
        {"rouge_score_lines", Split::rouge_score_lines},
        {"rouge_chinese", Split::rouge_chinese},
        {"rouge", Split::rouge},
        {"rouge_sentences", Split::rouge_sentences},
        {"mteval", Split::mteval},
        {"mteval_zh", Split::mteval_zh},
    };
    for (const auto& [known, split] : kNames) {
      if (name == known) return split;
    }
    throw std::invalid_argument("unknown split '" + name + "'");
  }

  static Source source_named(const std::string& name) {
    if (name == "text") return Source::text;
    if (name == "jieba") return Source::jieba;
    if (name == "jieba_stripped") return Source::jieba_stripped;
    throw std::invalid_argument("unknown source '" + name + "'");
  }

  static void check_lengths(const Corpus& corpus) {
    const auto too_long = [](const Text& text) { return text.length > kLongest; };
    if (std::any_of(corpus.predictions.begin(), corpus.predictions.end(), too_long) ||
        std::any_of(corpus.references.begin(), corpus.references.end(), too_long)) {
      throw std::length_error("a text has more than 268,435,456 characters");
    }
  }

  std::vector<std::unique_ptr<ViewReader>> take_readers(i64 count) {
    return idle_.take(
        count, [this] { return std::make_unique<ViewReader>(split_, source_, spaces_); });
  }

  static Values<i64> left(const std::vector<Viewed>& runs) {
    std::vector<i64> found;
    for (const Viewed& run : runs) found.insert(found.end(), run.left.begin(), run.left.end());
    return values(std::move(found));
  }

  static nb::set words(const std::vector<Viewed>& runs) {
    nb::set found;
    for (const Viewed& run : runs) {
      for (const Stems::Word& word : run.words) {
        found.add(nb::steal(PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, word.data(),
                                                      static_cast<Py_ssize_t>(word.size()))));
      }
    }
    return found;
  }

  static Stems::Word points_of(nb::handle string) {
    const Text text = text_of(string);
    Stems::Word points(static_cast<std::size_t>(text.length));
    with_points(text, [&](auto from) { std::copy(from, from + text.length, points.begin()); });
    return points;
  }

  const Split split_;
  const Source source_;
  Spaces spaces_;
  nb::ft_mutex mutex_;
  std::shared_ptr<Stems> stems_;
  Idle<ViewReader> idle_;
};

inline void add_views(nb::module_& module) {
  nb::class_<ViewScanner>(module, "ViewScanner", "Texts to ids under a view; see scan/native.py.")
      .def(nb::init<const std::string&, const std::string&, nb::sequence, bool>(),
           nb::arg("split"), nb::arg("source"), nb::arg("spaces"), nb::arg("stems"))
      .def("scan", &ViewScanner::scan, nb::arg("predictions"), nb::arg("references"),
           nb::arg("bounds").none(), nb::arg("threads"), nb::arg("jieba").none())
      .def("learn", &ViewScanner::learn, nb::arg("stems"));
}

}  // namespace textmetrics

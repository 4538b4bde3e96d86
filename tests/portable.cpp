// What the headers of native/ compute without Python, for `make portable`: built for this machine,
// for arm64 and for Windows, from the same input, all must write the same.
//
// tests/portable.py writes the input: numbers between white space, a text as its length and its code
// points. The argument is Sudachi's dictionary.
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "dictionary.h"
#include "punkt.h"
#include "resample.h"
#include "scan.h"
#include "sums.h"
#include "view_scan.h"
#include "worker.h"

namespace textmetrics {
namespace {

template <class Number = u32>
Number number() {
  Number read{};
  if (!(std::cin >> read)) throw std::runtime_error("the input ends too early");
  return read;
}

std::vector<u32> numbers() {
  std::vector<u32> all(number());
  for (u32& each : all) each = number();
  return all;
}

std::u32string string() {
  const std::vector<u32> points = numbers();
  return std::u32string(points.begin(), points.end());
}

template <class... Numbers>
void write(const char* what, const Numbers&... numbers) {
  std::cout << what;
  ((std::cout << ' ' << numbers), ...);
  std::cout << '\n';
}

template <class Number>
void write_all(const char* what, const Number* begin, i64 count) {
  std::cout << what;
  for (i64 i = 0; i < count; ++i) std::cout << ' ' << +begin[i];
  std::cout << '\n';
}

// A string as Python keeps it: one, two or four bytes a character.
struct String {
  explicit String(const std::vector<u32>& points)
      : four(points), two(points.begin(), points.end()), one(points.begin(), points.end()) {
    four.reserve(1);  // what Python keeps is somewhere, even if it is empty
    two.reserve(1);
    one.reserve(1);
    u32 most = 0;
    for (const u32 point : points) most = std::max(most, point);
    kind = most < 0x100 ? 1 : most < 0x10000 ? 2 : 4;
    ascii = most < 0x80;
  }
  Text text() const {
    const void* const data = kind == 1   ? static_cast<const void*>(one.data())
                             : kind == 2 ? static_cast<const void*>(two.data())
                                         : static_cast<const void*>(four.data());
    return Text{data, static_cast<i64>(four.size()), kind, ascii};
  }

  std::vector<u32> four;
  std::vector<u16> two;
  std::vector<u8> one;
  int kind;
  bool ascii;
};

class Tables final : public SudachiTables {
 public:
  explicit Tables(const char* file) {
    std::ifstream opened(file, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(opened), {});
    if (bytes_.empty()) throw std::runtime_error("the dictionary cannot be read");
    open(Bytes{reinterpret_cast<const u8*>(bytes_.data()), bytes_.size()});
    for (u32 left = number(); left > 0; --left) {
      const u32 begin = number(), end = number();
      characters_.set_classes(begin, end, number());
    }
    for (u32 left = number(); left > 0; --left) {
      const std::u32string from = string();
      if (from.size() == 1) {
        characters_.rewrite(from[0], string());
      } else {
        characters_.rewrite(from[0], from[1], string());
      }
    }
    for (u32 left = number(); left > 0; --left) {
      UnknownClass& kind = settings_.classes.at(number());
      kind.always = number() != 0;
      kind.grouped = number() != 0;
      kind.longest = number();
      for (u32 words = number(); words > 0; --words) kind.words.push_back(unknown());
    }
    settings_.simple = unknown();
    const std::u32string marks = string();
    settings_.prolonged_mark = marks[0];
    characters_.mark(marks, kSudachiProlonged);
    characters_.mark(string(), kSudachiOpens);
    characters_.mark(string(), kSudachiCloses);
    settings_.longest_reading = number();
    settings_.shortest_katakana = number();
  }

 private:
  Unknown unknown() {
    const u16 left = number<u16>(), right = number<u16>();
    const i16 cost = number<i16>();
    std::vector<std::u16string> levels;
    for (u32 count = number(); count > 0; --count) {
      const std::u32string level = string();
      levels.emplace_back(level.begin(), level.end());
    }
    return Unknown{left, right, cost, speech(levels)};
  }

  std::vector<char> bytes_;
};

// A model and a dictionary for jieba of what texts have; weights by their characters.
Segmenter segmenter(const std::vector<String>& texts) {
  Lexicon lexicon;
  lexicon.words.has_prefixes = true;
  lexicon.splits.weights.push_back(0);
  lexicon.unknown = -15.5;
  for (u16 weight = 1; weight < 200; ++weight) {
    lexicon.words.weights.push_back(-3.25 - 0.0625 * (weight % 97));
  }
  for (const String& text : texts) {
    for (std::size_t i = 0; i + 4 <= text.four.size(); i += 3) {
      for (const i64 length : {1, 2, 3}) {
        add(lexicon.words, &text.four[i], length, static_cast<u16>(1 + text.four[i] % 199));
      }
    }
  }
  Model model{{-0.26, -3.14e100, -3.14e100, -1.46},
              {-0.5897, -1.2603, -0.5108, -0.7211},
              {-0.9163, -0.3334, -0.9163, -0.6658},
              {}};
  for (u32 point = kFirstHan; point <= kLastHan; ++point) {
    StateWeights weights;
    for (u32 s = 0; s < kStates; ++s) weights[s] = -5.0 - 0.125 * ((point * 2654435761u >> s) % 61);
    model.emissions.push_back(weights);
  }
  return Segmenter(lexicon, model);
}

// All counts of a pair.
void write_counts(const Ids& ids) {
  std::vector<i64> found(64);
  i64* to = found.data();
  Columns columns = Columns::basic(to);
  to += kBasicColumns;
  for (i64** column :
       {&columns.longest_run, &columns.skip_match, &columns.head_match, &columns.edits,
        &columns.hits, &columns.beam_edits, &columns.beam_indels, &columns.shift_edits,
        &columns.reference_shift_edits, &columns.prediction_words, &columns.reference_words,
        &columns.prediction_types, &columns.reference_types, &columns.union_lcs,
        &columns.union_types, &columns.weighted_lcs, &columns.reference_weight}) {
    *column = to++;
  }
  for (int n = 0; n < kSetOrders; ++n) {
    columns.prediction_distinct[n] = to++;
    columns.reference_distinct[n] = to++;
    columns.common[n] = to++;
  }
  const i64 offsets[] = {0, ids.lengths[0], ids.lengths[0] + ids.lengths[1]};
  Worker(columns).count(Sample{ids.memory.data(), offsets, 1, 0, 0});
  write_all("counts", found.data(), to - found.data());
}

void scan(const Language& language, const Dictionary& dictionary,
          const std::vector<String>& texts) {
  Scanner scanner(language);
  scanner.begin(dictionary, true);
  for (std::size_t i = 0; i + 1 < texts.size(); i += 2) {
    const Text reference = texts[i + 1].text();
    Scanned scanned;
    scanner.scan(texts[i].text(), &reference, 1, scanned);
    const Facts& facts = scanned.facts[0];
    write("facts", +facts.handled, +facts.expected_script, +facts.scope, +facts.predicted,
          +facts.expected, +facts.emptied, +facts.repetitive, +facts.marked, facts.words,
          facts.dropped, facts.left_out);
    for (const Ids* ids : {&scanned.content, &scanned.words}) {
      write_all("ids", ids->memory.data(), ids->size);
      if (facts.handled) write_counts(*ids);
    }
  }
}

// Views that have a reader of bytes or of characters, and sentences, whose model has nothing.
void view(const std::vector<String>& texts) {
  Spaces spaces;
  for (const u32 space : {0x09, 0x0A, 0x0D, 0x1C, 0x1F, 0x20, 0x85, 0xA0, 0x3000}) spaces.add(space);
  for (const Split split : {Split::characters, Split::visible, Split::whitespace, Split::spaces,
                            Split::rouge_score, Split::rouge_score_lines, Split::mteval,
                            Split::mteval_zh}) {
    ViewReader reader(split, Source::text, spaces);
    reader.begin(nullptr, nullptr);
    for (std::size_t i = 0; i + 1 < texts.size(); i += 2) {
      const Text reference = texts[i + 1].text();
      Viewed viewed;
      reader.read(0, texts[i].text(), &reference, 1, viewed);
      write_all("lengths", viewed.ids.lengths.data(), 2);
      write_all("view", viewed.ids.memory.data(), viewed.ids.size);
    }
  }
  Punkt punkt;
  Punkt::Places places;
  std::string encoded;
  for (const String& text : texts) {
    if (!Punkt::encode(text.text(), encoded)) continue;
    punkt.split(encoded, places);
    for (const auto& [begin, end] : places) write("sentence", begin, end);
  }
}

void cut_japanese(const Tables& tables, const std::vector<String>& texts) {
  SudachiCutter cutter(tables.dictionary(), tables.settings(), tables.characters());
  for (const String& text : texts) {
    for (const SudachiMode mode : {SudachiMode::a, SudachiMode::b, SudachiMode::c}) {
      if (!cutter.cut(text.four.data(), static_cast<i64>(text.four.size()), mode)) continue;
      for (const Morpheme& word : cutter.path) {
        write("word", word.begin, word.end, word.word, cutter.normalized(word).size());
      }
    }
  }
}

// Draws, and sums of values between -1 and 1.
void write_numbers() {
  constexpr i64 kDraws = 50, kSize = 20;
  std::vector<double> times(kDraws * kSize), values;
  count_draws(Philox{{1, 2}, 3, 4}, 0, kDraws, kSize, times.data(), 2);
  write_all("draws", times.data(), kDraws * kSize);
#ifdef TEXTMETRICS_INT128
  for (int i = 0; i < 2000; ++i) values.push_back(1.0 / (i + 1) - (i % 3) / 7.0);
  PowerSums sums;
  sums.add(values.data(), values.size());
  for (const i128 sum : {sums.first, sums.second, sums.third, sums.rest}) {
    write("sum", static_cast<i64>(sum >> 64), static_cast<u64>(sum));
  }
#endif
}

void run(const char* dictionary) {
  const std::vector<u32> basic = numbers(), pictures = numbers(), beyond = numbers();
  const std::vector<u32> expansions = numbers();
  const Alphabet alphabet{reinterpret_cast<const Character*>(basic.data()),
                          reinterpret_cast<const Character*>(pictures.data()),
                          reinterpret_cast<const Alike*>(beyond.data()),
                          static_cast<u32>(beyond.size() / 3), expansions.data()};
  const auto tables = std::make_shared<Tables>(dictionary);
  std::vector<String> texts;
  for (u32 left = number(); left > 0; --left) texts.emplace_back(numbers());
  cut_japanese(*tables, texts);
  view(texts);
  const Segmenter jieba = segmenter(texts);
  StableHash hash;
  Scratch scratch;
  std::vector<i32> ends;
  for (const String& text : texts) {
    const auto length = static_cast<i64>(text.four.size());
    const i64 count = jieba.cut(text.four.data(), length, scratch);
    ends.clear();
    for (i64 n = 0; n < count; ++n) ends.push_back(static_cast<i32>(scratch.words[n].end));
    write_all("ends", ends.data(), count);
    write("hash", hash(text.text()));
  }
  for (u32 left = number(); left > 0; --left) {
    const Cut cut = static_cast<Cut>(number());
    const bool joins = number() != 0, lists_by_two = number() != 0;
    Language language(alphabet, cut, joins, lists_by_two);
    for (u32 words = number(); words > 0; --words) {
      const Role role = static_cast<Role>(number());
      language.add_stopword(numbers(), role);
    }
    language.seal();
    Dictionary its;
    if (cut == Cut::jieba) its.jieba = &jieba;
    if (is_sudachi(cut)) its.sudachi = tables;
    scan(language, its, texts);
  }
  write_numbers();
}

}  // namespace
}  // namespace textmetrics

int main(int count, char** arguments) {
  if (count != 2) return 2;
  textmetrics::run(arguments[1]);
}

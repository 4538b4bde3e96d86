// A batch of samples from texts to ids, on the threads of this machine.
//
// What a worker does with one sample: read it into tokens, choose what is scored
// (scan/definition.py), and write dense ids.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "narrow.h"
#include "scanned.h"
#include "sets.h"
#include "threads.h"
#include "wide.h"

namespace textmetrics {

// What all workers share, and nobody changes.
struct Language {
  Language(const Alphabet& its, Cut cutting, bool joined, bool two)
      : alphabet(its), page(its), cut(cutting), joins(joined), lists_by_two(two) {
    for (u32 code = 0; code < 256; ++code) {
      if (page.is_break(static_cast<u8>(code))) {
        page_words.add({static_cast<u8>(code)}, Role::line_break);
      }
    }
    for (u32 point = 0; point < Mentions::kMarksEnd; ++point) {
      const Role role = Mentions(two).role_of_mark(point);
      if (role != Role::mark) add_word({point}, role);
    }
    for (const u8 code : page.marks()) page_words.add({code}, Role::mark);
  }

  void add_stopword(const std::vector<u32>& word, Role role) {
    add_word(word, word == kTick ? Role::dropped_tick : role);
    if (page.codes(word).empty()) page.bar(word);
  }
  void seal() {
    add_word(kTick, Role::tick);  // if it is no stopword
    words.seal();
    page_words.seal();
  }

  const Alphabet alphabet;
  Page page;
  const Cut cut;
  const bool joins, lists_by_two;
  KnownWords<u32> words;
  KnownWords<u8> page_words;

 private:
  void add_word(const std::vector<u32>& word, Role role) {
    words.add(word, role);
    const std::vector<u8> codes = page.codes(word);
    if (!codes.empty()) page_words.add(codes, role);
  }

  const std::vector<u32> kTick{'`'};
};

class Scanner {
 public:
  explicit Scanner(const Language& language)
      : narrow_(language.page, language.cut, language.page_words, language.lists_by_two),
        wide_(language.alphabet, language.cut, language.joins, language.words,
              language.lists_by_two) {}

  // Before samples: `dictionary` is for texts that it cuts; `words` asks for the scope over all
  // words.
  void begin(const Dictionary& dictionary, bool words) {
    wide_.set_dictionary(dictionary);
    words_ = words;
  }

  void scan(const Text& prediction, const Text* references, i64 count, Scanned& out) {
    finish(prediction, read(prediction, references, count), count, out);
  }

  // The same with references that were read before: those at some places.
  void scan(const Text& prediction, const Prepared& prepared, const i64* places, i64 count,
            Scanned& out) {
    finish(prediction, read(prediction, prepared, places, count), count, out);
  }

  // Read one text; null where the definition must.
  const Tokens* tokens(const Text& text) {
    const bool read = text.length <= kLongestSample && wide_.read(text, nullptr, 0, tokens_);
    return read ? &tokens_ : nullptr;
  }
  // The word of one of its tokens.
  std::pair<const u32*, u32> word(Token token) const { return wide_.word(type_of(token)); }

 private:
  void finish(const Text& prediction, bool handled, i64 count, Scanned& out) {
    Facts facts{};
    facts.handled = handled;
    if (facts.handled) {
      const u32 scope = choose(kScopeContent, count, out.content);
      if (words_) choose(kScopeWords, count, out.words);
      describe(scope, count, out.content, facts);
    } else {
      facts.marked = has(prediction, '<') || has(prediction, '`');
      out.content.leave();
      if (words_) out.words.leave();
    }
    out.facts.push_back(facts);
  }

  // False where the sample is for the definition: too long, or with a character that is not known.
  bool read(const Text& prediction, const Text* references, i64 count) {
    i64 length = prediction.length;
    for (i64 r = 0; r < count; ++r) length += references[r].length;
    if (length > kLongestSample) return false;
    return narrow_.read(prediction, references, count, tokens_) ||
           wide_.read(prediction, references, count, tokens_);
  }

  bool read(const Text& prediction, const Prepared& prepared, const i64* places, i64 count) {
    bool known = prediction.length <= kLongestSample, on_page = true;
    for (i64 r = 0; r < count; ++r) {
      known &= prepared.known(places[r]);
      on_page &= prepared.on_page(places[r]);
    }
    if (!known) return false;
    if (on_page && narrow_.read_alone(prediction, tokens_)) {
      for (i64 r = 0; r < count; ++r) met_narrow_.add(prepared, places[r], narrow_.types(), tokens_);
      return true;
    }
    if (!wide_.read(prediction, nullptr, 0, tokens_)) return false;
    for (i64 r = 0; r < count; ++r) met_wide_.add(prepared, places[r], wide_.types(), tokens_);
    return true;
  }

  // Write the ids of a scope or, where the references have nothing in it, of a wider one: see
  // `scored_scopes` of scan/definition.py. References that are emptied while another is not are
  // left out; those that were empty before are not. Gives the scope of the sample.
  u32 choose(u32 requested, i64 count, Ids& out) {
    worked(2 * tokens_.size());
    const u32 scope = widened(requested, count);
    at_least(out.memory, out.size + tokens_.size() + 1);
    // New types come in the order of their numbers, so these are ids where no other word stays.
    const u32 predicted = predicted_scope(scope, requested, count);
    const bool known = std::max(scope, predicted) > kScopeContent || tokens_.keeps_known();
    if (known) begin_numbers();
    const auto write = [&](i64 text, u32 own) {
      known ? write_numbered(text, own, out) : write_new(text, own, out);
    };
    write(0, predicted);
    predicted_types_ = known ? next_ - base_ : i64{tokens_.predicted} - tokens_.first_new;
    i64 left = 0;
    for (i64 t = 1; t <= count; ++t) {
      const u32 own = own_scope(t, scope, requested);
      if (tokens_.count(t, own) == 0 && !is_empty(t)) continue;
      write(t, own);
      ++left;
    }
    if (left == 0) write(1, scope);  // all are emptied: one stands for them
    out.vocabulary = known ? next_ - base_ : i64{tokens_.types} - tokens_.first_new;
    out.sequences.push_back(std::max(left, i64{1}) + 1);
    return scope;
  }

  u32 widened(u32 scope, i64 count) const {
    const std::vector<Kinds>& kinds = tokens_.kinds();
    const auto any = [&](auto has) {
      return std::any_of(kinds.begin() + 1, kinds.begin() + 1 + count, has);
    };
    if (scope == kScopeContent) {
      if (any([](const Kinds& text) { return text.of[kContent] > 0; })) return scope;
      scope = kScopeWords;
    }
    return any([](const Kinds& text) { return text.in(kScopeWords) > 0; }) ? scope
                                                                           : kScopeEverything;
  }

  // The scope of a text in a sample whose scope is perhaps wider than requested.
  u32 own_scope(i64 text, u32 scope, u32 requested) const {
    const Kinds& kinds = tokens_.kinds()[static_cast<std::size_t>(text)];
    return scope > requested && kinds.is_mention() ? requested : scope;
  }

  // The scope of the prediction: where it would be emptied beside an empty reference, nothing of it
  // is dropped.
  u32 predicted_scope(u32 scope, u32 requested, i64 count) const {
    const u32 own = own_scope(0, scope, requested);
    if (tokens_.count(0, own) > 0) return own;
    for (i64 t = 1; t <= count; ++t) {
      if (is_empty(t)) return kScopeEverything;
    }
    return own;
  }

  bool is_empty(i64 text) const { return tokens_.count(text, kScopeEverything) == 0; }

  // No type has a number yet: one counts only from the present base.
  void begin_numbers() {
    if (numbers_.size() < tokens_.types) numbers_.resize(2 * std::size_t{tokens_.types});
    base_ = next_;
    if (~base_ <= static_cast<u64>(tokens_.size())) {
      std::fill(numbers_.begin(), numbers_.end(), 0);
      base_ = next_ = 1;
    }
  }

  // Write the types of a text that are scored, less the first new one. Without a branch, because
  // what is dropped is hard to predict: there is room for one id too many.
  void write_new(i64 text, u32 scope, Ids& out) {
    const i64 dropped = last_role(scope) + 1;
    const u32 first_new = tokens_.first_new;
    write(text, out, [&](const Token* token, const Token* end, i32* to) {
      for (; token != end; ++token) {
        *to = static_cast<i32>(type_of(*token) - first_new);
        to -= (static_cast<i64>(*token & 15) - dropped) >> 63;  // 1 if it is kept
      }
      return to;
    });
  }

  // The same with numbers from 0 in the order in which types come.
  void write_numbered(i64 text, u32 scope, Ids& out) {
    const i64 dropped = last_role(scope) + 1;
    u32* const numbers = numbers_.data();
    const u32 base = base_;
    write(text, out, [&](const Token* token, const Token* end, i32* to) {
      u32 next = next_;
      for (; token != end; ++token) {
        const i64 kept = (static_cast<i64>(*token & 15) - dropped) >> 63;  // all bits, or none
        u32& number = numbers[type_of(*token)];
        const u32 fresh = (0 - u32{number < base}) & static_cast<u32>(kept);
        number ^= (number ^ next) & fresh;
        next -= fresh;
        *to = static_cast<i32>(number - base);
        to -= kept;
      }
      next_ = next;
      return to;
    });
  }

  // Call with runs of the tokens of a text, and where their ids are written; it gives their end.
  template <class Run>
  void write(i64 text, Ids& out, const Run& run) {
    i32* const begin = out.memory.data() + out.size;
    const Token* const tokens = tokens_.begin(text);
    i32* to = begin;
    in_runs(tokens_.end(text) - tokens, 2, [&](i64 from, i64 until) {
      to = run(tokens + from, tokens + until, to);
    });
    out.lengths.push_back(to - begin);
    out.size += to - begin;
  }

  void describe(u32 scope, i64 count, const Ids& content, Facts& facts) {
    facts.marked = tokens_.marked;
    facts.expected_script = tokens_.expected_script;
    facts.scope = static_cast<u8>(scope);
    facts.predicted = tokens_.count(0, kScopeEverything) > 0;
    facts.expected = tokens_.size() > tokens_.count(0, kScopeEverything);
    const bool wider = scope > kScopeContent;
    const u32 predicted = predicted_scope(scope, kScopeContent, count);
    facts.emptied = facts.predicted && tokens_.count(0, predicted) == 0;
    facts.repetitive = repeats();
    for (const Kinds& kinds : tokens_.kinds()) {
      facts.words += kinds.in(kScopeWords);
      facts.dropped += wider && !kinds.is_mention() ? 0 : kinds.of[kStopword];
    }
    if (!wider && predicted > scope) facts.dropped -= tokens_.kinds()[0].of[kStopword];
    // Where all references are empty, none is left out.
    if (facts.expected) facts.left_out = count + 1 - content.sequences.back();
  }

  // Whether fewer than 3 in 10 of the prediction's 4-grams are different ones.
  bool repeats() {
    const Token* tokens = tokens_.begin(0);
    const i64 grams = tokens_.count(0, kScopeEverything) - 3;
    if (grams <= 0) return false;
    if (10 * (predicted_types_ - 3) >= 3 * grams) return false;  // cheaper than what follows
    // Each type begins a 4-gram of its own, but for those that occur in the last three places only.
    begin_numbers();
    i64 types = 0;
    for (i64 i = 0; i < grams; ++i) {
      u32& number = numbers_[type_of(tokens[i])];
      types += number < base_;
      number = base_;
    }
    next_ = base_ + 1;
    if (10 * types >= 3 * grams) return false;
    types_.clear();
    for (i64 i = 0; i < grams + 3; ++i) types_.push_back(static_cast<i32>(type_of(tokens[i])));
    return repeats_(Span{types_.data(), grams + 3});
  }

  NarrowReader narrow_;
  WideReader wide_;
  Met<u8> met_narrow_;
  Met<u32> met_wide_;
  bool words_ = false;
  Tokens tokens_;
  std::vector<u32> numbers_;  // of the types, in the scope that is being written, from its base
  u32 base_ = 1, next_ = 1;
  i64 predicted_types_ = 0;  // of the prediction, in that scope
  std::vector<i32> types_;   // of the prediction
  Repeats repeats_;
};

// As many threads as are worth their start: each needs a share of the code points.
inline i64 scan_threads(const Corpus& corpus, i64 threads) {
  constexpr i64 kShare = 1 << 14;
  i64 points = 0;
  for (const Text& text : corpus.predictions) points += text.length;
  for (const Text& text : corpus.references) points += text.length;
  return std::clamp(std::min(points / kShare, corpus.count()), i64{1}, threads);
}

// Room for what most samples give, since to grow is to copy: a word in seven characters.
inline void make_room(const Corpus& corpus, i64 from, i64 to, Scanned& out) {
  i64 points = 0;
  for (i64 s = from; s < to; ++s) points += corpus.predictions[static_cast<std::size_t>(s)].length;
  const auto samples = static_cast<std::size_t>(to - from);
  out.facts.reserve(samples);
  for (Ids* ids : {&out.content, &out.words}) ids->lengths.reserve(2 * samples);
  for (Ids* ids : {&out.content, &out.words}) ids->sequences.reserve(samples);
  at_least(out.content.memory, 2 * points / 7);
}

// Scan all samples with as many workers as there are, a thread each. Runs come in order.
inline std::vector<Scanned> scan_batch(const std::vector<std::unique_ptr<Scanner>>& workers,
                                       const Corpus& corpus) {
  const i64 count = corpus.count(), threads = static_cast<i64>(workers.size());
  const auto cost = [&](i64 s) { return static_cast<double>(corpus.size(s)); };
  const std::vector<Run> order = runs_by_cost(count, threads, cost);
  std::vector<Scanned> runs(order.size());
  std::atomic<std::size_t> next{0};
  in_parallel(order, threads, [&] {
    return [&, worker = workers[next++].get()](const Run& run) {
      Scanned& out = runs[run.number];
      make_room(corpus, run.from, run.to, out);
      for (i64 s = run.from; s < run.to; ++s) {
        const Text& prediction = corpus.predictions[static_cast<std::size_t>(s)];
        const i64 first = corpus.first(s), references = corpus.first(s + 1) - first;
        if (corpus.prepared != nullptr) {
          worker->scan(prediction, *corpus.prepared, corpus.places + first, references, out);
        } else {
          worker->scan(prediction, corpus.references.data() + first, references, out);
        }
      }
    };
  });
  return runs;
}

}  // namespace textmetrics

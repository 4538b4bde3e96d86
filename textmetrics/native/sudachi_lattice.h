// The cheapest way through the words of a text, as SudachiPy finds it.
//
// A lattice has all words of the dictionary that a text has and, by classes of characters, words
// that the dictionary lacks. Costs are compared strictly, so that of equal ones the word that came
// first wins: the shorter one, then in the order of the dictionary, then unknown words. What cannot
// change a result is left out: words of the same two connection ids as a cheaper one at the same
// places, and ways to a place that are too dear for anything to follow them.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "bits.h"
#include "memory.h"
#include "stop.h"
#include "sudachi_costs.h"
#include "sudachi_dictionary.h"
#include "sudachi_steps.h"
#include "sudachi_text.h"

namespace textmetrics {

class SudachiLattice {
 public:
  SudachiLattice(const SudachiDictionary& dictionary, const SudachiSettings& settings)
      : settings_(settings), costs_(dictionary), steps_(dictionary) {
    for (u32 bit = 0; bit < kClasses; ++bit) {
      const UnknownClass& kind = settings.classes[bit];
      if (kind.words.empty()) continue;
      classes_ |= 1u << bit;
      if (kind.always) always_ |= 1u << bit;
    }
    add_unknown_words();
  }

  void build(const SudachiText& text) {
    if (costs_.forget_too_much()) {
      steps_.forget();
      add_unknown_words();
    }
    find_words(text);
    make_room();
    connect();
  }

  // Call with the begin, the end and the number of each word, from the last to the first.
  template <class Take>
  void best(const Take& take) const {
    u32 end = size();
    for (u32 e = last_; e != 0; e = ends_[e].previous) {
      take(ends_[e].begin, end, costs_.words()[ends_[e].word].id);
      end = ends_[e].begin;
    }
  }

  // The number of the cheapest word of a range, kNone where there is no word.
  static constexpr u32 kNone = ~0u;
  u32 cheapest(u32 begin, u32 end) const {
    const KnownWord* found = nullptr;
    for (u32 e = places_[end].ends; e < places_[end].filled; ++e) {
      const KnownWord& word = costs_.words()[ends_[e].word];
      if (ends_[e].begin != begin || (found != nullptr && found->cost <= word.cost)) continue;
      found = &word;
    }
    return found == nullptr ? kNone : found->id;
  }

 private:
  static constexpr i32 kDear = std::numeric_limits<i32>::max();
  static constexpr u32 kClasses = 32;

  struct Words {  // a range of `SudachiCosts::words`
    u32 first = 0, last = 0;
  };
  struct Group {  // words that begin at one place and end at another one
    u32 end;
    Words words;
  };
  struct Steps {  // from a place
    SudachiSteps::Step first, second;
  };
  struct Place {
    u32 groups = 0;            // of words that begin here
    u32 ends = 0, filled = 0;  // of words that end here
    i32 most = kDear;          // of the cheapest way to here and on, whatever follows
  };
  struct End {  // of a word
    i32 total;  // of the cheapest way to there
    i32 least;  // of the same and on, whatever follows
    u32 previous;
    u32 word;
    u16 begin, right;
  };
  struct Kept {  // the end of a word that another one may follow
    const i16* costs;
    i64 key;  // the total, and which end it is
  };

  u32 size() const { return static_cast<u32>(places_.size()) - 2; }

  // --- words of the dictionary, and others

  void add_unknown_words() {
    for (u32 bit = 0; bit < kClasses; ++bit) {
      unknown_[bit].first = costs_.count();
      for (const Unknown& word : settings_.classes[bit].words) costs_.add(word);
      unknown_[bit].last = costs_.count();
    }
    costs_.add(settings_.simple);
  }

  void find_words(const SudachiText& text) {
    const u32 size = text.size();
    groups_.clear();
    places_.assign(size + 2, Place());
    begin_steps(text);
    for (u32 i = 0; i < size; ++i) {
      const std::size_t before = groups_.size();
      places_[i].groups = static_cast<u32>(before);
      const Steps& steps = steps_of_[i];
      add(text, i + 1, steps.first);
      if (i + 1 < size) add(text, i + 2, steps.second);
      SudachiSteps::Step step = steps.second;
      for (u32 end = i + 2; end < size && step.node != SudachiSteps::kNowhere;) {
        step = steps_.go_on(step.node, text.points[end], costs_);
        add(text, ++end, step);
      }
      add_unknown(text, i, groups_.size() > before);
    }
    places_[size].groups = static_cast<u32>(groups_.size());
  }

  // Take the first two steps from each place. What the next one reads is far apart from all that
  // was read before: it is asked for long before it is needed.
  void begin_steps(const SudachiText& text) {
    const u32 size = text.size();
    steps_of_.resize(size);
    for (u32 i = 0; i < size; ++i) {
      const SudachiSteps::Step& step = steps_of_[i].first = steps_.begin(text.points[i], costs_);
      if (i + 1 < size) steps_.expect(step.node, text.points[i + 1]);
    }
    for (u32 i = 0; i + 1 < size; ++i) {
      steps_of_[i].second = steps_.go_on(steps_of_[i].first.node, text.points[i + 1], costs_);
      if (i + 2 < size) steps_.expect(steps_of_[i].second.node, text.points[i + 2]);
    }
  }

  void add(const SudachiText& text, u32 end, const SudachiSteps::Step& step) {
    if (step.count != 0 && text.begins[end]) add(end, Words{step.first, step.first + step.count});
  }

  void add(u32 end, Words words) {
    groups_.push_back(Group{end, words});
    places_[end].filled += words.last - words.first;
  }

  void add_unknown(const SudachiText& text, u32 place, bool any) {
    const u32 classes = text.classes[place];
    const bool begins = (classes & kSudachiBeginsNone) == 0 &&
                        (place == 0 || (text.classes[place - 1] & kSudachiEndsNone) == 0);
    bool made = any;
    for (u32 rest = begins ? classes & (any ? always_ : classes_) : 0; rest != 0; rest &= rest - 1) {
      made |= add_of_class(place, text.runs[place], lowest(rest));
    }
    if (made) return;
    u32 end = place + 1;
    while (end < text.size() && !text.begins[end]) ++end;
    add(end, Words{unknown_[kClasses - 1].last, unknown_[kClasses - 1].last + 1});
  }

  bool add_of_class(u32 place, u32 longest, u32 bit) {
    const UnknownClass& kind = settings_.classes[bit];
    if (kind.grouped) add(place + longest--, unknown_[bit]);
    longest = std::min(longest, kind.longest);
    for (u32 length = 1; length <= longest; ++length) add(place + length, unknown_[bit]);
    return kind.grouped || longest > 0;
  }

  // --- the cheapest way

  // For the ends of words, those at one place side by side; the first is the begin of the text.
  void make_room() {
    u32 at = 1;
    for (Place& place : places_) {
      const u32 count = place.filled;
      place.ends = place.filled = at;
      at += count;
    }
    places_[0].ends = 0;
    places_[0].most = 0;
    at_least(ends_, at);
    ends_[0] = End{0, 0, 0, 0, 0, 0};
  }

  void connect() {
    const Way way(*this);
    const u32 size = this->size();
    for (u32 p = 0; p < size; ++p) {
      const Place& place = places_[p];
      if (place.filled == place.ends) continue;
      worked(200);
      const Kept* const behind = keep(way, place);
      for (u32 g = place.groups; g < places_[p + 1].groups; ++g) follow(way, p, groups_[g], behind);
    }
    // The end of the text follows as the id 0 does.
    const KnownWord end[kAtOnce] = {};
    last_ = static_cast<u32>(least(end, keep(way, places_[size])).keys[0]);
  }

  // Where everything lies: a compiler would look it up again after all that is written.
  struct Way {
    explicit Way(SudachiLattice& lattice)
        : costs(lattice.costs_.row(0)),
          bounds(lattice.costs_.bounds()),
          width(lattice.costs_.width()),
          words(lattice.costs_.words()),
          places(lattice.places_.data()),
          ends(lattice.ends_.data()) {}

    const i16* costs;
    const SudachiCosts::Bounds* bounds;
    u64 width;
    const KnownWord* words;
    Place* places;
    End* ends;
  };

  // What may be the cheapest way for some word: without a branch, since nobody can guess which.
  const Kept* keep(const Way& way, const Place place) {
    Kept* to = at_least(kept_, place.filled - place.ends + 1);
    for (u32 e = place.ends; e < place.filled; ++e) {
      const End& end = way.ends[e];
      *to = Kept{way.costs + end.right * way.width, end.total * kAbove + e};
      to += end.least <= place.most;
    }
    return to;
  }

  static constexpr u32 kAtOnce = SudachiCosts::kAtOnce;
  static constexpr i64 kAbove = i64{1} << 32;

  // The cheapest ways to words that begin at one place. The least total, and of equal ones the
  // first, is that of the least key: compared as one number, without a branch.
  struct Least {
    i64 keys[kAtOnce];
  };
  Least least(const KnownWord* words, const Kept* behind) const {
    const u64 left[] = {words[0].left, words[1].left, words[2].left, words[3].left};
    Least least;
    for (i64& key : least.keys) key = std::numeric_limits<i64>::max();
    for (const Kept* kept = kept_.data(); kept < behind; ++kept) {
      const i16* const costs = kept->costs;
      const i64 key = kept->key;
      for (u32 i = 0; i < kAtOnce; ++i) {
        least.keys[i] = std::min(least.keys[i], key + costs[left[i]] * kAbove);
      }
    }
    return least;
  }

  void follow(const Way& way, u32 begin, const Group group, const Kept* behind) {
    Place& place = way.places[group.end];
    i32 most = place.most;
    End* end = way.ends + place.filled;
    for (u32 first = group.words.first; first < group.words.last; first += kAtOnce) {
      const Least least = this->least(way.words + first, behind);
      const u32 last = std::min(first + kAtOnce, group.words.last);
      for (u32 w = first; w < last; ++w, ++end) {
        const KnownWord& word = way.words[w];
        const i64 key = least.keys[w - first];
        const i32 total = static_cast<i32>(key >> 32) + word.cost;
        const SudachiCosts::Bounds bounds = way.bounds[word.right];
        most = std::min(most, total + bounds.most);
        *end = End{total, total + bounds.least, static_cast<u32>(key), w,
                   static_cast<u16>(begin), word.right};
      }
    }
    place.most = most;
    place.filled = static_cast<u32>(end - way.ends);
  }

  const SudachiSettings& settings_;
  u32 classes_ = 0, always_ = 0;  // that make words; also where the dictionary has one
  SudachiCosts costs_;
  SudachiSteps steps_;
  Words unknown_[kClasses];  // by class; the word where there is none other is behind them
  std::vector<Steps> steps_of_;  // of places
  std::vector<Group> groups_;
  std::vector<Place> places_;
  std::vector<End> ends_;
  std::vector<Kept> kept_;
  u32 last_ = 0;  // the end of the cheapest way
};

}  // namespace textmetrics

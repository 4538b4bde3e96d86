// The cheapest way through the words of a text, as SudachiPy finds it.
//
// A lattice has all words of the dictionary that occur in a text and, by classes of characters,
// words that the dictionary lacks. Costs are compared strictly, so that of equal ones the word that
// came first wins: the shorter one, then in the order of the dictionary, then unknown words. What
// cannot change a result is left out: words of the same two connection ids as a cheaper one at the
// same place, and words that end too dear for anything to follow them.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "bits.h"
#include "memory.h"
#include "stop.h"
#include "sudachi_costs.h"
#include "sudachi_dictionary.h"
#include "sudachi_text.h"

namespace textmetrics {

class SudachiLattice {
 public:
  // In place of a word's number: it is unknown, and the other bits are its part of speech.
  static constexpr u32 kUnknown = 1u << 31;

  SudachiLattice(const SudachiDictionary& dictionary, const SudachiSettings& settings)
      : dictionary_(dictionary), settings_(settings), costs_(dictionary), first_(0x10000) {
    for (u32 bit = 0; bit < 32; ++bit) {
      const UnknownClass& kind = settings.classes[bit];
      if (kind.words.empty()) continue;
      classes_ |= 1u << bit;
      if (kind.always) always_ |= 1u << bit;
    }
  }

  void build(const SudachiText& text) {
    costs_.begin_text();
    find_words(text);
    make_room();
    connect();
  }

  // Call with the begin, the end and the number of each word, from the last to the first.
  template <class Take>
  void best(const Take& take) const {
    for (u32 w = previous_[count_]; w != kNone;) {
      const u32 before = previous_[w];
      take(before == kNone ? 0 : words_[before].end, u32{words_[w].end}, words_[w].id);
      w = before;
    }
  }

  // The number of the cheapest word of a range, kNone where there is no word.
  static constexpr u32 kNone = ~0u;
  u32 cheapest(u32 begin, u32 end) const {
    const KnownWord* found = nullptr;
    for (u32 w = places_[begin].words; w < places_[begin + 1].words; ++w) {
      const KnownWord& word = words_[w];
      if (word.end == end && (found == nullptr || word.cost < found->cost)) found = &word;
    }
    return found == nullptr ? kNone : found->id;
  }

 private:
  struct Place {
    u32 words = 0;             // that begin here: the first of them
    u32 ends = 0, filled = 0;  // of words that end here
    i32 most = kDear;          // of the cheapest way to here and on, whatever follows
  };
  struct End {  // of a word
    i32 total;  // the cost of the cheapest way to there
    i32 least;  // the same and what follows at least
    u32 word;
    u16 right;
  };
  struct Kept {  // the end of a word that another one may follow
    const i16* costs;
    i64 key;  // the total, and which it is of the ends
  };
  static constexpr i32 kDear = std::numeric_limits<i32>::max();
  static constexpr u32 kAtOnce = 4;
  static constexpr i64 kAbove = i64{1} << 32;

  // --- words of the dictionary, and others

  static constexpr u32 kNowhere = ~0u, kUnknownNode = ~0u - 1;
  static constexpr u32 kNoWord = SudachiDictionary::kNoWord;

  // A place in the trie, and the value of the words that end there.
  struct Step {
    u32 node = kUnknownNode;
    u32 value = kNoWord;
  };

  void find_words(const SudachiText& text) {
    const u32 size = static_cast<u32>(text.bytes.size());
    count_ = 0;
    places_.assign(text.size() + 2, Place{});
    // What the walks read first is far apart: it is asked for before the first of them begins.
    starts_.resize(text.size());
    for (u32 i = 0; i < text.size(); ++i) {
      starts_[i] = behind_first(text, i);
      const u32 next = text.offsets[i + 1];
      if (starts_[i].node != kNowhere && next < size) {
        dictionary_.expect(starts_[i].node, text.bytes[next]);
      }
    }
    for (u32 i = 0; i < text.size(); ++i) {
      const u32 first = places_[i].words = count_;
      u32 node = starts_[i].node, value = starts_[i].value;
      if (node != kNowhere) {
        if (value != kNoWord && text.begins[i + 1]) add_known(i + 1, value);
        for (u32 at = text.offsets[i + 1]; at < size; ++at) {
          if (!dictionary_.step(node, text.bytes[at], value)) break;
          if (value == kNoWord) continue;
          const u32 end = text.characters[at + 1];
          if (text.begins[end]) add_known(end, value);
        }
      }
      add_unknown(text, i, count_ > first);
    }
    const u32 end = text.size();
    places_[end].words = count_;
    // The end of the text follows its last words as the id 0 does; what is beyond is of no account.
    const KnownWord none{0, 0, 0, 0, kUnknown};
    std::fill_n(room_for(kAtOnce), kAtOnce, none);
    places_[end + 1].words = count_ + 1;
  }

  // Where the trie is behind a character from which words begin.
  Step behind_first(const SudachiText& text, u32 i) {
    const u32 point = text.points[i];
    if (point < 0x10000 && first_[point].node != kUnknownNode) return first_[point];
    Step step{dictionary_.root(), kNoWord};
    for (u32 at = text.offsets[i]; at < text.offsets[i + 1]; ++at) {
      if (!dictionary_.step(step.node, text.bytes[at], step.value)) {
        step.node = kNowhere;
        break;
      }
    }
    if (point < 0x10000) first_[point] = step;
    return step;
  }

  KnownWord* room_for(u32 more) {
    return at_least(words_, i64{count_} + more) + count_;
  }

  void add_known(u32 end, u32 value) {
    const auto [first, last] = costs_.words_under(value);
    KnownWord* to = room_for(last - first);
    for (u32 w = first; w < last; ++w, ++to) {
      *to = costs_.words()[w];
      to->end = static_cast<u16>(end);
    }
    count_ += last - first;
    places_[end].filled += last - first;
  }

  void add(u32 end, const Unknown& word) {
    *room_for(1) = KnownWord{costs_.left(word.left), costs_.right(word.right), word.cost,
                             static_cast<u16>(end), kUnknown | word.speech};
    ++count_;
    ++places_[end].filled;
  }

  void add_unknown(const SudachiText& text, u32 place, bool any) {
    const u32 classes = text.classes[place];
    const bool begins = (classes & kSudachiBeginsNone) == 0 &&
                        (place == 0 || (text.classes[place - 1] & kSudachiEndsNone) == 0);
    bool made = any;
    if (begins) {
      for (u32 rest = classes & (any ? always_ : classes_); rest != 0; rest &= rest - 1) {
        made |= add_of_class(place, text.runs[place], settings_.classes[lowest(rest)]);
      }
    }
    if (made) return;
    u32 end = place + 1;
    while (end < text.size() && !text.begins[end]) ++end;
    add(end, settings_.simple);
  }

  bool add_of_class(u32 place, u32 longest, const UnknownClass& kind) {
    bool made = false;
    if (kind.grouped) {
      for (const Unknown& word : kind.words) add(place + longest, word);
      --longest;
      made = true;
    }
    for (u32 length = 1; length <= kind.longest && length <= longest; ++length) {
      for (const Unknown& word : kind.words) add(place + length, word);
      made = true;
    }
    return made;
  }

  // --- the cheapest way

  // For the ends of words, those at one place side by side.
  void make_room() {
    u32 at = 2;  // behind the begin of the text and its end, which ends at no place
    for (Place& place : places_) {
      const u32 count = place.filled;
      place.ends = place.filled = at;
      at += count;
    }
    places_[0].ends = places_[0].filled = 0;
    at_least(ends_, at);
    at_least(previous_, count_ + 1);
  }

  void connect() {
    Way way(*this);
    const u32 size = static_cast<u32>(places_.size()) - 2;
    way.add_end(places_[0], 0, 0, kNone);
    for (u32 p = 0; p <= size; ++p) {
      if (way.places[p].filled == way.places[p].ends) continue;
      worked(200);
      const u32 end = way.places[p + 1].words;
      const Kept* const kept_end = keep(way, way.places[p]);
      for (u32 w = way.places[p].words; w < end; w += kAtOnce) {
        follow(way, kept_end, w, std::min(w + kAtOnce, end));
      }
    }
  }

  // Where everything lies: a compiler would look it up again after everything that is written.
  struct Way {
    explicit Way(SudachiLattice& lattice)
        : costs(lattice.costs_.row(0)),
          bounds(lattice.costs_.bounds()),
          width(lattice.costs_.width()),
          words(lattice.words_.data()),
          places(lattice.places_.data()),
          ends(lattice.ends_.data()),
          previous(lattice.previous_.data()) {}

    void add_end(Place& place, u16 right, i32 total, u32 word) {
      const SudachiCosts::Bounds bound = bounds[right];
      place.most = std::min(place.most, total + bound.most);
      ends[place.filled++] = End{total, total + bound.least, word, right};
    }

    const i16* const costs;
    const SudachiCosts::Bounds* const bounds;
    const u64 width;
    const KnownWord* const words;
    Place* const places;
    End* const ends;
    u32* const previous;
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

  // Connect words that begin at one place. The least total, and of equal ones the first, is that
  // of the least key: compared as one number, without a branch.
  void follow(Way& way, const Kept* const kept_end, u32 first, u32 last) const {
    const KnownWord* word = way.words + first;
    const u64 left[kAtOnce] = {word[0].left, word[1].left, word[2].left, word[3].left};
    i64 best[kAtOnce];
    for (i64& each : best) each = std::numeric_limits<i64>::max();
    for (const Kept* kept = kept_.data(); kept < kept_end; ++kept) {
      const i16* const costs = kept->costs;
      const i64 key = kept->key;
      for (u32 i = 0; i < kAtOnce; ++i) best[i] = std::min(best[i], key + costs[left[i]] * kAbove);
    }
    for (u32 w = first; w < last; ++w, ++word) {
      const i64 key = best[w - first];
      way.previous[w] = way.ends[static_cast<u32>(key)].word;
      way.add_end(way.places[word->end], word->right, static_cast<i32>(key >> 32) + word->cost, w);
    }
  }

  const SudachiDictionary& dictionary_;
  const SudachiSettings& settings_;
  u32 classes_ = 0, always_ = 0;  // that make words; also where the dictionary has one
  SudachiCosts costs_;
  std::vector<Step> first_, starts_;
  std::vector<KnownWord> words_;  // those that begin at one place side by side
  u32 count_ = 0;
  std::vector<Place> places_;
  std::vector<End> ends_;
  std::vector<Kept> kept_;
  std::vector<u32> previous_;  // of each word
};

}  // namespace textmetrics

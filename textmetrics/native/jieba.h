// Chinese words exactly as jieba 0.42.1 cuts them: `jieba.lcut(text)`, which is the definition.
//
// jieba cuts a text into blocks of Han characters, ASCII letters, digits and `+#&._%-`; all else
// stands alone. Within a block the words of the dictionary span a graph, and of all ways through
// it the one of greatest probability is taken. Characters that are left alone on it, next to each
// other, go to a hidden Markov model that makes them beginnings, middles and ends of new words.
//
// Here one pass from right to left finds the best way from each position to the block's end, with
// the graph never stored: a position's words are walked through in the trie when it is reached.
// A second pass from left to right follows the best way. Sums of log probabilities are formed in
// jieba's order, from the logarithms that Python computed, so they are the same doubles; where two
// are equal, jieba compares tuples, and so the longer word and the later letter of B, E, M, S win.
//
// The dictionary, the model and what was changed in them come from the installed jieba.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "memory.h"
#include "stop.h"
#include "trie.h"

namespace textmetrics {

constexpr u32 kFirstHan = 0x4E00, kLastHan = 0x9FD5;  // what jieba takes for Han
constexpr double kMinFloat = -3.14e100;               // its probability of what never occurs

constexpr u32 kLetters = kLastHan - kFirstHan + 1 + 69 + 1;  // Han, the rest of blocks, no letter

inline bool is_han(u32 c) { return c - kFirstHan <= kLastHan - kFirstHan; }

inline bool is_digit(u32 c) { return c - '0' < 10; }

inline bool is_alphanumeric(u32 c) { return is_digit(c) || (c | 32) - 'a' < 26; }

inline bool is_in_block(u32 c) {
  return is_han(c) || is_alphanumeric(c) || c == '+' || c == '#' || c == '&' || c == '.' ||
         c == '_' || c == '%' || c == '-';
}

// A state of the hidden Markov model: a character begins a word, is in it, ends it, or is one.
enum State : u8 { kBegin, kMiddle, kEnd, kSingle, kStates };

using StateWeights = std::array<double, kStates>;

// Log probabilities. Before each state there can be one of two, of which the later in the order of
// the letters B, E, M, S wins a tie: E or S before B and S, B or M before M and E.
struct Model {
  StateWeights start;
  StateWeights after_earlier;
  StateWeights after_later;
  std::vector<StateWeights> emissions;  // of each Han character, from kFirstHan on
};

// The dictionary. All characters are such as occur in blocks, and stand for themselves.
struct Lexicon {
  Entries words;       // they weigh log(frequency) - log(total)
  Entries splits;      // words that the model must not form, and their prefixes
  double unknown = 0;  // the weight of a frequency of 1: a character that is no word
};

// Memory for one thread; what is in it belongs to one text.
struct Scratch {
  std::vector<u16> letters;
  std::vector<double> weights;
  std::vector<i32> next;
  std::vector<u8> states;
};

class Segmenter {
 public:
  Segmenter(const Lexicon& lexicon, const Model& model)
      : letters_(rank(lexicon)),
        words_(spelled(lexicon.words)),
        splits_(spelled(lexicon.splits)),
        has_splits_(!lexicon.splits.entries.empty()),
        unknown_(lexicon.unknown),
        model_(model),
        emissions_(kLetters) {
    for (u32 c = kFirstHan; c <= kLastHan; ++c) {
      emissions_[letters_[c]] = model.emissions[c - kFirstHan];
    }
    model_.emissions.clear();
  }

  // The weight of a word of the dictionary; `kNever` if it is none.
  template <class Char>
  double weight(const Char* word, i64 length) const {
    std::vector<u16> letters;
    for (i64 i = 0; i < length; ++i) letters.push_back(letter(word[i]));
    return words_.weight(letters.data(), length);
  }

  // Write where each token ends to `ends`, which has room for `length`; gives how many there are.
  // `Char` is unsigned and holds code points: Python's one, two or four bytes a character.
  template <class Char>
  i64 cut(const Char* text, i64 length, Scratch& scratch, i32* ends) const {
    find_route(text, length, scratch);
    const i32* next = scratch.next.data();
    i32* end = ends;
    for (i64 x = 0; x < length;) {
      if (next[x] == 0) {
        x += text[x] == '\r' && x + 1 < length && text[x + 1] == '\n' ? 2 : 1;
        *end++ = static_cast<i32>(x);
      } else if (next[x] > x + 1) {
        x = next[x];
        *end++ = static_cast<i32>(x);
      } else {
        const i64 from = x++;
        while (next[x] == x + 1) ++x;
        end = cut_singles(text, from, x, scratch, end);
      }
    }
    return end - ends;
  }

 private:
  // Number the characters that occur in blocks: from 1, those that most words contain first.
  static std::vector<u16> rank(const Lexicon& lexicon) {
    std::vector<u32> uses(kLastHan + 1, 0);
    for (const u16 c : lexicon.words.letters) ++uses[c];
    std::vector<u16> characters;
    for (u32 c = 0; c <= kLastHan; ++c) {
      if (is_in_block(c)) characters.push_back(static_cast<u16>(c));
    }
    std::stable_sort(characters.begin(), characters.end(),
                     [&](u16 a, u16 b) { return uses[a] > uses[b]; });
    std::vector<u16> letters(kLastHan + 1, 0);
    u16 letter = 0;
    for (const u16 c : characters) letters[c] = ++letter;
    return letters;
  }

  Entries spelled(Entries entries) const {
    for (u16& c : entries.letters) c = letters_[c];
    return entries;
  }

  u16 letter(u32 c) const { return c <= kLastHan ? letters_[c] : u16{0}; }

  // For each position the end of the word that begins there on the best way from there on; 0 for
  // a character outside of blocks. Those have the letter 0, which is in no word.
  template <class Char>
  void find_route(const Char* text, i64 length, Scratch& scratch) const {
    u16* letters = at_least(scratch.letters, length + 1);
    double* weights = at_least(scratch.weights, length + 1);
    i32* next = at_least(scratch.next, length + 1);
    letters[length] = 0;
    weights[length] = 0;
    next[length] = 0;
    for (i64 x = length - 1; x >= 0; --x) {
      worked_at(x, 64);
      letters[x] = letter(text[x]);
      double best = kNever;
      i64 end = 0;
      i64 y = x;
      const Cell* cell = words_.child(words_.root(), letters[y]);
      for (; cell != nullptr; cell = words_.child(cell->base, letters[y])) {
        const double weight = words_.weight(cell) + weights[++y];
        end = weight >= best ? y : end;
        best = weight >= best ? weight : best;
      }
      if (best == kNever) {
        const bool inside = letters[x] != 0;
        best = inside ? unknown_ + weights[x + 1] : 0;
        end = inside ? x + 1 : 0;
      }
      weights[x] = best;
      next[x] = static_cast<i32>(end);
    }
  }

  // A run of characters that are alone on the best way. jieba leaves them so if the run as a whole
  // is a word, though one that the best way does not take.
  template <class Char>
  i32* cut_singles(const Char* text, i64 from, i64 to, Scratch& scratch, i32* end) const {
    const u16* letters = scratch.letters.data();
    if (to - from == 1 || words_.weight(letters + from, to - from) != kNever) {
      return each(from, to, end);
    }
    while (from < to) {
      i64 next = from;
      if (is_han(text[from])) {
        while (next < to && is_han(text[next])) ++next;
        end = cut_han(letters, from, next, scratch, end);
      } else {
        while (next < to && !is_han(text[next])) ++next;
        end = cut_latin(text, from, next, end);
      }
      from = next;
    }
    return end;
  }

  static i32* each(i64 from, i64 to, i32* end) {
    while (from < to) *end++ = static_cast<i32>(++from);
    return end;
  }

  // Letters and digits, with a decimal part and a percent sign, are a token; so is what is between.
  template <class Char>
  static i32* cut_latin(const Char* text, i64 from, i64 to, i32* end) {
    i64 x = from;
    while (x < to) {
      if (!is_alphanumeric(text[x])) {
        while (x < to && !is_alphanumeric(text[x])) ++x;
      } else {
        while (x < to && is_alphanumeric(text[x])) ++x;
        if (x + 1 < to && text[x] == '.' && is_digit(text[x + 1])) {
          for (++x; x < to && is_digit(text[x]);) ++x;
        }
        if (x < to && text[x] == '%') ++x;
      }
      *end++ = static_cast<i32>(x);
    }
    return end;
  }

  // A word ends with each character that the model takes for an end or for a word of its own.
  i32* cut_han(const u16* letters, i64 from, i64 to, Scratch& scratch, i32* end) const {
    const u8* states = tag(letters + from, to - from, scratch);
    i64 begin = from;
    for (i64 x = from + 1; x <= to; ++x) {
      const u8 state = states[x - 1 - from];
      if (state == kBegin || state == kMiddle) continue;
      if (has_splits_ && splits_.weight(letters + begin, x - begin) != kNever) {
        end = each(begin, x, end);
      } else {
        *end++ = static_cast<i32>(x);
      }
      begin = x;
    }
    return end;
  }

  // Viterbi: the most probable state of each character. `states` holds first, a bit a state,
  // which of the two states that can come before it did.
  const u8* tag(const u16* letters, i64 length, Scratch& scratch) const {
    static constexpr State kEarlier[] = {kEnd, kBegin, kBegin, kEnd};
    static constexpr State kLater[] = {kSingle, kMiddle, kMiddle, kSingle};
    u8* states = at_least(scratch.states, length);
    StateWeights weights = emissions_[letters[0]];
    for (int s = 0; s < kStates; ++s) weights[s] = model_.start[s] + weights[s];
    for (i64 x = 1; x < length; ++x) {
      const StateWeights& emission = emissions_[letters[x]];
      const StateWeights before = weights;
      u8 later = 0;
      for (int s = 0; s < kStates; ++s) {
        const double a = before[kEarlier[s]] + model_.after_earlier[s] + emission[s];
        const double b = before[kLater[s]] + model_.after_later[s] + emission[s];
        weights[s] = b >= a ? b : a;
        later |= static_cast<u8>((b >= a) << s);
      }
      states[x] = later;
    }
    u8 state = weights[kSingle] >= weights[kEnd] ? kSingle : kEnd;
    for (i64 x = length - 1; x > 0; --x) {
      const bool later = (states[x] >> state & 1) != 0;
      states[x] = state;
      state = later ? kLater[state] : kEarlier[state];
    }
    states[0] = state;
    return states;
  }

  std::vector<u16> letters_;  // by character
  Trie words_, splits_;
  bool has_splits_;
  double unknown_;
  Model model_;
  std::vector<StateWeights> emissions_;  // by letter
};

}  // namespace textmetrics

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
#include <atomic>
#include <vector>

#include "compiler.h"
#include "memory.h"
#include "stop.h"
#include "trie.h"

namespace textmetrics {

constexpr u32 kFirstHan = 0x4E00, kLastHan = 0x9FD5;  // what jieba takes for Han
constexpr double kMinFloat = -3.14e100;               // its probability of what never occurs

inline bool is_han(u32 c) { return c - kFirstHan <= kLastHan - kFirstHan; }

inline bool is_digit(u32 c) { return c - '0' < 10; }

inline bool is_alphanumeric(u32 c) { return is_digit(c) || (c | 32) - 'a' < 26; }

inline bool is_in_block(u32 c) {
  return is_han(c) || is_alphanumeric(c) || c == '+' || c == '#' || c == '&' || c == '.' ||
         c == '_' || c == '%' || c == '-';
}

// A state of the hidden Markov model: a character begins a word, is one, is in it, or ends it. The
// first two come after the end of a word, the others inside of one.
enum State : u8 { kBegin, kSingle, kMiddle, kEnd, kStates };

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

// Letters of the tries: Han characters from 1, those that most words contain first, then the others
// that occur in blocks. All other characters are the letter 0.
constexpr u16 kHanLetters = kLastHan - kFirstHan + 1;
constexpr u16 kLetters = kHanLetters + 69;

inline bool is_han_letter(u16 letter) { return letter - 1u < kHanLetters; }

// What is found at a character: the best score from there on, and of the first word on that way how
// long it is and its node. Both are 0 for a character outside of blocks.
struct Position {
  double score;
  u32 length, node;
};

// A token: where it ends, and its node, which no other token has; 0 where the trie lacks it.
struct Word {
  u32 end, node;
};

// Memory for one thread; what is in it belongs to one text.
struct Scratch {
  static constexpr i64 kBefore = 16;

  std::vector<u16> letters;
  std::vector<Position> positions;
  std::vector<Word> words;
  std::vector<u8> states;

  // Room for the letters of a text. Before them there are some of no character, and one behind them.
  u16* letters_of(i64 length) {
    u16* const begin = at_least(letters, kBefore + length + 1);
    std::fill(begin, begin + kBefore, u16{0});
    begin[kBefore + length] = 0;
    return begin + kBefore;
  }
  const u16* text() const { return letters.data() + kBefore; }
};

class Segmenter {
 public:
  Segmenter(const Lexicon& lexicon, const Model& model)
      : letters_(rank(lexicon)),
        words_(spelled(lexicon.words), kLetters),
        splits_(spelled(lexicon.splits)),
        has_splits_(!lexicon.splits.entries.empty()),
        unknown_(lexicon.unknown),
        model_(model),
        emissions_(kLetters + 1) {
    for (u32 c = 0; c <= kLastHan; ++c) {
      const u16 letter = letters_[c];
      if (is_han_letter(letter)) emissions_[letter] = model.emissions[c - kFirstHan];
      if (letter > kHanLetters) signs_[letter - kHanLetters - 1] = static_cast<u8>(c);
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

  u16 letter(u32 c) const { return c <= kLastHan ? letters_[c] : u16{0}; }
  u32 nodes() const { return words_.size(); }  // all are below it
  u64 id() const { return id_; }               // of no other one

  // Write the tokens to `scratch.words`; gives how many there are. `Char` is unsigned and holds code
  // points: Python's one, two or four bytes a character.
  template <class Char>
  i64 cut(const Char* text, i64 length, Scratch& scratch) const {
    u16* const letters = scratch.letters_of(length);
    bool returns = false;
    for (i64 x = 0; x < length; ++x) {
      letters[x] = letter(text[x]);
      returns |= text[x] == '\r';
    }
    const i64 count = cut_letters(length, scratch);
    if (!returns) return count;
    Word* const words = scratch.words.data();
    Word* to = words;
    for (const Word* from = words; from != words + count; ++from) {
      const u32 end = from->end;
      const bool second = end > 1 && text[end - 1] == '\n' && text[end - 2] == '\r';
      to -= second;
      *to++ = Word{end, second ? 0 : from->node};
    }
    return to - words;
  }

  // The same of the letters in `scratch`, but for line breaks of two characters.
  i64 cut_letters(i64 length, Scratch& scratch) const {
    find_route(length, scratch);
    const Position* const positions = scratch.positions.data();
    Word* to = at_least(scratch.words, length);
    for (i64 x = 0; x < length;) {
      const i64 from = x;
      const u32 its = positions[x].length;
      if (its == 1 && positions[x + 1].length == 1) {
        for (x += 2; positions[x].length == 1;) ++x;
        to = cut_singles(from, x, scratch, to);
      } else {
        x += its + (its == 0);
        *to++ = word(x, positions[from].node);
      }
    }
    return to - scratch.words.data();
  }

 private:
  // Number the characters that occur in blocks.
  static std::vector<u16> rank(const Lexicon& lexicon) {
    std::vector<u32> uses(kLastHan + 1, 0);
    for (const u16 c : lexicon.words.letters) ++uses[c];
    std::vector<u16> characters;
    for (u32 c = 0; c <= kLastHan; ++c) {
      if (is_in_block(c)) characters.push_back(static_cast<u16>(c));
    }
    std::stable_sort(characters.begin(), characters.end(), [&](u16 a, u16 b) {
      return is_han(a) != is_han(b) ? is_han(a) : uses[a] > uses[b];
    });
    std::vector<u16> letters(kLastHan + 1, 0);
    u16 letter = 0;
    for (const u16 c : characters) letters[c] = ++letter;
    return letters;
  }

  Entries spelled(Entries entries) const {
    for (u16& c : entries.letters) c = letters_[c];
    return entries;
  }

  // Find the best way from each position on. Of equal scores that of the longer word wins.
  void find_route(i64 length, Scratch& scratch) const {
    Position* const positions = at_least(scratch.positions, length + 1);
    const u16* const letters = scratch.text();
    positions[length] = Position{0, 0, 0};
    const Cell* const cells = words_.cells();
    const double* const weights = words_.weights();
    const u32 root = words_.root();
    for (i64 x = length - 1; x >= 0; --x) {
      worked_at(x, 64);
      expect(letters + x);
      if (letters[x] == 0) {
        positions[x] = Position{0, 0, 0};
        continue;
      }
      u32 at = root + letters[x];
      Cell cell = cells[at];
      const Position* next = positions + x + 1;
      Position best{weights[weight_of(cell)] + next->score, 1, at};
      for (const u16* letter = letters + x + 1;; ++letter) {
        at = base_of(cell) + *letter;
        cell = cells[at];
        if (letter_of(cell) != *letter) break;
        const double score = weights[weight_of(cell)] + (++next)->score;
        if (score >= best.score) best = Position{score, static_cast<u32>(next - positions - x), at};
      }
      if (best.score == kNever) best = Position{unknown_ + positions[x + 1].score, 1, root + letters[x]};
      positions[x] = best;
    }
  }

  // Ask for the cells that earlier letters need: those of two letters 12 places before, of three 6
  // places before. The trie is larger than the near caches, and the processor does not get ahead by
  // itself, since it cannot guess where words end.
  TM_INLINE void expect(const u16* letter) const {
    static_assert(Scratch::kBefore >= 12, "there are letters to ask for");
    const Cell* const cells = words_.cells();
    const Cell* const first = cells + words_.root();
    const auto second = [=](const u16* at) { return cells + base_of(first[at[0]]) + at[1]; };
    prefetch(second(letter - 12));
    const u16* const near = letter - 6;
    const Cell two = *second(near);
    const u32 is_child = 0 - u32{letter_of(two) == near[1]};  // all bits, or none
    prefetch(cells + (base_of(two) & is_child) + near[2]);
  }

  static Word word(i64 end, u32 node) { return Word{static_cast<u32>(end), node}; }

  // A run of characters that are alone on the best way. jieba leaves them so if the run as a whole
  // is a word, though one that the best way does not take.
  Word* cut_singles(i64 from, i64 to, Scratch& scratch, Word* out) const {
    const u16* const letters = scratch.text();
    if (words_.weight(letters + from, to - from) != kNever) return each(letters, from, to, out);
    while (from < to) {
      const bool han = is_han_letter(letters[from]);
      i64 next = from;
      while (next < to && is_han_letter(letters[next]) == han) ++next;
      if (han) {
        out = cut_han(letters, from, next, scratch, out);
      } else {
        out = cut_latin(letters, from, next, out);
      }
      from = next;
    }
    return out;
  }

  Word* each(const u16* letters, i64 from, i64 to, Word* out) const {
    for (i64 x = from; x < to; ++x) *out++ = word(x + 1, words_.root() + letters[x]);
    return out;
  }

  // Letters and digits, with a decimal part and a percent sign, are a token; so is what is between.
  Word* cut_latin(const u16* letters, i64 from, i64 to, Word* out) const {
    const auto sign = [&](i64 x) { return x < to ? u32{signs_[letters[x] - kHanLetters - 1]} : 0; };
    for (i64 x = from; x < to;) {
      if (!is_alphanumeric(sign(x))) {
        do ++x;
        while (x < to && !is_alphanumeric(sign(x)));
      } else {
        while (is_alphanumeric(sign(x))) ++x;
        if (sign(x) == '.' && is_digit(sign(x + 1))) {
          for (++x; is_digit(sign(x));) ++x;
        }
        if (sign(x) == '%') ++x;
      }
      *out++ = word(x, 0);
    }
    return out;
  }

  // A word ends with each character that the model takes for an end or for a word of its own.
  Word* cut_han(const u16* letters, i64 from, i64 to, Scratch& scratch, Word* out) const {
    const u8* states = tag(letters + from, to - from, scratch);
    i64 begin = from;
    for (i64 x = from + 1; x <= to; ++x) {
      const u8 state = states[x - 1 - from];
      if (state == kBegin || state == kMiddle) continue;
      if (has_splits_ && splits_.weight(letters + begin, x - begin) != kNever) {
        out = each(letters, begin, x, out);
      } else {
        *out++ = word(x, words_.find(letters + begin, x - begin));
      }
      begin = x;
    }
    return out;
  }

  // Viterbi: the most probable state of each character. `states` holds first, a bit a state,
  // which of the two states that can come before it did. Before the beginning of a word and a word
  // of its own that is E or S, before the others B or M, in this order; of equals the latter wins.
  const u8* tag(const u16* letters, i64 length, Scratch& scratch) const {
    u8* states = at_least(scratch.states, length);
    StateWeights weights = emissions_[letters[0]];
    for (int s = 0; s < kStates; ++s) weights[s] = model_.start[s] + weights[s];
    for (i64 x = 1; x < length; ++x) {
      const StateWeights& emission = emissions_[letters[x]];
      const StateWeights before = weights;
      u32 later = 0;
      for (int s = 0; s < kStates; ++s) {
        const double a = before[s < kMiddle ? kEnd : kBegin] + model_.after_earlier[s] + emission[s];
        const double b = before[s < kMiddle ? kSingle : kMiddle] + model_.after_later[s] + emission[s];
        weights[s] = b >= a ? b : a;
        later |= u32{b >= a} << s;
      }
      states[x] = static_cast<u8>(later);
    }
    u32 state = weights[kSingle] >= weights[kEnd] ? kSingle : kEnd;
    for (i64 x = length - 1; x > 0; --x) {
      const u32 later = u32{states[x]} >> state & 1;
      states[x] = static_cast<u8>(state);
      state = state < kMiddle ? kEnd - 2 * later : 2 * later;  // E or S, B or M
    }
    states[0] = static_cast<u8>(state);
    return states;
  }

  static u64 next_id() {
    static std::atomic<u64> last{0};
    return ++last;
  }

  const u64 id_ = next_id();
  std::vector<u16> letters_;  // by character
  Trie words_, splits_;
  bool has_splits_;
  double unknown_;
  Model model_;
  std::vector<StateWeights> emissions_;  // by letter
  u8 signs_[kLetters - kHanLetters] = {};  // the characters of the last letters
};

}  // namespace textmetrics

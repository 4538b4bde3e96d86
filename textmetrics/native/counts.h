// From a pair of id sequences to integers: the parts that a CPU and a GPU can share.
//
// No includes, one host/device macro, plain pointers to scratch memory that the caller owns. The
// definition of every number is kernels/definition.py; the ideas here are only ways to be fast.
//
// n-grams. An (n+1)-gram is the pair of its first and its last n-gram; so the n-grams of the
// prediction are numbered level by level: tokens are their own numbers, and a (n+1)-gram is looked
// up under the 64-bit key (number of the n-gram at i, number of the n-gram at i + 1). The key is
// exact for any vocabulary and any n, and a (n+1)-gram whose parts are not in both texts never
// gets as far as the table. References only look up; one pass over a reference gives both what
// matches it and what it adds to the clipping over all references (see `Tally`). The table is not
// cleared between levels and samples: a slot counts only if it bears the present stamp.
//
// Longest common subsequence. Hyyrö's bit-parallel recurrence ("Bit-parallel LCS-length
// computation revisited", 2004): a column of the dynamic programme is a row of bits, V' =
// (V + (V & M)) | (V & ~M), where M marks the pattern's positions that hold the text's token, and
// the zeros of the last V are the length. A pattern of up to 64 tokens is one word, its masks
// indexed by id. A longer one goes in strips of a few words: masks exist for the tokens of one
// strip alone, and what a strip carries over at each position of the text waits in a byte for the
// next, so memory stays linear.
#pragma once

#ifdef __CUDACC__
#define TM_HD __host__ __device__
#else
#define TM_HD
#endif

namespace textmetrics {

typedef unsigned char u8;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
static_assert(sizeof(i32) == 4 && sizeof(i64) == 8, "ids are int32, counts are int64");

constexpr int kOrders = 9;      // n-grams up to 9
constexpr int kWord = 64;       // pattern positions a word
constexpr int kStripWords = 8;  // words a strip: they stay in registers, their masks in L1
constexpr int kStripRows = kStripWords * kWord + 1;  // a row a token, and row 0 for all others

// A sequence of ids.
struct Span {
  const i32* ids;
  i64 length;
};

TM_HD inline i64 smaller(i64 a, i64 b) { return a < b ? a : b; }

TM_HD inline i64 common_prefix(Span a, Span b) {
  const i64 end = smaller(a.length, b.length);
  i64 i = 0;
  while (i < end && a.ids[i] == b.ids[i]) ++i;
  return i;
}

TM_HD inline i64 common_suffix(Span a, Span b) {
  const i64 end = smaller(a.length, b.length);
  i64 i = 0;
  while (i < end && a.ids[a.length - 1 - i] == b.ids[b.length - 1 - i]) ++i;
  return i;
}

TM_HD inline bool equal(Span a, Span b) {
  return a.length == b.length && common_prefix(a, b) == a.length;
}

// Forget what was written by the ids of a sequence: there may be many more ids than it has.
template <class T>
TM_HD inline void clear(T* by_id, Span span) {
  for (i64 i = 0; i < span.length; ++i) by_id[span.ids[i]] = 0;
}

TM_HD inline i64 distance(i64 a, i64 b) { return a < b ? b - a : a - b; }

// The one of two lengths that is closer to the prediction's; the shorter of two as close.
TM_HD inline i64 closer(i64 prediction, i64 a, i64 b) {
  const i64 more = distance(prediction, b) - distance(prediction, a);
  return more == 0 ? smaller(a, b) : more > 0 ? a : b;
}

// An n-gram of a sequence: where it begins, and its number.
struct Place {
  u32 position;
  u32 gram;
};

// What is known of an n-gram of the prediction.
struct Tally {
  u32 predicted;  // times in the prediction
  u32 seen;       // times in the reference of this turn
  u32 most;       // the maximum of `seen` over the references
  u32 turn;       // the reference that `seen` belongs to, from 1
};

struct Slot {
  u64 key;
  u32 stamp;
  u32 gram;
};

// An open-addressing table; at most half of its `mask + 1` slots are in use.
struct Table {
  Slot* slots;
  u64 mask;
  u32 stamp;
  u64 seed;  // of its hash
};

// How a sequence meets a reference: matches of the pair, and what they add to the sample's.
struct Matches {
  i64 pair;
  i64 clip;
};

// Every bit of the key reaches every bit of the result: keys are pairs of small numbers, of which
// many would collide under a weaker hash. Keys that are made to collide need the seed, too.
TM_HD inline u64 mix(u64 key) {
  key = (key ^ (key >> 32)) * 0x9E3779B97F4A7C15ull;
  key = (key ^ (key >> 29)) * 0xD6E8FEB86659FD93ull;
  return key ^ (key >> 32);
}

// The slot that holds the key, or the free one where it belongs.
TM_HD inline Slot* find(Table table, u64 key) {
  u64 at = mix(key ^ table.seed) & table.mask;
  for (; table.slots[at].stamp == table.stamp; at = (at + 1) & table.mask) {
    if (table.slots[at].key == key) break;
  }
  return &table.slots[at];
}

// Turn the places of n-grams into those of the (n+1)-grams whose both parts are there, and write
// their keys. Without a branch, because which are there is hard to predict.
TM_HD inline i64 join(Place* places, i64 count, u64* keys) {
  i64 joined = 0;
  for (i64 i = 0; i + 1 < count; ++i) {
    const Place first = places[i];
    const Place second = places[i + 1];
    keys[joined] = (u64)first.gram << 32 | second.gram;
    places[joined].position = first.position;
    joined += second.position == first.position + 1;
  }
  return joined;
}

// Number the prediction's n-grams from 0, and count them.
TM_HD inline void enter(Table table, Place* places, i64 count, const u64* keys, Tally* tallies) {
  u32 grams = 0;
  for (i64 i = 0; i < count; ++i) {
    Slot* slot = find(table, keys[i]);
    if (slot->stamp != table.stamp) {
      *slot = Slot{keys[i], table.stamp, grams};
      tallies[grams++] = Tally{0, 0, 0, 0};
    }
    places[i].gram = slot->gram;
    ++tallies[slot->gram].predicted;
  }
}

// Keep the places of a reference whose n-grams the prediction has.
TM_HD inline i64 look_up(Table table, Place* places, i64 count, const u64* keys) {
  i64 kept = 0;
  for (i64 i = 0; i < count; ++i) {
    const Slot* slot = find(table, keys[i]);
    places[kept] = Place{places[i].position, slot->gram};
    kept += slot->stamp == table.stamp;
  }
  return kept;
}

// Count the n-grams of reference number `turn`, all of which the prediction has.
TM_HD inline Matches match(const Place* places, i64 count, Tally* tallies, u32 turn) {
  Matches matches{0, 0};
  for (i64 i = 0; i < count; ++i) {
    Tally tally = tallies[places[i].gram];
    tally.seen = tally.turn == turn ? tally.seen + 1 : 1;
    tally.turn = turn;
    const bool counts = tally.seen <= tally.predicted;
    const bool more = tally.seen > tally.most;
    tally.most += more;
    matches.pair += counts;
    matches.clip += counts && more;
    tallies[places[i].gram] = tally;
  }
  return matches;
}

// Keep the places of the prediction whose n-grams some reference has.
TM_HD inline i64 keep_matched(Place* places, i64 count, const Tally* tallies) {
  i64 kept = 0;
  for (i64 i = 0; i < count; ++i) {
    const Place place = places[i];
    places[kept] = place;
    kept += tallies[place.gram].most > 0;
  }
  return kept;
}

// Tokens are their own numbers: the places of a prediction's, counted. Tallies are zero before.
TM_HD inline i64 enter_tokens(Span span, Place* places, Tally* tallies) {
  for (i64 i = 0; i < span.length; ++i) {
    places[i] = Place{(u32)i, (u32)span.ids[i]};
    ++tallies[span.ids[i]].predicted;
  }
  return span.length;
}

// The places of a reference's tokens that the prediction has.
TM_HD inline i64 look_up_tokens(Span span, Place* places, const Tally* tallies) {
  i64 kept = 0;
  for (i64 i = 0; i < span.length; ++i) {
    places[kept] = Place{(u32)i, (u32)span.ids[i]};
    kept += tallies[span.ids[i]].predicted > 0;
  }
  return kept;
}

// How many bits are set. Without a loop, since nobody can guess how many there are.
TM_HD inline i64 popcount(u64 bits) {
  bits -= bits >> 1 & 0x5555555555555555ull;
  bits = (bits & 0x3333333333333333ull) + (bits >> 2 & 0x3333333333333333ull);
  bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0Full;
  return (i64)(bits * 0x0101010101010101ull >> 56);
}

TM_HD inline i64 zeros(u64 row) { return popcount(~row); }

// Hyyrö's step: the row of bits after one more token of the text, which `match` marks.
TM_HD inline u64 step(u64 row, u64 match) { return (row + (row & match)) | (row & ~match); }

// The same for one of several words, with a carry from the word before, and to the next.
template <class Word>
TM_HD inline Word step(Word row, Word match, Word& carry) {
  const Word both = row & match;
  const Word sum = row + both;
  const Word total = sum + carry;
  carry = (Word)(sum < row) | (Word)(total < sum);
  return total | (row ^ both);
}

// A pattern of up to 64 tokens. `masks`, by id, are zero before and after.
TM_HD inline i64 lcs_word(Span pattern, Span text, u64* masks) {
  for (i64 i = 0; i < pattern.length; ++i) masks[pattern.ids[i]] |= 1ull << i;
  u64 row = ~0ull;
  for (i64 i = 0; i < text.length; ++i) row = step(row, masks[text.ids[i]]);
  for (i64 i = 0; i < pattern.length; ++i) masks[pattern.ids[i]] = 0;
  return zeros(row);
}

// Mark where each token stands in a strip of a pattern, in rows of so many words, by the row that
// `rows` then has for its id. Row 0 is that of all other ids, for which `rows` are zero before.
TM_HD inline void mark_strip(Span strip, int words, u32* rows, u64* masks) {
  u32 used = 0;
  for (int w = 0; w < words; ++w) masks[w] = 0;
  for (i64 i = 0; i < strip.length; ++i) {
    u32& row = rows[strip.ids[i]];
    if (row == 0) {
      row = ++used;
      for (int w = 0; w < words; ++w) masks[row * words + w] = 0;
    }
    masks[row * words + i / kWord] |= 1ull << (i % kWord);
  }
}

TM_HD inline void unmark_strip(Span strip, u32* rows) {
  for (i64 i = 0; i < strip.length; ++i) rows[strip.ids[i]] = 0;
}

// One strip of a pattern, of up to `Words` words: its share of the length. `rows`, by id, are zero
// before and after; `masks` has room for Words * (Words * 64 + 1) words; `carries`, by position of
// the text, are read from the strip before and written for the next.
template <int Words>
TM_HD i64 lcs_strip(Span pattern, Span text, u32* rows, u64* masks, u8* carries) {
  mark_strip(pattern, Words, rows, masks);
  u64 state[Words];
  for (u64& word : state) word = ~0ull;
  for (i64 i = 0; i < text.length; ++i) {
    const u64* match = masks + rows[text.ids[i]] * Words;
    u64 carry = carries[i];
    for (int w = 0; w < Words; ++w) state[w] = step(state[w], match[w], carry);
    carries[i] = (u8)carry;
  }
  unmark_strip(pattern, rows);
  i64 length = 0;
  for (u64 word : state) length += zeros(word);
  return length;
}

// A pattern of any length, strip by strip; `worked` is told how many steps each takes.
template <class Worked>
TM_HD inline i64 lcs_strips(Span pattern, Span text, u32* rows, u64* masks, u8* carries,
                            const Worked& worked) {
  for (i64 i = 0; i < text.length; ++i) carries[i] = 0;
  i64 length = 0;
  for (i64 from = 0; from < pattern.length; from += kStripWords * kWord) {
    const Span strip{pattern.ids + from, smaller(pattern.length - from, kStripWords * kWord)};
    const i64 left = strip.length;
    worked(text.length * kStripWords);
    if (left <= 2 * kWord) {
      length += lcs_strip<2>(strip, text, rows, masks, carries);
    } else if (left <= 3 * kWord) {
      length += lcs_strip<3>(strip, text, rows, masks, carries);
    } else if (left <= 4 * kWord) {
      length += lcs_strip<4>(strip, text, rows, masks, carries);
    } else if (left <= 6 * kWord) {
      length += lcs_strip<6>(strip, text, rows, masks, carries);
    } else {
      length += lcs_strip<kStripWords>(strip, text, rows, masks, carries);
    }
  }
  return length;
}

// The ids of a sequence that bear both marks: tokens that one side lacks are in no subsequence.
TM_HD inline Span keep_shared(Span span, const u32* marks, i32* kept) {
  i64 count = 0;
  for (i64 i = 0; i < span.length; ++i) {
    kept[count] = span.ids[i];
    count += marks[span.ids[i]] == 3;
  }
  return Span{kept, count};
}

}  // namespace textmetrics

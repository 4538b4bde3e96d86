// From pairs of id sequences to integers on a GPU; counts.h and rows.cu are read before this file.
//
// Each lane has 32 positions of a prediction, and the tokens of a reference flow through the lanes,
// one lane a step: at step t lane w meets token t - w, and gives lane w + 1 what that needs of it.
// For a token, a lane marks which of its positions hold it: any numbers may be ids. From this row of
// bits follow:
//
// - the longest common subsequence, by the step of counts.h, with a carry to the next lane;
// - where an n-gram of the reference ends in the prediction: marks(n + 1) at a token are those of n
//   at the token before, moved by one position, at which the token itself is too;
// - clipped matches: each n-gram of the reference takes the first of its places in the prediction
//   that none took before. As places of one n-gram are taken in order, what several references
//   take together is what the one takes that has it most often: clipping over all of them.
//
// A prediction of up to 1,024 ids has a group of 1 to 32 lanes, and a warp as many samples as it
// has groups. A lane keeps its positions in registers, and compares a token with all of them.
//
// A longer one has a block, whose warps pass tokens on through shared memory, and goes in strips of
// kBlock * 32 positions. Comparing would be most of the work there, so the ids of a strip get
// numbers, in a hash table of the block, and a lane has a table of which of its positions hold a
// number; see `Masks`. References go in chunks: what a strip hands on of a chunk, and what its lanes
// know so far, waits in the block's memory, which so depends on the prediction's length alone.
//
// TM_LCS is 1 where the longest common subsequence is counted, too.

namespace textmetrics {

constexpr int kMarks = kOrdersHere > 0 ? kOrdersHere : 1;
constexpr int kThreads = 128;      // a block of groups
constexpr int kBlock = 256;        // a block for one prediction
constexpr int kRing = 4 * kLanes;  // tokens that wait between two warps
constexpr int kStrip = kBlock * kPart;
constexpr int kSlots = 2 * kStrip;  // of the table of a strip's ids
constexpr int kChunk = 8192;        // tokens of a reference
constexpr int kState = 1 + 3 * kMarks;  // words that a lane knows of a reference

// What a lane hands on with a token. Bit 0: the carry of the longest common subsequence; bits 1 to
// TM_ORDERS: the n-gram that ends here is taken; above: the last position's marks of n-grams that
// end at the token before. At most 18 bits.
typedef u32 Handed;

// A lane's share of a prediction.
struct Positions {
  Id tokens[kPart];
  u32 valid;  // positions that the prediction has

  __device__ Positions(const Id* ids, i64 length) {
    valid = length <= 0 ? 0 : length >= kPart ? kAll : (1u << length) - 1;
#pragma unroll
    for (int i = 0; i < kPart; ++i) tokens[i] = i < length ? ids[i] : 0;
  }
  __device__ u32 marks(Id token) const {
    u32 marks = 0;
#pragma unroll
    for (int i = 0; i < kPart; ++i) marks |= (u32)(tokens[i] == token) << i;
    return marks & valid;
  }
};

// What a lane knows about one reference so far, and about those before it.
struct Lane {
  u32 row;            // of the longest common subsequence
  u32 before[kMarks];  // marks of n-grams that end at the token before
  u32 taken[kMarks];
  u32 clipped[kMarks];  // taken by any reference
};

__device__ inline void begin_sample(Lane& lane) {
#pragma unroll
  for (int n = 0; n < kMarks; ++n) lane.clipped[n] = 0;
}

__device__ inline void begin_reference(Lane& lane) {
  lane.row = kAll;
#pragma unroll
  for (int n = 0; n < kMarks; ++n) lane.before[n] = lane.taken[n] = 0;
}

// Meet one token of a reference, which is at the marked positions; what the lane before hands on
// comes in, what this one does goes out.
__device__ inline Handed meet(Lane& lane, u32 here, Handed in) {
  Handed out = 0;
  if (TM_LCS) {
    u32 carry = in & 1;
    lane.row = step(lane.row, here, carry);
    out = carry;
  }
  u32 marks = here;
#pragma unroll
  for (int n = 0; n < kOrdersHere; ++n) {
    const u32 earlier = lane.before[n];
    const u32 gone = in >> (1 + n) & 1;
    const u32 free = marks & ~lane.taken[n];
    lane.taken[n] |= gone ? 0 : free & (0 - free);
    out |= (gone | (u32)(free != 0)) << (1 + n);
    out |= (earlier >> (kPart - 1)) << (1 + kOrdersHere + n);
    lane.before[n] = marks;
    marks = (earlier << 1 | (in >> (1 + kOrdersHere + n) & 1)) & here;
  }
  return out;
}

__device__ inline i64 group_sum(u32 value, int width) {
  for (int by = width / 2; by > 0; by /= 2) value += __shfl_down_sync(kAll, value, by, width);
  return value;
}

// Where counts go: columns of pairs, then of samples, each one after the other.
struct Found {
  i64* pairs;
  i64* samples;
  i64 pair_rows;
  i64 sample_rows;
};

// Add a lane group's counts of a pair; every lane of the warp calls it.
__device__ inline void add_pair(Lane& lane, const Found& found, i64 row, bool counts, bool first,
                                int width) {
  for (int n = 0; n < kOrdersHere; ++n) {
    lane.clipped[n] |= lane.taken[n];
    const i64 matches = group_sum(__popc(lane.taken[n]), width);
    if (counts && first) add_to(found.pairs + (kMatchColumn + n) * found.pair_rows + row, matches);
  }
  if (!TM_LCS) return;
  const i64 length = group_sum(__popc(~lane.row), width);
  const i64 column = kMatchColumn + kOrdersHere;
  if (counts && first) add_to(found.pairs + column * found.pair_rows + row, length);
}

__device__ inline void add_sample(const Lane& lane, const Found& found, i64 sample, bool counts,
                                  bool first, int width) {
  for (int n = 0; n < kOrdersHere; ++n) {
    const i64 matches = group_sum(__popc(lane.clipped[n]), width);
    if (counts && first) add_to(found.samples + n * found.sample_rows + sample, matches);
  }
}

// Let all tokens of a reference flow through groups of `Width` lanes. Groups of a warp may have
// references of other lengths, or none (-1): every lane takes the steps of the longest.
template <int Width>
__device__ inline void flow(Lane& lane, const Positions& own, const Id* tokens, i64 length) {
  const int at = threadIdx.x % Width;
  u64 steps = length > 0 ? (u64)length + Width - 1 : 0;
  for (int by = kLanes / 2; by > 0; by /= 2) {
    const u64 other = __shfl_xor_sync(kAll, steps, by, kLanes);
    steps = other > steps ? other : steps;
  }
  begin_reference(lane);
  Handed handed = 0;
  for (u64 t = 0; t < steps; ++t) {
    const Handed in = Width > 1 ? __shfl_up_sync(kAll, handed, 1, Width) : 0;
    const i64 j = (i64)t - at;
    if (j >= 0 && j < length) handed = meet(lane, own.marks(tokens[j]), at > 0 ? in : 0);
  }
}

// Samples of one class: predictions that take at most `Width` lanes.
template <int Width>
__device__ inline void count_groups(const Sequences& from, const Shape& shape, const i32* order,
                                    i64 size, const Found& found) {
  const i64 groups = (i64)gridDim.x * blockDim.x / Width;
  const i64 first = ((i64)blockIdx.x * blockDim.x + threadIdx.x) / Width;
  const int at = threadIdx.x % Width;
  const i64 of_warp = first - threadIdx.x % kLanes / Width;
  for (i64 base = of_warp; base < size; base += groups) {
    const i64 place = base + (first - of_warp);
    const bool there = place < size;
    const i64 sample = there ? order[place] : 0;
    const i64 begin = (i64)at * kPart;
    const i64 length = there ? from.prediction_length[sample] : 0;
    const Positions own(from.predictions + from.prediction_start[sample] + begin, length - begin);
    Lane lane;
    begin_sample(lane);
    const i64 reference = shape.first_reference(sample);
    const i64 row = shape.first_row(sample);
    u32 references = there ? (u32)shape.references(sample) : 0;
    u32 most = references;
    for (int by = kLanes / 2; by > 0; by /= 2) {
      const u32 other = __shfl_xor_sync(kAll, most, by, kLanes);
      most = other > most ? other : most;
    }
    for (u32 r = 0; r < most; ++r) {
      const i64 expected = r < references ? from.reference_length[reference + r] : -1;
      const Id* tokens = from.references + (expected > 0 ? from.reference_start[reference + r] : 0);
      flow<Width>(lane, own, tokens, expected);
      add_pair(lane, found, row + r, expected > 0, at == 0, Width);
    }
    add_sample(lane, found, sample, there, at == 0, Width);
  }
}

// What a block has in shared memory. A number of 13 bits is four digits, and a row of `masks` for
// each value of each digit has, for every thread, which of its positions hold such a number. So the
// positions of a number are in common to four rows. Threads read different words of a row.
struct Shared {
  u32 masks[16 + 3 * 8][kBlock];
  Handed ring[kBlock / kLanes][kRing];
};

struct Masks {
  u32 (*masks)[kBlock];

  __device__ void clear() {
    for (int row = 0; row < 16 + 3 * 8; ++row) masks[row][threadIdx.x] = 0;
  }
  __device__ void add(u32 number, u32 position) {
    masks[number >> 9][threadIdx.x] |= position;
    masks[16 + (number >> 6 & 7)][threadIdx.x] |= position;
    masks[24 + (number >> 3 & 7)][threadIdx.x] |= position;
    masks[32 + (number & 7)][threadIdx.x] |= position;
  }
  __device__ u32 marks(u32 number) const {
    if (number >= kStrip) return 0;
    return masks[number >> 9][threadIdx.x] & masks[16 + (number >> 6 & 7)][threadIdx.x] &
           masks[24 + (number >> 3 & 7)][threadIdx.x] & masks[32 + (number & 7)][threadIdx.x];
  }
};
static_assert(kStrip == 1 << 13, "a number is the place in a strip");

// The numbers of a strip's ids: where one of each is in the strip. `slots` have such places, by a
// hash of the id with a secret factor.
struct Numbers {
  const Id* ids;
  u32* slots;
  u64 seed;

  static constexpr u32 kFree = kAll;

  __device__ void clear() {
    for (int at = threadIdx.x; at < kSlots; at += kBlock) slots[at] = kFree;
  }
  __device__ u32 place(Id id) const { return (u32)((u64)(i64)id * seed >> 50); }
  __device__ u32 add(u32 number) {
    const Id id = ids[number];
    for (u32 at = place(id);; at = (at + 1) % kSlots) {
      const u32 held = atomicCAS(&slots[at], kFree, number);
      if (held == kFree) return number;
      if (ids[held] == id) return held;
    }
  }
  // kFree if the strip has no such id.
  __device__ u32 of(Id id) const {
    u32 at = place(id);
    while (slots[at] != kFree && ids[slots[at]] != id) at = (at + 1) % kSlots;
    return slots[at];
  }
};
static_assert(kSlots == 1 << 14, "a hash has 14 bits");

// The memory of a block: see `_room` of kernels/cuda.py.
struct Room {
  u32* slots;
  u32* numbers;   // of a chunk's tokens
  Handed* edges;  // what the strip before hands on with them
  u32* states;    // of all strips

  __device__ explicit Room(u32* words)
      : slots(words), numbers(slots + kSlots), edges(numbers + kChunk), states(edges + kChunk) {}

  __device__ u32* state(i64 strip) { return states + strip * kState * kBlock + threadIdx.x; }
  __device__ void keep(i64 strip, const Lane& lane) {
    u32* to = state(strip);
    to[0] = lane.row;
#pragma unroll
    for (int n = 0; n < kMarks; ++n) {
      to[(1 + 3 * n) * kBlock] = lane.before[n];
      to[(2 + 3 * n) * kBlock] = lane.taken[n];
      to[(3 + 3 * n) * kBlock] = lane.clipped[n];
    }
  }
  __device__ void get(i64 strip, Lane& lane) {
    const u32* of = state(strip);
    lane.row = of[0];
#pragma unroll
    for (int n = 0; n < kMarks; ++n) {
      lane.before[n] = of[(1 + 3 * n) * kBlock];
      lane.taken[n] = of[(2 + 3 * n) * kBlock];
      lane.clipped[n] = of[(3 + 3 * n) * kBlock];
    }
  }
};

// Number the ids of a strip, and mark each thread's.
__device__ inline void number_strip(Numbers numbers, Masks masks, i64 size) {
  masks.clear();
  numbers.clear();
  __syncthreads();
  const i64 begin = (i64)threadIdx.x * kPart;
  for (int i = 0; i < kPart && begin + i < size; ++i) {
    masks.add(numbers.add((u32)(begin + i)), 1u << i);
  }
  __syncthreads();
}

// One strip of a prediction, a part a thread, and one chunk of a reference. A warp is two turns of
// 32 tokens behind the warp before it: by then that has handed them on.
__device__ inline void flow_block(Lane& lane, Masks masks, const u32* numbers, i64 length, i64 size,
                                  bool first, bool last, Handed* edge, Handed (*ring)[kRing]) {
  const int at = threadIdx.x % kLanes, warp = threadIdx.x / kLanes;
  const i64 warps = (size + kLanes * kPart - 1) / (kLanes * kPart);
  const i64 turns = (length + 2 * kLanes - 2) / kLanes + 2 * (warps - 1);
  Handed handed = 0;
  for (i64 turn = 0; turn < turns; ++turn) {
    const i64 begin = (turn - 2 * warp) * kLanes;
    for (i64 t = begin; begin >= 0 && warp < warps && t < begin + kLanes; ++t) {
      Handed in = __shfl_up_sync(kAll, handed, 1, kLanes);
      const i64 j = t - at;
      if (j < 0 || j >= length) continue;
      if (at == 0) in = warp > 0 ? ring[warp - 1][j % kRing] : first ? 0 : edge[j];
      handed = meet(lane, masks.marks(numbers[j]), in);
      if (at < kLanes - 1) continue;
      if (warp < kBlock / kLanes - 1) ring[warp][j % kRing] = handed;
      else if (!last) edge[j] = handed;
    }
    __syncthreads();
  }
}

// A prediction of any length, by a whole block.
__device__ inline void count_long(const Sequences& from, const Shape& shape, i64 sample,
                                  const Found& found, Room room, u64 seed, Shared& shared) {
  const bool leads = threadIdx.x % kLanes == 0;
  const Id* ids = from.predictions + from.prediction_start[sample];
  const i64 length = from.prediction_length[sample];
  const i64 strips = (length + kStrip - 1) / kStrip;
  const i64 reference = shape.first_reference(sample), references = shape.references(sample);
  const Masks masks{shared.masks};
  Lane lane;
  begin_sample(lane);
  begin_reference(lane);
  for (i64 s = 0; s < strips; ++s) room.keep(s, lane);
  bool numbered = false;
  for (i64 r = 0; r < references; ++r) {
    const i64 expected = from.reference_length[reference + r];
    const Id* tokens = from.references + (expected > 0 ? from.reference_start[reference + r] : 0);
    for (i64 begin = 0; begin < expected; begin += kChunk) {
      const i64 chunk = smaller(expected - begin, kChunk);
      for (i64 s = 0; s < strips; ++s) {
        const i64 size = smaller(length - s * kStrip, kStrip);
        const Numbers numbers{ids + s * kStrip, room.slots, seed};
        if (!numbered) number_strip(numbers, masks, size);
        numbered = strips == 1;
        for (i64 j = threadIdx.x; j < chunk; j += kBlock) {
          room.numbers[j] = numbers.of(tokens[begin + j]);
        }
        __syncthreads();
        room.get(s, lane);
        if (begin == 0) begin_reference(lane);
        flow_block(lane, masks, room.numbers, chunk, size, s == 0, s == strips - 1, room.edges,
                   shared.ring);
        if (begin + chunk == expected) {
          add_pair(lane, found, shape.first_row(sample) + r, true, leads, kLanes);
        }
        room.keep(s, lane);
      }
    }
  }
  for (i64 s = 0; s < strips; ++s) {
    room.get(s, lane);
    add_sample(lane, found, sample, true, leads, kLanes);
  }
}

}  // namespace textmetrics

#define TM_COUNTED                                                        \
  TM_SEQUENCES, const textmetrics::i32 *order, const textmetrics::u32 *sizes, \
      textmetrics::i64 *pairs, textmetrics::i64 *columns

// Samples of class `Class`, whose predictions take `Width` lanes; see `classes` of rows.cu.
#define TM_GROUPS(Class, Width)                                                                  \
  extern "C" __global__ void __launch_bounds__(textmetrics::kThreads)                            \
      count_##Width(TM_COUNTED) {                                                                \
    TM_SEQUENCES_TAKEN;                                                                          \
    const textmetrics::Found found{pairs, columns, rows, samples};                               \
    textmetrics::count_groups<Width>(from, shape, order + Class * samples, sizes[Class], found); \
  }

TM_GROUPS(0, 1)
TM_GROUPS(1, 2)
TM_GROUPS(2, 4)
TM_GROUPS(3, 8)
TM_GROUPS(4, 16)
TM_GROUPS(5, 32)

// The class of those that take more; a block has `size` words of `room`.
// Three blocks a multiprocessor leave 80 registers a thread. Without that bound some compilers aim at
// 64 and spill, or take 126.
extern "C" __global__ void __launch_bounds__(textmetrics::kBlock, 3)
    count_long(TM_COUNTED, textmetrics::u32* room, textmetrics::i64 size, textmetrics::u64 seed) {
  __shared__ textmetrics::Shared shared;
  TM_SEQUENCES_TAKEN;
  const textmetrics::Found found{pairs, columns, rows, samples};
  const textmetrics::i32* longest = order + 6 * samples;
  const textmetrics::Room own(room + blockIdx.x * size);
  for (textmetrics::i64 i = blockIdx.x; i < sizes[6]; i += gridDim.x) {
    textmetrics::count_long(from, shape, longest[i], found, own, seed, shared);
  }
}

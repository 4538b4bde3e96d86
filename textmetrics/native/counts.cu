// From pairs of id sequences to integers on a GPU; counts.h and rows.cu are read before this file.
//
// Each lane keeps 32 positions of a prediction in registers, and the tokens of a reference flow
// through the lanes, one lane a step: at step t lane w meets token t - w, and gives lane w + 1 what
// that needs of it. For a token, a lane marks which of its positions hold it, by comparing them
// all: ids are compared as they are, never hashed, so no table, vocabulary or shared memory is
// needed, and any numbers may be ids. From this row of bits follow:
//
// - the longest common subsequence, by the step of counts.h, with a carry to the next lane;
// - where an n-gram of the reference ends in the prediction: marks(n + 1) at a token are those of n
//   at the token before, moved by one position, at which the token itself is too;
// - clipped matches: each n-gram of the reference takes the first of its places in the prediction
//   that none took before. As places of one n-gram are taken in order, what several references
//   take together is what the one takes that has it most often: clipping over all of them.
//
// A prediction of up to 1,024 ids has a group of 1 to 32 lanes, and a warp as many samples as it
// has groups. A longer one has a block, whose warps pass tokens on through shared memory, and goes
// in strips of kBlock * 32 positions; what a strip hands on waits in `edges` for the next.
//
// TM_LCS is 1 where the longest common subsequence is counted, too.

namespace textmetrics {

constexpr int kMarks = kOrdersHere > 0 ? kOrdersHere : 1;
constexpr int kThreads = 128;      // a block of groups
constexpr int kBlock = 256;        // a block for one prediction
constexpr int kRing = 4 * kLanes;  // tokens that wait between two warps

// What a lane hands on with a token. Bit 0: the carry of the longest common subsequence; bits 1 to
// TM_ORDERS: the n-gram that ends here is taken; above: the last position's marks of n-grams that
// end at the token before. At most 18 bits.
typedef u32 Handed;

// A lane's share of a prediction, and what it knows about one reference so far.
struct Lane {
  Id tokens[kPart];
  u32 valid;          // positions that the prediction has
  u32 row;            // of the longest common subsequence
  u32 before[kMarks];  // marks of n-grams that end at the token before
  u32 taken[kMarks];
  u32 clipped[kMarks];  // taken by any reference
};

__device__ inline void take_part(Lane& lane, const Id* ids, i64 length) {
  lane.valid = length <= 0 ? 0 : length >= kPart ? kAll : (1u << length) - 1;
#pragma unroll
  for (int i = 0; i < kPart; ++i) lane.tokens[i] = i < length ? ids[i] : 0;
#pragma unroll
  for (int n = 0; n < kMarks; ++n) lane.clipped[n] = 0;
}

__device__ inline void begin_reference(Lane& lane) {
  lane.row = kAll;
#pragma unroll
  for (int n = 0; n < kMarks; ++n) lane.before[n] = lane.taken[n] = 0;
}

__device__ inline u32 marks_of(const Lane& lane, Id token) {
  u32 marks = 0;
#pragma unroll
  for (int i = 0; i < kPart; ++i) marks |= (u32)(lane.tokens[i] == token) << i;
  return marks & lane.valid;
}

// Meet one token of a reference; what the lane before hands on comes in, what this one does goes
// out.
__device__ inline Handed meet(Lane& lane, Id token, Handed in) {
  const u32 here = marks_of(lane, token);
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
__device__ inline void flow(Lane& lane, const Id* tokens, i64 length) {
  const int at = threadIdx.x % Width;
  u32 steps = length > 0 ? (u32)length + Width - 1 : 0;
  for (int by = kLanes / 2; by > 0; by /= 2) {
    const u32 other = __shfl_xor_sync(kAll, steps, by, kLanes);
    steps = other > steps ? other : steps;
  }
  begin_reference(lane);
  Handed handed = 0;
  for (u32 t = 0; t < steps; ++t) {
    const Handed in = Width > 1 ? __shfl_up_sync(kAll, handed, 1, Width) : 0;
    const i64 j = (i64)t - at;
    if (j >= 0 && j < length) handed = meet(lane, tokens[j], at > 0 ? in : 0);
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
    Lane lane;
    const i64 begin = (i64)at * kPart;
    const i64 length = there ? from.prediction_length[sample] : 0;
    take_part(lane, from.predictions + from.prediction_start[sample] + begin, length - begin);
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
      flow<Width>(lane, tokens, expected);
      add_pair(lane, found, row + r, expected > 0, at == 0, Width);
    }
    add_sample(lane, found, sample, there, at == 0, Width);
  }
}

// One strip of a prediction, a part a thread, and one reference. A warp is two turns of 32 tokens
// behind the warp before it: by then that has handed them on.
__device__ inline void flow_block(Lane& lane, const Id* tokens, i64 length, i64 strip, bool first,
                                  bool last, Handed* edge, Handed (*ring)[kRing]) {
  const int at = threadIdx.x % kLanes, warp = threadIdx.x / kLanes;
  const i64 warps = (strip + kLanes * kPart - 1) / (kLanes * kPart);
  const i64 turns = (length + 2 * kLanes - 2) / kLanes + 2 * (warps - 1);
  begin_reference(lane);
  Handed handed = 0;
  for (i64 turn = 0; turn < turns; ++turn) {
    const i64 begin = (turn - 2 * warp) * kLanes;
    for (i64 t = begin; begin >= 0 && warp < warps && t < begin + kLanes; ++t) {
      Handed in = __shfl_up_sync(kAll, handed, 1, kLanes);
      const i64 j = t - at;
      if (j < 0 || j >= length) continue;
      if (at == 0) in = warp > 0 ? ring[warp - 1][j % kRing] : first ? 0 : edge[j];
      handed = meet(lane, tokens[j], in);
      if (at < kLanes - 1) continue;
      if (warp < kBlock / kLanes - 1) ring[warp][j % kRing] = handed;
      else if (!last) edge[j] = handed;
    }
    __syncthreads();
  }
}

// A prediction of any length, by a whole block. `edges` has room for the references of one sample.
__device__ inline void count_long(const Sequences& from, const Shape& shape, i64 sample,
                                  const Found& found, Handed* edges, Handed (*ring)[kRing]) {
  constexpr i64 kStrip = (i64)kBlock * kPart;
  const bool leads = threadIdx.x % kLanes == 0;
  const Id* ids = from.predictions + from.prediction_start[sample];
  const i64 length = from.prediction_length[sample];
  const i64 reference = shape.first_reference(sample), references = shape.references(sample);
  for (i64 begin = 0; begin < length; begin += kStrip) {
    const i64 strip = smaller(length - begin, kStrip);
    const i64 part = (i64)threadIdx.x * kPart;
    Lane lane;
    take_part(lane, ids + begin + part, strip - part);
    Handed* edge = edges;
    for (i64 r = 0; r < references; ++r) {
      const i64 expected = from.reference_length[reference + r];
      if (expected <= 0) continue;
      flow_block(lane, from.references + from.reference_start[reference + r], expected, strip,
                 begin == 0, begin + kStrip >= length, edge, ring);
      add_pair(lane, found, shape.first_row(sample) + r, true, leads, kLanes);
      edge += expected;
    }
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

// The class of those that take more; `edges` has `edge_size` places a block.
extern "C" __global__ void __launch_bounds__(textmetrics::kBlock)
    count_long(TM_COUNTED, textmetrics::u32* edges, textmetrics::i64 edge_size) {
  __shared__ textmetrics::Handed ring[textmetrics::kBlock / textmetrics::kLanes][textmetrics::kRing];
  TM_SEQUENCES_TAKEN;
  const textmetrics::Found found{pairs, columns, rows, samples};
  const textmetrics::i32* longest = order + 6 * samples;
  for (textmetrics::i64 i = blockIdx.x; i < sizes[6]; i += gridDim.x) {
    textmetrics::count_long(from, shape, longest[i], found, edges + blockIdx.x * edge_size, ring);
  }
}

// From rows of raw ids to the sequences that are counted, and from counts to scores, on a GPU;
// counts.h is read before this file. What is kept of a row is what ids/definition.py says.
// TM_ID is the type of ids, TM_ORDERS the highest n of the n-grams that are counted.

namespace textmetrics {

typedef TM_ID Id;
constexpr int kOrdersHere = TM_ORDERS;
constexpr int kLanes = 32;   // lanes a warp
constexpr int kPart = 32;    // positions a lane
constexpr int kClasses = 7;  // how many lanes a prediction takes: 1, 2, 4 … 32, or a block
constexpr u32 kAll = 0xFFFFFFFFu;
// Columns of pairs: two lengths, equality, matches from n = 1, the longest common subsequence.
// Of samples: clipped matches from n = 1, the closest length.
constexpr int kEqualColumn = 2, kMatchColumn = 3;

__device__ inline void add_to(i64* place, i64 value) {
  if (value != 0) atomicAdd((u64*)place, (u64)value);  // two's complement: the sum is the same
}

__device__ inline i64 clamped(i64 value, i64 least, i64 most) {
  return value < least ? least : value > most ? most : value;
}

// Rows of ids: padded, in up to three dimensions, or one after the other. Nothing beside the `size`
// ids is read, nor is anything written beside as many, whatever offsets and lengths say: the host
// does not look at them.
struct Rows {
  const Id* ids;
  const i64* offsets;  // null where rows are padded
  const i64* lengths;  // null where every row has its whole width; -1: there is no such row
  i64 width;                // no row has more, whatever its length or its offsets say
  i64 each;                 // rows a step of `outer`
  i64 outer, inner, step;  // strides, in ids
  i64 size;

  __device__ i64 length(i64 row) const {
    if (!offsets) return lengths ? smaller(lengths[row], width) : width;
    const i64 begin = start(row);
    return smaller(clamped(offsets[row + 1], begin, size) - begin, width);
  }
  // Its first id, from which each is `step` from the one before.
  __device__ const Id* first(i64 row) const {
    return ids + (offsets ? start(row) * step : row / each * outer + row % each * inner);
  }
  // Where its ids go among those kept.
  __device__ i64 start(i64 row) const {
    return offsets ? clamped(offsets[row], 0, size) : row * width;
  }
};

// Ids that are no text, that end it, and that are dropped; the last in ascending order.
struct Rules {
  const i64* skipped;
  i64 skips;
  const i64* ends;
  i64 end_count;
  const i64* ignored;
  i64 ignores;

  __device__ bool skips_over(i64 id) const { return is_one_of(id, skipped, skips); }
  __device__ bool ends_at(i64 id) const { return is_one_of(id, ends, end_count); }
  __device__ bool drops(i64 id) const {
    i64 from = 0, to = ignores;
    while (from < to) {
      const i64 middle = (from + to) / 2;
      if (ignored[middle] < id) from = middle + 1;
      else to = middle;
    }
    return from < ignores && ignored[from] == id;
  }

 private:
  __device__ static bool is_one_of(i64 id, const i64* few, i64 count) {
    bool found = false;
    for (i64 i = 0; i < count; ++i) found |= few[i] == id;
    return found;
  }
};

// Sequences of ids that are kept, by sample and by reference; a length of -1 does not count.
struct Sequences {
  const Id* predictions;
  const i64* prediction_start;
  const i64* prediction_length;
  const Id* references;
  const i64* reference_start;
  const i64* reference_length;
};

// Which references a sample has: those of its group, of `each` or as many as `first` says, but none
// that is not among all.
struct Shape {
  const i64* first;
  i64 each, group;
  i64 all;

  __device__ i64 first_reference(i64 sample) const {
    return first ? clamped(first[sample / group], 0, all) : sample / group * each;
  }
  __device__ i64 references(i64 sample) const {
    if (!first) return each;
    const i64 begin = first_reference(sample);
    return clamped(first[sample / group + 1], begin, all) - begin;
  }
  // Its first row among pairs.
  __device__ i64 first_row(i64 sample) const {
    return first_reference(sample) * group + sample % group * references(sample);
  }
};

__device__ inline i64 this_thread() { return (i64)blockIdx.x * blockDim.x + threadIdx.x; }
__device__ inline i64 all_threads() { return (i64)gridDim.x * blockDim.x; }

// A warp keeps a row's ids, where `to` points if it does; returns how many.
__device__ inline i64 keep_row(const Rows& rows, i64 row, const Rules& rules, bool drop, Id* to) {
  const int at = threadIdx.x % kLanes;
  const i64 length = rows.length(row);
  const Id* const from = rows.first(row);
  i64 kept = 0;
  bool ended = false;
  for (i64 begin = 0; begin < length && !ended; begin += kLanes) {
    const bool there = begin + at < length;
    const Id id = there ? from[(begin + at) * rows.step] : 0;
    const u32 ends = __ballot_sync(kAll, there && rules.ends_at(id));
    const u32 before = ends ? (ends & (0 - ends)) - 1 : kAll;
    const bool keeps =
        there && (before >> at & 1) && !rules.skips_over(id) && !(drop && rules.drops(id));
    const u32 keeping = __ballot_sync(kAll, keeps);
    if (to && keeps) to[kept + __popc(keeping & ((1u << at) - 1))] = id;
    kept += __popc(keeping);
    ended = ends != 0;
  }
  return kept;
}

// A warp keeps the references of a group; returns whether ids were dropped.
__device__ inline bool keep_references(const Rows& rows, i64 from, i64 to, const Rules& rules,
                                       Id* kept, i64* start, i64* length) {
  const bool writes = threadIdx.x % kLanes == 0;
  bool drop = false;
  for (i64 r = from; rules.ignores > 0 && r < to && !drop; ++r) {
    drop = keep_row(rows, r, rules, true, nullptr) > 0;
  }
  for (i64 r = from; r < to; ++r) {
    const i64 begin = rows.start(r);
    i64 count = rows.length(r) < 0 ? -1 : keep_row(rows, r, rules, drop, kept + begin);
    const bool emptied = drop && count == 0 && keep_row(rows, r, rules, false, nullptr) > 0;
    if (emptied) count = -1;
    if (writes) start[r] = begin;
    if (writes) length[r] = count;
  }
  return drop;
}

// How many lanes a prediction takes, as a class.
__device__ inline int class_of(i64 length) {
  int found = 0;
  while (found < kClasses - 1 && length > (i64)kPart << found) ++found;
  return found;
}

// A warp compares two sequences.
__device__ inline bool same(const Id* one, const Id* other, i64 length) {
  const int at = threadIdx.x % kLanes;
  u32 differ = 0;
  for (i64 begin = 0; begin < length && !differ; begin += kLanes) {
    const i64 i = begin + at;
    differ = __ballot_sync(kAll, i < length && one[i] != other[i]);
  }
  return !differ;
}

}  // namespace textmetrics

#define TM_ROWS                                                                                   \
  const textmetrics::Id *ids, const textmetrics::i64 *offsets, const textmetrics::i64 *lengths,   \
      textmetrics::i64 width, textmetrics::i64 rows_each, textmetrics::i64 outer,                 \
      textmetrics::i64 inner, textmetrics::i64 step, textmetrics::i64 size,                       \
      const textmetrics::i64 *special, textmetrics::i64 skips, textmetrics::i64 end_count,        \
      textmetrics::i64 ignores
#define TM_ROWS_TAKEN                                                                            \
  const textmetrics::Rows rows{ids,   offsets, lengths, width, rows_each,                        \
                               outer, inner,   step,    size};                                   \
  const textmetrics::Rules rules{special, skips,   special + skips,                              \
                                 end_count, special + skips + end_count, ignores};               \
  const textmetrics::i64 warp = textmetrics::this_thread() / textmetrics::kLanes;                \
  const textmetrics::i64 warps = textmetrics::all_threads() / textmetrics::kLanes;               \
  const bool writes = threadIdx.x % textmetrics::kLanes == 0

#define TM_SEQUENCES                                                                              \
  const textmetrics::Id *predictions, const textmetrics::i64 *prediction_start,                   \
      const textmetrics::i64 *prediction_length, const textmetrics::Id *references,               \
      const textmetrics::i64 *reference_start, const textmetrics::i64 *reference_length,          \
      const textmetrics::i64 *first, textmetrics::i64 each, textmetrics::i64 group,               \
      textmetrics::i64 samples, textmetrics::i64 rows
#define TM_SEQUENCES_TAKEN                                                                        \
  const textmetrics::Sequences from{predictions,     prediction_start, prediction_length,         \
                                    references,      reference_start,  reference_length};         \
  const textmetrics::Shape shape { first, each, group, rows / group }

// The references of each group.
extern "C" __global__ void keep_references(TM_ROWS, const textmetrics::i64* first,
                                           textmetrics::i64 each, textmetrics::i64 groups,
                                           textmetrics::i64 all, textmetrics::Id* kept, textmetrics::i64* start,
                                           textmetrics::i64* length, textmetrics::u8* dropped) {
  TM_ROWS_TAKEN;
  const textmetrics::Shape shape{first, each, 1, all};
  for (textmetrics::i64 g = warp; g < groups; g += warps) {
    const textmetrics::i64 from = shape.first_reference(g);
    const bool drop = textmetrics::keep_references(rows, from, from + shape.references(g), rules,
                                                   kept, start, length);
    if (writes) dropped[g] = drop;
  }
}

// The predictions, in groups that share their references.
extern "C" __global__ void keep_predictions(TM_ROWS, const textmetrics::u8* dropped,
                                            textmetrics::i64 group, textmetrics::i64 samples,
                                            textmetrics::Id* kept, textmetrics::i64* start,
                                            textmetrics::i64* length) {
  TM_ROWS_TAKEN;
  for (textmetrics::i64 s = warp; s < samples; s += warps) {
    const textmetrics::i64 begin = rows.start(s);
    const textmetrics::i64 count =
        textmetrics::keep_row(rows, s, rules, dropped[s / group], kept + begin);
    if (writes) start[s] = begin;
    if (writes) length[s] = count;
  }
}

// Columns of lengths, and the samples of each class one after the other: class c from
// order[c * samples], sizes[c] of them, in any order. Samples without a prediction are in none.
extern "C" __global__ void plan(const textmetrics::i64* prediction_length,
                                const textmetrics::i64* reference_length,
                                const textmetrics::i64* first, textmetrics::i64 each,
                                textmetrics::i64 group, textmetrics::i64 samples,
                                textmetrics::i64 rows, textmetrics::i64* pairs,
                                textmetrics::i64* columns, textmetrics::i32* order,
                                textmetrics::u32* sizes) {
  using namespace textmetrics;
  __shared__ u32 counted[kClasses], begin[kClasses];
  const Shape shape{first, each, group, rows / group};
  const i64 turns = (samples + all_threads() - 1) / all_threads();
  for (i64 turn = 0; turn < turns; ++turn) {
    const i64 s = turn * all_threads() + this_thread();
    if (threadIdx.x < kClasses) counted[threadIdx.x] = 0;
    __syncthreads();
    const i64 length = s < samples ? prediction_length[s] : 0;
    const int belongs = class_of(length);
    const u32 place = length > 0 ? atomicAdd(&counted[belongs], 1u) : 0;
    __syncthreads();
    if (threadIdx.x < kClasses) {
      begin[threadIdx.x] = atomicAdd(&sizes[threadIdx.x], counted[threadIdx.x]);
    }
    __syncthreads();
    if (length > 0) order[belongs * samples + begin[belongs] + place] = (i32)s;
    i64 closest = -1;
    for (i64 r = 0; s < samples && r < shape.references(s); ++r) {
      const i64 expected = reference_length[shape.first_reference(s) + r];
      const i64 row = shape.first_row(s) + r;
      pairs[row] = expected < 0 ? 0 : length;
      pairs[rows + row] = expected;
      if (expected >= 0) closest = closest < 0 ? expected : closer(length, closest, expected);
    }
    if (s < samples) columns[kOrdersHere * samples + s] = closest;
  }
}

// The row of each sample's first pair, and the number of all.
extern "C" __global__ void offsets_of(const textmetrics::i64* first, textmetrics::i64 each,
                                      textmetrics::i64 group, textmetrics::i64 samples,
                                      textmetrics::i64 rows, textmetrics::i64* offsets) {
  using namespace textmetrics;
  const Shape shape{first, each, group, rows / group};
  for (i64 s = this_thread(); s <= samples; s += all_threads()) {
    offsets[s] = s < samples ? shape.first_row(s) : rows;
  }
}

// The column of equality.
extern "C" __global__ void compare(TM_SEQUENCES, textmetrics::i64* pairs) {
  using namespace textmetrics;
  TM_SEQUENCES_TAKEN;
  const i64 warps = all_threads() / kLanes;
  for (i64 s = this_thread() / kLanes; s < samples; s += warps) {
    const i64 length = from.prediction_length[s];
    for (i64 r = 0; r < shape.references(s); ++r) {
      const i64 reference = shape.first_reference(s) + r;
      const bool equal = length == from.reference_length[reference] &&
                         same(from.predictions + from.prediction_start[s],
                              from.references + from.reference_start[reference], length);
      const i64 row = shape.first_row(s) + r;
      if (threadIdx.x % kLanes == 0) pairs[kEqualColumn * rows + row] = equal;
    }
  }
}

// Samples of raw ids, in the memory of whoever has them: what of a row is text, what of that is
// scored (ids/definition.py), and its counts, in one pass.
//
// A worker takes a sample at a time, gives its ids numbers that are dense within it, and counts at
// once what is still in its cache. Samples of one group have the same references, which are read
// once: the prediction is written before them, and its ids are looked up among theirs.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "batch.h"
#include "columns.h"
#include "memory.h"
#include "threads.h"
#include "worker.h"

namespace textmetrics {

// Rows of ids: padded ones, or one after the other.
struct Rows {
  const void* ids;
  bool wide;  // of 64 bits, else of 32
  i64 count;
  i64 stride, step;    // from row to row where padded, and from id to id; in ids
  i64 width;           // of padded rows
  const i64* lengths;  // of padded rows: so many of their columns, -1: no such row; null: all
  const i64* offsets;  // of rows one after the other; null where padded

  i64 length(i64 row) const {
    if (offsets != nullptr) return offsets[row + 1] - offsets[row];
    return lengths == nullptr ? width : lengths[row];
  }
  i64 start(i64 row) const { return offsets != nullptr ? offsets[row] * step : row * stride; }
};

// Groups of samples: predictions one after the other, and the references that they share.
struct Groups {
  Rows predictions, references;
  const i64* bounds;  // the references of group g are the rows bounds[g] to bounds[g + 1] - 1
  i64 count;
  i64 size;  // samples a group

  i64 samples() const { return count * size; }
  i64 pairs() const { return references.count * size; }
};

enum Special : u32 { kText = 0, kIgnored = 1, kSkipped = 2, kEnding = 3 };

// Ids that are more than text, or less.
class Specials {
 public:
  using Given = std::pair<Special, std::pair<const i64*, i64>>;

  // An id that is given several times is what it is given as last.
  explicit Specials(std::initializer_list<Given> given) {
    i64 size = 0;
    for (const auto& [special, ids] : given) size += ids.second;
    table_ = memory_.take(size);
    for (const auto& [special, ids] : given) {
      for (i64 i = 0; i < ids.second; ++i) {
        const u64 key = static_cast<u64>(ids.first[i]);
        *find(table_, key) = Slot{key, table_.stamp, special};
      }
      ignores_ |= special == kIgnored && ids.second > 0;
    }
  }
  Specials(const Specials&) = delete;
  Specials& operator=(const Specials&) = delete;

  u32 of(u64 id) const {
    const Slot* slot = find(table_, id);
    return slot->stamp == table_.stamp ? slot->gram : kText;
  }
  bool ignores() const { return ignores_; }

 private:
  TableMemory memory_;
  Table table_{nullptr, 0, 0, 0};
  bool ignores_ = false;
};

// Counts samples, one after the other, in scratch memory of its own.
class IdWorker {
 public:
  IdWorker(const Groups& groups, const Specials& specials, const Columns& columns)
      : groups_(groups), specials_(specials), worker_(columns) {}

  void count(i64 sample) {
    const i64 group = sample / groups_.size;
    worked(8 * groups_.predictions.length(sample) + 8);
    if (group != group_) read_references(group);
    read_prediction(sample);
    const i64 first = groups_.bounds[group];
    const i64 pairs = groups_.bounds[group + 1] - first;
    worker_.count(Sample{ids_, offsets_.data(), static_cast<i64>(rows_.size()), sample,
                         first * groups_.size + sample % groups_.size * pairs, rows_.data()});
  }

 private:
  // How many ids a row's text has, and how many of these are kept.
  struct Read {
    i64 text, kept;
  };

  void read_references(i64 group) {
    const i64 first = groups_.bounds[group], end = groups_.bounds[group + 1];
    i64 size = 0;
    for (i64 row = first; row < end; ++row) {
      size += std::max(groups_.references.length(row), i64{0});
    }
    room_ = 0;
    for (i64 s = group * groups_.size; s < (group + 1) * groups_.size; ++s) {
      room_ = std::max(room_, groups_.predictions.length(s));
    }
    check_size(group * groups_.size, room_ + size);
    ids_ = at_least(id_memory_, room_ + size);
    raw_ = at_least(raw_memory_, std::max(room_, size));
    drops_ = specials_.ignores();
    size = choose_references(first, end);
    if (size == 0 && drops_) {  // where nothing is left of any, nothing is dropped
      drops_ = false;
      size = choose_references(first, end);
    }
    if (rows_.empty()) {
      throw std::invalid_argument("group " + std::to_string(group) + " has no reference");
    }
    table_ = reference_tables_.take(size);
    types_ = 0;
    for (i64 i = 0; i < size; ++i) ids_[room_ + i] = number(table_, raw_[i], types_);
    group_ = group;
  }

  // Read those that are there, but for any that dropping empties; gives how many ids they have.
  i64 choose_references(i64 first, i64 end) {
    rows_.clear();
    offsets_.assign(2, room_);
    i64 size = 0;
    for (i64 row = first; row < end; ++row) {
      if (groups_.references.length(row) < 0) continue;
      const Read found = read(groups_.references, row, raw_ + size);
      if (found.kept == 0 && found.text > 0) continue;
      size += found.kept;
      rows_.push_back(row - first);
      offsets_.push_back(room_ + size);
    }
    return size;
  }

  void read_prediction(i64 sample) {
    const i64 length = read(groups_.predictions, sample, raw_).kept;
    const Table own = prediction_tables_.take(length);
    u32 types = types_;
    i32* to = ids_ + (room_ - length);
    for (i64 i = 0; i < length; ++i) {
      const Slot* known = find(table_, raw_[i]);
      to[i] = known->stamp == table_.stamp ? static_cast<i32>(known->gram)
                                           : number(own, raw_[i], types);
    }
    offsets_[0] = room_ - length;
  }

  static i32 number(Table table, u64 id, u32& types) {
    Slot* slot = find(table, id);
    if (slot->stamp != table.stamp) *slot = Slot{id, table.stamp, types++};
    return static_cast<i32>(slot->gram);
  }

  Read read(const Rows& rows, i64 row, u64* to) const {
    const i64 start = rows.start(row), length = rows.length(row);
    if (rows.wide) return read(static_cast<const i64*>(rows.ids) + start, rows.step, length, to);
    return read(static_cast<const i32*>(rows.ids) + start, rows.step, length, to);
  }

  template <class Id>
  Read read(const Id* ids, i64 step, i64 length, u64* to) const {
    const u32 kept = drops_ ? kText : kIgnored;  // and what is less
    Read found{0, 0};
    for (i64 i = 0; i < length; ++i) {
      const u64 id = static_cast<u64>(i64{ids[i * step]});
      const u32 special = specials_.of(id);
      if (special == kEnding) break;
      to[found.kept] = id;
      found.kept += special <= kept;
      found.text += special <= kIgnored;
    }
    return found;
  }

  const Groups& groups_;
  const Specials& specials_;
  Worker worker_;
  TableMemory reference_tables_, prediction_tables_;
  Table table_{nullptr, 0, 0, 0};  // of the references' ids
  u32 types_ = 0;               // how many there are
  std::vector<i32> id_memory_;
  std::vector<u64> raw_memory_;
  std::vector<i64> offsets_, rows_;
  i32* ids_ = nullptr;
  u64* raw_ = nullptr;
  i64 group_ = -1;      // whose references were read
  i64 room_ = 0;        // for a prediction, before them
  bool drops_ = false;  // whether ignored ids are dropped in it
};

// A rough count of the steps that counting a sample takes.
inline double steps_of(const Groups& groups, i64 sample, const Columns& columns) {
  const i64 group = sample / groups.size;
  i64 expected = 0;
  for (i64 row = groups.bounds[group]; row < groups.bounds[group + 1]; ++row) {
    expected += std::max(groups.references.length(row), i64{0});
  }
  const double predicted = static_cast<double>(groups.predictions.length(sample));
  const double all = static_cast<double>(expected);
  return 8.0 * (predicted + all) + (columns.lcs != nullptr ? predicted * all / kWord : 0.0);
}

// Count all samples on up to `threads` threads, this one among them.
inline void count_groups(const Groups& groups, const Specials& specials, const Columns& columns,
                         i64 threads) {
  const i64 count = groups.samples();
  const auto cost = [&](i64 s) { return steps_of(groups, s, columns); };
  threads = useful_threads(cost, count, threads);
  in_parallel(runs_by_cost(count, threads, cost), threads, [&] {
    return [worker = IdWorker(groups, specials, columns)](const Run& run) mutable {
      for (i64 s = run.from; s < run.to; ++s) worker.count(s);
    };
  });
}

}  // namespace textmetrics

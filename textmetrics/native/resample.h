// Resampling: random signs and draws of Philox, and sums of integers under them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "compiler.h"
#include "counts.h"
#include "threads.h"

namespace textmetrics {


// Philox4x64-10 (Salmon et al., 2011, "Parallel random numbers: as easy as 1, 2, 3"): 256 bits as
// a function of a key and a counter. The high half of a product is put together from 32-bit ones
// where there is no type of 128 bits.
struct Philox {
  u64 key[2];
  u64 purpose;  // the third word of the counter
  u64 section;  // the second

  static void multiply(u64 a, u64 b, u64& high, u64& low) {
#ifdef TEXTMETRICS_INT128
    const auto product = static_cast<u128>(a) * b;
    high = static_cast<u64>(product >> 64);
    low = static_cast<u64>(product);
#else
    const u64 a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
    const u64 middle = a1 * b0 + ((a0 * b0) >> 32);
    const u64 carried = a0 * b1 + (middle & 0xffffffffu);
    high = a1 * b1 + (middle >> 32) + (carried >> 32);
    low = a * b;
#endif
  }

  // NumPy counts before it draws: its first numbers are those of the counter plus one.
  std::array<u64, 4> at(u64 counter) const {
    u64 c0 = counter + 1, c1 = section, c2 = purpose, c3 = 0;
    if (c0 == 0 && ++c1 == 0 && ++c2 == 0) ++c3;
    u64 k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; ++round) {
      u64 high0, low0, high1, low1;
      multiply(0xD2E7470EE14C6C93u, c0, high0, low0);
      multiply(0xCA5A826395121157u, c2, high1, low1);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 += 0x9E3779B97F4A7C15u;
      k1 += 0xBB67AE8584CAA73Bu;
    }
    return {c0, c1, c2, c3};
  }
};

// Bytes of a word from the lowest on, whatever the machine's order.
inline void put_bytes(const std::array<u64, 4>& words, std::uint8_t* to) {
  for (int w = 0; w < 4; ++w) {
    for (int byte = 0; byte < 8; ++byte) *to++ = static_cast<std::uint8_t>(words[w] >> (8 * byte));
  }
}

constexpr i64 kCounted = 256;            // signs a counter gives, and rows of a block
constexpr i64 kBytes = kCounted / 8;     // of signs a block
constexpr i64 kHalf = kBytes / 2;        // bytes whose tables fit in the first cache: 32 kB
constexpr i64 kChunk = 1024;             // resamples whose signs are kept

// Some columns of a block in one word, each in a field wide enough for any signed sum of its rows.
struct Packed {
  std::vector<i64> columns;
  std::vector<int> widths;
  std::array<u64, kCounted> rows{};
};

inline std::vector<Packed> packed(const i64* rows, i64 count, i64 columns) {
  std::vector<Packed> words;
  int used = 64;
  for (i64 column = 0; column < columns; ++column) {
    u64 largest = 0;
    for (i64 row = 0; row < count; ++row) {
      const i64 value = rows[row * columns + column];
      largest += value < 0 ? u64{0} - static_cast<u64>(value) : static_cast<u64>(value);
    }
    if (largest == 0) continue;
    int width = 1;
    for (; largest != 0; largest >>= 1) ++width;
    if (used + width > 64) {
      words.emplace_back();
      used = 0;
    }
    Packed& word = words.back();
    word.columns.push_back(column);
    word.widths.push_back(width);
    for (i64 row = 0; row < count; ++row) {
      word.rows[static_cast<std::size_t>(row)] += static_cast<u64>(rows[row * columns + column])
                                                  << used;
    }
    used += width;
  }
  return words;
}

// The sums of eight numbers for each byte of signs; its highest bit is the sign of the first.
inline void fill_table(const u64* eight, u64* table) {
  u64 all = 0;
  for (int k = 0; k < 8; ++k) all += eight[k];
  table[0] = all;
  for (int bit = 0; bit < 8; ++bit) {
    const u64 twice = 2 * eight[7 - bit];
    const int half = 1 << bit;
    for (int at = 0; at < half; ++at) table[half + at] = table[at] - twice;
  }
}

// Adds the signed sums of a section of rows to those of some resamples, block by block.
class SignedSums {
 public:
  SignedSums(const i64* rows, i64 count, i64 columns, const Philox& philox, i64 resample, i64* sums)
      : columns_(columns),
        each_((count + kCounted - 1) / kCounted),
        philox_(philox),
        resample_(resample),
        sums_(sums) {
    for (i64 first = 0; first < count; first += kCounted) {
      blocks_.push_back(packed(rows + first * columns, std::min(kCounted, count - first), columns));
    }
  }

  // To be called by several threads at once, for resamples of their own.
  void add(i64 from, i64 to, std::vector<std::uint8_t>& signs, std::vector<u64>& found) const {
    const auto size = static_cast<std::size_t>(to - from);
    signs.resize(size * kBytes);
    found.resize(size);
    alignas(64) u64 table[kHalf * 256];
    for (i64 block = 0; block < each_; ++block) {
      const std::vector<Packed>& words = blocks_[static_cast<std::size_t>(block)];
      if (words.empty()) continue;
      for (i64 r = from; r < to; ++r) {
        put_bytes(philox_.at(static_cast<u64>((resample_ + r) * each_ + block)), &signs[(r - from) * kBytes]);
      }
      for (const Packed& word : words) {
        std::fill(found.begin(), found.end(), 0);
        for (i64 half = 0; half < kBytes; half += kHalf) {
          for (i64 p = 0; p < kHalf; ++p) fill_table(&word.rows[8 * (half + p)], table + 256 * p);
          look_up(table, signs.data() + half, found.data(), to - from);
        }
        unpack(word, found.data(), from, to);
      }
    }
  }

 private:
  static void look_up(const u64* table, const std::uint8_t* signs, u64* found, i64 count) {
    for (i64 r = 0; r < count; ++r) {
      u64 sum = 0;
      for (i64 p = 0; p < kHalf; ++p) sum += table[256 * p + signs[p]];
      found[r] += sum;
      signs += kBytes;
    }
  }

  void unpack(const Packed& word, const u64* found, i64 from, i64 to) const {
    for (i64 r = from; r < to; ++r) {
      u64 rest = found[r - from];
      i64* const row = sums_ + r * columns_;
      for (std::size_t at = 0; at < word.columns.size(); ++at) {
        const int width = word.widths[at];
        const auto value = static_cast<i64>(rest << (64 - width)) >> (64 - width);
        row[word.columns[at]] += value;
        rest = width == 64 ? 0 : (rest - static_cast<u64>(value)) >> width;
      }
    }
  }

  const i64 columns_;
  const i64 each_;  // blocks, and counters a resample
  const Philox philox_;
  const i64 resample_;  // the number of the first one
  i64* const sums_;
  std::vector<std::vector<Packed>> blocks_;
};

inline void add_signed_sums(const i64* rows, i64 count, i64 columns, const Philox& philox,
                            i64 resample, i64* sums, i64 resamples, i64 threads) {
  const SignedSums section(rows, count, columns, philox, resample, sums);
  const i64 size = std::clamp((resamples + threads - 1) / threads, i64{1}, kChunk);
  in_parallel(equal_runs(resamples, size), threads, [&] {
    return [&section, signs = std::vector<std::uint8_t>(), found = std::vector<u64>()](
               const Run& run) mutable { section.add(run.from, run.to, signs, found); };
  });
}

// Counts how often each of `size` rows is drawn in some consecutive resamples, `size` draws each.
// A draw is a 32-bit number times the number of rows, shifted down.
inline void count_draws(const Philox& philox, i64 first, i64 count, i64 size, double* times,
                        i64 threads) {
  const i64 each = (size + 7) / 8;  // a counter gives eight draws
  in_parallel(equal_runs(count, 1), threads, [&] {
    return [&](const Run& run) {
      for (i64 r = run.from; r < run.to; ++r) {
        double* const row = times + r * size;
        std::fill(row, row + size, 0.0);
        for (i64 at = 0; at < each; ++at) {
          const auto words = philox.at(static_cast<u64>((first + r) * each + at));
          const i64 draws = std::min(i64{8}, size - 8 * at);
          for (i64 draw = 0; draw < draws; ++draw) {
            const u64 number = (words[draw / 2] >> (32 * (draw % 2))) & 0xffffffffu;
            row[(number * static_cast<u64>(size)) >> 32] += 1.0;
          }
        }
      }
    };
  });
}

}  // namespace textmetrics

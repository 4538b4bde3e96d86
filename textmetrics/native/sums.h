// Sums of values, and what sums of samples that are not kept need: hashes of texts, and sums of
// powers of values.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "compiler.h"
#include "text.h"

namespace textmetrics {

// A hash of a text in UTF-8, the same on all machines; scan/hashes.py defines it.
class StableHash {
 public:
  u64 operator()(const Text& text) {
    if (text.ascii) {
      return of_bytes(static_cast<const u8*>(text.data), static_cast<std::size_t>(text.length));
    }
    with_points(text, [&](auto points) {
      bytes_.resize(static_cast<std::size_t>(text.length) * 4);
      u8* to = bytes_.data();
      for (i64 i = 0; i < text.length; ++i) to = encoded(points[i], to);
      bytes_.resize(static_cast<std::size_t>(to - bytes_.data()));
    });
    return of_bytes(bytes_.data(), bytes_.size());
  }

 private:
  static u64 of_bytes(const u8* bytes, std::size_t length) {
    u64 hash = static_cast<u64>(length) * 0x9E3779B97F4A7C15ull;
    std::size_t at = 0;
    for (; at + 8 <= length; at += 8) hash = next(hash, word(bytes + at));
    if (at < length) {
      u8 rest[8] = {};
      std::memcpy(rest, bytes + at, length - at);
      hash = next(hash, word(rest));
    }
    return hash;
  }

  static u64 next(u64 hash, u64 word) {
    hash = (hash ^ word) * 0xD6E8FEB86659FD93ull;
    return hash ^ hash >> 32;
  }

  // Eight bytes, the first of which is the lowest.
  static u64 word(const u8* bytes) {
    u64 word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return lowest_first(word);
  }

  static u8* encoded(u32 point, u8* to) {
    if (point < 0x80) {
      *to++ = static_cast<u8>(point);
      return to;
    }
    if (point < 0x800) {
      *to++ = static_cast<u8>(0xC0 | point >> 6);
    } else {
      if (point < 0x10000) {
        *to++ = static_cast<u8>(0xE0 | point >> 12);
      } else {
        *to++ = static_cast<u8>(0xF0 | point >> 18);
        *to++ = static_cast<u8>(0x80 | (point >> 12 & 0x3F));
      }
      *to++ = static_cast<u8>(0x80 | (point >> 6 & 0x3F));
    }
    *to++ = static_cast<u8>(0x80 | (point & 0x3F));
    return to;
  }

  std::vector<u8> bytes_;
};

#ifdef TEXTMETRICS_INT128

// The sum of doubles from 0 to a largest one in units of 2**-112, exactly; metrics/accumulate.py
// defines it.
struct UnitSum {
  static constexpr double kMost = 1 << 15;  // so large a sum has 128 bits
  static constexpr double kLargest = 8.0;   // of a value, for which the sum of a lane is exact

  u128 units = 0;

  // False if a value is outside, or no multiple of the unit.
  bool add(const double* values, std::size_t count, double largest) {
    if (!(largest <= kLargest) || static_cast<double>(count) * largest > kMost) return false;
    for (std::size_t from = 0; from < count; from += kRun) {
      if (!add_run(values + from, std::min(kRun, count - from), bits_of(largest))) return false;
    }
    return true;
  }

 private:
  // The sums of so many numbers of 43 bits, a quarter of them in each lane, are exact in doubles.
  static constexpr std::size_t kRun = 2048, kLanes = 4;

  // A value is cut into 40, 40 and 32 bits, rounded to the nearest. Lanes, because a sum that waits
  // for itself takes four times as long.
  struct Lanes {
    double first[kLanes] = {}, second[kLanes] = {}, third[kLanes] = {};
    u64 other = 0;  // whether there is something else than such values

    void add(std::size_t lane, double value, u64 largest) {
      constexpr double kWhole = 3.0 * 2251799813685248.0;  // 1.5 * 2**52: its sums have no fraction
      const u64 bits = bits_of(value);                     // in the order of values above 0
      other |= (bits | (largest - bits)) >> 63;
      const double high = value * 1099511627776.0, whole = (high + kWhole) - kWhole;
      const double middle = (high - whole) * 1099511627776.0;
      const double half = (middle + kWhole) - kWhole;
      const double low = (middle - half) * 4294967296.0, rest = (low + kWhole) - kWhole;
      first[lane] += whole;
      second[lane] += half;
      third[lane] += rest;
      other |= bits_of(low - rest) << 1;  // both zeros are none
    }
  };

  bool add_run(const double* values, std::size_t count, u64 largest) {
    Lanes lanes;
    std::size_t at = 0;
    for (; at + kLanes <= count; at += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) lanes.add(lane, values[at + lane], largest);
    }
    for (; at < count; ++at) lanes.add(0, values[at], largest);
    if (lanes.other != 0) return false;
    units += (sum(lanes.first) << 72) + (sum(lanes.second) << 32) + sum(lanes.third);
    return true;
  }

  // Wraps below 0, as does what it is added to, which is not below 0 in the end.
  static u128 sum(const double (&lanes)[kLanes]) {
    i64 total = 0;
    for (const double each : lanes) total += static_cast<i64>(each);
    return static_cast<u128>(static_cast<i128>(total));
  }

  static u64 bits_of(double value) {
    u64 bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
  }
};

// Sums of powers of values in units of 2**-40, and their ends; statistics/moments.py defines them.
// The cubes are those of `third` times 2**40 and of `rest`.
struct PowerSums {
  i128 first = 0, second = 0, third = 0, rest = 0;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  i64 binary = 0;  // values that are 0 or 1

  // Whether all values are between -1 and 1, as the others are too large for these sums.
  bool add(const double* values, std::size_t count) {
    constexpr double kUnit = 1099511627776.0;            // 2**40
    constexpr double kWhole = 3.0 * 2251799813685248.0;  // 1.5 * 2**52: its sums have no fraction
    constexpr u64 kLow = (u64{1} << 40) - 1;
    for (std::size_t i = 0; i < count; ++i) {
      const double value = values[i];
      if (!(std::abs(value) <= 1.0)) return false;
      least = std::min(least, value);
      most = std::max(most, value);
      binary += (value == 0.0) | (value == 1.0);
      const auto units = static_cast<i64>((value * kUnit + kWhole) - kWhole);
      const auto square = static_cast<i128>(units) * units;
      first += units;
      second += square;
      third += static_cast<i128>(static_cast<i64>(square >> 40)) * units;
      rest += static_cast<i128>(static_cast<i64>(static_cast<u64>(square) & kLow)) * units;
    }
    return true;
  }
};

#endif

}  // namespace textmetrics

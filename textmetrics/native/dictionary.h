// jieba's dictionary as the file that it ships: lines of a word, a space, its frequency, and more.
// Prefixes of words have no lines; jieba adds them, with the frequency 0.
//
// Only what that file has is read, since its hash is known before. jieba itself takes other lines
// too, and has errors of its own for those that it does not take.
#pragma once

#include <limits>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "jieba.h"

namespace textmetrics {

// The different frequencies, each with the weight that it has as an entry.
class Frequencies {
 public:
  u16 weight(i64 frequency) {
    const auto [known, is_new] = weights_.try_emplace(frequency, static_cast<u16>(all_.size()));
    if (is_new) all_.push_back(frequency);
    if (all_.size() > 0x10000) throw std::length_error("too many different frequencies");
    return known->second;
  }

  const std::vector<i64>& all() const { return all_; }

 private:
  std::unordered_map<i64, u16> weights_{{0, u16{0}}};
  std::vector<i64> all_{0};
};

// Add a word, unless one of its characters never occurs in a block: then it is in no text.
template <class Char>
void add(Entries& words, const Char* characters, i64 length, u16 weight) {
  const std::size_t begin = words.letters.size();
  for (i64 i = 0; i < length; ++i) {
    if (!is_in_block(characters[i])) {
      words.letters.resize(begin);
      return;
    }
    words.letters.push_back(static_cast<u16>(characters[i]));
  }
  if (words.letters.size() > std::numeric_limits<u32>::max()) {
    throw std::length_error("the dictionary is too large");
  }
  if (length == 0) return;
  words.entries.push_back(Entry{static_cast<u32>(begin), static_cast<u32>(length), weight});
}

// Takes lines apart. Nothing is read behind the end, whatever the bytes are.
class Lines {
 public:
  Lines(const char* begin, const char* end)
      : at_(reinterpret_cast<const u8*>(begin)), end_(reinterpret_cast<const u8*>(end)) {}

  std::vector<u32> word;
  i64 frequency = 0;

  bool next() {
    if (at_ == end_) return false;
    word.clear();
    while (first() != ' ') word.push_back(character());
    if (word.empty()) throw malformed();
    ++at_;
    frequency = 0;
    do {
      const i64 digit = i64{first()} - '0';
      if (digit < 0 || digit > 9 || frequency > kHighest) throw malformed();
      frequency = 10 * frequency + digit;
      ++at_;
    } while (first() != ' ' && first() != '\n');
    while (first() != '\n') ++at_;
    ++at_;
    return true;
  }

 private:
  static constexpr i64 kHighest = 1'000'000'000'000;

  static std::invalid_argument malformed() { return std::invalid_argument("a malformed line"); }

  u8 first() const {
    if (at_ == end_) throw malformed();
    return *at_;
  }

  // Up to three bytes: Han, and what blocks have beside it, take no more.
  u32 character() {
    const u32 lead = *at_++;
    if (lead < 0x80) return lead;
    if (lead < 0xC0 || lead >= 0xF0) throw malformed();
    const u32 second = next_six();
    return lead < 0xE0 ? (lead & 0x1F) << 6 | second : (lead & 0x0F) << 12 | second << 6 | next_six();
  }

  u32 next_six() {
    const u32 byte = first();
    if ((byte & 0xC0) != 0x80) throw malformed();
    ++at_;
    return byte & 0x3F;
  }

  const u8* at_;
  const u8* end_;
};

// Read all words; gives the sum of their frequencies.
inline i64 read_lines(Lines lines, Entries& words, Frequencies& frequencies) {
  i64 total = 0;
  while (lines.next()) {
    add(words, lines.word.data(), static_cast<i64>(lines.word.size()),
        frequencies.weight(lines.frequency));
    total += lines.frequency;
  }
  return total;
}

}  // namespace textmetrics

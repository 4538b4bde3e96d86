// A system dictionary of Sudachi as it is installed: format 1, which SudachiPy 0.7 reads.
//
// The file is memory-mapped and never written, so that all threads and processes share its pages.
// Nothing is believed of it: whatever lies outside of its block is an error when the dictionary is
// opened, or reads as nothing later.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "counts.h"

namespace textmetrics {

typedef short i16;
typedef unsigned short u16;

// Bytes of a dictionary, and what is read of them. All numbers are little-endian.
struct Bytes {
  const u8* begin = nullptr;
  u64 size = 0;

  template <class Number>
  Number at(u64 offset) const {
    Number number{};
    if (offset <= size && sizeof number <= size - offset) {
      std::memcpy(&number, begin + offset, sizeof number);
    }
    return number;
  }
};

inline u32 utf8_size(u32 point) {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

// Write a character's bytes; returns how many there are.
inline u32 write_utf8(u32 point, u8* to) {
  const u32 size = utf8_size(point);
  if (size == 1) {
    to[0] = static_cast<u8>(point);
    return 1;
  }
  for (u32 k = size; --k > 0; point >>= 6) to[k] = static_cast<u8>(0x80 | (point & 0x3F));
  to[0] = static_cast<u8>((0xF00 >> size & 0xFF) | point);
  return size;
}

// Reads one value after another.
class Reader {
 public:
  explicit Reader(Bytes bytes, u64 at = 0) : bytes_(bytes), at_(at) {}

  u64 varint() {
    u64 value = 0;
    for (u32 shift = 0; shift < 64; shift += 7) {
      const u8 byte = number<u8>();
      value |= u64{byte & 0x7Fu} << shift;
      if (byte < 0x80) return value;
    }
    throw malformed();
  }
  template <class Number>
  Number number() {
    if (at_ > bytes_.size || sizeof(Number) > bytes_.size - at_) throw malformed();
    at_ += sizeof(Number);
    return bytes_.at<Number>(at_ - sizeof(Number));
  }
  std::string string() {
    const u64 length = varint();
    if (length > bytes_.size - at_) throw malformed();
    at_ += length;
    return std::string(reinterpret_cast<const char*>(bytes_.begin) + at_ - length, length);
  }

  static std::invalid_argument malformed() {
    return std::invalid_argument("not a dictionary of a known format");
  }

 private:
  Bytes bytes_;
  u64 at_;
};

// Of a word, what decides whether it is taken.
struct Costs {
  u16 left, right;
  i16 cost;
};

// A string of the dictionary, in UTF-16.
struct Utf16 {
  const u8* units = nullptr;
  u32 length = 0;

  u16 operator[](u32 i) const {
    u16 unit;
    std::memcpy(&unit, units + 2 * u64{i}, sizeof unit);
    return unit;
  }
};

class SudachiDictionary {
 public:
  // Throws std::invalid_argument for any other format.
  explicit SudachiDictionary(Bytes file) {
    static constexpr char kMagic[] = "SudachiBinaryDic";
    if (file.size < 40 || std::memcmp(file.begin, kMagic, 16) != 0) throw Reader::malformed();
    Reader reader(file, 16);
    if (reader.number<u64>() != 1) throw Reader::malformed();
    reader.number<u64>();                                      // when it was made
    if (reader.number<u64>() != 0) throw Reader::malformed();  // costs that are computed later
    reader.string();
    reader.string();
    if (!reader.string().empty()) throw Reader::malformed();  // a user dictionary
    reader.varint();
    reader.varint();
    for (u64 blocks = reader.varint(); blocks > 0; --blocks) {
      const std::string name = reader.string();
      const u64 start = reader.varint(), size = reader.varint();
      if (start > file.size || size > file.size - start) throw Reader::malformed();
      keep(name, Bytes{file.begin + start, size});
    }
    read_connections();
    read_parts_of_speech();
    trie_size_ = trie_.size / 4;
    if (trie_size_ < 1 || words_.size == 0 || entries_.size < 40) throw Reader::malformed();
  }

  i16 connection(u16 left, u16 right) const {
    return costs_.at<i16>(4 + 2 * (u64{right} * left_ids_ + left));
  }
  u32 left_ids() const { return left_ids_; }
  u32 right_ids() const { return right_ids_; }

  static constexpr u32 kNoWord = ~0u;

  // Go on from a node of the trie: false where no word goes on with this byte. `value` is that of
  // the words which end with it.
  bool step(u32& node, u8 byte, u32& value) const {
    const u32 at = node ^ byte;
    if (at >= trie_size_) return false;
    const u32 unit = trie_.at<u32>(4 * u64{at});
    if ((unit & 0x800000FF) != byte) return false;
    node = at ^ offset(unit);
    value = (unit & 0x100) != 0 ? trie_.at<u32>(4 * u64{node}) & 0x7FFFFFFF : kNoWord;
    return true;
  }
  u32 root() const { return offset(trie_.at<u32>(0)); }

  // The words under a value of the trie.
  template <class Take>
  void words(u32 value, Take&& take) const {
    Reader reader(words_, value);
    u32 id = 0;
    for (u64 count = reader.varint(); count > 0; --count) {
      id += static_cast<u32>(reader.varint());
      take(id);
    }
  }

  Costs costs(u32 id) const {
    const u64 entry = at(id);
    return Costs{entries_.at<u16>(entry), entries_.at<u16>(entry + 2), entries_.at<i16>(entry + 4)};
  }
  u16 part_of_speech(u32 id) const { return entries_.at<u16>(at(id) + 6); }
  Utf16 headword(u32 id) const { return string(entries_.at<u32>(at(id) + 8)); }
  u32 normalized(u32 id) const { return entries_.at<u32>(at(id) + 16); }
  u32 dictionary_form(u32 id) const { return entries_.at<u32>(at(id) + 20); }
  u32 length(u32 id) const { return entries_.at<u16>(at(id) + 24); }

  // The parts of a word in units of mode A or B.
  struct Parts {
    u64 begin = 0;
    u32 count = 0;
  };
  Parts parts(u32 id, bool middle) const {
    const u64 entry = at(id);
    const i32 c = entries_.at<signed char>(entry + 26), b = entries_.at<signed char>(entry + 27),
              a = entries_.at<signed char>(entry + 28);
    const Parts of_c{entry + 32, count(c)};
    const Parts of_b = b == -1 ? of_c : Parts{entry + 32 + 4 * u64{count(c)}, count(b)};
    if (middle) return of_b;
    return a == -1 ? of_b : Parts{entry + 32 + 4 * (u64{count(c)} + count(b)), count(a)};
  }
  u32 part(const Parts& parts, u32 i) const { return entries_.at<u32>(parts.begin + 4 * u64{i}); }

  // Parts of speech, six strings each.
  const std::vector<std::vector<std::u16string>>& parts_of_speech() const { return speech_; }

 private:
  static u32 offset(u32 unit) { return (unit >> 10) << ((unit & 0x200) >> 6); }
  static u32 count(i32 stored) { return stored > 0 ? static_cast<u32>(stored) : 0; }
  static u64 at(u32 id) { return 8 * u64{id & 0x0FFFFFFF}; }

  void keep(const std::string& name, Bytes block) {
    if (name == "ConnMatrix") costs_ = block;
    if (name == "POS") pos_ = block;
    if (name == "TrieIndex") trie_ = block;
    if (name == "WordPointers") words_ = block;
    if (name == "Entries") entries_ = block;
    if (name == "Strings") strings_ = block;
  }

  void read_connections() {
    left_ids_ = costs_.at<u16>(0);
    right_ids_ = costs_.at<u16>(2);
    if (costs_.size < 4 + 2 * u64{left_ids_} * right_ids_) throw Reader::malformed();
  }

  void read_parts_of_speech() {
    Reader reader(pos_);
    for (u32 count = reader.number<u16>(); count > 0; --count) {
      std::vector<std::u16string> part(6);
      for (std::u16string& level : part) {
        for (u32 length = reader.number<u16>(); length > 0; --length) {
          level.push_back(reader.number<u16>());
        }
      }
      speech_.push_back(std::move(part));
    }
  }

  // The five highest bits are the length up to 19; above that they say how many more bits of it
  // follow, and the offset is a multiple of as large a power of two.
  Utf16 string(u32 pointer) const {
    const u32 base = pointer >> 27;
    const u32 more = base > 19 ? base - 19 : 0;
    const u32 length =
        (base - more) + (((pointer & 0x07FF0000) >> (28 - more)) | (4096u >> (13 - more)));
    const u32 aligned = more > 0 ? more - 1 : 0;
    const u64 offset = u64{pointer & (0x07FFFFFFu >> aligned)} << aligned;
    if (2 * (offset + length) > strings_.size) return Utf16{};
    return Utf16{strings_.begin + 2 * offset, length};
  }

  Bytes costs_, pos_, trie_, words_, entries_, strings_;
  u64 trie_size_ = 0;
  u32 left_ids_ = 0, right_ids_ = 0;
  std::vector<std::vector<std::u16string>> speech_;
};

}  // namespace textmetrics

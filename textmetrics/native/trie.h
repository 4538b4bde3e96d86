// A dictionary as a double-array trie (Aoe 1989): the child of a node under a letter is the cell
// at the node's base plus the letter, if that cell bears the letter. No two nodes have the same
// base, so that the letter alone tells whose child a cell is, and a look-up is one access to one
// cell of 8 bytes. Weights are kept apart, each different one once, since few of them differ.
//
// Letters are numbers from 1 to 32,767. Small numbers should go to frequent letters: the array is
// then dense, and what is looked up often lies close together.
#pragma once

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "counts.h"

namespace textmetrics {

typedef unsigned short u16;

constexpr double kNever = -std::numeric_limits<double>::infinity();  // the weight of no word

// A word, or a prefix of words that is none itself and weighs `kNever`.
struct Entry {
  u32 begin;  // its letters, in a vector common to all entries
  u32 length;
  u16 weight;  // which one
};

// Of entries of the same letters the last one counts.
struct Entries {
  std::vector<u16> letters;
  std::vector<Entry> entries;
  std::vector<double> weights{kNever};
  bool has_prefixes = false;  // whether every prefix that has a letter must be an entry too
};

// A cell: the base of its node, its letter, and the place of its node's weight.
using Cell = u64;
constexpr Cell kNoCell = u64{0xFFFF} << 32;  // of no letter; no node's base is 0, as a leaf has it
inline Cell cell_of(u32 base, u16 letter, u16 weight) {
  return u64{weight} << 48 | u64{letter} << 32 | base;
}
inline u32 base_of(Cell cell) { return static_cast<u32>(cell); }
inline u16 letter_of(Cell cell) { return static_cast<u16>(cell >> 32); }
inline u32 weight_of(Cell cell) { return static_cast<u32>(cell >> 48); }

class Trie {
 public:
  // The root has a child under each letter up to `letters`, whether or not an entry begins with it.
  explicit Trie(const Entries& all, u16 letters = 0);

  u32 root() const { return root_; }
  const Cell* cells() const { return cells_.data(); }
  u32 size() const { return static_cast<u32>(cells_.size()); }
  const double* weights() const { return weights_.data(); }

  // The cell of these letters, 0 where there is none.
  u32 find(const u16* letters, i64 length) const {
    u32 base = root_, at = 0;
    for (i64 i = 0; i < length; ++i) {
      at = base + letters[i];
      if (letter_of(cells_[at]) != letters[i]) return 0;
      base = base_of(cells_[at]);
    }
    return at;
  }
  // The weight of these letters, if they are a word.
  double weight(const u16* letters, i64 length) const {
    return weights_[weight_of(cells_[find(letters, length)])];
  }

 private:
  std::vector<Cell> cells_;
  std::vector<double> weights_;
  u32 root_ = 0;
};

// A set of numbers of which 64 neighbours can be asked for at once.
class Bits {
 public:
  void reserve(u64 end) {
    const u64 words = end / 64 + 2;
    if (words > words_.size()) words_.resize(std::max(words, 2 * u64{words_.size()}), 0);
  }
  void set(u64 at) { words_[at / 64] |= 1ull << (at % 64); }
  u64 from(u64 at) const {
    const u64 shift = at % 64;
    const u64 low = words_[at / 64] >> shift;
    return shift == 0 ? low : low | words_[at / 64 + 1] << (64 - shift);
  }

 private:
  std::vector<u64> words_;
};

// The tree as such, from sorted entries: children of a node are neighbours.
class Tree {
 public:
  struct Node {
    u32 first_child;
    u32 children;
    u32 from, to;  // the sorted entries that are longer and begin with this node's letters
    u16 weight, letter;
  };

  Tree(const Entries& all, u16 letters)
      : letters_(all.letters),
        entries_(all.entries),
        has_prefixes_(all.has_prefixes),
        root_letters_(letters) {
    order_.reserve(entries_.size());
    sort();
    nodes_.reserve(entries_.size() + entries_.size() / 2 + 1);
    nodes_.push_back(Node{0, 0, 0, static_cast<u32>(order_.size()), 0, 0});
    u32 begin = 0;
    for (u32 depth = 0; begin < nodes_.size(); ++depth) {
      const u32 end = static_cast<u32>(nodes_.size());
      for (u32 node = begin; node < end; ++node) add_children(node, depth);
      begin = end;
    }
  }

  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  static constexpr u32 kHead = 4;  // letters that one word of memory holds
  static constexpr u32 kBits = 15;
  static constexpr u32 kMask = (1u << kBits) - 1;

  struct Key {
    u64 head;
    u32 entry, length;
  };

  // By letters, the shorter first, and equals in the order in which they came.
  void sort() {
    for (u32 e = 0; e < entries_.size(); ++e) {
      u64 head = 0;
      for (u32 i = 0; i < kHead; ++i) {
        head = head << kBits | (i < entries_[e].length ? letters_[entries_[e].begin + i] : 0u);
      }
      order_.push_back(Key{head, e, entries_[e].length});
    }
    std::vector<Key> other(order_.size());
    for (u32 i = kHead; i-- > 0;) sort_by_letter(kBits * (kHead - 1 - i), other);
    for (auto from = order_.begin(); from < order_.end();) {
      const auto to = std::find_if(from, order_.end(),
                                   [from](const Key& key) { return key.head != from->head; });
      if (to - from > 1) std::stable_sort(from, to, [this](auto& a, auto& b) { return less(a, b); });
      from = to;
    }
  }

  // Keys of the same letter stay in their order, so the last letter is sorted by first.
  void sort_by_letter(u32 shift, std::vector<Key>& sorted) {
    std::vector<u32> places(kMask + 2, 0);
    for (const Key& key : order_) ++places[(key.head >> shift & kMask) + 1];
    for (u32 letter = 0; letter <= kMask; ++letter) places[letter + 1] += places[letter];
    for (const Key& key : order_) sorted[places[key.head >> shift & kMask]++] = key;
    order_.swap(sorted);
  }

  bool less(const Key& a, const Key& b) const {
    const u16* x = letters_.data() + entries_[a.entry].begin;
    const u16* y = letters_.data() + entries_[b.entry].begin;
    const u32 head = std::min({kHead, a.length, b.length});
    return std::lexicographical_compare(x + head, x + a.length, y + head, y + b.length);
  }

  u16 letter(u32 at, u32 depth) const {
    if (depth < kHead) {
      return static_cast<u16>(order_[at].head >> (kBits * (kHead - 1 - depth)) & kMask);
    }
    return letters_[entries_[order_[at].entry].begin + depth];
  }

  void add_children(u32 parent, u32 depth) {
    const u32 to = nodes_[parent].to;
    const u16 letters = depth == 0 ? root_letters_ : u16{0};
    u16 next = 1;  // of the letters that are added
    nodes_[parent].first_child = static_cast<u32>(nodes_.size());
    for (u32 at = nodes_[parent].from; at < to;) {
      const u16 common = letter(at, depth);
      for (; next <= letters && next < common; ++next) add_child(parent, Node{0, 0, at, at, 0, next});
      next = static_cast<u16>(common + 1);
      u16 weight = 0;
      u32 from = at;
      while (from < to && order_[from].length == depth + 1 && letter(from, depth) == common) {
        weight = entries_[order_[from++].entry].weight;
      }
      if (from == at && has_prefixes_) throw std::invalid_argument("a word lacks a prefix");
      for (at = from; at < to && letter(at, depth) == common;) ++at;
      add_child(parent, Node{0, 0, from, at, weight, common});
    }
    for (; next <= letters; ++next) add_child(parent, Node{0, 0, to, to, 0, next});
  }

  void add_child(u32 parent, const Node& node) {
    nodes_.push_back(node);
    ++nodes_[parent].children;
  }

  const std::vector<u16>& letters_;
  const std::vector<Entry>& entries_;
  const bool has_prefixes_;
  const u16 root_letters_;
  std::vector<Key> order_;
  std::vector<Node> nodes_;
};

// Finds a base for each node, first fit, nodes of many children first; 64 bases are tried at once.
class Placement {
 public:
  explicit Placement(const std::vector<Tree::Node>& nodes) : nodes_(nodes), bases_(nodes.size()) {
    std::vector<u32> parents;
    for (u32 node = 0; node < nodes.size(); ++node) {
      if (nodes[node].children > 0) parents.push_back(node);
    }
    std::stable_sort(parents.begin(), parents.end(),
                     [&](u32 a, u32 b) { return nodes[a].children > nodes[b].children; });
    reserve(0);
    taken_.set(0);  // bases and letters begin with 1
    taken_.set(1);
    u32 few = 0x8000;
    u64 from = 0;
    for (const u32 parent : parents) {
      if (nodes[parent].children <= few) {
        from = first_free();
        few = nodes[parent].children * 7 / 8;
      }
      place(parent, from);
    }
  }

  u32 base(u32 node) const { return bases_[node]; }
  u64 end() const { return end_; }

 private:
  u64 first_free() {
    for (reserve(64 * full_); taken_.from(64 * full_) == ~0ull; reserve(64 * full_)) ++full_;
    return 64 * full_;
  }

  void reserve(u64 base) {
    taken_.reserve(base + 2 * 64 + 0x7FFF);
    based_.reserve(base + 2 * 64);
  }

  u64 blocked(u64 base, const Tree::Node* child, const Tree::Node* end) {
    reserve(base);
    u64 blocked = based_.from(base);
    for (; child < end && blocked != ~0ull; ++child) blocked |= taken_.from(base + child->letter);
    return blocked;
  }

  // `from` is a cell before which nodes of about as many children do not look, so as not to search
  // the full part of the array again for each. Nodes of fewer children will fill the gaps.
  void place(u32 parent, u64& from) {
    const Tree::Node* child = nodes_.data() + nodes_[parent].first_child;
    const Tree::Node* end = child + nodes_[parent].children;
    const u64 first = child->letter;
    u64 base = std::max(from, first + 1) - first;
    u64 occupied = blocked(base, child, end);
    while (occupied == ~0ull) {
      base += 64;
      occupied = blocked(base, child, end);
    }
    from = base + first;
    for (; (occupied & 1) != 0; occupied >>= 1) ++base;
    based_.set(base);
    bases_[parent] = static_cast<u32>(base);
    for (; child < end; ++child) taken_.set(base + child->letter);
    end_ = std::max(end_, base + 0x8000);
  }

  const std::vector<Tree::Node>& nodes_;
  std::vector<u32> bases_;
  Bits taken_, based_;  // cells, and bases
  u64 full_ = 0, end_ = 0x8000;
};

inline Trie::Trie(const Entries& all, u16 letters) : weights_(all.weights) {
  const Tree tree(all, letters);
  const std::vector<Tree::Node>& nodes = tree.nodes();
  const Placement placement(nodes);
  cells_.resize(placement.end(), kNoCell);
  root_ = placement.base(0);
  for (u32 parent = 0; parent < nodes.size(); ++parent) {
    for (u32 c = 0; c < nodes[parent].children; ++c) {
      const u32 node = nodes[parent].first_child + c;
      cells_[placement.base(parent) + nodes[node].letter] =
          cell_of(placement.base(node), nodes[node].letter, nodes[node].weight);
    }
  }
}

}  // namespace textmetrics

// Texts that are scored again and again, read once.
#pragma once

#include <utility>
#include <vector>

#include "page.h"
#include "stop.h"
#include "wide.h"

namespace textmetrics {

// The tokens of texts, with types of their own.
class Prepared {
 public:
  // Reads with `reader`; the tokens are those of any reader.
  Prepared(const std::vector<Text>& texts, WideReader& reader, const Page& page)
      : page_(page.id()), types_(none_), id_(next_number()) {
    Tokens tokens;
    for (const Text& text : texts) {
      worked(8 * text.length);
      const bool known = text.length <= kLongestSample && reader.read(text, nullptr, 0, tokens);
      bool on_page = known;
      for (i64 i = 0; known && i < tokens.size(); ++i) {
        const Token token = tokens.begin(0)[i];
        const auto [word, length] = reader.word(type_of(token));
        const u32 type = type_of(types_.intern(word, length, hash_of(word, length)));
        if (type == codes_.size()) codes_.push_back(codes_of(page, word, length));
        on_page &= !codes_[type].empty();
        tokens_.push_back(token_of(type, role_of(token)));
      }
      ends_.push_back(static_cast<i64>(tokens_.size()));
      known_.push_back(known);
      on_page_.push_back(on_page);
    }
  }

  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  // Whether it was made with that page, which is one language's.
  bool is_of(const Page& page) const { return page_ == page.id(); }
  i64 texts() const { return static_cast<i64>(ends_.size()); }
  u32 types() const { return types_.size(); }
  u64 id() const { return id_; }  // of no other one
  // Whether a text has only characters that are known, and only such as are on the page.
  bool known(i64 text) const { return known_[static_cast<std::size_t>(text)] != 0; }
  bool on_page(i64 text) const { return on_page_[static_cast<std::size_t>(text)] != 0; }
  const Token* begin(i64 text) const {
    return tokens_.data() + (text == 0 ? 0 : ends_[static_cast<std::size_t>(text) - 1]);
  }
  const Token* end(i64 text) const { return tokens_.data() + ends_[static_cast<std::size_t>(text)]; }

  // The word of a type, as a reader of code points or one of byte codes has it.
  std::pair<const u32*, u32> word(u32 type, const u32*) const { return types_.word(type); }
  std::pair<const u8*, u32> word(u32 type, const u8*) const {
    const std::vector<u8>& codes = codes_[type];
    return {codes.data(), static_cast<u32>(codes.size()) - kPadding};
  }

 private:
  static std::vector<u8> codes_of(const Page& page, const u32* word, u32 length) {
    std::vector<u8> codes = page.codes(std::vector<u32>(word, word + length));
    if (!codes.empty()) codes.resize(codes.size() + kPadding);
    return codes;
  }

  const u64 page_;  // its number
  const KnownWords<u32> none_ = KnownWords<u32>::sealed();
  Types<u32> types_;
  const u64 id_;
  std::vector<std::vector<u8>> codes_;  // by type, with padding; empty where it is not on the page
  std::vector<Token> tokens_;
  std::vector<i64> ends_;  // of each text's tokens
  std::vector<u8> known_, on_page_;
};

// Which types of a worker are those of prepared texts, as far as they were met.
template <class Unit>
class Met {
 public:
  void add(const Prepared& prepared, i64 text, Types<Unit>& types, Tokens& out) {
    if (id_ != prepared.id() || generation_ != types.generation()) {
      numbers_.assign(prepared.types(), 0);
      id_ = prepared.id();
      generation_ = types.generation();
    }
    const Token *token = prepared.begin(text), *end = prepared.end(text);
    out.begin_text(end - token);
    for (; token != end; ++token) {
      u32& number = numbers_[type_of(*token)];
      if (number == 0) {
        const auto [word, length] = prepared.word(type_of(*token), static_cast<const Unit*>(nullptr));
        number = type_of(types.intern(word, length, hash_of(word, length))) + 1;
      }
      out.add(token_of(number - 1, role_of(*token)));
    }
    out.end_text();
    out.types = out.first_new = types.size();
  }

 private:
  std::vector<u32> numbers_;  // by type, from 1
  u64 id_ = 0, generation_ = 0;
};

}  // namespace textmetrics

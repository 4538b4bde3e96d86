// The roles of tokens as bits, 64 tokens in a word: what is asked of all tokens of a text is answered
// by shifts, masks and sums.
#pragma once

#include "bits.h"
#include "compiler.h"
#include "tokens.h"

namespace textmetrics {

// Which of 64 tokens have a role. `stop` are the roles from by_case to always, `leaning` among them;
// `other` are marks that say more than a mark or a separator, `rare` those of them that are no
// plain opening.
struct RoleBits {
  u64 content, stop, leaning, mark, separator, other, rare, line_break;
  u64 contents, stopwords;  // by kind: with ticks

  u64 marks() const { return mark | separator | other | line_break; }
};

constexpr i64 kTokensAtOnce = 64;

// The four bits of each role, a word each.
struct RolePlanes {
  u64 bit[4] = {0, 0, 0, 0};

  RolePlanes(const Token* tokens, i64 count) {
#ifdef TEXTMETRICS_SSE2
    const __m128i role = _mm_set1_epi32(15);
    for (i64 i = 0; i < count; i += 16) {
      const auto four = [&](i64 at) {
        const auto* from = reinterpret_cast<const __m128i*>(tokens + i + at);
        return _mm_and_si128(_mm_loadu_si128(from), role);
      };
      __m128i roles = _mm_packs_epi16(_mm_packs_epi32(four(0), four(4)),
                                      _mm_packs_epi32(four(8), four(12)));
      roles = _mm_slli_epi16(roles, 4);  // now the highest of its four bits is a byte's
      for (int b = 3; b >= 0; --b) {
        bit[b] |= u64{static_cast<u32>(_mm_movemask_epi8(roles))} << i;
        roles = _mm_add_epi8(roles, roles);
      }
    }
#else
    for (i64 i = 0; i < count; ++i) {
      for (int b = 0; b < 4; ++b) bit[b] |= u64{tokens[i] >> b & 1} << i;
    }
#endif
  }
};

// Of up to 64 tokens.
inline RoleBits role_bits(const Token* tokens, i64 count) {
  const RolePlanes planes(tokens, count);
  const u64 inside = count >= kTokensAtOnce ? ~0ull : ~(~0ull << count);
  const u64 eight = planes.bit[3] & inside, four = planes.bit[2], two = planes.bit[1],
            one = planes.bit[0], small = ~planes.bit[3] & inside;
  // The numbers of roles, from 0 for content to 11 for a line break.
  const u64 content = small & ~(four | two | one), tick = small & ~(four | two) & one;
  const u64 leaning = small & four & ~(two | one);
  const u64 stop = (small & four & ~two) | (small & ~four & two & one);
  const u64 dropped_tick = small & four & two & ~one;
  const u64 rare = (eight & two & ~one) | dropped_tick;
  return {content,
          stop,
          leaning,
          small & four & two & one,
          eight & ~(two | one),
          (eight & ~two & one) | tick | rare,
          rare,
          eight & two & one,
          content | tick,
          stop | dropped_tick};
}

// `from`, and what follows each of them as long as `through` goes on, with the place behind that;
// `carry` says whether it goes on from word to word.
inline u64 reached(u64 from, u64 through, u64& carry) {
  from |= carry;
  const u64 sum = (from & through) + through;
  carry = sum < through;
  return (sum ^ through) | from;
}

// Whether a text may have words that native/mentions.h keeps, which most have not. It is told of all
// tokens, 64 at a time; the end of the text is a place of its own.
class MayKeep {
 public:
  // `end`: the place of the end among these, none where the text goes on. Gives the places where what
  // may be kept is over, but for a text without stopwords.
  u64 add(const RoleBits& roles, u64 end) {
    const u64 word = roles.content | roles.stop, plain = roles.mark | roles.separator;
    const u64 opening = roles.other | end, line_break = roles.line_break;
    // A word that leans on the next one, and none follows; line breaks at the end of a text are none.
    u64 found = reached(roles.leaning << 1 | leaning_, line_break, leans_) & (plain | opening);
    // A word between two separators.
    found |= roles.separator & (word << 1 | word_) & (roles.separator << 2 | separators_);
    // Stopwords alone behind an opening, up to a mark or a line break.
    const u64 opened = reached(roles.other << 1 | opens_, plain | line_break, opened_);
    found |= reached(opened & roles.stop, roles.stop, pure_) & (plain | opening | line_break);
    found |= roles.rare;
    found_ |= found;
    stop_ |= roles.stop | roles.rare;
    leaning_ = roles.leaning >> 63;
    word_ = word >> 63;
    separators_ = roles.separator >> 62;
    opens_ = roles.other >> 63;
    return found;
  }
  bool is_in() const { return found_ != 0 && stop_ != 0; }

 private:
  u64 found_ = 0, stop_ = 0;
  // Of the last tokens before these, at the place of the first of these.
  u64 leaning_ = 0, word_ = 0, separators_ = 0, opens_ = 0;
  u64 leans_ = 0, opened_ = 0, pure_ = 0;
};

}  // namespace textmetrics

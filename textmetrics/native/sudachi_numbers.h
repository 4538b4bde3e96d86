// Numbers in digits and in Kanji as Sudachi joins and normalizes them: 二千三百 is 2300.
#pragma once

#include <string>

#include "counts.h"

namespace textmetrics {

// Digits, a power of ten, and where the point is among the digits.
class SudachiNumber {
 public:
  void clear() { *this = SudachiNumber(); }
  bool empty() const { return digits_.empty(); }
  bool zeros() const { return zeros_; }

  void append(u32 digit) {
    zeros_ = zeros_ && digit == 0;
    digits_.push_back(static_cast<char>('0' + digit));
  }

  void multiply(i64 power) {
    if (empty()) digits_.push_back('1');
    scale_ += power;
  }

  // Add a number that fits behind the digits: 千 and 二十.
  bool add(SudachiNumber& other) {
    if (other.empty()) return true;
    if (empty()) {
      digits_ = other.digits_;
      scale_ = other.scale_;
      point_ = other.point_;
      return true;
    }
    settle();
    other.settle();
    const i64 length = other.point_ >= 0 ? other.point_ : other.size() + other.scale_;
    if (scale_ < length) return false;
    digits_.append(static_cast<std::size_t>(scale_ - length), '0');
    if (other.point_ >= 0) point_ = size() + other.point_;
    digits_ += other.digits_;
    scale_ = other.scale_;
    return true;
  }

  bool set_point() {
    if (scale_ != 0 || point_ >= 0) return false;
    point_ = size();
    return true;
  }

  std::string text() {
    if (empty()) return "0";
    settle();
    if (scale_ > 0) {
      digits_.append(static_cast<std::size_t>(scale_), '0');
    } else if (point_ >= 0) {
      digits_.insert(static_cast<std::size_t>(point_), 1, '.');
      if (point_ == 0) digits_.insert(0, 1, '0');
      digits_.resize(digits_.find_last_not_of('0') + 1);
      if (digits_.back() == '.') digits_.pop_back();
    }
    return digits_;
  }

 private:
  i64 size() const { return static_cast<i64>(digits_.size()); }

  // Move the point as far as the power goes.
  void settle() {
    if (point_ < 0) return;
    const i64 behind = size() - point_;
    if (behind > scale_) {
      point_ += scale_;
      scale_ = 0;
    } else {
      scale_ -= behind;
      point_ = -1;
    }
  }

  std::string digits_;
  i64 scale_ = 0, point_ = -1;
  bool zeros_ = true;
};

class SudachiNumerals {
 public:
  enum class Failure { none, point, comma };

  void clear() { *this = SudachiNumerals(); }
  Failure failure() const { return failure_; }

  bool append(u32 character) {
    if (character == '.') return append_point();
    if (character == ',') {
      if (!comma_fits()) return fails(Failure::comma);
      comma_ = true;
      digits_ = 0;
      return true;
    }
    const i64 value = value_of(character);
    if (value == kNone) return false;
    if (value >= 0) {
      number_.append(static_cast<u32>(value));
      first_ = false;
      ++digits_;
      hanging_point_ = false;
      return true;
    }
    return append_unit(-value);
  }

  // Whether what was appended is a number.
  bool done() {
    const bool fits = subtotal_.add(number_) && total_.add(subtotal_);
    if (hanging_point_) return fails(Failure::point);
    if (comma_ && digits_ != 3) return fails(Failure::comma);
    return fits;
  }

  std::string text() { return total_.text(); }

 private:
  static constexpr i64 kNone = -100;

  static i64 value_of(u32 character) {
    if (character >= '0' && character <= '9') return character - '0';
    switch (character) {
      case 0x3007: return 0;
      case 0x4E00: return 1;
      case 0x4E8C: return 2;
      case 0x4E09: return 3;
      case 0x56DB: return 4;
      case 0x4E94: return 5;
      case 0x516D: return 6;
      case 0x4E03: return 7;
      case 0x516B: return 8;
      case 0x4E5D: return 9;
      case 0x5341: return -1;   // 十
      case 0x767E: return -2;   // 百
      case 0x5343: return -3;   // 千
      case 0x4E07: return -4;   // 万
      case 0x5104: return -8;   // 億
      case 0x5146: return -12;  // 兆
      default: return kNone;
    }
  }

  bool fails(Failure failure) {
    failure_ = failure;
    return false;
  }

  bool append_point() {
    hanging_point_ = true;
    if (first_) return fails(Failure::point);
    if (comma_ && !comma_fits()) return fails(Failure::comma);
    if (!number_.set_point()) return fails(Failure::point);
    comma_ = false;
    return true;
  }

  bool append_unit(i64 power) {
    if (power <= 3) {
      number_.multiply(power);
      if (!subtotal_.add(number_)) return false;
    } else {
      if (!subtotal_.add(number_) || subtotal_.empty()) return false;
      subtotal_.multiply(power);
      if (!total_.add(subtotal_)) return false;
      subtotal_.clear();
    }
    number_.clear();
    first_ = true;
    digits_ = 0;
    comma_ = false;
    return true;
  }

  bool comma_fits() const {
    if (first_) return false;
    if (comma_) return digits_ == 3;
    return digits_ <= 3 && !number_.empty() && !number_.zeros();
  }

  i64 digits_ = 0;
  bool first_ = true, comma_ = false, hanging_point_ = false;
  Failure failure_ = Failure::none;
  SudachiNumber total_, subtotal_, number_;
};

}  // namespace textmetrics

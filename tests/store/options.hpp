#pragma once
// `--name value` and `--flag` of the campaigns.

#include <charconv>
#include <cstdint>
#include <span>
#include <string_view>

namespace lab::faults {

class Options {
 public:
  Options(int argc, char** argv) : words_(argv, static_cast<std::size_t>(argc)) {}

  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise) const {
    const std::string_view text = word(name, "");
    std::uint64_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
  [[nodiscard]] std::string_view word(std::string_view name, std::string_view otherwise) const {
    for (std::size_t i = 1; i + 1 < words_.size(); ++i) {
      if (words_[i] == name) return words_[i + 1];
    }
    return otherwise;
  }
  [[nodiscard]] bool has(std::string_view name) const {
    for (const char* word : words_) {
      if (word == name) return true;
    }
    return false;
  }

 private:
  std::span<char*> words_;
};

}  // namespace lab::faults

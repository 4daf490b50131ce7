#include "protocol/evidence/tree_head.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace lab::evidence {
namespace {

constexpr std::string_view first_words = "qlims-head 1";

void append_number(Bytes& to, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) to += static_cast<char>(static_cast<unsigned char>(number >> shift));
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t end = line.find(' ');
    words.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return words;
    line.remove_prefix(end + 1);
  }
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Bytes to_sign(const model::TreeHead& head) {
  Bytes bytes = "qlims tree head 1";
  append_number(bytes, head.generation);
  append_number(bytes, head.base);
  append_number(bytes, head.size);
  bytes += head.root.view();
  append_number(bytes, static_cast<std::uint64_t>(to_unix_ms(head.at)));
  return bytes;
}

void sign(model::TreeHead& head, const crypto::SecretKey& key) {
  const crypto::Signature signature = crypto::sign(to_sign(head), key);
  head.signature = Bytes{view_of(signature)};
}

bool is_signed(const model::TreeHead& head, const crypto::PublicKey& key) {
  crypto::Signature signature{};
  return fill(signature, head.signature) && crypto::verify(to_sign(head), signature, key);
}

std::string to_text(const model::TreeHead& head) {
  return fmt::format("{} {} {} {} {} {} {}", first_words, head.generation, head.base, head.size,
                     to_hex(head.root.view()), to_unix_ms(head.at), to_hex(head.signature));
}

Result<model::TreeHead> parse_head(std::string_view line) {
  const auto malformed = [] { return fail(ErrorCode::malformed, "this is no signed head: qlims-head 1 ..."); };
  const auto words = words_of(line);
  if (words.size() != 8 || words[0] != "qlims-head" || words[1] != "1") return malformed();
  model::TreeHead head;
  std::int64_t at = 0;
  crypto::Signature signature{};
  const bool good = read_number(words[2], head.generation) && read_number(words[3], head.base) &&
                    read_number(words[4], head.size) && fill_from_hex(head.root.octets, words[5]) &&
                    read_number(words[6], at) && fill_from_hex(signature, words[7]);
  if (!good) return malformed();
  head.at = from_unix_ms(at);
  head.signature = Bytes{view_of(signature)};
  if (to_text(head) != line) return malformed();
  return head;
}

}  // namespace lab::evidence

#include "tools/verify/statement.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "protocol/evidence/export_file.hpp"
#include "protocol/evidence/tree_head.hpp"

namespace lab::verify {
namespace {

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
  Words words;
  while (true) {
    const std::size_t end = line.find(' ');
    words.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return words;
    line.remove_prefix(end + 1);
  }
}

// Of one form only: no sign, no leading zero.
template <class Number>
bool read(std::string_view text, Number& number) {
  if (text.size() > 1 && text.front() == '0') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

bool read_hex(std::string_view text, std::span<std::uint8_t> octets) {
  return text.find_first_of("ABCDEF") == std::string_view::npos && fill_from_hex(octets, text);
}

bool read_node(const Words& words, Statement& to) {
  std::uint32_t id = 0;
  StatedNode node;
  std::int64_t enrolled = 0;
  std::int64_t revoked = 0;
  return words.size() == 8 && read(words[1], id) && read(words[2], node.laboratory) && read_hex(words[3], node.key) &&
         read(words[4], enrolled) && read(words[5], revoked) && read(words[6], node.incarnation) &&
         read(words[7], node.orders) && to.nodes.emplace(id, node).second;
}

bool read_key(const Words& words, Statement& to) {
  Place place;
  StatedKey key;
  return words.size() == 6 && read(words[1], std::get<0>(place)) && read(words[2], std::get<1>(place)) &&
         read(words[3], std::get<2>(place)) && read_hex(words[4], key.key) && read(words[5], key.until) &&
         to.keys.emplace(place, key).second;
}

bool read_stream(const Words& words, Statement& to) {
  std::pair<std::uint32_t, std::uint32_t> place;
  StatedStream stream;
  return words.size() == 5 && read(words[1], place.first) && read(words[2], place.second) &&
         read(words[3], stream.sequence) && read_hex(words[4], stream.hash.octets) &&
         to.streams.emplace(place, stream).second;
}

bool read_exception(const Words& words, Statement& to) {
  Place place;
  if (words.size() != 5 || (words[1] != "late" && words[1] != "quarantined")) return false;
  const auto disposition = words[1] == "late" ? model::Disposition::late : model::Disposition::quarantined;
  return read(words[2], std::get<0>(place)) && read(words[3], std::get<1>(place)) &&
         read(words[4], std::get<2>(place)) && to.exceptions.emplace(place, disposition).second;
}

bool read_cell(const Words& words, Statement& to) {
  Cell cell;
  CellCounts counts;
  if (words.size() != 15) return false;
  std::get<0>(cell) = words[1];
  std::get<2>(cell) = words[3];
  bool good = read(words[2], std::get<1>(cell)) && read(words[4], std::get<3>(cell)) &&
              read(words[5], std::get<4>(cell)) && read(words[6], std::get<5>(cell));
  for (std::size_t i = 0; i < 4; ++i) {
    good = good && read(words[7 + i], counts.first[i]) && read(words[11 + i], counts.final[i]);
  }
  return good && to.cells.emplace(cell, counts).second;
}

bool is_hex(std::string_view text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool read_item(const Words& words, Statement& to) {
  Item item;
  ItemCounts counts;
  if (words.size() != 14 || !is_hex(words[1]) || !is_hex(words[2])) return false;
  item.first = {std::string{words[1]}, std::string{words[2]}};
  bool good = read(words[3], item.second);
  for (std::size_t i = 0; i < counts.first.size(); ++i) {
    good = good && read(words[4 + i], counts.first[i]) && read(words[9 + i], counts.final[i]);
  }
  return good && to.items.emplace(item, counts).second;
}

bool read_line(const Words& words, Statement& to) {
  if (words[0] == "node") return read_node(words, to);
  if (words[0] == "key") return read_key(words, to);
  if (words[0] == "stream") return read_stream(words, to);
  if (words[0] == "exception") return read_exception(words, to);
  if (words[0] == "cell") return read_cell(words, to);
  if (words[0] == "item") return to.form >= statement_form_with_items && read_item(words, to);
  return false;
}

// The number of the form in the first line; nothing when that is no first line.
std::optional<std::uint32_t> form_of(std::string_view line) {
  constexpr std::string_view first = evidence::statement_magic;
  constexpr std::string_view words = first.substr(0, first.rfind(' ') + 1);
  std::uint32_t form = 0;
  if (!line.starts_with(words) || !read(line.substr(words.size()), form) || form == 0) return std::nullopt;
  return form;
}

// The four lines every statement begins with.
bool read_beginning(std::string_view line, std::size_t number, Statement& to) {
  if (number == 1) {
    const auto form = form_of(line);
    if (form) to.form = *form;
    return form.has_value();
  }
  if (number == 2) return line.starts_with("key ") && read_hex(line.substr(4), to.key);
  if (number == 3) {
    auto head = evidence::parse_head(line);
    if (head) to.head = std::move(*head);
    return head.has_value();
  }
  return line.starts_with("unsigned ") && read(line.substr(9), to.unsigned_stretches);
}

tl::unexpected<Error> made_by_newer(std::uint32_t form, std::string where) {
  return fail(ErrorCode::unsupported,
              fmt::format("made by a newer program: a statement of form {}, and this program reads up to {}", form,
                          statement_form_newest),
              std::move(where));
}

}  // namespace

Result<Statement> read_statement(BytesView text) {
  Statement statement;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string where = fmt::format("statement, line {}", ++number);
    if (end == BytesView::npos) return fail(ErrorCode::malformed, "the line has no end", where);
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with("signature ")) {
      crypto::Signature signature{};
      if (!read_hex(line.substr(10), signature)) return fail(ErrorCode::malformed, "this is no signature", where);
      if (number < 5 || end + 1 != text.size())
        return fail(ErrorCode::malformed, "the signature is not the end", where);
      if (!crypto::verify(text.substr(0, at), signature, statement.key)) {
        return fail(ErrorCode::not_allowed, "the statement is not what the coordinator's key signed", where);
      }
      if (!evidence::is_signed(statement.head, statement.key)) {
        return fail(ErrorCode::not_allowed, "the head is not signed by the key of the statement", "statement, line 3");
      }
      return statement;
    }
    const bool good = number <= 4 ? read_beginning(line, number, statement) : read_line(words_of(line), statement);
    if (!good)
      return fail(ErrorCode::malformed, fmt::format("“{}” is no line of a statement", line.substr(0, 60)), where);
    // Before anything else of it is called malformed: what its lines mean, only that program knows.
    if (statement.form > statement_form_newest) return made_by_newer(statement.form, where);
    at = end + 1;
  }
  return fail(ErrorCode::malformed, "the statement has no signature", fmt::format("statement, line {}", number));
}

}  // namespace lab::verify

#include "coordinator/reports/exports.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

#include "protocol/journal/fields.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::reports {
namespace {

using journal::FieldReader;
using journal::Fields;

void add_little_endian(Bytes& bytes, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
}

// "5.1.42" as so many numbers; nothing when it is not that.
template <std::size_t count>
std::optional<std::array<std::uint64_t, count>> numbers_of(std::string_view text) {
  std::array<std::uint64_t, count> numbers{};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto [next, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc{}) return std::nullopt;
    const bool last = i + 1 == count;
    if (last ? next != end : (next == end || *next != '.')) return std::nullopt;
    at = next + (last ? 0 : 1);
  }
  return numbers;
}

tl::unexpected<Error> bad_cursor(std::string_view after) {
  return fail(ErrorCode::malformed, fmt::format("“{}”不是上一页给出的位置", after), "after");
}

// Packed records of a table after `key`; `add` writes one row and returns where it stands.
template <class Add>
ExportPage page_of(const journal::View& store, char table, const Bytes& key, std::size_t rows_max, const Add& add) {
  ExportPage page;
  std::size_t rows = 0;
  std::string last;
  store.scan(key + '\0', journal::after_prefix(Bytes(1, table)), [&](BytesView found, BytesView record) {
    if (rows == rows_max || page.bytes.size() >= export_octets_max) {
      page.next = last;
      return false;
    }
    auto flat = wire::unpack(record);
    if (!flat) throw journal::Damage("a stored record cannot be unpacked: " + to_text(flat.error()));
    last = add(page.bytes, FieldReader::of_key(found), *flat);
    ++rows;
    return true;
  });
  return page;
}

}  // namespace

Result<ExportPage> export_events(const journal::View& store, std::string_view after, std::size_t rows_max) {
  Fields key{'e'};
  if (!after.empty()) {
    const auto place = numbers_of<3>(after);
    if (!place) return bad_cursor(after);
    key.add(static_cast<std::uint32_t>((*place)[0])).add(static_cast<std::uint32_t>((*place)[1])).add((*place)[2]);
  }
  return page_of(store, 'e', key.bytes(), rows_max, [](Bytes& bytes, FieldReader found, BytesView flat) {
    const auto node = found.take<std::uint32_t>();
    const auto incarnation = found.take<std::uint32_t>();
    add_little_endian(bytes, static_cast<std::uint32_t>(flat.size()));
    bytes += flat;
    return fmt::format("{}.{}.{}", node, incarnation, found.take<std::uint64_t>());
  });
}

Result<ExportPage> export_orders(const journal::View& store, std::string_view after, std::size_t rows_max) {
  Fields key{'q'};
  if (!after.empty()) {
    const auto place = numbers_of<2>(after);
    if (!place) return bad_cursor(after);
    key.add(static_cast<std::uint32_t>((*place)[0])).add((*place)[1]);
  }
  return page_of(store, 'q', key.bytes(), rows_max, [](Bytes& bytes, FieldReader found, BytesView flat) {
    const auto node = found.take<std::uint32_t>();
    add_little_endian(bytes, node);
    add_little_endian(bytes, static_cast<std::uint32_t>(flat.size()));
    bytes += flat;
    return fmt::format("{}.{}", node, found.take<std::uint64_t>());
  });
}

}  // namespace lab::reports

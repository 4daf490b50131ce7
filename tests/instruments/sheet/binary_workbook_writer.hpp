#pragma once
// Small binary workbooks for tests, made record by record, so that each can also be wrong.

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace lab::sheet {

inline Bytes little(std::uint64_t number, std::size_t octets) {
  Bytes bytes;
  for (std::size_t i = 0; i < octets; ++i) bytes += static_cast<char>((number >> (8 * i)) & 0xFF);
  return bytes;
}
inline Bytes u16(std::uint64_t number) { return little(number, 2); }
inline Bytes u32(std::uint64_t number) { return little(number, 4); }
inline Bytes f64(double number) { return little(std::bit_cast<std::uint64_t>(number), 8); }

inline Bytes record(std::uint16_t id, const Bytes& data) { return u16(id) + u16(data.size()) + data; }

/// A string of one octet per character, its length in two octets.
inline Bytes narrow(std::string_view text) { return u16(text.size()) + '\0' + Bytes{text}; }

/// Row, column and format of a cell.
inline Bytes cell(std::size_t row, std::size_t column, std::size_t format = 0) {
  return u16(row) + u16(column) + u16(format);
}

inline Bytes begin_part(std::uint16_t kind, std::uint16_t version = 0x0600) {
  return record(0x0809, u16(version) + u16(kind) + Bytes(12, '\0'));
}
inline Bytes end_part() { return record(0x000A, {}); }

/// Formats 0 plain, 1 a date ("yyyy\-mm\-dd hh:mm"), 2 a percentage, 3 two digits.
inline Bytes formats() {
  Bytes bytes = record(0x041E, u16(170) + narrow(R"(yyyy\-mm\-dd hh:mm)"));
  for (const unsigned id : {0U, 170U, 10U, 2U}) bytes += record(0x00E0, u16(0) + u16(id) + Bytes(16, '\0'));
  return bytes;
}

/// The stream of a workbook of one sheet "Data" with these records; `globals` go behind the formats.
inline Bytes biff_stream(const Bytes& cells, const Bytes& globals = {}) {
  const Bytes head = begin_part(0x0005) + formats() + globals;
  const std::size_t entry_octets = 4 + 8 + 4;
  const std::size_t sheet_at = head.size() + entry_octets + 4;
  return head + record(0x0085, u32(sheet_at) + Bytes(2, '\0') + '\x04' + '\0' + "Data") + end_part() +
         begin_part(0x0010) + cells + end_part();
}

/// A compound file with one stream. Streams below 4096 octets go into the short sectors unless `padded`.
inline Bytes compound_file(Bytes stream, std::string_view name = "Workbook", bool padded = true) {
  constexpr std::size_t sector = 512;
  constexpr std::uint32_t end_of_chain = 0xFFFF'FFFE;
  constexpr std::uint32_t none = 0xFFFF'FFFF;
  if (padded && stream.size() < 4096) stream.resize(4096, '\0');
  const std::size_t size = stream.size();
  const bool is_short = size < 4096;
  stream.resize((size + sector - 1) / sector * sector, '\0');
  const std::size_t count = stream.size() / sector;
  const std::size_t tables = (count + 4 + sector / 4 - 1) / (sector / 4);
  // Sectors: the tables, the directory, the table of short sectors, the stream.
  const std::size_t directory = tables;
  const std::size_t first = tables + 2;
  std::vector<std::uint32_t> next(tables * (sector / 4), none);
  for (std::size_t i = 0; i < tables; ++i) next[i] = 0xFFFF'FFFD;
  next[directory] = end_of_chain;
  next[directory + 1] = end_of_chain;
  for (std::size_t i = 0; i < count; ++i) {
    next[first + i] = i + 1 < count ? static_cast<std::uint32_t>(first + i + 1) : end_of_chain;
  }
  const auto entry = [](std::string_view text, char kind, std::size_t from, std::size_t octets) {
    Bytes bytes;
    for (const char c : text) bytes += {c, '\0'};
    bytes.resize(64, '\0');
    bytes += u16(text.size() * 2 + 2) + Bytes{kind, '\1'} + Bytes(12, '\xFF') + Bytes(36, '\0');
    return bytes + u32(from) + u32(octets) + u32(0);
  };
  Bytes file =
      "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + Bytes(16, '\0') + u16(0x3E) + u16(3) + u16(0xFFFE) + u16(9) + u16(6);
  file += Bytes(10, '\0') + u32(tables) + u32(directory) + u32(0) + u32(4096) + u32(directory + 1) + u32(1) +
          u32(end_of_chain) + u32(0);
  for (std::size_t i = 0; i < 109; ++i) file += u32(i < tables ? i : none);
  for (const std::uint32_t number : next) file += u32(number);
  Bytes entries = entry("Root Entry", '\5', is_short ? first : end_of_chain, is_short ? stream.size() : 0) +
                  entry(name, '\2', is_short ? 0 : first, size);
  entries.resize(sector, '\0');
  file += entries;
  for (std::size_t i = 0; i < sector / 4; ++i) {
    const std::size_t used = is_short ? (size + 63) / 64 : 0;
    file += u32(i + 1 < used ? i + 1 : i + 1 == used ? end_of_chain : none);
  }
  return file + stream;
}

}  // namespace lab::sheet

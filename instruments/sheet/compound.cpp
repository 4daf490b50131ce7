#include "instruments/sheet/compound.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "instruments/sheet/octets.hpp"

namespace lab::sheet {
namespace {

constexpr std::string_view mark = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
constexpr std::size_t header_octets = 512;
constexpr std::size_t short_sector_octets = 64;
constexpr std::size_t short_stream_octets = 4096;  // streams below this size live in the short sectors
constexpr std::size_t entry_octets = 128;
constexpr std::size_t sectors_in_header = 109;      // places of the table of sectors that the header itself lists
constexpr std::uint32_t last_sector = 0xFFFF'FFFA;  // above it are marks: end of a chain, free, table
constexpr std::uint64_t stream_entry = 2;           // kinds of entries of the directory
constexpr std::uint64_t root_entry = 5;

tl::unexpected<Error> damaged() { return fail(ErrorCode::malformed, "文件不完整或已损坏，请重新导出或复制"); }

// "Workbook" as the directory writes it.
std::string name_of_entry(BytesView entry) {
  const std::size_t octets = std::min<std::size_t>(u16_at(entry, 64), 64);
  std::string name;
  for (std::size_t i = 0; i + 2 < octets; i += 2) {
    const std::uint16_t unit = u16_at(entry, i);
    const bool upper = unit >= 'A' && unit <= 'Z';
    name += unit < 0x80 ? static_cast<char>(upper ? unit - 'A' + 'a' : unit) : '?';
  }
  return name;
}

class CompoundFile {
 public:
  explicit CompoundFile(BytesView file) : file_(file) {}

  Result<Bytes> stream(std::string_view name) {
    if (!read_table()) return damaged();
    const auto directory = chain(u32_at(file_, 48));
    if (!directory) return damaged();
    std::optional<BytesView> found;
    BytesView root;
    for (std::size_t at = 0; at + entry_octets <= directory->size(); at += entry_octets) {
      const BytesView entry = BytesView{*directory}.substr(at, entry_octets);
      const std::uint64_t kind = number_at(entry, 66, 1);
      if (kind == root_entry && root.empty()) root = entry;
      if (kind == stream_entry && !found && name_of_entry(entry) == name) found = entry;
    }
    if (!found) return fail(ErrorCode::not_found, "文件里没有这个部分");
    const std::uint32_t size = u32_at(*found, 120);  // of a file below 2 GB; we read none above 256 MB
    auto octets = size < short_stream_octets ? short_chain(*found, root) : chain(u32_at(*found, 116));
    if (!octets || octets->size() < size) return damaged();
    octets->resize(size);
    return *std::move(octets);
  }

 private:
  [[nodiscard]] std::optional<BytesView> sector(std::uint32_t number) const {
    const std::size_t at = (std::size_t{number} + 1) * sector_octets_;
    if (number >= last_sector || at >= file_.size()) return std::nullopt;
    return file_.substr(at, sector_octets_);
  }

  // The table that says of each sector which one follows it.
  bool read_table() {
    const std::uint16_t shift = u16_at(file_, 30);
    if (file_.size() < header_octets || (shift != 9 && shift != 12)) return false;
    sector_octets_ = std::size_t{1} << shift;
    const std::size_t sectors_max = file_.size() / sector_octets_ + 1;
    std::vector<std::uint32_t> places;
    for (std::size_t i = 0; i < sectors_in_header; ++i) places.push_back(u32_at(file_, 76 + 4 * i));
    // Tables of files above 7 MB go on in sectors of their own, the last number of each is the next one.
    std::uint32_t more = u32_at(file_, 68);
    for (std::size_t i = 0; more < last_sector; ++i) {
      const auto list = sector(more);
      if (!list || i > sectors_max) return false;
      for (std::size_t at = 0; at + 8 <= sector_octets_; at += 4) places.push_back(u32_at(*list, at));
      more = u32_at(*list, sector_octets_ - 4);
    }
    std::erase_if(places, [](std::uint32_t place) { return place >= last_sector; });
    if (places.size() > sectors_max) return false;
    for (const std::uint32_t place : places) {
      const auto part = sector(place);
      if (!part) return false;
      for (std::size_t at = 0; at + 4 <= part->size(); at += 4) next_.push_back(u32_at(*part, at));
    }
    return true;
  }

  // Nothing when it leaves the file or comes back to where it was.
  [[nodiscard]] std::optional<Bytes> chain(std::uint32_t first) const {
    Bytes octets;
    std::size_t sectors = 0;
    for (std::uint32_t at = first; at < last_sector; at = next_[at]) {
      const auto part = sector(at);
      if (!part || at >= next_.size() || ++sectors > next_.size()) return std::nullopt;
      octets += *part;
    }
    return octets;
  }

  // A short stream: its sectors are parts of the stream that the root entry of the directory holds.
  [[nodiscard]] std::optional<Bytes> short_chain(BytesView entry, BytesView root) const {
    const auto place = chain(u32_at(root, 116));
    const auto table = chain(u32_at(file_, 60));
    if (root.empty() || !place || !table) return std::nullopt;
    Bytes octets;
    std::size_t sectors = 0;
    for (std::uint32_t at = u32_at(entry, 116); at < last_sector; at = u32_at(*table, std::size_t{at} * 4)) {
      const std::size_t from = std::size_t{at} * short_sector_octets;
      if (from >= place->size() || std::size_t{at} * 4 + 4 > table->size() || ++sectors > table->size() / 4) {
        return std::nullopt;
      }
      octets += place->substr(from, short_sector_octets);
    }
    return octets;
  }

  BytesView file_;
  std::size_t sector_octets_ = header_octets;
  std::vector<std::uint32_t> next_;
};

}  // namespace

bool looks_like_compound_file(BytesView bytes) { return bytes.starts_with(mark); }

Result<Bytes> read_stream(BytesView file, std::string_view name) {
  std::string folded{name};
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return CompoundFile{file}.stream(folded);
}

}  // namespace lab::sheet

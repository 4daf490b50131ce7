#include "tests/store/crash_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace lab::faults {
namespace {

constexpr std::size_t sector = 512;

LogEntry::Kind kind_of(std::uint64_t letter) {
  switch (letter) {
    case 'W':
      return LogEntry::Kind::write;
    case 'D':
      return LogEntry::Kind::synced_write;
    case 'T':
      return LogEntry::Kind::truncate;
    case 'F':
      return LogEntry::Kind::flush;
    case 'A':
      return LogEntry::Kind::acknowledgement;
    case 'N':
      return LogEntry::Kind::named;
    case 'S':
      return LogEntry::Kind::folder_flush;
    default:
      throw std::runtime_error(fmt::format("a write log with an entry of kind {}", letter));
  }
}

bool is_change(const LogEntry& entry) {
  return entry.kind == LogEntry::Kind::write || entry.kind == LogEntry::Kind::synced_write ||
         entry.kind == LogEntry::Kind::truncate;
}

// Some sectors of a write.
void write_torn(Image& image, const LogEntry& entry, Dice& dice) {
  std::uint64_t at = entry.at;
  std::string_view left = entry.octets;
  while (!left.empty()) {
    const std::size_t part = std::min<std::size_t>(left.size(), sector - at % sector);
    if (dice.chance(0.5)) image.write(at, left.substr(0, part));
    at += part;
    left.remove_prefix(part);
  }
}

// Entries before this one are on the disk.
std::size_t flushed_before(const CrashLog& log, const PowerCut& cut) {
  if (cut.flushes_lie) return cut.length > cut.lost_max ? cut.length - cut.lost_max : 0;
  for (std::size_t i = cut.length; i > 0; --i) {
    if (log.entries()[i - 1].kind == LogEntry::Kind::flush) return i;
  }
  return 0;
}

// Whether the file has its name after this cut.
bool is_named(const CrashLog& log, const PowerCut& cut, Dice& dice) {
  bool named = false;
  for (std::size_t i = 0; i < cut.length; ++i) {
    if (log.entries()[i].kind == LogEntry::Kind::folder_flush && named) return true;
    named = named || log.entries()[i].kind == LogEntry::Kind::named;
  }
  return named && dice.chance(cut.keep);
}

}  // namespace

CrashLog CrashLog::read(const std::filesystem::path& file) {
  CrashLog log;
  std::ifstream in(file, std::ios::binary);
  log.bytes_.assign(std::istreambuf_iterator<char>(in), {});
  std::array<std::uint64_t, 3> head{};
  for (std::size_t at = 0; at < log.bytes_.size();) {
    if (log.bytes_.size() - at < sizeof head) throw std::runtime_error("a write log that ends inside an entry");
    std::memcpy(head.data(), &log.bytes_[at], sizeof head);
    at += sizeof head;
    if (log.bytes_.size() - at < head[2]) throw std::runtime_error("a write log that ends inside an entry");
    log.entries_.push_back({kind_of(head[0]), head[1], std::string_view{log.bytes_}.substr(at, head[2])});
    at += head[2];
  }
  return log;
}

unsigned CrashLog::acknowledged(std::size_t length) const {
  for (std::size_t i = length; i > 0; --i) {
    const LogEntry& entry = entries_[i - 1];
    if (entry.kind != LogEntry::Kind::acknowledgement) continue;
    unsigned number = 0;
    std::from_chars(entry.octets.data(), entry.octets.data() + entry.octets.size(), number);
    return number;
  }
  return 0;
}

void Image::write(std::uint64_t at, std::string_view octets) {
  exists_ = true;
  if (octets_.size() < at + octets.size()) octets_.resize(at + octets.size(), '\0');
  octets.copy(&octets_[at], octets.size());
  length_ = std::max<std::uint64_t>(length_, octets_.size());
}

void Image::truncate(std::uint64_t length) {
  exists_ = true;
  if (octets_.size() > length) octets_.resize(length);
  length_ = length;
}

void Image::apply(const LogEntry& entry) {
  if (entry.kind == LogEntry::Kind::truncate) truncate(entry.at);
  if (entry.kind == LogEntry::Kind::write || entry.kind == LogEntry::Kind::synced_write) write(entry.at, entry.octets);
}

void Image::save(const std::filesystem::path& file) const {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) throw std::runtime_error(fmt::format("{} cannot be made", file.string()));
  const bool good = ::pwrite(descriptor, octets_.data(), octets_.size(), 0) == static_cast<ssize_t>(octets_.size()) &&
                    ::ftruncate(descriptor, static_cast<off_t>(length_)) == 0;
  ::close(descriptor);
  if (!good) throw std::runtime_error(fmt::format("{} cannot be written", file.string()));
}

Image image_after(const CrashLog& log, const PowerCut& cut, Dice& dice) {
  Image image;
  image.named = is_named(log, cut, dice);
  const std::size_t flushed = flushed_before(log, cut);
  for (std::size_t i = 0; i < flushed; ++i) image.apply(log.entries()[i]);
  for (std::size_t i = flushed; i < cut.length; ++i) {
    const LogEntry& entry = log.entries()[i];
    if (!is_change(entry)) continue;
    const bool returned = entry.kind == LogEntry::Kind::synced_write && i + 1 < cut.length && !cut.flushes_lie;
    if (returned || dice.chance(cut.keep)) {
      image.apply(entry);
    } else if (entry.kind != LogEntry::Kind::truncate && dice.chance(cut.tear)) {
      write_torn(image, entry, dice);
    }
  }
  return image;
}

}  // namespace lab::faults

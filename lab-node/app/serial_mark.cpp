#include "lab-node/app/serial_mark.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "lab-node/tables/serials.hpp"
#include "protocol/service/secret_file.hpp"

namespace lab::node::app {
namespace {

constexpr const char* file_name = "serials.txt";

// Device and number of the file on it.
std::string place_of(const std::filesystem::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return "none";
  return fmt::format("{}:{}", found.st_dev, found.st_ino);
}

bool holds_any(const journal::View& store) {
  bool any = tables::serials_given(store) > 0;
  tables::for_each_held_serials(store, [&](const model::SerialKind&, const tables::HeldSerials& held) {
    any = any || !held.ranges.empty() || !held.request.is_zero();
  });
  return any;
}

}  // namespace

std::string SerialMark::text_for(std::uint64_t given) const {
  return fmt::format("{} {}", given, place_of(data_ / "store" / "data.mdb"));
}

std::string SerialMark::text() const {
  std::string found;
  std::getline(std::ifstream{data_ / file_name}, found);
  return found;
}

bool SerialMark::agrees_with(const journal::View& store) const {
  return !holds_any(store) || text() == text_for(tables::serials_given(store));
}

std::uint64_t SerialMark::beyond(const journal::View& store) const {
  const std::string found = text();
  std::uint64_t noted = 0;  // also when the note is gone or spoilt
  std::from_chars(found.data(), found.data() + found.size(), noted);
  return std::max(noted, tables::serials_given(store)) + 1;
}

Result<void> SerialMark::write(std::uint64_t given) const {
  return service::write_secret_file(data_ / file_name, text_for(given));
}

}  // namespace lab::node::app

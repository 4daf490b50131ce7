#include "protocol/journal/store_mark.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <charconv>
#include <fstream>

#include "protocol/base/durable_file.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"

namespace lab::journal {
namespace {

std::string first_line(const std::filesystem::path& file) {
  std::string line;
  std::getline(std::ifstream{file}, line);
  return line;
}

}  // namespace

StoreMark::StoreMark(const std::filesystem::path& data, const std::string& name)
    : file_(data / name), store_file_(data / "store" / "data.mdb") {}

std::string StoreMark::place() const {
  struct stat found {};
  if (::stat(store_file_.c_str(), &found) != 0) return "none";
  return fmt::format("{}:{}", found.st_dev, found.st_ino);
}

std::uint64_t StoreMark::noted() const {
  const std::string line = first_line(file_);
  std::uint64_t reached = 0;
  std::from_chars(line.data(), line.data() + line.size(), reached);
  return reached;
}

StoreMark::Finding StoreMark::compare(std::uint64_t reached) const {
  const std::string line = first_line(file_);
  if (line.empty()) return Finding::missing;
  const bool same_file = line.ends_with(" " + place());
  return same_file && noted() <= reached ? Finding::agrees : Finding::disagrees;
}

Result<void> StoreMark::write(std::uint64_t reached) const {
  const std::filesystem::path temporary = file_.string() + ".new";
  std::error_code error;
  if (fails_at("mark.write") || !write_durably(temporary, fmt::format("{} {}\n", reached, place()))) {
    return fail(ErrorCode::storage, "the note beside the store cannot be written", file_.string());
  }
  if (fails_at("mark.rename")) return fail(ErrorCode::storage, "the note beside the store cannot be named");
  std::filesystem::rename(temporary, file_, error);
  if (error) return fail(ErrorCode::storage, error.message(), file_.string());
  pass("mark.named");
  return sync_folder(file_.parent_path());
}

std::filesystem::path restored_mark(const std::filesystem::path& data) { return data / "restored"; }

}  // namespace lab::journal

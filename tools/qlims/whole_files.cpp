#include "tools/qlims/whole_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "protocol/base/durable_file.hpp"
#include "tools/qlims/failure.hpp"

namespace lab::qlims {
namespace {

constexpr mode_t everybody = 0666;  // as far as the umask lets them

std::string unfinished_name(const std::string& path) { return fmt::format("{}.{}.new", path, ::getpid()); }

tl::unexpected<Error> failed(const std::string& path, int code) {
  return fail(ErrorCode::storage,
              fmt::format("文件写不进去（{}），请检查文件夹、权限和磁盘空间；没有写出任何文件", system_text(code)),
              path);
}

void remove_unfinished(const std::vector<NewFile>& files) {
  std::error_code ignored;
  for (const NewFile& file : files) std::filesystem::remove(unfinished_name(file.path), ignored);
}

}  // namespace

Result<void> write_whole(const std::vector<NewFile>& files) {
  for (const NewFile& file : files) {
    // A rename onto a folder fails; better before any other file has its name.
    const bool is_folder = std::filesystem::is_directory(file.path);
    if (!is_folder && write_durably(unfinished_name(file.path), file.content, everybody)) continue;
    const int code = is_folder ? EISDIR : errno;
    remove_unfinished(files);
    return failed(file.path, code);
  }
  for (const NewFile& file : files) {
    std::error_code error;
    std::filesystem::rename(unfinished_name(file.path), file.path, error);
    if (!error) continue;
    remove_unfinished(files);
    return failed(file.path, error.value());
  }
  return {};
}

GrowingFile::GrowingFile(std::string path)
    : path_(std::move(path)),
      descriptor_(::open(unfinished_name(path_).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, everybody)),
      why_(descriptor_ < 0 ? errno : 0) {}

GrowingFile::~GrowingFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(unfinished_name(path_).c_str());
}

void GrowingFile::add(BytesView piece) {
  octets_ += piece.size();
  if (why_ == 0 && !write_all(descriptor_, piece)) why_ = errno;
}

Result<std::uint64_t> GrowingFile::finish() {
  if (why_ == 0 && ::fsync(descriptor_) != 0) why_ = errno;
  if (why_ == 0 && std::rename(unfinished_name(path_).c_str(), path_.c_str()) != 0) why_ = errno;
  if (why_ != 0) return failed(path_, why_);
  ::close(descriptor_);
  descriptor_ = -1;
  return octets_;
}

Result<Bytes> read_file(const std::string& path, std::size_t octets_max) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    return fail(ErrorCode::not_found, "文件无法打开，请检查文件名和读取权限", path);
  }
  if (!error && size > octets_max) {
    return fail(ErrorCode::too_large, fmt::format("文件有 {} 字节，上限为 {} 字节", size, octets_max), path);
  }
  return Bytes{std::istreambuf_iterator<char>(file), {}};
}

Bytes file_or_exit(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) fail_command(bytes.error());
  return std::move(*bytes);
}

}  // namespace lab::qlims

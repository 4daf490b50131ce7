#include "tools/qlims/whole_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace lab::qlims {
namespace {

std::string unfinished_name(const std::string& path) { return fmt::format("{}.{}.new", path, ::getpid()); }

tl::unexpected<Error> failed(const std::string& path, int code) {
  return fail(ErrorCode::storage,
              fmt::format("文件写不进去（{}），请检查文件夹、权限和磁盘空间；没有写出任何文件", system_text(code)),
              path);
}

/// 0, or why it failed.
int write_durably(const std::string& path, BytesView content) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return errno;
  int code = 0;
  while (code == 0 && !content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
    if (written <= 0 && errno != EINTR) code = errno == 0 ? EIO : errno;
  }
  if (code == 0 && ::fsync(descriptor) != 0) code = errno;
  if (::close(descriptor) != 0 && code == 0) code = errno;
  return code;
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
    if (const int code = is_folder ? EISDIR : write_durably(unfinished_name(file.path), file.content); code != 0) {
      remove_unfinished(files);
      return failed(file.path, code);
    }
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

}  // namespace lab::qlims

#include "protocol/service/secret_file.hpp"
#include "protocol/base/failpoint.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>

namespace lab::service {
namespace {

// Writes and flushes one descriptor, and closes it.
bool write_durably(int descriptor, BytesView content) {
  bool good = descriptor >= 0;
  while (good && !content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    good = written > 0;
    if (good) content.remove_prefix(static_cast<std::size_t>(written));
  }
  good = good && ::fsync(descriptor) == 0;
  if (descriptor >= 0 && ::close(descriptor) != 0) good = false;
  return good;
}

}  // namespace

Result<void> write_secret_file(const std::filesystem::path& file, BytesView content) {
  const auto failed = [&](const char* what) {
    return fail(ErrorCode::storage, std::string{what} + ": " + system_text(errno), file.string());
  };
  std::filesystem::path fresh = file;
  fresh += ".new";
  if (fails_at("secret.write") ||
      !write_durably(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), content)) {
    return failed("cannot write the file");
  }
  std::error_code error;
  if (fails_at("secret.rename")) return failed("cannot replace the file");
  std::filesystem::rename(fresh, file, error);
  if (error) return fail(ErrorCode::storage, "cannot replace the file: " + error.message(), file.string());
  if (!write_durably(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), {})) {
    return failed("cannot make the new file durable");
  }
  return {};
}

Result<Bytes> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::not_found, "there is no such file", file.string());
  return Bytes{std::istreambuf_iterator<char>(in), {}};
}

}  // namespace lab::service

#include "protocol/service/secret_file.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>

#include "protocol/base/durable_file.hpp"
#include "protocol/base/failpoint.hpp"

namespace lab::service {
Result<void> write_secret_file(const std::filesystem::path& file, BytesView content) {
  const auto failed = [&](const char* what) {
    return fail(ErrorCode::storage, std::string{what} + ": " + system_text(errno), file.string());
  };
  std::filesystem::path fresh = file;
  fresh += ".new";
  if (fails_at("secret.write") || !write_durably(fresh, content)) return failed("cannot write the file");
  std::error_code error;
  if (fails_at("secret.rename")) return failed("cannot replace the file");
  std::filesystem::rename(fresh, file, error);
  if (error) return fail(ErrorCode::storage, "cannot replace the file: " + error.message(), file.string());
  return sync_folder(file.parent_path());
}

Result<Bytes> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::not_found, "there is no such file", file.string());
  return Bytes{std::istreambuf_iterator<char>(in), {}};
}

}  // namespace lab::service

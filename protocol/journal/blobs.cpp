#include "protocol/journal/blobs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "protocol/base/durable_file.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::journal {
namespace {

tl::unexpected<Error> storage_failure(std::string_view what, int why, const std::filesystem::path& path) {
  return fail(ErrorCode::storage, fmt::format("{}: {}; check the disk's room and rights", what, system_text(why)),
              path.string());
}

/// A new file with these bytes, flushed.
Result<void> write_file(const std::filesystem::path& path, BytesView bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return storage_failure("the file cannot be made", errno, path);
  const bool written =
      !fails_at("blob.write") && write_all(descriptor, bytes) && !fails_at("blob.flush") && ::fsync(descriptor) == 0;
  const int why = errno;
  ::close(descriptor);
  if (written) return {};
  ::unlink(path.c_str());
  return storage_failure("the file cannot be written", why, path);
}

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::create_directories(folder, error); error) {
    return storage_failure("the folder cannot be made", error.value(), folder);
  }
  return sync_folder(std::filesystem::absolute(folder).parent_path());
}

}  // namespace

Result<Blobs> Blobs::open(std::filesystem::path folder) {
  if (auto made = make_folder(folder); !made) return fail(std::move(made));
  std::error_code error;
  std::filesystem::remove_all(folder / "unfinished", error);
  if (auto made = make_folder(folder / "unfinished"); !made) return fail(std::move(made));
  return Blobs(std::move(folder));
}

Result<Hash> Blobs::put(BytesView bytes) const {
  if (bytes.size() > blob_max) {
    return fail(ErrorCode::too_large,
                fmt::format("{} octets are over the limit of {} MiB for one file", bytes.size(), blob_max >> 20));
  }
  const Hash hash = crypto::sha256(bytes);
  const auto path = path_of(hash);
  if (const auto present = get(hash)) {
    // Perhaps renamed by another thread a moment ago and not yet durable.
    if (auto synced = sync_folder(path.parent_path()); !synced) return fail(std::move(synced));
    return hash;
  }
  if (auto made = make_folder(path.parent_path()); !made) return fail(std::move(made));
  const auto unfinished = folder_ / "unfinished" / to_hex(crypto::random_bytes(16));
  if (auto written = write_file(unfinished, bytes); !written) return fail(std::move(written));
  if (fails_at("blob.rename") || ::rename(unfinished.c_str(), path.c_str()) != 0) {
    return storage_failure("the file cannot be named", errno, path);
  }
  pass("blob.named");
  if (auto synced = sync_folder(path.parent_path()); !synced) return fail(std::move(synced));
  return hash;
}

Result<Bytes> Blobs::get(const Hash& hash) const {
  const auto path = path_of(hash);
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error) return fail(ErrorCode::not_found, "there is no file with this SHA-256", to_hex(hash.view()));
  const auto damaged =
      fail(ErrorCode::storage, "the file no longer has the bytes it is named by; fetch it again", path.string());
  if (size > blob_max) return damaged;
  Bytes bytes(size, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!file || crypto::sha256(bytes) != hash) return damaged;
  return bytes;
}

bool Blobs::has(const Hash& hash) const {
  std::error_code error;
  return std::filesystem::is_regular_file(path_of(hash), error);
}

std::filesystem::path Blobs::path_of(const Hash& hash) const {
  const std::string name = to_hex(hash.view());
  // 256 folders keep each one short; the first octet of a SHA-256 spreads evenly.
  return folder_ / name.substr(0, 2) / name;
}

}  // namespace lab::journal

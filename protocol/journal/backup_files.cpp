#include "protocol/journal/backup_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "protocol/base/check.hpp"
#include "protocol/base/durable_file.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/running_hash.hpp"
#include "protocol/journal/backup_manifest.hpp"

namespace lab::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_octets = crypto::sealed_piece;

tl::unexpected<Error> failed(const fs::path& where, std::string what) {
  return fail(ErrorCode::storage, std::move(what), where.string());
}

// A file that is written piece by piece, and counted.
class Target {
 public:
  explicit Target(const fs::path& path) : path_(path) {
    std::error_code ignored;
    fs::create_directories(path.parent_path(), ignored);
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    why_ = errno;
  }
  ~Target() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  void add(BytesView bytes) {
    hash_.add(bytes);
    copied_.octets += bytes.size();
    if (!is_good() || write_all(descriptor_, bytes)) return;
    good_ = false;
    why_ = errno;
  }
  Result<CopiedFile> finish() {
    if (is_good() && ::fsync(descriptor_) != 0) {
      good_ = false;
      why_ = errno;
    }
    if (!is_good()) return failed(path_, fmt::format("the file cannot be written: {}", system_text(why_)));
    copied_.sha256 = hash_.finish();
    return copied_;
  }

 private:
  [[nodiscard]] bool is_good() const { return good_ && descriptor_ >= 0; }

  fs::path path_;
  int descriptor_ = -1;
  bool good_ = true;
  int why_ = 0;
  crypto::RunningHash hash_;
  CopiedFile copied_;
};

// Hands out the file piece by piece; the last one, and only it, is short or empty. False when it cannot be read.
template <class Take>
bool for_each_piece(std::ifstream& in, std::size_t octets, const Take& take) {
  Bytes piece(octets, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto read = static_cast<std::size_t>(in.gcount());
    if (in.bad()) return false;
    const bool last = in.peek() == std::ifstream::traits_type::eof();
    if (!take(BytesView{piece}.substr(0, read), last)) return true;
    if (last) return true;
  }
  return false;
}

}  // namespace

Result<Bytes> read_whole(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) return failed(file, "the file cannot be read");
  return bytes;
}

Result<void> write_whole(const fs::path& file, BytesView bytes) {
  Target target{file};
  target.add(bytes);
  if (auto done = target.finish(); !done) return tl::unexpected(done.error());
  return {};
}

std::vector<fs::path> small_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && !is_note_of_place(name) && name != "manifest.txt") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<fs::path> blob_files(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    Hash hash;
    if (entry.is_regular_file() && fill_from_hex(hash.octets, entry.path().filename().string())) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

std::vector<Hash> blob_names(const fs::path& folder) {
  std::vector<Hash> names;
  for (const fs::path& file : blob_files(folder)) {
    LAB_CHECK(fill_from_hex(names.emplace_back().octets, file.filename().string()));  // as it was found
  }
  std::ranges::sort(names);
  return names;
}

std::vector<fs::path> all_files(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_directory()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

Result<CopiedFile> copy_file(const SourceFile& source, const fs::path& to) {
  std::error_code error;
  if (fs::equivalent(source.path, to, error)) {  // copied by other means
    const auto hash = hash_of_file(to);
    if (!hash) return tl::unexpected(hash.error());
    return CopiedFile{.sha256 = *hash, .octets = fs::file_size(to)};
  }
  std::ifstream in(source.path, std::ios::binary);
  if (!in) return failed(source.path, "the file cannot be read");
  Target target{to};
  const bool good = for_each_piece(in, piece_octets, [&](BytesView piece, bool) {
    target.add(piece);
    return true;
  });
  if (!good) return failed(source.path, "the file cannot be read");
  return target.finish();
}

Result<CopiedFile> seal_file(const SourceFile& source, const fs::path& to, const crypto::StreamKey& key) {
  std::ifstream in(source.path, std::ios::binary);
  if (!in) return failed(source.path, "the file cannot be read");
  crypto::Sealer sealer{key, source.name};
  Target target{to};
  target.add(sealer.header());
  const bool good = for_each_piece(in, piece_octets, [&](BytesView piece, bool last) {
    target.add(sealer.piece(piece, last));
    return true;
  });
  if (!good) return failed(source.path, "the file cannot be read");
  return target.finish();
}

Result<void> unseal_file(const fs::path& sealed, const std::string& name, const crypto::StreamKey& key,
                         const fs::path& to) {
  std::ifstream in(sealed, std::ios::binary);
  Bytes header(crypto::sealed_header, '\0');
  in.read(header.data(), static_cast<std::streamsize>(header.size()));
  auto opener = crypto::Opener::begin(key, name, BytesView{header}.substr(0, static_cast<std::size_t>(in.gcount())));
  if (!opener) return failed(sealed, "the file does not begin as a sealed one");
  std::optional<Target> target;
  if (!to.empty()) target.emplace(to);
  std::uint64_t at = header.size();
  bool ended = false;
  for_each_piece(in, piece_octets + crypto::sealed_overhead, [&](BytesView piece, bool last) {
    const auto opened = opener->piece(piece);
    if (!opened || opened->last != last) return false;
    if (target) target->add(opened->plain);
    at += piece.size();
    ended = last;
    return true;
  });
  if (!ended)
    return failed(sealed, fmt::format("the file does not open behind octet {}: it was changed or cut off", at));
  if (!target) return {};
  if (auto done = target->finish(); !done) return tl::unexpected(done.error());
  return {};
}

Result<Hash> hash_of_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  crypto::RunningHash hash;
  const bool good = in && for_each_piece(in, piece_octets, [&](BytesView piece, bool) {
                      hash.add(piece);
                      return true;
                    });
  if (!good) return failed(file, "the file cannot be read");
  return hash.finish();
}

}  // namespace lab::journal

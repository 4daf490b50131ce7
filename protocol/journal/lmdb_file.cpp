#include "protocol/journal/lmdb_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "protocol/base/log.hpp"

namespace lab::journal {
namespace {

constexpr std::array<std::uint64_t, 9> network_types = {NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC,
                                                        SMB2_SUPER_MAGIC, AFS_SUPER_MAGIC, AFS_FS_MAGIC,
                                                        CODA_SUPER_MAGIC, V9FS_MAGIC,      CEPH_SUPER_MAGIC};
constexpr std::array<std::uint64_t, 4> doubtful_types = {TMPFS_MAGIC, RAMFS_MAGIC, OVERLAYFS_SUPER_MAGIC,
                                                         FUSE_SUPER_MAGIC};

// Offsets inside a header page of LMDB 0.9 on a 64-bit machine: page header, then MDB_meta with its two MDB_db.
constexpr std::size_t magic_at = 16;
constexpr std::size_t version_at = 20;
constexpr std::size_t page_bytes_at = 40;
constexpr std::size_t free_at = 40;
constexpr std::size_t main_at = 88;
constexpr std::size_t last_page_at = 136;
constexpr std::size_t transaction_at = 144;
constexpr std::uint32_t lmdb_magic = 0xBEEFC0DE;
constexpr std::uint32_t lmdb_version = 1;

template <class Number>
Number number_at(BytesView octets, std::size_t at) {
  Number number;
  std::memcpy(&number, octets.data() + at, sizeof number);  // LMDB files are in the machine's own order
  return number;
}

TreeHead tree_head_at(BytesView octets, std::size_t at) {
  return {.depth = number_at<std::uint16_t>(octets, at + 6),
          .branch_pages = number_at<std::uint64_t>(octets, at + 8),
          .leaf_pages = number_at<std::uint64_t>(octets, at + 16),
          .overflow_pages = number_at<std::uint64_t>(octets, at + 24),
          .entries = number_at<std::uint64_t>(octets, at + 32),
          .root = number_at<std::uint64_t>(octets, at + 40)};
}

bool is_page(std::uint64_t root, std::uint64_t last_page) { return root == no_page || (root > 1 && root <= last_page); }

bool is_sane(std::uint32_t page_bytes) {
  return page_bytes >= 512 && page_bytes <= 65536 && (page_bytes & (page_bytes - 1)) == 0;
}

std::optional<MetaPage> read_meta_page(std::ifstream& file, std::uint64_t at) {
  std::array<char, meta_page_bytes> octets{};
  file.seekg(static_cast<std::streamoff>(at));
  if (!file.read(octets.data(), octets.size())) return std::nullopt;
  return parse_meta_page({octets.data(), octets.size()});
}

}  // namespace

FileSystemKind file_system_kind(std::uint64_t type) {
  // statfs gives a signed type on some machines: compare the low 32 bits only.
  const std::uint64_t bits = type & 0xFFFFFFFF;
  if (std::ranges::find(network_types, bits) != network_types.end()) return FileSystemKind::network;
  if (std::ranges::find(doubtful_types, bits) != doubtful_types.end()) return FileSystemKind::doubtful;
  return FileSystemKind::ordinary;
}

Result<void> check_file_system(const std::filesystem::path& folder) {
  struct statfs about {};
  if (::statfs(folder.c_str(), &about) != 0) {
    return fail(ErrorCode::storage, fmt::format("the folder cannot be examined: {}", system_text(errno)),
                folder.string());
  }
  const FileSystemKind kind = file_system_kind(static_cast<std::uint64_t>(about.f_type));
  if (kind == FileSystemKind::network) {
    return fail(ErrorCode::unavailable,
                "the store cannot live on a network file system: its memory map is not coherent there; choose a folder "
                "on a local disk",
                folder.string());
  }
  if (kind == FileSystemKind::doubtful) {
    log::warning("store {} is on a temporary, layered or user-space file system: it may not survive a power cut",
                 folder.string());
  }
  return {};
}

std::optional<MetaPage> parse_meta_page(BytesView octets) {
  if (octets.size() < meta_page_bytes) return std::nullopt;
  if (number_at<std::uint32_t>(octets, magic_at) != lmdb_magic) return std::nullopt;
  if (number_at<std::uint32_t>(octets, version_at) != lmdb_version) return std::nullopt;
  return MetaPage{.page_bytes = number_at<std::uint32_t>(octets, page_bytes_at),
                  .free = tree_head_at(octets, free_at),
                  .main = tree_head_at(octets, main_at),
                  .last_page = number_at<std::uint64_t>(octets, last_page_at),
                  .transaction = number_at<std::uint64_t>(octets, transaction_at)};
}

std::optional<std::string> meta_problem(const MetaPage& even, const MetaPage& odd, std::uint64_t file_bytes) {
  if (even.page_bytes != odd.page_bytes) return "its two header pages disagree about the page size";
  for (const MetaPage* meta : {&even, &odd}) {
    const std::uint64_t pages = file_bytes / meta->page_bytes;
    if (meta->last_page >= pages) {
      return fmt::format("it is cut off: {} pages are there, {} are needed", pages, meta->last_page + 1);
    }
  }
  // Only those of the last commit are used. When writing a header page fails, LMDB puts the old number of pages and of
  // the transaction back beside the new roots, so that the older header may well point outside.
  const MetaPage& newest = even.transaction >= odd.transaction ? even : odd;
  if (!is_page(newest.free.root, newest.last_page) || !is_page(newest.main.root, newest.last_page)) {
    return "a header page points outside of it";
  }
  const bool new_store = even.transaction == 0 && odd.transaction == 0;
  const bool in_turn = even.transaction % 2 == 0 && odd.transaction % 2 == 1 &&
                       (even.transaction + 1 == odd.transaction || odd.transaction + 1 == even.transaction);
  // A header that fell back would silently undo the last commit.
  if (!new_store && !in_turn) return "its two header pages are not of two successive commits";
  return std::nullopt;
}

tl::unexpected<Error> damaged_store(const std::filesystem::path& data_file, std::string_view problem) {
  return fail(ErrorCode::storage,
              fmt::format("the store is damaged: {}; it is left untouched, restore the latest backup into a new folder",
                          problem),
              data_file.string());
}

Result<void> check_data_file(const std::filesystem::path& data_file) {
  std::error_code error;
  const std::uint64_t file_bytes = std::filesystem::file_size(data_file, error);
  if (error == std::errc::no_such_file_or_directory || (!error && file_bytes == 0)) return {};
  if (error) {
    return fail(ErrorCode::storage, fmt::format("the store cannot be read: {}", error.message()), data_file.string());
  }
  std::ifstream file(data_file, std::ios::binary);
  const auto even = read_meta_page(file, 0);
  if (!even) return damaged_store(data_file, "its first header page is not readable");
  if (!is_sane(even->page_bytes)) return damaged_store(data_file, "its page size is impossible");
  const auto odd = read_meta_page(file, even->page_bytes);
  if (!odd) return damaged_store(data_file, "its second header page is not readable");
  if (const auto problem = meta_problem(*even, *odd, file_bytes)) return damaged_store(data_file, *problem);
  return {};
}

std::optional<MetaPage> newest_meta(const std::filesystem::path& data_file) {
  std::ifstream file(data_file, std::ios::binary);
  constexpr std::uint64_t usual_page_bytes = 4096;  // where the first page cannot say it
  const auto readable = [&](std::uint64_t at) {
    const auto meta = read_meta_page(file, at);
    file.clear();
    return meta && is_sane(meta->page_bytes) ? meta : std::nullopt;
  };
  const auto even = readable(0);
  const auto odd = readable(even ? even->page_bytes : usual_page_bytes);
  if (!even || !odd) return even ? even : odd;
  return even->transaction >= odd->transaction ? even : odd;
}

Result<OwnerLock> OwnerLock::take(const std::filesystem::path& folder) {
  const auto path = folder / "owner.lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return fail(ErrorCode::storage,
                fmt::format("cannot be written: {}; check owner and mode of the folder", system_text(errno)),
                path.string());
  }
  // flock belongs to the open file, not to the process: it also refuses a second open within one process.
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return fail(ErrorCode::conflict, "the store is already open; stop the program that uses it first", folder.string());
  }
  return OwnerLock(descriptor);
}

OwnerLock::OwnerLock(OwnerLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

OwnerLock& OwnerLock::operator=(OwnerLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

OwnerLock::~OwnerLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace lab::journal

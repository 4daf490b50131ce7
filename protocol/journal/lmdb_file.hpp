#pragma once
// What must be true of the folder and of data.mdb before LMDB may map it: a damaged file is answered with a signal or
// with wrong data by LMDB itself (components.md, section 3). Private to this folder.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::journal {

enum class FileSystemKind {
  ordinary,
  doubtful,  // works in tests and containers; durability depends on what is below
  network,   // memory maps and locks are not coherent there
};

/// By the f_type of statfs(2).
FileSystemKind file_system_kind(std::uint64_t type);

/// Refuses network file systems; logs a warning for doubtful ones. The folder must exist.
Result<void> check_file_system(const std::filesystem::path& folder);

/// No page has this number; the root of an empty tree.
inline constexpr std::uint64_t no_page = ~std::uint64_t{0};

/// What a header page says of one tree.
struct TreeHead {
  std::uint16_t depth = 0;
  std::uint64_t branch_pages = 0;
  std::uint64_t leaf_pages = 0;
  std::uint64_t overflow_pages = 0;
  std::uint64_t entries = 0;
  std::uint64_t root = no_page;
};

/// The fields of one header ("meta") page of LMDB 0.9 that can be cross-checked.
struct MetaPage {
  std::uint32_t page_bytes = 0;
  TreeHead free;  // of free pages
  TreeHead main;  // of records
  std::uint64_t last_page = 0;
  std::uint64_t transaction = 0;
};
constexpr std::size_t meta_page_bytes = 152;  // the part of the page that is used

/// Nothing when these octets are not a header page.
std::optional<MetaPage> parse_meta_page(BytesView octets);

/// What is wrong with a file of `file_bytes` with these two headers; nothing when it may be opened. LMDB writes the
/// headers in turn: even transactions into the first, odd into the second.
std::optional<std::string> meta_problem(const MetaPage& even, const MetaPage& odd, std::uint64_t file_bytes);

/// Reads the headers of `data_file` and checks them. A missing or empty file is fine: it is about to be created.
Result<void> check_data_file(const std::filesystem::path& data_file);

/// The header page of the last commit, or the only readable one; nothing when there is none.
std::optional<MetaPage> newest_meta(const std::filesystem::path& data_file);

/// The error of a file with this problem.
tl::unexpected<Error> damaged_store(const std::filesystem::path& data_file, std::string_view problem);

/// Held by the one process that has the store open; given back by the system when the process dies.
class OwnerLock {
 public:
  static Result<OwnerLock> take(const std::filesystem::path& folder);
  OwnerLock(OwnerLock&& other) noexcept;
  OwnerLock& operator=(OwnerLock&& other) noexcept;
  ~OwnerLock();

 private:
  explicit OwnerLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace lab::journal

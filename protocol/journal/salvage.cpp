#include "protocol/journal/salvage.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "protocol/journal/lmdb_file.hpp"
#include "protocol/journal/lmdb_reader.hpp"
#include "protocol/journal/lmdb_tree.hpp"
#include "protocol/journal/record_envelope.hpp"

namespace lab::journal {

Result<Salvaged> salvage(const std::filesystem::path& folder, const View::Visit& visit) {
  const auto file = folder / "data.mdb";
  auto meta = newest_meta(file);
  if (!meta) return damaged_store(file, "no header page is readable");
  // A file that was cut off has fewer pages than its header says.
  std::error_code error;
  const std::uint64_t pages = std::filesystem::file_size(file, error) / meta->page_bytes;
  const std::uint64_t pages_max = (std::uint64_t{1} << 40) / meta->page_bytes;
  if (error || meta->last_page >= pages_max) return damaged_store(file, "its header page is impossible");
  meta->last_page = std::min(meta->last_page, std::max<std::uint64_t>(pages, 3) - 1);
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return damaged_store(file, "it cannot be opened");
  Salvaged salvaged{.counted = meta->main.entries == 0 ? 0 : meta->main.entries - 1};
  bool wanted = true;
  walk_trees(descriptor, *meta, [&](BytesView key, BytesView stored) {
    if (key == stamp_key || !wanted) return;
    const auto record = unseal_record(key, stored);
    ++(record ? salvaged.records : salvaged.damaged);
    if (record) wanted = visit(key, *record);
  });
  ::close(descriptor);
  return salvaged;
}

}  // namespace lab::journal

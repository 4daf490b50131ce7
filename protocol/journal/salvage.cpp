#include "protocol/journal/salvage.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "protocol/journal/lmdb_file.hpp"
#include "protocol/journal/lmdb_reader.hpp"
#include "protocol/journal/lmdb_tree.hpp"
#include "protocol/journal/record_envelope.hpp"

namespace lab::journal {

Result<Salvaged> salvage(const std::filesystem::path& folder, const View::Visit& visit) {
  const auto file = folder / "data.mdb";
  const auto meta = newest_meta(file);
  if (!meta) return damaged_store(file, "no header page is readable");
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

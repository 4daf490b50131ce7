#include "protocol/journal/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <lmdb.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <map>
#include <vector>

#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/blobs.hpp"
#include "protocol/journal/lmdb_environment.hpp"
#include "protocol/journal/lmdb_file.hpp"
#include "protocol/journal/record_envelope.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/journal/store_mark.hpp"

namespace lab::journal {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_name = "manifest.txt";
constexpr const char* first_line = "qlims backup 1";
constexpr std::uint64_t map_bytes = std::uint64_t{64} << 30;  // a coordinator's; sparse
// Say where a store lies and how far it came: true of the one, and false of its copy.
constexpr std::array notes_of_place{"generation.txt", "stream.txt",       "serials.txt",
                                    "restored",       "coordinator.json", "lab-node.json"};

tl::unexpected<Error> failed(const fs::path& where, std::string what) {
  return fail(ErrorCode::storage, std::move(what), where.string());
}

Result<Bytes> read_whole(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) return failed(file, "the file cannot be read");
  return bytes;
}

Result<void> write_whole(const fs::path& file, BytesView bytes) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed(file, fmt::format("the file cannot be made: {}", system_text(errno)));
  bool good = true;
  while (good && !bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    good = written > 0;
    if (good) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  good = good && ::fsync(descriptor) == 0;
  const int why = errno;
  ::close(descriptor);
  if (!good) return failed(file, fmt::format("the file cannot be written: {}", system_text(why)));
  return {};
}

// Small files of a data folder; keys and accounts among them, so a backup is as secret as the folder itself.
std::vector<fs::path> small_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_note = std::ranges::find(notes_of_place, name) != notes_of_place.end();
    if (entry.is_regular_file() && !is_note && name != manifest_name) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<Hash> blob_names(const fs::path& folder) {
  std::vector<Hash> names;
  if (!fs::exists(folder)) return names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    Hash hash;
    if (entry.is_regular_file() && fill_from_hex(hash.octets, entry.path().filename().string())) names.push_back(hash);
  }
  std::ranges::sort(names);
  return names;
}

// Every record read with its checksum, in key order.
Result<BackupFigures> figures_of(const fs::path& folder) {
  auto store = open_lmdb(folder, {.map_bytes = map_bytes});
  if (!store) return tl::unexpected(store.error());
  BackupFigures figures;
  Hash running;
  std::uint64_t sum = 0;
  try {
    const auto snapshot = (*store)->read();
    snapshot->scan("", Bytes(View::key_max, '\xFF'), [&](BytesView key, BytesView record) {
      ++figures.records;
      sum += record_sum(key, record);
      Bytes covered{running.view()};
      covered += static_cast<char>(key.size());
      covered += key;
      covered += record;
      running = crypto::sha256(covered);
      return true;
    });
    if (snapshot->sum().value_or(sum) != sum) return failed(folder, "a page of the store is in an older state");
  } catch (const Damage& damage) {
    return failed(folder, damage.what());
  }
  figures.sha256 = to_hex(running.view());
  return figures;
}

std::string manifest_of(const BackupFigures& figures, const std::map<std::string, std::string>& files) {
  std::string text =
      fmt::format("{}\nrecords {} {}\nblobs {}\n", first_line, figures.records, figures.sha256, figures.blobs);
  for (const auto& [name, hash] : files) text += fmt::format("file {} {}\n", hash, name);
  return text;
}

// What the manifest of these contents would say.
Result<std::pair<BackupFigures, std::string>> look_at(const fs::path& backup, const Progress& progress) {
  auto figures = figures_of(backup / "store");
  if (!figures) return tl::unexpected(figures.error());
  std::map<std::string, std::string> files;
  for (const fs::path& file : small_files(backup)) {
    const auto bytes = read_whole(file);
    if (!bytes) return tl::unexpected(bytes.error());
    files[file.filename().string()] = to_hex(crypto::sha256(*bytes).view());
  }
  const auto names = blob_names(backup / "blobs");
  figures->blobs = names.size();
  if (!names.empty()) {
    const auto blobs = Blobs::open(backup / "blobs");
    if (!blobs) return tl::unexpected(blobs.error());
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const auto blob = blobs->get(names[i]); !blob) return tl::unexpected(blob.error());
      if (progress) progress(i + 1, names.size());
    }
  }
  return std::pair{*figures, manifest_of(*figures, files)};
}

Result<void> copy_store(const fs::path& from, const fs::path& to) {
  if (auto checked = check_data_file(from / "data.mdb"); !checked) return checked;
  auto env = open_environment(from, {.map_bytes = map_bytes});
  if (!env) return tl::unexpected(env.error());
  fs::create_directories(to);
  if (const int code = mdb_env_copy2(env->get(), to.c_str(), MDB_CP_COMPACT); code != MDB_SUCCESS) {
    return failed(to, fmt::format("the store cannot be copied: {}", mdb_strerror(code)));
  }
  return sync_folder(to);
}

Result<void> copy_rest(const fs::path& from, const fs::path& to) {
  for (const fs::path& file : small_files(from)) {
    const auto bytes = read_whole(file);
    if (!bytes) return tl::unexpected(bytes.error());
    if (auto written = write_whole(to / file.filename(), *bytes); !written) return written;
  }
  const auto names = blob_names(from / "blobs");
  if (names.empty()) return {};
  const auto source = Blobs::open(from / "blobs");
  if (!source) return tl::unexpected(source.error());
  const auto target = Blobs::open(to / "blobs");
  if (!target) return tl::unexpected(target.error());
  for (const Hash& name : names) {
    const auto blob = source->get(name);
    if (!blob) return tl::unexpected(blob.error());
    if (auto put = target->put(*blob); !put) return tl::unexpected(put.error());
  }
  return {};
}

void remove_locks(const fs::path& store) {
  std::error_code ignored;
  fs::remove(store / "lock.mdb", ignored);
  fs::remove(store / "owner.lock", ignored);
}

}  // namespace

Result<BackupFigures> make_backup(const fs::path& data, const fs::path& to, const Progress& progress) {
  if (!fs::exists(data / "store" / "data.mdb")) return failed(data, "there is no store in this folder");
  if (fs::exists(to / manifest_name)) return fail(ErrorCode::conflict, "there is a backup already", to.string());
  std::error_code error;
  fs::remove_all(to / "store", error);     // of an unfinished one
  fs::remove(to / "manifest.new", error);  // or this one would name it
  fs::create_directories(to, error);
  if (error) return failed(to, error.message());
  fs::permissions(to, fs::perms::owner_all, error);
  // The store first: blobs are put before the record that names them, so all that it names are there afterwards.
  if (fails_at("backup.store")) return failed(to, "failpoint");
  if (auto copied = copy_store(data / "store", to / "store"); !copied) return tl::unexpected(copied.error());
  if (fails_at("backup.rest")) return failed(to, "failpoint");
  if (auto copied = copy_rest(data, to); !copied) return tl::unexpected(copied.error());
  const auto found = look_at(to, progress);
  if (!found) return tl::unexpected(found.error());
  remove_locks(to / "store");
  const fs::path unfinished = to / "manifest.new";
  if (auto written = write_whole(unfinished, found->second); !written) return tl::unexpected(written.error());
  if (fails_at("backup.manifest")) return failed(to, "failpoint");
  fs::rename(unfinished, to / manifest_name, error);
  if (error) return failed(to, error.message());
  pass("backup.done");
  if (auto synced = sync_folder(to); !synced) return tl::unexpected(synced.error());
  return found->first;
}

Result<BackupFigures> verify_backup(const fs::path& backup, const Progress& progress) {
  const auto manifest = read_whole(backup / manifest_name);
  if (!manifest || !manifest->starts_with(first_line)) {
    return fail(ErrorCode::malformed, "this is no finished backup: it has no manifest", backup.string());
  }
  const auto found = look_at(backup, progress);
  remove_locks(backup / "store");
  if (!found) return tl::unexpected(found.error());
  if (found->second != *manifest) {
    return failed(backup, "the backup is not what its manifest says: it was changed or damaged; use another one");
  }
  return found->first;
}

Result<BackupFigures> restore_backup(const fs::path& backup, const fs::path& data, const Progress& progress) {
  if (fs::exists(data) && !fs::is_empty(data)) {
    return fail(ErrorCode::conflict, "the folder is not empty; restore into a new one and start the program with it",
                data.string());
  }
  auto figures = verify_backup(backup, progress);
  if (!figures) return figures;
  std::error_code error;
  fs::create_directories(data, error);
  if (error) return failed(data, error.message());
  fs::permissions(data, fs::perms::owner_all, error);
  if (fails_at("restore.mark")) return failed(data, "failpoint");
  if (auto marked = write_whole(restored_mark(data), "put back from a backup\n"); !marked) {
    return tl::unexpected(marked.error());
  }
  if (fails_at("restore.store")) return failed(data, "failpoint");
  if (auto copied = copy_store(backup / "store", data / "store"); !copied) return tl::unexpected(copied.error());
  if (fails_at("restore.rest")) return failed(data, "failpoint");
  remove_locks(backup / "store");
  if (auto copied = copy_rest(backup, data); !copied) return tl::unexpected(copied.error());
  const auto restored = figures_of(data / "store");
  if (!restored) return tl::unexpected(restored.error());
  pass("restore.done");
  if (restored->sha256 != figures->sha256) return failed(data, "the copy is not what the backup is; check the disk");
  if (auto synced = sync_folder(data); !synced) return tl::unexpected(synced.error());
  return figures;
}

}  // namespace lab::journal

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
#include <set>
#include <vector>

#include "protocol/base/check.hpp"
#include "protocol/base/durable_file.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/backup_files.hpp"
#include "protocol/journal/backup_manifest.hpp"
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
constexpr const char* first_line_before = "qlims backup 1";  // unsigned, and never sealed
constexpr const char* sealed_ending = ".sealed";
constexpr const char* work_folder = "backup.part";            // in the data folder
constexpr std::uint64_t map_bytes = std::uint64_t{64} << 30;  // a coordinator's; sparse
tl::unexpected<Error> failed(const fs::path& where, std::string what) {
  return fail(ErrorCode::storage, std::move(what), where.string());
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
      fmt::format("{}\nrecords {} {}\nblobs {}\n", first_line_before, figures.records, figures.sha256, figures.blobs);
  for (const auto& [name, hash] : files) text += fmt::format("file {} {}\n", hash, name);
  return text;
}

// What a manifest of the version before would say of these contents.
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

void remove_locks(const fs::path& store) {
  std::error_code ignored;
  fs::remove(store / "lock.mdb", ignored);
  fs::remove(store / "owner.lock", ignored);
}

Result<BackupFigures> check_version_before(const fs::path& backup, const Bytes& manifest, const CheckOptions& options) {
  if (options.signer) return fail(ErrorCode::not_allowed, "the backup is not signed", backup.string());
  const auto found = look_at(backup, options.progress);
  remove_locks(backup / "store");
  if (!found) return tl::unexpected(found.error());
  if (found->second != manifest) {
    return failed(backup, "the backup is not what its manifest says: it was changed or damaged; use another one");
  }
  return found->first;
}

BackupFigures figures_in(const BackupManifest& manifest) {
  return {.records = manifest.records,
          .blobs = manifest.blobs,
          .sha256 = to_hex(manifest.records_sha256.view()),
          .signer = manifest.signer ? to_hex(view_of(*manifest.signer)) : std::string{},
          .sealed = !manifest.sealed_key.empty()};
}

fs::path place_of(const fs::path& backup, const BackupManifest& manifest, const std::string& name) {
  return backup / (manifest.sealed_key.empty() ? name : name + sealed_ending);
}

// Every file that is named is there with its size, and no other one.
Result<void> check_names(const fs::path& backup, const BackupManifest& manifest) {
  // Reading the store leaves its locks when the reader is killed; they are never put back.
  std::set<fs::path> expected{backup / manifest_name, backup / "store" / "lock.mdb", backup / "store" / "owner.lock"};
  for (const BackedUpFile& file : manifest.files) {
    const fs::path place = place_of(backup, manifest, file.name);
    expected.insert(place);
    std::error_code error;
    const std::uint64_t octets = fs::file_size(place, error);
    if (error) return failed(place, "the file is missing from the backup");
    if (octets != file.octets) {
      return failed(place, fmt::format("the file has {} octets, the manifest says {}: it was cut off or changed",
                                       octets, file.octets));
    }
  }
  for (const fs::path& file : all_files(backup)) {
    if (!expected.contains(file)) return failed(file, "the manifest does not name this file: it was put there later");
  }
  return {};
}

Result<std::optional<crypto::StreamKey>> key_for(const fs::path& backup, const BackupManifest& manifest,
                                                 const std::optional<crypto::RecoverySecret>& secret) {
  if (manifest.sealed_key.empty() || !secret) return std::optional<crypto::StreamKey>{};
  auto key = crypto::open_key(manifest.sealed_key, *secret);
  if (!key) {
    return fail(ErrorCode::not_allowed, "these two halves are not those of the recovery key of this backup",
                backup.string());
  }
  return key;
}

Result<void> check_contents(const fs::path& backup, const BackupManifest& manifest, const CheckOptions& options) {
  const auto key = key_for(backup, manifest, options.secret);
  if (!key) return tl::unexpected(key.error());
  std::uint64_t done = 0;
  for (const BackedUpFile& file : manifest.files) {
    const fs::path place = place_of(backup, manifest, file.name);
    const auto found = hash_of_file(place);
    if (!found) return tl::unexpected(found.error());
    if (*found != file.sha256)
      return failed(place, "the file is not what the manifest says: it was changed or damaged");
    if (*key) {
      if (auto opened = unseal_file(place, file.name, **key, {}); !opened) return opened;
    }
    if (options.progress) options.progress(++done, manifest.files.size());
  }
  if (!manifest.sealed_key.empty()) return {};
  const auto figures = figures_of(backup / "store");
  remove_locks(backup / "store");
  if (!figures) return tl::unexpected(figures.error());
  if (figures->records != manifest.records || figures->sha256 != to_hex(manifest.records_sha256.view())) {
    return failed(backup / "store", "the records are others than the manifest says");
  }
  return {};
}

struct Checked {
  BackupFigures figures;
  std::optional<BackupManifest> manifest;  // none: of the version before
};

Result<Checked> check(const fs::path& backup, const CheckOptions& options) {
  const auto text = read_whole(backup / manifest_name);
  if (!text || text->empty()) {
    return fail(ErrorCode::malformed, "this is no finished backup: it has no manifest", backup.string());
  }
  if (text->starts_with(first_line_before)) {
    auto figures = check_version_before(backup, *text, options);
    if (!figures) return fail(std::move(figures));
    return Checked{.figures = *figures, .manifest = {}};
  }
  auto manifest = read_manifest(*text);
  if (!manifest) return fail(std::move(manifest));
  if (options.signer && manifest->signer != options.signer) {
    return fail(ErrorCode::not_allowed,
                manifest->signer ? "the backup is signed by another key: " + to_hex(view_of(*manifest->signer))
                                 : std::string{"the backup is not signed"},
                (backup / manifest_name).string());
  }
  if (auto named = check_names(backup, *manifest); !named) return tl::unexpected(named.error());
  if (options.read_data) {
    if (auto good = check_contents(backup, *manifest, options); !good) return tl::unexpected(good.error());
  }
  return Checked{.figures = figures_in(*manifest), .manifest = std::move(*manifest)};
}

// Takes away what an interrupted one has left, as far as this one does not make it anew.
Result<void> begin(const fs::path& data, const fs::path& to, bool sealed) {
  if (!fs::exists(data / "store" / "data.mdb")) return failed(data, "there is no store in this folder");
  if (fs::exists(to / manifest_name)) return fail(ErrorCode::conflict, "there is a backup already", to.string());
  std::error_code error;
  fs::remove_all(to / "store", error);
  fs::remove_all(data / work_folder, error);
  fs::remove(to / "manifest.new", error);  // or this one would name it
  if (sealed) {
    fs::remove_all(to / "blobs", error);
    for (const fs::path& file : all_files(to)) {
      if (file.extension() == sealed_ending) fs::remove(file, error);
    }
  }
  fs::create_directories(to, error);
  if (error) return failed(to, error.message());
  fs::permissions(to, fs::perms::owner_all, error);
  return {};
}

// The blobs and small files, each where it lies now.
std::vector<SourceFile> sources_of(const fs::path& data) {
  std::vector<SourceFile> sources;
  for (const fs::path& file : small_files(data)) {
    if (file.filename() != manifest_name) sources.push_back({file.filename().string(), file});
  }
  for (const fs::path& file : blob_files(data / "blobs")) {
    sources.push_back({file.lexically_relative(data).generic_string(), file});
  }
  return sources;
}

struct Copying {
  fs::path from;
  fs::path to;
  std::optional<crypto::StreamKey> key;
};

Result<BackupManifest> copy_all(const Copying& at, const BackupOptions& options) {
  // The store first: blobs are put before the record that names them, so all that it names are there afterwards.
  const fs::path store = at.key ? at.from / work_folder : at.to / "store";
  if (fails_at("backup.store")) return failed(at.to, "failpoint");
  if (auto copied = copy_store(at.from / "store", store); !copied) return tl::unexpected(copied.error());
  const auto figures = figures_of(store);
  remove_locks(store);
  if (!figures) return tl::unexpected(figures.error());
  if (fails_at("backup.rest")) return failed(at.to, "failpoint");
  BackupManifest manifest{
      .records = figures->records, .records_sha256 = {}, .sealed_key = {}, .signer = {}, .files = {}};
  LAB_CHECK(fill_from_hex(manifest.records_sha256.octets, figures->sha256));  // as we have written it
  std::vector<SourceFile> sources = sources_of(at.from);
  sources.insert(sources.begin(), {"store/data.mdb", store / "data.mdb"});
  for (const SourceFile& source : sources) {
    if (!is_name_in_backup(source.name)) return failed(source.path, "a file of this name cannot be backed up");
    const fs::path place = at.to / (at.key ? source.name + sealed_ending : source.name);
    auto copied = at.key ? seal_file(source, place, *at.key) : copy_file(source, place);
    if (!copied) return tl::unexpected(copied.error());
    manifest.blobs += source.name.starts_with("blobs/");
    manifest.files.push_back({.sha256 = copied->sha256, .octets = copied->octets, .name = source.name});
    if (options.progress) options.progress(manifest.files.size(), sources.size());
  }
  return manifest;
}

// "/var/lib/qlims/" and "/var/lib/qlims" are one folder.
fs::path without_slash(const fs::path& folder) {
  const fs::path normal = folder.lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

// The store may be there without what lies beside it.
Result<void> go_on_with_the_rest(const fs::path& part) {
  if (fails_at("restore.rest")) return failed(part, "failpoint");
  return {};
}

Result<void> copy_back(const fs::path& backup, const fs::path& part, const Checked& checked,
                       const std::optional<crypto::StreamKey>& key) {
  if (!checked.manifest) {
    if (auto copied = copy_store(backup / "store", part / "store"); !copied) return copied;
    remove_locks(backup / "store");
    if (auto goes_on = go_on_with_the_rest(part); !goes_on) return goes_on;
    for (const SourceFile& source : sources_of(backup)) {
      if (auto copied = copy_file(source, part / source.name); !copied) return tl::unexpected(copied.error());
    }
    return {};
  }
  for (const BackedUpFile& file : checked.manifest->files) {
    const fs::path place = place_of(backup, *checked.manifest, file.name);
    if (auto goes_on = go_on_with_the_rest(part); !goes_on) return goes_on;
    if (key) {
      if (auto opened = unseal_file(place, file.name, *key, part / file.name); !opened) return opened;
    } else if (auto copied = copy_file({file.name, place}, part / file.name); !copied) {
      return tl::unexpected(copied.error());
    } else if (copied->sha256 != file.sha256) {
      return failed(place, "the file has changed while it was put back");
    }
  }
  return {};
}

}  // namespace

Result<BackupFigures> make_backup(const fs::path& data, const fs::path& to, const BackupOptions& options) {
  if (auto begun = begin(data, to, options.recovery.has_value()); !begun) return tl::unexpected(begun.error());
  Copying copying{.from = data, .to = to, .key = {}};
  if (options.recovery) copying.key = crypto::make_stream_key();
  auto manifest = copy_all(copying, options);
  std::error_code error;
  fs::remove_all(data / work_folder, error);
  if (!manifest) return fail(std::move(manifest));
  if (options.recovery) manifest->sealed_key = crypto::seal_key(*copying.key, *options.recovery);
  if (options.signing) manifest->signer = options.signing->public_key;
  const fs::path unfinished = to / "manifest.new";
  if (auto written = write_whole(unfinished, to_text(*manifest, options.signing)); !written) {
    return tl::unexpected(written.error());
  }
  if (fails_at("backup.manifest")) return failed(to, "failpoint");
  fs::rename(unfinished, to / manifest_name, error);
  if (error) return failed(to, error.message());
  pass("backup.done");
  if (auto synced = sync_folder(to); !synced) return tl::unexpected(synced.error());
  return figures_in(*manifest);
}

Result<BackupFigures> check_backup(const fs::path& backup, const CheckOptions& options) {
  auto checked = check(backup, options);
  if (!checked) return fail(std::move(checked));
  return checked->figures;
}

Result<BackupFigures> verify_backup(const fs::path& backup, const Progress& progress) {
  return check_backup(backup, {.read_data = true, .secret = {}, .signer = {}, .progress = progress});
}

Result<BackupFigures> restore_backup(const fs::path& backup, const fs::path& data, const CheckOptions& options) {
  if (fs::exists(data) && !fs::is_empty(data)) {
    return fail(ErrorCode::conflict, "the folder is not empty; restore into a new one and start the program with it",
                data.string());
  }
  CheckOptions everything = options;
  everything.read_data = true;
  const auto checked = check(backup, everything);
  if (!checked) return tl::unexpected(checked.error());
  if (checked->figures.sealed && !options.secret) {
    return fail(ErrorCode::not_allowed, "the backup is sealed: both halves of its recovery key are needed",
                backup.string());
  }
  std::optional<crypto::StreamKey> key;
  if (checked->figures.sealed) key = crypto::open_key(checked->manifest->sealed_key, *options.secret);
  const fs::path whole = without_slash(data);
  fs::path part = whole;
  part += ".part";
  std::error_code error;
  fs::remove_all(part, error);  // of one that was interrupted
  fs::create_directories(part / "store", error);
  if (error) return failed(part, error.message());
  fs::permissions(part, fs::perms::owner_all, error);
  if (fails_at("restore.mark")) return failed(part, "failpoint");
  if (auto marked = write_whole(restored_mark(part), "put back from a backup\n"); !marked) {
    return tl::unexpected(marked.error());
  }
  if (fails_at("restore.store")) return failed(part, "failpoint");
  if (auto copied = copy_back(backup, part, *checked, key); !copied) return tl::unexpected(copied.error());
  const auto restored = figures_of(part / "store");
  remove_locks(part / "store");
  if (!restored) return tl::unexpected(restored.error());
  if (restored->sha256 != checked->figures.sha256) {
    return failed(part, "the copy is not what the backup is; check the disk");
  }
  if (auto synced = sync_folder(part); !synced) return tl::unexpected(synced.error());
  pass("restore.done");
  fs::rename(part, whole, error);
  if (error) return failed(whole, error.message());
  if (auto synced = sync_folder(fs::absolute(whole).parent_path()); !synced) return tl::unexpected(synced.error());
  return checked->figures;
}

}  // namespace lab::journal

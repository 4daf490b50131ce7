// A backup is signed, may be sealed for two people, says which of its files was tampered with, and may be interrupted
// at any point.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/backup.hpp"
#include "protocol/journal/backup_files.hpp"
#include "protocol/journal/blobs.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/journal/store_mark.hpp"
#include "tests/protocol/journal/folder.hpp"

namespace lab::journal {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

void put(const fs::path& file, BytesView bytes) { std::ofstream{file, std::ios::binary} << bytes; }

void change_octet(const fs::path& file, std::uint64_t at) {
  Bytes bytes = *read_whole(file);
  bytes.at(at) = static_cast<char>(bytes[at] ^ 1);
  put(file, bytes);
}

class SealedBackup : public ::testing::TestWithParam<bool> {
 protected:
  SealedBackup() {
    crypto::start();
    fs::create_directories(data);
    store = *open_lmdb(data / "store");
    for (int i = 0; i < 300; ++i) add(fmt::format("key {}", i), Bytes(900, canary));
    put(data / "keys.json", "{}");
    blob = *Blobs::open(data / "blobs")->put(Bytes(150'000, canary));
    recovery = crypto::make_recovery_pair();
  }
  void add(BytesView key, BytesView record) {
    const auto batch = store->write();
    ASSERT_TRUE(batch->put(key, record) && batch->commit());
  }
  [[nodiscard]] bool is_sealed() const { return GetParam(); }
  [[nodiscard]] BackupOptions options() const {
    BackupOptions wanted{.signing = signing};
    if (is_sealed()) wanted.recovery = recovery.public_key;
    return wanted;
  }
  [[nodiscard]] CheckOptions opening() const {
    CheckOptions wanted{.signer = signing.public_key};
    if (is_sealed()) wanted.secret = recovery.secret_key;
    return wanted;
  }
  [[nodiscard]] fs::path file_of(const std::string& name) const { return to / (is_sealed() ? name + ".sealed" : name); }
  [[nodiscard]] std::string problem() const {
    const auto checked = check_backup(to, opening());
    const auto restored = restore_backup(to, whole, opening());
    if (checked || restored) return "none";
    EXPECT_EQ(to_text(checked.error()), to_text(restored.error()));
    EXPECT_FALSE(fs::exists(whole));
    return to_text(checked.error());
  }
  // The text of the manifest with `what` in place of `old`.
  void rewrite_manifest(const std::string& old, const std::string& what) const {
    std::string text = *read_whole(to / "manifest.txt");
    const std::size_t at = text.find(old);
    ASSERT_NE(at, std::string::npos);
    put(to / "manifest.txt", text.replace(at, old.size(), what));
  }

  static constexpr char canary = 'W';
  TestFolder folder;
  fs::path data = folder.path() / "data";
  fs::path to = folder.path() / "backup";
  fs::path whole = folder.path() / "restored";
  std::unique_ptr<Store> store;
  Hash blob;
  crypto::KeyPair signing = crypto::make_key_pair();
  crypto::RecoveryPair recovery;
};

INSTANTIATE_TEST_SUITE_P(Forms, SealedBackup, ::testing::Values(false, true),
                         [](const auto& form) { return form.param ? "sealed" : "plain"; });

TEST_P(SealedBackup, IsPutBackByTwoWhoHaveItsKey) {
  const auto made = make_backup(data, to, options());
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(made->sealed, is_sealed());
  EXPECT_EQ(made->signer, to_hex(view_of(signing.public_key)));
  EXPECT_FALSE(fs::exists(data / "backup.part"));
  add("later", "not in the backup");
  ASSERT_TRUE(check_backup(to, {.read_data = false}));
  const auto back = restore_backup(to, whole, opening());
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(back->sha256, made->sha256);
  EXPECT_TRUE(fs::exists(restored_mark(whole)));
  const auto copy = *open_lmdb(whole / "store");
  EXPECT_EQ(copy->read()->get("key 7"), Bytes(900, canary));
  EXPECT_EQ(copy->read()->get("later"), std::nullopt);
  EXPECT_TRUE(Blobs::open(whole / "blobs")->get(blob));
}

TEST_P(SealedBackup, SealedShowsNothingOfWhatItHolds) {
  ASSERT_TRUE(make_backup(data, to, options()));
  std::size_t shown = 0;
  for (const fs::path& file : all_files(to)) shown += read_whole(file)->find(Bytes(32, canary)) != Bytes::npos;
  EXPECT_EQ(shown, is_sealed() ? 0U : 2U) << "the store and the blob";
}

TEST_P(SealedBackup, IsNotOpenedByOthers) {
  ASSERT_TRUE(make_backup(data, to, options()));
  if (!is_sealed()) return;
  EXPECT_THAT(to_text(restore_backup(to, whole, {}).error()), HasSubstr("both halves of its recovery key are needed"));
  CheckOptions other = opening();
  other.secret = crypto::make_recovery_pair().secret_key;
  EXPECT_THAT(to_text(restore_backup(to, whole, other).error()), HasSubstr("these two halves are not those"));
  EXPECT_TRUE(check_backup(to)) << "whether it is whole can be told without the key";
}

TEST_P(SealedBackup, SaysWhichFileWasTamperedWith) {
  ASSERT_TRUE(make_backup(data, to, options()));
  const fs::path saved = folder.path() / "saved";
  fs::copy(to, saved, fs::copy_options::recursive);
  const auto again = [&] {
    fs::remove_all(to);
    fs::copy(saved, to, fs::copy_options::recursive);
  };
  std::vector<std::string> names{"store/data.mdb", "keys.json"};
  for (const fs::path& file : blob_files(data / "blobs")) names.push_back(file.lexically_relative(data).string());
  for (const std::string& name : names) {
    const fs::path file = file_of(name);
    change_octet(file, fs::file_size(file) / 2);
    EXPECT_THAT(problem(), HasSubstr("the file is not what the manifest says"));
    EXPECT_THAT(problem(), HasSubstr(file.string()));
    again();
    fs::resize_file(file, fs::file_size(file) - 1);
    EXPECT_THAT(problem(), HasSubstr(file.string() + ": the file has"));
    again();
    fs::remove(file);
    EXPECT_THAT(problem(), HasSubstr(file.string() + ": the file is missing"));
    again();
  }
  put(to / "people.json", "[]");
  EXPECT_THAT(problem(), HasSubstr("people.json: the manifest does not name this file"));
  again();
  EXPECT_EQ(problem(), "none") << "the copy itself is good";
}

TEST_P(SealedBackup, SaysWhatOfTheManifestWasTamperedWith) {
  ASSERT_TRUE(make_backup(data, to, options()));
  const Bytes good = *read_whole(to / "manifest.txt");
  const auto with = [&](const std::string& old, const std::string& what) {
    put(to / "manifest.txt", good);
    rewrite_manifest(old, what);
    return problem();
  };
  EXPECT_THAT(with("blobs 1", "blobs 2"), HasSubstr("the manifest is not what its signer has signed"));
  EXPECT_THAT(with("qlims backup 2", "qlims backup 3"), HasSubstr("manifest.txt, line 1"));
  EXPECT_THAT(with("signature ", "signed "), HasSubstr("is no line of a manifest"));
  put(to / "manifest.txt", BytesView{good}.substr(0, good.find("signature")));
  EXPECT_THAT(problem(), HasSubstr("the signature is missing: the manifest is cut off"));
  // Signed again by whoever changed it: whole in itself, and not by the key that must have signed it.
  fs::remove(to / "manifest.txt");
  BackupOptions theirs = options();
  theirs.signing = crypto::make_key_pair();
  fs::remove_all(to);
  ASSERT_TRUE(make_backup(data, to, theirs));
  EXPECT_THAT(problem(), HasSubstr("the backup is signed by another key"));
  fs::remove_all(to);
  theirs.signing.reset();
  ASSERT_TRUE(make_backup(data, to, theirs));
  EXPECT_THAT(problem(), HasSubstr("the backup is not signed"));
}

TEST_P(SealedBackup, MayBeKilledAtAnyPoint) {
  ASSERT_TRUE(make_backup(data, folder.path() / "first", options()));
  store.reset();
  std::minstd_rand random{7};
  int unfinished = 0;
  int finished = 0;
  for (int round = 0; round < 60; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto made = make_backup(data, to, options());
      if (!made && made.error().code != ErrorCode::conflict) ::_exit(1);
      const auto back = restore_backup(to, whole, opening());
      ::_exit(back || back.error().code == ErrorCode::conflict ? 0 : 2);
    }
    std::this_thread::sleep_for(std::chrono::microseconds{std::uniform_int_distribution<>{0, 60'000}(random)});
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
    const bool has_manifest = fs::exists(to / "manifest.txt");
    if (has_manifest) {
      const auto checked = check_backup(to, opening());
      EXPECT_TRUE(checked) << to_text(checked.error());
    }
    if (fs::exists(whole)) {
      EXPECT_TRUE(fs::exists(restored_mark(whole)));
      EXPECT_EQ((*open_lmdb(whole / "store"))->read()->get("key 7"), Bytes(900, canary));
      fs::remove_all(whole);
      fs::remove_all(to);
      ++finished;
    } else {
      ++unfinished;
    }
  }
  fmt::print("{} killed before the end, {} behind it\n", unfinished, finished);
  EXPECT_GT(unfinished, 5);
  const auto made = make_backup(data, to, options());
  EXPECT_TRUE(made || made.error().code == ErrorCode::conflict);
  EXPECT_TRUE(restore_backup(to, whole, opening()));
  EXPECT_EQ((*open_lmdb(data / "store"))->read()->get("key 7"), Bytes(900, canary)) << "the data are as they were";
}

}  // namespace
}  // namespace lab::journal

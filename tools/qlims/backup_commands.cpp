// qlims backup, restore, verify, recovery-key: the data folder of a coordinator or a node.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "protocol/crypto/crypto.hpp"
#include "protocol/crypto/recovery.hpp"
#include "protocol/journal/backup.hpp"
#include "protocol/service/secret_file.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/verify_export.hpp"

namespace lab::qlims {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct BackupOptions {
  std::string from;
  std::string to;
  std::string recovery_key;
  std::string check;
  bool read_data = false;
  std::string signer;
  std::vector<std::string> halves;
};

template <class T>
T or_fail(Result<T> result) {
  if (!result) fail_command(result.error());
  return std::move(*result);
}

void print(const journal::BackupFigures& figures, bool as_json) {
  if (as_json) {
    json object{{"records", figures.records},
                {"blobs", figures.blobs},
                {"sha256", figures.sha256},
                {"sealed", figures.sealed},
                {"signer", figures.signer.empty() ? json(nullptr) : json(figures.signer)}};
    return fmt::print("{}\n", object.dump());
  }
  fmt::print("{} records, {} blobs, sha256 {}, {}, {}\n", figures.records, figures.blobs, figures.sha256,
             figures.sealed ? "sealed" : "plain", figures.signer.empty() ? "unsigned" : "signed by " + figures.signer);
}

// The key of the program whose folder this is; none when it has not made one yet.
Result<std::optional<crypto::KeyPair>> signing_key_of(const fs::path& data) {
  for (const auto& [name, field] :
       {std::pair{"keys.json", "signing_secret"}, std::pair{"station.json", "signing_key"}}) {
    const auto text = service::read_file(data / name);
    if (!text) continue;
    const json content = json::parse(*text, nullptr, false);
    crypto::KeyPair pair;
    const bool has_key = content.is_object() && content.contains(field) && content[field].is_string() &&
                         fill_from_hex(pair.secret_key, content[field].get<std::string>());
    if (!has_key) return fail(ErrorCode::malformed, "the keys cannot be read", (data / name).string());
    std::copy(pair.secret_key.end() - pair.public_key.size(), pair.secret_key.end(), pair.public_key.begin());
    return std::optional{pair};
  }
  return std::optional<crypto::KeyPair>{};
}

Result<std::optional<crypto::RecoveryPublic>> recovery_key_in(const std::string& file) {
  if (file.empty()) return std::optional<crypto::RecoveryPublic>{};
  auto text = service::read_file(file);
  if (!text) return tl::unexpected(text.error());
  crypto::RecoveryPublic key{};
  while (!text->empty() && text->back() == '\n') text->pop_back();
  constexpr std::string_view words = "qlims recovery key ";
  if (!text->starts_with(words) || !fill_from_hex(key, std::string_view{*text}.substr(words.size()))) {
    return fail(ErrorCode::malformed, "this is no file of qlims recovery-key", file);
  }
  return std::optional{key};
}

// As qlims recovery-key prints it, "half 2: 3cf4...", or the half alone.
std::string without_label(std::string half) {
  for (const std::string_view label : {"half 1:", "half 2:"}) {
    if (half.starts_with(label)) half.erase(0, half.find_first_not_of(' ', label.size()));
  }
  return half;
}

// Never as arguments: other users of the machine see those. From two files, or typed by the two, one line each.
Result<crypto::RecoverySecret> secret_from(const std::vector<std::string>& files) {
  std::vector<std::string> halves;
  for (const std::string& file : files) {
    auto text = service::read_file(file);
    if (!text) return tl::unexpected(text.error());
    halves.push_back(without_label(std::move(*text)));
  }
  while (halves.size() < 2) {
    std::string line;
    fmt::print(stderr, "half {} of the recovery key: ", halves.size() + 1);
    if (!std::getline(std::cin, line)) return fail(ErrorCode::malformed, "both halves of the recovery key are needed");
    halves.push_back(without_label(std::move(line)));
  }
  return crypto::join(halves[0], halves[1]);
}

Result<journal::CheckOptions> check_options(const BackupOptions& options, bool read_data, bool needs_secret) {
  journal::CheckOptions wanted{.read_data = read_data};
  if (!options.signer.empty() && !fill_from_hex(wanted.signer.emplace(), options.signer)) {
    return fail(ErrorCode::malformed, "a key has 64 hexadecimal digits", "--signer");
  }
  if (needs_secret || !options.halves.empty()) {
    auto secret = secret_from(options.halves);
    if (!secret) return fail(std::move(secret));
    wanted.secret = *secret;
  }
  return wanted;
}

journal::BackupFigures back_up(const BackupOptions& options) {
  if (!options.check.empty()) {
    return or_fail(journal::check_backup(options.check, or_fail(check_options(options, options.read_data, false))));
  }
  if (options.from.empty() || options.to.empty()) throw CLI::RequiredError("--data and --out, or --check");
  return or_fail(journal::make_backup(
      options.from, options.to,
      {.signing = or_fail(signing_key_of(options.from)), .recovery = or_fail(recovery_key_in(options.recovery_key))}));
}

journal::BackupFigures restore(const BackupOptions& options) {
  const auto looked = or_fail(journal::check_backup(options.from, {.read_data = false}));
  return or_fail(
      journal::restore_backup(options.from, options.to, or_fail(check_options(options, true, looked.sealed))));
}

void add_backup(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "backup", "Copy a data folder, whose program may be running, and check the copy; or check one made before");
  auto options = std::make_shared<BackupOptions>();
  command->add_option("--data", options->from, "data folder of a coordinator or a node");
  command->add_option("--out", options->to, "new folder for the backup");
  command->add_option("--recovery-key", options->recovery_key,
                      "file of qlims recovery-key: seals the backup, so that two people are needed to read it");
  CLI::Option* check = command->add_option("--check", options->check, "folder of a backup: its manifest, names, sizes");
  command->add_flag("--read-data", options->read_data, "with --check: every octet")->needs(check);
  command->add_option("--signer", options->signer, "with --check: the key that must have signed it")->needs(check);
  command->add_option("--half", options->halves, "with --check: file with a half of the recovery key, twice")
      ->needs(check)
      ->expected(2);
  command->footer(
      "Example:\n  qlims backup --data /var/lib/qlims --out /backup/2013-07-01 --recovery-key /etc/qlims/recovery.pub\n"
      "  qlims backup --check /backup/2013-07-01 --read-data\n"
      "Without --recovery-key the copy has the program's keys and accounts (keys.json, people.json) in clear: keep it "
      "where nobody else can read.");
  command->callback([command, options] {
    crypto::start();
    const journal::BackupFigures figures = back_up(*options);
    const bool as_json = wants_json(*command);
    print(figures, as_json);
    if (!as_json && !figures.sealed && options->check.empty()) {
      fmt::print(stderr,
                 "this backup is not sealed: whoever can read {} has the keys and accounts in it; give --recovery-key, "
                 "or keep it where only you can read\n",
                 options->to);
    }
  });
}

void add_restore(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "restore", "Put a backup back into a new folder; the program then asks the other side what is newer");
  auto options = std::make_shared<BackupOptions>();
  command->add_option("--backup", options->from, "folder of the backup")->required();
  command->add_option("--data", options->to, "new folder")->required();
  command->add_option("--signer", options->signer, "the key that must have signed it");
  command->add_option("--half", options->halves, "file with a half of the recovery key, twice; else they are asked for")
      ->expected(2);
  command->footer("Example:\n  qlims restore --backup /backup/2013-07-01 --data /var/lib/qlims-new");
  command->callback([command, options] {
    crypto::start();
    print(restore(*options), wants_json(*command));
  });
}

void add_recovery_key(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "recovery-key", "Make a key for sealed backups: a file to seal with, and two halves for two people, shown once");
  auto out = std::make_shared<std::string>();
  command->add_option("--out", *out, "new file for what seals, which is no secret")->required();
  command->footer(
      "Example:\n  qlims recovery-key --out /etc/qlims/recovery.pub\nPrint each half for one person and keep them in "
      "two places. Without both, a sealed backup cannot be read by anybody.");
  command->callback([command, out] {
    crypto::start();
    if (fs::exists(*out)) fail_command({ErrorCode::conflict, "there is such a file already", *out});
    const crypto::RecoveryPair pair = crypto::make_recovery_pair();
    const std::string text = fmt::format("qlims recovery key {}\n", to_hex(view_of(pair.public_key)));
    if (auto written = service::write_secret_file(fs::absolute(*out), text); !written) fail_command(written.error());
    const auto [one, other] = crypto::split(pair.secret_key);
    if (wants_json(*command)) {
      fmt::print("{}\n", json{{"half_1", one}, {"half_2", other}}.dump());
    } else {
      fmt::print("half 1: {}\nhalf 2: {}\n", one, other);
    }
  });
}

// Of a backup, or of an export with the heads that laboratories have kept.
void add_verify(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "verify",
      "Check an evidence export by itself and count it again, or read a backup and compare it with its manifest");
  auto options = std::make_shared<VerifyOptions>();
  auto backup = std::make_shared<std::string>();
  CLI::Option* file = command->add_option("EXPORT", options->file, "what qlims export evidence wrote");
  command
      ->add_option("--head", options->heads, "a head that a laboratory has kept: the line itself, or a file of lines")
      ->needs(file);
  command->add_option("--backup", *backup, "folder of a backup")->excludes(file);
  command->footer(
      "Example:\n  qlims verify province.evidence --head head-of-node-5.txt\n"
      "  qlims verify --backup /backup/2013-07-01");
  command->callback([command, options, backup] {
    crypto::start();
    if (options->file.empty() && backup->empty()) throw CLI::RequiredError("EXPORT or --backup");
    const bool as_json = wants_json(*command);
    if (!backup->empty()) return print(or_fail(journal::verify_backup(*backup)), as_json);
    if (const int code = verify_export(*options, as_json); code != 0) throw CLI::RuntimeError(code);
  });
}

}  // namespace

void add_backup_commands(CLI::App& app) {
  add_backup(app);
  add_restore(app);
  add_recovery_key(app);
  add_verify(app);
}

}  // namespace lab::qlims

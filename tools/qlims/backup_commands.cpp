// qlims backup, restore, verify: the data folder of a coordinator or a node.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/backup.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/verify_export.hpp"

namespace lab::qlims {
namespace {

struct Folders {
  std::string from;
  std::string to;
};

int print(const Result<journal::BackupFigures>& figures, bool json) {
  if (!figures) {
    fmt::print(stderr, "{}\n", to_text(figures.error()));
    return 1;
  }
  if (json) {
    const nlohmann::json object{{"records", figures->records}, {"blobs", figures->blobs}, {"sha256", figures->sha256}};
    fmt::print("{}\n", object.dump());
  } else {
    fmt::print("{} records, {} blobs, sha256 {}\n", figures->records, figures->blobs, figures->sha256);
  }
  return 0;
}

bool wants_json(const CLI::App& app) {
  const CLI::App* root = &app;
  while (root->get_parent() != nullptr) root = root->get_parent();
  return root->get_option("--json")->as<bool>();
}

template <class Act>
void add(CLI::App& app, const char* name, const char* what, const char* from, const char* to, const char* example,
         Act act) {
  CLI::App* command = app.add_subcommand(name, what);
  auto folders = std::make_shared<Folders>();
  command->add_option(from, folders->from)->required();
  if (*to != '\0') command->add_option(to, folders->to)->required();
  command->footer(std::string{"Example:\n  "} + example);
  command->callback([command, folders, act] {
    crypto::start();
    if (const int code = print(act(*folders), wants_json(*command)); code != 0) throw CLI::RuntimeError(code);
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
    const int code =
        backup->empty() ? verify_export(*options, as_json) : print(journal::verify_backup(*backup), as_json);
    if (code != 0) throw CLI::RuntimeError(code);
  });
}

}  // namespace

void add_backup_commands(CLI::App& app) {
  add(app, "backup", "Copy a data folder, whose program may be running, and check the copy", "--data", "--out",
      "qlims backup --data /var/lib/qlims --out /backup/2013-07-01",
      [](const Folders& folders) { return journal::make_backup(folders.from, folders.to); });
  add(app, "restore", "Put a backup back into a new folder; the program then asks the other side what is newer",
      "--backup", "--data", "qlims restore --backup /backup/2013-07-01 --data /var/lib/qlims-new",
      [](const Folders& folders) { return journal::restore_backup(folders.from, folders.to); });
  add_verify(app);
}

}  // namespace lab::qlims

// qlims backup, restore, verify: the data folder of a coordinator or a node.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/backup.hpp"
#include "tools/qlims/commands.hpp"

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

}  // namespace

void add_backup_commands(CLI::App& app) {
  add(app, "backup", "Copy a data folder, whose program may be running, and check the copy", "--data", "--out",
      "qlims backup --data /var/lib/qlims --out /backup/2013-07-01",
      [](const Folders& folders) { return journal::make_backup(folders.from, folders.to); });
  add(app, "restore", "Put a backup back into a new folder; the program then asks the other side what is newer",
      "--backup", "--data", "qlims restore --backup /backup/2013-07-01 --data /var/lib/qlims-new",
      [](const Folders& folders) { return journal::restore_backup(folders.from, folders.to); });
  add(app, "verify", "Read a backup and compare it with its manifest", "--backup", "",
      "qlims verify --backup /backup/2013-07-01",
      [](const Folders& folders) { return journal::verify_backup(folders.from); });
}

}  // namespace lab::qlims

// qlims reference: the tables that plans are read by and results judged by.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "protocol/base/charset.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/text_table.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// What a coordinator reads: protocol/rules/reference_set.hpp for the nodes, coordinator/board for itself.
constexpr std::array known_names{"categories.csv",   "panels.csv",          "analytes.csv",       "qc_methods.csv",
                                 "qc_materials.csv", "qc_recovery.csv",     "qc_duplicates.csv",  "deadlines.csv",
                                 "holidays.csv",     "sampling_fields.csv", "divisions.csv",      "programmes.csv",
                                 "credit_rules.csv", "risk_rules.csv",      "sampling_rules.csv", "weights.csv",
                                 "independence.csv"};
// Several of these are one table.
constexpr std::array known_beginnings{"limits", "banned_pesticides", "banned_vet"};
// Under these names they lie in the source tree.
constexpr std::array other_names{std::pair{"recovery_limits.csv", "qc_recovery.csv"},
                                 std::pair{"duplicate_limits.csv", "qc_duplicates.csv"}};
constexpr std::array needed_names{"categories.csv", "limits.csv", "panels.csv"};

struct ReferenceOptions {
  ApiOptions api;
  std::vector<std::string> folders;
};

struct Tables {
  std::map<std::string, Bytes> texts;  // by the name that the coordinator knows
  std::vector<std::string> left_out;   // paths of tables that nobody reads
};

std::string name_at_the_coordinator(const std::string& name) {
  const auto other =
      std::ranges::find(other_names, std::string_view{name}, &std::pair<const char*, const char*>::first);
  if (other != other_names.end()) return other->second;
  const bool is_known = std::ranges::find(known_names, std::string_view{name}) != known_names.end() ||
                        std::ranges::any_of(known_beginnings, [&](const char* one) { return name.starts_with(one); });
  return is_known ? name : "";
}

void read_folder(const std::string& folder, Tables& tables) {
  std::error_code problem;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator{folder, problem}) {
    if (entry.path().extension() == ".csv") paths.push_back(entry.path());
  }
  if (problem) fail_command({ErrorCode::not_found, "打不开这个文件夹：" + problem.message(), folder});
  std::ranges::sort(paths);
  for (const fs::path& path : paths) {
    const std::string name = name_at_the_coordinator(path.filename().string());
    if (name.empty()) {
      tables.left_out.push_back(path.string());
      continue;
    }
    Bytes text = file_or_exit(path.string());
    if (!is_utf8(text)) fail_command({ErrorCode::malformed, "不是 UTF-8 文本，请另存为 UTF-8 的 CSV", path.string()});
    if (!tables.texts.emplace(name, std::move(text)).second) {
      fail_command({ErrorCode::conflict, fmt::format("{} 有两份，请只留一份", name), path.string()});
    }
  }
}

Tables read_folders(const std::vector<std::string>& folders) {
  Tables tables;
  for (const std::string& folder : folders) read_folder(folder, tables);
  std::string missing;
  for (const std::string_view name : needed_names) {
    const bool is_there =
        name == "limits.csv"
            ? std::ranges::any_of(tables.texts, [](const auto& one) { return one.first.starts_with("limits"); })
            : tables.texts.contains(std::string{name});
    if (!is_there) missing += fmt::format("{}{}", missing.empty() ? "" : "、", name);
  }
  if (!missing.empty()) {
    fail_command({ErrorCode::not_found,
                  fmt::format("缺少 {}；没有导入。这些表在哪里见 docs/administration.md", missing),
                  fmt::format("{}", fmt::join(folders, " "))});
  }
  return tables;
}

// How many rows of each kind the coordinator has; nothing before the first tables.
json counts_at(api::Api& api) {
  auto answer = api.get("/api/v1/reference");
  if (!answer && answer.error().code == ErrorCode::not_found) return json::object();
  const json lists = or_exit(std::move(answer));
  json counts = json::object();
  for (const char* field : {"programmes", "categories", "panels", "cities"}) counts[field] = lists.at(field).size();
  return counts;
}

std::string counts_text(const json& before, const json& after) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [field, name] : {std::pair{"programmes", "项目"}, std::pair{"categories", "产品类别"},
                                    std::pair{"panels", "检测包"}, std::pair{"cities", "市州"}}) {
    rows.push_back({name, before.contains(field) ? before.at(field).dump() : "无", after.at(field).dump()});
  }
  return text_table({"内容", "原", "现"}, rows);
}

void import_reference(const ReferenceOptions& options) {
  const Tables tables = read_folders(options.folders);
  json files = json::array();
  json names = json::array();
  for (const auto& [name, text] : tables.texts) {
    files.push_back({{"name", name}, {"text", text}});
    names.push_back(name);
  }
  api::Api api = open_api(options.api);
  const json before = counts_at(api);
  json answer = or_exit(api.post("/api/v1/reference", {{"files", files}}));
  const json after = counts_at(api);
  if (options.api.json) {
    answer.update({{"files", names}, {"left_out", tables.left_out}, {"before", before}, {"after", after}});
    fmt::print("{}\n", answer.dump());
    return;
  }
  fmt::print("{}", counts_text(before, after));
  fmt::print("已导入 {} 个表，版本 {}\n", tables.texts.size(), answer.at("edition").get<std::string>());
  for (const std::string& path : tables.left_out) fmt::print(stderr, "没有导入，省平台不读这个表：{}\n", path);
}

void list_reference(const ApiOptions& options) {
  api::Api api = open_api(options);
  const json answer = or_exit(api.get("/api/v1/reference"));
  if (options.json) {
    fmt::print("{}\n", answer.dump());
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [field, name] :
       {std::pair{"programmes", "项目"}, std::pair{"categories", "产品类别"}, std::pair{"panels", "检测包"}}) {
    for (const json& one : answer.at(field)) {
      rows.push_back({name, one.at("code").get<std::string>(), one.at("name").get<std::string>()});
    }
  }
  fmt::print("{}", text_table({"内容", "代码", "名称"}, rows));
}

}  // namespace

void add_reference_commands(CLI::App& app) {
  CLI::App* reference = app.add_subcommand("reference", "tables that plans are read by and results judged by");
  reference->require_subcommand(1);

  auto options = std::make_shared<ReferenceOptions>();
  CLI::App* command = reference->add_subcommand(
      "import", "take the tables of folders; a new edition goes to every node, and the whole set is checked first");
  command->footer(
      "Example: qlims reference import /etc/qlims/reference\n"
      "Needed: categories.csv, panels.csv and limits.csv (or several limits*.csv). A set replaces the one before it: "
      "what results are judged by has to be in it each time. docs/administration.md says where the tables lie that "
      "come with the program.");
  command->add_option("folder", options->folders, "folders with *.csv; a table may be in one of them only")->required();
  add_api_options(*command, options->api);
  command->callback([options] { import_reference(*options); });

  auto list_options = std::make_shared<ApiOptions>();
  CLI::App* list = reference->add_subcommand("list", "programmes, categories and panels that a plan may name");
  list->footer("Example: qlims reference list");
  add_api_options(*list, *list_options);
  list->callback([list_options] { list_reference(*list_options); });
}

}  // namespace lab::qlims

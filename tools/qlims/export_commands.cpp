// qlims export, and qlims verify of what it wrote.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "protocol/crypto/crypto.hpp"
#include "protocol/evidence/export_file.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/export_table.hpp"
#include "tools/qlims/export_upload.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/verify_export.hpp"
#include "tools/qlims/whole_files.hpp"
#include "tools/verify/statement.hpp"
#include "tools/verify/verify.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct ExportOptions {
  ApiOptions api;
  std::string what;
  std::string out;
  TableOptions table;
  std::string profile;
};

// Every page of it, one behind the other.
void download(api::Api& api, const std::string& target, std::string after, GrowingFile& file) {
  do {
    auto page = api.download_page(fmt::format("{}after={}", target, after));
    if (!page) fail_command(page.error());
    file.add(page->bytes);
    after = page->next;
  } while (!after.empty());
}

// The statement first: it says how far everything else is to be fetched.
void export_evidence(api::Api& api, GrowingFile& file) {
  crypto::start();
  auto text = api.download("/api/v1/evidence/statement");
  if (!text) fail_command(text.error());
  const auto statement = verify::read_statement(*text);
  if (!statement) fail_command(statement.error());
  file.add(evidence::export_magic);
  file.add(evidence::section(evidence::section_statement, *text));
  for (const auto& [id, node] : statement->nodes) {
    download(api, fmt::format("/api/v1/evidence/orders?node={}&upto={}&", id, node.orders), "0", file);
  }
  download(api, fmt::format("/api/v1/evidence/events?size={}&", statement->head.size), "0", file);
}

void export_head(api::Api& api, GrowingFile& file) {
  const json answer = or_exit(api.get("/api/v1/evidence/head"));
  const std::string line = answer.at("head").get<std::string>() + "\n";
  if (line == "\n") fail_command({ErrorCode::not_found, "本站还没有收到过省平台的树头", "head"});
  fmt::print("{}", line);
  file.add(line);
}

[[noreturn]] void misused(const char* what) { fail_command({ErrorCode::malformed, what, "export"}); }

void run_export(const ExportOptions& options) {
  if (options.what.empty() == options.table.table.empty()) {
    misused("say one of events, orders, evidence, head and upload, or --table");
  }
  if (options.what == "upload") return export_upload(options.table, options.api, options.profile, options.out);
  if (!options.table.table.empty()) return export_table(options.table, options.api, options.out);
  if (options.out.empty()) misused("--out is needed");
  api::Api api = open_api(options.api);
  GrowingFile file{options.out};
  if (options.what == "evidence") {
    export_evidence(api, file);
  } else if (options.what == "head") {
    export_head(api, file);
  } else {
    download(api, fmt::format("/api/v1/export/{}?", options.what), "", file);
  }
  const auto octets = file.finish();
  if (!octets) fail_command(octets.error());
  fmt::print(stderr, "{} 字节 → {}\n", *octets, options.out);
}

// A head on the command line, or a file with one on each line.
std::vector<model::TreeHead> heads_of(const std::string& text) {
  const std::string lines = text.starts_with("qlims-head ") ? text : file_or_exit(text);
  std::vector<model::TreeHead> heads;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string line = lines.substr(at, end - at);
    at = end + 1;
    if (line.empty()) continue;
    auto head = evidence::parse_head(line);
    if (!head) fail_command({head.error().code, head.error().message, text});
    heads.push_back(std::move(*head));
  }
  return heads;
}

json to_json(const verify::Report& report) {
  json faults = json::array();
  for (const verify::Fault& fault : report.faults) faults.push_back({{"where", fault.where}, {"what", fault.what}});
  json streams = json::array();
  for (const verify::StreamCount& stream : report.streams) {
    streams.push_back({{"node", stream.node},
                       {"incarnation", stream.head.incarnation},
                       {"events", stream.head.sequence},
                       {"head", to_hex(stream.head.hash.view())},
                       {"sealed", stream.sealed}});
  }
  return {{"good", report.is_good()},
          {"faults_seen", report.faults_seen},
          {"faults", std::move(faults)},
          {"head", evidence::to_text(report.head)},
          {"events", report.events},
          {"orders", report.orders},
          {"tokens", report.tokens},
          {"verdicts", report.verdicts},
          {"amended", report.amended},
          {"retested", report.retested},
          {"adopted", report.adopted},
          {"late", report.late},
          {"quarantined", report.quarantined},
          {"unsigned", report.unsigned_stretches},
          {"witnesses", report.witnesses},
          {"streams", std::move(streams)},
          {"notes", report.notes}};
}

std::string faults_text(const std::vector<verify::Fault>& faults) {
  std::string text;
  for (const verify::FaultKind& kind : verify::kinds_of(faults)) {
    const std::string more =
        kind.count == 1 ? "" : fmt::format("（同类共 {} 处，这是第一处；--json 列出）", kind.count);
    text += fmt::format("错误 {}: {}{}\n", kind.first.where, kind.first.what, more);
  }
  return text;
}

std::string to_text(const verify::Report& report) {
  std::string text;
  for (const verify::StreamCount& stream : report.streams) {
    text += fmt::format("节点 {} 第 {} 期：{} 条事件{}\n", stream.node, stream.head.incarnation, stream.head.sequence,
                        stream.sealed ? "，已封存" : "");
  }
  text += fmt::format(
      "{} 条事件，{} 条指令，{} 个令牌；计入 {} 个判定，修正 {}，复检 {}，恢复时采认 {}；迟到 {}，隔离 {}\n",
      report.events, report.orders, report.tokens, report.verdicts, report.amended, report.retested, report.adopted,
      report.late, report.quarantined);
  if (report.unsigned_stretches > 0) text += fmt::format("{} 段事件收下时尚未保存签名\n", report.unsigned_stretches);
  text += fmt::format("{} 个见证树头相符\n", report.witnesses);
  for (const std::string& note : report.notes) text += fmt::format("说明: {}\n", note);
  text += faults_text(report.faults);
  if (report.faults_seen > report.faults.size()) text += fmt::format("共 {} 处错误\n", report.faults_seen);
  text += report.is_good() ? "全部相符\n" : "不相符\n";
  return text;
}

}  // namespace

int verify_export(const VerifyOptions& options, bool as_json) {
  crypto::start();
  const Bytes file = file_or_exit(options.file);
  std::vector<model::TreeHead> witnesses;
  for (const std::string& text : options.heads) {
    for (model::TreeHead& head : heads_of(text)) witnesses.push_back(std::move(head));
  }
  const verify::Report report = verify::check(file, witnesses);
  fmt::print("{}", as_json ? to_json(report).dump() + "\n" : to_text(report));
  return report.is_good() ? 0 : 1;
}

void add_export_command(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export", "tables for people, or the raw bytes everything is computed from");
  command->footer(
      "upload: counted samples as somebody else's upload interface wants them, by --profile (docs/integrators.md)\n"
      "events, orders: as they are stored; evidence: both with every signature, for qlims verify; head: the signed "
      "head\n"
      "of all events, of a coordinator or as a lab-node has kept it\n"
      "Examples:\n"
      "  qlims export --table rates --by city,category --format xlsx --out rates.xlsx\n"
      "  qlims export --table nonconforming --programme NCP --out bad.pdf\n"
      "  qlims export --table nonconforming --programme NCP --encoding gb18030 --out bad.csv\n"
      "  qlims export upload --profile platform.json --format ndjson --out upload.ndjson\n"
      "  qlims export evidence --out province.evidence");
  command->add_option("what", options->what, "events, orders, evidence, head or upload")
      ->check(CLI::IsMember({"events", "orders", "evidence", "head", "upload"}));
  command->add_option("--out", options->out, "file to write; a table as CSV may go to standard output");
  command->add_option("--profile", options->profile, "of an upload: which field stands in which column")
      ->check(CLI::ExistingFile);
  add_table_options(*command, options->table);
  add_api_options(*command, options->api);
  command->callback([options] { run_export(*options); });
}

}  // namespace lab::qlims

#include "lab-node/desk/capture_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

#include "instruments/drivers/decode.hpp"
#include "lab-node/desk/request.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

// What people call the formats that are written in C++; profiles have titles of their own.
struct Driver {
  std::string_view name;  // before the version
  const char* kind;
  const char* title;
};
constexpr std::array drivers_by_name{
    Driver{"andi-cdf", "spectrum", "ANDI/AIA 色谱数据（netCDF，不读取，只说明原因）"},
    Driver{"animl-gaml", "spectrum", "AnIML、GAML 文件（不读取，只说明原因）"},
    Driver{"astm-e1394", "message", "ASTM E1394 / LIS2-A2 报文（分析仪）"},
    Driver{"biomerieux-bci", "message", "bioMérieux BCI 报文"},
    Driver{"hl7-oru", "message", "HL7 v2 ORU^R01 / OUL 报文（分析仪）"},
    Driver{"jcamp-dx", "spectrum", "JCAMP-DX 谱图"},
    Driver{"line-meter", "meter", "逐行输出的仪表（天平、水分仪、pH 计等）"},
    Driver{"masshunter-quant", "table", "Agilent MassHunter Quant 批处理结果表"},
    Driver{"mt-sics", "meter", "梅特勒天平 MT-SICS"},
    Driver{"sartorius-sbi", "meter", "赛多利斯天平 SBI"},
    Driver{"stx-result-line", "message", "STX…ETX 单行结果报文"},
};

json driver_line(const std::string& name) {
  const std::string before = name.substr(0, name.find('/'));
  const auto* const known = std::ranges::find(drivers_by_name, before, &Driver::name);
  const bool is_known = known != drivers_by_name.end();
  return {{"name", name},
          {"version", before.size() < name.size() ? name.substr(before.size() + 1) : ""},
          {"title", is_known ? known->title : name},
          {"kind", is_known ? known->kind : "message"}};
}

json profile_line(const profiles::Profile& profile) {
  return {{"name", profile.name},
          {"version", std::to_string(profile.version)},
          {"title", profile.title},
          {"kind", "table"}};
}

// What a profile or driver is called in all its versions.
std::string_view format_of(std::string_view profile) { return profile.substr(0, profile.find('/')); }

// How the format that a capture was taken by can be named now: in its current version, or else in the one of then.
// Empty when it is no longer known.
std::string name_now(const std::string& taken_by, const profiles::Library& library) {
  const std::string_view format = format_of(taken_by);
  if (format.empty() || library.find(format) != nullptr) return std::string{format};
  if (profiles::is_known_name(taken_by, library)) return taken_by;
  const std::vector<std::string> names = drivers::profile_names();
  const auto next = std::ranges::find(names, format, [](const std::string& name) { return format_of(name); });
  return next == names.end() ? std::string{} : *next;
}

}  // namespace

tl::expected<StoredFile, http::Response> file_of(const Office& office, const http::Request& request) {
  const auto id = number_in(request, "capture", 0);
  if (!id) return tl::unexpected(problem_of(id.error()));
  return file_of(office, *id);
}

tl::expected<StoredFile, http::Response> file_of(const Office& office, std::uint64_t id) {
  const auto view = office.store.read();
  auto capture = tables::capture(*view, id);
  if (!capture) return tl::unexpected(http::problem(404, "unknown_capture", "没有这个编号的仪器数据"));
  auto bytes = raw_bytes(office, *view, capture->raw);
  if (!bytes) return tl::unexpected(http::problem(500, "capture_unreadable", to_text(bytes.error())));
  std::string name = capture->entry.port;
  if (name.starts_with(upload_port)) name.erase(0, upload_port.size());
  return StoredFile{.capture = std::move(*capture), .bytes = std::move(*bytes), .name = std::move(name)};
}

profiles::Decoded read_again(const StoredFile& file, const std::string& wanted, const profiles::Library& library) {
  const auto read = [&](const std::string& profile) {
    return profiles::decode_and_explain(file.bytes, {.profile = profile, .file_name = file.name}, library);
  };
  if (!wanted.empty()) return read(wanted);
  profiles::Decoded chosen = read({});
  const model::CaptureEntry& entry = file.capture.entry;
  const std::string taken_by = entry.refused.empty() ? name_now(entry.profile, library) : std::string{};
  const std::string& by = chosen.decoding.profile;
  if (taken_by.empty() || by == taken_by || format_of(by) == taken_by) return chosen;
  return read(taken_by);
}

json candidates_of(BytesView bytes, const profiles::Library& library) {
  json lines = json::array();
  for (const profiles::Fit& fit : profiles::fitting_formats(bytes, library)) {
    json line = fit.profile != nullptr ? profile_line(*fit.profile) : driver_line(fit.name);
    line["reason"] = fit.reason;
    lines.push_back(std::move(line));
  }
  return lines.size() > 1 ? lines : json::array();
}

json diagnostics_of(const model::Decoding& decoding) {
  constexpr std::size_t shown = 50;
  json lines = json::array();
  for (const model::Diagnostic& diagnostic :
       std::span{decoding.diagnostics}.first(std::min(shown, decoding.diagnostics.size()))) {
    lines.push_back({{"offset", diagnostic.offset}, {"where", diagnostic.where}, {"message", diagnostic.message}});
  }
  return lines;
}

json profile_list(const profiles::Library& library) {
  json lines = json::array();
  for (const std::string& name : drivers::profile_names()) lines.push_back(driver_line(name));
  for (const profiles::Profile& profile : library.all()) lines.push_back(profile_line(profile));
  return lines;
}

}  // namespace lab::desk

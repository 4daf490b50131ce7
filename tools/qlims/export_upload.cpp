#include "tools/qlims/export_upload.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "protocol/http/url.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

nlohmann::json read_profile(const std::string& path) {
  nlohmann::json profile = nlohmann::json::parse(file_or_exit(path), nullptr, false);
  if (profile.is_discarded()) fail_command({ErrorCode::malformed, "不是 JSON 文件", path});
  return profile;
}

std::string target_of(const TableOptions& options, const std::string& out) {
  const bool is_text = options.format == "csv" || (options.format.empty() && std::string_view{out}.ends_with(".csv"));
  if (options.format == "xlsx" || options.format == "pdf")
    fail_command({ErrorCode::malformed, "an upload is csv or ndjson", "--format"});
  return fmt::format("/api/v1/export/upload?format={}&encoding={}{}", is_text ? "csv" : "ndjson", options.encoding,
                     filters_of(options));
}

// Calls `take` with each page, as long as there are any.
template <class Take>
Result<void> for_each_page(api::Api& api, const std::string& target, const nlohmann::json& profile, const Take& take) {
  std::string after;
  do {
    auto page = api.post_page(target + (after.empty() ? "" : "&after=" + http::url_encode(after)), profile);
    if (!page) return fail(std::move(page));
    take(page->bytes);
    after = page->next;
  } while (!after.empty());
  return {};
}

}  // namespace

void export_upload(const TableOptions& options, const ApiOptions& api_options, const std::string& profile_path,
                   const std::string& out) {
  if (profile_path.empty()) fail_command({ErrorCode::malformed, "--profile is needed", "export upload"});
  const nlohmann::json profile = read_profile(profile_path);
  const std::string target = target_of(options, out);
  api::Api api = open_api(api_options);
  if (out.empty()) {
    const auto shown = for_each_page(api, target, profile, [](const Bytes& page) { fmt::print("{}", page); });
    if (!shown) fail_command(shown.error());
    return;
  }
  // A row of the last page may be refused: what was written until then must not look like an upload.
  GrowingFile file{out};
  const auto fetched = for_each_page(api, target, profile, [&](const Bytes& page) { file.add(page); });
  if (!fetched) fail_command(fetched.error());
  const auto octets = file.finish();
  if (!octets) fail_command(octets.error());
  fmt::print(stderr, "{} 字节 → {}\n", *octets, out);
}

}  // namespace lab::qlims

#include "tools/qlims/instrument_fetch.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "protocol/crypto/crypto.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct FetchOptions {
  ApiOptions api;
  std::string hash;
  std::string out;
};

// Newest first, page by page, until there is one of that hash.
json capture_of(api::Api& api, const std::string& hash) {
  std::string target = "/api/v1/captures?limit=1000";
  for (;;) {
    const json page = or_exit(api.get(target));
    for (const json& capture : page.at("captures")) {
      if (capture.at("hash") == hash) return capture;
    }
    const json& next = page.at("next");
    if (next.is_null()) break;
    target = fmt::format("/api/v1/captures?limit=1000&before={}", next.get<std::uint64_t>());
  }
  fail_command(
      {ErrorCode::not_found, "这个检测站没有这份仪器数据；请核对检测站的地址，和样品历史中记录的是不是同一站", hash});
}

void fetch(const FetchOptions& options) {
  api::Api api = open_api(options.api);
  const json capture = capture_of(api, options.hash);
  auto octets = api.download(fmt::format("/api/v1/captures/{}/raw", capture.at("capture").get<std::uint64_t>()));
  if (!octets) fail_command(octets.error());
  if (to_hex(crypto::sha256(*octets).view()) != options.hash) {
    fail_command({ErrorCode::malformed, "收到的内容与散列不符，没有保存；检测站上的数据可能已损坏", options.hash});
  }
  const std::size_t size = octets->size();
  if (const auto written = write_whole({{options.out, *std::move(octets)}}); !written) fail_command(written.error());
  if (options.api.json) return fmt::print("{}\n", capture.dump());
  fmt::print("{}，{} 收到，{} 字节，SHA-256 与记录相符 → {}\n", capture.at("instrument").get<std::string>(),
             capture.at("received").get<std::string>(), size, options.out);
}

}  // namespace

void add_instrument_fetch(CLI::App& instrument) {
  const auto options = std::make_shared<FetchOptions>();
  CLI::App* command = instrument.add_subcommand(
      "fetch", "the octets an instrument sent, out of the lab-node that keeps them, held against their hash");
  command->footer(
      "HASH is what the board shows in the history of a sample; --coordinator is the address of the lab-node.\n"
      "Example: qlims instrument fetch 9f86d0… --coordinator http://10.1.2.3:7002 --token-file lab.token --out "
      "raw.csv");
  command->add_option("hash", options->hash, "SHA-256 of the raw octets")->required();
  command->add_option("--out", options->out, "file to write")->required();
  add_api_options(*command, options->api);
  command->callback([options] { fetch(*options); });
}

}  // namespace lab::qlims

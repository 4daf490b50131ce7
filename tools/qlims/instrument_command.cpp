#include "tools/qlims/commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "instruments/drivers/decoding.hpp"
#include "instruments/profiles/decode.hpp"
#include "instruments/profiles/profile_json.hpp"
#include "protocol/base/bytes.hpp"
#include "tools/qlims/instrument_fetch.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct DecodeOptions {
  std::string profile;
  bool as_json = false;
  std::vector<std::string> files;
};

// Octets that are not UTF-8 must not stop the report.
void print_json(const json& object) { fmt::print("{}\n", object.dump(-1, ' ', false, json::error_handler_t::replace)); }

json to_json(const model::ReadValue& value) {
  return {{"text", value.text},
          {"number", value.number ? json(value.number->to_text()) : json(nullptr)},
          {"comparator", model::name_of(value.comparator)},
          {"state", model::name_of(value.state)}};
}

json to_json(const std::string& file, const std::string& profile, const model::Observation& observation) {
  return {{"file", file},
          {"profile", profile},
          {"sample_id", observation.sample_id},
          {"sample_type", observation.sample_type},
          {"analyte", observation.analyte},
          {"value", to_json(observation.value)},
          {"unit", observation.unit},
          {"flags", observation.flags},
          {"instrument", observation.instrument},
          {"run", observation.run},
          {"time", observation.time},
          {"offset", observation.offset}};
}

json summary_of(const std::string& file, const model::Decoding& decoding) {
  json summary{{"file", file}, {"profile", decoding.profile}};
  if (!decoding.refused.empty()) {
    summary["refused"] = true;
    summary["reason"] = decoding.refused;
  } else {
    summary["observations"] = decoding.observations.size();
    summary["diagnostics"] = decoding.diagnostics.size();
    summary["covered_bytes"] = decoding.covered_bytes;
    summary["total_bytes"] = decoding.total_bytes;
  }
  return {{"summary", summary}};
}

void print_as_json(const std::string& file, const model::Decoding& decoding) {
  for (const model::Observation& observation : decoding.observations) {
    print_json(to_json(file, decoding.profile, observation));
  }
  print_json(summary_of(file, decoding));
}

void print_as_table(const std::string& file, const model::Decoding& decoding) {
  if (!decoding.refused.empty()) {
    fmt::print("{}: 未导入: {}\n", file, decoding.refused);
    return;
  }
  fmt::print("样品号\t类型\t项目\t结果\t单位\t状态\t标记\n");
  for (const model::Observation& observation : decoding.observations) {
    std::string flags;
    for (const std::string& flag : observation.flags) flags += (flags.empty() ? "" : ", ") + flag;
    fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\n", observation.sample_id, observation.sample_type, observation.analyte,
               observation.value.text, observation.unit, model::name_of(observation.value.state), flags);
  }
  fmt::print("{}: {}, {} 个结果, {} 条提示, 已识别 {}/{} 字节\n", file, decoding.profile, decoding.observations.size(),
             decoding.diagnostics.size(), decoding.covered_bytes, decoding.total_bytes);
}

// A profile that is being written is a file: it joins the built-in ones, and its name is what is asked for.
Result<std::string> load_profile(const std::string& path, profiles::Library& library) {
  const auto text = read_file(path, profiles::profile_octets_max);
  if (!text) return tl::unexpected(text.error());
  const auto profile = profiles::parse_profile(*text);
  if (!profile) return fail(profile.error().code, profile.error().message, path + ": " + profile.error().where);
  if (auto added = library.add(*text); !added) return fail(std::move(added));
  return profile->name;
}

profiles::Decoded decode_file(const std::string& path, const std::string& profile, const profiles::Library& library) {
  const auto bytes = read_file(path, drivers::capture_octets_max);
  if (!bytes) return {drivers::refuse(profile, 0, bytes.error().message), {}};
  return profiles::decode_and_explain(*bytes, {.profile = profile, .file_name = path}, library);
}

void run_decode(const DecodeOptions& options) {
  profiles::Library library = profiles::built_in();
  std::string profile = options.profile;
  if (profile.ends_with(".json")) {
    auto loaded = load_profile(profile, library);
    if (!loaded) {
      fmt::print(stderr, "{}\n", to_text(loaded.error()));
      throw CLI::RuntimeError(1);
    }
    profile = *std::move(loaded);
  }
  bool all_read = true;
  for (const std::string& file : options.files) {
    const profiles::Decoded decoded = decode_file(file, profile, library);
    const model::Decoding& decoding = decoded.decoding;
    if (!decoded.reason.empty()) fmt::print(stderr, "{}: 选用 {}\n", file, decoded.reason);
    for (const model::Diagnostic& diagnostic : decoding.diagnostics) {
      fmt::print(stderr, "{}: {}: {}\n", file, diagnostic.where, diagnostic.message);
    }
    if (options.as_json) {
      print_as_json(file, decoding);
    } else {
      print_as_table(file, decoding);
    }
    all_read = all_read && decoding.refused.empty();
  }
  if (!all_read) throw CLI::RuntimeError(1);
}

void print_profiles(bool as_json) {
  for (const std::string& name : profiles::known_names()) {
    const profiles::Profile* profile = profiles::built_in().find(name);
    const std::string title = profile ? profile->title : "";
    if (as_json) {
      fmt::print("{}\n", json{{"profile", name}, {"title", title}}.dump());
    } else {
      fmt::print("{}\t{}\n", name, title);
    }
  }
}

}  // namespace

void add_instrument_commands(CLI::App& app) {
  auto* instrument = app.add_subcommand("instrument", "captures and exports of instruments");
  instrument->require_subcommand(1);
  instrument->footer("Example: qlims instrument decode batch.csv");
  auto* decode = instrument->add_subcommand("decode", "print what a capture or export file says; writes nothing");
  decode->footer("Example: qlims instrument decode --json batch.csv");
  const auto options = std::make_shared<DecodeOptions>();
  decode->add_option("--profile", options->profile,
                     "read as this one of `qlims instrument profiles`, or by the profile in a FILE.json "
                     "(docs/profiles.md); chosen by content when left out");
  decode->add_flag("--json", options->as_json, "JSON Lines: an object per observation, then a summary per file");
  decode->add_option("FILE", options->files, "capture or export files")->required();
  decode->callback([options] { run_decode(*options); });
  auto* known = instrument->add_subcommand("profiles", "list the formats that are known, and whose they are");
  known->footer("Example: qlims instrument profiles");
  const auto known_as_json = std::make_shared<bool>(false);
  known->add_flag("--json", *known_as_json, "JSON Lines: an object per format");
  known->callback([known_as_json] { print_profiles(*known_as_json); });
  add_instrument_fetch(*instrument);
}

}  // namespace lab::qlims

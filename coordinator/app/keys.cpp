#include "coordinator/app/keys.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/base/failpoint.hpp"
#include "protocol/service/secret_file.hpp"

namespace lab::coordinator::app {
namespace {

using nlohmann::json;

Result<Keys> write_keys(const std::filesystem::path& file, const Keys& keys) {
  json content{{"curve_public", keys.curve.public_key},
               {"curve_secret", keys.curve.secret_key},
               {"signing_public", to_hex(view_of(keys.signing.public_key))},
               {"signing_secret", to_hex(view_of(keys.signing.secret_key))}};
  if (keys.next) {
    content["next_curve_public"] = keys.next->curve.public_key;
    content["next_curve_secret"] = keys.next->curve.secret_key;
    content["next_curve_from"] = to_text(keys.next->from);
  }
  if (auto written = service::write_secret_file(file, content.dump(1)); !written) return fail(std::move(written));
  return keys;
}

bool is_pair(const transport::CurveKeys& keys) {
  return transport::is_curve_key(keys.public_key) && transport::is_curve_key(keys.secret_key);
}

// Texts only: json::value throws for a field of another type.
bool is_object_of_texts(const json& value) {
  return value.is_object() && std::ranges::all_of(value, [](const json& field) { return field.is_string(); });
}

}  // namespace

Result<Keys> open_keys(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    return fail(ErrorCode::not_found,
                "the coordinator's keys are missing, and an enrolled node knows it by no others; restore this file "
                "from a backup",
                file.string());
  }
  const auto text = service::read_file(file);
  if (!text) return tl::unexpected(text.error());
  const json content = json::parse(*text, nullptr, false);
  Keys keys;
  if (is_object_of_texts(content)) {
    keys.curve = {.public_key = content.value("curve_public", ""), .secret_key = content.value("curve_secret", "")};
  }
  bool is_next_good = true;
  if (is_object_of_texts(content) && content.contains("next_curve_public")) {
    const auto from = parse_utc(content.value("next_curve_from", ""));
    keys.next = Keys::Next{.curve = {.public_key = content.value("next_curve_public", ""),
                                     .secret_key = content.value("next_curve_secret", "")},
                           .from = from.value_or(UtcTime{})};
    is_next_good = from && is_pair(keys.next->curve);
  }
  if (!is_next_good || !is_pair(keys.curve) ||
      !fill_from_hex(keys.signing.public_key, content.value("signing_public", "")) ||
      !fill_from_hex(keys.signing.secret_key, content.value("signing_secret", ""))) {
    return fail(ErrorCode::malformed, "the keys cannot be read; restore this file from a backup", file.string());
  }
  return keys;
}

Result<Keys> plan_next_curve(const std::filesystem::path& file, UtcTime now) {
  auto keys = open_keys(file);
  if (!keys) return keys;
  if (keys->next) {
    return fail(ErrorCode::conflict, "there is a next key already, used from " + to_text(keys->next->from) + " on",
                file.string());
  }
  keys->next = Keys::Next{.curve = transport::make_curve_keys(), .from = now + curve_notice};
  auto planned = write_keys(file, *keys);
  pass("coordinator.keys.planned");
  return planned;
}

Result<Keys> keys_of(const std::filesystem::path& file, bool is_new_store, UtcTime now) {
  if (is_new_store && !std::filesystem::exists(file)) {
    auto made = write_keys(file, {.curve = transport::make_curve_keys(), .signing = crypto::make_key_pair()});
    pass("coordinator.keys");
    return made;
  }
  auto keys = open_keys(file);
  if (!keys || !keys->next || now < keys->next->from) return keys;
  keys->curve = std::move(keys->next->curve);
  keys->next.reset();
  auto replaced = write_keys(file, *keys);
  pass("coordinator.keys.replaced");
  return replaced;
}

}  // namespace lab::coordinator::app

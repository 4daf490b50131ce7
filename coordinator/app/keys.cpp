#include "coordinator/app/keys.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/service/secret_file.hpp"

namespace lab::coordinator::app {
namespace {

using nlohmann::json;

Result<Keys> make_keys(const std::filesystem::path& file) {
  const Keys keys{.curve = transport::make_curve_keys(), .signing = crypto::make_key_pair()};
  const json content{{"curve_public", keys.curve.public_key},
                     {"curve_secret", keys.curve.secret_key},
                     {"signing_public", to_hex(view_of(keys.signing.public_key))},
                     {"signing_secret", to_hex(view_of(keys.signing.secret_key))}};
  if (auto written = service::write_secret_file(file, content.dump(1)); !written) return fail(std::move(written));
  return keys;
}

// Texts only: json::value throws for a field of another type.
bool is_object_of_texts(const json& value) {
  return value.is_object() && std::ranges::all_of(value, [](const json& field) { return field.is_string(); });
}

}  // namespace

Result<Keys> open_keys(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return make_keys(file);
  const auto text = service::read_file(file);
  if (!text) return tl::unexpected(text.error());
  const json content = json::parse(*text, nullptr, false);
  Keys keys;
  if (is_object_of_texts(content)) {
    keys.curve = {.public_key = content.value("curve_public", ""), .secret_key = content.value("curve_secret", "")};
  }
  if (!transport::is_curve_key(keys.curve.public_key) || !transport::is_curve_key(keys.curve.secret_key) ||
      !fill_from_hex(keys.signing.public_key, content.value("signing_public", "")) ||
      !fill_from_hex(keys.signing.secret_key, content.value("signing_secret", ""))) {
    return fail(ErrorCode::malformed, "the keys cannot be read; restore this file from a backup", file.string());
  }
  return keys;
}

}  // namespace lab::coordinator::app

#include "lab-node/desk/reception_request.hpp"

#include <algorithm>
#include <array>

#include "instruments/label/payload.hpp"
#include "lab-node/desk/names.hpp"
#include "lab-node/desk/request.hpp"

namespace lab::desk {
namespace {

using model::Seal;
using model::StatusBox;
using nlohmann::json;

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// One of `values` by its name, the first when nothing is said; nothing when it is no such name.
template <class Enum, std::size_t size>
std::optional<Enum> named(const std::array<Enum, size>& values, const std::string& name) {
  if (name.empty()) return values.front();
  const auto found = std::ranges::find_if(values, [&](Enum value) { return name == name_of(value); });
  if (found == values.end()) return std::nullopt;
  return *found;
}

constexpr std::array seals{Seal::not_checked, Seal::intact, Seal::broken};
constexpr std::array boxes{StatusBox::not_seen, StatusBox::waiting, StatusBox::testing, StatusBox::tested,
                           StatusBox::retained};

/// Which copy the person says it is, for a code that does not say so itself; nothing when it is none.
std::optional<std::uint8_t> copy_for(const reception::Label& label, const std::string& said) {
  const auto fields = label::fields_in(label.code);
  if (said.empty() || (fields && fields->copy)) return label.copy;
  return label::copy_in(said);
}

}  // namespace

Field fields_of(const http::Request& request) {
  return [&request](const char* name) { return service::text_in(request, name); };
}

Field fields_of(const json& body) {
  return [&body](const char* name) { return text_in(body, name); };
}

std::optional<http::Response> add_particulars(const Office& office, const Field& field, reception::Label& label) {
  const auto status = named(boxes, field("status"));
  if (!status) return bad_request("status 须为 waiting（待检）、testing（在检）、tested（已检）或 retained（留样）");
  const auto seal = named(seals, field("seal"));
  if (!seal) return bad_request("seal 须为 intact（完整）或 broken（破损）");
  if (const std::string captured = field("captured_at"); !captured.empty()) {
    const auto at = parse_utc(captured);
    if (!at) return bad_request("captured_at 须为 2013-06-03T09:00:00Z 形式的时间");
    label.captured = *at;
  }
  if (const std::string hash = field("seal_photo"); !hash.empty()) {
    if (!fill_from_hex(label.seal_photo.octets, hash) || !office.blobs.has(label.seal_photo)) {
      return http::problem(422, "unknown_photo", "没有这张封条照片，请重新上传（POST /api/v1/photos）");
    }
  }
  const auto copy = copy_for(label, field("copy"));
  if (!copy) return bad_request("copy 须为 1（检样）到 99 的数字，2 起为备样");
  label.copy = *copy;
  label.status = *status;
  label.seal = *seal;
  label.condition = field("condition");
  label.device = field("device");
  label.accepted = {.doubts = split_at_commas(field("accept")), .reason = field("reason")};
  return std::nullopt;
}

http::Response not_received(const Office& office, const journal::View& store, const reception::Label& label,
                            const node::Refusal& refusal, const json& codes) {
  http::Response response = refused(with_name(refusal, office));
  json body = json::parse(response.body);
  body["reading"] = {{"number", label.number ? label.number->text() : ""},
                     {"copy", label.copy},
                     {"laboratory", label.laboratory},
                     {"reader", label.reader},
                     {"printed_number", {{"text", label.printed}, {"agrees", name_of(label.printed_is)}}},
                     {"codes", codes}};
  json doubts = json::array();
  for (const reception::Doubt& doubt : reception::what_is_doubted(store, label)) {
    doubts.push_back({{"code", doubt.code}, {"detail", doubt.detail}});
  }
  if (!doubts.empty()) body["doubts"] = std::move(doubts);
  response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return response;
}

}  // namespace lab::desk

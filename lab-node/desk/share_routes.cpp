#include "lab-node/desk/share_routes.hpp"

#include "lab-node/desk/request.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

// 0 when it is missing, no whole number or above `most`.
std::uint32_t whole_number_in(const json& object, const char* field, std::uint32_t most = UINT32_MAX) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > most) return 0;
  return found->get<std::uint32_t>();
}

json line_of(const inbox::Share& share) {
  const model::Grant& like = share.like;
  return {{"programme", like.programme.value()},
          {"county", like.county.value()},
          {"category", like.category.value()},
          {"commodity", like.commodity},
          {"stage", chinese_name_of(like.stage)},
          {"round", like.round},
          {"due", to_text(like.due)},
          {"next", share.left > 0 ? json(like.number.text()) : json(nullptr)},
          {"left", share.left},
          {"doubted", share.doubted},
          {"drawn", share.drawn},
          {"none", share.none}};
}

http::Response get_shares(const Office& office) {
  json lines = json::array();
  for (const inbox::Share& share : inbox::shares(*office.store.read())) lines.push_back(line_of(share));
  return answer({{"shares", std::move(lines)}});
}

void hand_back(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  const auto wanted = body ? wanted_in(*body) : std::nullopt;
  if (!wanted || text_in(*body, "commodity").empty()) {
    return respond(bad_request("请求须为 {programme, county, category, commodity, stage, round, count, reason}"));
  }
  decide_in_loop(office, caller, respond,
                 [wanted = *wanted, count = whole_number_in(*body, "count"), reason = text_in(*body, "reason"),
                  person = caller.id](auto& node, auto& draft, UtcTime now) {
                   const auto count_back = node.on_handed_back(draft, wanted, count, reason, person, now);
                   return count_back ? answer({{"handed_back", *count_back}}) : refused(count_back.error());
                 });
}

}  // namespace

std::optional<inbox::Wanted> wanted_in(const json& found) {
  if (!found.is_object()) return std::nullopt;
  inbox::Wanted wanted{.programme = model::ProgrammeCode{text_in(found, "programme")},
                       .commodity = text_in(found, "commodity"),
                       .stage = model::parse_stage(text_in(found, "stage"))};
  if (const auto county = whole_number_in(found, "county"); county > 0) wanted.county = model::CountyCode{county};
  if (const auto category = text_in(found, "category"); !category.empty()) {
    wanted.category = model::CategoryCode{category};
  }
  if (const auto round = whole_number_in(found, "round", UINT8_MAX); round > 0) {
    wanted.round = static_cast<std::uint8_t>(round);
  }
  return wanted;
}

void add_share_routes(http::Router& router, const Office& office) {
  add_look(router, office, "/api/v1/shares", [&office](const http::Request&) { return get_shares(office); });
  add_action(router, office, "/api/v1/shares/hand-back", Action::decline, hand_back);
}

}  // namespace lab::desk

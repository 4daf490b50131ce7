#include "lab-node/desk/write_routes.hpp"

#include "lab-node/desk/request.hpp"
#include "lab-node/desk/views.hpp"
#include "lab-node/tables/serials.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

// ---- in the field

void renumber(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {number, reason}"));
  const inbox::Renumbering renumbering{.number = text_in(*body, "number"), .reason = text_in(*body, "reason")};
  decide_in_loop(office, caller, respond,
                 [&office, renumbering, person = caller.id](auto& node, auto& draft, UtcTime now) {
                   if (const auto may = inbox::renumberable(draft, renumbering); !may) return refused(may.error());
                   // Outside the store, and before it: a store from a backup is then found to have forgotten a number.
                   if (!office.mark_serials(tables::serials_given(draft) + 1)) return not_kept();
                   const auto renumbered = node.on_renumbering(draft, renumbering, person, now);
                   return renumbered ? answer(sample_line(*renumbered)) : refused(renumbered.error());
                 });
}

// ---- at the bench

// A whole number of an object; nothing when it is missing or anything else.
std::optional<std::uint64_t> count_in(const json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

void inspect_lot(const Office& office, const Caller& caller, const http::Request& request,
                 const http::Respond& respond) {
  const auto body = body_of(request);
  const auto inspected = body ? count_in(*body, "inspected") : std::nullopt;
  const auto nonconforming = body ? count_in(*body, "nonconforming") : std::nullopt;
  if (!inspected || !nonconforming) {
    return respond(bad_request("请求须为 {number, inspected, nonconforming}，后两项为不小于0的整数"));
  }
  const bench::LotInspection inspection{.number = text_in(*body, "number"),
                                        .count = {.inspected = *inspected, .nonconforming = *nonconforming}};
  decide_in_loop(office, caller, respond, [inspection, person = caller.id](auto& node, auto& draft, UtcTime now) {
    const auto judged = node.on_lot_inspected(draft, inspection, person, now);
    return judged ? answer(sample_line(*judged)) : refused(judged.error());
  });
}

void judge_again(const Office& office, const Caller& caller, const http::Request& request,
                 const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {number, reason}"));
  decide_in_loop(office, caller, respond,
                 [number = text_in(*body, "number"), reason = text_in(*body, "reason"), person = caller.id](
                     auto& node, auto& draft, UtcTime now) {
                   const auto judged = node.on_judge_again(draft, number, reason, person, now);
                   return judged ? answer(sample_line(*judged)) : refused(judged.error());
                 });
}

// ---- signatures

struct Signable {
  std::string number;
  Hash record;
};

// What a person says they have looked at.
std::optional<std::vector<Signable>> signables_in(const Result<json>& body) {
  const auto list = body ? list_in(*body, "samples") : std::nullopt;
  if (!list) return std::nullopt;
  std::vector<Signable> signables;
  for (const json& entry : *list) {
    Signable& signable = signables.emplace_back(Signable{.number = text_in(entry, "number"), .record = {}});
    // A malformed hash stays zero, which no record has: that sample is refused, the others are not.
    if (!fill_from_hex(signable.record.octets, text_in(entry, "record"))) signable.record = {};
  }
  return signables;
}

// A person at the browser signs with their password; a script's token is its own signature.
std::optional<http::Response> not_signed(const Office& office, const Caller& caller, const json& body,
                                         const http::Request& request) {
  return office.access.check_signature(caller.visitor, text_in(body, "password"), request);
}

template <class Entry, class Decided>
http::Response results_of(const std::vector<Entry>& entries, const std::vector<Decided>& decided) {
  json results = json::array();
  for (std::size_t i = 0; i < entries.size(); ++i) results.push_back(result_line(entries[i].number, decided[i]));
  return answer({{"results", std::move(results)}});
}

void review(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  const auto samples = signables_in(body);
  if (!samples || !body->contains("agreed") || !body->at("agreed").is_boolean()) {
    return respond(bad_request("请求须为 {samples:[{number, record}], agreed, note}，每次最多500个"));
  }
  // Whoever may agree may send back; an approver may only do that.
  Caller signer = caller;
  if (body->at("agreed").get<bool>()) signer.action = Action::review;
  if (!may(*caller.visitor.person, signer.action)) return respond(service::not_allowed());
  if (auto refusal = not_signed(office, caller, *body, request)) return respond(std::move(*refusal));
  std::vector<outbox::Review> reviews;
  for (const Signable& sample : *samples) {
    reviews.push_back({.number = sample.number,
                       .record = sample.record,
                       .agreed = body->at("agreed").get<bool>(),
                       .note = text_in(*body, "note")});
  }
  decide_in_loop(office, signer, respond, [reviews, person = caller.id](auto& node, auto& draft, UtcTime now) {
    return results_of(reviews, node.on_reviews(draft, reviews, person, now));
  });
}

void approve(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  const auto samples = signables_in(body);
  if (!samples) return respond(bad_request("请求须为 {samples:[{number, record}]}，每次最多500个"));
  if (auto refusal = not_signed(office, caller, *body, request)) return respond(std::move(*refusal));
  std::vector<outbox::Approval> approvals;
  for (const Signable& sample : *samples) {
    approvals.push_back({.number = sample.number,
                         .record = sample.record,
                         .signature = crypto::sign(wire::approval_to_sign(sample.record, caller.id), caller.signing)});
  }
  decide_in_loop(office, caller, respond, [approvals, person = caller.id](auto& node, auto& draft, UtcTime now) {
    return results_of(approvals, node.on_approvals(draft, approvals, person, now));
  });
}

}  // namespace

void add_write_routes(http::Router& router, const Office& office) {
  const auto add = [&](std::string_view pattern, Action action, Handle handle) {
    add_action(router, office, pattern, action, std::move(handle));
  };
  add("/api/v1/renumberings", Action::renumber, renumber);
  add("/api/v1/lot-inspections", Action::inspect_lot, inspect_lot);
  add("/api/v1/rejudgements", Action::judge_again, judge_again);
  add("/api/v1/reviews", Action::return_record, review);
  add("/api/v1/approvals", Action::approve, approve);
}

}  // namespace lab::desk

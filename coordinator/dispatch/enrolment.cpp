#include "coordinator/dispatch/enrolment.hpp"

#include <fmt/format.h>

#include "coordinator/dispatch/order_notes.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/base/failpoint.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;

constexpr std::size_t curve_key_length = 40;  // Z85 of 32 octets

model::Refuse refuse(std::string why) {
  return {.reason = model::RefuseReason::unknown_node, .explanation = std::move(why)};
}

model::Enrolled answer(const journal::View& store, const model::NodeEntry& node, const crypto::PublicKey& coordinator) {
  const auto laboratory = tables::laboratory(store, node.laboratory);
  return {.node = node.id,
          .laboratory = node.laboratory,
          .laboratory_name = laboratory ? laboratory->name : std::string{},
          .signing_key = Bytes{coordinator.begin(), coordinator.end()}};
}

model::NodeEntry add_node(journal::Draft& draft, const model::Enrol& request, const model::Ticket& ticket,
                          UtcTime now) {
  tables::Numbers numbers = tables::numbers(draft);
  model::NodeEntry node{.id = model::NodeId{++numbers.nodes},
                        .laboratory = ticket.laboratory,
                        .name = ticket.name,
                        .curve_key = request.curve_key,
                        .signing_key = request.signing_key,
                        .enrolled = now,
                        .revoked = {}};
  tables::set_numbers(draft, numbers);
  tables::put_node(draft, node);
  tables::write_diary(
      draft, tables::DiaryKind::node_enrolled,
      fmt::format("node {} laboratory {} key {}", node.id.value(), node.laboratory.value(), to_hex(node.signing_key)),
      now);
  return node;
}

}  // namespace

Result<model::Ticket> issue(journal::Draft& draft, model::LaboratoryId laboratory, const std::string& name,
                            const Hash& secret, UtcTime now) {
  if (!tables::laboratory(draft, laboratory)) {
    return fail(ErrorCode::not_found, fmt::format("没有编号为 {} 的实验室", laboratory.value()));
  }
  if (name.empty() || name.size() > name_octets_max) {
    return fail(ErrorCode::malformed, fmt::format("请给检测站电脑取名，最多 {} 个字节", name_octets_max));
  }
  model::Ticket ticket{.laboratory = laboratory, .name = name, .expires = now + ticket_life, .used_by = {}};
  tables::put_ticket(draft, secret, ticket);
  tables::write_diary(draft, tables::DiaryKind::ticket_issued,
                      fmt::format("laboratory {} ticket {}", laboratory.value(), to_hex(secret.view())), now);
  return ticket;
}

std::variant<model::Enrolled, model::Refuse> enrol(journal::Draft& draft, const model::Enrol& request,
                                                   const crypto::PublicKey& coordinator, UtcTime now) {
  const Hash secret = crypto::sha256(request.ticket);
  auto ticket = tables::ticket(draft, secret);
  if (!ticket) return refuse("入网凭证无效；请索取新的凭证");
  if (request.curve_key.size() != curve_key_length || request.signing_key.size() != coordinator.size()) {
    return refuse("请求中的密钥长度不对");
  }
  if (ticket->used_by != model::NodeId{}) {
    const auto node = tables::node(draft, ticket->used_by);
    const bool same =
        node && !node->is_revoked() && node->curve_key == request.curve_key && node->signing_key == request.signing_key;
    if (same) return answer(draft, *node, coordinator);
    return refuse("入网凭证已被使用；请索取新的凭证");
  }
  if (now >= ticket->expires) return refuse("入网凭证已过期；请索取新的凭证");
  if (tables::node_by_key(draft, request.curve_key)) return refuse("该密钥已属于某个节点；请重新生成密钥");
  pass("dispatch.enrol");
  const model::NodeEntry node = add_node(draft, request, *ticket, now);
  ticket->used_by = node.id;
  tables::put_ticket(draft, secret, *ticket);
  return answer(draft, node, coordinator);
}

Result<model::NodeEntry> revoke_node(journal::Draft& draft, model::NodeId id, const std::string& reason, UtcTime now) {
  auto node = tables::node(draft, id);
  if (!node) return fail(ErrorCode::not_found, fmt::format("没有编号为 {} 的节点", id.value()));
  if (node->is_revoked()) return fail(ErrorCode::conflict, "该节点此前已被吊销");
  if (auto good = check_reason(reason); !good) return fail(std::move(good));
  node->revoked = now;
  tables::put_node(draft, *node);
  tables::write_diary(draft, tables::DiaryKind::node_revoked, fmt::format("node {}: {}", id.value(), reason), now);
  return std::move(*node);
}

}  // namespace lab::dispatch

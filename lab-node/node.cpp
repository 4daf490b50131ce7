#include "lab-node/node.hpp"

#include <fmt/format.h>

#include "lab-node/outbox/acknowledged.hpp"
#include "lab-node/rebuilding/rebuilding.hpp"
#include "lab-node/tables/clocks.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/quality/requirements.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"

namespace lab::node {
namespace {

std::optional<Refusal> while_rehydrating(const journal::View& store) {
  if (!session::is_rehydrating(store)) return std::nullopt;
  return Refusal{"rehydrating",
                 "本站数据库曾从备份恢复或被复制，正在与省平台核对；核对完成前不能操作，请保持联网并稍候"};
}

}  // namespace

inbox::Taken Node::on_orders(journal::Draft& draft, std::span<const model::Order> orders, UtcTime now) {
  return inbox::take(draft, orders, now);
}

void Node::want_serials(journal::Draft& draft, std::span<const model::Order> orders, UtcTime now) {
  inbox::want_serials(draft, orders, now);
}

void Node::give_up_serials(journal::Draft& draft, std::uint64_t given, const std::string& reason, UtcTime now) {
  inbox::give_up_serials(draft, given, reason, now);
}

void Node::on_reference(journal::Draft& draft, const Hash& edition, BytesView bytes) {
  const auto set = rules::open_bundle(bytes);
  if (!set) {
    draft.tell("reference", "判定依据无法使用，仍用原来的一套：" + to_text(set.error()));
    return;
  }
  if (const auto asked = quality::Requirements::load(set->quality); !asked) {
    draft.tell("reference", "质控要求表无法使用，仍用原来的一套判定依据：" + to_text(asked.error()));
    return;
  }
  tables::put_reference(draft, edition, bytes);
  tables::set_current_reference(draft, edition);
}

void Node::on_welcomed(journal::Draft& draft, const session::Welcomed& welcomed, UtcTime now) {
  if (welcomed.new_generation) inbox::forget_requests(draft);
  if (welcomed.recovering) {
    if (const auto me = session::identity(draft)) draft.send(me->node, inbox::inventory(draft), welcomed.session);
  } else {
    inbox::ask_where_low(draft, now);
  }
}

void Node::on_rehydrated(journal::Draft& draft, const session::Rehydrated& held, UtcTime now) {
  if (held.first) {
    rebuilding::forget(draft);
    inbox::doubt_what_was_granted(draft, now);
  }
  rebuilding::replay(draft, held.events);
  if (!held.last) return;
  rebuilding::set_captures_aside(draft, held.displaced);
  inbox::forget_requests(draft);
  inbox::ask_where_low(draft, now);
  draft.tell("store", "what the coordinator holds of this node is here again; work goes on");
}

Decided<model::Sample> Node::on_sampling_form(journal::Draft& draft, const reception::SamplingForm& form,
                                              const model::PersonId& sampler, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return reception::fill_in(draft, form, sampler, now);
}

Decided<model::Sample> Node::on_declined(journal::Draft& draft, const reception::Declining& declining,
                                         const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return reception::decline(draft, declining, person, now);
}

Decided<model::Sample> Node::on_found(journal::Draft& draft, const inbox::Wanted& wanted, reception::SamplingForm form,
                                      const model::PersonId& sampler, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  auto next = inbox::next_of_share(draft, wanted);
  if (!next) return next;
  form.number = next->grant.number.text();
  return reception::fill_in(draft, form, sampler, now);
}

Decided<std::uint32_t> Node::on_handed_back(journal::Draft& draft, const inbox::Wanted& wanted, std::uint32_t count,
                                            const std::string& reason, const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return inbox::hand_back(draft, wanted, count, reason, person, now);
}

Decided<model::Sample> Node::on_found_undrawn(journal::Draft& draft, const std::string& number,
                                              const std::string& reason, const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return inbox::hand_back_checked(draft, number, reason, person, now);
}

Decided<model::Sample> Node::on_amended(journal::Draft& draft, const outbox::Amendment& amendment,
                                        const model::PersonId& approver, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return outbox::amend(draft, amendment, approver, now);
}

Decided<model::Sample> Node::on_disposal(journal::Draft& draft, const shelf::Disposal& disposal,
                                         const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return shelf::dispose(draft, disposal, person, now);
}

Decided<model::Sample> Node::on_renumbering(journal::Draft& draft, const inbox::Renumbering& renumbering,
                                            const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return inbox::renumber(draft, renumbering, person, now);
}

Decided<model::Sample> Node::on_label(journal::Draft& draft, const reception::Label& label,
                                      const model::PersonId& receiver, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return reception::receive(draft, label, receiver, now);
}

reception::PhotoOutcome Node::on_photo(journal::Draft& draft, const reception::Label& label, const std::string& port,
                                       const model::PersonId& person, UtcTime now) {
  return reception::take_photo(draft, label, port, person, now);
}

Decided<model::Sample> Node::on_tray_received(journal::Draft& draft, std::uint64_t entry, const reception::Label& label,
                                              const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return reception::receive_from_tray(draft, entry, label, person, now);
}

Decided<model::TrayEntry> Node::on_tray_dismissed(journal::Draft& draft, std::uint64_t entry, const std::string& reason,
                                                  const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return reception::dismiss(draft, entry, reason, person, now);
}

Decided<bench::CaptureOutcome> Node::on_capture(journal::Draft& draft, const bench::Capture& capture, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  if (capture.person.value().empty()) {
    return refuse("no_technician", "没有登记此仪器的检测人员，请在启动参数中指定");
  }
  return bench::take(draft, editions_, capture, now);
}

Decided<bench::ReplayOutcome> Node::on_replay(journal::Draft& draft, const bench::Replay& replay,
                                              const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return bench::replay(draft, editions_, replay, person, now);
}

Decided<bench::DeviceDecided> Node::on_device_decision(journal::Draft& draft, const bench::DeviceDecision& decision,
                                                       const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return bench::decide_device(draft, decision, person, now);
}

Decided<bench::TypedOutcome> Node::on_typed(journal::Draft& draft, const bench::Typed& typed, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return bench::take_typed(draft, editions_, typed, now);
}

Decided<model::Sample> Node::on_retracted(journal::Draft& draft, const std::string& number, const std::string& reason,
                                          const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return judging::retract(draft, number, reason, person, now);
}

bench::WeighingOutcome Node::on_weighing(journal::Draft& draft, const bench::Weighing& weighing, UtcTime now) {
  return bench::weigh(draft, weighing, now);
}

Decided<bench::WeighingOutcome> Node::on_weight_placed(journal::Draft& draft, std::uint64_t capture,
                                                       const std::string& number, const model::PersonId& person,
                                                       UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return bench::place_weight(draft, capture, number, person, now);
}

Decided<model::Sample> Node::on_reading_taken(journal::Draft& draft, const bench::MeterReading& reading,
                                              const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return bench::take_reading(draft, editions_, reading, person, now);
}

Decided<model::Sample> Node::on_lot_inspected(journal::Draft& draft, const bench::LotInspection& inspection,
                                              const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return bench::inspect(draft, inspection, person, now);
}

Decided<model::Sample> Node::on_resolved(journal::Draft& draft, const bench::Assignment& assignment,
                                         const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return bench::resolve(draft, editions_, assignment, person, now);
}

Decided<model::QuarantineEntry> Node::on_rejected(journal::Draft& draft, std::uint64_t entry, const std::string& reason,
                                                  const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return bench::reject(draft, entry, reason, person, now);
}

Decided<std::vector<std::uint64_t>> Node::on_capture_rejected(journal::Draft& draft,
                                                              const bench::CaptureRejection& rejection,
                                                              const model::PersonId& person, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return bench::reject_of_capture(draft, rejection, person, now);
}

Decided<model::Sample> Node::on_judge_again(journal::Draft& draft, const std::string& number, const std::string& reason,
                                            const model::PersonId& analyst, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return judging::judge_again(draft, editions_, number, reason, analyst, now);
}

Decided<model::RunEntry> Node::on_run_decision(journal::Draft& draft, const outbox::RunDecision& decision,
                                               const model::PersonId& reviewer, UtcTime now) {
  if (auto stopped = while_rehydrating(draft)) return tl::unexpected(std::move(*stopped));
  return outbox::decide_run(draft, decision, reviewer, now);
}

std::vector<Decided<model::Sample>> Node::on_reviews(journal::Draft& draft, std::span<const outbox::Review> reviews,
                                                     const model::PersonId& reviewer, UtcTime now) {
  std::vector<Decided<model::Sample>> results;
  results.reserve(reviews.size());
  for (const auto& review : reviews) {
    auto stopped = while_rehydrating(draft);
    results.push_back(stopped ? Decided<model::Sample>{tl::unexpected(std::move(*stopped))}
                              : outbox::review(draft, review, reviewer, now));
  }
  return results;
}

std::vector<Decided<model::Sample>> Node::on_approvals(journal::Draft& draft,
                                                       std::span<const outbox::Approval> approvals,
                                                       const model::PersonId& approver, UtcTime now) {
  std::vector<Decided<model::Sample>> results;
  results.reserve(approvals.size());
  for (const auto& approval : approvals) {
    auto stopped = while_rehydrating(draft);
    results.push_back(stopped ? Decided<model::Sample>{tl::unexpected(std::move(*stopped))}
                              : outbox::approve(draft, approval, approver, now));
  }
  return results;
}

bool Node::tick(journal::Draft& draft, UtcTime now) const {
  if (session::is_rehydrating(draft)) return false;  // what was done in time may still have to be heard again
  const auto fired = tables::clock_table.fire(draft, now);
  for (const clocks::Clock& clock : fired) {
    if (!clocks::is_duty(clock.kind)) continue;
    draft.tell(fmt::format("task {}", to_text(clock.task)),
               fmt::format("{} was due {} and has not been done", clocks::name_of(clock.kind), to_text(clock.due.at)));
  }
  return fired.size() == clocks::fire_max;
}

void Node::on_ack(journal::Draft& draft, const model::Ack& ack) { outbox::take_acknowledgement(draft, ack); }

}  // namespace lab::node

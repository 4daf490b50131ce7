#pragma once
// The node's decisions about samples, in the order of a sample's life: start reading here.
//
// Each entry point decides one input over a draft and changes nothing when it refuses, so that any number of them can
// share one draft and one commit. No socket, file, clock or thread; all durable truth is in the store the draft lies
// over. What the node remembers besides (opened reference sets) can be made again from the store.

#include <span>
#include <string>
#include <vector>

#include "lab-node/bench/capture.hpp"
#include "lab-node/bench/devices.hpp"
#include "lab-node/bench/lot_inspection.hpp"
#include "lab-node/bench/meter_reading.hpp"
#include "lab-node/bench/quarantine.hpp"
#include "lab-node/bench/replay.hpp"
#include "lab-node/bench/typed.hpp"
#include "lab-node/bench/weighing.hpp"
#include "lab-node/inbox/inbox.hpp"
#include "lab-node/inbox/serials.hpp"
#include "lab-node/inbox/shares.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/outbox/amendment.hpp"
#include "lab-node/outbox/run_decision.hpp"
#include "lab-node/outbox/sign_off.hpp"
#include "lab-node/reception/declining.hpp"
#include "lab-node/reception/reception.hpp"
#include "lab-node/reception/tray.hpp"
#include "lab-node/shelf/containers.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"
#include "protocol/session/node_link.hpp"

namespace lab::node {

/// One thread.
class Node {
 public:
  // ---- from the coordinator

  /// Tasks given and taken back. Repeated and older tokens are ignored.
  inbox::Taken on_orders(journal::Draft& draft, std::span<const model::Order> orders, UtcTime now);
  /// Asks for serials for the samples that `orders` granted, when few are left; see inbox/serials.hpp.
  void want_serials(journal::Draft& draft, std::span<const model::Order> orders, UtcTime now);
  /// What is left of the leased serials can no longer be told from what was given.
  void give_up_serials(journal::Draft& draft, std::uint64_t given, const std::string& reason, UtcTime now);
  /// A complete reference set whose hash has been checked. A set that does not open is kept out of use and told.
  /// Samples with results keep the edition they were begun under.
  void on_reference(journal::Draft& draft, const Hash& edition, BytesView bytes);

  /// A session with the coordinator has begun. One that was put back from a backup is told what it must not give again.
  void on_welcomed(journal::Draft& draft, const session::Welcomed& welcomed, UtcTime now);
  /// What the coordinator holds of this node, whose own store was put back or copied; see rebuilding/rebuilding.hpp.
  /// Until the last piece nothing is appended: people are refused with "rehydrating", and what came by itself waits.
  void on_rehydrated(journal::Draft& draft, const session::Rehydrated& held, UtcTime now);

  // ---- in the field and at reception

  Decided<model::Sample> on_sampling_form(journal::Draft& draft, const reception::SamplingForm& form,
                                          const model::PersonId& sampler, UtcTime now);
  /// Something was found in the field, and the next sample of the share is drawn of it; `form.number` is not read.
  Decided<model::Sample> on_found(journal::Draft& draft, const inbox::Wanted& wanted, reception::SamplingForm form,
                                  const model::PersonId& sampler, UtcTime now);
  /// Part of a share goes back to the province; see inbox/shares.hpp.
  Decided<std::uint32_t> on_handed_back(journal::Draft& draft, const inbox::Wanted& wanted, std::uint32_t count,
                                        const std::string& reason, const model::PersonId& person, UtcTime now);
  Decided<model::Sample> on_found_undrawn(journal::Draft& draft, const std::string& number, const std::string& reason,
                                          const model::PersonId& person, UtcTime now);
  Decided<model::Sample> on_declined(journal::Draft& draft, const reception::Declining& declining,
                                     const model::PersonId& person, UtcTime now);
  /// The label is spoilt, lost or on the wrong bag: the sample gets another number.
  Decided<model::Sample> on_renumbering(journal::Draft& draft, const inbox::Renumbering& renumbering,
                                        const model::PersonId& person, UtcTime now);
  Decided<model::Sample> on_label(journal::Draft& draft, const reception::Label& label, const model::PersonId& receiver,
                                  UtcTime now);
  /// A picture that came by itself; see reception/tray.hpp.
  reception::PhotoOutcome on_photo(journal::Draft& draft, const reception::Label& label, const std::string& port,
                                   const model::PersonId& person, UtcTime now);
  Decided<model::Sample> on_tray_received(journal::Draft& draft, std::uint64_t entry, const reception::Label& label,
                                          const model::PersonId& person, UtcTime now);
  Decided<model::TrayEntry> on_tray_dismissed(journal::Draft& draft, std::uint64_t entry, const std::string& reason,
                                              const model::PersonId& person, UtcTime now);

  // ---- at the bench

  Decided<bench::CaptureOutcome> on_capture(journal::Draft& draft, const bench::Capture& capture, UtcTime now);
  Decided<bench::ReplayOutcome> on_replay(journal::Draft& draft, const bench::Replay& replay,
                                          const model::PersonId& person, UtcTime now);
  Decided<bench::DeviceDecided> on_device_decision(journal::Draft& draft, const bench::DeviceDecision& decision,
                                                   const model::PersonId& person, UtcTime now);
  /// Over a draft that is dropped afterwards: what saving would do.
  Decided<bench::TypedOutcome> on_typed(journal::Draft& draft, const bench::Typed& typed, UtcTime now);
  Decided<model::Sample> on_retracted(journal::Draft& draft, const std::string& number, const std::string& reason,
                                      const model::PersonId& person, UtcTime now);
  bench::WeighingOutcome on_weighing(journal::Draft& draft, const bench::Weighing& weighing, UtcTime now);
  /// A weight that was kept without its sample is given one.
  Decided<bench::WeighingOutcome> on_weight_placed(journal::Draft& draft, std::uint64_t capture,
                                                   const std::string& number, const model::PersonId& person,
                                                   UtcTime now);
  /// A value that a meter printed of itself is given to an item.
  Decided<model::Sample> on_reading_taken(journal::Draft& draft, const bench::MeterReading& reading,
                                          const model::PersonId& person, UtcTime now);
  Decided<model::Sample> on_lot_inspected(journal::Draft& draft, const bench::LotInspection& inspection,
                                          const model::PersonId& person, UtcTime now);
  Decided<model::Sample> on_resolved(journal::Draft& draft, const bench::Assignment& assignment,
                                     const model::PersonId& person, UtcTime now);
  Decided<model::QuarantineEntry> on_rejected(journal::Draft& draft, std::uint64_t entry, const std::string& reason,
                                              const model::PersonId& person, UtcTime now);
  Decided<std::vector<std::uint64_t>> on_capture_rejected(journal::Draft& draft,
                                                          const bench::CaptureRejection& rejection,
                                                          const model::PersonId& person, UtcTime now);
  Decided<model::Sample> on_judge_again(journal::Draft& draft, const std::string& number, const std::string& reason,
                                        const model::PersonId& analyst, UtcTime now);

  // ---- a run whose checks failed, or that somebody mistrusts

  Decided<model::RunEntry> on_run_decision(journal::Draft& draft, const outbox::RunDecision& decision,
                                           const model::PersonId& reviewer, UtcTime now);

  // ---- signatures, one result per entry, in order; refused ones do not hold up the others

  std::vector<Decided<model::Sample>> on_reviews(journal::Draft& draft, std::span<const outbox::Review> reviews,
                                                 const model::PersonId& reviewer, UtcTime now);
  std::vector<Decided<model::Sample>> on_approvals(journal::Draft& draft, std::span<const outbox::Approval> approvals,
                                                   const model::PersonId& approver, UtcTime now);

  /// An approved report is wrong; see outbox/amendment.hpp.
  Decided<model::Sample> on_amended(journal::Draft& draft, const outbox::Amendment& amendment,
                                    const model::PersonId& approver, UtcTime now);

  // ---- on the shelf

  Decided<model::Sample> on_disposal(journal::Draft& draft, const shelf::Disposal& disposal,
                                     const model::PersonId& person, UtcTime now);

  // ---- time

  /// Fires the clocks whose time has passed. False when there are no more of them.
  bool tick(journal::Draft& draft, UtcTime now) const;

  // ---- from the coordinator again

  void on_ack(journal::Draft& draft, const model::Ack& ack);

 private:
  judging::Editions editions_;
};

}  // namespace lab::node

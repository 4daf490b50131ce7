#pragma once
// The coordinator: decides, and owns no socket, file or clock, and no durable truth; that is in the store it is shown.
// Its entry points stand in the order of the life of a sample. Each one writes what it decided into a draft; when it
// returns an error the caller drops the draft, and nothing has happened.
//
// Used on one thread. What it holds in memory is the state of the sessions with the nodes, which a restart finds anew.

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/dispatch/exceptions.hpp"
#include "coordinator/dispatch/handover.hpp"
#include "coordinator/dispatch/lots.hpp"
#include "coordinator/dispatch/notices.hpp"
#include "coordinator/dispatch/objections.hpp"
#include "coordinator/dispatch/plan_jobs.hpp"
#include "coordinator/dispatch/retests.hpp"
#include "coordinator/dispatch/revisions.hpp"
#include "coordinator/dispatch/shares.hpp"
#include "coordinator/dispatch/webhooks.hpp"
#include "coordinator/enterprises/publishing.hpp"
#include "coordinator/enterprises/register.hpp"
#include "coordinator/enterprises/signalling.hpp"
#include "coordinator/ledger/ledger.hpp"
#include "coordinator/tables/allocations.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/result.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"
#include "protocol/session/coordinator_link.hpp"
#include "protocol/session/intake.hpp"

namespace lab::coordinator {

constexpr std::size_t secret_octets = 32;
/// Of each text about a sampled enterprise; the longest address in use has 180.
constexpr std::size_t unit_octets_max = 512;

struct Session {
  model::NodeId node;
  bool open = false;
  UtcTime last_heard{};         // epoch: not since the start
  Milliseconds clock_ahead{0};  // of ours, negative behind; zero when that is no matter (session/clock_skew.hpp)
};

/// A table that people maintain.
struct ProvinceFile {
  std::string name;
  std::string text;
};

class Coordinator {
 public:
  /// Asked before an event is decided; see ledger::Terms.
  using MayTry = std::function<bool(const tables::EventPlace& place)>;

  explicit Coordinator(crypto::KeyPair signing, session::Policy policy = {}, MayTry may_try = {})
      : signing_(signing), policy_(policy), may_try_(std::move(may_try)) {}

  /// Before anything else. `secret` is random; it is taken on the very first start only.
  void on_start(journal::Draft& draft, BytesView secret) const;

  /// The store was put back from a backup, or its generation is not above the one `noted` outside it: RECOVERY begins.
  /// Returns the new generation, which is to be noted outside the store before anything of this turn leaves.
  std::uint32_t on_restored(journal::Draft& draft, std::uint32_t noted, UtcTime now);
  /// Whether a generation has begun since the last call, by on_restored or because a node told that one has to.
  bool take_new_generation() { return std::exchange(new_generation_, false); }
  /// Whether a node has replaced its keys since the last call.
  bool take_keys_replaced() { return std::exchange(keys_replaced_, false); }
  /// Told to every node that says hello from now on, signed.
  void announce(const std::string& curve_key, UtcTime from);
  /// Nothing of the present turn was stored: what memory knows of it is forgotten, as by a restart. `unsent` is what it
  /// had decided to deliver.
  void on_not_stored(std::span<const dispatch::Delivery> unsent);

  // ---- what the province sets up

  /// A new reference set for every node, and the tables it was made of for the coordinator's own use. Nodes that are
  /// connected are told at once. `edition` is the hash of `bundle`.
  void on_reference(journal::Draft& draft, const Hash& edition, BytesView bundle, std::span<const ProvinceFile> tables,
                    UtcTime now);
  /// A table that only pages draw from: the borders of the cities.
  void on_borders(journal::Draft& draft, const ProvinceFile& file, UtcTime now) const;
  /// New laboratories are added, known ones get their new particulars.
  void on_laboratories(journal::Draft& draft, std::span<const model::Laboratory> laboratories, UtcTime now) const;

  // ---- a plan on its way to the laboratories; see dispatch/plan_jobs.hpp

  Result<model::PlanEntry> on_plan(journal::Draft& draft, const model::Plan& plan, const Hash& source,
                                   UtcTime now) const;
  /// A plan of the same year and title is corrected; see dispatch/revisions.hpp.
  Result<dispatch::Revised> on_plan_revised(journal::Draft& draft, const model::Plan& plan, const Hash& source,
                                            const dispatch::RevisionWord& word, UtcTime now) const;
  /// `kept` is what stays on record of it: who wanted it, and why samples go where they go.
  Result<void> on_allocation(journal::Draft& draft, const tables::PlanRef& plan,
                             std::span<const dispatch::Share> shares, const tables::KeptAllocation& kept = {}) const;
  Result<void> on_dispatch(journal::Draft& draft, const tables::PlanRef& plan, std::uint32_t limit) const;
  /// Whom samples were taken from; each gets its entry in the register, first heard of `now`. All are stored or none.
  /// Errors: not_found for a task; too_large for a text.
  Result<void> on_sampled_units(journal::Draft& draft,
                                std::span<const std::pair<model::TaskId, tables::SampledUnit>> units,
                                UtcTime now) const;
  /// The fields of a sampling form that name the enterprise, beside those that on_sampled_units has stored. Errors:
  /// not_found for the task; malformed, with the field's code, for what the programme's form does not ask for here or
  /// cannot take.
  Result<void> on_unit_fields(journal::Draft& draft, const model::TaskId& task, std::vector<model::FormField> fields,
                              UtcTime now) const;

  // ---- nodes; see dispatch/enrolment.hpp

  Result<model::Ticket> on_ticket(journal::Draft& draft, model::LaboratoryId laboratory, const std::string& name,
                                  const Hash& secret, UtcTime now) const;
  /// What the asking node is to be told.
  model::Message on_enrol(journal::Draft& draft, const model::Enrol& request, UtcTime now) const;
  Result<model::NodeEntry> on_node_revoked(journal::Draft& draft, model::NodeId node, const std::string& reason,
                                           UtcTime now);

  /// A message from an enrolled node. Events are counted here; the answer is in the draft.
  void on_message(journal::Draft& draft, const model::NodeEntry& node, const model::Message& message, UtcTime now,
                  std::uint64_t session = 0);
  /// Of two stations that speak with the key of one node, the one of this boot goes on. Errors: not_found for the node
  /// or the boot; conflict when nothing is in doubt; malformed without a reason.
  Result<void> on_station_chosen(journal::Draft& draft, model::NodeId node, std::uint64_t boot,
                                 const std::string& reason, UtcTime now) const;
  /// A node is not waited for any longer; see dispatch/recovery.hpp.
  Result<bool> on_waiver(journal::Draft& draft, model::NodeId node, const model::PersonId& person,
                         const std::string& reason, UtcTime now) const;

  /// Decides a quarantined event again; see ledger::replay. Its node is told when it is connected.
  Result<ledger::Replayed> on_replay(journal::Draft& draft, const tables::EventPlace& place, const std::string& reason,
                                     UtcTime now);

  /// Somebody looked at an event that was not counted; see dispatch/exceptions.hpp.
  Result<void> on_late_returned(journal::Draft& draft, const tables::EventPlace& place, const dispatch::Word& word,
                                UtcTime now) const;
  Result<void> on_exception_rejected(journal::Draft& draft, const tables::EventPlace& place, const dispatch::Word& word,
                                     UtcTime now) const;

  // ---- a task taken back or ended; see dispatch/grants.hpp

  Result<void> on_revoke(journal::Draft& draft, const model::TaskId& task, const std::string& reason,
                         UtcTime now) const;
  Result<void> on_cancel(journal::Draft& draft, const model::TaskId& task, const std::string& reason,
                         UtcTime now) const;
  /// Who has it now; nothing while a second person has to confirm it.
  Result<std::optional<model::NodeId>> on_reassign(journal::Draft& draft, const dispatch::Reassignment& asked,
                                                   UtcTime now) const;

  // ---- shares of a quota cell; see dispatch/shares.hpp

  Result<dispatch::Leased> on_lease(journal::Draft& draft, const tables::PlanRef& plan, std::uint32_t cell,
                                    model::NodeId node, std::uint32_t count, UtcTime now) const;
  Result<void> on_recall(journal::Draft& draft, const model::TaskId& task, const std::string& reason,
                         UtcTime now) const;

  // ---- series of lots; see dispatch/lots.hpp

  Result<tables::Series> on_corrective_action(journal::Draft& draft, const dispatch::SeriesWord& word,
                                              UtcTime now) const;
  Result<tables::Series> on_conditions(journal::Draft& draft, const dispatch::SeriesWord& word,
                                       const tables::Conditions& conditions, UtcTime now) const;

  // ---- a nonconforming verdict is told; see dispatch/notices.hpp

  Result<tables::Notice> on_notice_sent(journal::Draft& draft, const dispatch::Sending& sending, UtcTime now) const;
  Result<tables::Notice> on_notice_received(journal::Draft& draft, const dispatch::Receipt& receipt, UtcTime now) const;

  // ---- and may be disputed; see dispatch/objections.hpp, dispatch/retests.hpp

  Result<tables::Objection> on_objection(journal::Draft& draft, const dispatch::ObjectionWord& word, UtcTime now) const;
  /// `seed` is random: it draws the laboratory that tests again.
  Result<tables::Objection> on_objection_accepted(journal::Draft& draft, const dispatch::ObjectionDecision& decision,
                                                  const Hash& seed, UtcTime now) const;
  Result<tables::Objection> on_objection_rejected(journal::Draft& draft, const dispatch::ObjectionDecision& decision,
                                                  UtcTime now) const;
  Result<model::NodeId> on_retest(journal::Draft& draft, const dispatch::RetestOrder& order, UtcTime now) const;

  // ---- programs outside are told; see dispatch/webhooks.hpp

  Result<tables::Subscription> on_subscription(journal::Draft& draft, const dispatch::NewSubscription& asked,
                                               UtcTime now) const;
  Result<void> on_unsubscription(journal::Draft& draft, std::uint32_t id) const;
  Result<tables::Subscription> on_subscription_resumed(journal::Draft& draft, std::uint32_t id, UtcTime now) const;
  Result<tables::Subscription> on_subscription_paused(journal::Draft& draft, std::uint32_t id) const;
  /// To be sent once this draft is durable; each is under way until on_delivery hears what became of it.
  std::vector<dispatch::Delivery> deliveries(journal::Draft& draft, UtcTime now);
  void on_delivery(journal::Draft& draft, const dispatch::DeliveryOutcome& outcome, UtcTime now);

  // ---- enterprises, and what is reported of products; see enterprises/register.hpp, publishing.hpp, signalling.hpp

  enterprises::Taken on_enterprises(journal::Draft& draft,
                                    std::span<const std::pair<enterprises::Named, std::vector<std::string>>> rows,
                                    const Hash& file, UtcTime now) const;
  Result<tables::Enterprise> on_merge(journal::Draft& draft, tables::EnterpriseId from, tables::EnterpriseId into,
                                      const enterprises::Word& word, UtcTime now) const;
  Result<tables::Enterprise> on_part(journal::Draft& draft, tables::EnterpriseId enterprise,
                                     const enterprises::Word& word, UtcTime now) const;
  Result<tables::Publication> on_credit_proposed(journal::Draft& draft, tables::EnterpriseId enterprise,
                                                 const enterprises::Word& word, UtcTime now) const;
  Result<tables::Publication> on_credit_decided(journal::Draft& draft, tables::PublicationId publication,
                                                tables::PublicationAction action, const enterprises::Word& word,
                                                UtcTime now) const;
  Result<enterprises::Reported> on_signal(journal::Draft& draft, const tables::SignalReport& report,
                                          const model::PersonId& person, UtcTime now) const;
  Result<std::vector<tables::Signal>> on_signal_assessed(journal::Draft& draft, tables::SignalId signal,
                                                         tables::SignalState state, bool whole_group,
                                                         const enterprises::Word& word, UtcTime now) const;
  /// The plan is imported and the report says so, or neither.
  Result<model::PlanEntry> on_signal_plan(journal::Draft& draft, tables::SignalId signal, const model::Plan& plan,
                                          const Hash& source, const enterprises::Word& word, UtcTime now) const;

  // ---- time

  /// Fires the clocks whose time has passed, and makes one step of the work that takes more than one turn. False when
  /// there is none.
  bool tick(journal::Draft& draft, UtcTime now);
  /// Orders that may leave now; call it after every turn's decisions and when `wake_at` has come.
  journal::Effects pump(const journal::View& store, UtcTime now);
  [[nodiscard]] UtcTime wake_at() const;
  [[nodiscard]] std::vector<Session> sessions() const;

 private:
  session::CoordinatorLink& link_of(const journal::View& store, model::NodeId node);
  void on_hello(journal::Draft& draft, const model::NodeEntry& node, const model::Hello& hello, UtcTime now,
                std::uint64_t session);
  void on_events(journal::Draft& draft, const model::NodeEntry& node, const model::Events& events, UtcTime now,
                 std::uint64_t session);
  void note_known_loss(journal::Draft& draft, const model::Hello& hello, UtcTime now) const;
  bool recover(journal::Draft& draft, UtcTime now);
  static bool fire_clocks(journal::Draft& draft, UtcTime now);
  bool look_at_deferred(journal::Draft& draft) const;
  bool decide_deferred(journal::Draft& draft, UtcTime now);
  void count(journal::Draft& draft, const model::NodeEntry& node, std::uint32_t incarnation,
             std::span<const session::Accepted> accepted, UtcTime now, model::Ack& ack);
  void on_resync_request(journal::Draft& draft, model::NodeId node, const model::ResyncRequest& request, UtcTime now);
  void take_inventory(journal::Draft& draft, const model::NodeEntry& node, const model::Inventory& inventory,
                      UtcTime now);
  void follow(journal::Draft& draft, model::NodeId node, const model::Event& event, UtcTime now);
  void tell_keys(journal::Draft& draft, model::NodeId node, UtcTime now);
  static void check_complete(journal::Draft& draft, session::CoordinatorLink& link, bool has_no_more);

  crypto::KeyPair signing_;
  session::Policy policy_;
  MayTry may_try_;
  bool new_generation_ = false;
  bool keys_replaced_ = false;
  std::optional<model::NextServerKey> next_server_;
  std::map<model::NodeId, session::CoordinatorLink> links_;
  std::set<std::uint32_t> under_way_;  // subscriptions that something is being sent to
};

}  // namespace lab::coordinator

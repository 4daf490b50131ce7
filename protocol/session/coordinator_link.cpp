#include "protocol/session/coordinator_link.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "protocol/base/failpoint.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

/// A replayed HELLO is recognised among so many; a session lasts hours, and a storm of reconnects makes some hundred.
constexpr std::size_t greeted_max = 1'024;
/// Incarnations given out in one generation are apart from those of any other, so that a coordinator which has
/// forgotten some never gives one out a second time.
constexpr std::uint32_t incarnations_per_generation = 1'000;
/// A generation begins with each restore, a few times in the life of a province. Whoever speaks of one that is further
/// ahead has not heard of it from here; going there would use numbers up until they begin again at 0, and no token
/// would be above the ones before it.
constexpr std::uint32_t generations_ahead_max = 1'000;

model::StreamHead open_of(const model::Hello& hello) {
  return hello.streams.empty() ? model::StreamHead{} : hello.streams.back();
}

// What speaks against this node's streams; empty when they fit what is held here.
std::string contradiction(const journal::View& store, model::NodeId node, const Standing& standing,
                          const model::Hello& hello) {
  const model::StreamHead offered = open_of(hello);
  if (offered.incarnation != standing.incarnation) {
    return fmt::format("incarnation {} is not the newest, which is {}", offered.incarnation, standing.incarnation);
  }
  const model::StreamHead held = cursor(store, node, offered.incarnation);
  if (offered.sequence < held.sequence) {
    return fmt::format("{} events of incarnation {} are held here, more than the node has", held.sequence,
                       held.incarnation);
  }
  if (held.sequence > 0 && offered.sequence == held.sequence && offered.hash != held.hash) {
    return fmt::format("event {} of incarnation {} is a different one here", held.sequence, held.incarnation);
  }
  return {};
}

// The newest that both speak. One of protocol 1 names no session, and each later one its own in HELLO.
std::uint16_t agreed_protocol(std::uint64_t session) {
  static_assert(model::protocol_version == 2, "keep what HELLO has named: decision 0061");
  return session == 0 ? model::protocol_oldest : model::protocol_version;
}

void remember(Standing& standing, std::uint64_t boot) {
  std::erase(standing.boots, boot);
  standing.boots.push_back(boot);
  if (standing.boots.size() > boots_max) standing.boots.erase(standing.boots.begin());
}

}  // namespace

void CoordinatorLink::refuse(journal::Draft& draft, model::RefuseReason reason, std::string explanation) const {
  draft.tell(fmt::format("node {}", node_.value()), explanation);
  draft.send(node_, model::Refuse{.reason = reason, .explanation = std::move(explanation)}, answering_);
}

bool CoordinatorLink::is_current(const journal::View& store, std::uint64_t session) const {
  if (session != session_) return false;
  return open_ || (session == 0 && standing(store, node_).doubt == Doubt::none);
}

void CoordinatorLink::on_stranger(journal::Draft& draft, std::uint64_t session) const {
  draft.send(node_, model::Refuse{.reason = model::RefuseReason::no_session, .explanation = "say hello"}, session);
}

// Whether this process may speak for the node at all.
bool CoordinatorLink::admit(journal::Draft& draft, Standing& standing, const model::Hello& hello, UtcTime now) {
  const auto keep_out = [&](const char* why) {
    remember(standing, hello.boot);  // so that a person may choose it
    set_standing(draft, node_, standing);
    refuse(draft, model::RefuseReason::frozen, why);
    return false;
  };
  if (standing.doubt == Doubt::frozen) {
    return keep_out("two stations speak with this key; a person has to choose one");
  }
  if (standing.doubt == Doubt::decided) {
    const bool is_chosen = hello.boot == standing.chosen || hello.previous_boot == standing.chosen;
    if (!is_chosen) return keep_out("another station was chosen to go on with this key");
    standing.chosen = hello.boot;
    return true;
  }
  if (hello.protocol_max < 2) {  // it names no process before it, so a restart looks like a copy
    if (open_ && boot_ != hello.boot && now - heard_ < ping_every) {
      draft.tell(fmt::format("node {}", node_.value()),
                 "a second session under the same key took over: restarted, or copied?");
    }
    return true;
  }
  const bool another_lives = open_ && boot_ != hello.boot && now - heard_ < silence_longest;
  const bool was_followed = !standing.boots.empty() && standing.boots.back() != hello.boot &&
                            std::ranges::find(standing.boots, hello.boot) != standing.boots.end();
  if ((another_lives && hello.previous_boot != boot_) || was_followed) return suspect(draft, standing, hello, now);
  return true;
}

// One HELLO may be late; a process that goes on saying it is alive. The other one is heard besides, or was met later.
bool CoordinatorLink::suspect(journal::Draft& draft, Standing& standing, const model::Hello& hello, UtcTime now) {
  if (suspect_.boot != hello.boot) {
    suspect_ = {.boot = hello.boot, .since = now};
  } else if (now - suspect_.since >= silence_longest) {
    standing.doubt = Doubt::frozen;
    remember(standing, hello.boot);
    set_standing(draft, node_, standing);
    open_ = false;
    refuse(draft, model::RefuseReason::frozen, "two stations speak with this key: was one copied?");
    return false;
  }
  refuse(draft, model::RefuseReason::duplicate_session, "another station speaks with this key");
  return false;
}

bool CoordinatorLink::is_outdated(const journal::View& store, const Standing& standing,
                                  const model::Hello& hello) const {
  if (!options_.policy.generations) return false;
  if (hello.generation != options_.generation) return hello.generation > options_.generation;
  if (contradicts_tree(store, hello.tree, options_.generation, options_.signing_key)) return true;
  // Orders since the backup may be as many as those that were lost, and be others.
  const model::Token& heard_of = hello.highest_token;
  if (heard_of.generation == options_.generation && heard_of.counter > options_.tokens) return true;
  const model::StreamHead open = open_of(hello);
  const bool pulled = !is_pulling(store);
  return hello.orders > order_progress(store, node_).last || (pulled && open.incarnation > standing.incarnation) ||
         (pulled && hello.acknowledged > cursor(store, node_, open.incarnation).sequence);
}

Admission CoordinatorLink::on_hello(journal::Draft& draft, const model::Hello& hello, UtcTime now,
                                    std::uint64_t session) {
  keep_time(now);
  answering_ = session;
  if (hello.protocol_min > model::protocol_version || hello.protocol_max < model::protocol_oldest) {
    refuse(draft, model::RefuseReason::version,
           fmt::format("this coordinator speaks protocol {} to {}, the node {} to {}: the older of the two programs is "
                       "to be replaced",
                       model::protocol_oldest, model::protocol_version, hello.protocol_min, hello.protocol_max));
    return Admission::refused;
  }
  if (session != 0 && session != session_ && greeted_.contains(session)) return Admission::refused;  // a late copy
  if (greeted_.size() >= greeted_max) greeted_.clear();
  greeted_.insert(session);
  Standing standing = session::standing(draft, node_);
  const Standing before = standing;
  if (!admit(draft, standing, hello, now)) return Admission::refused;
  if (hello.generation > std::uint64_t{options_.generation} + generations_ahead_max) {
    refuse(draft, model::RefuseReason::frozen,
           fmt::format("generation {} was never begun here, where it is {}: look for the fault in this station's store",
                       hello.generation, options_.generation));
    return Admission::refused;
  }
  if (is_outdated(draft, standing, hello)) {
    greeted_.erase(session);
    return Admission::outdated;
  }
  const bool pulling = is_pulling(draft);
  if (pulling) standing.incarnation = std::max(standing.incarnation, open_of(hello).incarnation);
  const std::string why = hello.resync ? std::string{} : contradiction(draft, node_, standing, hello);
  remember(standing, hello.boot);
  if (standing != before) set_standing(draft, node_, standing);
  heard_ = now;
  if (!why.empty()) {
    open_ = false;
    refuse(draft, model::RefuseReason::resync_needed, why + ": was its store restored or copied?");
    return Admission::refused;
  }
  // A second machine under this key is heard by this generation for the first time as well, after everything the other
  // one had was pulled. What had been acknowledged to it need not be what is held here of the other.
  const bool is_another = options_.generation > 1 && !pulling && hello.generation < options_.generation;
  if (pulling || is_another) {
    const bool was_whole = options_.generation == 2 || standing.complete + 1 >= options_.generation;
    note_claim(draft, node_, hello.streams, hello.acknowledged, pulling && was_whole);
  }
  open_ = true;
  hear_clock(draft, hello.clock, now);
  boot_ = hello.boot;
  session_ = session;
  suspect_ = {};
  claimed_ = hello.streams;
  // Of an earlier generation's head nobody but its node knows what this tree has in common with it.
  const bool is_common = hello.tree.generation == options_.generation || hello.tree.size <= tree_state(draft).base;
  tree_seen_ = is_common ? hello.tree.size : 0;
  inventoried_ = hello.protocol_max < 2;  // one of protocol 1 cannot say it
  const bool same_orders = hello.generation == options_.generation || options_.generation == 1;
  // Of an earlier generation it has what this store has as well, as far as it had come; what came after the backup is
  // void. What lies between is sent: nobody else tells the node what was taken back.
  const std::uint64_t has = same_orders ? hello.orders : std::min(hello.orders, standing.orders_base);
  orders_base_ = same_orders ? standing.orders_base : has;
  sent_ = confirmed_ = std::min(has, order_progress(draft, node_).last);
  set_orders_acknowledged(draft, node_, confirmed_);
  answers_.forget();
  resend_.restart(now);
  send_welcome(draft, now);
  return Admission::welcome;
}

model::ShownHead CoordinatorLink::show_head(const journal::View& store, std::uint64_t seen, UtcTime now) {
  tree_seen_ = seen;
  told_ = now;
  const model::TreeHead head = tree_head(store, options_.generation, now, options_.signing_key);
  tree_told_ = head.size;
  return shown_head(head, store, seen);
}

// A node that has nothing to send is a witness as well.
bool CoordinatorLink::has_news(const journal::View& store, UtcTime now) const {
  return now - told_ >= tree_told_every && tree_state(store).size > tree_told_;
}

void CoordinatorLink::send_welcome(journal::Draft& draft, UtcTime now) {
  if (!open_) return;
  const Standing standing = session::standing(draft, node_);
  std::vector<model::StreamHead> held = cursors(draft, node_);
  if (held.empty() || held.back().incarnation < standing.incarnation) {
    held.push_back({.incarnation = standing.incarnation});
  }
  draft.send(node_,
             model::Welcome{.protocol = agreed_protocol(session_),
                            .generation = options_.generation,
                            .mode = is_recovering(draft) ? model::Mode::recovery : model::Mode::normal,
                            .cursors = std::move(held),
                            .reference = options_.reference,
                            .clock = now,
                            .orders_base = orders_base_,
                            .tree = show_head(draft, tree_seen_, now),
                            .node_key = options_.node_key,
                            .next_server = options_.next_server},
             session_);
}

bool CoordinatorLink::is_recovering(const journal::View& store) const {
  return options_.policy.recovery && (recovery(store) != 0 || is_pulling(store));
}

bool CoordinatorLink::is_pulling(const journal::View& store) const {
  return options_.generation > 1 && options_.policy.recovery &&
         session::standing(store, node_).complete < options_.generation;
}

bool CoordinatorLink::check_complete(journal::Draft& draft, bool has_no_more) {
  if (!open_ || !inventoried_ || !is_pulling(draft)) return false;
  const auto is_held = [&](const model::StreamHead& one) {
    return cursor(draft, node_, one.incarnation).sequence >= one.sequence;
  };
  if (!has_no_more && !std::ranges::all_of(claimed_, is_held)) return false;
  Standing standing = session::standing(draft, node_);
  standing.complete = options_.generation;
  pass("recovery.complete");
  set_standing(draft, node_, standing);
  return true;
}

std::optional<model::Resync> CoordinatorLink::on_resync_request(journal::Draft& draft,
                                                                const model::ResyncRequest& request, UtcTime now) {
  heard_ = now;
  if (is_recovering(draft)) return std::nullopt;
  Standing standing = session::standing(draft, node_);
  const bool is_unused = cursor(draft, node_, standing.incarnation).sequence == 0;
  const bool is_new = standing.given_to != boot_ || standing.given_to == 0 || !is_unused;
  if (is_new) {
    const std::uint32_t first = (options_.generation - 1) * incarnations_per_generation + 1;
    standing.incarnation = std::max(standing.incarnation + 1, first);
    standing.given_to = boot_;
    ++standing.resyncs;
    pass("resync.give");
    set_standing(draft, node_, standing);
    draft.tell(fmt::format("node {}", node_.value()),
               fmt::format("its store was put back or copied: it goes on as incarnation {}", standing.incarnation));
  }
  const bool goes_on = request.incarnation == standing.incarnation;
  return held_from(draft, node_, standing.incarnation, goes_on ? request : model::ResyncRequest{});
}

void CoordinatorLink::on_orders_held(journal::Draft& draft, std::uint64_t upto, UtcTime now) {
  heard_ = now;
  upto = std::min(upto, order_progress(draft, node_).last);
  if (upto <= confirmed_) return;
  confirmed_ = upto;
  sent_ = std::max(sent_, confirmed_);
  answers_.answered(confirmed_, now);
  resend_.restart(now, answers_.patience());
  set_orders_acknowledged(draft, node_, confirmed_);
}

void CoordinatorLink::hear_clock(journal::Draft& draft, UtcTime theirs, UtcTime now) {
  if (!clock_.hear(theirs, now)) return;
  draft.tell(fmt::format("node {}", node_.value()), fmt::format("its clock is {} ours", words_of(clock_ahead())));
}

void CoordinatorLink::on_ping(journal::Draft& draft, const model::Ping& ping, UtcTime now) {
  heard_ = now;
  hear_clock(draft, ping.clock, now);
  draft.send(node_, model::Pong{.clock = now}, session_);
}

journal::Effects CoordinatorLink::pump(const journal::View& store, UtcTime now) {
  keep_time(now);
  journal::Draft draft{store};
  if (open_ && now - heard_ >= silence_longest) open_ = false;
  if (!open_) return draft.take();
  if (has_news(store, now)) send_welcome(draft, now);
  const std::uint64_t last = order_progress(store, node_).last;
  if (sent_ > confirmed_ && now >= resend_.due()) {
    sent_ = confirmed_;
    resend_.next(now, boot_);
  } else if (sent_ == confirmed_) {
    resend_.restart(now, answers_.patience());
  }
  while (sent_ < last && sent_ - confirmed_ < window_orders) {
    model::Orders orders = orders_from(store, node_, sent_ + 1, options_.generation, options_.signing_key);
    if (orders.orders.empty()) break;
    sent_ += orders.orders.size();
    answers_.sent(sent_, now);
    draft.send(node_, std::move(orders), session_);
  }
  return draft.take();
}

UtcTime CoordinatorLink::wake_at() const {
  if (!open_) return UtcTime::max();
  const UtcTime silence = heard_ + silence_longest;
  return sent_ > confirmed_ ? std::min(silence, resend_.due()) : silence;
}

}  // namespace lab::session

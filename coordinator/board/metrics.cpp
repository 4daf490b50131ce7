#include "coordinator/board/metrics.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "coordinator/reports/status.hpp"
#include "coordinator/reports/warnings.hpp"
#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/subscriptions.hpp"
#include "protocol/journal/room.hpp"

namespace lab::board {
namespace {

namespace tables = coordinator::tables;
using Labels = std::vector<std::pair<const char*, std::string>>;

std::string escaped(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

std::string text_of(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, escaped(value));
  }
  return text.empty() ? text : "{" + text + "}";
}

class Metrics {
 public:
  /// What follows by add() is of this name.
  void begin(const char* name, const char* type, const char* help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <class Number>
  void add(const Labels& labels, Number value, const char* suffix = "") {
    text_ += fmt::format("{}{}{} {}\n", name_, suffix, text_of(labels), value);
  }
  template <class Number>
  void one(const char* name, const char* type, const char* help, Number value) {
    begin(name, type, help);
    add({}, value);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

double seconds_of(UtcTime time) { return static_cast<double>(to_unix_ms(time)) / 1000; }

void add_tasks(Metrics& metrics, const reports::Status& status) {
  metrics.begin("qlims_tasks", "gauge", "Tasks of a plan by state.");
  for (const reports::PlanStatus& plan : status.plans) {
    for (std::size_t i = 0; i < tables::task_states; ++i) {
      metrics.add({{"plan", fmt::format("{}.{}", plan.plan.id.value(), plan.plan.revision)},
                   {"state", model::name_of(static_cast<model::TaskState>(i))}},
                  plan.tasks.of[i]);
    }
  }
}

void add_verdicts(Metrics& metrics, const journal::View& store) {
  std::map<model::ProgrammeCode, tables::Tally> sums;
  tables::for_each_city_tally(
      store, [&](const model::ProgrammeCode& programme, model::CityCode, const tables::Tally& tally) {
        tables::Tally& sum = sums[programme];
        for (const auto& [into, from] : {std::pair{&sum.first, &tally.first}, std::pair{&sum.final, &tally.final}}) {
          into->pass += from->pass;
          into->fail += from->fail;
          into->problem += from->problem;
          into->undetermined += from->undetermined;
        }
      });
  metrics.begin("qlims_verdicts", "gauge", "Samples by their first verdict and by the one that stands now.");
  for (auto& [programme, sum] : sums) {
    for (const auto& [name, verdicts] : {std::pair{"first", &sum.first}, std::pair{"final", &sum.final}}) {
      for (const auto outcome : {model::SampleOutcome::pass, model::SampleOutcome::fail, model::SampleOutcome::problem,
                                 model::SampleOutcome::undetermined}) {
        metrics.add({{"programme", programme.value()}, {"verdict", name}, {"outcome", model::name_of(outcome)}},
                    (*verdicts)[outcome]);
      }
    }
  }
}

// Nodes that are not revoked, with what stands before their value.
template <class Add>
void for_each_node(const reports::Status& status, const Add& add) {
  for (const reports::LaboratoryStatus& laboratory : status.laboratories) {
    for (const reports::NodeStatus& node : laboratory.nodes) {
      if (node.node.is_revoked()) continue;
      add(Labels{{"laboratory", fmt::format("{}", laboratory.laboratory.id.value())},
                 {"node", fmt::format("{}", node.node.id.value())}},
          node);
    }
  }
}

void add_nodes(Metrics& metrics, const reports::Status& status, const std::vector<coordinator::Session>& sessions) {
  std::map<model::NodeId, coordinator::Session> by_node;
  for (const coordinator::Session& session : sessions) by_node[session.node] = session;
  metrics.begin("qlims_node_events_total", "counter", "Events taken from a node.");
  for_each_node(status, [&](const Labels& labels, const auto& node) { metrics.add(labels, node.events); });
  metrics.begin("qlims_node_orders_total", "counter", "Orders made for a node.");
  for_each_node(status, [&](const Labels& labels, const auto& node) { metrics.add(labels, node.orders); });
  metrics.begin("qlims_node_backlog_orders", "gauge", "Orders that a node has not confirmed.");
  for_each_node(status, [&](const Labels& labels, const auto& node) {
    metrics.add(labels, node.orders - node.orders_acknowledged);
  });
  metrics.begin("qlims_node_connected", "gauge", "Whether a node has an open session.");
  for_each_node(
      status, [&](const Labels& labels, const auto& node) { metrics.add(labels, by_node[node.node.id].open ? 1 : 0); });
  metrics.begin("qlims_node_last_contact_timestamp_seconds", "gauge",
                "When a node was last heard; missing when not since this start.");
  for_each_node(status, [&](const Labels& labels, const auto& node) {
    const UtcTime heard = by_node[node.node.id].last_heard;
    if (heard != UtcTime{}) metrics.add(labels, seconds_of(heard));
  });
  metrics.begin("qlims_node_clock_ahead_seconds", "gauge",
                "By how much a node's clock is ahead of this one, negative when behind; 0 within five minutes.");
  for_each_node(status, [&](const Labels& labels, const auto& node) {
    metrics.add(labels, std::chrono::floor<std::chrono::seconds>(by_node[node.node.id].clock_ahead).count());
  });
}

void add_exceptions(Metrics& metrics, const reports::Status& status) {
  metrics.begin("qlims_exceptions", "gauge", "Events that were kept and not counted.");
  metrics.add({{"disposition", "late"}}, status.late);
  metrics.add({{"disposition", "quarantined"}}, status.quarantined);
  metrics.one("qlims_series_discontinued", "gauge", "Series of lots whose inspection is discontinued.",
              status.stopped.size());
  metrics.one("qlims_recovering", "gauge", "Whether the store was put back and not every node has been heard.",
              status.recovering ? 1 : 0);
  metrics.one("qlims_generation", "gauge", "Generation of the store; a restored one has the next.", status.generation);
}

void add_clocks(Metrics& metrics, const journal::View& store) {
  std::map<std::string, std::uint64_t> late;
  for (auto kind = clocks::Kind{}; kind <= clocks::kind_last;
       kind = static_cast<clocks::Kind>(static_cast<int>(kind) + 1)) {
    if (clocks::is_duty(kind)) late[clocks::name_of(kind)] = 0;
  }
  tables::clock_table.for_each_open(store, [&](const clocks::Clock& clock) {
    if (clocks::state_of(clock) != clocks::ClockState::late) return false;  // the late ones come first
    ++late[clocks::name_of(clock.kind)];
    return true;
  });
  metrics.begin("qlims_clocks_overdue", "gauge", "Duties whose deadline has passed and that are still to be done.");
  for (const auto& [kind, count] : late) metrics.add({{"kind", kind}}, count);
}

void add_warnings(Metrics& metrics, const journal::View& store, const Running& running) {
  std::map<reports::WarningLevel, std::uint64_t> counts{{reports::WarningLevel::amber, 0},
                                                        {reports::WarningLevel::red, 0}};
  for (const auto& warning : reports::warnings(store, {.by = {}}, running.targets, running.now)) {
    ++counts[warning.level];
  }
  metrics.begin("qlims_early_warnings", "gauge",
                "Categories of cities below the target of their programme; red ones are no chance at 5 %.");
  for (const auto& [level, count] : counts) metrics.add({{"level", reports::name_of(level)}}, count);
}

void add_store(Metrics& metrics, const journal::StoreFigures& figures, const CommitTimes* commits) {
  metrics.one("qlims_store_used_bytes", "gauge", "Octets of the store in use.", figures.bytes_used);
  metrics.one("qlims_store_limit_bytes", "gauge", "Octets that the store may use at most.", figures.bytes_max);
  metrics.one("qlims_store_disk_free_bytes", "gauge", "Octets free where the store is.", figures.disk_free_bytes);
  metrics.one("qlims_store_room", "gauge",
              "Room for more: 0 enough, 1 little (over 70 % used), 2 reserved (over 85 %).",
              static_cast<int>(journal::room_of(figures)));
  if (commits == nullptr) return;
  metrics.begin("qlims_commit_duration_seconds", "histogram", "How long commits took until they were on the disk.");
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < commit_bounds.size(); ++i) {
    count += commits->in(i);
    metrics.add({{"le", fmt::format("{}", commit_bounds[i])}}, count, "_bucket");
  }
  count += commits->in(commit_bounds.size());
  metrics.add({{"le", "+Inf"}}, count, "_bucket");
  metrics.add({}, commits->seconds(), "_sum");
  metrics.add({}, count, "_count");
}

void add_webhooks(Metrics& metrics, const journal::View& store) {
  const tables::Announcing state = tables::announcing(store);
  const auto all = tables::subscriptions(store);
  const auto each = [&](const auto& value_of) {
    for (const tables::Subscription& one : all) metrics.add({{"webhook", fmt::format("{}", one.id)}}, value_of(one));
  };
  metrics.begin("qlims_webhook_waiting_events", "gauge", "Announcements that a subscriber has not confirmed.");
  each([&](const tables::Subscription& one) { return state.last + 1 - one.next; });
  metrics.begin("qlims_webhook_failures", "gauge", "Attempts in a row that have failed.");
  each([](const tables::Subscription& one) { return one.failures; });
  metrics.begin("qlims_webhook_dead", "gauge", "Whether a subscription was given up and waits for a person.");
  each([](const tables::Subscription& one) { return one.state == tables::SubscriptionState::dead ? 1 : 0; });
}

}  // namespace

std::string metrics_text(const journal::View& store, const Running& running) {
  Metrics metrics;
  const reports::Status status = reports::status(store);
  add_tasks(metrics, status);
  add_verdicts(metrics, store);
  add_nodes(metrics, status, running.sessions);
  add_exceptions(metrics, status);
  add_clocks(metrics, store);
  add_warnings(metrics, store, running);
  add_store(metrics, running.store, running.commits);
  add_webhooks(metrics, store);
  metrics.one("qlims_live_streams", "gauge", "Pages that listen to what happens.", running.streams);
  return metrics.take();
}

}  // namespace lab::board

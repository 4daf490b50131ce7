#include "lab-node/desk/waiting.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "lab-node/desk/permissions.hpp"
#include "lab-node/tables/instruments.hpp"
#include "lab-node/tables/runs.hpp"
#include "lab-node/tables/tables.hpp"
#include "lab-node/tables/tray.hpp"
#include "protocol/service/request.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

struct Task {
  std::string_view what;
  Action action;  // whoever may do this does it
  std::uint64_t count;
};

}  // namespace

http::Response waiting_list(const Office& office) {
  const auto samples = office.index.waiting();
  const auto view = office.store.read();
  const auto of = [&](Waits waits) { return samples[static_cast<std::size_t>(waits)]; };
  const std::array tasks{
      Task{name_of(Waits::to_sample), Action::fill_form, of(Waits::to_sample)},
      Task{name_of(Waits::to_receive), Action::receive, of(Waits::to_receive)},
      Task{"tray", Action::receive, tables::tray_waiting(*view)},
      Task{name_of(Waits::to_measure), Action::measure, of(Waits::to_measure)},
      Task{name_of(Waits::returned), Action::measure, of(Waits::returned)},
      Task{name_of(Waits::to_confirm), Action::measure, of(Waits::to_confirm)},
      Task{"quarantine", Action::decide_quarantine, tables::counters(*view).quarantine_open},
      Task{"instruments", Action::confirm_instrument, tables::devices_waiting(*view)},
      Task{"runs", Action::decide_run, tables::runs_waiting(*view)},
      Task{name_of(Waits::to_review), Action::review, of(Waits::to_review)},
      Task{name_of(Waits::to_approve), Action::approve, of(Waits::to_approve)},
  };
  json waiting = json::array();
  for (const std::string_view role : roles) {
    for (const Task& task : tasks) {
      if (!may(role, task.action)) continue;
      waiting.push_back({{"role", role}, {"what", task.what}, {"count", task.count}});
    }
  }
  return service::answer({{"waiting", std::move(waiting)}});
}

}  // namespace lab::desk

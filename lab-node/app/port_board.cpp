#include "lab-node/app/port_board.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/log.hpp"
#include "protocol/base/text.hpp"

namespace lab::node::app {
namespace {

constexpr std::size_t trouble_octets_max = 1'000;  // a path and a refusal with its reason

}  // namespace

void PortBoard::add(desk::PortStatus port) {
  const std::lock_guard lock{mutex_};
  ports_.push_back(std::move(port));
}

std::vector<desk::PortStatus> PortBoard::all() const {
  const std::lock_guard lock{mutex_};
  return ports_;
}

void PortBoard::trouble(const std::string& port, const std::string& what) {
  log::warning("{}: {}", port, what);
  const std::lock_guard lock{mutex_};
  failing_.erase(port);
  noted_.erase(port);
  if (desk::PortStatus* found = find(port)) found->trouble = tidy(what, trouble_octets_max);
}

void PortBoard::not_taken(const std::string& port, const std::string& why) {
  trouble(port, why);
  const std::lock_guard lock{mutex_};
  failing_.insert(port);
}

void PortBoard::taken(const std::string& port) {
  const std::lock_guard lock{mutex_};
  if (failing_.erase(port) == 0) return;
  if (desk::PortStatus* found = find(port)) found->trouble.clear();
}

void PortBoard::note(const std::string& port, const std::string& what) {
  const std::lock_guard lock{mutex_};
  desk::PortStatus* found = find(port);
  const std::string said = tidy(what, trouble_octets_max);
  if (found == nullptr || found->trouble == said) return;
  log::warning("{}: {}", port, said);
  if (!found->trouble.empty() && !noted_.contains(port)) return;
  found->trouble = said;
  noted_.insert(port);
}

// Under the lock.
desk::PortStatus* PortBoard::find(const std::string& port) {
  const auto found = std::ranges::find(ports_, port, &desk::PortStatus::name);
  return found == ports_.end() ? nullptr : &*found;
}

}  // namespace lab::node::app

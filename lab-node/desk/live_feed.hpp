#pragma once
// What a turn of the loop changed, as far as pages show it.

#include <map>
#include <set>
#include <string>

#include "lab-node/desk/desk.hpp"
#include "protocol/journal/effects.hpp"
#include "protocol/service/live.hpp"

namespace lab::desk {

constexpr std::size_t numbers_told = 100;  // samples that one event names; of more it says that there are more

/// Gathers over one turn. One thread.
class Changes {
 public:
  void note(const journal::Effect& effect);
  /// Tells everything at once: samples {numbers, more}, captures, quarantine, runs, tray and instruments {}. To be
  /// called after the commit.
  void tell(service::Live& live) const;
  /// Notes in the index which samples were changed. Likewise.
  void mark(SampleIndex& index) const;

 private:
  std::map<Bytes, Bytes> samples_;  // the last record of each; empty beyond numbers_told of them
  std::size_t kept_ = 0;            // records that are not empty
  std::set<std::string_view> kinds_;
};

/// The event `link`: {configured, linked, welcome, refusal, waiting}, waiting being how many events the coordinator has
/// not acknowledged. One line of JSON, to be told when it differs from the one before.
std::string link_line(const LinkStatus& link, const journal::View& store);

}  // namespace lab::desk

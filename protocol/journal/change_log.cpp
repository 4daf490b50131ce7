#include "protocol/journal/change_log.hpp"

#include <algorithm>

#include "protocol/base/check.hpp"

namespace lab::journal {

bool ChangeLog::open(std::uint64_t version) {
  const std::lock_guard lock{mutex_};
  if (!watched_) missed_ = version;
  return watched_;
}

void ChangeLog::add(std::uint64_t version, std::vector<KeyChange> changes) {
  const std::lock_guard lock{mutex_};
  if (!watched_) {
    missed_ = version;  // whoever watched when it began has gone
    return;
  }
  for (KeyChange& change : changes) entries_.push_back({version, std::move(change)});
}

void ChangeLog::forget(std::uint64_t version) {
  const std::lock_guard lock{mutex_};
  if (missed_ == version) missed_ = 0;
  std::erase_if(entries_, [&](const Entry& entry) { return entry.version == version; });
}

void ChangeLog::watch() {
  const std::lock_guard lock{mutex_};
  LAB_CHECK(!watched_);
  watched_ = true;
}

void ChangeLog::unwatch() {
  const std::lock_guard lock{mutex_};
  watched_ = false;
  // The next watcher may begin before a snapshot can see these.
  for (const Entry& entry : entries_) missed_ = std::max(missed_, entry.version);
  entries_.clear();
}

bool ChangeLog::covers(std::uint64_t version) const {
  const std::lock_guard lock{mutex_};
  return watched_ && version >= missed_;
}

ChangeLog::Settled ChangeLog::settle(std::uint64_t version, BytesView end) {
  const std::lock_guard lock{mutex_};
  Settled settled;
  std::erase_if(entries_, [&](const Entry& entry) {
    if (entry.version > version) return false;
    if (entry.change.key >= end) return true;
    settled.records += entry.change.records;
    settled.sum += entry.change.sum;
    return true;
  });
  return settled;
}

}  // namespace lab::journal

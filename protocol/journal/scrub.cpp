#include "protocol/journal/scrub.hpp"

#include <fmt/format.h>

#include "protocol/journal/record_envelope.hpp"

namespace lab::journal {

ScrubPass::ScrubPass(const Store& store) : store_(store) { store_.changes().watch(); }

ScrubPass::~ScrubPass() { store_.changes().unwatch(); }

bool ScrubPass::step(std::size_t records_max) {
  static const Bytes above_every_key(View::key_max + 1, '\xFF');
  const auto snapshot = store_.read();
  if (!store_.changes().covers(snapshot->version())) return false;
  std::size_t seen = 0;
  Bytes next = above_every_key;
  snapshot->scan(position_, above_every_key, [&](BytesView key, BytesView record) {
    if (seen == records_max) {
      next = key;
      return false;
    }
    ++seen;
    sum_ += record_sum(key, record);
    return true;
  });
  records_ += seen;
  // What has changed up to this snapshot: below the old position it was not seen, above it was.
  const ChangeLog::Settled settled = store_.changes().settle(snapshot->version(), position_);
  changed_.records += settled.records;
  changed_.sum += settled.sum;
  position_ = std::move(next);
  if (position_ != above_every_key) return false;
  const std::uint64_t found = records_ + static_cast<std::uint64_t>(changed_.records);
  if (found != snapshot->count()) {
    throw Damage(
        fmt::format("the store shows {} records where {} are counted: a damaged page hides the rest; stop the "
                    "program and restore the latest backup",
                    found, snapshot->count()));
  }
  if (snapshot->sum() && *snapshot->sum() != sum_ + changed_.sum) {
    throw Damage(
        "the store shows records that are whole but not those of its last commit: a page is in an older state; stop "
        "the "
        "program and restore the latest backup");
  }
  return true;
}

}  // namespace lab::journal

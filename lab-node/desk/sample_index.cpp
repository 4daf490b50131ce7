#include "lab-node/desk/sample_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lab-node/judging/judging.hpp"
#include "lab-node/reception/reception.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/journal/fields.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using model::SampleState;

constexpr std::size_t changed_max = 10'000;  // beyond, reading everything anew is no slower
constexpr std::size_t step = 2'000;          // samples read in one snapshot, which must not live long

std::string lower(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return small;
}

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  const std::string small = lower(text);
  for (std::size_t at = 0; at < small.size();) {
    const std::size_t end = std::min(small.find(' ', at), small.size());
    if (end > at) words.push_back(small.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// Everything that stands on a sample and that somebody may look for. Line ends keep words of two fields apart.
std::string text_of(const model::Sample& sample) {
  const model::Grant& grant = sample.grant;
  std::string text = fmt::format(
      "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n", grant.number.text(), grant.blind_code, to_text(grant.task),
      grant.commodity, sample.sampled.sample_name, grant.category.value(), grant.panel.value(), grant.city.value(),
      grant.county.value(), grant.programme.value(), sample.analyst.value(), reception::chinese_name_of(sample.state));
  for (const model::SampleNumber& former : sample.former) text += former.text() + '\n';
  return lower(text);
}

}  // namespace

const char* name_of(Waits waits) {
  switch (waits) {
    case Waits::nothing:
      return "nothing";
    case Waits::to_sample:
      return "to_sample";
    case Waits::to_receive:
      return "to_receive";
    case Waits::to_measure:
      return "to_measure";
    case Waits::returned:
      return "returned";
    case Waits::to_confirm:
      return "to_confirm";
    case Waits::to_review:
      return "to_review";
    case Waits::to_approve:
      return "to_approve";
  }
  return "";
}

Waits waits_for(const model::Sample& sample) {
  switch (sample.state) {
    case SampleState::assigned:
      return Waits::to_sample;
    case SampleState::sampled:
      return Waits::to_receive;
    case SampleState::received:
      return Waits::to_measure;
    case SampleState::measuring:
      return judging::is_reopened(sample) ? Waits::returned : Waits::to_measure;
    case SampleState::judged:
      return judging::is_provisional(sample) ? Waits::to_confirm : Waits::to_review;
    case SampleState::reviewed:
      return Waits::to_approve;
    case SampleState::approved:
    case SampleState::declined:
    case SampleState::revoked:
      return Waits::nothing;
  }
  return Waits::nothing;
}

void SampleIndex::changed(BytesView key) {
  if (tables::kind_of_key(key) != tables::samples_kind) return;
  const std::lock_guard lock{changing_};
  if (stale_) return;
  changed_.emplace(key);
  if (changed_.size() <= changed_max) return;
  changed_.clear();
  stale_ = true;
}

// Precondition: the lock on reading is held.
void SampleIndex::take(const model::Sample& sample) {
  Entry entry{.text = text_of(sample), .panel = sample.grant.panel, .state = sample.state, .waits = waits_for(sample)};
  const auto [place, is_new] = entries_.try_emplace(sample.grant.task);
  if (!is_new) --waiting_[static_cast<std::size_t>(place->second.waits)];
  ++waiting_[static_cast<std::size_t>(entry.waits)];
  place->second = std::move(entry);
}

// What was changed is noted before the snapshot is taken that shows it. Precondition: the lock on reading is held.
std::unique_ptr<journal::Snapshot> SampleIndex::fresh() {
  bool all = false;
  {
    const std::lock_guard lock{changing_};
    all = std::exchange(stale_, false);
    if (all) changed_.clear();
  }
  if (all) {
    entries_.clear();
    waiting_ = {};
    model::TaskId last;
    for (std::size_t seen = step; seen == step;) {
      seen = 0;
      tables::scan_samples(*store_.read(), last, std::nullopt, [&](const model::Sample& sample) {
        take(sample);
        last = sample.grant.task;
        return ++seen < step;
      });
    }
  }
  std::set<Bytes> changed;
  {
    const std::lock_guard lock{changing_};
    changed.swap(changed_);
  }
  auto view = store_.read();
  for (const Bytes& key : changed) {
    if (const auto sample = tables::sample(*view, journal::FieldReader::of_key(key).take_task())) take(*sample);
  }
  return view;
}

bool SampleIndex::fits(const Entry& entry, const SampleFilter& filter, std::span<const std::string> words) {
  if (!filter.states.empty() && !filter.states.contains(entry.state)) return false;
  if (!filter.waits.empty() && !filter.waits.contains(entry.waits)) return false;
  if (!filter.panel.value().empty() && filter.panel != entry.panel) return false;
  return std::ranges::all_of(words,
                             [&](const std::string& word) { return entry.text.find(word) != std::string::npos; });
}

SampleIndex::Found SampleIndex::find(const SampleFilter& filter, const model::TaskId& after, std::size_t limit) {
  const auto words = words_in(filter.words);
  const std::lock_guard lock{reading_};
  const auto view = fresh();
  Found found;
  for (const auto& [task, entry] : entries_) {
    if (!fits(entry, filter, words)) continue;
    ++found.count;
    if (task <= after) continue;
    found.more = found.samples.size() == limit;
    if (found.more) continue;
    if (auto sample = tables::sample(*view, task)) found.samples.push_back(std::move(*sample));
  }
  return found;
}

std::array<std::uint64_t, waits_count> SampleIndex::waiting() {
  const std::lock_guard lock{reading_};
  static_cast<void>(fresh());
  return waiting_;
}

}  // namespace lab::desk

#include "protocol/service/security_log.hpp"

#include <algorithm>

#include "protocol/base/text.hpp"
#include "protocol/journal/fields.hpp"

namespace lab::service {
namespace {

using journal::FieldReader;
using journal::Fields;

constexpr char entry_table = '#';
constexpr char state_table = '$';
constexpr const char* anything = "*";

struct Ends {
  std::uint64_t last = 0;
  std::uint64_t first = 1;  // that is kept
};

Bytes entry_key(std::uint64_t sequence) { return Fields{entry_table}.add(sequence).bytes(); }
Bytes ends_key() { return Bytes(1, state_table); }
Bytes total_key(const std::string& why) { return Fields{state_table}.add(BytesView{why}).bytes(); }

std::uint64_t number_at(const journal::View& store, const Bytes& key) {
  const auto record = store.get(key);
  return record ? FieldReader{*record}.take<std::uint64_t>() : 0;
}

Ends ends_of(const journal::View& store) {
  const auto record = store.get(ends_key());
  if (!record) return {};
  FieldReader fields{*record};
  Ends ends;
  ends.last = fields.take<std::uint64_t>();
  ends.first = fields.take<std::uint64_t>();
  return ends;
}

// Nothing that a terminal would obey.
std::string shown(std::string_view asked) {
  std::string text{shortened(asked, security_text_max)};
  for (char& octet : text) {
    if (static_cast<unsigned char>(octet) < 0x20U || octet == 0x7F) octet = '?';
  }
  return text;
}

void add_text(Fields& to, const std::string& text) {
  to.add(static_cast<std::uint16_t>(text.size())).add(BytesView{text});
}

std::string take_text(FieldReader& from) {
  const auto size = from.take<std::uint16_t>();
  return std::string{from.take_bytes(size)};
}

Bytes record_of(const Attempt& attempt, UtcTime first, UtcTime last, std::uint64_t count) {
  Fields fields;
  fields.add(first).add(last).add(count);
  for (const std::string* text : {&attempt.who, &attempt.from, &attempt.what, &attempt.why}) add_text(fields, *text);
  return fields.bytes();
}

Refused entry_of(std::uint64_t sequence, BytesView record) {
  FieldReader fields{record};
  Refused entry{.sequence = sequence, .attempt = {}};
  entry.first = fields.take_time();
  entry.last = fields.take_time();
  entry.count = fields.take<std::uint64_t>();
  for (std::string* text : {&entry.attempt.who, &entry.attempt.from, &entry.attempt.what, &entry.attempt.why}) {
    *text = take_text(fields);
  }
  return entry;
}

}  // namespace

// What would be one entry too many of this minute is counted less exactly.
Attempt SecurityLog::merged(Attempt attempt, UtcTime now) {
  constexpr std::chrono::minutes minute{1};
  if (now - minute_ >= minute || now < minute_) {
    minute_ = now;
    fresh_.clear();
    fresh_all_ = 0;
  }
  if (waiting_.contains(attempt) || open_.contains(attempt)) return attempt;
  const bool has_room = fresh_.size() < limits_.origins || fresh_.contains(attempt.from);
  if (has_room && fresh_[attempt.from] < limits_.per_origin && fresh_all_ < limits_.per_minute) {
    ++fresh_[attempt.from];
    ++fresh_all_;
    return attempt;
  }
  attempt.who.clear();
  attempt.what = anything;
  if (!has_room || fresh_all_ >= limits_.per_minute) attempt.from = anything;
  return attempt;
}

void SecurityLog::note(Attempt attempt, UtcTime now, std::uint64_t count) {
  for (std::string* text : {&attempt.who, &attempt.from, &attempt.what, &attempt.why}) *text = shown(*text);
  const std::lock_guard lock{mutex_};
  Waiting& waiting = waiting_[merged(std::move(attempt), now)];
  if (waiting.count == 0) waiting.first = now;
  waiting.last = now;
  waiting.count += count;
}

void SecurityLog::put(journal::Draft& draft, const Attempt& attempt, const Waiting& waiting, std::uint64_t& last) {
  Open& open = open_[attempt];
  if (open.sequence == 0 || waiting.first - open.first >= limits_.alike) {
    open = {.sequence = ++last, .first = waiting.first, .count = 0};
  }
  open.count += waiting.count;
  draft.put(entry_key(open.sequence), record_of(attempt, open.first, waiting.last, open.count));
  draft.put(total_key(attempt.why), Fields{}.add(number_at(draft, total_key(attempt.why)) + waiting.count).bytes());
}

void SecurityLog::write(journal::Draft& draft, UtcTime now) {
  const std::lock_guard lock{mutex_};
  if (waiting_.empty() || !under_way_.empty() || (now < next_write_ && now + limits_.pause >= next_write_)) return;
  next_write_ = now + limits_.pause;
  std::swap(waiting_, under_way_);
  std::erase_if(open_, [&](const auto& one) { return now - one.second.first >= limits_.alike; });
  Ends ends = ends_of(draft);
  for (const auto& [attempt, waiting] : under_way_) put(draft, attempt, waiting, ends.last);
  for (; ends.last - ends.first >= limits_.entries; ++ends.first) draft.erase(entry_key(ends.first));
  draft.put(ends_key(), Fields{}.add(ends.last).add(ends.first).bytes());
}

void SecurityLog::written(bool stored) {
  const std::lock_guard lock{mutex_};
  if (!stored) {
    open_.clear();  // what it says may be ahead of the store
    for (auto& [attempt, lost] : under_way_) {
      Waiting& again = waiting_[attempt];
      if (again.count == 0) again.last = lost.last;
      again.first = lost.first;
      again.count += lost.count;
    }
  }
  under_way_.clear();
}

std::vector<Refused> security_entries(const journal::View& store, std::uint64_t after, std::size_t limit) {
  std::vector<Refused> entries;
  if (limit == 0) return entries;
  store.scan(entry_key(after + 1), journal::after_prefix(Bytes(1, entry_table)), [&](BytesView key, BytesView record) {
    entries.push_back(entry_of(FieldReader::of_key(key).take<std::uint64_t>(), record));
    return entries.size() < limit;
  });
  return entries;
}

std::vector<Refused> newest_security_entries(const journal::View& store, std::uint64_t before, std::size_t limit,
                                             const std::function<bool(const Refused& entry)>& takes) {
  constexpr std::uint64_t block = 500;  // read at once: the store is read forwards only
  const Ends ends = ends_of(store);
  std::vector<Refused> found;
  std::uint64_t end = before == 0 ? ends.last + 1 : std::min(before, ends.last + 1);
  while (end > ends.first && found.size() < limit) {
    const std::uint64_t first = std::max(ends.first, end > block ? end - block : 1);
    const auto entries = security_entries(store, first - 1, end - first);
    for (auto entry = entries.rbegin(); entry != entries.rend() && found.size() < limit; ++entry) {
      if (entry->sequence < end && takes(*entry)) found.push_back(*entry);
    }
    end = first;
  }
  return found;
}

std::map<std::string, std::uint64_t> security_totals(const journal::View& store) {
  std::map<std::string, std::uint64_t> totals;
  const Bytes prefix = ends_key();
  store.scan(prefix, journal::after_prefix(prefix), [&](BytesView key, BytesView record) {
    if (key.size() > prefix.size()) {
      totals[std::string{key.substr(prefix.size())}] = FieldReader{record}.take<std::uint64_t>();
    }
    return true;
  });
  return totals;
}

}  // namespace lab::service

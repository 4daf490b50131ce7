#include "lab-node/tables/serials.hpp"

#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"

namespace lab::node::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

constexpr std::string_view given_key = "F";

// The programme has three letters, so that the key has a fixed length.
Bytes held_key(const model::SerialKind& kind) {
  return Fields{'f'}.add(kind.year).add(BytesView{kind.programme.value()}).bytes();
}
Bytes number_key(std::string_view number) { return Fields{'n'}.add(BytesView{number}).bytes(); }
Bytes replaced_key(std::string_view number) { return Fields{'z'}.add(BytesView{number}).bytes(); }
Bytes official_key(std::string_view official) { return Fields{'O'}.add(BytesView{official}).bytes(); }

HeldSerials decoded(BytesView record) {
  FieldReader fields{record};
  HeldSerials held{.incarnation = fields.take<std::uint32_t>(), .request = fields.take_hash(), .ranges = {}};
  while (!fields.rest().empty()) {
    const auto next = fields.take<std::uint32_t>();
    held.ranges.push_back({.next = next, .end = fields.take<std::uint32_t>()});
  }
  return held;
}

std::optional<model::TaskId> task_at(const journal::View& store, const Bytes& key) {
  const auto record = store.get(key);
  if (!record) return std::nullopt;
  return FieldReader{*record}.take_task();
}

}  // namespace

std::uint32_t HeldSerials::left() const {
  std::uint32_t count = 0;
  for (const SerialRange& range : ranges) count += range.end - range.next;
  return count;
}

HeldSerials held_serials(const journal::View& store, const model::SerialKind& kind) {
  const auto record = store.get(held_key(kind));
  return record ? decoded(*record) : HeldSerials{};
}

void put_held_serials(journal::Draft& draft, const model::SerialKind& kind, const HeldSerials& held) {
  Fields record;
  record.add(held.incarnation).add(held.request);
  for (const SerialRange& range : held.ranges) {
    LAB_CHECK(range.next < range.end);
    record.add(range.next).add(range.end);
  }
  draft.put(held_key(kind), record.bytes());
}

void for_each_held_serials(const journal::View& store,
                           const std::function<void(const model::SerialKind&, const HeldSerials&)>& visit) {
  store.scan("f", journal::after_prefix("f"), [&](BytesView key, BytesView record) {
    FieldReader fields = FieldReader::of_key(key);
    model::SerialKind kind{.year = fields.take<std::uint8_t>(), .programme = {}};
    kind.programme = model::ProgrammeCode{std::string{fields.rest()}};
    visit(kind, decoded(record));
    return true;
  });
}

std::uint64_t serials_given(const journal::View& store) {
  const auto record = store.get(given_key);
  return record ? FieldReader{*record}.take<std::uint64_t>() : 0;
}

void set_serials_given(journal::Draft& draft, std::uint64_t given) {
  draft.put(Bytes{given_key}, Fields{}.add(given).bytes());
}

void replace_number(journal::Draft& draft, const model::Sample& sample, const model::SampleNumber& before) {
  const Bytes task = Fields{}.add(sample.grant.task).bytes();
  draft.erase(number_key(before.text()));
  draft.put(replaced_key(before.text()), task);
  draft.put(number_key(sample.grant.number.text()), task);
}

void restore_number(journal::Draft& draft, const model::Sample& sample, const model::SampleNumber& later,
                    const std::vector<model::SampleNumber>& between) {
  draft.erase(number_key(later.text()));
  for (const model::SampleNumber& number : between) draft.erase(replaced_key(number.text()));
  draft.put(number_key(sample.grant.number.text()), Fields{}.add(sample.grant.task).bytes());
}

std::optional<model::TaskId> task_of_replaced_number(const journal::View& store, std::string_view number) {
  if (number.size() != model::SampleNumber::length) return std::nullopt;
  return task_at(store, replaced_key(number));
}

std::optional<model::TaskId> task_of_official_number(const journal::View& store, std::string_view official) {
  if (official.empty() || official.size() >= journal::View::key_max) return std::nullopt;
  return task_at(store, official_key(official));
}

void index_official_number(journal::Draft& draft, const model::Sample& sample) {
  if (sample.sampled.official_number.empty()) return;
  draft.put(official_key(sample.sampled.official_number), Fields{}.add(sample.grant.task).bytes());
}

}  // namespace lab::node::tables

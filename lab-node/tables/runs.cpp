#include "lab-node/tables/runs.hpp"

#include <vector>

#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::node::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes run_key(std::uint64_t capture) { return Fields{'q'}.add(capture).bytes(); }
Bytes waiting_key(std::uint64_t capture) { return Fields{'p'}.add(capture).bytes(); }

bool is_waiting(const model::RunEntry& run) { return !run.assessed.accepted && run.reviewer.value().empty(); }

model::RunEntry decoded_run(BytesView record) {
  auto run = wire::decode_record<model::RunEntry>(record);
  if (!run) throw journal::Damage(to_text(run.error()));
  return std::move(*run);
}

void add_text(Fields& fields, const std::string& text) {
  fields.add(static_cast<std::uint32_t>(text.size())).add(BytesView{text});
}

std::string take_text(FieldReader& fields) { return std::string{fields.take_bytes(fields.take<std::uint32_t>())}; }

// With the zeros it was written with: 0.50 and 0.5 are one value and two texts, and neither is lost.
Decimal take_decimal(FieldReader& fields) {
  const auto value = Decimal::parse(take_text(fields));
  if (!value) throw journal::Damage("a value of a control chart cannot be read");
  return *value;
}

Bytes bytes_of(const ControlSeries& series) {
  Fields fields;
  for (const std::string* text : {&series.instrument, &series.method, &series.analyte, &series.material}) {
    add_text(fields, *text);
  }
  add_text(fields, series.mean.to_text());
  add_text(fields, series.sd.to_text());
  add_text(fields, series.unit);
  return fields.bytes();
}

Bytes series_key(const Hash& series) { return Fields{'W'}.add(series).bytes(); }
Bytes value_key(const Hash& series, std::uint64_t number) { return Fields{'w'}.add(series).add(number).bytes(); }

std::uint64_t values_in(const journal::View& store, const Hash& series) {
  const auto record = store.get(series_key(series));
  return record ? FieldReader{*record}.take<std::uint64_t>() : 0;
}

}  // namespace

std::optional<model::RunEntry> run_of(const journal::View& store, const Hash& raw) {
  const auto capture = capture_of(store, raw);
  const auto record = capture ? store.get(run_key(*capture)) : std::nullopt;
  if (!record) return std::nullopt;
  return decoded_run(*record);
}

void put_run(journal::Draft& draft, const model::RunEntry& run) {
  const auto capture = capture_of(draft, run.assessed.capture);
  LAB_CHECK(capture.has_value());
  draft.put(run_key(*capture), wire::encode_record(run));
  if (is_waiting(run)) {
    draft.put(waiting_key(*capture), {});
  } else {
    draft.erase(waiting_key(*capture));
  }
}

void forget_runs(journal::Draft& draft) {
  std::vector<Bytes> keys;
  for (const char* table : {"q", "p"}) {
    draft.scan(table, journal::after_prefix(table), [&](BytesView key, BytesView) {
      keys.emplace_back(key);
      return true;
    });
  }
  for (const Bytes& key : keys) draft.erase(key);
}

void scan_runs(const journal::View& store, bool waiting, std::uint64_t after,
               const std::function<bool(std::uint64_t capture, const model::RunEntry&)>& visit) {
  const Bytes first = waiting ? waiting_key(after + 1) : run_key(after + 1);
  store.scan(first, journal::after_prefix(Bytes(1, first.front())), [&](BytesView key, BytesView record) {
    const auto capture = FieldReader::of_key(key).take<std::uint64_t>();
    if (!waiting) return visit(capture, decoded_run(record));
    const auto run = store.get(run_key(capture));
    LAB_CHECK(run.has_value());  // both are written together
    return visit(capture, decoded_run(*run));
  });
}

std::uint64_t runs_waiting(const journal::View& store) {
  std::uint64_t count = 0;
  store.scan("p", journal::after_prefix("p"), [&](BytesView, BytesView) {
    ++count;
    return true;
  });
  return count;
}

void add_control_value(journal::Draft& draft, const ControlSeries& series, const ControlValue& value) {
  const Bytes described = bytes_of(series);
  const Hash id = crypto::sha256(described);
  const std::uint64_t number = values_in(draft, id) + 1;
  draft.put(series_key(id), Fields{}.add(number).add(BytesView{described}).bytes());
  Fields fields;
  fields.add(value.capture);
  add_text(fields, value.value.to_text());
  draft.put(value_key(id, number), fields.bytes());
}

void scan_control_values(const journal::View& store, const ControlSeries& series,
                         const std::function<bool(const ControlValue&)>& visit) {
  const Hash id = crypto::sha256(bytes_of(series));
  for (std::uint64_t number = values_in(store, id); number > 0; --number) {
    const auto record = store.get(value_key(id, number));
    LAB_CHECK(record.has_value());  // numbers are dense
    FieldReader fields{*record};
    const Hash capture = fields.take_hash();
    if (!visit({.capture = capture, .value = take_decimal(fields)})) return;
  }
}

void scan_control_series(const journal::View& store,
                         const std::function<bool(const ControlSeries&, std::uint64_t values)>& visit) {
  store.scan("W", journal::after_prefix("W"), [&](BytesView, BytesView record) {
    FieldReader fields{record};
    const auto values = fields.take<std::uint64_t>();
    ControlSeries series{.instrument = take_text(fields),
                         .method = take_text(fields),
                         .analyte = take_text(fields),
                         .material = take_text(fields)};
    series.mean = take_decimal(fields);
    series.sd = take_decimal(fields);
    series.unit = take_text(fields);
    return visit(series, values);
  });
}

}  // namespace lab::node::tables

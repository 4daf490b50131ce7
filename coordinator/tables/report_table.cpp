#include "coordinator/tables/report_table.hpp"

#include "coordinator/tables/registry.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Report read_report(BytesView key, BytesView record) {
  Report report;
  report.id = FieldReader::of_key(key).take<std::uint32_t>();
  FieldReader fields{record};
  report.title = take_long_text(fields);
  report.version = fields.take<std::uint16_t>();
  report.revision = fields.take<std::uint32_t>();
  report.drafted_by = model::PersonId{take_short_text(fields)};
  report.drafted = fields.take_time();
  report.frozen_by = model::PersonId{take_short_text(fields)};
  report.frozen = fields.take_time();
  report.content = fields.take_hash();
  return report;
}

Bytes report_key(std::uint32_t id) { return Fields{letter::report}.add(id).bytes(); }

}  // namespace

std::optional<Report> report(const journal::View& store, std::uint32_t id) {
  const Bytes key = report_key(id);
  const auto record = store.get(key);
  if (!record) return std::nullopt;
  return read_report(key, *record);
}

std::vector<Report> reports(const journal::View& store) {
  std::vector<Report> all;
  scan_prefix(store, Bytes(1, letter::report), [&](BytesView key, BytesView record) {
    all.push_back(read_report(key, record));
    return true;
  });
  return all;
}

void put_report(journal::Draft& draft, const Report& report) {
  Fields fields;
  add_long_text(fields, report.title);
  fields.add(report.version).add(report.revision);
  add_short_text(fields, report.drafted_by.value());
  fields.add(report.drafted);
  add_short_text(fields, report.frozen_by.value());
  fields.add(report.frozen).add(report.content);
  draft.put(report_key(report.id), fields.bytes());
}

std::optional<Bytes> report_content(const journal::View& store, const Hash& hash) { return blob(store, hash); }

Hash put_report_content(journal::Draft& draft, BytesView content) {
  const Hash hash = crypto::sha256(content);
  put_blob(draft, hash, content);
  return hash;
}

}  // namespace lab::coordinator::tables

#include "coordinator/tables/leases.hpp"

#include "coordinator/tables/keys.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Fields kind_key(model::NodeId node, const model::SerialKind& kind) {
  Fields key{letter::lease};
  key.add(node).add(kind.year);
  add_short_text(key, kind.programme.value());
  return key;
}

}  // namespace

void put_lease(journal::Draft& draft, const Lease& lease) {
  draft.put(kind_key(lease.node, lease.kind).add(lease.first).bytes(),
            Fields{}.add(lease.count).add(lease.incarnation).bytes());
}

void for_each_lease(const journal::View& store, model::NodeId node, const model::SerialKind& kind,
                    const std::function<void(const Lease& lease)>& visit) {
  const Bytes prefix = kind_key(node, kind).bytes();
  scan_prefix(store, prefix, [&](BytesView key, BytesView record) {
    Lease lease{.node = node, .kind = kind};
    lease.first = FieldReader{key.substr(prefix.size())}.take<std::uint32_t>();
    FieldReader fields{record};
    lease.count = fields.take<std::uint32_t>();
    lease.incarnation = fields.take<std::uint32_t>();
    visit(lease);
    return true;
  });
}

bool is_leased(const journal::View& store, model::NodeId node, std::uint32_t incarnation,
               const model::SampleNumber& number) {
  const std::uint32_t serial = model::serial_of(number);
  bool found = false;
  for_each_lease(store, node, model::kind_of(number), [&](const Lease& lease) {
    const bool holds = serial >= lease.first && serial - lease.first < lease.count;
    found = found || (holds && lease.incarnation == incarnation);
  });
  return found;
}

}  // namespace lab::coordinator::tables

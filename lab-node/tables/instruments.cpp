#include "lab-node/tables/instruments.hpp"

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/fields.hpp"

namespace lab::node::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

void add_text(Fields& fields, const std::string& text) {
  fields.add(static_cast<std::uint32_t>(text.size())).add(BytesView{text});
}

std::string take_text(FieldReader& fields) { return std::string{fields.take_bytes(fields.take<std::uint32_t>())}; }

// Names may be longer than a key.
Hash hash_of(const std::string& instrument, const std::string& device) {
  Fields named;
  add_text(named, instrument);
  add_text(named, device);
  return crypto::sha256(named.bytes());
}

Bytes device_key(const Hash& id) { return Fields{'d'}.add(id).bytes(); }

Bytes bytes_of(const Device& device) {
  Fields fields;
  fields.add(static_cast<std::uint8_t>(device.state)).add(static_cast<std::uint8_t>(device.is_first));
  add_text(fields, device.instrument);
  add_text(fields, device.device);
  fields.add(device.first_seen).add(device.last_contact);
  add_text(fields, device.last_port);
  add_text(fields, device.decided_by.value());
  fields.add(device.decided_at);
  add_text(fields, device.reason);
  const DeviceCounts& counts = device.counts;
  fields.add(counts.captures).add(counts.observations).add(counts.taken);
  fields.add(counts.quarantined).add(counts.refused).add(counts.repeated);
  return fields.bytes();
}

Device decoded_device(BytesView record) {
  FieldReader fields{record};
  const auto state = fields.take<std::uint8_t>();
  const auto is_first = fields.take<std::uint8_t>();
  if (state > static_cast<std::uint8_t>(DeviceState::refused) || is_first > 1) {
    throw journal::Damage("the entry of a device cannot be read");
  }
  Device device{.instrument = take_text(fields),
                .device = take_text(fields),
                .state = static_cast<DeviceState>(state),
                .is_first = is_first == 1,
                .first_seen = fields.take_time(),
                .last_contact = fields.take_time(),
                .last_port = take_text(fields),
                .decided_by = model::PersonId{take_text(fields)},
                .decided_at = fields.take_time(),
                .reason = take_text(fields),
                .counts = {}};
  DeviceCounts& counts = device.counts;
  for (std::uint64_t* count : {&counts.captures, &counts.observations, &counts.taken, &counts.quarantined,
                               &counts.refused, &counts.repeated}) {
    *count = fields.take<std::uint64_t>();
  }
  return device;
}

}  // namespace

const char* name_of(DeviceState state) {
  switch (state) {
    case DeviceState::seen:
      return "seen";
    case DeviceState::confirmed:
      return "confirmed";
    case DeviceState::refused:
      return "refused";
  }
  return "";
}

// Bytes that could not be read name no device and give nothing that could wait.
bool is_waiting(const Device& device) {
  return device.state == DeviceState::seen && !device.is_first && device.counts.observations > 0;
}

Hash id_of(const Device& device) { return hash_of(device.instrument, device.device); }

std::optional<Device> device(const journal::View& store, const std::string& instrument, const std::string& device) {
  const auto record = store.get(device_key(hash_of(instrument, device)));
  if (!record) return std::nullopt;
  return decoded_device(*record);
}

void put_device(journal::Draft& draft, const Device& device) { draft.put(device_key(id_of(device)), bytes_of(device)); }

void scan_devices(const journal::View& store, const std::function<bool(const Device&)>& visit) {
  store.scan("d", journal::after_prefix("d"),
             [&](BytesView, BytesView record) { return visit(decoded_device(record)); });
}

std::uint64_t devices_waiting(const journal::View& store) {
  std::uint64_t count = 0;
  scan_devices(store, [&](const Device& device) {
    count += is_waiting(device) ? 1 : 0;
    return true;
  });
  return count;
}

}  // namespace lab::node::tables

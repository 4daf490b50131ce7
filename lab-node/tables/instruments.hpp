#pragma once
// The devices that a node's instruments turned out to be: a port or an upload names an instrument that the laboratory
// has configured, the bytes themselves often name the device that made them.
//
//   'd' SHA-256 of instrument and device -> what is known of it

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/time.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::node::tables {

/// What people have said of a device. Stored as its number: append only.
enum class DeviceState : std::uint8_t { seen, confirmed, refused };

/// A stable lower-case name, for JSON.
const char* name_of(DeviceState state);

/// Of captures, and of the observations in them that name the device.
struct DeviceCounts {
  std::uint64_t captures = 0;  // stored ones, the refused among them
  std::uint64_t observations = 0;
  std::uint64_t taken = 0;
  std::uint64_t quarantined = 0;  // without those that have found a place since
  std::uint64_t refused = 0;      // captures that could not be read
  std::uint64_t repeated = 0;     // came again with the same bytes, and changed nothing

  bool operator==(const DeviceCounts&) const = default;
};

struct Device {
  std::string instrument;  // configured id: "ICP-01"
  std::string device;      // as the bytes name it; empty when they name none
  DeviceState state = DeviceState::seen;
  bool is_first = false;  // the first that gave results as this instrument: taken without anybody's word
  UtcTime first_seen{};
  UtcTime last_contact{};
  std::string last_port;
  model::PersonId decided_by;  // empty while nobody has
  UtcTime decided_at{};
  std::string reason;  // of the decision
  DeviceCounts counts;

  bool operator==(const Device&) const = default;
};

/// Whether its results wait for somebody to confirm it.
bool is_waiting(const Device& device);

/// Its name in the store: SHA-256 of instrument and device.
Hash id_of(const Device& device);

std::optional<Device> device(const journal::View& store, const std::string& instrument, const std::string& device);
void put_device(journal::Draft& draft, const Device& device);
/// Every device, until `visit` returns false. In no order that means anything: a bench has a handful.
void scan_devices(const journal::View& store, const std::function<bool(const Device&)>& visit);
/// How many wait to be confirmed.
std::uint64_t devices_waiting(const journal::View& store);

}  // namespace lab::node::tables

// An evidence export from anybody, with one witness: whatever is in it, it is read within bounds and never found good.

#include <cstdint>

#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tools/verify/export_reader.hpp"
#include "tools/verify/verify.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lab::crypto::start();
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  // Nobody signs by chance. The sections are read as well without a statement that holds.
  const lab::verify::Report report = lab::verify::check(bytes, {});
  LAB_CHECK(!report.is_good() && report.faults.size() <= lab::verify::faults_max);
  (void)lab::verify::read_order_section(bytes);
  if (const auto section = lab::verify::read_event_section(bytes)) LAB_CHECK(!section->events.empty());
  return 0;
}

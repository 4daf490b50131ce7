// Texts said to be the file of accounts: one that is read is written and read again as the same people.

#include <array>
#include <cstdint>
#include <string_view>

#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/service/people_file.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/protocol/journal/folder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lab;
  crypto::start();
  static constexpr std::array<std::string_view, 3> roles{"technician", "approver", "administrator"};
  const fuzz::MemoryFile file{{reinterpret_cast<const char*>(data), size}};
  for (const bool sign : {false, true}) {
    const service::AccountRules rules{.roles = roles, .sign = sign, .administrator = "administrator"};
    const auto roster = service::read_roster(file.path(), rules);
    if (!roster) continue;
    static const journal::TestFolder folder;
    const auto copy = folder.path() / "people.json";
    LAB_CHECK(service::write_roster(copy, *roster, rules).has_value());
    const auto again = service::read_roster(copy, rules);
    LAB_CHECK(again && again->changes == roster->changes && again->people.size() == roster->people.size());
    for (std::size_t i = 0; i < roster->people.size(); ++i) {
      LAB_CHECK(again->people[i]->id == roster->people[i]->id && again->people[i]->roles == roster->people[i]->roles);
    }
  }
  return 0;
}

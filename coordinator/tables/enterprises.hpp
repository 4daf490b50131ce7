#pragma once
// The register of enterprises: who makes, grows or sells what was sampled. It is made from what sampling forms, plans
// and files say, and never travels to a node. Two entries that turn out to be one enterprise are merged by pointing one
// at the other: nothing moves, so that it can be seen later what came from where.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::coordinator::tables {

using EnterpriseId = StrongId<struct EnterpriseTag, std::uint32_t>;

/// Of each text of an entry; an address in use has 180 octets at most.
constexpr std::size_t enterprise_octets_max = 512;
/// Names one entry is known by. Further spellings are still found through the tasks that carry them.
constexpr std::size_t enterprise_names_max = 20;

/// Bits: an enterprise may be all of them.
namespace enterprise_kind {
constexpr std::uint8_t producer = 1;
constexpr std::uint8_t shop = 2;
constexpr std::uint8_t farm = 4;
}  // namespace enterprise_kind

struct Enterprise {
  EnterpriseId id;
  std::string code;     // with a good check character, or empty
  std::string licence;  // what was given instead of one
  std::string name;
  std::vector<std::string> other_names;
  std::uint8_t kinds = 0;
  model::CityCode city;
  model::CountyCode county;
  std::string address;
  UtcTime made{};
  // Once it has turned out to be another:
  EnterpriseId merged_into;
  model::PersonId merged_by;
  UtcTime merged{};
  std::string merge_reason;

  [[nodiscard]] bool is_merged() const { return merged_into != EnterpriseId{}; }
  bool operator==(const Enterprise&) const = default;
};

/// By what a name is found: without blanks, full-width letters and brackets as ASCII, ASCII letters small.
std::string name_key(std::string_view name);

std::optional<Enterprise> enterprise(const journal::View& store, EnterpriseId id);
/// Gets the next number, and is found by its code and its names from now on.
EnterpriseId add_enterprise(journal::Draft& draft, Enterprise enterprise);
/// As it is now; what it was found by before still leads to it.
void put_enterprise(journal::Draft& draft, const Enterprise& enterprise);
std::optional<EnterpriseId> enterprise_by_code(const journal::View& store, std::string_view code);
/// Different enterprises may have one name.
std::vector<EnterpriseId> enterprises_by_name(const journal::View& store, std::string_view name);

/// A merge that was undone: who said what, both times.
struct Parting {
  EnterpriseId one;
  EnterpriseId from;  // what it had been merged into
  model::PersonId merged_by;
  UtcTime merged{};
  std::string merge_reason;
  model::PersonId parted_by;
  UtcTime parted{};
  std::string reason;

  bool operator==(const Parting&) const = default;
};

/// The entry stands for itself again, with everything that was merged into it. Precondition: it is merged.
void part_enterprise(journal::Draft& draft, EnterpriseId id, const model::PersonId& by, const std::string& reason,
                     UtcTime now);
/// Those of it and those from it, the oldest first.
std::vector<Parting> partings_of(const journal::View& store, EnterpriseId id);

/// The entry it has been merged into, in the end; itself when it has not.
EnterpriseId standing_for(const journal::View& store, EnterpriseId id);
/// Itself, and everything that was merged into it.
std::vector<EnterpriseId> members_of(const journal::View& store, EnterpriseId id);
/// Those that stand for themselves, after `after`, in the order they came in, until `visit` returns false.
void for_each_enterprise(const journal::View& store, EnterpriseId after,
                         const std::function<bool(const Enterprise& enterprise)>& visit);

}  // namespace lab::coordinator::tables

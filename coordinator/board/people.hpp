#pragma once
// Who may use the coordinator, and for what: accounts in people.json (mode 0600) of its data folder.
// A person proves who they are with a token that was shown once when the account was made; only its hash is kept.
// Passwords and sessions are a later addition: a token is as good as its holder keeps it.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/ids.hpp"

namespace lab::board {

enum class Role : std::uint8_t { viewer, coordinator, administrator };

const char* name_of(Role role);
std::optional<Role> parse_role(std::string_view text);

enum class Action : std::uint8_t {
  look,         // figures, tasks, histories
  see_units,    // whom a sample was taken from
  export_raw,   // every event and order
  plan,         // import, allocate, dispatch, name sampled units
  take_back,    // revoke and reassign tasks
  set_up,       // reference sets, laboratories
  manage_nodes  // tickets, revocation of nodes
};

struct Person {
  model::PersonId id;
  std::string name;
  std::vector<Role> roles;
  Hash token;  // SHA-256 of the token
};

/// One table in people.cpp says which role may do what.
bool may(const Person& person, Action action);

/// Read once at start, unchanged afterwards: safe from any thread.
class People {
 public:
  /// No file is nobody. Malformed with the person when an entry cannot be used.
  static Result<People> load(const std::filesystem::path& file);

  /// Nobody when no account has this token. Takes as long for a wrong token as for a right one.
  [[nodiscard]] const Person* by_token(std::string_view token) const;
  [[nodiscard]] const Person* by_id(std::string_view id) const;

 private:
  std::vector<Person> people_;
};

constexpr std::size_t people_max = 1'000;  // a province's office has tens

/// Adds "id:name:role1+role2" to the file and returns the token, which is stored nowhere. Malformed when the text is
/// not of this form, conflict when there is such an id. A running coordinator learns of it at its next start.
Result<std::string> add_person(const std::filesystem::path& file, std::string_view description);

}  // namespace lab::board

#pragma once
// Who may use a daemon: accounts in people.json (mode 0600) of its data folder, and who changed them when. What a role
// may do is the business of the program it belongs to.
// A person proves who they are with a password, of which an argon2id hash is kept, or, from a script, with a token that
// was shown once when it was made; only its hash is kept. A token signs without a password, so nobody is given that of
// a person who signs in, but by who has the machine.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/model/ids.hpp"

namespace lab::service {

struct Person {
  model::PersonId id;
  std::string name;
  std::vector<std::string> roles;
  std::optional<Hash> token{};  // SHA-256 of the token; none for people who only sign in
  crypto::SecretKey signing{};  // signs approvals; zero where people do not sign
  std::string password{};       // argon2id; empty: this person cannot sign in
  bool active = true;           // an account is never deleted: its id stands in records
  bool must_change = false;     // somebody else has set the password: it opens nothing but its own replacement

  [[nodiscard]] bool has(std::string_view role) const;
};
using PersonPtr = std::shared_ptr<const Person>;

/// What the accounts of one program are made of.
struct AccountRules {
  std::span<const std::string_view> roles;  // all there are
  bool sign = false;                        // every person gets a signing key
  std::string_view administrator{};         // the role that manages accounts; one active person always has it
};

/// Who has the machine itself; a password that comes from there is for good.
inline constexpr std::string_view command_line = "command line";

/// One change of an account. The newest people_changes_max of all are kept, and of those that a person makes to their
/// own password the newest own_passwords_max: nobody can fill the record by themselves.
struct PersonChange {
  UtcTime at{};
  model::PersonId by;      // "command line" for who has the machine, the person themself at set-up
  model::PersonId person;  // whose account
  std::string what;        // added, name, roles, active, password, token
  std::string before{};
  std::string after{};

  bool operator==(const PersonChange&) const = default;
};

/// What is wanted of an account; what is not named stays.
struct PersonEdit {
  std::optional<std::string> name{};
  std::optional<std::vector<std::string>> roles{};
  std::optional<bool> active{};
  std::optional<std::string> password{};  // its argon2id hash; set by somebody else it revokes the token too
  std::optional<Hash> token{};            // the hash of another one
  bool revoke_token = false;
};

constexpr std::size_t people_max = 1'000;           // a laboratory or an office has tens
constexpr std::size_t people_changes_max = 50'000;  // fifty of each
constexpr std::size_t own_passwords_max = 20;       // of one person: two years of a new one each month

/// The accounts of a running daemon. Safe from any thread. A change is durable before anybody sees it, and is made to
/// the file as it is then, so that one from the command line is kept. That one is seen at the next question about an
/// account; a file that has become unusable is logged, and the accounts stay as they were.
class People {
 public:
  People();
  People(People&&) noexcept;
  People& operator=(People&&) noexcept;
  ~People();

  /// No file is nobody. Malformed with the person when an entry does not follow the rules.
  static Result<People> load(const std::filesystem::path& file, const AccountRules& rules);

  /// Nobody when no active account has this token. Takes as long for a wrong token as for a right one.
  [[nodiscard]] PersonPtr by_token(std::string_view token) const;
  /// The same, of a closed account as well.
  [[nodiscard]] PersonPtr owner_of(std::string_view token) const;
  [[nodiscard]] PersonPtr by_id(std::string_view id) const;
  [[nodiscard]] std::vector<PersonPtr> all() const;
  /// Newest first.
  [[nodiscard]] std::vector<PersonChange> changes(std::size_t at_most) const;
  [[nodiscard]] const AccountRules& rules() const;

  /// conflict: there is such an id. malformed: id, name or roles are not of the form.
  Result<PersonPtr> add(const Person& person, const model::PersonId& by, UtcTime now);
  /// The same for the first of all; conflict when there is anybody.
  Result<PersonPtr> add_first(const Person& person, UtcTime now);
  /// not_found: no such person. not_allowed: nobody would be left to administrate. malformed as above.
  Result<PersonPtr> change(const model::PersonId& id, const PersonEdit& edit, const model::PersonId& by, UtcTime now);
  /// Makes another token, which is stored nowhere; the one before opens nothing any more. not_found as above, conflict
  /// when this person signs in with a password and it is not who has the machine that asks.
  Result<std::string> new_token(const model::PersonId& id, const model::PersonId& by, UtcTime now);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Adds "id:name:role1+role2" to the file and returns the token, which is stored nowhere. Malformed when the text is
/// not of this form, conflict when there is such an id. A running daemon takes it from then on.
Result<std::string> add_person(const std::filesystem::path& file, const AccountRules& rules,
                               std::string_view description);
/// The same for another token of somebody who is there: the one before opens nothing from then on.
Result<std::string> replace_token(const std::filesystem::path& file, const AccountRules& rules, std::string_view id);

}  // namespace lab::service

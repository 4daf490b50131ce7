#pragma once
// Who may use a daemon: accounts in people.json (mode 0600) of its data folder. What a role may do is the business of
// the program it belongs to.
// A person proves who they are with a token that was shown once when the account was made; only its hash is kept.
// Passwords and sessions are a later addition: a token is as good as its holder keeps it.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/model/ids.hpp"

namespace lab::service {

struct Person {
  model::PersonId id;
  std::string name;
  std::vector<std::string> roles;
  Hash token;                   // SHA-256 of the token
  crypto::SecretKey signing{};  // signs approvals; zero where people do not sign

  [[nodiscard]] bool has(std::string_view role) const;
};

/// What the accounts of one program are made of.
struct AccountRules {
  std::span<const std::string_view> roles;  // all there are
  bool sign = false;                        // every person gets a signing key
};

/// Read once at start, unchanged afterwards: safe from any thread.
class People {
 public:
  /// No file is nobody. Malformed with the person when an entry does not follow the rules.
  static Result<People> load(const std::filesystem::path& file, const AccountRules& rules);

  /// Nobody when no account has this token. Takes as long for a wrong token as for a right one.
  [[nodiscard]] const Person* by_token(std::string_view token) const;
  [[nodiscard]] const Person* by_id(std::string_view id) const;

 private:
  std::vector<Person> people_;
};

constexpr std::size_t people_max = 1'000;  // a laboratory or an office has tens

/// Adds "id:name:role1+role2" to the file and returns the token, which is stored nowhere. Malformed when the text is
/// not of this form, conflict when there is such an id. A running daemon learns of it at its next start.
Result<std::string> add_person(const std::filesystem::path& file, const AccountRules& rules,
                               std::string_view description);

}  // namespace lab::service

#include "protocol/service/set_password.hpp"

#include <istream>

#include "protocol/base/clock.hpp"
#include "protocol/crypto/password.hpp"
#include "protocol/service/password_rules.hpp"

namespace lab::service {

Result<void> set_password(const std::filesystem::path& file, const AccountRules& rules, const std::string& person,
                          std::istream& in) {
  std::string password;
  std::getline(in, password);
  if (!password.empty() && password.back() == '\r') password.pop_back();
  if (const auto problem = problem_of_password(password, person)) return fail(ErrorCode::malformed, *problem, person);
  auto people = People::load(file, rules);
  if (!people) return tl::unexpected(people.error());
  const std::string hash = crypto::hash_password(password);
  if (hash.empty()) return fail(ErrorCode::unavailable, "not enough memory to hash a password");
  const auto changed = people->change(model::PersonId{person}, {.password = hash},
                                      model::PersonId{std::string{command_line}}, wall_clock());
  if (!changed) return tl::unexpected(changed.error());
  return {};
}

}  // namespace lab::service

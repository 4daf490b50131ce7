#include "protocol/service/people.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <mutex>

#include "protocol/base/clock.hpp"
#include "protocol/base/log.hpp"
#include "protocol/base/text.hpp"
#include "protocol/service/people_file.hpp"

namespace lab::service {
namespace {

constexpr std::size_t id_octets_max = 64;

bool is_role(std::string_view word, const AccountRules& rules) {
  return std::ranges::find(rules.roles, word) != rules.roles.end();
}

std::string words(const std::vector<std::string>& roles) { return fmt::format("{}", fmt::join(roles, "+")); }

Result<void> check(const Person& person, const AccountRules& rules) {
  const auto malformed = [&](const std::string& why) { return fail(ErrorCode::malformed, why, person.id.value()); };
  if (person.id.value().empty() || !is_tidy(person.id.value(), id_octets_max)) {
    return malformed(fmt::format("the id is 1 to {} printable octets", id_octets_max));
  }
  if (person.name.empty() || !is_tidy(person.name)) {
    return malformed(fmt::format("the name is 1 to {} printable octets", text_octets_max));
  }
  const bool known = std::ranges::all_of(person.roles, [&](const std::string& role) { return is_role(role, rules); });
  if (!known || person.roles.empty()) return malformed(fmt::format("roles are {}", fmt::join(rules.roles, ", ")));
  return {};
}

Result<Person> parse_description(std::string_view description, const AccountRules& rules) {
  const auto malformed = [&](const std::string& why) {
    return fail(ErrorCode::malformed, why + "; write id:name:role1+role2", std::string{description});
  };
  const auto first = description.find(':');
  const auto second = first == std::string_view::npos ? first : description.find(':', first + 1);
  if (second == std::string_view::npos) return malformed("this is not a person");
  Person person;
  person.id = model::PersonId{std::string{description.substr(0, first)}};
  person.name = description.substr(first + 1, second - first - 1);
  for (std::string_view rest = description.substr(second + 1);;) {
    const auto plus = rest.find('+');
    person.roles.emplace_back(rest.substr(0, plus));
    if (plus == std::string_view::npos) break;
    rest.remove_prefix(plus + 1);
  }
  if (auto good = check(person, rules); !good) return malformed(good.error().message);
  return person;
}

auto position_of(const std::vector<PersonPtr>& people, std::string_view id) {
  return std::ranges::find_if(people, [&](const PersonPtr& person) { return person->id.value() == id; });
}

struct Token {
  std::string text;
  Hash hash;
};
Token make_token() {
  std::string text = to_hex(crypto::random_bytes(32));
  const Hash hash = crypto::sha256(text);
  return {.text = std::move(text), .hash = hash};
}

bool is_set_for_another(const std::string& password, const model::PersonId& person, const model::PersonId& by) {
  return !password.empty() && by != person && by.value() != command_line;
}

Result<PersonPtr> add_to(Roster& roster, Person person, const AccountRules& rules, const model::PersonId& by,
                         UtcTime now) {
  if (auto good = check(person, rules); !good) return fail(std::move(good));
  if (position_of(roster.people, person.id.value()) != roster.people.end()) {
    return fail(ErrorCode::conflict, "there is a person of this id already; choose another", person.id.value());
  }
  if (roster.people.size() >= people_max) return fail(ErrorCode::too_large, "there are too many accounts");
  person.must_change = is_set_for_another(person.password, person.id, by);
  if (rules.sign) person.signing = crypto::make_key_pair().secret_key;
  roster.changes.push_back({.at = now, .by = by, .person = person.id, .what = "added", .after = words(person.roles)});
  return roster.people.emplace_back(std::make_shared<const Person>(std::move(person)));
}

bool is_administrated(const Roster& roster, const AccountRules& rules) {
  return std::ranges::any_of(roster.people, [&](const PersonPtr& person) {
    return person->active && !person->password.empty() && person->has(rules.administrator);
  });
}

using Note = std::function<void(PersonChange)>;

void set_token(Person& person, const std::optional<Hash>& token, const Note& note) {
  if (token == person.token) return;
  note({.what = "token", .before = person.token ? "yes" : "no", .after = token ? "yes" : "no"});
  person.token = token;
}

// Each part that differs becomes a line of the record.
void apply_edit(Person& person, const PersonEdit& edit, const Note& note) {
  if (edit.name && *edit.name != person.name) {
    note({.what = "name", .before = person.name, .after = *edit.name});
    person.name = *edit.name;
  }
  if (edit.roles && *edit.roles != person.roles) {
    note({.what = "roles", .before = words(person.roles), .after = words(*edit.roles)});
    person.roles = *edit.roles;
  }
  if (edit.active && *edit.active != person.active) {
    note({.what = "active", .before = person.active ? "yes" : "no", .after = *edit.active ? "yes" : "no"});
    person.active = *edit.active;
  }
  if (edit.password) {
    note({.what = "password"});  // its hash belongs into no record
    person.password = *edit.password;
  }
  if (edit.token || edit.revoke_token) set_token(person, edit.token, note);
}

// What a person does to their own account alone does not push out what others have done to it.
void forget_own_passwords(std::vector<PersonChange>& changes, const model::PersonId& person) {
  const auto is_own = [&](const PersonChange& one) {
    return one.person == person && one.by == person && one.what == "password";
  };
  auto own = static_cast<std::size_t>(std::ranges::count_if(changes, is_own));
  std::erase_if(changes, [&](const PersonChange& one) { return is_own(one) && own-- > own_passwords_max; });
}

struct Hand {
  model::PersonId by;
  UtcTime now;
};

Result<PersonPtr> change_in(Roster& roster, const model::PersonId& id, const PersonEdit& edit,
                            const AccountRules& rules, const Hand& hand) {
  const auto found = position_of(roster.people, id.value());
  if (found == roster.people.end()) return fail(ErrorCode::not_found, "there is no such person", id.value());
  const auto at = static_cast<std::size_t>(found - roster.people.begin());
  const bool before = is_administrated(roster, rules);
  Person person = *roster.people[at];
  const Note note = [&](PersonChange change) {
    change.at = hand.now;
    change.by = hand.by;
    change.person = id;
    roster.changes.push_back(std::move(change));
  };
  apply_edit(person, edit, note);
  if (edit.password) person.must_change = is_set_for_another(*edit.password, id, hand.by);
  if (person.must_change && edit.password) set_token(person, std::nullopt, note);
  forget_own_passwords(roster.changes, id);
  if (auto good = check(person, rules); !good) return fail(std::move(good));
  auto& place = roster.people[at];
  place = std::make_shared<const Person>(std::move(person));
  if (before && !is_administrated(roster, rules)) {
    return fail(ErrorCode::not_allowed, "nobody would be left who may manage accounts", id.value());
  }
  return place;
}

// By what a file that was replaced or written to is told from the one before.
struct Stamp {
  bool is_there = false;
  ino_t number = 0;
  off_t octets = 0;
  time_t seconds = 0;
  long nanoseconds = 0;

  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const std::filesystem::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return {};
  return {.is_there = true,
          .number = found.st_ino,
          .octets = found.st_size,
          .seconds = found.st_mtim.tv_sec,
          .nanoseconds = found.st_mtim.tv_nsec};
}

}  // namespace

struct People::State {
  std::filesystem::path file;
  AccountRules rules;
  std::mutex writing;  // one change, or reading of one, at a time; guards `seen`
  Stamp seen{};        // of the file that `now` was read from or written to
  std::mutex mutex;    // guards `now`
  std::shared_ptr<const Roster> now = std::make_shared<const Roster>();

  std::shared_ptr<const Roster> roster() {
    follow_file();
    const std::lock_guard lock{mutex};
    return now;
  }

  // A token revoked at the machine opens nothing from here on. Whoever finds somebody else at it does not wait.
  void follow_file() {
    const std::unique_lock one{writing, std::try_to_lock};
    if (!one.owns_lock()) return;
    const Stamp there = stamp_of(file);
    if (there == seen) return;
    seen = there;  // also of one that cannot be used: it is told once
    if (!there.is_there) {
      return log::error(
          "{}: the accounts are gone or cannot be reached, and stay in force as they were; restore this "
          "file from a backup",
          file.string());
    }
    auto roster = read_roster(file, rules);
    if (!roster) {
      return log::error("{}; the accounts stay in force as they were until this file is put right",
                        to_text(roster.error()));
    }
    const std::lock_guard swap{mutex};
    now = std::make_shared<const Roster>(std::move(*roster));
  }

  // Reads the file as it is, changes it, and lets others see the change when it is safe.
  Result<PersonPtr> update(const std::function<Result<PersonPtr>(Roster&)>& edit) {
    const std::lock_guard one{writing};
    const FileLock lock{file};
    if (!lock.holds()) return fail(ErrorCode::storage, "the accounts cannot be locked", file.string());
    auto roster = read_roster(file, rules);
    if (!roster) return fail(std::move(roster));
    auto person = edit(*roster);
    if (!person) return person;
    // Never refused because the record is full: an account has to be closed when it has to be.
    const auto over = std::max<std::ptrdiff_t>(0, std::ssize(roster->changes) - std::ptrdiff_t{people_changes_max});
    roster->changes.erase(roster->changes.begin(), roster->changes.begin() + over);
    if (auto written = write_roster(file, *roster, rules); !written) return fail(std::move(written));
    seen = stamp_of(file);  // ours, as others wait for the file's lock
    const std::lock_guard swap{mutex};
    now = std::make_shared<const Roster>(std::move(*roster));
    return person;
  }
};

bool Person::has(std::string_view role) const { return std::ranges::find(roles, role) != roles.end(); }

People::People() : state_(std::make_unique<State>()) {}
People::People(People&&) noexcept = default;
People& People::operator=(People&&) noexcept = default;
People::~People() = default;

Result<People> People::load(const std::filesystem::path& file, const AccountRules& rules) {
  const Stamp there = stamp_of(file);  // before it is read: what is changed meanwhile is read again
  auto roster = read_roster(file, rules);
  if (!roster) return fail(std::move(roster));
  People people;
  people.state_->seen = there;
  people.state_->file = file;
  people.state_->rules = rules;
  people.state_->now = std::make_shared<const Roster>(std::move(*roster));
  return people;
}

PersonPtr People::by_token(std::string_view token) const {
  auto owner = owner_of(token);
  return owner && owner->active ? owner : nullptr;
}

PersonPtr People::owner_of(std::string_view token) const {
  const Hash hash = crypto::sha256(token);
  PersonPtr found;
  const auto roster = state_->roster();
  for (const PersonPtr& person : roster->people) {
    const bool same = person->token && crypto::equal_secrets(person->token->view(), hash.view());
    if (same) found = person;
  }
  return found;
}

PersonPtr People::by_id(std::string_view id) const {
  const auto roster = state_->roster();
  const auto found = position_of(roster->people, id);
  return found == roster->people.end() ? nullptr : *found;
}

std::vector<PersonPtr> People::all() const { return state_->roster()->people; }

std::vector<PersonChange> People::changes(std::size_t at_most) const {
  const auto roster = state_->roster();
  const auto count = static_cast<std::ptrdiff_t>(std::min(at_most, roster->changes.size()));
  return {roster->changes.rbegin(), roster->changes.rbegin() + count};
}

const AccountRules& People::rules() const { return state_->rules; }

Result<PersonPtr> People::add(const Person& person, const model::PersonId& by, UtcTime now) {
  return state_->update([&](Roster& roster) { return add_to(roster, person, state_->rules, by, now); });
}

Result<PersonPtr> People::add_first(const Person& person, UtcTime now) {
  return state_->update([&](Roster& roster) -> Result<PersonPtr> {
    if (!roster.people.empty()) return fail(ErrorCode::conflict, "there are accounts already");
    return add_to(roster, person, state_->rules, person.id, now);
  });
}

Result<PersonPtr> People::change(const model::PersonId& id, const PersonEdit& edit, const model::PersonId& by,
                                 UtcTime now) {
  return state_->update([&](Roster& roster) { return change_in(roster, id, edit, state_->rules, {by, now}); });
}

Result<std::string> People::new_token(const model::PersonId& id, const model::PersonId& by, UtcTime now) {
  Token token = make_token();
  const auto changed = state_->update([&](Roster& roster) -> Result<PersonPtr> {
    const auto found = position_of(roster.people, id.value());
    const bool signs_in = found != roster.people.end() && !(*found)->password.empty();
    if (signs_in && by.value() != command_line) {
      return fail(ErrorCode::conflict, "this person signs in, and a token would sign in their name", id.value());
    }
    return change_in(roster, id, {.token = token.hash}, state_->rules, {by, now});
  });
  if (!changed) return tl::unexpected(changed.error());
  return std::move(token.text);
}

Result<std::string> add_person(const std::filesystem::path& file, const AccountRules& rules,
                               std::string_view description) {
  auto person = parse_description(description, rules);
  if (!person) return fail(std::move(person));
  auto people = People::load(file, rules);
  if (!people) return tl::unexpected(people.error());
  Token token = make_token();
  person->token = token.hash;
  const auto added = people->add(*person, model::PersonId{std::string{command_line}}, wall_clock());
  if (!added) return tl::unexpected(added.error());
  return std::move(token.text);
}

Result<std::string> replace_token(const std::filesystem::path& file, const AccountRules& rules, std::string_view id) {
  auto people = People::load(file, rules);
  if (!people) return tl::unexpected(people.error());
  return people->new_token(model::PersonId{std::string{id}}, model::PersonId{std::string{command_line}}, wall_clock());
}

}  // namespace lab::service

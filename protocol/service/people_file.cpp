#include "protocol/service/people_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/service/secret_file.hpp"

namespace lab::service {
namespace {

using nlohmann::json;

std::string text_in(const json& entry, const char* field) {
  const auto found = entry.is_object() ? entry.find(field) : entry.end();
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool is_role(const json& word, const AccountRules& rules) {
  return word.is_string() && std::ranges::find(rules.roles, word.get_ref<const std::string&>()) != rules.roles.end();
}

Result<PersonPtr> read_person(const json& entry, const AccountRules& rules) {
  Person person;
  person.id = model::PersonId{text_in(entry, "id")};
  person.name = text_in(entry, "name");
  const auto malformed = [&](const std::string& what) { return fail(ErrorCode::malformed, what, person.id.value()); };
  if (person.id.value().empty()) return malformed("a person has no id");
  const auto words = entry.find("roles");
  if (words == entry.end() || !words->is_array()) return malformed("this person has no list of roles");
  for (const json& word : *words) {
    if (!is_role(word, rules)) return malformed("this person has an unknown role: " + word.dump());
    person.roles.push_back(word.get<std::string>());
  }
  person.password = text_in(entry, "password");
  const std::string token = text_in(entry, "token_sha256");
  if (entry.contains("token_sha256")) {
    if (!fill_from_hex(person.token.emplace().octets, token)) return malformed("this person's token hash is malformed");
  }
  if (rules.sign && !fill_from_hex(person.signing, text_in(entry, "signing_key"))) {
    return malformed("this person's signing key is malformed");
  }
  const auto active = entry.find("active");
  if (active != entry.end() && !active->is_boolean()) return malformed("active is neither true nor false");
  person.active = active == entry.end() || active->get<bool>();
  const auto must = entry.find("must_change_password");
  if (must != entry.end() && !must->is_boolean()) return malformed("must_change_password is neither true nor false");
  person.must_change = must != entry.end() && must->get<bool>();
  return std::make_shared<const Person>(std::move(person));
}

Result<PersonChange> read_change(const json& entry) {
  const auto at = parse_utc(text_in(entry, "at"));
  if (!at) return fail(ErrorCode::malformed, "a change of an account has no time");
  return PersonChange{.at = *at,
                      .by = model::PersonId{text_in(entry, "by")},
                      .person = model::PersonId{text_in(entry, "person")},
                      .what = text_in(entry, "what"),
                      .before = text_in(entry, "before"),
                      .after = text_in(entry, "after")};
}

json to_json(const Person& person, const AccountRules& rules) {
  json entry{{"id", person.id.value()}, {"name", person.name}, {"roles", person.roles}, {"active", person.active}};
  if (person.token) entry["token_sha256"] = to_hex(person.token->view());
  if (!person.password.empty()) entry["password"] = person.password;
  if (person.must_change) entry["must_change_password"] = true;
  if (rules.sign) entry["signing_key"] = to_hex(view_of(person.signing));
  return entry;
}

json to_json(const PersonChange& change) {
  return {{"at", to_text(change.at)}, {"by", change.by.value()}, {"person", change.person.value()},
          {"what", change.what},      {"before", change.before}, {"after", change.after}};
}

template <class T, class Read>
Result<std::vector<T>> read_all(const json& list, const Read& read) {
  std::vector<T> all;
  for (const json& entry : list) {
    auto one = read(entry);
    if (!one) return fail(std::move(one));
    all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace

Result<Roster> read_roster(const std::filesystem::path& file, const AccountRules& rules) {
  if (!std::filesystem::exists(file)) return Roster{};
  const auto text = read_file(file);
  if (!text) return tl::unexpected(text.error());
  json content = json::parse(*text, nullptr, false);
  if (content.is_array()) content = json{{"people", std::move(content)}, {"changes", json::array()}};
  const auto is_list = [&](const char* field, std::size_t at_most) {
    return content.is_object() && content.contains(field) && content[field].is_array() &&
           content[field].size() <= at_most;
  };
  if (!is_list("people", people_max) || !is_list("changes", people_changes_max)) {
    return fail(ErrorCode::malformed, fmt::format("this is not a list of at most {} people", people_max),
                file.string());
  }
  auto people = read_all<PersonPtr>(content["people"], [&](const json& entry) { return read_person(entry, rules); });
  if (!people) {
    const std::string& id = people.error().where;
    people.error().where = id.empty() ? file.string() : fmt::format("{}: {}", file.string(), id);
    return fail(std::move(people));
  }
  auto changes = read_all<PersonChange>(content["changes"], read_change);
  if (!changes) return fail(std::move(changes));
  return Roster{.people = std::move(*people), .changes = std::move(*changes)};
}

Result<void> write_roster(const std::filesystem::path& file, const Roster& roster, const AccountRules& rules) {
  json content{{"people", json::array()}, {"changes", json::array()}};
  for (const PersonPtr& person : roster.people) content["people"].push_back(to_json(*person, rules));
  for (const PersonChange& change : roster.changes) content["changes"].push_back(to_json(change));
  return write_secret_file(file, content.dump(1));
}

FileLock::FileLock(const std::filesystem::path& file) {
  std::filesystem::path lock = file;
  lock += ".lock";
  descriptor_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  while (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
  }
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace lab::service

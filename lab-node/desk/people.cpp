#include "lab-node/desk/people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "lab-node/desk/secret_file.hpp"
#include "lab-node/tables/tables.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

constexpr std::array roles{Role::sampler, Role::technician, Role::reviewer, Role::approver, Role::lab_administrator};

struct Permission {
  Role role;
  Action action;
};

// Who may do what. Four eyes (analyst, reviewer, approver) are checked per sample as well, in lab-node/outbox.
constexpr std::array permissions{
    Permission{Role::sampler, Action::draw_sample},
    Permission{Role::technician, Action::receive},
    Permission{Role::technician, Action::measure},
    Permission{Role::technician, Action::decide_quarantine},
    Permission{Role::reviewer, Action::review},
    Permission{Role::approver, Action::review},  // an approver may send a record back
    Permission{Role::approver, Action::approve},
    Permission{Role::lab_administrator, Action::receive},
    Permission{Role::lab_administrator, Action::decide_quarantine},
};

Result<Hash> hash_from_hex(const std::string& hex) {
  const auto bytes = from_hex(hex);
  Hash hash;
  if (!bytes || bytes->size() != hash.octets.size()) return fail(ErrorCode::malformed, "a token hash is malformed");
  std::copy(bytes->begin(), bytes->end(), hash.octets.begin());
  return hash;
}

Result<Person> read_person(const json& entry) {
  Person person;
  const auto text = [&](const char* field) {
    const auto found = entry.is_object() ? entry.find(field) : entry.end();
    return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  person.id = model::PersonId{text("id")};
  person.name = text("name");
  if (person.id.value().empty()) return fail(ErrorCode::malformed, "a person has no id");
  const auto found = entry.find("roles");
  if (found == entry.end() || !found->is_array()) {
    return fail(ErrorCode::malformed, "this person has no list of roles", person.id.value());
  }
  for (const json& word : *found) {
    const auto role = word.is_string() ? parse_role(word.get<std::string>()) : std::nullopt;
    if (!role) return fail(ErrorCode::malformed, "this person has an unknown role: " + word.dump(), person.id.value());
    person.roles.push_back(*role);
  }
  auto token = hash_from_hex(text("token_sha256"));
  if (!token) return fail(ErrorCode::malformed, token.error().message, person.id.value());
  person.token = *token;
  const auto key = from_hex(text("signing_key"));
  if (!key || key->size() != person.signing.size()) {
    return fail(ErrorCode::malformed, "the signing key is malformed", person.id.value());
  }
  std::copy(key->begin(), key->end(), person.signing.begin());
  return person;
}

Result<json> read_list(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return json::array();
  std::ifstream in(file, std::ios::binary);
  json list = json::parse(std::string{std::istreambuf_iterator<char>(in), {}}, nullptr, false);
  if (!list.is_array() || list.size() > people_max) {
    return fail(ErrorCode::malformed, fmt::format("this is not a list of at most {} people", people_max),
                file.string());
  }
  return list;
}

json to_json(const Person& person) {
  json words = json::array();
  for (const Role role : person.roles) words.push_back(name_of(role));
  const BytesView key{reinterpret_cast<const char*>(person.signing.data()), person.signing.size()};
  return {{"id", person.id.value()},
          {"name", person.name},
          {"roles", words},
          {"token_sha256", to_hex(person.token.view())},
          {"signing_key", to_hex(key)}};
}

Result<Person> parse_description(std::string_view description) {
  const auto malformed = [&](const char* why) {
    return fail(ErrorCode::malformed, fmt::format("{}; write id:name:role1+role2", why), std::string{description});
  };
  const auto first = description.find(':');
  const auto second = first == std::string_view::npos ? first : description.find(':', first + 1);
  if (second == std::string_view::npos) return malformed("this is not a person");
  Person person{.id = model::PersonId{std::string{description.substr(0, first)}},
                .name = std::string{description.substr(first + 1, second - first - 1)}};
  if (person.id.value().empty() || !node::tables::is_tidy(person.id.value(), 64)) {
    return malformed("the id is 1 to 64 printable octets");
  }
  if (person.name.empty() || !node::tables::is_tidy(person.name)) return malformed("the name is empty or too long");
  for (std::string_view rest = description.substr(second + 1);;) {
    const auto plus = rest.find('+');
    const auto role = parse_role(rest.substr(0, plus));
    if (!role) return malformed("roles are sampler, technician, reviewer, approver, lab_administrator");
    person.roles.push_back(*role);
    if (plus == std::string_view::npos) return person;
    rest.remove_prefix(plus + 1);
  }
}

}  // namespace

const char* name_of(Role role) {
  switch (role) {
    case Role::sampler:
      return "sampler";
    case Role::technician:
      return "technician";
    case Role::reviewer:
      return "reviewer";
    case Role::approver:
      return "approver";
    case Role::lab_administrator:
      return "lab_administrator";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view text) {
  const auto found = std::ranges::find_if(roles, [&](Role role) { return text == name_of(role); });
  return found == roles.end() ? std::nullopt : std::optional{*found};
}

bool Person::has(Role role) const { return std::ranges::find(roles, role) != roles.end(); }

bool may(const Person& person, Action action) {
  if (action == Action::look) return true;
  return std::ranges::any_of(permissions, [&](const Permission& permission) {
    return permission.action == action && person.has(permission.role);
  });
}

Result<People> People::load(const std::filesystem::path& file) {
  auto list = read_list(file);
  if (!list) return fail(std::move(list));
  People people;
  for (const json& entry : *list) {
    auto person = read_person(entry);
    if (!person) {
      person.error().where = fmt::format("{}: {}", file.string(), person.error().where);
      return fail(std::move(person));
    }
    people.people_.push_back(std::move(*person));
  }
  return people;
}

const Person* People::by_token(std::string_view token) const {
  const Hash hash = crypto::sha256(token);
  const Person* found = nullptr;
  for (const Person& person : people_) {
    if (crypto::equal_secrets(person.token.view(), hash.view())) found = &person;
  }
  return found;
}

const Person* People::by_id(std::string_view id) const {
  const auto found = std::ranges::find_if(people_, [&](const Person& person) { return person.id.value() == id; });
  return found == people_.end() ? nullptr : &*found;
}

Result<std::string> add_person(const std::filesystem::path& file, std::string_view description) {
  auto person = parse_description(description);
  if (!person) return fail(std::move(person));
  const auto people = People::load(file);
  if (!people) return tl::unexpected(people.error());
  if (people->by_id(person->id.value())) {
    return fail(ErrorCode::conflict, "there is a person of this id already; choose another", person->id.value());
  }
  const std::string token = to_hex(crypto::random_bytes(32));
  person->token = crypto::sha256(token);
  person->signing = crypto::make_key_pair().secret_key;
  auto list = read_list(file);
  if (!list) return fail(std::move(list));
  list->push_back(to_json(*person));
  if (auto written = write_secret_file(file, list->dump(1)); !written) return fail(std::move(written));
  return token;
}

}  // namespace lab::desk

#include "coordinator/board/people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "coordinator/board/secret_file.hpp"
#include "protocol/base/charset.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::board {
namespace {

using nlohmann::json;

constexpr std::array roles{Role::viewer, Role::coordinator, Role::administrator};

struct Permission {
  Role role;
  Action action;
};
constexpr std::array permissions{Permission{Role::viewer, Action::look},
                                 Permission{Role::coordinator, Action::look},
                                 Permission{Role::coordinator, Action::see_units},
                                 Permission{Role::coordinator, Action::export_raw},
                                 Permission{Role::coordinator, Action::plan},
                                 Permission{Role::coordinator, Action::take_back},
                                 Permission{Role::coordinator, Action::set_up},
                                 Permission{Role::administrator, Action::look},
                                 Permission{Role::administrator, Action::set_up},
                                 Permission{Role::administrator, Action::manage_nodes},
                                 Permission{Role::administrator, Action::export_raw}};

constexpr std::size_t id_octets_max = 64;
constexpr std::size_t name_octets_max = 128;

Result<Person> read_person(const json& entry) {
  Person person;
  const auto text = [&](const char* field) {
    const auto found = entry.is_object() ? entry.find(field) : entry.end();
    return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  person.id = model::PersonId{text("id")};
  person.name = text("name");
  if (person.id.value().empty()) return fail(ErrorCode::malformed, "a person has no id");
  const auto token = from_hex(text("token_sha256"));
  if (!token || token->size() != person.token.octets.size()) {
    return fail(ErrorCode::malformed, "this person's token hash is malformed", person.id.value());
  }
  std::copy(token->begin(), token->end(), person.token.octets.begin());
  const json list = entry.value("roles", json::array());
  for (const json& word : list) {
    const auto role = word.is_string() ? parse_role(word.get<std::string>()) : std::nullopt;
    if (!role) return fail(ErrorCode::malformed, "this person has an unknown role: " + word.dump(), person.id.value());
    person.roles.push_back(*role);
  }
  return person;
}

Result<json> read_list(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return json::array();
  const auto text = read_file(file);
  if (!text) return tl::unexpected(text.error());
  json list = json::parse(*text, nullptr, false);
  if (!list.is_array() || list.size() > people_max) {
    return fail(ErrorCode::malformed, fmt::format("this is not a list of at most {} people", people_max),
                file.string());
  }
  return list;
}

json to_json(const Person& person) {
  json words = json::array();
  for (const Role role : person.roles) words.push_back(name_of(role));
  return {{"id", person.id.value()},
          {"name", person.name},
          {"roles", words},
          {"token_sha256", to_hex(person.token.view())}};
}

bool is_tidy(std::string_view text, std::size_t octets_max) {
  return !text.empty() && text.size() <= octets_max && is_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

Result<Person> parse_description(std::string_view description) {
  const auto malformed = [&](const char* why) {
    return fail(ErrorCode::malformed, fmt::format("{}; write id:name:role1+role2", why), std::string{description});
  };
  const auto first = description.find(':');
  const auto second = first == description.npos ? first : description.find(':', first + 1);
  if (second == description.npos) return malformed("this is not a person");
  Person person{.id = model::PersonId{std::string{description.substr(0, first)}},
                .name = std::string{description.substr(first + 1, second - first - 1)},
                .roles = {},
                .token = {}};
  if (!is_tidy(person.id.value(), id_octets_max)) return malformed("the id is 1 to 64 printable octets");
  if (!is_tidy(person.name, name_octets_max)) return malformed("the name is 1 to 128 printable octets");
  for (std::string_view rest = description.substr(second + 1);;) {
    const auto plus = rest.find('+');
    const auto role = parse_role(rest.substr(0, plus));
    if (!role) return malformed("roles are viewer, coordinator, administrator");
    person.roles.push_back(*role);
    if (plus == rest.npos) return person;
    rest.remove_prefix(plus + 1);
  }
}

}  // namespace

const char* name_of(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::coordinator:
      return "coordinator";
    case Role::administrator:
      return "administrator";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view text) {
  const auto found = std::ranges::find_if(roles, [&](Role role) { return text == name_of(role); });
  return found == roles.end() ? std::nullopt : std::optional{*found};
}

bool may(const Person& person, Action action) {
  return std::ranges::any_of(permissions, [&](const Permission& permission) {
    return permission.action == action && std::ranges::find(person.roles, permission.role) != person.roles.end();
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
  auto people = People::load(file);
  if (!people) return fail(std::move(people));
  if (people->by_id(person->id.value()) != nullptr) {
    return fail(ErrorCode::conflict, "there is a person of this id already; choose another", person->id.value());
  }
  const std::string token = to_hex(crypto::random_bytes(32));
  person->token = crypto::sha256(token);
  auto list = read_list(file);
  if (!list) return fail(std::move(list));
  list->push_back(to_json(*person));
  if (auto written = write_secret_file(file, list->dump(1)); !written) return fail(std::move(written));
  return token;
}

}  // namespace lab::board

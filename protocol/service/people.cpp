#include "protocol/service/people.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/base/text.hpp"
#include "protocol/service/secret_file.hpp"

namespace lab::service {
namespace {

using nlohmann::json;

constexpr std::size_t id_octets_max = 64;

bool is_role(std::string_view word, const AccountRules& rules) {
  return std::ranges::find(rules.roles, word) != rules.roles.end();
}

Result<Person> read_person(const json& entry, const AccountRules& rules) {
  Person person;
  const auto text = [&](const char* field) {
    const auto found = entry.is_object() ? entry.find(field) : entry.end();
    return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  person.id = model::PersonId{text("id")};
  person.name = text("name");
  const auto malformed = [&](const std::string& what) { return fail(ErrorCode::malformed, what, person.id.value()); };
  if (person.id.value().empty()) return malformed("a person has no id");
  const auto words = entry.find("roles");
  if (words == entry.end() || !words->is_array()) return malformed("this person has no list of roles");
  for (const json& word : *words) {
    if (!word.is_string() || !is_role(word.get_ref<const std::string&>(), rules)) {
      return malformed("this person has an unknown role: " + word.dump());
    }
    person.roles.push_back(word.get<std::string>());
  }
  if (!fill_from_hex(person.token.octets, text("token_sha256")))
    return malformed("this person's token hash is malformed");
  if (rules.sign && !fill_from_hex(person.signing, text("signing_key"))) {
    return malformed("this person's signing key is malformed");
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

json to_json(const Person& person, const AccountRules& rules) {
  json entry{{"id", person.id.value()},
             {"name", person.name},
             {"roles", person.roles},
             {"token_sha256", to_hex(person.token.view())}};
  if (rules.sign) entry["signing_key"] = to_hex(view_of(person.signing));
  return entry;
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
  if (person.id.value().empty() || !is_tidy(person.id.value(), id_octets_max)) {
    return malformed(fmt::format("the id is 1 to {} printable octets", id_octets_max));
  }
  if (person.name.empty() || !is_tidy(person.name)) {
    return malformed(fmt::format("the name is 1 to {} printable octets", text_octets_max));
  }
  for (std::string_view rest = description.substr(second + 1);;) {
    const auto plus = rest.find('+');
    const std::string_view role = rest.substr(0, plus);
    if (!is_role(role, rules)) return malformed(fmt::format("roles are {}", fmt::join(rules.roles, ", ")));
    person.roles.emplace_back(role);
    if (plus == std::string_view::npos) return person;
    rest.remove_prefix(plus + 1);
  }
}

}  // namespace

bool Person::has(std::string_view role) const { return std::ranges::find(roles, role) != roles.end(); }

Result<People> People::load(const std::filesystem::path& file, const AccountRules& rules) {
  auto list = read_list(file);
  if (!list) return fail(std::move(list));
  People people;
  for (const json& entry : *list) {
    auto person = read_person(entry, rules);
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

Result<std::string> add_person(const std::filesystem::path& file, const AccountRules& rules,
                               std::string_view description) {
  auto person = parse_description(description, rules);
  if (!person) return fail(std::move(person));
  const auto people = People::load(file, rules);
  if (!people) return tl::unexpected(people.error());
  if (people->by_id(person->id.value()) != nullptr) {
    return fail(ErrorCode::conflict, "there is a person of this id already; choose another", person->id.value());
  }
  const std::string token = to_hex(crypto::random_bytes(32));
  person->token = crypto::sha256(token);
  if (rules.sign) person->signing = crypto::make_key_pair().secret_key;
  auto list = read_list(file);
  if (!list) return fail(std::move(list));
  list->push_back(to_json(*person, rules));
  if (auto written = write_secret_file(file, list->dump(1)); !written) return fail(std::move(written));
  return token;
}

}  // namespace lab::service

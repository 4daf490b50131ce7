#include "lab-node/desk/names.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "protocol/service/request.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

// Every field of an answer that gives a person by account.
constexpr std::array person_fields{"amended_by", "analyst",  "approver", "decided_by",
                                   "person",     "receiver", "reviewer", "sampler"};

class Naming {
 public:
  explicit Naming(const service::People& people) : people_(people) {}

  void name_all(json& value) {
    if (value.is_object()) name_those_of(value);
    if (!value.is_structured()) return;
    for (json& part : value) name_all(part);
  }

 private:
  void name_those_of(json& object) {
    for (const char* field : person_fields) {
      const auto found = object.find(field);
      if (found == object.end() || !found->is_string()) continue;
      const std::string& name = name_of(found->get_ref<const std::string&>());
      if (!name.empty()) object[std::string{field} + "_name"] = name;
    }
  }
  // A list of samples has the same few people on every line.
  const std::string& name_of(const std::string& id) {
    const auto [place, fresh] = names_.try_emplace(id);
    if (fresh && !id.empty()) {
      if (const auto person = people_.by_id(id)) place->second = person->name;
    }
    return place->second;
  }

  const service::People& people_;
  std::map<std::string, std::string> names_;
};

}  // namespace

std::string name_with_account(const Office& office, const model::PersonId& id) {
  const auto person = office.access.people().by_id(id.value());
  if (!person || person->name == id.value()) return id.value();
  return fmt::format("{}({})", person->name, id.value());
}

void add_names(json& body, const Office& office) { Naming{office.access.people()}.name_all(body); }

node::Refusal with_name(node::Refusal refusal, const Office& office) {
  const auto named = refusal.params.find("person");
  const auto person = named == refusal.params.end() ? nullptr : office.access.people().by_id(named->second);
  if (!person) return refusal;
  // The core knows accounts only, and sets them off with blanks.
  const std::string account = fmt::format(" {} ", person->id.value());
  if (const auto at = refusal.detail.find(account); at != std::string::npos) {
    refusal.detail.replace(at, account.size(), fmt::format(" {} ", name_with_account(office, person->id)));
  }
  refusal.params["person_name"] = person->name;
  return refusal;
}

http::Response answer_with_names(const Office& office, json body) {
  add_names(body, office);
  return service::answer(body);
}

}  // namespace lab::desk

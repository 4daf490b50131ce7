#pragma once
// The desk's routes over a node in memory, with one person for each role and a loop that turns at once.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "instruments/profiles/library.hpp"
#include "lab-node/desk/desk.hpp"
#include "lab-node/desk/live_feed.hpp"
#include "lab-node/desk/openapi.hpp"
#include "lab-node/desk/permissions.hpp"
#include "tests/lab-node/world.hpp"
#include "tests/protocol/service/described.hpp"

namespace lab::desk {

inline const service::testing::Described& described() {
  static const service::testing::Described document{openapi_document()};
  return document;
}

/// Accounts "p-sampler", "p-technician" ... made once for all tests of the process.
class Accounts {
 public:
  static Accounts& all() {
    static Accounts made;
    return made;
  }
  [[nodiscard]] const std::string& token_of(const std::string& role) const { return tokens_.at(role); }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / fmt::format("qlims-desk-{}", ::getpid());
  service::People people;

 private:
  Accounts() {
    crypto::start();
    std::filesystem::create_directories(folder);
    for (const std::string_view role : roles) {
      const auto token = service::add_person(folder / "people.json", accounts, fmt::format("p-{}:P:{}", role, role));
      tokens_[std::string{role}] = token.value();
    }
    people = service::People::load(folder / "people.json", accounts).value();
  }
  ~Accounts() { std::filesystem::remove_all(folder); }
  std::map<std::string, std::string> tokens_;
};

struct Answer {
  int status = 0;
  nlohmann::json body;
  /// The code of a refusal, of the whole request or of its one entry; empty when it was done.
  [[nodiscard]] std::string code() const {
    if (body.is_object() && body.contains("code")) return body["code"];
    if (status >= 400) return "no code";
    if (body.is_object() && body.contains("results") && body["results"].size() == 1) {
      return body["results"][0].value("code", "");
    }
    return {};
  }
};

class Desk {
 public:
  Desk() : router(routes(office)) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// What a person of this role is answered; every answer is held against the description of the interface.
  Answer ask(const std::string& role, const std::string& method, const std::string& target,
             const nlohmann::json& body = nullptr, http::Headers headers = {}) {
    return send(role, method, target, body.is_null() ? "" : body.dump(), std::move(headers));
  }
  /// The same with octets as they are.
  Answer send(const std::string& role, const std::string& method, const std::string& target, Bytes octets,
              http::Headers headers = {}) {
    http::Request request{
        .method = method, .headers = std::move(headers), .body = std::move(octets), .peer = "127.0.0.1:5"};
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    for (std::string rest = question == std::string::npos ? "" : target.substr(question + 1); !rest.empty();) {
      const auto end = std::min(rest.find('&'), rest.size());
      const std::string pair = rest.substr(0, end);
      request.query[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
      rest.erase(0, end + 1);
    }
    if (!role.empty()) request.headers["authorization"] = "Bearer " + Accounts::all().token_of(role);
    Answer answer;
    router(request, [&](const http::Response& response) {
      answer = {response.status, nlohmann::json::parse(response.body, nullptr, false)};
      described().expect_described(request, response);
    });
    return answer;
  }
  Answer get(const std::string& target) { return ask("auditor", "GET", target); }

  node::World world;
  bool stores = true;  // whether commits succeed
  journal::Blobs blobs = journal::Blobs::open(Accounts::all().folder / "blobs").value();
  profiles::Library profiles;
  label::Worker labels{{.program = "none"}};
  service::Access access{Accounts::all().people, {}};
  SampleIndex index{*world.store};
  service::SecurityLog security{{.entries = 1'000'000, .per_origin = 1'000'000, .per_minute = 1'000'000}};
  service::Live live{0};
  Office office{.store = *world.store,
                .profiles = [this]() -> const profiles::Library& { return profiles; },
                .blobs = blobs,
                .access = access,
                .place = {.laboratory = "成都站", .node = "7", .security = &security, .store = world.store.get()},
                .labels = labels,
                .post = [this](const Input& input) { return turn(input); },
                .link = [] { return LinkStatus{}; },
                .ports = [] { return std::vector<PortStatus>{}; },
                .scrub = [] { return service::ScrubStatus{}; },
                .weigh = [](const WeighingRequest& request) { request.respond({.body = "{}"}); },
                .mark_serials = [](std::uint64_t) { return true; },
                .shoot = [](const std::string& camera) -> Result<Bytes> {
                  return fail(ErrorCode::not_found, "there is no such camera", camera);
                },
                .damaged = [](const std::string& what) { ADD_FAILURE() << what; },
                .build = "test",
                .index = index,
                .live = live,
                .pages = {}};
  http::Router router;

 private:
  bool turn(const Input& input) {
    const auto view = world.store->read();
    journal::Draft draft{*view};
    const After after = input(world.node, draft, world.now);
    auto effects = draft.take();
    Changes changes;
    for (const journal::Effect& effect : effects) changes.note(effect);
    if (stores) {
      world.commit(std::move(effects));
      changes.mark(index);
    }
    if (after) after(stores);
    return true;
  }
};

}  // namespace lab::desk

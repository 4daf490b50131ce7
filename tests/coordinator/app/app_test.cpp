// The real program on loopback ports, with a node that is a key pair and a socket.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "coordinator/app/keys.hpp"
#include "coordinator/tables/keys.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/transport/client.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/protocol/journal/spoil.hpp"
#include "tools/api/api.hpp"
#include "tools/process/child.hpp"

namespace lab::coordinator::app {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto patience = 60s;  // a busy machine
constexpr const char* plan_csv =
    "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
    "NCP,510100,510104,V1,菠菜,生产基地,1,VEGA,4\n";

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A node with a socket: what comes in is queued, what it says is up to the test.
class Peer {
 public:
  explicit Peer(const json& ticket) : endpoint_(ticket.at("endpoint")), server_key_(ticket.at("coordinator_key")) {
    const std::string line = ticket.at("ticket");
    const model::Enrol request{.ticket = line.substr(0, line.find('@')),
                               .curve_key = curve_.public_key,
                               .signing_key = Bytes{keys_.public_key.begin(), keys_.public_key.end()},
                               .name = "bench"};
    const auto answer =
        transport::ask_once(ticket.at("enrol_endpoint"), server_key_, curve_, wire::encode(request), patience);
    EXPECT_TRUE(answer.has_value());
    const auto message = wire::decode_message(answer.value_or(Bytes{}));
    if (message && std::holds_alternative<model::Enrolled>(*message)) id_ = std::get<model::Enrolled>(*message).node;
  }

  void connect() {
    linked_ = false;
    client_ = transport::Client::start({.endpoint = endpoint_,
                                        .server_key = server_key_,
                                        .keys = curve_,
                                        .on_frames =
                                            [this](std::vector<Bytes> frames) {
                                              const std::lock_guard lock{mutex_};
                                              for (Bytes& frame : frames) {
                                                if (auto message = wire::decode_message(frame)) {
                                                  heard_.push_back(std::move(*message));
                                                }
                                              }
                                              change_.notify_all();
                                            },
                                        .on_link =
                                            [this](bool linked) {
                                              const std::lock_guard lock{mutex_};
                                              linked_ = linked;
                                              change_.notify_all();
                                            }})
                  .value();
    std::unique_lock lock{mutex_};
    EXPECT_TRUE(change_.wait_for(lock, patience, [this] { return linked_; }));
  }
  void say(const model::Message& message) { client_->send({wire::encode(message)}); }
  void say_hello() {
    model::Hello hello{.boot = 1};
    if (!flat_.empty()) {
      hello.streams = {{.incarnation = 1, .sequence = flat_.size(), .hash = crypto::sha256(flat_.back())}};
    }
    say(hello);
  }
  /// The next message of that kind; others are passed over.
  template <class Kind>
  std::optional<Kind> hear() {
    std::unique_lock lock{mutex_};
    std::optional<Kind> found;
    change_.wait_for(lock, patience, [&] {
      while (!found && !heard_.empty()) {
        if (auto* message = std::get_if<Kind>(&heard_.front())) found = std::move(*message);
        heard_.pop_front();
      }
      return found.has_value();
    });
    return found;
  }

  Hash happen(const model::Grant& grant, const char* person, model::Happening what) {
    const model::Event event{.node = id_,
                             .incarnation = 1,
                             .sequence = flat_.size() + 1,
                             .previous = flat_.empty() ? Hash{} : crypto::sha256(flat_.back()),
                             .at = *parse_utc("2013-06-03T08:00:00Z"),
                             .task = grant.task,
                             .token = grant.token,
                             .person = model::PersonId{person},
                             .what = std::move(what)};
    flat_.push_back(wire::encode(event));
    return crypto::sha256(flat_.back());
  }
  void conclude(const model::Grant& grant, model::SampleOutcome outcome) {
    const Hash record = happen(grant, "analyst",
                               model::Judged{.number = grant.number,
                                             .edition = {},
                                             .judged_for = *parse_date("2013-06-01"),
                                             .version = 1,
                                             .outcome = outcome,
                                             .items = {}});
    happen(grant, "reviewer", model::Reviewed{.number = grant.number, .record = record, .agreed = true, .note = {}});
    happen(grant, "approver",
           model::Approved{.number = grant.number,
                           .record = record,
                           .reviewer = model::PersonId{"reviewer"},
                           .version = 1,
                           .outcome = outcome,
                           .signature = Bytes(64, 's')});
  }
  [[nodiscard]] model::Events events() const {
    model::Events events{.incarnation = 1, .first = 1, .events = flat_, .signature = {}};
    const auto signature = crypto::sign(
        wire::head_to_sign(id_, {.incarnation = 1, .sequence = flat_.size(), .hash = crypto::sha256(flat_.back())}),
        keys_.secret_key);
    events.signature.assign(signature.begin(), signature.end());
    return events;
  }
  [[nodiscard]] model::NodeId id() const { return id_; }
  void hang_up() { client_.reset(); }

 private:
  std::string endpoint_;
  std::string server_key_;
  transport::CurveKeys curve_ = transport::make_curve_keys();
  crypto::KeyPair keys_ = crypto::make_key_pair();
  model::NodeId id_;
  std::vector<Bytes> flat_;
  std::mutex mutex_;
  std::condition_variable change_;
  std::deque<model::Message> heard_;
  bool linked_ = false;
  std::unique_ptr<transport::Client> client_;
};

class Program : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::start();
    fs::create_directories(folder);
    auto adding = process::Child::start(
        {.arguments = {program(), "--data", data(), "--add-person", "planner:计划员:coordinator+administrator"},
         .log = folder / "person.log"});
    ASSERT_TRUE(adding.has_value());
    ASSERT_EQ(adding->wait(patience), 0);
    token = text_of(folder / "person.log");
    token = token.substr(0, token.find('\n'));
    start();
  }
  void TearDown() override {
    child.reset();
    if (!HasFailure()) fs::remove_all(folder);
  }

  static std::string program() { return (fs::path{QLIMS_BIN_DIR} / "coordinator").string(); }
  std::string data() const { return (folder / "data").string(); }
  // Below the range that connecting clients are given, and different in runs at the same time.
  static int first_port() { return 21'000 + ::getpid() % 3'000 * 3; }
  std::vector<std::string> command() const {
    return {program(),
            "--data",
            data(),
            "--http",
            fmt::format("127.0.0.1:{}", first_port()),
            "--zmq",
            fmt::format("tcp://127.0.0.1:{}", first_port() + 1),
            "--enrol",
            fmt::format("tcp://127.0.0.1:{}", first_port() + 2)};
  }
  void start() {
    auto started = process::Child::start({.arguments = command(), .log = folder / "coordinator.log"});
    ASSERT_TRUE(started.has_value());
    child.emplace(std::move(*started));
    ASSERT_TRUE(eventually([this] { return api().get("/api/v1/status").has_value(); }))
        << text_of(folder / "coordinator.log");
  }
  api::Api api() const { return *api::Api::to(fmt::format("http://127.0.0.1:{}", first_port()), token); }
  static bool eventually(const std::function<bool()>& holds) {
    for (const auto until = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < until;) {
      if (holds()) return true;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }
  json post(const std::string& target, const json& body) {
    auto answer = api().post(target, body);
    EXPECT_TRUE(answer.has_value()) << target << ": " << (answer ? "" : to_text(answer.error()));
    return answer.value_or(json::object());
  }
  void set_up_province() {
    const fs::path root = QLIMS_SOURCE_DIR;
    json files = json::array();
    for (const auto& [name, path] : {std::pair{"limits.csv", root / "protocol/rules/reference/limits.csv"},
                                     std::pair{"categories.csv", root / "protocol/rules/reference/categories.csv"},
                                     std::pair{"panels.csv", root / "coordinator/reference/sichuan_2013/panels.csv"}}) {
      files.push_back({{"name", name}, {"text", text_of(path)}});
    }
    post("/api/v1/reference", {{"files", files}});
    ASSERT_TRUE(api().post_bytes("/api/v1/laboratories", "编号,实验室,市州代码,容量,检测包\n1,成都站,510100,100,VEGA\n",
                                 "text/csv"));
    ASSERT_TRUE(api().post_bytes("/api/v1/plans?title=2013&year=2013&due=2013-12-31", plan_csv, "text/csv"));
  }
  std::uint64_t tasks_in(const char* state) const {
    const auto status = api().get("/api/v1/status");
    return status && !status->at("plans").empty()
               ? status->at("plans").back().at("tasks").at(state).get<std::uint64_t>()
               : 0;
  }
  // The status without what only sessions know.
  json durable_status() const {
    json status = api().get("/api/v1/status").value();
    status.erase("scrub");
    for (json& laboratory : status.at("laboratories")) {
      for (json& node : laboratory.at("nodes")) {
        node.erase("connected");
        node.erase("last_contact");
      }
    }
    return status;
  }

  fs::path folder = fs::temp_directory_path() / fmt::format("qlims-coordinator-{}", ::getpid());
  std::string token;
  std::optional<process::Child> child;
};

std::vector<model::Grant> grants_in(const model::Orders& orders) {
  std::vector<model::Grant> grants;
  for (const Bytes& flat : orders.orders) grants.push_back(std::get<model::Grant>(wire::decode_order(flat)->what));
  return grants;
}

TEST_F(Program, CarriesAPlanToItsVerdictsAndIsTheSameAfterAKill) {
  set_up_province();
  Peer peer{post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench"}})};
  peer.connect();
  peer.say_hello();
  const auto welcome = peer.hear<model::Welcome>();
  ASSERT_TRUE(welcome.has_value());
  EXPECT_FALSE(welcome->reference.is_zero());

  post("/api/v1/plans/1/allocation", json::object());
  post("/api/v1/plans/1/dispatch", json::object());
  const auto orders = peer.hear<model::Orders>();
  ASSERT_TRUE(orders.has_value());
  const auto grants = grants_in(*orders);
  ASSERT_EQ(grants.size(), 4U);
  peer.say(model::OrdersAck{.upto = 4});
  peer.conclude(grants[0], model::SampleOutcome::pass);
  peer.conclude(grants[1], model::SampleOutcome::fail);
  peer.say(peer.events());
  const auto ack = peer.hear<model::Ack>();
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->upto, 6U);
  EXPECT_EQ(ack->notes.size(), 2U);
  EXPECT_EQ(tasks_in("judged"), 2U);

  const json before = durable_status();
  const json summary = api().get("/api/v1/summary?by=city,category").value().at("rows");
  child->kill();
  peer.hang_up();
  start();
  EXPECT_EQ(durable_status(), before);
  EXPECT_EQ(api().get("/api/v1/summary?by=city,category").value().at("rows"), summary);

  // The node comes back, says it all again, and hears the same of it.
  peer.connect();
  peer.say_hello();
  const auto again = peer.hear<model::Welcome>();
  ASSERT_TRUE(again.has_value());
  ASSERT_EQ(again->cursors.size(), 1U);
  EXPECT_EQ(again->cursors[0].sequence, 6U);
  peer.say(peer.events());
  EXPECT_EQ(peer.hear<model::Ack>(), ack);
  EXPECT_EQ(tasks_in("judged"), 2U);
}

TEST_F(Program, FinishesALongJobAfterAKillInTheMiddle) {
  set_up_province();
  const std::string csv =
      "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
      "NCP,510100,510104,V1,菠菜,生产基地,1,VEGA,9999\nNCP,510100,510105,V1,菠菜,生产基地,1,VEGA,9999\n";
  ASSERT_TRUE(api().post_bytes("/api/v1/plans?title=large&year=2013&due=2013-12-31", csv, "text/csv"));
  child->kill();
  start();
  ASSERT_TRUE(eventually([this] { return api().get("/api/v1/plans/2").value().at("state") == "ready"; }));
  EXPECT_EQ(tasks_in("planned"), 19'998U);
  EXPECT_TRUE(api().get("/api/v1/tasks/T-2.1-19998"));
  EXPECT_FALSE(api().get("/api/v1/tasks/T-2.1-19999"));
}

TEST_F(Program, ARevokedNodeIsNotHeardAnyMore) {
  set_up_province();
  Peer peer{post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench"}})};
  peer.connect();
  peer.say_hello();
  ASSERT_TRUE(peer.hear<model::Welcome>());
  post(fmt::format("/api/v1/nodes/{}/revoke", peer.id().value()), {{"reason", "stolen"}});
  peer.happen({}, "", model::Incident{.what = "still here"});
  peer.say(peer.events());
  std::this_thread::sleep_for(500ms);
  EXPECT_EQ(api().get("/api/v1/status").value().at("laboratories").at(0).at("nodes").at(0).at("events"), 0);
}

TEST_F(Program, ShowsADamagedRecordGoesOnWithoutItAndStopsWhenItIsNeeded) {
  set_up_province();
  ASSERT_TRUE(eventually([this] { return tasks_in("planned") == 4; }));
  ASSERT_EQ(api().get("/api/v1/status").value().at("scrub").at("damage"), "");
  ASSERT_EQ(child->stop(), 0);
  const model::TaskId task{.plan = model::PlanId{1}, .revision = 1, .number = 3};
  ASSERT_GT(journal::spoil_record(folder / "data/store", journal::Fields{tables::letter::task}.add(task).bytes()), 0);
  start();
  const json scrub = api().get("/api/v1/status").value().at("scrub");
  EXPECT_THAT(scrub.at("damage").get<std::string>(), HasSubstr("damaged"));
  EXPECT_FALSE(scrub.at("running").get<bool>());
  EXPECT_THAT(text_of(folder / "coordinator.log"), HasSubstr("reading through the store"));
  post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench"}});
  EXPECT_TRUE(api().get("/api/v1/tasks/T-1.1-1"));
  const auto refused = api().get("/api/v1/tasks/T-1.1-3");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(to_text(refused.error()), HasSubstr("数据已损坏"));
  EXPECT_EQ(WEXITSTATUS(child->wait(patience).value_or(0)), 1);
}

TEST_F(Program, DoesNotStartOnAStoreThatHidesRecords) {
  set_up_province();
  ASSERT_EQ(child->stop(), 0);
  ASSERT_GT(journal::hide_a_record(folder / "data/store", "categories.csv"), 0);
  auto started = process::Child::start({.arguments = command(), .log = folder / "hidden.log"});
  ASSERT_TRUE(started.has_value());
  EXPECT_EQ(WEXITSTATUS(started->wait(patience).value_or(0)), 1);
  EXPECT_THAT(text_of(folder / "hidden.log"), HasSubstr("restore the latest backup"));
}

TEST_F(Program, StopsCleanlyAndLeavesItsKeysToItselfOnly) {
  const json ready = json::parse(text_of(folder / "data/coordinator.json"));
  EXPECT_EQ(ready.at("http"), fmt::format("http://127.0.0.1:{}", first_port()));
  EXPECT_EQ(child->stop(), 0) << text_of(folder / "coordinator.log");
  struct stat status {};
  ASSERT_EQ(::stat((folder / "data/keys.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  start();
  EXPECT_EQ(json::parse(text_of(folder / "data/coordinator.json")).at("curve_public_key"),
            ready.at("curve_public_key"));
}

TEST_F(Program, ASecondOneOnTheSameFolderIsRefused) {
  auto arguments = command();
  arguments[4] = fmt::format("127.0.0.1:{}", first_port() + 9'000);
  auto second = process::Child::start({.arguments = arguments, .log = folder / "second.log"});
  ASSERT_TRUE(second.has_value());
  EXPECT_NE(second->wait(patience).value_or(0), 0);
  EXPECT_TRUE(api().get("/api/v1/status"));
}

TEST(Keys, ThatCannotBeReadAreNeverReplaced) {
  const fs::path file = fs::temp_directory_path() / fmt::format("qlims-keys-{}.json", ::getpid());
  std::ofstream{file} << R"({"curve_public": 5})";
  const auto keys = open_keys(file);
  ASSERT_FALSE(keys.has_value());
  EXPECT_EQ(keys.error().code, ErrorCode::malformed);
  EXPECT_EQ(text_of(file), R"({"curve_public": 5})");
  fs::remove(file);
}

}  // namespace
}  // namespace lab::coordinator::app

// The real program: alone, with a coordinator, and killed.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "instruments/label/photo/photo.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "instruments/sim/sics_balance.hpp"
#include "lab-node/desk/permissions.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/transport/keys.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/lab-node/app/fake_coordinator.hpp"
#include "tests/lab-node/app/program.hpp"
#include "tests/lab-node/world.hpp"
#include "tests/protocol/journal/spoil.hpp"

namespace lab::node::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class NodeProgram : public testing::Test {
 protected:
  void SetUp() override { crypto::start(); }

  static void add_people(Program& program) {
    program.add_person("zhao", "sampler");
    program.add_person("chen", "technician");
    program.add_person("li", "reviewer");
    program.add_person("sun", "approver");
  }
};

std::string masshunter(const std::vector<std::string>& numbers, const std::string& analyte, const std::string& value) {
  sim::Batch batch{.analytes = {analyte}, .unit = "mg/kg"};
  for (const std::string& number : numbers) {
    batch.rows.push_back({.name = number, .data_file = number + ".d", .values = {value}});
  }
  return sim::masshunter_csv(batch);
}

TEST_F(NodeProgram, WithoutEnrolmentItStartsAndRefusesWorkWithAClearMessage) {
  Program program{"offline"};
  add_people(program);
  program.start();
  const Answer status = program.get("", "/api/v1/status");
  EXPECT_FALSE(status.body.at("enrolled").get<bool>());
  EXPECT_FALSE(status.body.at("linked").get<bool>());
  const Answer capture = program.post_bytes("chen", "/api/v1/captures?instrument=GC&new=1&name=a.csv",
                                            masshunter({"SC13NCP00001X"}, "铅", "0.1"), "text/csv");
  EXPECT_EQ(capture.status, 409);
  EXPECT_EQ(capture.body.at("code"), "not_enrolled");
  EXPECT_THAT(capture.body.at("detail").get<std::string>(), HasSubstr("尚未入网"));
  EXPECT_EQ(program.stop(), 0);
}

TEST_F(NodeProgram, LetsInWhoMayAndNobodyElse) {
  Program program{"people"};
  add_people(program);
  program.start();
  EXPECT_EQ(program.get("", "/api/v1/samples").status, 401);
  EXPECT_EQ(program.get("chen", "/api/v1/samples").status, 200);
  const Answer forbidden = program.post("chen", "/api/v1/approvals", {{"samples", json::array()}});
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_EQ(forbidden.body.at("code"), "not_allowed");
  EXPECT_EQ(program.post("sun", "/api/v1/approvals", json::array()).status, 400);
  EXPECT_EQ(program.run({"--add-person", "chen:x:technician"}).first != 0, true);
  EXPECT_EQ(program.run({"--add-person", "x:x:king"}).first != 0, true);
}

TEST_F(NodeProgram, ASecondProcessOnTheSameFolderEnds) {
  Program program{"twice"};
  program.start();
  const auto [status, text] = program.run({"--http", fmt::format("127.0.0.1:{}", program.port(5))});
  EXPECT_NE(status, 0);
  EXPECT_THAT(text, HasSubstr("store"));
}

TEST_F(NodeProgram, ShowsADamagedRecordAndGoesOnWithoutIt) {
  Program program{"damaged"};
  program.start();
  EXPECT_EQ(program.get("", "/api/v1/status").body.at("scrub").at("damage"), "");
  EXPECT_EQ(program.stop(), 0);
  {
    auto store = journal::open_lmdb(program.data() / "store");
    ASSERT_TRUE(store.has_value()) << to_text(store.error());
    const auto batch = (*store)->write();
    for (const char octet : {'\x01', '\x07', '\x0F'}) {
      ASSERT_TRUE(batch->put("x" + Bytes(32, octet), "instrument bytes that nobody reads"));
    }
    ASSERT_TRUE(batch->commit());
  }
  ASSERT_GT(journal::spoil_record(program.data() / "store", "x" + Bytes(32, '\x07')), 0);
  program.start();
  const json scrub = program.get("", "/api/v1/status").body.at("scrub");
  EXPECT_THAT(scrub.at("damage").get<std::string>(), HasSubstr(to_hex("x" + Bytes(32, '\x07'))));
  EXPECT_THAT(program.log(), HasSubstr("reading through the store"));
  EXPECT_EQ(program.stop(), 0);
}

TEST_F(NodeProgram, AWrongTicketIsToldAndNothingStarts) {
  Program program{"ticket"};
  const auto [status, text] = program.run({"--enrol", "no ticket"});
  EXPECT_NE(status, 0);
  EXPECT_THAT(text, HasSubstr("SECRET@tcp://HOST:PORT#KEY"));
  const auto [also_status, also_text] = program.run({"--enrol", "-"}, "no ticket either\n");
  EXPECT_NE(also_status, 0);
  EXPECT_THAT(also_text, HasSubstr("SECRET@tcp://HOST:PORT#KEY"));
  const auto [no_status, no_text] = program.run({"--enrol", "-"}, "\n");
  EXPECT_NE(no_status, 0);
  EXPECT_THAT(no_text, HasSubstr("standard input has no ticket"));
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_F(NodeProgram, AMistypedKeyOfTheCoordinatorIsToldAndNotKept) {
  Program program{"mistyped"};
  const std::filesystem::path file = program.data() / "station.json";
  const auto [status, text] = program.run({"--coordinator", "tcp://127.0.0.1:9", "--coordinator-key", "mistyped"});
  EXPECT_NE(status, 0);
  EXPECT_THAT(text, HasSubstr("--coordinator-key: this is not the key of a coordinator"));
  json station = json::parse(contents(file));
  EXPECT_EQ(station.at("coordinator_key"), "");
  program.start();
  EXPECT_EQ(program.stop(), 0);

  station["coordinator_key"] = "mistyped";  // as a version before has kept it
  std::ofstream{file} << station.dump();
  const auto [kept_status, kept_text] = program.run({});
  EXPECT_NE(kept_status, 0);
  EXPECT_THAT(kept_text, HasSubstr("station.json: coordinator_key is not the key of a coordinator"));
  const std::string key = transport::make_curve_keys().public_key;
  program.start({"--coordinator-key", key});
  EXPECT_EQ(json::parse(contents(file)).at("coordinator_key"), key);
}

TEST_F(NodeProgram, AnEnrolledOneKeepsItsCoordinatorsKeyWhateverTicketItIsGiven) {
  Program program{"old-ticket"};
  FakeCoordinator coordinator{program.port(6), rules::bundle(small_reference())};
  program.start({"--enrol", coordinator.ticket(), "--coordinator", coordinator.endpoint()});
  EXPECT_EQ(program.stop(), 0);
  const std::string ticket = coordinator.ticket();
  program.start({"--enrol", ticket.substr(0, ticket.find('#') + 1) + transport::make_curve_keys().public_key});
  EXPECT_EQ(json::parse(contents(program.data() / "station.json")).at("coordinator_key"), coordinator.key());
}

// Neither its arguments nor a core of it show another user of the machine what the node keeps to itself.
TEST_F(NodeProgram, ShowsNobodyItsTicketAndLeavesNoCore) {
  Program program{"secrets"};
  FakeCoordinator coordinator{program.port(6), rules::bundle(small_reference())};
  const std::string ticket = coordinator.ticket();
  program.start({"--enrol", "-", "--coordinator", coordinator.endpoint(), "--coordinator-key", coordinator.key()},
                "  " + ticket + "\r\n");
  EXPECT_TRUE(program.get("", "/api/v1/status").body.at("enrolled").get<bool>());
  const std::filesystem::path process = fmt::format("/proc/{}", program.pid());
  EXPECT_EQ(contents(process / "cmdline").find(ticket.substr(0, ticket.find('@'))), std::string::npos);
  EXPECT_THAT(contents(process / "limits"), testing::ContainsRegex("Max core file size +0 +0 +bytes"));
  ::kill(program.pid(), SIGABRT);
  const int status = program.ended_by();
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(WCOREDUMP(status)) << "a core of its memory was written";
}

TEST_F(NodeProgram, DoesNotMakeItselfNewKeysWhenThoseTheCoordinatorKnowsAreLost) {
  namespace fs = std::filesystem;
  Program program{"lost-keys"};
  FakeCoordinator coordinator{program.port(6), rules::bundle(small_reference())};
  program.start({"--enrol", coordinator.ticket(), "--coordinator", coordinator.endpoint()});
  EXPECT_EQ(program.stop(), 0);
  fs::rename(program.data() / "station.json", program.data() / "kept.json");
  const auto [status, text] = program.run({"--http", fmt::format("127.0.0.1:{}", program.port(0))});
  EXPECT_NE(status, 0);
  EXPECT_THAT(text, HasSubstr("station.json: the node's keys are missing"));
  EXPECT_THAT(text, HasSubstr("restore this file from a backup"));
  EXPECT_FALSE(fs::exists(program.data() / "station.json"));
  fs::rename(program.data() / "kept.json", program.data() / "station.json");
  program.start();
}

// ---- one sample's life, with everything real but the coordinator

class SampleLife : public NodeProgram {
 protected:
  void SetUp() override {
    NodeProgram::SetUp();
    add_people(program);
    auto opened = sim::SicsBalance::open();
    ASSERT_TRUE(opened.has_value());
    balance = std::move(*opened);
    balance->set_load("2.5013", true);
    balance_thread = std::jthread([this](const std::stop_token& stop) { balance->run(stop); });
    coordinator = std::make_unique<FakeCoordinator>(program.port(6), rules::bundle(small_reference()));
    program.start({"--enrol", coordinator->ticket(), "--name", "bench-1", "--coordinator", coordinator->endpoint(),
                   "--coordinator-key", coordinator->key(), "--astm",
                   fmt::format("127.0.0.1:{}=ICP-01:chen", program.port(1)), "--balance",
                   balance->path() + "=XPE-01:chen"});
    const model::Grant grant = world.make_grant(1, "VEG", 1);
    number = grant.number.text();
    coordinator->grant(grant);
    ASSERT_TRUE(wait_until([&] { return program.state_of(number) == "assigned"; })) << program.log();
    ASSERT_TRUE(wait_until([&] { return program.get("", "/api/v1/status").body.at("reference") != ""; }));
  }

  void draw() {
    const json form{{"number", number},        {"sampled_on", "2013-06-20"}, {"sample_name", "菠菜"},
                    {"quantity", "2.5 kg"},    {"reserve", "1 kg"},          {"storage", "冷藏"},
                    {"second_sampler", "wang"}};
    const Answer answer = program.post("zhao", "/api/v1/sampling-forms", {{"forms", {form, form}}});
    ASSERT_EQ(answer.status, 200) << answer.text;
    EXPECT_TRUE(answer.body.at("results").at(0).at("ok").get<bool>());
    EXPECT_EQ(answer.body.at("results").at(1).at("code"), "wrong_state");
  }

  void print_labels() {
    const std::string label = "/api/v1/samples/" + number + "/label";
    EXPECT_THAT(program.get("chen", label).text, StartsWith("\x89PNG"));
    EXPECT_EQ(program.get("chen", label).text, program.get("chen", label + ".png").text);
    EXPECT_THAT(program.get("chen", label + "?format=pdf&layout=sampling&copies=3").text, StartsWith("%PDF-"));
    EXPECT_THAT(program.get("chen", label + "?format=pdf&pages=a4&dpi=300").text, StartsWith("%PDF-"));
    EXPECT_THAT(program.get("chen", label + "?format=zpl&layout=tube").text, StartsWith("^XA\n^PW400\n"));
    EXPECT_THAT(program.get("chen", label + "?format=tspl&layout=bench-bars").text, StartsWith("SIZE 70 mm,50 mm"));
    for (const char* wrong : {"?format=gif", "?layout=poster", "?dpi=72", "?copies=100", "?copies=2", "?pages=a5"}) {
      EXPECT_EQ(program.get("chen", label + wrong).status, 400) << wrong;
    }
    EXPECT_EQ(program.get("", label).status, 401);
    EXPECT_EQ(program.get("chen", "/api/v1/samples/SC13NCP99999X/label").status, 404);
  }

  void receive_by_photo() {
    const Answer label = program.get("chen", "/api/v1/samples/" + number + "/label.png");
    ASSERT_EQ(label.status, 200);
    Answer answer;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {  // as a receptionist takes another picture
      const auto photo = label::photograph(label.text, {.seed = seed, .severity = 0});
      ASSERT_TRUE(photo.has_value());
      answer = program.post_bytes("chen", "/api/v1/receptions?condition=%E5%AE%8C%E5%A5%BD", *photo, "image/jpeg");
      if (answer.status == 200) break;
    }
    ASSERT_EQ(answer.status, 200) << answer.text;
    EXPECT_EQ(answer.body.at("number"), number);
    EXPECT_EQ(answer.body.at("codes").size(), 1u);
    const Answer again = program.post("chen", "/api/v1/receptions/typed",
                                      {{"number", number}, {"condition", "完好"}, {"reason", "再试"}});
    EXPECT_EQ(again.status, 422);
    EXPECT_EQ(again.body.at("code"), "already_received");

    // What decodes pictures stays in the worker: here the keys are.
    std::ifstream maps{fmt::format("/proc/{}/maps", program.pid())};
    const std::string loaded{std::istreambuf_iterator<char>{maps}, {}};
    EXPECT_THAT(loaded, HasSubstr("libsodium"));
    EXPECT_THAT(loaded, Not(HasSubstr("opencv_imgcodecs")));
  }

  void measure() {
    const Answer weight = program.post("chen", "/api/v1/weighings", {{"number", number}, {"instrument", "XPE-01"}});
    EXPECT_EQ(weight.status, 200) << weight.text;
    const auto sent = sim::send_astm({.port = program.port(1)},
                                     {{.sample = number, .results = {{"铅", "0.31", "mg/kg"}, {"汞", "1", "mg/kg"}}}});
    ASSERT_TRUE(sent.has_value()) << to_text(sent.error());
    EXPECT_EQ(program.state_of(number), "measuring");  // acknowledged means durable and visible
    const std::string file = masshunter({number}, "chlorpyrifos", "0.05");
    const std::string target = "/api/v1/captures?instrument=GCMS-01&new=1&name=batch.csv";
    const Answer capture = program.post_bytes("chen", target, file, "text/csv");
    ASSERT_EQ(capture.status, 200) << capture.text;
    EXPECT_EQ(capture.body.at("judged"), json::array({number}));
    const Answer repeated = program.post_bytes("chen", target, file, "text/csv");
    EXPECT_TRUE(repeated.body.at("repeated").get<bool>());
    const std::string id = std::to_string(capture.body.at("capture").get<int>());
    EXPECT_EQ(program.get("chen", "/api/v1/captures/" + id + "/raw").text, file);
  }

  void sign() {
    const std::string record = program.get("li", "/api/v1/samples/" + number).body.at("record");
    const json samples = json::array({{{"number", number}, {"record", record}}});
    const Answer review = program.post("li", "/api/v1/reviews", {{"samples", samples}, {"agreed", true}, {"note", ""}});
    ASSERT_TRUE(review.body.at("results").at(0).at("ok").get<bool>()) << review.text;
    const Answer approval = program.post("sun", "/api/v1/approvals", {{"samples", samples}});
    ASSERT_TRUE(approval.body.at("results").at(0).at("ok").get<bool>()) << approval.text;
  }

  World world;  // for its grants
  Program program{"life"};
  std::unique_ptr<sim::SicsBalance> balance;
  std::jthread balance_thread;
  std::unique_ptr<FakeCoordinator> coordinator;
  std::string number;
};

TEST_F(SampleLife, ArrivesSignedChainedAndIsAcknowledged) {
  EXPECT_EQ(program.get("chen", "/api/v1/samples/" + number + "/label").body.at("code"), "not_sampled");
  draw();
  print_labels();
  receive_by_photo();
  measure();
  const json page = program.get("li", "/api/v1/samples/" + number).body;
  EXPECT_EQ(page.at("outcome"), "fail");
  EXPECT_EQ(page.at("items").at(0).at("value"), "0.31");
  EXPECT_EQ(page.at("items").at(0).at("standard"), "GB 2762-2012");
  EXPECT_THAT(page.at("items").at(0).at("explanation").get<std::string>(), HasSubstr("不合格"));
  EXPECT_EQ(page.at("weighings").at(0).at("reading"), "2.5013 g");
  const json quarantine = program.get("chen", "/api/v1/quarantine").body;
  ASSERT_EQ(quarantine.at("entries").size(), 1u);
  EXPECT_EQ(quarantine.at("entries").at(0).at("reason"), "unknown_analyte");
  sign();

  ASSERT_TRUE(wait_until([&] {
    return program.get("li", "/api/v1/samples/" + number).body.at("disposition") == "counted";
  })) << coordinator->refused();
  const auto events = coordinator->events();
  EXPECT_TRUE(std::ranges::any_of(events, [](const model::Event& event) {
    const auto* weighed = std::get_if<model::Measured>(&event.what);
    return weighed != nullptr && weighed->reading == "2.5013 g" && weighed->instrument == "XPE-01";
  }));
  const auto* approved = std::get_if<model::Approved>(&events.back().what);
  ASSERT_NE(approved, nullptr);
  EXPECT_EQ(events.back().person, model::PersonId{"sun"});
  EXPECT_EQ(approved->reviewer, model::PersonId{"li"});
  const auto people = service::People::load(program.data() / "people.json", desk::accounts);
  const auto& secret = people->by_id("sun")->signing;
  crypto::PublicKey key{};
  std::copy(secret.begin() + 32, secret.end(), key.begin());
  crypto::Signature signature{};
  std::copy(approved->signature.begin(), approved->signature.end(), signature.begin());
  EXPECT_TRUE(crypto::verify(wire::approval_to_sign(approved->record, model::PersonId{"sun"}), signature, key));
  EXPECT_TRUE(wait_until([&] {
    const json stream = program.get("", "/api/v1/status").body.at("stream");
    return stream.at("sequence") == stream.at("acknowledged");
  }));
  EXPECT_EQ(program.stop(), 0);
}

TEST_F(SampleLife, EachFailedWeighingIsAnsweredAndALaterPrintBelongsToNoSample) {
  draw();
  receive_by_photo();
  balance->set_load("2.5013", false);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Answer weight = program.post("chen", "/api/v1/weighings", {{"number", number}, {"instrument", "XPE-01"}});
    EXPECT_EQ(weight.status, 409) << attempt << weight.text;
    EXPECT_EQ(weight.body.at("code"), "no_weight");
    EXPECT_THAT(weight.body.at("detail").get<std::string>(), HasSubstr("请稍候重试"));
  }
  balance->set_load("7.0000", true);
  balance->print();
  json weighings;
  ASSERT_TRUE(wait_until([&] {
    weighings = program.get("chen", "/api/v1/weighings").body.at("weighings");
    return !weighings.empty();
  })) << program.log();
  EXPECT_EQ(weighings.size(), 1u);
  EXPECT_EQ(weighings.at(0).at("reading"), "7.0000 g");
  EXPECT_EQ(weighings.at(0).at("sample"), "");
  EXPECT_TRUE(program.get("chen", "/api/v1/samples/" + number).body.at("weighings").empty());
}

TEST_F(SampleLife, GoesOnAfterARestartWithoutATicketAndWithoutACoordinator) {
  coordinator.reset();
  program.kill();
  program.start();
  draw();
  EXPECT_EQ(program.state_of(number), "sampled");
  EXPECT_TRUE(program.get("", "/api/v1/status").body.at("enrolled").get<bool>());
}

// ---- a store filled beforehand

class FilledNode : public NodeProgram {
 protected:
  static constexpr std::uint32_t samples = 400;

  // Everything up to reception is written by the same decisions, before the program has the store.
  void fill_store(const Program& program) {
    auto store = journal::open_lmdb(program.data() / "store");
    ASSERT_TRUE(store.has_value()) << to_text(store.error());
    World world{std::move(*store)};
    for (std::uint32_t task = 1; task <= samples; ++task) numbers.push_back(world.received(task));
  }

  std::vector<std::string> numbers;
};

TEST_F(FilledNode, SaysThatAFileCannotBeStoredUntilItIs) {
  namespace fs = std::filesystem;
  Program program{"no-room"};
  add_people(program);
  fill_store(program);
  const fs::path exports = program.data() / "exports";
  fs::create_directories(exports);
  program.start({"--drop-folder", exports.string() + "=GC-01:chen"});
  const auto trouble = [&] {
    return program.get("", "/api/v1/status").body.at("ports").at(0).at("trouble").get<std::string>();
  };
  EXPECT_EQ(trouble(), "");
  // Rights would not stop a test that runs as root; a file in the place of the folder does.
  const fs::path blobs = program.data() / "blobs";
  fs::rename(blobs, program.data() / "blobs-away");
  std::ofstream{blobs} << "no folder";
  std::string large;
  for (auto rows = numbers; large.size() <= tables::raw_record_max; large = masshunter(rows, "铅", "0.1")) {
    for (std::uint32_t more = 0; more < samples; ++more) rows.push_back(fmt::format("QC-{}", rows.size()));
  }
  std::ofstream{exports / "large.csv", std::ios::binary} << large;
  ASSERT_TRUE(wait_until([&] { return !trouble().empty(); })) << program.log();
  EXPECT_THAT(trouble(), HasSubstr("未能保存，请检查磁盘空间；稍后自动重试："));
  EXPECT_THAT(trouble(), HasSubstr("large.csv"));
  EXPECT_TRUE(program.get("chen", "/api/v1/captures").body.at("captures").empty());
  fs::remove(blobs);
  fs::rename(program.data() / "blobs-away", blobs);
  EXPECT_TRUE(wait_until([&] { return trouble().empty(); })) << trouble();
  EXPECT_EQ(program.get("chen", "/api/v1/captures").body.at("captures").size(), 1u);
}

// ---- killed in the middle of captures

TEST_F(FilledNode, HoldsEverythingItAcknowledged) {
  Program program{"killed"};
  add_people(program);
  fill_store(program);
  std::vector<std::string> uploaded;
  std::vector<std::string> sent;
  std::size_t next = 0;
  constexpr int kills = 4;
  for (int round = 0; round < kills; ++round) {
    program.start({"--astm", fmt::format("127.0.0.1:{}=ICP-01:chen", program.port(1))});
    std::atomic<std::size_t> upload{next};
    std::atomic<std::size_t> messages{0};
    const std::size_t end = next + samples / kills;
    std::jthread uploads([&] {
      for (; upload < end; ++upload) {
        const Answer answer = program.post_bytes("chen", "/api/v1/captures?instrument=GC&new=1&name=x.csv",
                                                 masshunter({numbers[upload]}, "铅", "0.1"), "text/csv");
        if (answer.status != 200) return;
        uploaded.push_back(numbers[upload]);
      }
    });
    std::jthread analyser([&] {
      for (std::size_t i = next; i < end; ++i) {
        const auto done = sim::send_astm({.port = program.port(1), .reply_timeout = Milliseconds{2'000}},
                                         {{.sample = numbers[i], .results = {{"毒死蜱", "0.05", "mg/kg"}}}});
        if (!done || *done != 1) return;
        sent.push_back(numbers[i]);
        ++messages;
      }
    });
    // In the middle of it, however fast this machine is, and at another place each time.
    EXPECT_TRUE(wait_until([&] { return upload >= next + 3 && messages >= 2; })) << program.log();
    std::this_thread::sleep_for(std::chrono::milliseconds{20 * round});
    program.kill();
    uploads.join();
    analyser.join();
    next = end;
  }
  ASSERT_GT(uploaded.size(), 10u);
  ASSERT_GT(sent.size(), 4u);
  program.start();
  for (const auto& [acknowledged, item] : {std::pair{&uploaded, 0}, std::pair{&sent, 1}}) {
    for (const std::string& number : *acknowledged) {
      const Answer page = program.get("chen", "/api/v1/samples/" + number);
      ASSERT_EQ(page.status, 200);
      EXPECT_TRUE(page.body.at("items").at(item).contains("value")) << number << " item " << item;
    }
  }
  EXPECT_EQ(program.stop(), 0);
  auto store = journal::open_lmdb(program.data() / "store");
  ASSERT_TRUE(store.has_value());
  const auto view = (*store)->read();
  const model::StreamHead head = session::stream_head(*view);
  Hash previous;
  for (std::uint64_t sequence = 1; sequence <= head.sequence; ++sequence) {
    const auto bytes = session::event_bytes(*view, head.incarnation, sequence);
    ASSERT_TRUE(bytes.has_value()) << sequence;
    ASSERT_EQ(wire::decode_event(*bytes)->previous, previous);
    previous = crypto::sha256(*bytes);
  }
  EXPECT_EQ(previous, head.hash);
}

}  // namespace
}  // namespace lab::node::app

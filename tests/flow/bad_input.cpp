#include "tests/flow/bad_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace lab::flow {

namespace fs = std::filesystem;
using coordinator::app::eventually;
using nlohmann::json;

const char* const known_analyte = "毒死蜱";
const char* const unknown_analyte = "杀虫脒酮";

void BadInput::SetUp() {
  coordinator.set_up();
  coordinator.set_up_province();
  node.add_person("zhao", "sampler");
  node.add_person("chen", "technician");
  fs::create_directories(drop_folder);
  const json ticket = coordinator.post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench-1"}});
  node.start({"--enrol", ticket.at("ticket").get<std::string>(), "--name", "bench-1", "--coordinator",
              ticket.at("endpoint").get<std::string>(), "--coordinator-key",
              ticket.at("coordinator_key").get<std::string>(), "--astm",
              fmt::format("127.0.0.1:{}=ICP-01:chen", node.port(1)), "--drop-folder",
              drop_folder.string() + "=GCMS-01:chen"});
  ASSERT_TRUE(eventually([this] { return coordinator.tasks_in("planned") == 4; }));
  coordinator.post("/api/v1/plans/1/allocation", json::object());
  ASSERT_TRUE(eventually([this] { return coordinator.tasks_in("allocated") == 4; }));
  coordinator.post("/api/v1/plans/1/dispatch", json::object());
  ASSERT_TRUE(eventually([this] {
    const json status = node.get("", "/api/v1/status").body;
    return status.at("samples").at("assigned") == 4 && status.at("reference") != "";
  })) << node.log();
  const json body = node.get("chen", "/api/v1/samples").body;
  for (const json& sample : body.at("samples")) {
    numbers.push_back(sample.at("number"));
  }
  // Its orders are acknowledged in its own time; pictures of the province are the same only after that.
  ASSERT_TRUE(eventually(
      [this] { return province().at("status").at("laboratories").at(0).at("nodes").at(0).at("backlog") == 0; }));
}

json BadInput::province() const {
  api::Api api = coordinator.api();
  json picture{{"status", coordinator.durable_status()}};
  for (const char* what : {"plans", "quarantine", "late", "tasks", "summary?by=city,category"}) {
    picture[what] = api.get(std::string{"/api/v1/"} + what).value();
  }
  picture["summary?by=city,category"].erase("as_of");
  return picture;
}

json BadInput::bench() const {
  const auto sequence = node.get("chen", "/api/v1/status").body.at("stream").at("sequence").get<std::size_t>();
  // That an instrument gave its first result is an event of its own.
  const json devices = node.get("chen", "/api/v1/instruments").body.at("instruments");
  const auto met = std::ranges::count_if(devices, [](const json& device) { return device.at("observations") > 0; });
  json picture{{"worklist", node.get("chen", "/api/v1/worklist").body},
               {"head", sequence - static_cast<std::size_t>(met)}};
  for (const std::string& number : numbers) picture[number] = node.get("chen", "/api/v1/samples/" + number).body;
  return picture;
}

json BadInput::quarantine() const { return node.get("chen", "/api/v1/quarantine").body.at("entries"); }

json BadInput::captures() const { return node.get("chen", "/api/v1/captures").body.at("captures"); }

std::string BadInput::trouble_of(const std::string& kind) const {
  const json body = node.get("", "/api/v1/status").body;
  for (const json& port : body.at("ports")) {
    if (port.at("kind") == kind) return port.at("trouble");
  }
  return {};
}

void BadInput::draw(const std::string& number) {
  const json form{{"number", number},  {"sampled_on", "2013-06-20"}, {"sample_name", "菠菜"},   {"quantity", "2.5 kg"},
                  {"reserve", "1 kg"}, {"storage", "冷藏"},          {"second_sampler", "wang"}};
  const auto answer = node.post("zhao", "/api/v1/sampling-forms", {{"forms", json::array({form})}});
  ASSERT_EQ(answer.status, 200) << answer.text;
  ASSERT_TRUE(answer.body.at("results").at(0).at("ok").get<bool>()) << answer.text;
}

void BadInput::receive(const std::string& number) {
  draw(number);
  const auto answer =
      node.post("chen", "/api/v1/receptions/typed", {{"number", number}, {"condition", "完好"}, {"reason", "未拍照"}});
  ASSERT_EQ(answer.status, 200) << answer.text;
}

std::string BadInput::value_of(const std::string& number, const std::string& analyte) const {
  const json body = node.get("chen", "/api/v1/samples/" + number).body;
  for (const json& item : body.at("items")) {
    if (item.at("analyte") == analyte) return item.value("value", "");
  }
  return {};
}

void BadInput::drop(const std::string& name, const std::string& bytes) const {
  const fs::path hidden = drop_folder / ("." + name);
  std::ofstream{hidden, std::ios::binary} << bytes;
  fs::rename(hidden, drop_folder / name);
}

}  // namespace lab::flow

#include "coordinator/board/metrics.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// The rules of the text format 0.0.4 and those names that Prometheus asks for; the first line that breaks one.
class Format {
 public:
  std::string fault_of(const std::string& text) {
    if (!text.ends_with('\n')) return "the last line has no end";
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
      const std::string fault = line.starts_with("# ") ? comment(line) : sample(line);
      if (!fault.empty()) return fault + ": " + line;
    }
    return {};
  }

 private:
  std::string comment(const std::string& line) {
    static const std::regex form{R"(# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+))"};
    std::smatch part;
    if (!std::regex_match(line, part, form)) return "no comment of the format";
    if (part[1] == "HELP") {
      if (!names_.insert(part[2]).second) return "a name has two places";
      helped_ = part[2];
      return {};
    }
    if (part[2] != helped_) return "a type without help before it";
    name_ = part[2];
    type_ = part[3];
    const bool is_total = name_.ends_with("_total");
    if ((type_ == "counter") != is_total) return "a counter, and nothing else, ends in _total";
    if (type_ != "counter" && type_ != "gauge" && type_ != "histogram") return "no such type";
    return {};
  }
  std::string sample(const std::string& line) {
    static const std::regex form{
        R"rx(([a-z_:][a-z0-9_:]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? (\+Inf|-?[0-9.]+(?:e[+-]?[0-9]+)?))rx"};
    std::smatch part;
    if (!std::regex_match(line, part, form)) return "no sample of the format";
    const std::string name = part[1];
    const bool is_part = type_ == "histogram" && name.starts_with(name_) &&
                         (name.ends_with("_bucket") || name.ends_with("_sum") || name.ends_with("_count"));
    if (name != name_ && !is_part) return "a sample apart from its type";
    if (!series_.insert(name + part[2].str()).second) return "a series twice";
    if (!name.ends_with("_bucket")) return {};
    const double value = std::stod(part[3]);
    if (value < last_bucket_) return "a bucket has less than the one before";
    last_bucket_ = value;
    return {};
  }

  std::set<std::string> names_;
  std::set<std::string> series_;
  std::string helped_;
  std::string name_;
  std::string type_;
  double last_bucket_ = 0;
};

class Metrics : public Board {
 protected:
  std::string text() {
    const auto response = call(viewer_token, "GET", "/metrics");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content_type, metrics_type);
    return response.body;
  }
  // Something of everything: verdicts, a notice that is overdue, a late event, a receiver that fails.
  void busy_province() {
    post("/api/v1/webhooks", R"({"url":"http://h/","kinds":["notice_made"]})", 201);
    Bench bench = dispatched();
    const auto grants = world.grants_of(bench);
    bench.conclude(grants.at(0), model::SampleOutcome::fail);
    bench.conclude(grants.at(1), model::SampleOutcome::pass);
    post(fmt::format("/api/v1/tasks/{}/revoke", to_text(grants.at(2).task)), R"({"reason":"x"})", 200);
    bench.conclude(grants.at(2), model::SampleOutcome::pass);
    world.deliver(bench, bench.all_events());
    world.now += 48h;
    world.work();
    commits.note(3ms);
    commits.note(40ms);
    commits.note(9s);
  }
};

TEST_F(Metrics, AreOfTheFormat) {
  EXPECT_EQ(Format{}.fault_of(text()), "") << "of an empty store";
  busy_province();
  EXPECT_EQ(Format{}.fault_of(text()), "") << text();
}

TEST_F(Metrics, SayWhatTheStoreHolds) {
  busy_province();
  const std::string all = text();
  for (const char* line :
       {"qlims_tasks{plan=\"1.1\",state=\"judged\"} 2\n",
        "qlims_verdicts{programme=\"NCP\",verdict=\"final\",outcome=\"fail\"} 1\n",
        "qlims_verdicts{programme=\"NCP\",verdict=\"first\",outcome=\"pass\"} 1\n",
        "qlims_node_events_total{laboratory=\"3\",node=\"1\"} 9\n", "qlims_exceptions{disposition=\"late\"} 3\n",
        "qlims_exceptions{disposition=\"quarantined\"} 0\n", "qlims_clocks_overdue{kind=\"notice\"} 1\n",
        "qlims_commit_duration_seconds_bucket{le=\"0.005\"} 1\n",
        "qlims_commit_duration_seconds_bucket{le=\"2.5\"} 2\n", "qlims_commit_duration_seconds_bucket{le=\"+Inf\"} 3\n",
        "qlims_commit_duration_seconds_count 3\n", "qlims_webhook_waiting_events{webhook=\"1\"} 1\n",
        "qlims_recovering 0\n", "qlims_early_warnings{level=\"red\"} 0\n"}) {
    EXPECT_THAT(all, HasSubstr(line));
  }
}

TEST_F(Metrics, AreForThoseWhoMayLook) { EXPECT_EQ(call("", "GET", "/metrics").status, 401); }

// Prometheus' own opinion, where it is installed. Its package is 96 MB and starts a server, which a machine that only
// builds should not get; AreOfTheFormat holds every run to the same rules, and TheYardstickFindsFaults that to faults.
TEST_F(Metrics, PassPromtool) {
  if (std::system("command -v promtool > /dev/null") != 0) GTEST_SKIP() << "promtool is not installed";
  busy_province();
  const fs::path file = folder / "metrics.txt";
  std::ofstream(file) << text();
  EXPECT_EQ(std::system(fmt::format("promtool check metrics < {}", file.string()).c_str()), 0);
}

TEST(MetricsFormat, TheYardstickFindsFaults) {
  const auto fault = [](const char* text) { return Format{}.fault_of(text); };
  EXPECT_EQ(fault("# HELP a x\n# TYPE a gauge\na{b=\"c\\\"d\"} 1\n"), "");
  EXPECT_NE(fault("# HELP a x\n# TYPE a gauge\na 1"), "");
  EXPECT_NE(fault("# HELP a x\n# TYPE a counter\na 1\n"), "");
  EXPECT_NE(fault("# HELP a x\n# TYPE a gauge\nb 1\n"), "");
  EXPECT_NE(fault("# HELP a x\n# TYPE a gauge\na 1\na 2\n"), "");
  EXPECT_NE(fault("# HELP a x\n# TYPE a gauge\na{b=\"c\"d\"} 1\n"), "");
  EXPECT_NE(fault("a 1\n"), "");
}

}  // namespace
}  // namespace lab::board

#include "tools/province/staff.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "instruments/label/photo/photo.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tools/province/checks.hpp"

namespace lab::province {
namespace {

using nlohmann::json;

constexpr int batch = 200;      // samples taken up at a time: a long morning's list
constexpr int photo_tries = 4;  // then the number is typed, as a receptionist would
constexpr auto measure_again_after =
    std::chrono::seconds{20};         // a node that was killed may have lost an unacknowledged file
constexpr int photo_severity = 1;     // an ordinary picture
constexpr int recovery_usual = 92;    // percent of what was added to a spike
constexpr int recovery_failing = 40;  // below every window that is in use

// Elements go through the analyser on the network; everything else is exported as a batch table.
const std::set<std::string>& measured_by_analyser() {
  static const std::set<std::string> analytes{"铅", "镉", "汞", "总汞", "砷", "总砷", "无机砷", "铬", "铜", "锌"};
  return analytes;
}

api::Api as(const Bench& bench, const Person& person) { return *api::Api::to(bench.origin(), person.token); }

}  // namespace

// One export of the chromatograph before it is written.
struct Staff::Table {
  sim::Batch batch;
  std::vector<std::string> methods;  // one per analyte
};

struct Staff::Waiting {
  std::string number;
  std::string programme;
  std::string panel;
  std::string category;
  std::string commodity;
  int round = 1;
  std::string sampled_on;
  std::string record;
  std::uint64_t to_inspect = 0;  // items of a lot; 0 for a sample
  std::uint64_t ac = 0;          // of a lot
};

Staff::Staff(const Bench& bench, const rules::ReferenceSet& reference, StaffOptions options, StaffCounts& counts,
             const std::atomic<bool>& evening)
    : bench_(bench),
      reference_(reference),
      requirements_(quality::Requirements::load(reference.quality).value()),  // the coordinator has taken this set
      options_(options),
      counts_(counts),
      evening_(evening) {}

Result<std::vector<Staff::Waiting>> Staff::waiting(api::Api& api, const char* state) const {
  auto page = api.get(fmt::format("/api/v1/samples?state={}&limit={}", state, batch));
  if (!page) return fail(std::move(page));
  std::vector<Waiting> samples;
  for (const json& sample : page->at("samples")) {
    samples.push_back({.number = sample.at("number"),
                       .programme = sample.at("programme"),
                       .panel = sample.at("panel"),
                       .category = sample.at("category"),
                       .commodity = sample.at("commodity"),
                       .round = sample.at("round"),
                       .sampled_on = sample.value("sampled_on", ""),
                       .record = sample.value("record", "")});
    const json& lot = sample.at("lot");
    if (lot.is_null()) continue;
    samples.back().to_inspect = lot.at("n_to_inspect");
    samples.back().ac = lot.at("ac");
  }
  return samples;
}

Result<bool> Staff::work() {
  bool did_something = false;
  for (const auto step :
       {&Staff::approve, &Staff::review, &Staff::measure, &Staff::receive, &Staff::fill_in_sampling_forms}) {
    auto done = (this->*step)();
    if (!done) return done;
    did_something = did_something || *done;
  }
  return did_something;
}

// What the form of this programme demands beside what every form has.
Result<json> Staff::demanded_fields(api::Api& api, const std::string& programme, const std::string& day) {
  auto& asked = asked_[programme];
  if (asked.is_null()) {
    auto answer = api.get("/api/v1/sampling-fields?programme=" + programme);
    if (!answer) return fail(std::move(answer));
    asked = answer->at("fields");
  }
  json fields = json::object();
  for (const json& field : asked) {
    if (!field.at("required").get<bool>()) continue;
    const std::string kind = field.at("kind");
    const json& choices = field.at("choices");
    fields[field.at("code").get<std::string>()] = !choices.empty()   ? choices[0].get<std::string>()
                                                  : kind == "date"   ? day
                                                  : kind == "number" ? "1"
                                                                     : "按现场记录";
  }
  return fields;
}

Result<bool> Staff::fill_in_sampling_forms() {
  api::Api api = as(bench_, bench_.sampler);
  auto samples = waiting(api, "assigned");
  if (!samples) return fail(std::move(samples));
  if (samples->empty()) return false;
  json forms = json::array();
  for (const Waiting& sample : *samples) {
    const std::string day = to_text(sampling_day(options_.seed, sample.number, options_.year, sample.round));
    auto fields = demanded_fields(api, sample.programme, day);
    if (!fields) return fail(std::move(fields));
    forms.push_back({{"number", sample.number},
                     {"fields", *std::move(fields)},
                     {"sampled_on", day},
                     {"sample_name", sample.commodity},
                     {"quantity", "2.5 kg"},
                     {"reserve", "1 kg"},
                     {"storage", "冷藏"},
                     {"second_sampler", "sampler-2"}});
  }
  auto answer = api.post("/api/v1/sampling-forms", {{"forms", forms}});
  if (!answer) return fail(std::move(answer));
  counts_.sampled += samples->size();
  return true;
}

Result<bool> Staff::receive() {
  api::Api api = as(bench_, bench_.receptionist);
  auto samples = waiting(api, "sampled");
  if (!samples) return fail(std::move(samples));
  for (const Waiting& sample : *samples) {
    if (evening_) break;
    if (auto received = receive_one(sample.number); !received) return fail(std::move(received));
  }
  return !samples->empty();
}

Result<void> Staff::receive_one(const std::string& number) {
  api::Api api = as(bench_, bench_.receptionist);
  const std::size_t chance = std::hash<std::string>{}(number);
  const bool photographed = static_cast<int>(chance % 100) < options_.photo_share_percent;
  for (int attempt = 0; photographed && attempt < photo_tries; ++attempt) {
    auto label = api.download(fmt::format("/api/v1/samples/{}/label.png", number));
    if (!label) return fail(std::move(label));
    auto photo = label::photograph(
        *label, {.seed = options_.seed + chance + static_cast<unsigned>(attempt), .severity = photo_severity});
    if (!photo) return fail(std::move(photo));
    auto answer = api.post_bytes("/api/v1/receptions?condition=%E5%AE%8C%E5%A5%BD", *photo, "image/jpeg");
    if (answer) {
      ++counts_.photographed;
      return {};
    }
    if (answer.error().where == "already_received") return {};  // the answer to an earlier try was lost
    if (answer.error().where != "label_unreadable") return fail(std::move(answer));
    ++counts_.retaken;
  }
  auto answer =
      api.post("/api/v1/receptions/typed",
               {{"number", number}, {"condition", "完好"}, {"reason", photographed ? "照片无法识读" : "未拍照"}});
  if (!answer && answer.error().where != "already_received") return fail(std::move(answer));
  ++counts_.typed;
  return {};
}

Truth Staff::truth_for(const Waiting& sample) const {
  const model::Panel* panel = reference_.panel(model::PanelCode{sample.panel});
  const rules::SampleNames names{sample.commodity, reference_.categories.path(model::CategoryCode{sample.category})};
  const CivilDate day = sampling_day(options_.seed, sample.number, options_.year, sample.round);
  return truth_of(options_.seed, sample.number, *panel,
                  rules::limits_for_panel(reference_.limits, panel->items, names, day));
}

void Staff::leave_out_just_measured(std::vector<Waiting>& samples) {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(samples, [&](const Waiting& sample) {
    const auto before = measured_at_.find(sample.number);
    return before != measured_at_.end() && now - before->second < measure_again_after;
  });
  for (const Waiting& sample : samples) measured_at_[sample.number] = now;
}

// The test portion of each sample that has none yet. A weighing whose answer was lost with a killed node is repeated;
// then both are in the sample's history, as on paper.
Result<void> Staff::weigh(const std::vector<Waiting>& samples) {
  api::Api api = as(bench_, bench_.technician);
  for (const Waiting& sample : samples) {
    const bool chosen =
        static_cast<int>(std::hash<std::string>{}(sample.number) / 100 % 100) < options_.weighed_share_percent;
    if (evening_) break;
    if (!chosen || weighed_.contains(sample.number)) continue;
    const std::string grams = test_portion(options_.seed, sample.number);
    bench_.balance->put_on(grams);
    auto answer = api.post("/api/v1/weighings", {{"number", sample.number}, {"instrument", balance_name}});
    if (!answer) return fail(std::move(answer));
    weighed_[sample.number] = grams + " g";
    ++counts_.weighed;
  }
  return {};
}

// As many items as the plan of each lot says, and those counted that do not conform.
Result<void> Staff::inspect(const std::vector<Waiting>& lots) {
  api::Api api = as(bench_, bench_.technician);
  for (const Waiting& lot : lots) {
    if (evening_) break;
    const LotTruth truth = lot_truth_of(options_.seed, lot.number, lot.ac);
    if (truth.refused && std::ranges::find(planted_, lot.number) == planted_.end()) planted_.push_back(lot.number);
    auto answer =
        api.post("/api/v1/lot-inspections",
                 {{"number", lot.number}, {"inspected", lot.to_inspect}, {"nonconforming", truth.nonconforming}});
    if (!answer) return fail(std::move(answer));
    ++counts_.lots_inspected;
  }
  return {};
}

void Staff::add_results(const Waiting& sample, std::vector<sim::AnalyserMessage>& messages,
                        std::map<std::string, Table>& tables) {
  const Truth truth = truth_for(sample);
  if (truth.nonconforming && std::ranges::find(planted_, sample.number) == planted_.end())
    planted_.push_back(sample.number);
  sim::AnalyserMessage message{.sample = sample.number, .results = {}};
  std::map<std::string, std::vector<PlannedResult>> by_unit;
  for (const PlannedResult& result : truth.results) {
    if (measured_by_analyser().contains(result.analyte)) {
      message.results.push_back({result.analyte, result.text, result.unit});
    } else {
      by_unit[result.unit].push_back(result);
    }
  }
  if (!message.results.empty()) messages.push_back(std::move(message));
  for (const auto& [unit, results] : by_unit) {
    Table& table = tables[sample.panel + unit];
    table.batch.unit = unit;
    table.batch.analytes.clear();
    table.methods.clear();
    sim::BatchRow row{.name = sample.number, .data_file = sample.number + ".d"};
    for (const PlannedResult& result : results) {
      table.batch.analytes.push_back(result.analyte);
      table.methods.push_back(result.method);
      row.values.push_back(result.text);
    }
    table.batch.rows.push_back(std::move(row));
  }
}

// The morning's control sample goes first.
Result<void> Staff::send(std::vector<sim::AnalyserMessage> messages) {
  if (messages.empty()) return {};
  if (auto control = control_message(reference_, requirements_, options_.seed, controls_sent_)) {
    messages.insert(messages.begin(), std::move(*control));
    ++controls_sent_;
  }
  auto sent = sim::send_astm({.port = bench_.ports.astm, .name = "ICP-01"}, messages);
  if (!sent) return fail(std::move(sent));
  return {};
}

Result<void> Staff::write(Table table) {
  const bool plant = options_.plant_failing_run && planted_runs_.empty();
  const bool spiked = add_checks(table.batch, table.methods, requirements_, plant ? recovery_failing : recovery_usual);
  const std::string hash = to_hex(crypto::sha256(sim::masshunter_csv(table.batch)).view());
  table.batch.file_name = fmt::format("batch-{}.csv", hash.substr(0, 16));
  if (plant && spiked) planted_runs_.push_back(hash);
  auto written = sim::write_masshunter(bench_.drop_folder.string(), table.batch);
  if (!written) return fail(std::move(written));
  return {};
}

Result<bool> Staff::measure() {
  api::Api api = as(bench_, bench_.technician);
  auto samples = waiting(api, "received");
  if (!samples) return fail(std::move(samples));
  // Some results may have been lost with a process that was killed: what stays incomplete is measured again.
  auto incomplete = waiting(api, "measuring");
  if (!incomplete) return fail(std::move(incomplete));
  samples->insert(samples->end(), incomplete->begin(), incomplete->end());
  const auto lots = std::stable_partition(samples->begin(), samples->end(),
                                          [](const Waiting& sample) { return sample.to_inspect == 0; });
  const bool any_lots = lots != samples->end();
  if (auto done = inspect({lots, samples->end()}); !done) return fail(std::move(done));
  samples->erase(lots, samples->end());
  if (auto done = weigh(*samples); !done) return fail(std::move(done));
  if (evening_) return false;
  leave_out_just_measured(*samples);
  if (samples->empty()) return any_lots;
  std::vector<sim::AnalyserMessage> messages;
  std::map<std::string, Table> tables;  // by panel and unit: one table has one list of analytes
  for (const Waiting& sample : *samples) add_results(sample, messages, tables);
  if (auto sent = send(std::move(messages)); !sent) return fail(std::move(sent));
  for (auto& [key, table] : tables) {
    if (auto written = write(std::move(table)); !written) return fail(std::move(written));
  }
  counts_.measured += samples->size();
  return true;
}

namespace {

json signed_list(const auto& samples) {
  json list = json::array();
  for (const auto& sample : samples) list.push_back({{"number", sample.number}, {"record", sample.record}});
  return list;
}

}  // namespace

Result<bool> Staff::review() {
  api::Api api = as(bench_, bench_.reviewer);
  auto samples = waiting(api, "judged");
  if (!samples) return fail(std::move(samples));
  if (samples->empty()) return false;
  auto answer = api.post("/api/v1/reviews", {{"samples", signed_list(*samples)}, {"agreed", true}, {"note", ""}});
  if (!answer) return fail(std::move(answer));
  const json& results = answer->at("results");
  const auto blocked =
      std::ranges::count_if(results, [](const json& result) { return result.value("code", "") == "run_failed"; });
  counts_.blocked += static_cast<std::uint64_t>(blocked);
  if (auto decided = decide_runs(api); !decided) return fail(std::move(decided));
  return true;
}

// The reviewer looks at every run that failed and says why its results may be used all the same.
Result<void> Staff::decide_runs(api::Api& api) {
  auto page = api.get("/api/v1/runs?open=1");
  if (!page) return fail(std::move(page));
  for (const json& run : page->at("runs")) {
    auto answer = api.post(fmt::format("/api/v1/runs/{}/decision", run.at("capture").get<std::string>()),
                           {{"record", run.at("record")}, {"release", true}, {"reason", release_reason}});
    if (!answer) return fail(std::move(answer));
  }
  return {};
}

Result<bool> Staff::approve() {
  api::Api api = as(bench_, bench_.approver);
  auto samples = waiting(api, "reviewed");
  if (!samples) return fail(std::move(samples));
  if (samples->empty()) return false;
  auto answer = api.post("/api/v1/approvals", {{"samples", signed_list(*samples)}});
  if (!answer) return fail(std::move(answer));
  counts_.approved += samples->size();
  return true;
}

}  // namespace lab::province

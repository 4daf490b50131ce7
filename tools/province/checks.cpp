#include "tools/province/checks.hpp"

#include <set>

#include "protocol/base/unit.hpp"

namespace lab::province {
namespace {

// As qc_materials.csv of the Sichuan set names them.
constexpr const char* duplicate_ending = "-DUP";
constexpr const char* spike_ending = "-SP";
constexpr const char* control_name = "QC-ICP";
constexpr std::size_t samples_per_check = 20;

// `percent` of a value, to as many digits as an instrument shows.
std::optional<Decimal> share_of(const Decimal& value, int percent) {
  const auto product = value.times(Decimal{percent, -2});
  return product ? round_to_digits(*product, 4) : std::nullopt;
}

// "ND" stays so; a second portion of the same sample gives a little more.
std::string measured_again(const std::string& text) {
  const auto value = Decimal::parse(text);
  const auto again = value ? share_of(*value, 103) : std::nullopt;
  return again ? again->to_text() : text;
}

// Empty when the method asks for no spike: then nothing was added.
std::string spiked(const std::string& native, const quality::Material* material, const std::string& unit,
                   int recovery_percent) {
  const auto from = material ? parse_unit(material->unit) : std::nullopt;
  const auto to = parse_unit(unit);
  const auto added = from && to ? convert(*material->amount, *from, *to) : std::nullopt;
  const auto found = added ? share_of(*added, recovery_percent) : std::nullopt;
  const auto sum = found ? found->plus(Decimal::parse(native).value_or(Decimal{})) : std::nullopt;
  return sum ? sum->to_text() : std::string{};
}

}  // namespace

bool add_checks(sim::Batch& batch, const std::vector<std::string>& methods, const quality::Requirements& requirements,
                int recovery_percent) {
  const std::vector<sim::BatchRow> samples = batch.rows;
  sim::BatchRow blank{.name = "BLK", .data_file = "BLK.d", .type = "Blank"};
  bool asked = false;
  for (const std::string& method : methods) {
    const bool has_criteria = requirements.of(method) != nullptr;
    asked = asked || has_criteria;
    blank.values.emplace_back(has_criteria ? "ND" : "");
  }
  if (!asked) return false;
  batch.rows.insert(batch.rows.begin(), std::move(blank));
  bool has_spike = false;
  for (std::size_t i = 0; i < samples.size(); i += samples_per_check) {
    const std::string duplicate_name = samples[i].name + duplicate_ending;
    const std::string spike_name = samples[i].name + spike_ending;
    sim::BatchRow duplicate{.name = duplicate_name, .data_file = duplicate_name + ".d", .type = "MatrixDup"};
    sim::BatchRow spike{.name = spike_name, .data_file = spike_name + ".d", .type = "MatrixSpike"};
    for (std::size_t column = 0; column < methods.size(); ++column) {
      const std::string& native = samples[i].values[column];
      const std::string& analyte = batch.analytes[column];
      const bool has_duplicate = requirements.material(methods[column], duplicate_name, analyte) != nullptr;
      duplicate.values.push_back(has_duplicate ? measured_again(native) : "");
      spike.values.push_back(
          spiked(native, requirements.material(methods[column], spike_name, analyte), batch.unit, recovery_percent));
      has_spike = has_spike || !spike.values.back().empty();
    }
    batch.rows.push_back(std::move(duplicate));
    batch.rows.push_back(std::move(spike));
  }
  return has_spike;
}

std::optional<sim::AnalyserMessage> control_message(const rules::ReferenceSet& reference,
                                                    const quality::Requirements& requirements, std::uint64_t seed,
                                                    std::uint64_t number) {
  sim::AnalyserMessage message{.sample = control_name, .results = {}};
  std::set<std::string> told;
  for (const model::Panel& panel : reference.panels) {
    for (const model::PanelItem& item : panel.items) {
      const quality::Material* material = requirements.material(item.method, control_name, item.analyte);
      if (!material || !told.insert(item.analyte).second) continue;
      const auto tenths = static_cast<int>(1 + (seed + number * 7 + told.size()) % 6) * (number % 2 == 0 ? 1 : -1);
      const auto deviation = material->sd->times(Decimal{tenths, -1});
      const auto value = deviation ? material->amount->plus(*deviation) : std::nullopt;
      if (value) message.results.push_back({item.analyte, value->to_text(), material->unit});
    }
  }
  if (message.results.empty()) return std::nullopt;
  return message;
}

}  // namespace lab::province

#include "instruments/sheet/result_set.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "protocol/workbook/archive.hpp"
#include "protocol/workbook/number_text.hpp"
#include "protocol/workbook/workbook.hpp"
#include "protocol/workbook/xml.hpp"

namespace lab::sheet {
namespace {

using workbook::Archive;
using workbook::Attributes;
using workbook::cell_text;
using workbook::cells_max;
using workbook::CellText;
using workbook::NumberStyle;
using workbook::read_xml;
using workbook::unpacked_octets_max;
using workbook::XmlReader;

// Tells its heirs where they are.
class PathReader : public XmlReader {
 public:
  bool begin(std::string_view name, const Attributes& attributes) override {
    path_.emplace_back(name);
    text_.clear();
    opened(attributes);
    return true;
  }
  bool end(std::string_view) override {
    closed(text_);
    text_.clear();
    path_.pop_back();
    return true;
  }
  void text(std::string_view piece) override { text_ += piece; }

 protected:
  virtual void opened(const Attributes& attributes) = 0;
  virtual void closed(const std::string& text) = 0;

  // Whether the innermost elements are these.
  [[nodiscard]] bool is_in(std::initializer_list<std::string_view> names) const {
    return names.size() <= path_.size() &&
           std::equal(names.begin(), names.end(), path_.end() - static_cast<std::ptrdiff_t>(names.size()));
  }
  [[nodiscard]] const std::string& here() const { return path_.back(); }

  static std::string attribute(const Attributes& attributes, std::string_view name) {
    return std::string{attributes.find(name).value_or("")};
  }

 private:
  std::vector<std::string> path_;
  std::string text_;
};

struct Sample {
  std::string name;
  std::string vial;
  std::string setup;                    // id
  std::vector<std::string> injections;  // ids
};

struct Setup {
  std::string type;
  std::string amount;
};

class ListReader : public PathReader {
 public:
  std::vector<Sample> samples;
  std::map<std::string, Setup> setups;
  std::map<std::string, std::string> results;  // of each injection: the file with its peaks; none when not processed
  std::map<std::string, std::string> signals;

 private:
  void opened(const Attributes& attributes) override {
    const std::string id = attribute(attributes, "id");
    if (is_in({"Samples", "Setup"})) setup_ = id;
    if (is_in({"Samples", "MeasData"})) samples.emplace_back();
    if (is_in({"Samples", "MeasData", "SampleSetup_ID"})) samples.back().setup = id;
    if (is_in({"Samples", "MeasData", "InjectionMeasData_ID"})) samples.back().injections.push_back(id);
    if (is_in({"Injections", "MeasData"})) injection_ = results.try_emplace(id).first;
    if (is_in({"Injections", "MeasData", "Signal"})) signal_ = id;
    if (is_in({"Samples", "Setup", "DAParam", "SampleAmount"})) setups[setup_].amount = attribute(attributes, "val");
  }

  void closed(const std::string& text) override {
    if (is_in({"Samples", "Setup", "DAParam", "Type"})) setups[setup_].type = text;
    if (is_in({"Samples", "MeasData", "IdentParam", "Name"})) samples.back().name = text;
    if (is_in({"Samples", "MeasData", "AcqParam", "VialNumber"})) samples.back().vial = text;
    if (is_in({"Injections", "MeasData", "ExternalResultPath"})) injection_->second = text;
    if (is_in({"Injections", "MeasData", "Signal", "Name"})) signals[signal_] = text;
  }

  std::string setup_;
  std::string signal_;
  std::map<std::string, std::string>::iterator injection_;
};

struct Quantity {
  std::string value;
  std::string unit;
};

struct Peak {
  std::string id;
  std::size_t signal = 0;  // index
  std::map<std::string, Quantity> quantities;
};

struct Compound {
  std::string name;
  Quantity amount;
  std::vector<std::string> peaks;  // ids
};

class InjectionReader : public PathReader {
 public:
  std::vector<std::string> signals;  // ids
  std::vector<Peak> peaks;
  std::vector<Compound> compounds;

 private:
  void opened(const Attributes& attributes) override {
    const std::string id = attribute(attributes, "id");
    if (is_in({"Result", "SignalResult"})) signals.emplace_back();
    if (is_in({"Result", "SignalResult", "Signal_ID"})) signals.back() = id;
    if (is_in({"Result", "InjectionCompound"})) compounds.emplace_back();
    if (is_in({"Result", "SignalResult", "Peak"})) peaks.push_back({id, signals.size() - 1, {}});
    if (is_in({"SignalResult", "Peak", here()}) && !peaks.empty()) {
      peaks.back().quantities[here()] = {attribute(attributes, "val"), attribute(attributes, "unit")};
    }
    if (compounds.empty()) return;
    if (here() == "Peak_ID") compounds.back().peaks.push_back(id);
    if (is_in({"Result", "InjectionCompound", "Amount"})) {
      compounds.back().amount = {attribute(attributes, "val"), attribute(attributes, "unit")};
    }
  }

  void closed(const std::string& text) override {
    if (is_in({"Result", "InjectionCompound", "CompoundName"}) && !compounds.empty()) compounds.back().name = text;
  }
};

// A column: its title, and the element that its cell comes from.
struct Measured {
  const char* title;
  const char* element;
};
constexpr std::array measured{Measured{"Retention Time", "RetentionTime"},
                              Measured{"Start", "BeginTime"},
                              Measured{"End", "EndTime"},
                              Measured{"Width", "WidthBase"},
                              Measured{"Symmetry", "Symmetry"},
                              Measured{"Area", "Area"},
                              Measured{"Area %", "AreaPercent"},
                              Measured{"Height", "Height"},
                              Measured{"Height %", "HeightPercent"}};
constexpr std::array described{"Sample", "Type",     "Vial",   "Sample Amount",
                               "Signal", "Compound", "Amount", "Amount Unit"};

CellText number(const std::string& value) {
  return value.empty() ? CellText{} : cell_text(value, NumberStyle::plain, false);
}

tl::unexpected<Error> incomplete(std::string where) {
  return fail(ErrorCode::malformed, "结果集不完整：缺少它自己列出的进样或结果，请重新打包或复制", std::move(where));
}

class Peaks {
 public:
  Peaks() {
    Row titles{.cells = {described.begin(), described.end()}, .kinds = {}, .number = 1};
    for (const Measured& column : measured) {
      titles.cells.emplace_back(column.title);
      titles.cells.push_back(std::string{column.title} + " Unit");
    }
    sheet.rows.push_back(std::move(titles));
  }

  Sheet sheet{.name = "Peaks"};

  // False when it has become more than any export.
  [[nodiscard]] bool add_injection(const Sample& sample, const Setup& setup, const InjectionReader& injection,
                                   const std::map<std::string, std::string>& signals) {
    const About about{CellText{sample.name}, CellText{setup.type}, CellText{sample.vial}, number(setup.amount)};
    std::map<std::string_view, const Compound*> by_peak;
    std::set<const Compound*> told;  // a compound with peaks in several signals has one amount
    for (const Compound& compound : injection.compounds) {
      for (const std::string& id : compound.peaks) by_peak.emplace(id, &compound);
    }
    for (const Peak& peak : injection.peaks) {
      const auto signal = signals.find(injection.signals[peak.signal]);
      const auto found = by_peak.find(peak.id);
      const Compound* compound = found == by_peak.end() ? nullptr : found->second;
      add_row(about, signal == signals.end() ? std::string{} : signal->second, {compound, told.insert(compound).second},
              &peak);
      if (too_large_) return false;
    }
    for (const Compound& compound : injection.compounds) {
      if (compound.peaks.empty() && !compound.name.empty()) add_row(about, {}, {&compound, true}, nullptr);
      if (too_large_) return false;
    }
    return true;
  }

 private:
  using About = std::array<CellText, 4>;

  struct Identity {
    const Compound* compound;
    bool with_amount;
  };

  static CellText amount_of(const Identity& identity) {
    if (!identity.with_amount) return {};
    const std::string& value = identity.compound->amount.value;
    return value.empty() ? CellText{"-"} : number(value);
  }

  void add_row(const About& about, const std::string& signal, const Identity& identity, const Peak* peak) {
    Row row{.cells = {}, .kinds = {}, .number = sheet.rows.size() + 1};
    const auto add = [&row](const CellText& cell) {
      row.cells.push_back(cell.text);
      row.kinds.push_back(cell.kind);
    };
    for (const CellText& cell : about) add(cell);
    add({signal});
    const bool named = identity.compound != nullptr && !identity.compound->name.empty();
    add(named ? CellText{identity.compound->name} : CellText{});
    add(named ? amount_of(identity) : CellText{});
    add(named ? CellText{identity.compound->amount.unit} : CellText{});
    for (const Measured& column : measured) {
      const Quantity quantity = peak == nullptr ? Quantity{} : quantity_of(*peak, column.element);
      add(number(quantity.value));
      add(CellText{quantity.unit});
    }
    for (const std::string& cell : row.cells) text_octets_ += cell.size();
    cells_ += row.cells.size();
    too_large_ = cells_ > cells_max || text_octets_ > unpacked_octets_max;
    sheet.rows.push_back(std::move(row));
  }

  static Quantity quantity_of(const Peak& peak, const char* element) {
    const auto found = peak.quantities.find(element);
    return found == peak.quantities.end() ? Quantity{} : found->second;
  }

  std::size_t cells_ = 0;
  std::size_t text_octets_ = 0;
  bool too_large_ = false;
};

// What a packing program for another system adds beside the folder ("__MACOSX/._name") is no list.
std::optional<std::string> list_in(const Archive& archive) {
  for (const std::string& name : archive.names()) {
    if (name.ends_with(".acaml") && !name.starts_with("__MACOSX/")) return name;
  }
  return std::nullopt;
}

Result<InjectionReader> read_injection(Archive& archive, const std::string& file, std::size_t& octets_left) {
  const auto packed = archive.read(file);
  if (!packed) return tl::unexpected<Error>(packed.error());
  auto inner = Archive::open(*packed, octets_left);
  if (!inner) return fail(std::move(inner));
  const auto xml = inner->read("Base/InjectionACAML");
  if (!xml) return tl::unexpected<Error>(xml.error());
  octets_left = inner->octets_left();
  InjectionReader reader;
  if (auto done = read_xml(*xml, reader); !done) return fail(std::move(done));
  return reader;
}

}  // namespace

bool holds_result_set(BytesView zip) {
  const auto archive = Archive::open(zip);
  return archive && list_in(*archive).has_value();
}

Result<std::vector<Sheet>> read_result_set(BytesView zip) {
  auto archive = Archive::open(zip);
  if (!archive) return fail(std::move(archive));
  const auto list_name = list_in(*archive);
  if (!list_name) return incomplete("*.acaml");
  const auto xml = archive->read(*list_name);
  if (!xml) return tl::unexpected<Error>(xml.error());
  ListReader list;
  if (auto done = read_xml(*xml, list); !done) return fail(std::move(done));
  const std::string folder = list_name->substr(0, list_name->rfind('/') + 1);
  Peaks peaks;
  std::size_t octets_left = unpacked_octets_max;
  for (const Sample& sample : list.samples) {
    for (const std::string& id : sample.injections) {
      const auto result = list.results.find(id);
      if (result == list.results.end()) return incomplete(sample.name);
      if (result->second.empty()) continue;
      const auto injection = read_injection(*archive, folder + result->second, octets_left);
      if (!injection) return tl::unexpected<Error>(injection.error());
      if (!peaks.add_injection(sample, list.setups[sample.setup], *injection, list.signals)) {
        return fail(ErrorCode::too_large, "结果集的峰太多，不是正常的导出文件", sample.name);
      }
    }
  }
  return std::vector<Sheet>{std::move(peaks.sheet)};
}

}  // namespace lab::sheet

#include "protocol/quality/requirements.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/quality/row.hpp"
#include "protocol/rules/analyte_names.hpp"

namespace lab::quality {
namespace {

constexpr std::array<std::string_view, check_kinds> frequency_columns{"blank_per", "duplicate_per", "spike_per",
                                                                      "control_per", "calibration_per"};

std::string large(std::string_view text) {
  std::string letters{text};
  for (char& c : letters) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return letters;
}

// A number of samples up to a thousand: more than any batch has.
std::optional<std::uint32_t> small_number(std::string_view text) {
  constexpr std::uint32_t most = 1'000;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0 || number > most) return std::nullopt;
  return number;
}

std::vector<Frequency> read_frequencies(Row& row) {
  std::vector<Frequency> due;
  for (std::size_t i = 0; i < check_kinds; ++i) {
    const std::string text = row.text(frequency_columns[i]);
    if (text.empty()) continue;
    const auto number = small_number(text);
    if (!number && text != "run") {
      row.reject(fmt::format("{} is \"{}\"; write a number of samples, run, or nothing", frequency_columns[i], text));
    }
    due.push_back({.kind = static_cast<CheckKind>(i), .per_samples = number.value_or(0)});
  }
  return due;
}

bool has_scheme(const Windows& windows, const std::string& scheme) {
  return std::ranges::find(windows.rows(), scheme, &Window::scheme) != windows.rows().end();
}

Criteria read_criteria(Row& row, const Windows& recovery, const Windows& duplicates) {
  Criteria criteria{.recovery = recovery,
                    .recovery_scheme = row.text("recovery_scheme"),
                    .duplicates = duplicates,
                    .duplicate_scheme = row.text("duplicate_scheme"),
                    .due = read_frequencies(row)};
  if (!criteria.recovery_scheme.empty() && !has_scheme(recovery, criteria.recovery_scheme)) {
    row.reject(fmt::format("qc_recovery.csv has no scheme \"{}\"", criteria.recovery_scheme));
  }
  if (!criteria.duplicate_scheme.empty() && !has_scheme(duplicates, criteria.duplicate_scheme)) {
    row.reject(fmt::format("qc_duplicates.csv has no scheme \"{}\"", criteria.duplicate_scheme));
  }
  if (const auto least = row.optional_number("r2_min")) criteria.r2_least = *least;
  if (const std::string points = row.text("points_min"); !points.empty()) {
    const auto number = small_number(points);
    if (!number) row.reject("points_min is not a number from 1 to 1000");
    criteria.points_least = number.value_or(criteria.points_least);
  }
  return criteria;
}

std::optional<CheckKind> kind_named(std::string_view name) {
  for (std::size_t i = 0; i < check_kinds; ++i) {
    const auto kind = static_cast<CheckKind>(i);
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

Material read_material(Row& row) {
  Material material{.method = row.text("method"),
                    .name = large(row.text("name")),
                    .analyte = rules::fold_analyte(row.text("analyte")),
                    .amount = row.optional_number("amount"),
                    .sd = row.optional_number("sd"),
                    .unit = row.text("unit")};
  const auto kind = kind_named(row.text("kind"));
  // A blank needs no material: its batch says that it is one, and the method's limit of quantification bounds it.
  if (!kind || kind == CheckKind::blank) row.reject("kind is not duplicate, spike, control or calibration");
  material.kind = kind.value_or(CheckKind::control);
  if (material.name.empty()) row.reject("name is missing");
  if (material.kind != CheckKind::duplicate && !material.amount) row.reject("amount is missing");
  if (material.kind == CheckKind::spike && material.amount && material.amount->is_zero()) row.reject("amount is 0");
  if (material.kind == CheckKind::control && (!material.sd || material.sd->is_zero())) {
    row.reject("sd is missing or 0; a control is held against its frozen mean and sd");
  }
  return material;
}

bool by_ending(CheckKind kind) { return kind == CheckKind::spike || kind == CheckKind::duplicate; }

// A name that is nothing but the ending would be a check of no sample.
bool is_named(const Material& material, std::string_view name) {
  return by_ending(material.kind) ? name.size() > material.name.size() && name.ends_with(material.name)
                                  : name == material.name;
}

bool lacks_scheme(CheckKind kind, const Criteria& criteria) {
  return (kind == CheckKind::spike && criteria.recovery_scheme.empty()) ||
         (kind == CheckKind::duplicate && criteria.duplicate_scheme.empty());
}

std::string_view text_of(std::span<const rules::ReferenceFile> files, std::string_view name) {
  const auto found = std::ranges::find(files, name, &rules::ReferenceFile::name);
  return found == files.end() ? std::string_view{} : std::string_view{found->text};
}

tl::unexpected<Error> fail_in(std::string_view file, Error error) {
  error.where = error.where.empty() ? std::string{file} : fmt::format("{}, {}", file, error.where);
  return tl::unexpected<Error>(std::move(error));
}

Result<Windows> windows_in(std::span<const rules::ReferenceFile> files, std::string_view name,
                           Result<Windows> (*load)(std::string_view)) {
  const std::string_view text = text_of(files, name);
  if (text.empty()) return Windows{};
  auto windows = load(text);
  if (!windows) return fail_in(name, std::move(windows).error());
  return windows;
}

using Methods = std::map<std::string, Criteria, std::less<>>;

Result<Methods> read_methods(std::span<const rules::ReferenceFile> files) {
  constexpr std::string_view file = "qc_methods.csv";
  Methods methods;
  const std::string_view text = text_of(files, file);
  if (text.empty()) return methods;
  auto recovery = windows_in(files, "qc_recovery.csv", &Windows::load_recovery);
  if (!recovery) return fail(std::move(recovery));
  auto duplicates = windows_in(files, "qc_duplicates.csv", &Windows::load_duplicates);
  if (!duplicates) return fail(std::move(duplicates));
  const auto table =
      rules::Table::load(text, {"method", "recovery_scheme", "duplicate_scheme", "r2_min", "points_min", "blank_per",
                                "duplicate_per", "spike_per", "control_per", "calibration_per"});
  if (!table) return fail_in(file, table.error());
  for (std::size_t i = 0; i < table->size(); ++i) {
    Row row{*table, i};
    const std::string method = row.text("method");
    if (method.empty()) row.reject("method is missing");
    const bool fresh = methods.emplace(method, read_criteria(row, *recovery, *duplicates)).second;
    if (!fresh) row.reject(fmt::format("method {} comes twice", method));
    if (row.error()) return fail_in(file, *row.error());
  }
  return methods;
}

Result<std::vector<Material>> read_materials(std::span<const rules::ReferenceFile> files, const Methods& methods) {
  constexpr std::string_view file = "qc_materials.csv";
  std::vector<Material> materials;
  const std::string_view text = text_of(files, file);
  if (text.empty()) return materials;
  const auto table = rules::Table::load(text, {"kind", "method", "name", "analyte", "amount", "sd", "unit"});
  if (!table) return fail_in(file, table.error());
  for (std::size_t i = 0; i < table->size(); ++i) {
    Row row{*table, i};
    Material material = read_material(row);
    if (const auto method = methods.find(material.method); method == methods.end()) {
      row.reject(fmt::format("qc_methods.csv has no method \"{}\"", material.method));
    } else if (lacks_scheme(material.kind, method->second)) {
      row.reject(fmt::format("method {} has no scheme to hold a {} against", material.method, name_of(material.kind)));
    }
    if (row.error()) return fail_in(file, *row.error());
    materials.push_back(std::move(material));
  }
  return materials;
}

// A check that is due and can never be recognised would fail every run of the method.
Result<void> check_due(const Methods& methods, const std::vector<Material>& materials) {
  for (const auto& [method, criteria] : methods) {
    for (const Frequency& due : criteria.due) {
      const bool recognised = due.kind == CheckKind::blank ||
                              std::ranges::any_of(materials, [&due, &method = method](const Material& material) {
                                return material.kind == due.kind && material.method == method;
                              });
      if (!recognised) {
        return fail_in("qc_methods.csv",
                       Error{ErrorCode::malformed,
                             fmt::format("a {} is due, but qc_materials.csv does not say how it is named; add a row",
                                         name_of(due.kind)),
                             fmt::format("method {}", method)});
      }
    }
  }
  return {};
}

}  // namespace

Result<Requirements> Requirements::load(std::span<const rules::ReferenceFile> files) {
  auto methods = read_methods(files);
  if (!methods) return fail(std::move(methods));
  auto materials = read_materials(files, *methods);
  if (!materials) return fail(std::move(materials));
  if (auto good = check_due(*methods, *materials); !good) return fail(std::move(good));
  Requirements requirements;
  requirements.methods_ = std::move(*methods);
  requirements.materials_ = std::move(*materials);
  return requirements;
}

const Criteria* Requirements::of(std::string_view method) const {
  const auto found = methods_.find(method);
  return found == methods_.end() ? nullptr : &found->second;
}

const Material* Requirements::material(std::string_view method, std::string_view name, std::string_view analyte) const {
  const std::string row = large(name);
  const std::string folded = rules::fold_analyte(analyte);
  const Material* best = nullptr;
  const auto rank = [](const Material& one) { return std::pair{one.name.size(), !one.analyte.empty()}; };
  for (const Material& one : materials_) {
    const bool fits = one.method == method && is_named(one, row) && (one.analyte.empty() || one.analyte == folded);
    if (fits && (!best || rank(one) > rank(*best))) best = &one;
  }
  return best;
}

}  // namespace lab::quality

#include "protocol/forms/sampling_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "protocol/base/decimal.hpp"
#include "protocol/base/text.hpp"
#include "protocol/base/time.hpp"
#include "protocol/forms/defaults.hpp"
#include "protocol/rules/table.hpp"

namespace lab::forms {
namespace {

constexpr std::array kinds{"text", "date", "number", "choice"};

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('|'), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool names(const std::vector<std::string>& programmes, const model::ProgrammeCode& programme) {
  return std::ranges::any_of(programmes,
                             [&](const std::string& one) { return one == "*" || one == programme.value(); });
}

Result<SamplingField> field_at(const rules::Table& table, std::size_t row) {
  const auto kind = std::ranges::find(kinds, table.cell(row, "kind"));
  const std::string_view keeper = table.cell(row, "keeper");
  SamplingField field{.code = std::string{table.cell(row, "code")},
                      .section = std::string{table.cell(row, "section")},
                      .chinese = std::string{table.cell(row, "name_zh")},
                      .english = std::string{table.cell(row, "name_en")},
                      .kind = static_cast<FieldKind>(kind - kinds.begin()),
                      .choices = parts_of(table.cell(row, "choices")),
                      .programmes = parts_of(table.cell(row, "programmes")),
                      .required = parts_of(table.cell(row, "required")),
                      .keeper = keeper == "province" ? Keeper::province : Keeper::node};
  const bool has_names = !field.code.empty() && !field.section.empty() && !field.chinese.empty() &&
                         !field.english.empty() && !field.programmes.empty();
  if (!has_names || kind == kinds.end() || (keeper != "node" && keeper != "province")) {
    return fail(ErrorCode::malformed,
                "a field needs a code, a section, both names, its programmes, a known kind and a keeper",
                table.place(row));
  }
  if ((field.kind == FieldKind::choice) == field.choices.empty()) {
    return fail(ErrorCode::malformed, "a choice, and nothing else, lists what can be chosen", table.place(row));
  }
  return field;
}

// Why the value does not fit its field; empty when it does.
std::string misfit(const SamplingField& field, const std::string& value) {
  if (!is_tidy(value)) return fmt::format("过长（最多{}字节）或含有不可打印的字符", value_octets_max);
  switch (field.kind) {
    case FieldKind::text:
      return {};
    case FieldKind::date:
      return parse_date(value) ? std::string{} : "应为日期，写作 2013-06-03";
    case FieldKind::number:
      return Decimal::parse(value) ? std::string{} : "应为数字";
    case FieldKind::choice: {
      if (std::ranges::find(field.choices, value) != field.choices.end()) return {};
      std::string all;
      for (const std::string& one : field.choices) all += (all.empty() ? "" : "、") + one;
      return "应为其中之一：" + all;
    }
  }
  return {};
}

const std::string* value_of(std::span<const model::FormField> fields, const std::string& code) {
  const auto found = std::ranges::find(fields, code, &model::FormField::code);
  return found == fields.end() || found->value.empty() ? nullptr : &found->value;
}

}  // namespace

const char* name_of(FieldKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

bool SamplingField::is_asked_by(const model::ProgrammeCode& programme) const { return names(programmes, programme); }
bool SamplingField::is_required_by(const model::ProgrammeCode& programme) const { return names(required, programme); }

Result<SamplingFields> SamplingFields::load(std::string_view csv) {
  const auto table = rules::Table::load(
      csv.empty() ? default_sampling_fields : csv,
      {"code", "section", "name_zh", "name_en", "kind", "choices", "programmes", "required", "keeper"});
  if (!table) return tl::unexpected(table.error());
  if (table->size() > fields_max) {
    return fail(ErrorCode::too_large, fmt::format("more than {} fields", fields_max));
  }
  SamplingFields all;
  for (std::size_t row = 0; row < table->size(); ++row) {
    auto field = field_at(*table, row);
    if (!field) return fail(std::move(field));
    if (all.find(field->code) != nullptr) {
      return fail(ErrorCode::malformed, "this code is in the table twice; delete one", table->place(row));
    }
    all.fields_.push_back(std::move(*field));
  }
  return all;
}

std::vector<const SamplingField*> SamplingFields::of(const model::ProgrammeCode& programme, Keeper keeper) const {
  std::vector<const SamplingField*> asked;
  for (const SamplingField& field : fields_) {
    if (field.keeper == keeper && field.is_asked_by(programme)) asked.push_back(&field);
  }
  return asked;
}

const SamplingField* SamplingFields::find(std::string_view code) const {
  const auto found = std::ranges::find(fields_, code, &SamplingField::code);
  return found == fields_.end() ? nullptr : &*found;
}

std::optional<FieldProblem> SamplingFields::check(const model::ProgrammeCode& programme, Keeper keeper,
                                                  std::span<const model::FormField> fields) const {
  for (const model::FormField& one : fields) {
    const SamplingField* field = find(one.code);
    if (field == nullptr || (!field->is_asked_by(programme) && !one.value.empty())) {
      return FieldProblem{"unknown_field", one.code,
                          fmt::format("项目 {} 的抽样单没有“{}”这一项", programme.value(),
                                      field == nullptr ? tidy(one.code, 40) : field->chinese)};
    }
    if (one.value.empty()) continue;
    if (field->keeper != keeper && keeper == Keeper::node) {
      return FieldProblem{
          "enterprise_field", one.code,
          fmt::format("“{}”会透露受检单位，本站按盲样检验，只能在纸质抽样单上填写并由省平台登记", field->chinese)};
    }
    if (field->keeper != keeper) {
      return FieldProblem{"unknown_field", one.code, fmt::format("“{}”由抽样人员在本站填写", field->chinese)};
    }
    if (std::string why = misfit(*field, one.value); !why.empty()) {
      return FieldProblem{"bad_field", one.code, fmt::format("“{}”{}", field->chinese, why)};
    }
    if (std::ranges::count(fields, one.code, &model::FormField::code) > 1) {
      return FieldProblem{"bad_field", one.code, fmt::format("“{}”填写了两次", field->chinese)};
    }
  }
  for (const SamplingField* field : of(programme, keeper)) {
    if (!field->is_required_by(programme) || value_of(fields, field->code) != nullptr) continue;
    return FieldProblem{"missing_field", field->code, fmt::format("请填写“{}”", field->chinese)};
  }
  return std::nullopt;
}

std::vector<model::FormField> SamplingFields::in_order(std::span<const model::FormField> fields) const {
  std::vector<model::FormField> ordered;
  for (const SamplingField& field : fields_) {
    if (const std::string* value = value_of(fields, field.code)) ordered.push_back({field.code, *value});
  }
  return ordered;
}

}  // namespace lab::forms

#include "coordinator/documents/upload_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "protocol/rules/explain.hpp"

namespace lab::documents {
namespace {

using Source = UploadSource;

std::string numbered(std::uint64_t number) { return fmt::format("{}", number); }

constexpr std::array fields{
    UploadField{"task", [](const Source& s) { return to_text(s.sample.task.id); }},
    UploadField{"number", [](const Source& s) { return std::string{s.sample.task.number.text()}; }},
    UploadField{"programme", [](const Source& s) { return s.sample.task.programme.value(); }},
    UploadField{"programme_name", [](const Source& s) { return s.names.programme(s.sample.task.programme); }},
    UploadField{"city", [](const Source& s) { return numbered(s.sample.task.city.value()); }},
    UploadField{"city_name", [](const Source& s) { return s.names.city(s.sample.task.city); }},
    UploadField{"county", [](const Source& s) { return numbered(s.sample.task.county.value()); }},
    UploadField{"county_name",
                [](const Source& s) { return s.names.county(s.sample.task.city, s.sample.task.county); }},
    UploadField{"category", [](const Source& s) { return s.sample.task.category.value(); }},
    UploadField{"category_name", [](const Source& s) { return s.names.category(s.sample.task.category); }},
    UploadField{"commodity", [](const Source& s) { return s.sample.task.commodity; }},
    UploadField{"stage", [](const Source& s) { return std::string{model::name_of(s.sample.task.stage)}; }},
    UploadField{"stage_name", [](const Source& s) { return std::string{model::chinese_name_of(s.sample.task.stage)}; }},
    UploadField{"round", [](const Source& s) { return numbered(s.sample.task.round); }},
    UploadField{"sampled_on", [](const Source& s) { return to_text(s.sample.result.judged_for); }},
    UploadField{"month", [](const Source& s) { return reports::month_text(s.sample.result.month); }},
    UploadField{"laboratory", [](const Source& s) { return numbered(s.sample.cell.laboratory.value()); }},
    UploadField{"laboratory_name", [](const Source& s) { return laboratory_name(s.store, s.sample.cell.laboratory); }},
    UploadField{"outcome", [](const Source& s) { return std::string{model::name_of(s.sample.result.final_outcome)}; }},
    UploadField{"outcome_name",
                [](const Source& s) { return std::string{chinese_name_of(s.sample.result.final_outcome)}; }},
    UploadField{"first_outcome",
                [](const Source& s) { return std::string{model::name_of(s.sample.result.first_outcome)}; }},
    UploadField{"first_outcome_name",
                [](const Source& s) { return std::string{chinese_name_of(s.sample.result.first_outcome)}; }},
    UploadField{"version", [](const Source& s) { return numbered(s.sample.result.counted_version); }},
    UploadField{.name = "unit_name", .value = [](const Source& s) { return s.unit.name; }, .of_unit = true},
    UploadField{.name = "unit_licence", .value = [](const Source& s) { return s.unit.licence; }, .of_unit = true},
    UploadField{.name = "unit_address", .value = [](const Source& s) { return s.unit.address; }, .of_unit = true},
    UploadField{"retest", [](const Source& s) { return std::string{s.verdict->is_retest ? "true" : "false"}; }, true},
    UploadField{"analyte", [](const Source& s) { return s.item->analyte; }, true},
    UploadField{"method", [](const Source& s) { return s.item->method; }, true},
    UploadField{"result", [](const Source& s) { return s.item->result; }, true},
    UploadField{"result_unit", [](const Source& s) { return s.item->unit; }, true},
    UploadField{"limit", [](const Source& s) { return s.item->limit; }, true},
    UploadField{"standard", [](const Source& s) { return s.item->standard; }, true},
    UploadField{"item_outcome", [](const Source& s) { return std::string{model::name_of(s.item->outcome)}; }, true},
    UploadField{"item_outcome_name", [](const Source& s) { return std::string{chinese_name_of(s.item->outcome)}; },
                true},
    UploadField{"item_reason", [](const Source& s) { return s.item->reason; }, true},
};

}  // namespace

const UploadField* find_upload_field(std::string_view name) {
  const auto found = std::ranges::find(fields, name, &UploadField::name);
  return found == fields.end() ? nullptr : &*found;
}

std::string upload_field_names() {
  std::string all;
  for (const UploadField& field : fields) all += fmt::format("{}{}", all.empty() ? "" : "、", field.name);
  return all;
}

}  // namespace lab::documents

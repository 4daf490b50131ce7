#include "lab-node/desk/sampling_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "instruments/paper/sampling_form.hpp"
#include "lab-node/desk/names.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/share_routes.hpp"
#include "lab-node/desk/views.hpp"
#include "lab-node/tables/forms.hpp"
#include "protocol/forms/decline_causes.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

// ---- what is asked for

json line_of(const forms::SamplingField& field, const model::ProgrammeCode& programme) {
  return {{"code", field.code},
          {"section", field.section},
          {"name", field.chinese},
          {"name_en", field.english},
          {"kind", name_of(field.kind)},
          {"choices", field.choices},
          {"required", field.is_required_by(programme)}};
}

http::Response asked_for(const Office& office, const http::Request& request) {
  const model::ProgrammeCode programme{service::text_in(request, "programme")};
  const auto known = tables::sampling_fields(*office.store.read());
  json fields = json::array();
  for (const auto* field : known.of(programme, forms::Keeper::node)) fields.push_back(line_of(*field, programme));
  json on_paper = json::array();
  for (const auto* field : known.of(programme, forms::Keeper::province)) on_paper.push_back(line_of(*field, programme));
  json causes = json::array();
  for (const forms::DeclineCause& cause : forms::decline_causes()) {
    causes.push_back({{"kind", model::name_of(cause.kind)},
                      {"code", cause.code},
                      {"name", cause.chinese},
                      {"name_en", cause.english}});
  }
  // Not that there is nothing to sample: it will not be drawn here.
  causes.push_back({{"kind", model::name_of(model::DeclineKind::unable)},
                    {"code", inbox::handed_back_cause},
                    {"name", "不在本站抽取，交回份额"},
                    {"name_en", "will not be drawn here: the share goes back"}});
  return answer({{"fields", std::move(fields)}, {"on_paper", std::move(on_paper)}, {"causes", std::move(causes)}});
}

// ---- filled in

std::vector<model::FormField> fields_of(const json& form) {
  std::vector<model::FormField> fields;
  const auto object = form.find("fields");
  if (object == form.end() || !object->is_object()) return fields;
  for (const auto& [code, value] : object->items()) {
    fields.push_back({code, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  return fields;
}

// What was found in the field, of a form that names no sample: the next of this station's share is drawn of it.
std::optional<inbox::Wanted> found_in(const json& form) {
  const auto found = form.find("found");
  return found == form.end() ? std::nullopt : wanted_in(*found);
}

void sampling_forms(const Office& office, const Caller& caller, const http::Request& request,
                    const http::Respond& respond) {
  const auto body = body_of(request);
  const auto list = body ? list_in(*body, "forms") : std::nullopt;
  if (!list) return respond(bad_request("请求须为 {forms:[...]}，每次最多500份"));
  std::vector<reception::SamplingForm> forms;
  std::vector<std::optional<inbox::Wanted>> found;
  for (const json& entry : *list) {
    const std::string number = text_in(entry, "number");
    forms.push_back({.number = number.empty() ? text_in(entry, "task") : number,
                     .sampled_on = text_in(entry, "sampled_on"),
                     .sample_name = text_in(entry, "sample_name"),
                     .quantity = text_in(entry, "quantity"),
                     .reserve = text_in(entry, "reserve"),
                     .storage = text_in(entry, "storage"),
                     .second_sampler = text_in(entry, "second_sampler"),
                     .official_number = text_in(entry, "official_number"),
                     .fields = fields_of(entry),
                     .sampler_name = caller.visitor.person->name});
    found.push_back(forms.back().number.empty() ? found_in(entry) : std::nullopt);
  }
  decide_in_loop(office, caller, respond, [forms, found, person = caller.id](auto& node, auto& draft, UtcTime now) {
    json results = json::array();
    for (std::size_t i = 0; i < forms.size(); ++i) {
      const auto drawn = found[i] ? node.on_found(draft, *found[i], forms[i], person, now)
                                  : node.on_sampling_form(draft, forms[i], person, now);
      results.push_back(result_line(found[i] && drawn ? drawn->grant.number.text() : forms[i].number, drawn));
    }
    return answer({{"results", std::move(results)}});
  });
}

// ---- nothing could be sampled

std::vector<std::string> texts_in(const json& object, const char* field) {
  std::vector<std::string> texts;
  const auto list = object.find(field);
  if (list == object.end() || !list->is_array()) return texts;
  for (const json& one : *list) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

void decline(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {number, kind, cause, reason, second_sampler, witnesses, photos}"));
  const std::string task = text_in(*body, "task");
  reception::Declining declining{
      .number = task.empty() ? text_in(*body, "number") : task,
      .what = {.reason = text_in(*body, "reason"),
               .kind = text_in(*body, "kind") == name_of(model::DeclineKind::refused) ? model::DeclineKind::refused
                                                                                      : model::DeclineKind::unable,
               .cause = text_in(*body, "cause"),
               .second_sampler = text_in(*body, "second_sampler"),
               .witnesses = texts_in(*body, "witnesses"),
               .photos = {}},
      .sampler_name = caller.visitor.person->name};
  for (const std::string& photo : texts_in(*body, "photos")) {
    Hash hash;
    if (!fill_from_hex(hash.octets, photo) || !office.blobs.has(hash)) {
      return respond(http::problem(422, "unknown_photo", "有一张照片没有保存成功，请重新添加"));
    }
    declining.what.photos.push_back(hash);
  }
  decide_in_loop(office, caller, respond, [declining, person = caller.id](auto& node, auto& draft, UtcTime now) {
    // Not that there was nothing to sample: it was not looked for, and somebody else may.
    const bool hands_back = declining.what.cause == inbox::handed_back_cause;
    const auto declined = hands_back
                              ? node.on_found_undrawn(draft, declining.number, declining.what.reason, person, now)
                              : node.on_declined(draft, declining, person, now);
    return declined ? answer(sample_line(*declined)) : refused(declined.error());
  });
}

// ---- on paper

struct SectionName {
  const char* section;
  const char* chinese;
};
// In the order of the paper. What a province's own table calls otherwise comes behind them.
constexpr std::array section_names{SectionName{"head", "任务"},
                                   SectionName{"unit", "被抽样单位"},
                                   SectionName{"producer", "生产者"},
                                   SectionName{"sample", "样品"},
                                   SectionName{"drawing", "抽样"},
                                   SectionName{"people", "抽样人员"},
                                   SectionName{"fuel", "油品（仅油品填写）"},
                                   SectionName{"remarks", "备注"}};

class FormSheet {
 public:
  explicit FormSheet(std::string number) { sheet_.number = std::move(number); }

  void add(const std::string& section, paper::Field field) {
    const auto known = std::ranges::find(section_names, section, &SectionName::section);
    const std::string name = known == section_names.end() ? section : known->chinese;
    auto found = std::ranges::find(sheet_.sections, name, &paper::FormSection::name);
    if (found == sheet_.sections.end()) {
      sheet_.sections.push_back({.name = name, .fields = {}});
      found = sheet_.sections.end() - 1;
    }
    found->fields.push_back(std::move(field));
  }
  paper::SamplingFormSheet take() {
    const auto rank = [](const paper::FormSection& section) {
      return std::ranges::find_if(section_names, [&](const SectionName& one) { return section.name == one.chinese; }) -
             section_names.begin();
    };
    std::ranges::stable_sort(sheet_.sections, {}, rank);
    return std::move(sheet_);
  }

 private:
  paper::SamplingFormSheet sheet_;
};

// Those that every form has.
void add_common(FormSheet& sheet, const Office& office, const model::Sample& sample) {
  const model::Grant& grant = sample.grant;
  const model::Sampled& form = sample.sampled;
  const bool filled = !form.number.empty();
  sheet.add("head", {"抽样单编号", form.official_number});
  sheet.add("head", {"任务编号", to_text(grant.task)});
  sheet.add("head", {"项目代码", grant.programme.value()});
  sheet.add("head", {"抽样环节", model::chinese_name_of(grant.stage)});
  sheet.add("head", {"抽样地区", fmt::format("{} / {}", grant.city.value(), grant.county.value())});
  sheet.add("sample", {"样品名称", filled ? form.sample_name : grant.commodity});
  sheet.add("drawing", {"抽样日期", filled ? to_text(form.sampled_on) : ""});
  sheet.add("drawing", {"抽样数量", form.quantity});
  sheet.add("drawing", {"备样数量", form.reserve});
  sheet.add("drawing", {"储存条件", form.storage});
  sheet.add("people", {"抽样人", name_with_account(office, sample.sampler)});
  sheet.add("people", {"第二抽样人", form.second_sampler});
}

http::Response form_pdf(const Office& office, const http::Request& request) {
  const auto view = office.store.read();
  const auto sample = tables::sample_named(*view, request.parameters.at("number"));
  if (!sample) return http::problem(404, "unknown_sample", "本站没有这个编号的样品，请核对");
  if (sample->grant.retest) return http::problem(409, "is_retest", "复检样品没有在本站抽样，抽样单在首检机构");
  const auto known = tables::sampling_fields(*view);
  const auto written = tables::form_fields(*view, sample->grant.task);
  FormSheet sheet{sample->grant.number.text()};
  add_common(sheet, office, *sample);
  for (const auto keeper : {forms::Keeper::province, forms::Keeper::node}) {
    for (const forms::SamplingField* field : known.of(sample->grant.programme, keeper)) {
      const auto value = std::ranges::find(written, field->code, &model::FormField::code);
      sheet.add(field->section, {field->chinese, value == written.end() ? "" : value->value});
    }
  }
  paper::SamplingFormSheet paper = sheet.take();
  paper.title = "抽 样 单";
  paper.signatures = {"抽样人签字（一）", "抽样人签字（二）", "被抽样单位签字（盖章）", "抽样单位（盖章）"};
  paper.notes = {
      "一式四份：抽样单位、被抽样单位、检验机构、任务下达部门各一份。“被抽样单位”和“生产者”两栏在现场手工填写；"
      "交检验机构的一份须遮盖这两栏，样品按盲样检验。",
      "被抽样单位对抽样有异议的，应当场提出；签字即确认样品、封条和所填内容无误。"};
  // The day it was filled in, or else the day it is due: the same form is the same bytes.
  const CivilDate day = sample->sampled.number.empty() ? sample->grant.due : sample->sampled.sampled_on;
  paper.dated = std::chrono::sys_days{day} - civil_offset;
  auto octets = paper::print_sampling_form(paper);
  if (!octets) return http::problem(500, "form_not_drawn", to_text(octets.error()));
  return {.content_type = "application/pdf", .body = *std::move(octets)};
}

}  // namespace

void add_sampling_routes(http::Router& router, const Office& office) {
  add_look(router, office, "/api/v1/sampling-fields",
           [&office](const http::Request& request) { return asked_for(office, request); });
  add_look(router, office, "/api/v1/samples/{number}/sampling-form.pdf",
           [&office](const http::Request& request) { return form_pdf(office, request); });
  add_action(router, office, "/api/v1/sampling-forms", Action::fill_form, sampling_forms);
  add_action(router, office, "/api/v1/declines", Action::decline, decline);
}

}  // namespace lab::desk

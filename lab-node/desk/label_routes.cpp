#include "lab-node/desk/label_routes.hpp"

#include <fmt/format.h>

#include "instruments/label/print/print.hpp"
#include "lab-node/desk/names.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/session/stream.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using service::text_in;

constexpr std::uint64_t copies_max = 99;

/// How a format is asked for and answered.
struct Wanted {
  label::PrintFormat format = label::PrintFormat::png;
  const label::Layout* layout = nullptr;
  int dots_per_mm = label::dots_per_mm_203;
  int copies = 1;
};

const char* media_type_of(label::PrintFormat format) {
  switch (format) {
    case label::PrintFormat::png:
      return "image/png";
    case label::PrintFormat::pdf_sheet:
    case label::PrintFormat::pdf_roll:
      return "application/pdf";
    case label::PrintFormat::zpl:
    case label::PrintFormat::tspl:
      return "application/octet-stream";  // for a printer, never for a window
  }
  return "application/octet-stream";
}

Result<Wanted> wanted_in(const http::Request& request) {
  Wanted wanted;
  const auto bad = [](std::string message, const char* field) {
    return fail(ErrorCode::malformed, std::move(message), field);
  };
  const std::string format = text_in(request, "format");
  const auto parsed = label::parse_print_format(format.empty() ? "png" : format);
  if (!parsed) return bad("format 须为 png、pdf、zpl 或 tspl", "format");
  const std::string pages = text_in(request, "pages");
  if (!pages.empty() && pages != "label" && pages != "a4") return bad("pages 须为 label 或 a4", "pages");
  wanted.format = *parsed == label::PrintFormat::pdf_sheet && pages != "a4" ? label::PrintFormat::pdf_roll : *parsed;
  const std::string layout = text_in(request, "layout");
  wanted.layout = label::find_layout(layout.empty() ? "bench" : layout);
  if (wanted.layout == nullptr) return bad(fmt::format("layout 须为 {} 之一", label::layout_names()), "layout");
  const auto dpi = service::number_in(request, "dpi", 203);
  if (!dpi || (*dpi != 203 && *dpi != 300)) return bad("dpi 须为 203 或 300", "dpi");
  wanted.dots_per_mm = *dpi == 300 ? label::dots_per_mm_300 : label::dots_per_mm_203;
  const auto copies = service::number_in(request, "copies", 1);
  if (!copies || *copies < 1 || *copies > copies_max) return bad("copies 须为 1 至 99", "copies");
  wanted.copies = static_cast<int>(*copies);
  if (wanted.format == label::PrintFormat::png && wanted.copies > 1) {
    return bad("一张 png 只能有一份标签；多份请用 pdf、zpl 或 tspl", "copies");
  }
  return wanted;
}

/// Blind: a bench label says the number, the blind code, what kind of product it is as the plan calls it, the
/// laboratory and the day. Brand and the samplers' own words go on the sampling label alone, whose other lines are
/// filled in by hand: a node is never told who was sampled.
label::LabelContent content_of(const Office& office, const model::Sample& sample, std::uint64_t laboratory,
                               const Wanted& wanted) {
  label::LabelContent content{.payload = {.number = sample.grant.number,
                                          .laboratory = std::to_string(laboratory),
                                          .sampled_on = sample.sampled.sampled_on},
                              .copies = wanted.copies,
                              .blind_code = sample.grant.blind_code,
                              .sample_name = sample.grant.commodity};
  content.storage = sample.sampled.storage;
  if (wanted.layout->blind) return content;
  content.sample_name = sample.sampled.sample_name;
  content.task = to_text(sample.grant.task);
  content.sampler = name_with_account(office, sample.sampler);
  if (!sample.sampled.second_sampler.empty()) content.sampler += "、" + sample.sampled.second_sampler;
  return content;
}

/// 422 for what another choice would mend, 500 for what only the administrator can.
http::Response not_drawn(const Error& error) {
  const bool choice =
      error.code == ErrorCode::malformed || error.code == ErrorCode::too_large || error.code == ErrorCode::unsupported;
  return http::problem(choice ? 422 : 500, "label_not_drawn", to_text(error));
}

http::Response printed(const Office& office, const std::string& number, const Wanted& wanted) {
  const auto view = office.store.read();
  const auto sample = tables::sample_named(*view, number);
  if (!sample) return http::problem(404, "unknown_sample", "本站没有这个编号的样品，请核对");
  if (sample->sampled.number.empty()) {
    return http::problem(409, "not_sampled", "尚未填写抽样单，不能打印标签");
  }
  const auto me = session::identity(*view);
  auto content = content_of(office, *sample, me ? me->laboratory.value() : 0, wanted);
  std::vector<label::LabelBitmap> labels;
  for (content.payload.copy = 1; content.payload.copy <= content.copies; ++content.payload.copy) {
    auto label = label::print_label(content, {.layout = wanted.layout->name, .dots_per_mm = wanted.dots_per_mm});
    if (!label) return not_drawn(label.error());
    labels.push_back(*std::move(label));
  }
  auto octets = label::encode(labels, wanted.format);
  if (!octets) return not_drawn(octets.error());
  return {.content_type = media_type_of(wanted.format), .body = *std::move(octets)};
}

}  // namespace

void add_label_routes(http::Router& router, const Office& office) {
  add_look(router, office, "/api/v1/samples/{number}/label", [&office](const http::Request& request) {
    const auto wanted = wanted_in(request);
    if (!wanted) return problem_of(wanted.error());
    return printed(office, request.parameters.at("number"), *wanted);
  });
  add_look(router, office, "/api/v1/samples/{number}/label.png", [&office](const http::Request& request) {
    return printed(office, request.parameters.at("number"), {.layout = label::find_layout("bench")});
  });
}

}  // namespace lab::desk

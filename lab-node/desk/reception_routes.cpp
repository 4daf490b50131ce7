#include "lab-node/desk/reception_routes.hpp"

#include <array>

#include "instruments/label/header.hpp"
#include "instruments/label/payload.hpp"
#include "instruments/label/scanned.hpp"
#include "lab-node/desk/label_photo.hpp"
#include "lab-node/desk/reception_request.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/views.hpp"
#include "protocol/base/clock.hpp"
#include "protocol/session/stream.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

json codes_of(const label::LabelReading& reading) {
  json codes = json::array();
  for (const label::FoundCode& code : reading.codes) {
    codes.push_back({{"symbology", code.symbology}, {"text", code.text}, {"is_sample_number", code.is_sample_number}});
  }
  return codes;
}

void receive(const Office& office, const Caller& caller, const reception::Label& label, json codes,
             const http::Respond& respond) {
  decide_in_loop(office, caller, respond,
                 [&office, label, codes = std::move(codes), person = caller.id](auto& node, auto& draft, UtcTime now) {
                   const auto received = node.on_label(draft, label, person, now);
                   if (!received) return not_received(office, draft, label, received.error(), codes);
                   json body = sample_line(*received);
                   body["reader"] = label.reader;
                   body["copy"] = label.copy;
                   body["codes"] = codes;
                   return answer(body);
                 });
}

/// What a camera's own knowledge adds to what the request says of the picture.
struct Shot {
  std::string camera;
  UtcTime taken{};
};

void receive_picture(const Office& office, const Caller& caller, const http::Request& request, const Shot& shot,
                     const http::Respond& respond) {
  const label::LabelReading reading = office.labels.read(request.body);
  reception::Label label = label_from(reading);
  if (auto problem = add_particulars(office, fields_of(request), label)) return respond(*problem);
  if (!shot.camera.empty()) {
    label.device = shot.camera;
    label.captured = shot.taken;
  }
  if (label.number || label.official) {
    label.photo = crypto::sha256(request.body);
    // A photo that nothing would name is not kept. The loop decides again, by the store as it is then.
    const auto view = office.store.read();
    const auto receivable = reception::receivable(*view, label);
    if (!receivable) {
      return respond(session::identity(*view)
                         ? not_received(office, *view, label, receivable.error(), codes_of(reading))
                         : not_enrolled());
    }
    // Photos are always larger than a record may be; they are blobs, durable before the turn that names them.
    if (!keep_photo(office.blobs, office.labels, request.body, label)) return respond(not_kept());
  }
  receive(office, caller, label, codes_of(reading), respond);
}

void receive_photo(const Office& office, const Caller& caller, const http::Request& request,
                   const http::Respond& respond) {
  receive_picture(office, caller, request, {}, respond);
}

void receive_by_camera(const Office& office, const Caller& caller, http::Request request,
                       const http::Respond& respond) {
  const std::string camera = service::text_in(request, "camera");
  auto picture = office.shoot(camera);
  if (!picture) return respond(problem_of(picture.error()));
  request.body = *std::move(picture);
  receive_picture(office, caller, request, {.camera = camera, .taken = wall_clock()}, respond);
}

http::Response camera_picture(const Office& office, const http::Request& request) {
  auto picture = office.shoot(service::text_in(request, "camera"));
  if (!picture) return problem_of(picture.error());
  return {.content_type = "image/jpeg", .body = *std::move(picture)};
}

void receive_typed(const Office& office, const Caller& caller, const http::Request& request,
                   const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {number, condition, reason}"));
  const std::string reason = text_in(*body, "reason");
  if (reason.empty()) return respond(http::problem(422, "missing_field", "手工录入时必须填写原因"));
  const auto fields = label::fields_in(text_in(*body, "number"));
  if (!fields) return respond(http::problem(422, "unknown_sample", "样品编号有误（校验位不符），请对照标签重新录入"));
  reception::Label label{
      .number = fields->number, .laboratory = fields->laboratory, .reader = "typed", .copy = fields->copy.value_or(1)};
  if (auto problem = add_particulars(office, fields_of(*body), label)) return respond(*problem);
  label.condition += "；手工录入：" + reason;
  // A label that nobody could read stays as evidence.
  if (const std::string photo = text_in(*body, "photo"); !photo.empty()) {
    if (!fill_from_hex(label.photo.octets, photo) || !office.blobs.has(label.photo)) {
      return respond(http::problem(422, "unknown_photo", "没有这张标签照片，请重新上传（POST /api/v1/photos）"));
    }
  }
  receive(office, caller, label, json::array(), respond);
}

void receive_scanned(const Office& office, const Caller& caller, const http::Request& request,
                     const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {text, condition}"));
  const std::string code = label::plain_scan(text_in(*body, "text"));
  reception::Label label{.number = {}, .reader = "scanner", .code = code};
  if (const auto fields = label::fields_in(code)) {
    label.number = fields->number;
    label.laboratory = fields->laboratory;
    label.copy = fields->copy.value_or(1);
  } else if (label.official = model::OfficialNumber::parse(code); !label.official) {
    return respond(
        http::problem(422, "foreign_code", "扫到的不是样品标签，或校验位不符；请对准样品标签重扫，并关闭中文输入法"));
  }
  if (auto problem = add_particulars(office, fields_of(*body), label)) return respond(*problem);
  receive(office, caller, label, json::array(), respond);
}

// ---- pictures that are evidence: a seal, a label that nobody can read

void keep_evidence(const Office& office, const Caller&, const http::Request& request, const http::Respond& respond) {
  if (const auto header = label::check_image(request.body); !header) {
    return respond(http::problem(422, "no_picture", header.error().message));
  }
  reception::Label label;
  if (!keep_photo(office.blobs, office.labels, request.body, label)) return respond(not_kept());
  respond(answer({{"photo", to_hex(label.photo.view())},
                  {"thumbnail", label.thumbnail.is_zero() ? "" : to_hex(label.thumbnail.view())}}));
}

http::Response photo(const Office& office, const http::Request& request) {
  Hash hash;
  if (!fill_from_hex(hash.octets, service::text_in(request, "photo"))) return bad_request("照片以其SHA-256为名");
  auto bytes = office.blobs.get(hash);
  const auto header = bytes ? label::check_image(*bytes) : Result<label::ImageHeader>{tl::unexpected(bytes.error())};
  // Raw files of instruments lie beside the pictures and have a route of their own.
  if (!header) return http::problem(404, "unknown_photo", "没有这张照片");
  constexpr std::array types{"image/jpeg", "image/png", "image/webp"};
  return {.content_type = types[static_cast<std::size_t>(header->kind)], .body = *std::move(bytes)};
}

}  // namespace

void add_reception_routes(http::Router& router, const Office& office) {
  add_action(router, office, "/api/v1/receptions", Action::receive, receive_photo);
  add_action(router, office, "/api/v1/receptions/camera", Action::receive, receive_by_camera);
  add_look(router, office, "/api/v1/cameras/{camera}/picture",
           [&office](const http::Request& request) { return camera_picture(office, request); });
  add_action(router, office, "/api/v1/receptions/typed", Action::receive, receive_typed);
  add_action(router, office, "/api/v1/receptions/scanned", Action::receive, receive_scanned);
  add_action(router, office, "/api/v1/photos", Action::keep_picture, keep_evidence);
  add_look(router, office, "/api/v1/photos/{photo}",
           [&office](const http::Request& request) { return photo(office, request); });
}

}  // namespace lab::desk

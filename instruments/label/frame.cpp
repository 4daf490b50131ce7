#include "instruments/label/frame.hpp"

#include <algorithm>
#include <string_view>

#include "instruments/label/payload.hpp"
#include "protocol/base/charset.hpp"
#include "protocol/base/check.hpp"

namespace lab::label {
namespace {

constexpr std::uint8_t answer_version = 2;
constexpr std::uint8_t readable = 255;
constexpr std::uint8_t not_looked_for = 255;
constexpr std::size_t request_head_bytes = 5;
constexpr std::size_t text_bytes_max = 4096;
constexpr std::size_t codes_max = 64;
constexpr auto last_flag = static_cast<std::uint8_t>(Flag::printed_number_differs);
constexpr auto last_cause = static_cast<std::uint8_t>(Cause::no_worker);
constexpr auto last_agreement = static_cast<std::uint8_t>(Agreement::not_compared);

void put_u8(Bytes& out, std::size_t value) {
  LAB_CHECK(value <= 0xFF);
  out += static_cast<char>(value);
}

void put_u32(Bytes& out, std::size_t value) {
  LAB_CHECK(value <= 0xFFFF'FFFF);
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
}

void put_text(Bytes& out, std::string_view text) {
  LAB_CHECK(text.size() <= text_bytes_max);
  put_u32(out, text.size());
  out += text;
}

std::uint32_t u32_at(BytesView bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return value;
}

/// Takes fields off the front; after the first that is not there, everything is empty and `ok` stays false.
class Fields {
 public:
  explicit Fields(BytesView bytes) : bytes_(bytes) {}

  std::uint8_t u8() { return take(1) ? static_cast<std::uint8_t>(taken_.front()) : std::uint8_t{0}; }
  std::uint32_t u32() { return take(4) ? u32_at(taken_, 0) : 0; }
  std::string text() {
    const auto length = u32();
    if (length > text_bytes_max || !take(length) || !is_utf8(taken_)) {
      ok_ = false;
      return {};
    }
    return std::string{taken_};
  }
  void require(bool condition) { ok_ = ok_ && condition; }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool ok_and_empty() const { return ok_ && bytes_.empty(); }

 private:
  bool take(std::size_t count) {
    ok_ = ok_ && count <= bytes_.size();
    if (!ok_) return false;
    taken_ = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return true;
  }

  BytesView bytes_;
  BytesView taken_;
  bool ok_ = true;
};

void take_outcome(Fields& fields, LabelReading& reading) {
  const auto cause = fields.u8();
  auto reason = fields.text();
  fields.require(cause <= last_cause || (cause == readable && reason.empty()));
  if (fields.ok() && cause != readable) reading.unreadable = Unreadable{static_cast<Cause>(cause), std::move(reason)};
  reading.reader = fields.text();
  const auto number = fields.text();
  if (number.empty()) return;
  reading.number = model::SampleNumber::parse(number);
  fields.require(reading.number.has_value());
}

void take_printed_number(Fields& fields, LabelReading& reading) {
  const auto agreement = fields.u8();
  auto text = fields.text();
  fields.require(agreement <= last_agreement || (agreement == not_looked_for && text.empty()));
  if (!fields.ok() || agreement == not_looked_for) return;
  reading.printed_number = PrintedNumber{.text = std::move(text), .agrees = static_cast<Agreement>(agreement)};
}

void take_lists(Fields& fields, LabelReading& reading) {
  for (auto count = fields.u8(); count > 0 && fields.ok(); --count) {
    const auto flag = fields.u8();
    fields.require(flag <= last_flag);
    if (fields.ok()) reading.flags.push_back(static_cast<Flag>(flag));
  }
  const auto count = fields.u8();
  fields.require(count <= codes_max);
  for (std::size_t i = 0; i < count && fields.ok(); ++i) {
    FoundCode code{.symbology = fields.text(), .text = fields.text()};
    const auto is_sample = fields.u8();
    code.is_sample_number = is_sample == 1;
    fields.require(is_sample <= 1 && code.is_sample_number == sample_in(code.text).has_value());
    reading.codes.push_back(std::move(code));
  }
}

bool is_printed_form(std::string_view text) {
  return text.size() == model::SampleNumber::length &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// A worker that was taken over must not make a difference look like agreement.
bool is_consistent(const PrintedNumber& printed, const LabelReading& reading) {
  switch (printed.agrees) {
    case Agreement::agree:
      return reading.number && printed.text == reading.number->text();
    case Agreement::differ:
      return reading.number && printed.text != reading.number->text() && is_printed_form(printed.text);
    case Agreement::unreadable:
      return reading.number && printed.text.empty();
    case Agreement::not_compared:
      return !reading.number && (printed.text.empty() || model::SampleNumber::parse(printed.text));
  }
  return false;
}

bool is_consistent(const LabelReading& reading) {
  const bool differs = reading.printed_number && reading.printed_number->agrees == Agreement::differ;
  if (differs != (std::ranges::count(reading.flags, Flag::printed_number_differs) == 1)) return false;
  if (reading.printed_number && !is_consistent(*reading.printed_number, reading)) return false;
  if (reading.unreadable.has_value() != reading.codes.empty()) return false;
  return !reading.number || std::ranges::any_of(reading.codes, [&](const FoundCode& code) {
    return sample_in(code.text) == reading.number;
  });
}

}  // namespace

Bytes to_frame(BytesView payload) {
  Bytes frame;
  frame.reserve(frame_header_bytes + payload.size());
  put_u32(frame, payload.size());
  frame += payload;
  return frame;
}

std::optional<std::size_t> payload_length(BytesView frame_header, std::size_t limit) {
  LAB_CHECK(frame_header.size() == frame_header_bytes);
  const std::size_t length = u32_at(frame_header, 0);
  if (length > limit) return std::nullopt;
  return length;
}

Bytes encode_request(const Request& request) {
  Bytes payload;
  payload.reserve(request_head_bytes + request.file.size());
  put_u8(payload, static_cast<std::size_t>(request.task));
  put_u32(payload, static_cast<std::size_t>(std::clamp<std::int64_t>(request.budget.count(), 0, 0xFFFF'FFFF)));
  payload += request.file;
  return payload;
}

Result<Request> decode_request(BytesView payload) {
  if (payload.size() < request_head_bytes) return fail(ErrorCode::malformed, "the request is shorter than its head");
  const auto task = static_cast<std::uint8_t>(payload.front());
  if (task > static_cast<std::uint8_t>(WorkerTask::thumbnail)) {
    return fail(ErrorCode::malformed, "the request asks for something unknown");
  }
  return Request{.task = static_cast<WorkerTask>(task),
                 .budget = std::chrono::milliseconds{u32_at(payload, 1)},
                 .file = payload.substr(request_head_bytes)};
}

Bytes encode_answer(const LabelReading& reading) {
  LAB_CHECK(reading.codes.size() <= codes_max);
  Bytes out;
  put_u8(out, answer_version);
  put_u32(out, static_cast<std::size_t>(std::clamp<std::int64_t>(reading.took.count(), 0, 0xFFFF'FFFF)));
  put_u8(out, reading.unreadable ? static_cast<std::size_t>(reading.unreadable->cause) : readable);
  put_text(out, reading.unreadable ? std::string_view{reading.unreadable->reason} : std::string_view{});
  put_text(out, reading.reader);
  put_text(out, reading.number ? std::string_view{reading.number->text()} : std::string_view{});
  put_u8(out, reading.printed_number ? static_cast<std::size_t>(reading.printed_number->agrees) : not_looked_for);
  put_text(out, reading.printed_number ? std::string_view{reading.printed_number->text} : std::string_view{});
  put_u8(out, reading.flags.size());
  for (const auto flag : reading.flags) put_u8(out, static_cast<std::size_t>(flag));
  put_u8(out, reading.codes.size());
  for (const auto& code : reading.codes) {
    put_text(out, code.symbology);
    put_text(out, code.text);
    put_u8(out, code.is_sample_number ? 1 : 0);
  }
  return out;
}

Result<LabelReading> decode_answer(BytesView payload) {
  Fields fields{payload};
  fields.require(fields.u8() == answer_version);
  LabelReading reading;
  reading.took = std::chrono::milliseconds{fields.u32()};
  take_outcome(fields, reading);
  take_printed_number(fields, reading);
  take_lists(fields, reading);
  if (!fields.ok_and_empty() || !is_consistent(reading)) {
    return fail(ErrorCode::malformed, "the answer of the label worker does not have the agreed form");
  }
  return reading;
}

}  // namespace lab::label

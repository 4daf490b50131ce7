#include "instruments/label/payload.hpp"

#include <fmt/format.h>

#include <charconv>

#include "protocol/base/check.hpp"

namespace lab::label {
namespace {

constexpr std::string_view prefix = "SCQT1;";

/// The value of `field` ("S=") in "A=1;S=2"; nothing when it is absent or given twice.
std::optional<std::string_view> unique_field(std::string_view fields, std::string_view field) {
  std::optional<std::string_view> found;
  while (!fields.empty()) {
    const auto end = fields.find(';');
    const auto entry = fields.substr(0, end);
    fields = end == std::string_view::npos ? std::string_view{} : fields.substr(end + 1);
    if (!entry.starts_with(field)) continue;
    if (found) return std::nullopt;
    found = entry.substr(field.size());
  }
  return found;
}

}  // namespace

std::string code_text(const Payload& payload) {
  LAB_CHECK(!payload.number.empty() && payload.copy >= 1 && payload.copy <= copies_max);
  LAB_CHECK(payload.laboratory.size() <= laboratory_chars_max && payload.sampled_on.ok());
  return fmt::format("{}S={};L={};D={:04}{:02}{:02};C={}", prefix, payload.number.text(), payload.laboratory,
                     static_cast<int>(payload.sampled_on.year()), static_cast<unsigned>(payload.sampled_on.month()),
                     static_cast<unsigned>(payload.sampled_on.day()), payload.copy);
}

std::optional<model::SampleNumber> sample_in(std::string_view text) {
  if (!text.starts_with(prefix)) return model::SampleNumber::parse(text);
  const auto number = unique_field(text.substr(prefix.size()), "S=");
  return number ? model::SampleNumber::parse(*number) : std::nullopt;
}

std::optional<std::uint8_t> copy_in(std::string_view text) {
  std::uint8_t copy = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), copy);
  if (error != std::errc{} || end != text.data() + text.size() || copy < 1 || copy > copies_max) return std::nullopt;
  return copy;
}

std::optional<LabelFields> fields_in(std::string_view text) {
  const auto number = sample_in(text);
  if (!number) return std::nullopt;
  LabelFields fields{.number = *number, .laboratory = {}};
  if (!text.starts_with(prefix)) return fields;
  const auto rest = text.substr(prefix.size());
  fields.laboratory = unique_field(rest, "L=").value_or("");
  const auto copy = unique_field(rest, "C=");
  if (!copy) return fields;
  fields.copy = copy_in(*copy);
  return fields.copy ? std::optional{std::move(fields)} : std::nullopt;
}

}  // namespace lab::label

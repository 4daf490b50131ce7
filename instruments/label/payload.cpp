#include "instruments/label/payload.hpp"

#include <fmt/format.h>

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
  LAB_CHECK(!payload.number.empty() && payload.copy >= 1 && payload.copy <= 99);
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

}  // namespace lab::label

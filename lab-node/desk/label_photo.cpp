#include "lab-node/desk/label_photo.hpp"

#include <algorithm>

#include "instruments/label/payload.hpp"
#include "protocol/base/text.hpp"

namespace lab::desk {

namespace {

model::PrintedNumber printed_is(label::Agreement agreement) {
  switch (agreement) {
    case label::Agreement::agree:
      return model::PrintedNumber::agrees;
    case label::Agreement::differ:
      return model::PrintedNumber::differs;
    case label::Agreement::unreadable:
      return model::PrintedNumber::unreadable;
    case label::Agreement::not_compared:  // a guess at a label whose code nobody read says nothing about it
      return model::PrintedNumber::not_read;
  }
  return model::PrintedNumber::not_read;
}

}  // namespace

reception::Label label_from(const label::LabelReading& reading) {
  reception::Label label{.number = reading.number, .reader = reading.reader};
  label.has_several_samples = std::ranges::find(reading.flags, label::Flag::several_samples) != reading.flags.end();
  for (const label::FoundCode& code : reading.codes) {
    const auto official = code.is_sample_number ? std::nullopt : model::OfficialNumber::parse(code.text);
    if (!official) continue;
    // Two of them: nobody can say which is meant.
    if (label.official && label.official != official) label.has_several_samples = true;
    label.official = official;
    if (!reading.number) label.code = tidy(code.text);
  }
  label.has_foreign_code = !reading.number && !label.official && !reading.codes.empty();
  if (reading.unreadable) label.unreadable = reading.unreadable->reason;
  if (reading.printed_number) {
    label.printed_is = printed_is(reading.printed_number->agrees);
    label.printed = reading.printed_number->text;
  }
  for (const label::FoundCode& code : reading.codes) {
    const auto fields = code.is_sample_number ? label::fields_in(code.text) : std::nullopt;
    // The bare number beside it, in bars, says less than the square code.
    if (!fields || fields->number != reading.number || code.text.size() <= label.code.size()) continue;
    label.laboratory = fields->laboratory;
    label.copy = fields->copy.value_or(1);
    label.code = tidy(code.text);
  }
  return label;
}

Result<void> keep_photo(const journal::Blobs& blobs, label::Worker& worker, BytesView picture,
                        reception::Label& label) {
  auto kept = blobs.put(picture);
  if (!kept) return fail(std::move(kept));
  label.photo = *kept;
  if (const auto small = worker.thumbnail(picture)) {
    auto kept_small = blobs.put(*small);
    if (!kept_small) return fail(std::move(kept_small));
    label.thumbnail = *kept_small;
  }
  return {};
}

}  // namespace lab::desk

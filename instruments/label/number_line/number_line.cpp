#include "instruments/label/number_line/number_line.hpp"

#include <string>
#include <utility>

#include "instruments/label/header.hpp"
#include "instruments/label/number_line/line_search.hpp"
#include "instruments/label/number_line/recogniser.hpp"
#include "instruments/label/reader/picture.hpp"

namespace lab::label {
namespace {

using Clock = std::chrono::steady_clock;

bool is_worth_looking(const LabelReading& reading) {
  return reading.number || (reading.unreadable && reading.unreadable->cause == Cause::no_code);
}

}  // namespace

struct NumberLine::Parts {
  Recogniser recogniser{built_in_recogniser()};
};

NumberLine::NumberLine() : parts_(std::make_unique<Parts>()) {}
NumberLine::~NumberLine() = default;

void NumberLine::add_to(LabelReading& reading, BytesView file, const NumberLineOptions& options) const {
  if (!is_worth_looking(reading)) return;
  const auto start = Clock::now();
  PrintedNumber printed{.text = {}, .agrees = reading.number ? Agreement::unreadable : Agreement::not_compared};
  const std::string expected = reading.number ? reading.number->text() : std::string{};
  try {
    const auto header = check_image(file);
    const auto picture = header ? load_picture(file, *header) : fail(Result<ImageHeader>{header});
    if (picture) printed = printed_in(picture->grey, parts_->recogniser, expected, start + options.budget);
  } catch (const std::exception&) {
    // OpenCV's own, or no memory left: the number stays unreadable, and what the code said is not lost.
  }
  if (printed.agrees == Agreement::differ) reading.flags.push_back(Flag::printed_number_differs);
  reading.printed_number = std::move(printed);
  reading.reader += "; number line 1";  // for the record: a recogniser that has learnt more gets another number
  reading.took += std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

}  // namespace lab::label

#include "instruments/label/read.hpp"

#include <fmt/format.h>
#include <opencv2/core/version.hpp>

#include "instruments/label/evidence.hpp"
#include "instruments/label/header.hpp"
#include "instruments/label/picture.hpp"
#include "instruments/label/symbols_in.hpp"
#include "instruments/label/variants.hpp"

namespace lab::label {
namespace {

using Clock = std::chrono::steady_clock;

std::string reader_name() { return fmt::format("qlims-label 1 ({}, OpenCV {})", decoder_name(), CV_VERSION); }

/// Empty when the treatment does not apply, or fails (no memory left, a picture of one line): what the others have
/// shown must not be lost with it.
cv::Mat prepared_by(const Variant& variant, const cv::Mat& grey) {
  try {
    return variant.prepare(grey);
  } catch (const std::exception&) {
    return {};
  }
}

/// False when the time ran out before every treatment was tried.
bool search(const cv::Mat& grey, Clock::time_point deadline, Evidence& evidence) {
  bool first = true;
  for (const auto& variant : variants()) {
    if (!first && Clock::now() >= deadline) return false;
    first = false;
    const cv::Mat prepared = prepared_by(variant, grey);
    if (prepared.empty()) continue;
    evidence.add_treatment(symbols_in(prepared));
    if (evidence.has_sample()) return true;
  }
  return true;
}

LabelReading judge(const Evidence& evidence) {
  LabelReading reading;
  reading.codes = evidence.codes();
  reading.number = evidence.number();
  if (evidence.has_several_samples()) reading.flags.push_back(Flag::several_samples);
  if (reading.codes.empty()) {
    reading.unreadable = Unreadable{Cause::no_code, "照片中没有读出条码，请靠近标签、避开反光重拍，或手工录入样品编号"};
  }
  return reading;
}

LabelReading read_checked(BytesView file, const ImageHeader& header, Clock::time_point deadline) {
  auto picture = load_picture(file, header);
  if (!picture) return unreadable(Cause::refused, std::move(picture).error().message);
  Evidence evidence;
  const bool complete = search(picture->grey, deadline, evidence);
  LabelReading reading = judge(evidence);
  if (header.truncated) {
    reading.flags.push_back(Flag::truncated);
    if (reading.unreadable)
      reading.unreadable->reason = "照片文件不完整（传送中断），读出的部分没有条码；请重新传送或重拍";
  }
  if (picture->reduced) reading.flags.push_back(Flag::reduced);
  if (!complete) reading.flags.push_back(Flag::out_of_time);
  return reading;
}

LabelReading read_guarded(BytesView file, Clock::time_point deadline) {
  auto header = check_image(file);
  if (!header) return unreadable(Cause::refused, std::move(header).error().message);
  try {
    return read_checked(file, *header, deadline);
  } catch (const std::exception&) {  // OpenCV's own, or no memory left
    return unreadable(Cause::refused, "照片无法处理，请降低相机分辨率后重拍，或手工录入样品编号");
  }
}

}  // namespace

LabelReading read(BytesView file, const ReadOptions& options) {
  const auto start = Clock::now();
  LabelReading reading = read_guarded(file, start + options.budget);
  reading.reader = reader_name();
  reading.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  return reading;
}

}  // namespace lab::label

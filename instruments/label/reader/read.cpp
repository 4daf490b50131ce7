#include "instruments/label/reader/read.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <opencv2/core/version.hpp>

#include "instruments/label/header.hpp"
#include "instruments/label/reader/evidence.hpp"
#include "instruments/label/reader/picture.hpp"
#include "instruments/label/reader/scene.hpp"
#include "instruments/label/reader/steps.hpp"
#include "instruments/label/reader/zxing.hpp"

namespace lab::label {
namespace {

using Clock = std::chrono::steady_clock;

std::string reader_name() { return fmt::format("qlims-label 2 ({}, OpenCV {})", zxing_name(), CV_VERSION); }

/// Nothing when the step fails (no memory left, a picture of one line): what the others have shown must not be lost
/// with it.
std::vector<Sighting> seen_by(const Step& step, Scene& scene) {
  try {
    return step.look(scene);
  } catch (const std::exception&) {
    return {};
  }
}

/// False when the time ran out before every step was tried.
bool search(Scene& scene, const ReadOptions& options, Evidence& evidence) {
  bool first = true;
  for (const Step& step : steps()) {
    if (std::ranges::find(options.without, step.name) != options.without.end()) continue;
    if (step.is_last_resort && !evidence.codes().empty()) return true;
    if (!first && scene.deadline().has_passed()) return false;
    first = false;
    const auto proven = evidence.add_treatment(seen_by(step, scene));
    if (evidence.has_sample()) return true;
    for (const Sighting& sighting : proven) scene.cover(sighting.outline);
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

LabelReading read_checked(BytesView file, const ImageHeader& header, Clock::time_point deadline,
                          const ReadOptions& options) {
  auto picture = load_picture(file, header);
  if (!picture) return unreadable(Cause::refused, std::move(picture).error().message);
  Evidence evidence;
  Scene scene{std::move(picture->grey), Deadline{deadline}};
  const bool complete = search(scene, options, evidence);
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

LabelReading read_guarded(BytesView file, Clock::time_point deadline, const ReadOptions& options) {
  auto header = check_image(file);
  if (!header) return unreadable(Cause::refused, std::move(header).error().message);
  try {
    return read_checked(file, *header, deadline, options);
  } catch (const std::exception&) {  // OpenCV's own, or no memory left
    return unreadable(Cause::refused, "照片无法处理，请降低相机分辨率后重拍，或手工录入样品编号");
  }
}

}  // namespace

LabelReading read(BytesView file, const ReadOptions& options) {
  const auto start = Clock::now();
  LabelReading reading = read_guarded(file, start + options.budget, options);
  reading.reader = reader_name();
  reading.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  return reading;
}

}  // namespace lab::label

#include "instruments/label/reader/picture.hpp"

#include <opencv2/imgcodecs.hpp>

namespace lab::label {
namespace {

// A label that fills a third of a 4 Mpx picture still has 6 pixels a module; more pixels cost time and read no better.
constexpr std::uint64_t working_pixels_max = 4'000'000;

int reduction_for(const ImageHeader& header) {
  int factor = 1;
  while (factor < 8 && std::uint64_t{header.width} * header.height > working_pixels_max * factor * factor) factor *= 2;
  return factor;
}

int read_flag(int reduction) {
  if (reduction == 2) return cv::IMREAD_REDUCED_GRAYSCALE_2;
  if (reduction == 4) return cv::IMREAD_REDUCED_GRAYSCALE_4;
  if (reduction == 8) return cv::IMREAD_REDUCED_GRAYSCALE_8;
  return cv::IMREAD_GRAYSCALE;
}

}  // namespace

Result<Picture> load_picture(BytesView file, const ImageHeader& header) {
  constexpr auto damaged = "照片文件已损坏，无法解码，请重新拍摄或重新传送";
  const int reduction = reduction_for(header);
  // imdecode only reads from the buffer; its parameter type has no const.
  const cv::Mat bytes(1, static_cast<int>(file.size()), CV_8UC1, const_cast<char*>(file.data()));
  try {
    cv::Mat grey = cv::imdecode(bytes, read_flag(reduction));
    if (grey.empty() || grey.type() != CV_8UC1) return fail(ErrorCode::malformed, damaged);
    return Picture{.grey = std::move(grey), .reduced = reduction > 1};
  } catch (const std::exception&) {  // cv::Exception, bad_alloc: the file asked for more than it may have
    return fail(ErrorCode::malformed, damaged);
  }
}

}  // namespace lab::label

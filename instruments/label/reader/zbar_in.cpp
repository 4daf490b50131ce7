#include "instruments/label/reader/zbar_in.hpp"

#include <fmt/format.h>
#include <zbar.h>
#include <algorithm>
#include <array>
#include <memory>

namespace lab::label {
namespace {

using namespace zbar;  // NOLINT: its names begin with zbar_ all the same

struct Format {
  zbar_symbol_type_t type;
  const char* name;
};
constexpr std::array bar_formats{Format{ZBAR_CODE128, "Code128"}, Format{ZBAR_CODE39, "Code39"},
                                 Format{ZBAR_EAN13, "EAN13"},     Format{ZBAR_EAN8, "EAN8"},
                                 Format{ZBAR_UPCA, "UPCA"},       Format{ZBAR_UPCE, "UPCE"}};
constexpr Format qr_format{ZBAR_QRCODE, "QRCode"};

using Scanner = std::unique_ptr<zbar_image_scanner_t, decltype(&zbar_image_scanner_destroy)>;
using Image = std::unique_ptr<zbar_image_t, decltype(&zbar_image_destroy)>;

Scanner scanner_for(const ZbarOptions& options) {
  Scanner scanner(zbar_image_scanner_create(), &zbar_image_scanner_destroy);
  const auto enable = [&](zbar_symbol_type_t type, int on) {
    zbar_image_scanner_set_config(scanner.get(), type, ZBAR_CFG_ENABLE, on);
  };
  enable(ZBAR_NONE, 0);  // all
  for (const Format& format : bar_formats) enable(format.type, 1);
  if (options.qr) enable(qr_format.type, 1);
  return scanner;
}

bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void keep(const zbar_symbol_t* symbol, std::vector<Sighting>& found) {
  const auto type = zbar_symbol_get_type(symbol);
  std::string text(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol));
  if (!is_ascii(text)) return;
  if (type == qr_format.type) {
    found.push_back({.symbology = qr_format.name, .text = std::move(text)});
    return;
  }
  const auto* format = std::ranges::find(bar_formats, type, &Format::type);
  if (format == bar_formats.end()) return;
  found.push_back({.symbology = format->name, .text = std::move(text), .self_proving = false});
}

}  // namespace

std::vector<Sighting> zbar_in(const cv::Mat& grey, const ZbarOptions& options) {
  const Scanner scanner = scanner_for(options);
  const Image image(zbar_image_create(), &zbar_image_destroy);
  if (!scanner || !image) return {};
  const cv::Mat pixels = grey.isContinuous() ? grey : grey.clone();
  constexpr unsigned long grey_8_bit = zbar_fourcc('Y', '8', '0', '0');
  zbar_image_set_format(image.get(), grey_8_bit);
  zbar_image_set_size(image.get(), static_cast<unsigned>(pixels.cols), static_cast<unsigned>(pixels.rows));
  zbar_image_set_data(image.get(), pixels.data, pixels.total(), nullptr);  // read only; stays ours
  std::vector<Sighting> found;
  if (zbar_scan_image(scanner.get(), image.get()) < 0) return found;
  for (const auto* symbol = zbar_image_first_symbol(image.get()); symbol; symbol = zbar_symbol_next(symbol)) {
    keep(symbol, found);
  }
  return found;
}

std::string zbar_name() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned patch = 0;
  zbar_version(&major, &minor, &patch);
  return fmt::format("ZBar {}.{}.{}", major, minor, patch);
}

}  // namespace lab::label

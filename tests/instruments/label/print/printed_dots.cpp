#include "tests/instruments/label/print/printed_dots.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

namespace lab::label {
namespace {

/// Octets with the highest bit leftmost become dots; `black` is the bit that prints.
Dots unpacked(std::string_view octets, int row_octets, int width, int black) {
  Dots dots;
  const auto step = static_cast<std::size_t>(row_octets);
  for (std::size_t at = 0; at + step <= octets.size(); at += step) {
    std::string row;
    for (int x = 0; x < width; ++x) {
      const auto octet = static_cast<unsigned char>(octets[at + static_cast<std::size_t>(x / 8)]);
      row += (octet >> (7 - x % 8) & 1) == black ? '#' : '.';
    }
    dots.push_back(row);
  }
  return dots;
}

int number_before(std::string_view& text, char end) {
  const auto at = text.find(end);
  if (at == std::string_view::npos) {
    ADD_FAILURE() << "no '" << end << "' in " << text.substr(0, 40);
    return 0;
  }
  const int number = std::atoi(std::string{text.substr(0, at)}.c_str());
  text.remove_prefix(at + 1);
  return number;
}

/// Up to and with `token`; what stands before it.
std::string_view take(std::string_view& text, std::string_view token) {
  const auto at = text.find(token);
  if (at == std::string_view::npos) {
    ADD_FAILURE() << "no " << token;
    text = {};
    return {};
  }
  const auto before = text.substr(0, at);
  text.remove_prefix(at + token.size());
  return before;
}

/// The hexadecimal digits of ^GF data, row by row, as the programming guide describes its compression.
std::string expanded(std::string_view data, std::size_t row_digits) {
  std::string out;
  std::size_t count = 0;
  for (const char c : data) {
    const std::size_t in_row = out.size() % row_digits;
    if (c >= 'G' && c <= 'Y') {
      count += static_cast<std::size_t>(c - 'G' + 1);
    } else if (c >= 'g' && c <= 'z') {
      count += static_cast<std::size_t>(c - 'g' + 1) * 20;
    } else if (c == ',' || c == '!') {
      out.append(row_digits - in_row, c == ',' ? '0' : 'F');
    } else if (c == ':') {
      EXPECT_TRUE(in_row == 0 && out.size() >= row_digits) << "no row above";
      out += out.substr(out.size() - row_digits);
    } else {
      EXPECT_TRUE((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')) << c;
      out.append(count == 0 ? 1 : count, c);
      count = 0;
    }
  }
  return out;
}

std::string from_hex(const std::string& hex) {
  std::string octets;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    octets += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return octets;
}

std::filesystem::path temporary(const char* name) {
  return std::filesystem::temp_directory_path() / fmt::format("qlims-print-test-{}-{}", ::getpid(), name);
}

std::filesystem::path stored(std::string_view octets) {
  const auto path = temporary("labels.pdf");
  std::ofstream{path, std::ios::binary}.write(octets.data(), static_cast<std::streamsize>(octets.size()));
  return path;
}

std::string output_of(const std::string& command) {
  const auto path = temporary("output");
  EXPECT_EQ(std::system(fmt::format("{} > {}", command, path.string()).c_str()), 0) << command;
  std::ifstream stream{path, std::ios::binary};
  std::string output{std::istreambuf_iterator<char>(stream), {}};
  std::filesystem::remove(path);
  return output;
}

}  // namespace

Dots dots_of(const LabelBitmap& label) {
  Dots dots;
  for (int y = 0; y < label.height_dots; ++y) {
    std::string row;
    for (int x = 0; x < label.width_dots; ++x) row += label.is_dark(x, y) ? '#' : '.';
    dots.push_back(row);
  }
  return dots;
}

std::vector<Dots> dots_in_zpl(std::string_view octets) {
  std::vector<Dots> labels;
  while (octets.find("^XA") != std::string_view::npos) {
    take(octets, "^XA");
    take(octets, "^PW");
    const int width = number_before(octets, '\n');
    take(octets, "^LL");
    const int height = number_before(octets, '\n');
    take(octets, "^FO0,0^GFA,");
    const int sent = number_before(octets, ',');
    const int total = number_before(octets, ',');
    const int row_octets = number_before(octets, ',');
    const std::string hex = expanded(take(octets, "^FS"), static_cast<std::size_t>(row_octets) * 2);
    EXPECT_EQ(sent, total);
    EXPECT_EQ(hex.size(), static_cast<std::size_t>(total) * 2);
    labels.push_back(unpacked(from_hex(hex), row_octets, width, 1));
    EXPECT_EQ(labels.back().size(), static_cast<std::size_t>(height));
    take(octets, "^XZ");
  }
  return labels;
}

std::vector<Dots> dots_in_tspl(std::string_view octets) {
  std::vector<Dots> labels;
  while (!octets.empty()) {
    take(octets, "SIZE ");
    const int width_mm = number_before(octets, ' ');
    take(octets, ",");
    const int height_mm = number_before(octets, ' ');
    take(octets, "CLS\r\nBITMAP 0,0,");
    const int row_octets = number_before(octets, ',');
    const int rows = number_before(octets, ',');
    EXPECT_EQ(number_before(octets, ','), 0) << "mode 0 overwrites";
    const auto length = static_cast<std::size_t>(row_octets) * static_cast<std::size_t>(rows);
    labels.push_back(unpacked(octets.substr(0, length), row_octets, row_octets * 8, 0));
    EXPECT_EQ(row_octets * 8 * height_mm, rows * width_mm) << "the picture has the shape of the paper";
    octets.remove_prefix(std::min(length, octets.size()));
    EXPECT_TRUE(take(octets, "PRINT 1,1\r\n") == "\r\n");
  }
  return labels;
}

Dots dots_in_png(std::string_view octets) {
  const std::vector<uchar> encoded(octets.begin(), octets.end());
  const cv::Mat picture = cv::imdecode(encoded, cv::IMREAD_GRAYSCALE);
  Dots dots;
  for (int y = 0; y < picture.rows; ++y) {
    std::string row;
    for (int x = 0; x < picture.cols; ++x) row += picture.at<uchar>(y, x) < 128 ? '#' : '.';
    dots.push_back(row);
  }
  return dots;
}

Dots dots_in_pdf(std::string_view octets, int page, int width_dots, int height_dots) {
  constexpr int finer = 4;
  const auto path = stored(octets);
  const std::string picture =
      output_of(fmt::format("pdftoppm -gray -aa no -aaVector no -scale-to-x {} -scale-to-y {} -f {} -l {} {}",
                            width_dots * finer, height_dots * finer, page, page, path.string()));
  std::filesystem::remove(path);
  std::istringstream header{picture.substr(0, 64)};
  std::string magic;
  std::size_t width = 0;
  std::size_t height = 0;
  int most = 0;
  header >> magic >> width >> height >> most;
  EXPECT_EQ(magic, "P5");
  EXPECT_EQ(most, 255);
  Dots dots;
  const std::size_t begin = static_cast<std::size_t>(header.tellg()) + 1;
  constexpr std::size_t step = finer;
  for (std::size_t y = step / 4; y < height; y += step) {
    std::string row;
    for (std::size_t x = step / 4; x < width; x += step) {
      const auto grey = static_cast<unsigned char>(picture.at(begin + y * width + x));
      row += grey == 0 ? '#' : grey == 255 ? '.' : '?';
    }
    dots.push_back(row);
  }
  return dots;
}

int pages_in_pdf(std::string_view octets) {
  const auto path = stored(octets);
  std::string_view told = "";
  const std::string output = output_of(fmt::format("pdfinfo {}", path.string()));
  std::filesystem::remove(path);
  told = output;
  take(told, "Pages:");
  return number_before(told, '\n');
}

Dots cut_out(const Dots& page, int x, int y, int width, int height) {
  Dots piece;
  for (int row = y; row < y + height; ++row) {
    piece.push_back(
        page.at(static_cast<std::size_t>(row)).substr(static_cast<std::size_t>(x), static_cast<std::size_t>(width)));
  }
  return piece;
}

}  // namespace lab::label

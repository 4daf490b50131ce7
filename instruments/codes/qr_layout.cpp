#include "instruments/codes/qr_layout.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "protocol/base/check.hpp"

namespace lab::codes {
namespace {

using PerVersion = std::array<unsigned char, qr_version_max>;

// ISO/IEC 18004 table 9, by level as numbered in the format information: M, L, H, Q.
constexpr std::array<PerVersion, 4> check_codewords{{
    {10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
     26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28},
    {7,  10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
     28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
    {17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28,
     30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
    {13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30,
     28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
}};
constexpr std::array<PerVersion, 4> block_count{{
    {1,  1,  1,  2,  2,  4,  4,  4,  5,  5,  5,  8,  9,  9,  10, 10, 11, 13, 14, 16,
     17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49},
    {1, 1, 1, 1,  1,  2,  2,  2,  2,  4,  4,  4,  4,  4,  6,  6,  6,  6,  7,  8,
     8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25},
    {1,  1,  2,  4,  4,  4,  5,  6,  8,  8,  11, 11, 16, 16, 18, 16, 19, 21, 25, 25,
     25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81},
    {1,  1,  2,  2,  4,  4,  6,  6,  8,  8,  8,  10, 12, 16, 12, 17, 16, 18, 21, 20,
     23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68},
}};

constexpr int finder_side = 7;
constexpr int timing_line = 6;
constexpr int version_information_from = 7;

/// A check of `check_bits` behind the number: the remainder of the division by the generator.
int with_check(int number, int check_bits, int generator) {
  int rest = number;
  for (int i = 0; i < check_bits; ++i) rest = (rest << 1) ^ ((rest >> (check_bits - 1)) * generator);
  return number << check_bits | rest;
}

class Roles {
 public:
  explicit Roles(int version) : version_(version), side_(qr_side(version)), roles_(side_, side_, QrRole::data) {
    paint_timing();
    paint_finder(3, 3);
    paint_finder(side_ - 4, 3);
    paint_finder(3, side_ - 4);
    paint_alignment();
    for (const auto& twins : qr_format_places(version)) {
      for (const ModulePlace place : twins) roles_.at(place.column, place.row) = QrRole::format;
    }
    roles_.at(8, side_ - 8) = QrRole::dark;
    if (version >= version_information_from) paint_version();
  }

  Matrix<QrRole> take() { return std::move(roles_); }

 private:
  void set(int column, int row, bool is_dark) {
    if (column < 0 || row < 0 || column >= side_ || row >= side_) return;
    roles_.at(column, row) = is_dark ? QrRole::dark : QrRole::light;
  }

  void paint_timing() {
    for (int i = 0; i < side_; ++i) {
      set(i, timing_line, i % 2 == 0);
      set(timing_line, i, i % 2 == 0);
    }
  }

  /// With its light separator.
  void paint_finder(int column, int row) {
    for (int y = -4; y <= 4; ++y) {
      for (int x = -4; x <= 4; ++x) {
        const int ring = std::max(std::abs(x), std::abs(y));
        set(column + x, row + y, ring != 2 && ring != 4);
      }
    }
  }

  void paint_alignment() {
    const auto centres = qr_alignment_centres(version_);
    for (const int row : centres) {
      for (const int column : centres) {
        const bool is_in_finder = (row == timing_line && column == timing_line) ||
                                  (row == timing_line && column == side_ - finder_side) ||
                                  (row == side_ - finder_side && column == timing_line);
        if (is_in_finder) continue;
        for (int y = -2; y <= 2; ++y) {
          for (int x = -2; x <= 2; ++x) set(column + x, row + y, std::max(std::abs(x), std::abs(y)) != 1);
        }
      }
    }
  }

  void paint_version() {
    const int bits = with_check(version_, 12, 0x1F25);
    for (int i = 0; i < 18; ++i) {
      const bool is_dark = (bits >> i & 1) != 0;
      set(side_ - 11 + i % 3, i / 3, is_dark);
      set(i / 3, side_ - 11 + i % 3, is_dark);
    }
  }

  int version_;
  int side_;
  Matrix<QrRole> roles_;
};

int codeword_count(int version) { return static_cast<int>(qr_data_path(version).size() / 8); }

}  // namespace

std::optional<int> qr_version_of(int side) {
  if (side < qr_side(1) || side > qr_side(qr_version_max) || side % 4 != 1) return std::nullopt;
  return (side - 17) / 4;
}

std::vector<int> qr_alignment_centres(int version) {
  LAB_CHECK(version >= 1 && version <= qr_version_max);
  if (version == 1) return {};
  const int count = version / 7 + 2;
  // Even steps from the last back to the second; annex E has one exception.
  const int step = version == 32 ? 26 : (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2;
  std::vector<int> centres(static_cast<std::size_t>(count), timing_line);
  int centre = qr_side(version) - finder_side;
  for (std::size_t i = centres.size() - 1; i > 0; --i, centre -= step) centres[i] = centre;
  return centres;
}

Matrix<QrRole> qr_roles(int version) { return Roles(version).take(); }

std::vector<ModulePlace> qr_data_path(int version) {
  const auto roles = qr_roles(version);
  const int side = qr_side(version);
  std::vector<ModulePlace> path;
  bool is_upward = true;
  // Pairs of columns from the right; the vertical timing pattern belongs to none.
  for (int right = side - 1; right > 0; right -= 2) {
    if (right == timing_line) --right;
    for (int i = 0; i < side; ++i) {
      const int row = is_upward ? side - 1 - i : i;
      for (const int column : {right, right - 1}) {
        if (roles.at(column, row) == QrRole::data) path.push_back({column, row});
      }
    }
    is_upward = !is_upward;
  }
  path.resize(path.size() / 8 * 8);
  return path;
}

bool qr_is_masked(int mask, ModulePlace place) {
  const int i = place.row;
  const int j = place.column;
  switch (mask) {
    case 0:
      return (i + j) % 2 == 0;
    case 1:
      return i % 2 == 0;
    case 2:
      return j % 3 == 0;
    case 3:
      return (i + j) % 3 == 0;
    case 4:
      return (i / 2 + j / 3) % 2 == 0;
    case 5:
      return i * j % 2 + i * j % 3 == 0;
    case 6:
      return (i * j % 2 + i * j % 3) % 2 == 0;
    default:
      return ((i + j) % 2 + i * j % 3) % 2 == 0;
  }
}

int qr_format_bits(const QrFormat& format) {
  constexpr int format_mask = 0x5412;
  return with_check(static_cast<int>(format.level) << 3 | format.mask, 10, 0x537) ^ format_mask;
}

std::vector<std::vector<ModulePlace>> qr_format_places(int version) {
  const int side = qr_side(version);
  std::vector<std::vector<ModulePlace>> places;
  for (int bit = 14; bit >= 0; --bit) {
    // Round the upper left finder: down its right side from the top, then to the left below it.
    ModulePlace first;
    if (bit < 6) first = {8, bit};
    if (bit == 6) first = {8, 7};
    if (bit == 7) first = {8, 8};
    if (bit == 8) first = {7, 8};
    if (bit > 8) first = {14 - bit, 8};
    // Again below the upper right one, and beside the lower left one.
    const ModulePlace second = bit < 8 ? ModulePlace{side - 1 - bit, 8} : ModulePlace{8, side - 15 + bit};
    places.push_back({first, second});
  }
  return places;
}

QrBlocks qr_blocks(int version, QrLevel level) {
  const auto row = static_cast<std::size_t>(level);
  const auto column = static_cast<std::size_t>(version - 1);
  const int checks = check_codewords[row][column];
  const int count = block_count[row][column];
  const int total = codeword_count(version);
  const int shorter = total / count;
  const int longer_count = total % count;
  const int shorter_data = shorter - checks;

  QrBlocks out{.check_count = checks, .blocks = std::vector<std::vector<std::size_t>>(static_cast<std::size_t>(count))};
  std::size_t place = 0;
  const auto deal = [&](int from_block) {
    for (auto block = out.blocks.begin() + from_block; block != out.blocks.end(); ++block) block->push_back(place++);
  };
  for (int i = 0; i < shorter_data; ++i) deal(0);
  if (longer_count > 0) deal(count - longer_count);  // the longer blocks are the last
  for (int i = 0; i < checks; ++i) deal(0);
  return out;
}

}  // namespace lab::codes

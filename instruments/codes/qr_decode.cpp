#include "instruments/codes/qr_decode.hpp"

#include <algorithm>
#include <functional>

#include "instruments/codes/soft_block.hpp"

namespace lab::codes {
namespace {

constexpr std::size_t formats_tried = 3;
/// Formats that agree less than this with what was seen, compared with the best, are none. Two of them have five bits
/// of fifteen different at least, so that one that is seen well leaves the next a third.
constexpr float doubt_share = 0.5F;

struct RatedFormat {
  QrFormat format;
  float agreement = 0;
};

/// The formats that agree best with both copies of the format information.
std::vector<RatedFormat> likely_formats(const SoftModules& modules, int version) {
  const auto places = qr_format_places(version);
  std::vector<RatedFormat> rated;
  for (int level = 0; level < 4; ++level) {
    for (int mask = 0; mask < 8; ++mask) {
      RatedFormat candidate{.format = {.level = static_cast<QrLevel>(level), .mask = mask}};
      const int bits = qr_format_bits(candidate.format);
      for (std::size_t i = 0; i < places.size(); ++i) {
        const bool is_dark = (bits >> (places.size() - 1 - i) & 1) != 0;
        for (const ModulePlace place : places[i]) {
          const float darkness = std::clamp(modules.at(place.column, place.row), -1.0F, 1.0F);
          candidate.agreement += is_dark ? darkness : -darkness;
        }
      }
      rated.push_back(candidate);
    }
  }
  std::ranges::stable_sort(rated, std::greater{}, &RatedFormat::agreement);
  rated.resize(formats_tried);
  return rated;
}

SoftModules unmasked(const SoftModules& modules, const std::vector<ModulePlace>& path, int mask) {
  SoftModules out = modules;
  for (const ModulePlace place : path) {
    if (qr_is_masked(mask, place)) out.at(place.column, place.row) *= -1;
  }
  return out;
}

HardModules drawn(int version, const QrFormat& format, const std::vector<ModulePlace>& path,
                  const std::vector<SoftCodeword>& codewords) {
  const int side = qr_side(version);
  HardModules modules(side, side, 0);
  const auto roles = qr_roles(version);
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      // Remainder bits are light before the mask.
      const bool is_dark = roles.at(column, row) == QrRole::dark ||
                           (roles.at(column, row) == QrRole::data && qr_is_masked(format.mask, {column, row}));
      modules.at(column, row) = is_dark ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool is_set = (codewords[i / 8].value >> (7 - i % 8) & 1) != 0;
    modules.at(path[i].column, path[i].row) = is_set != qr_is_masked(format.mask, path[i]) ? 1 : 0;
  }
  const auto places = qr_format_places(version);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool is_dark = (qr_format_bits(format) >> (places.size() - 1 - i) & 1) != 0;
    for (const ModulePlace place : places[i]) modules.at(place.column, place.row) = is_dark ? 1 : 0;
  }
  return modules;
}

}  // namespace

std::optional<RepairedQr> repair_qr(const SoftModules& modules) {
  const auto version = modules.columns() == modules.rows() ? qr_version_of(modules.columns()) : std::nullopt;
  if (!version) return std::nullopt;
  const auto path = qr_data_path(*version);
  std::optional<RepairedQr> best;
  const auto formats = likely_formats(modules, *version);
  for (const RatedFormat& candidate : formats) {
    if (candidate.agreement < doubt_share * formats.front().agreement) break;
    if (best && best->spare >= spare_proof) break;
    auto codewords = soft_codewords(unmasked(modules, path, candidate.format.mask), path);
    const auto layout = qr_blocks(*version, candidate.format.level);
    const auto correction = correct_blocks(ReedSolomon::qr(), codewords, layout.blocks, layout.check_count);
    if (!correction || (best && correction->spare <= best->spare)) continue;
    best = RepairedQr{.modules = drawn(*version, candidate.format, path, codewords),
                      .format = candidate.format,
                      .errors = correction->errors,
                      .erasures = correction->erasures,
                      .spare = correction->spare};
  }
  return best;
}

}  // namespace lab::codes

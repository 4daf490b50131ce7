#pragma once
// Where everything stands in a QR code, model 2, versions 1 to 40. Pure. Source: ISO/IEC 18004:2015, clauses 6 and 7.

#include <optional>
#include <vector>

#include "instruments/codes/module_matrix.hpp"

namespace lab::codes {

constexpr int qr_version_max = 40;

/// Modules on a side. Precondition, here and below: version 1..40.
constexpr int qr_side(int version) { return 17 + 4 * version; }
std::optional<int> qr_version_of(int side);

/// The columns, and rows, on which alignment patterns are centred; none in version 1.
std::vector<int> qr_alignment_centres(int version);

enum class QrRole : unsigned char { data, light, dark, format };

/// What each module is for: data, or a fixed light or dark one, or one of the format information. The version
/// information of versions 7 and up counts as fixed.
Matrix<QrRole> qr_roles(int version);

/// The modules of the data in the order in which they are written, eight to a codeword, the highest bit first; the
/// remainder bits are left out.
std::vector<ModulePlace> qr_data_path(int version);

/// Whether the mask 0..7 turns the module over.
bool qr_is_masked(int mask, ModulePlace place);

/// The level of error correction, by its number in the format information.
enum class QrLevel : unsigned char { medium = 0, low = 1, high = 2, quartile = 3 };

struct QrFormat {
  QrLevel level = QrLevel::medium;
  int mask = 0;

  bool operator==(const QrFormat&) const = default;
};

/// Its 15 bits as they are printed, the highest first.
int qr_format_bits(const QrFormat& format);
/// The two places of each of these bits, in that order.
std::vector<std::vector<ModulePlace>> qr_format_places(int version);

/// How the codewords are divided: the places, in the written order, of each block's codewords, data first.
struct QrBlocks {
  int check_count = 0;
  std::vector<std::vector<std::size_t>> blocks;
};
QrBlocks qr_blocks(int version, QrLevel level);

}  // namespace lab::codes

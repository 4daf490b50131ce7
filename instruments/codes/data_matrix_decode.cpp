#include "instruments/codes/data_matrix_decode.hpp"

#include <algorithm>
#include <limits>

#include "instruments/codes/soft_block.hpp"

namespace lab::codes {
namespace {

/// Of all blocks together; the spare check codewords are those of the block that has fewest.
struct Repair {
  int errors = 0;
  int erasures = 0;
  int spare = std::numeric_limits<int>::max();
};

const DataMatrixSize* size_of(const SoftModules& modules) {
  const auto sizes = data_matrix_sizes();
  const auto found = std::ranges::find_if(sizes, [&](const DataMatrixSize& size) {
    return size.rows == modules.rows() && size.columns == modules.columns();
  });
  return found == sizes.end() ? nullptr : &*found;
}

/// Data and check codewords are dealt to the blocks in turn.
std::optional<Repair> correct_blocks(std::vector<SoftCodeword>& codewords, const DataMatrixSize& size) {
  Repair total;
  const auto step = static_cast<std::size_t>(size.block_count);
  for (std::size_t first = 0; first < step; ++first) {
    std::vector<SoftCodeword> block;
    for (std::size_t i = first; i < codewords.size(); i += step) block.push_back(codewords[i]);
    const int checks = size.check_count / size.block_count;
    const auto correction = correct_softly(ReedSolomon::data_matrix(), block, checks);
    if (!correction) return std::nullopt;
    total.errors += correction->errors;
    total.erasures += correction->erasures;
    total.spare = std::min(total.spare, spare_of(*correction, checks));
    for (std::size_t i = 0; i < block.size(); ++i) codewords[first + i * step] = block[i];
  }
  return total;
}

HardModules drawn(const DataMatrixSize& size, const SoftModules& modules, const std::vector<ModulePlace>& path,
                  const std::vector<SoftCodeword>& codewords) {
  HardModules out(size.columns, size.rows, 0);
  const auto roles = data_matrix_roles(size);
  for (int row = 0; row < size.rows; ++row) {
    for (int column = 0; column < size.columns; ++column) {
      const auto role = roles.at(column, row);
      // The few modules of data that no codeword uses stay as they look.
      const bool is_dark = role == DataMatrixRole::data ? modules.at(column, row) > 0 : role == DataMatrixRole::dark;
      out.at(column, row) = is_dark ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    out.at(path[i].column, path[i].row) = codewords[i / 8].value >> (7 - i % 8) & 1;
  }
  return out;
}

}  // namespace

std::optional<RepairedDataMatrix> repair_data_matrix(const SoftModules& modules) {
  const DataMatrixSize* size = size_of(modules);
  if (size == nullptr) return std::nullopt;
  const auto path = data_matrix_path(*size);
  auto codewords = soft_codewords(modules, path);
  const auto correction = correct_blocks(codewords, *size);
  if (!correction) return std::nullopt;
  return RepairedDataMatrix{.modules = drawn(*size, modules, path, codewords),
                            .errors = correction->errors,
                            .erasures = correction->erasures,
                            .spare = correction->spare};
}

}  // namespace lab::codes

#include "instruments/codes/data_matrix_decode.hpp"

#include <algorithm>

#include "instruments/codes/soft_block.hpp"

namespace lab::codes {
namespace {

const DataMatrixSize* size_of(const SoftModules& modules) {
  const auto sizes = data_matrix_sizes();
  const auto found = std::ranges::find_if(sizes, [&](const DataMatrixSize& size) {
    return size.rows == modules.rows() && size.columns == modules.columns();
  });
  return found == sizes.end() ? nullptr : &*found;
}

/// Data and check codewords are dealt to the blocks in turn.
std::vector<std::vector<std::size_t>> blocks_of(const DataMatrixSize& size, std::size_t codewords) {
  std::vector<std::vector<std::size_t>> blocks(static_cast<std::size_t>(size.block_count));
  for (std::size_t i = 0; i < codewords; ++i) blocks[i % blocks.size()].push_back(i);
  return blocks;
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
  const auto correction = correct_blocks(ReedSolomon::data_matrix(), codewords, blocks_of(*size, codewords.size()),
                                         size->check_count / size->block_count);
  if (!correction) return std::nullopt;
  return RepairedDataMatrix{.modules = drawn(*size, modules, path, codewords),
                            .errors = correction->errors,
                            .erasures = correction->erasures,
                            .spare = correction->spare};
}

}  // namespace lab::codes

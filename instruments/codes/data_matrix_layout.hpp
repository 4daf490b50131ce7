#pragma once
// Where everything stands in a Data Matrix, ECC 200. Pure. Source: ISO/IEC 16022:2006, table 7 and annex F.

#include <span>
#include <vector>

#include "instruments/codes/module_matrix.hpp"

namespace lab::codes {

struct DataMatrixSize {
  int rows = 0;  // modules, with the borders
  int columns = 0;
  int region_rows = 0;  // modules of one data region, without its border
  int region_columns = 0;
  int data_count = 0;   // codewords
  int check_count = 0;  // codewords, of all blocks together
  int block_count = 1;

  bool operator==(const DataMatrixSize&) const = default;
};

/// All but 144 x 144, whose blocks are of different lengths: squares from the smallest up, then rectangles.
std::span<const DataMatrixSize> data_matrix_sizes();

/// What a module of the border is: the solid lines are left and below, the alternating ones above and right.
enum class DataMatrixRole : unsigned char { data, light, dark };
Matrix<DataMatrixRole> data_matrix_roles(const DataMatrixSize& size);

/// The modules of the codewords in order, eight each, the highest bit first.
std::vector<ModulePlace> data_matrix_path(const DataMatrixSize& size);

}  // namespace lab::codes

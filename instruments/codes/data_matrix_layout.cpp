#include "instruments/codes/data_matrix_layout.hpp"

#include <array>

namespace lab::codes {
namespace {

constexpr std::array<DataMatrixSize, 29> sizes{{
    {10, 10, 8, 8, 3, 5, 1},          {12, 12, 10, 10, 5, 7, 1},        {14, 14, 12, 12, 8, 10, 1},
    {16, 16, 14, 14, 12, 12, 1},      {18, 18, 16, 16, 18, 14, 1},      {20, 20, 18, 18, 22, 18, 1},
    {22, 22, 20, 20, 30, 20, 1},      {24, 24, 22, 22, 36, 24, 1},      {26, 26, 24, 24, 44, 28, 1},
    {32, 32, 14, 14, 62, 36, 1},      {36, 36, 16, 16, 86, 42, 1},      {40, 40, 18, 18, 114, 48, 1},
    {44, 44, 20, 20, 144, 56, 1},     {48, 48, 22, 22, 174, 68, 1},     {52, 52, 24, 24, 204, 84, 2},
    {64, 64, 14, 14, 280, 112, 2},    {72, 72, 16, 16, 368, 144, 4},    {80, 80, 18, 18, 456, 192, 4},
    {88, 88, 20, 20, 576, 224, 4},    {96, 96, 22, 22, 696, 272, 4},    {104, 104, 24, 24, 816, 336, 6},
    {120, 120, 18, 18, 1050, 408, 6}, {132, 132, 20, 20, 1304, 496, 8}, {8, 18, 6, 16, 5, 7, 1},
    {8, 32, 6, 14, 10, 11, 1},        {12, 26, 10, 24, 16, 14, 1},      {12, 36, 10, 16, 22, 18, 1},
    {16, 36, 14, 16, 32, 24, 1},      {16, 48, 14, 22, 49, 28, 1},
}};

/// The walk of annex F over the data regions laid together.
class Walk {
 public:
  Walk(int rows, int columns) : rows_(rows), columns_(columns), taken_(columns, rows, 0) {
    int row = 4;
    int column = 0;
    while (row < rows_ || column < columns_) {
      take_corners(row, column);
      for (; row >= 0 && column < columns_; row -= 2, column += 2) take_shape(row, column);
      row += 1;
      column += 3;
      for (; row < rows_ && column >= 0; row += 2, column -= 2) take_shape(row, column);
      row += 3;
      column += 1;
    }
  }

  std::vector<ModulePlace> take_path() { return std::move(path_); }

 private:
  using Places = std::array<ModulePlace, 8>;

  /// A shape that leaves the upper or left edge comes back on the other side.
  ModulePlace wrapped(ModulePlace place) const {
    if (place.row < 0) {
      place.row += rows_;
      place.column += 4 - (rows_ + 4) % 8;
    }
    if (place.column < 0) {
      place.column += columns_;
      place.row += 4 - (columns_ + 4) % 8;
    }
    return place;
  }

  void take(const Places& places) {
    for (const ModulePlace& place : places) {
      const ModulePlace inside = wrapped(place);
      taken_.at(inside.column, inside.row) = 1;
      path_.push_back(inside);
    }
  }

  void take_shape(int row, int column) {
    if (row < 0 || row >= rows_ || column < 0 || column >= columns_ || taken_.at(column, row) != 0) return;
    take({{{column - 2, row - 2},
           {column - 1, row - 2},
           {column - 2, row - 1},
           {column - 1, row - 1},
           {column, row - 1},
           {column - 2, row},
           {column - 1, row},
           {column, row}}});
  }

  /// The four special shapes at the corners, each in some sizes only.
  void take_corners(int row, int column) {
    const int right = columns_ - 1;
    const int below = rows_ - 1;
    if (row == rows_ && column == 0) {
      take({{{0, below}, {1, below}, {2, below}, {right - 1, 0}, {right, 0}, {right, 1}, {right, 2}, {right, 3}}});
    }
    if (row == rows_ - 2 && column == 0 && columns_ % 4 != 0) {
      take({{{0, below - 2},
             {0, below - 1},
             {0, below},
             {right - 3, 0},
             {right - 2, 0},
             {right - 1, 0},
             {right, 0},
             {right, 1}}});
    }
    if (row == rows_ - 2 && column == 0 && columns_ % 8 == 4) {
      take({{{0, below - 2},
             {0, below - 1},
             {0, below},
             {right - 1, 0},
             {right, 0},
             {right, 1},
             {right, 2},
             {right, 3}}});
    }
    if (row == rows_ + 4 && column == 2 && columns_ % 8 == 0) {
      take({{{0, below},
             {right, below},
             {right - 2, 0},
             {right - 1, 0},
             {right, 0},
             {right - 2, 1},
             {right - 1, 1},
             {right, 1}}});
    }
  }

  int rows_;
  int columns_;
  HardModules taken_;
  std::vector<ModulePlace> path_;
};

}  // namespace

std::span<const DataMatrixSize> data_matrix_sizes() { return sizes; }

Matrix<DataMatrixRole> data_matrix_roles(const DataMatrixSize& size) {
  Matrix<DataMatrixRole> roles(size.columns, size.rows, DataMatrixRole::data);
  const int period_rows = size.region_rows + 2;
  const int period_columns = size.region_columns + 2;
  const auto alternating = [](int i) { return i % 2 == 0 ? DataMatrixRole::dark : DataMatrixRole::light; };
  for (int row = 0; row < size.rows; ++row) {
    for (int column = 0; column < size.columns; ++column) {
      const int inner_row = row % period_rows;
      const int inner_column = column % period_columns;
      auto& role = roles.at(column, row);
      if (inner_row == 0) role = alternating(inner_column);
      if (inner_column == period_columns - 1) role = alternating(inner_row + 1);
      if (inner_row == period_rows - 1 || inner_column == 0) role = DataMatrixRole::dark;
    }
  }
  return roles;
}

std::vector<ModulePlace> data_matrix_path(const DataMatrixSize& size) {
  const int rows = size.rows / (size.region_rows + 2) * size.region_rows;
  const int columns = size.columns / (size.region_columns + 2) * size.region_columns;
  auto path = Walk(rows, columns).take_path();
  for (ModulePlace& place : path) {
    place.row += place.row / size.region_rows * 2 + 1;
    place.column += place.column / size.region_columns * 2 + 1;
  }
  return path;
}

}  // namespace lab::codes

#pragma once
// A square or rectangle of modules. Pure.

#include <cstddef>
#include <vector>

namespace lab::codes {

/// Row by row, the upper left module first.
template <typename Module>
class Matrix {
 public:
  Matrix() = default;
  Matrix(int columns, int rows, Module fill = {})
      : columns_(columns),
        rows_(rows),
        modules_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), fill) {}

  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }
  Module& at(int column, int row) { return modules_[place(column, row)]; }
  const Module& at(int column, int row) const { return modules_[place(column, row)]; }

 private:
  [[nodiscard]] std::size_t place(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
  }

  int columns_ = 0;
  int rows_ = 0;
  std::vector<Module> modules_;
};

/// How dark each module is: above 0 dark, below 0 light, the further the surer; 0 knows nothing.
using SoftModules = Matrix<float>;

/// 1 is dark.
using HardModules = Matrix<unsigned char>;

struct ModulePlace {
  int column = 0;
  int row = 0;

  bool operator==(const ModulePlace&) const = default;
};

}  // namespace lab::codes

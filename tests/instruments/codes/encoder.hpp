#pragma once
// Symbols drawn by zint, which shares no code with ours.

#include <gtest/gtest.h>
#include <zint.h>
#include <string>

#include "instruments/codes/module_matrix.hpp"

namespace lab::codes {

/// `level` 1..4 is L, M, Q, H for QR; `version` is zint's number of the size, of both symbologies.
inline HardModules drawn_by_zint(int symbology, const std::string& text, int version, int level) {
  zint_symbol* symbol = ZBarcode_Create();
  symbol->symbology = symbology;
  symbol->option_1 = level;
  symbol->option_2 = version;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const int result = ZBarcode_Encode(symbol, bytes, static_cast<int>(text.size()));
  EXPECT_LT(result, ZINT_ERROR) << symbol->errtxt;
  HardModules modules(symbol->width, symbol->rows);
  for (int row = 0; row < symbol->rows; ++row) {
    for (int column = 0; column < symbol->width; ++column) {
      modules.at(column, row) = symbol->encoded_data[row][column / 8] >> column % 8 & 1;
    }
  }
  ZBarcode_Delete(symbol);
  return modules;
}

/// Every module quite sure of itself.
inline SoftModules as_seen(const HardModules& modules) {
  SoftModules seen(modules.columns(), modules.rows());
  for (int row = 0; row < modules.rows(); ++row) {
    for (int column = 0; column < modules.columns(); ++column) {
      seen.at(column, row) = modules.at(column, row) != 0 ? 1.0F : -1.0F;
    }
  }
  return seen;
}

inline bool are_same(const HardModules& a, const HardModules& b) {
  if (a.columns() != b.columns() || a.rows() != b.rows()) return false;
  for (int row = 0; row < a.rows(); ++row) {
    for (int column = 0; column < a.columns(); ++column) {
      if (a.at(column, row) != b.at(column, row)) return false;
    }
  }
  return true;
}

}  // namespace lab::codes

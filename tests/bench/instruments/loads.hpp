#pragma once
// What is read and sent by the benchmark. Generated, so that everybody measures the same octets.

#include <cstddef>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace lab::bench {

/// One ORU^R01 of 554 octets with five results, the size that the peers were measured with before.
std::string hl7_message();

/// One E1394 message of 28 records, each a frame of its own when it is sent.
std::vector<std::string> astm_records();

/// A MassHunter batch table: `rows` injections of `analytes` compounds.
std::string masshunter_table(std::size_t rows, std::size_t analytes);

/// A table of samples and elements as text, as the profile two-dimension-table reads it.
std::string sample_table(std::size_t rows, std::size_t elements);

/// A Syngistix workbook of ten sheets of `rows` times `elements` numbers, one of which holds the results.
Bytes workbook(std::size_t rows, std::size_t elements);
inline constexpr const char* workbook_sheet = "Concentrations";

enum class Encoding { affn, difdup };

/// A spectrum of `points` with a smooth band, noise and flat stretches.
std::string jcamp_file(std::size_t points, Encoding encoding);

}  // namespace lab::bench

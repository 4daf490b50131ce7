#include "tools/qlims/beijing_time.hpp"

#include "protocol/base/time.hpp"

namespace lab::qlims {

std::string beijing_time(const std::string& utc) {
  const auto time = parse_utc(utc);
  if (!time) return utc;
  const std::string shifted = to_text(*time + civil_offset);
  constexpr std::size_t date = 10;
  constexpr std::size_t clock = 8;
  return shifted.substr(0, date) + " " + shifted.substr(date + 1, clock);
}

}  // namespace lab::qlims

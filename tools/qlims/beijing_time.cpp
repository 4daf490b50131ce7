#include "tools/qlims/beijing_time.hpp"

#include "protocol/base/time.hpp"

namespace lab::qlims {

std::string beijing_time(const std::string& utc) {
  const auto time = parse_utc(utc);
  return time ? wall_time(*time) : utc;
}

}  // namespace lab::qlims

#include "tests/bench/province_year/run_result.hpp"

namespace lab::province_year {

std::vector<std::string> flush_environment(Regime regime, const std::filesystem::path& programs,
                                           const std::filesystem::path& flush_log) {
  std::vector<std::string> environment{"LD_PRELOAD=" + (programs / "libflush_shim.so").string(),
                                       "QLIMS_FLUSH_LOG=" + flush_log.string()};
  environment.emplace_back(regime == Regime::slow ? "QLIMS_FLUSH_MS=5.0" : "QLIMS_FLUSH_REAL=1");
  return environment;
}

}  // namespace lab::province_year

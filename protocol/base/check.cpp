#include "protocol/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace lab {

void check_failed(const char* condition, const char* file, unsigned line, const char* function) {
  static_cast<void>(std::fprintf(stderr, "%s:%u: broken invariant in %s: %s\n", file, line, function, condition));
  std::abort();
}

}  // namespace lab

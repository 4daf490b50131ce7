#include "protocol/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace lab {

void check_failed(const char* condition, std::source_location where) {
  std::fprintf(stderr, "%s:%u: broken invariant in %s: %s\n", where.file_name(), where.line(), where.function_name(),
               condition);
  std::abort();
}

}  // namespace lab

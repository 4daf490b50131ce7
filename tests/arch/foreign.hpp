#pragma once
// Which library a <header> belongs to.

#include <string>
#include <string_view>

namespace lab::arch {

/// "std", "everywhere" (fmt, tl::expected), "posix", "test" (gtest, gmock, rapidcheck), the name of a foreign library,
/// or "" when the header is unknown.
std::string_view library_of(std::string_view header);

/// Only .cpp files include those.
bool is_slow_to_compile(std::string_view header);

}  // namespace lab::arch

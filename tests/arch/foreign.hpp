#pragma once
// Which library a <header> belongs to.

#include <string>
#include <string_view>

namespace lab::arch {

/// "std", "everywhere" (fmt, tl::expected), "posix", "test" (gtest, gmock, rapidcheck), the name of a foreign library,
/// or "" when the header is unknown.
std::string_view library_of(std::string_view header);

/// Too slow to compile for a header of ours: only .cpp files include them.
bool is_for_sources_only(std::string_view library);

}  // namespace lab::arch

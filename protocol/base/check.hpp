#pragma once
// A broken invariant is our bug: it stops the program, in release builds too. Never used on input.

#include <source_location>

namespace lab {

[[noreturn]] void check_failed(const char* condition, std::source_location where);

}  // namespace lab

#define LAB_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::lab::check_failed(#condition, std::source_location::current()))

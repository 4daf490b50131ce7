#pragma once
// A broken invariant is our bug: it stops the program, in release builds too. Never used on input.

namespace lab {

[[noreturn]] void check_failed(const char* condition, const char* file, unsigned line, const char* function);

}  // namespace lab

// Not std::source_location: clang 14, which builds the fuzz programs, does not have it.
#define LAB_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::lab::check_failed(#condition, __FILE__, __LINE__, __func__))

#pragma once
// Named places where a test can make a program die, stop for a while, or meet an error: docs/decisions/0033. They are
// in every build; while none is armed, a place costs a call and one relaxed load.
//
//   QLIMS_FAILPOINTS="store.commit=crash;coordinator.send=sleep:200;blob.rename=error@3"
//
// crash    the process is killed on the spot, as by SIGKILL
// sleep:N  the thread stops for N ms, at most a minute
// error    the place behaves as if what it is about had failed; one that has no error of its own throws
// @N       at the Nth time that the place is reached, otherwise at the first. Each acts once in the life of a process.

#include <span>
#include <stdexcept>

#include "protocol/base/result.hpp"

namespace lab {

/// Thrown by a place that has no error of its own. Nobody catches it: it stands for what nobody has thought of.
class InjectedFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace failpoint {

/// Every name that is in use; a test holds the list against the sources.
std::span<const char* const> names();

/// As in the environment variable; nothing for a null pointer. malformed names what cannot be read, and nothing is
/// armed. At the start of a program, before it has threads.
Result<void> arm(const char* text);

/// One relaxed load. A function, so that pure folders do not come to see atomics.
[[nodiscard]] bool is_armed();
/// Acts if this one is armed; true when the place is to fail. Says on standard error what it does.
bool reached(const char* name);

}  // namespace failpoint

/// At a place that can fail: true when it must behave as if it had.
inline bool fails_at(const char* name) { return failpoint::is_armed() && failpoint::reached(name); }

/// At a place that cannot fail by itself.
inline void pass(const char* name) {
  if (fails_at(name)) throw InjectedFailure(name);
}

}  // namespace lab

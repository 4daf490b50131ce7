#pragma once
// Internal to this folder. What the worker takes from itself before it looks at the first picture: image decoders have
// had memory errors before, and a picture comes from outside.

namespace lab::label {

constexpr unsigned long long memory_bytes_max = 1ull << 30;  // largest picture 40 MB grey, decoders' copies, libraries
constexpr unsigned cpu_seconds_max = 10;                     // per picture; the budget of a reading is about 1 s

/// Limits memory, forbids core files and writing files, closes every descriptor but 0, 1 and 2.
void limit_resources();

/// Sets the processor time this process may use from now on; the system ends it at most 2 s after that.
void allow_cpu_time(unsigned seconds);

/// From now on only what computing, memory and the descriptors already open need; every other system call (files,
/// sockets, processes, signals to others) fails with EPERM. False where the system has no such filter.
bool deny_system_calls();

}  // namespace lab::label

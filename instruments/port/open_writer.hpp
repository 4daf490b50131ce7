#pragma once
// Whether a file is still being written by another program.

#include <string>

namespace lab::port {

enum class Writer {
  none,     // nobody has it open for writing
  open,     // somebody has
  unknown,  // the file system or the rights on the file do not tell
};

/// Asks the kernel for a read lease, which it does not give while a writer has the file open, and hands it back at
/// once. Unknown on network shares, and for a file of another user without CAP_LEASE. Source: fcntl(2), F_SETLEASE.
Writer writer_of(const std::string& path);

}  // namespace lab::port

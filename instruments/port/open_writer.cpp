#include "instruments/port/open_writer.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>

namespace lab::port {

Writer writer_of(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return Writer::unknown;
  // Whoever opens the file for writing while the lease is held breaks it, which is told by a signal. SIGIO would end
  // this program; SIGURG is ignored unless somebody asks for it.
  const bool is_quiet = ::fcntl(file, F_SETSIG, SIGURG) == 0;
  Writer writer = Writer::unknown;
  if (is_quiet && ::fcntl(file, F_SETLEASE, F_RDLCK) == 0) {
    writer = Writer::none;
    ::fcntl(file, F_SETLEASE, F_UNLCK);
  } else if (is_quiet && errno == EAGAIN) {
    writer = Writer::open;
  }
  ::close(file);
  return writer;
}

}  // namespace lab::port

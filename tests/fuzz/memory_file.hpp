#pragma once
// Octets as a file with a name, for parsers that open one.

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

#include "protocol/base/bytes.hpp"
#include "protocol/base/check.hpp"

namespace lab::fuzz {

class MemoryFile {
 public:
  explicit MemoryFile(BytesView octets) : descriptor_(::memfd_create("input", MFD_CLOEXEC)) {
    LAB_CHECK(descriptor_ >= 0);
    LAB_CHECK(::write(descriptor_, octets.data(), octets.size()) == static_cast<ssize_t>(octets.size()));
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::filesystem::path path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

}  // namespace lab::fuzz

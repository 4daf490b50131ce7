#include "tests/procs/private_disks.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

namespace lab::procs {
namespace {

std::string reason(const char* what) { return fmt::format("{}: {}", what, std::generic_category().message(errno)); }

bool write_line(const char* file, const std::string& line) {
  std::ofstream out{file};
  out << line;
  return static_cast<bool>(out.flush());
}

}  // namespace

std::string own_mounts() {
  if (::unshare(CLONE_NEWNS) != 0) {
    const auto user = ::geteuid();
    const auto group = ::getegid();
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return reason("no namespace of one's own");
    if (!write_line("/proc/self/setgroups", "deny") ||
        !write_line("/proc/self/uid_map", fmt::format("0 {} 1\n", user)) ||
        !write_line("/proc/self/gid_map", fmt::format("0 {} 1\n", group))) {
      return reason("no user in the namespace");
    }
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return reason("no private mounts");
  return {};
}

SmallDisk::SmallDisk(std::filesystem::path folder, std::uint64_t octets) : folder_(std::move(folder)) {
  const std::string size = fmt::format("size={},mode=0700", octets);
  if (::mount("none", folder_.c_str(), "tmpfs", 0, size.c_str()) != 0) {
    throw std::system_error(errno, std::generic_category(), "a small disk at " + folder_.string());
  }
}

SmallDisk::~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }

void SmallDisk::fill() const {
  const int file = ::open((folder_ / "ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::vector<char> octets(4'096);
  while (::write(file, octets.data(), octets.size()) > 0) {
  }
  ::close(file);
}

void SmallDisk::give_room() const {
  std::error_code ignored;
  std::filesystem::remove(folder_ / "ballast", ignored);
}

}  // namespace lab::procs

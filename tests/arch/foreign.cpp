#include "tests/arch/foreign.hpp"

#include <algorithm>
#include <array>

namespace lab::arch {
namespace {

struct Library {
  std::string_view prefix;  // of the header
  std::string_view name;    // in the table of levels
};

// The first match counts.
constexpr Library libraries[] = {
    {"fmt/", "everywhere"},
    {"tl/", "everywhere"},
    {"gtest/", "test"},
    {"gmock/", "test"},
    {"rapidcheck", "test"},
    {"boost/asio", "asio"},
    {"boost/system", "asio"},
    {"boost/beast", "beast"},
    {"boost/math", "boost-math"},
    {"capnp/", "capnp"},
    {"kj/", "capnp"},
    {"zmq", "zmq"},
    {"lmdb", "lmdb"},
    {"xxhash.h", "xxhash"},
    {"opencv2/", "opencv"},
    {"ZXing/", "zxing"},
    {"zbar.h", "zbar"},
    {"zint.h", "zint"},
    {"zbar", "zbar"},
    {"dmtx.h", "dmtx"},
    {"sodium", "sodium"},
    {"openssl/", "openssl"},
    {"lemon/", "lemon"},
    {"nlohmann/json_fwd", "everywhere"},  // names only
    {"nlohmann/", "json"},
    {"CLI/", "cli11"},
    {"toml++/", "toml"},
    {"spdlog/", "spdlog"},
    {"xlsxwriter", "xlsxwriter"},
    {"minizip/", "minizip"},
    {"mz", "minizip"},
    {"zlib.h", "zlib"},
    {"zip.h", "libzip"},
    {"expat", "expat"},
    {"pugixml", "pugixml"},
    {"pango/", "pango"},
    {"cairo", "pango"},
    {"benchmark/", "benchmark"},
    {"sys/", "posix"},
    {"arpa/", "posix"},
    {"net/", "posix"},
    {"netinet/", "posix"},
    {"linux/", "posix"},
};

constexpr std::string_view posix_headers[] = {
    "dirent.h",  "dlfcn.h",  "fcntl.h",   "iconv.h",  "langinfo.h", "netdb.h", "poll.h",
    "pthread.h", "pty.h",    "pwd.h",     "sched.h",  "signal.h",   "spawn.h", "stdlib.h",
    "strings.h", "syslog.h", "termios.h", "unistd.h", "utmp.h",
};

// A standard C++ header has no folder and no suffix: <vector>, <cstdint>.
bool is_standard(std::string_view header) {
  return !header.empty() && std::ranges::all_of(header, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

std::string_view library_of(std::string_view header) {
  if (std::ranges::find(posix_headers, header) != std::end(posix_headers)) return "posix";
  for (const Library& library : libraries) {
    if (header.starts_with(library.prefix)) return library.name;
  }
  return is_standard(header) ? "std" : "";
}

bool is_slow_to_compile(std::string_view header) {
  if (header == "nlohmann/json_fwd.hpp") return false;
  const std::string_view library = library_of(header);
  constexpr std::string_view slow[] = {"json", "cli11", "spdlog", "toml", "lemon"};
  return std::ranges::find(slow, library) != std::end(slow);
}

}  // namespace lab::arch

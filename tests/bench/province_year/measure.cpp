#include "tests/bench/province_year/measure.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace lab::province_year {
namespace {

namespace fs = std::filesystem;

struct ProcessTimes {
  pid_t parent = 0;
  double seconds = 0;
};

// proc(5): the name in parentheses may hold blanks, so fields are counted behind it.
ProcessTimes times_in(const std::string& stat) {
  std::istringstream fields{stat.substr(stat.rfind(')') + 1)};
  std::string state;
  ProcessTimes times;
  fields >> state >> times.parent;
  std::string skipped;
  for (int field = 5; field < 14; ++field) fields >> skipped;
  double ticks = 0;
  for (int field = 14; field < 18; ++field) {  // utime, stime, cutime, cstime
    double some = 0;
    fields >> some;
    ticks += some;
  }
  times.seconds = ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return times;
}

std::map<pid_t, ProcessTimes> all_processes() {
  std::map<pid_t, ProcessTimes> processes;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file{entry.path() / "stat"};
    std::string stat;
    if (std::getline(file, stat)) processes.emplace(std::stoi(name), times_in(stat));
  }
  return processes;
}

double sum_of_tree(const std::map<pid_t, ProcessTimes>& processes, pid_t root) {
  const auto found = processes.find(root);
  double sum = found == processes.end() ? 0 : found->second.seconds;
  for (const auto& [pid, times] : processes) {
    if (times.parent == root) sum += sum_of_tree(processes, pid);
  }
  return sum;
}

std::uint64_t field_of(const std::string& line, const std::string& name) {
  const auto at = line.find(" " + name + "=");
  return at == std::string::npos ? 0 : std::stoull(line.substr(at + name.size() + 2));
}

}  // namespace

double cpu_seconds_of_tree(pid_t root) { return sum_of_tree(all_processes(), root); }

Flushes read_flush_log(const fs::path& log) {
  Flushes sum;
  std::ifstream file{log};
  for (std::string line; std::getline(file, line);) {
    sum.flushes += field_of(line, "flushes");
    sum.octets += field_of(line, "bytes");
  }
  return sum;
}

std::uint64_t octets_on_disk(const fs::path& folder) {
  std::uint64_t octets = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    struct stat about {};
    if (entry.is_regular_file() && ::stat(entry.path().c_str(), &about) == 0) {
      octets += static_cast<std::uint64_t>(about.st_blocks) * 512;
    }
  }
  return octets;
}

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto at = static_cast<std::size_t>(std::floor(share * static_cast<double>(values.size())));
  return values[std::min(at, values.size() - 1)];
}

}  // namespace lab::province_year

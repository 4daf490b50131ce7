#pragma once
// Where a campaign keeps its files: in memory if the machine has such a place, because power cuts are made up here, and
// a real flush of each image would only cost time.

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

namespace lab::faults {

class WorkFolder {
 public:
  explicit WorkFolder(const std::string& name) {
    const std::filesystem::path memory{"/dev/shm"};
    const auto parent = std::filesystem::is_directory(memory) && ::access(memory.c_str(), W_OK) == 0
                            ? memory
                            : std::filesystem::temp_directory_path();
    path_ = parent / fmt::format("qlims-{}-{}", name, ::getpid());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~WorkFolder() {
    std::error_code ignored;
    if (!keep_) std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void keep() { keep_ = true; }

 private:
  std::filesystem::path path_;
  bool keep_ = false;
};

}  // namespace lab::faults

#pragma once
// A folder of its own for one test.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace lab::service {

class Folder : public ::testing::Test {
 protected:
  Folder() { std::filesystem::create_directories(folder); }
  ~Folder() override { std::filesystem::remove_all(folder); }

  static unsigned mode_of(const std::filesystem::path& file) {
    return static_cast<unsigned>(std::filesystem::status(file).permissions());
  }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / fmt::format("qlims-service-{}", ::getpid());
};

}  // namespace lab::service

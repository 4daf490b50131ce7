#include "protocol/base/durable_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>

namespace lab {
namespace {

namespace fs = std::filesystem;

class DurableFile : public ::testing::Test {
 protected:
  DurableFile() { fs::create_directories(folder); }
  ~DurableFile() override { fs::remove_all(folder); }
  const fs::path folder = fs::temp_directory_path() / ("durable_file_" + std::to_string(::getpid()));
  const fs::path file = folder / "file";
};

TEST_F(DurableFile, HoldsWhatWasWrittenAndNothingOfBefore) {
  ASSERT_TRUE(write_durably(file, "something longer"));
  ASSERT_TRUE(write_durably(file, BytesView{"a\0b", 3}));
  std::ifstream in{file, std::ios::binary};
  EXPECT_EQ((Bytes{std::istreambuf_iterator<char>(in), {}}), (Bytes{"a\0b", 3}));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms{owner_only});
  EXPECT_TRUE(sync_folder(folder));
}

TEST_F(DurableFile, SaysWhyItCannotBeWritten) {
  EXPECT_FALSE(write_durably(folder / "none" / "file", "x"));
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(sync_folder(folder / "none").error().code, ErrorCode::storage);
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  EXPECT_FALSE(write_all(full, "x"));
  EXPECT_EQ(errno, ENOSPC);
  ::close(full);
}

}  // namespace
}  // namespace lab

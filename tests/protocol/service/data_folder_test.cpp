#include "protocol/service/data_folder.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "tests/protocol/service/folder.hpp"

namespace lab::service {
namespace {

class DataFolder : public Folder {
 protected:
  ~DataFolder() override { ::umask(mask_); }

 private:
  mode_t mask_ = ::umask(0022);
};

TEST_F(DataFolder, IsMadeForThisUserOnlyAndSoIsWhatIsWrittenThere) {
  const auto data = folder / "a" / "b";
  ASSERT_TRUE(prepare(data).has_value());
  EXPECT_EQ(mode_of(data), 0700U);
  std::ofstream{data / "results"} << "x";
  EXPECT_EQ(mode_of(data / "results"), 0600U);
}

TEST_F(DataFolder, AWriteToAPeerThatIsGoneDoesNotEndTheProcess) {
  ASSERT_TRUE(prepare(folder).has_value());
  EXPECT_EQ(std::raise(SIGPIPE), 0);
}

TEST_F(DataFolder, ThatCannotBeMadeIsNamed) {
  std::ofstream{folder / "file"} << "x";
  const auto prepared = prepare(folder / "file" / "data");
  ASSERT_FALSE(prepared.has_value());
  EXPECT_EQ(prepared.error().code, ErrorCode::storage);
  EXPECT_THAT(prepared.error().where, testing::HasSubstr("file/data"));
}

}  // namespace
}  // namespace lab::service

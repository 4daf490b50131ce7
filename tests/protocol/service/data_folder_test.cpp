#include "protocol/service/data_folder.hpp"

#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "tests/protocol/service/folder.hpp"

namespace lab::service {
namespace {

class DataFolder : public Folder {
 protected:
  ~DataFolder() override {
    ::umask(mask_);
    ::prctl(PR_SET_DUMPABLE, 1);  // the other tests may be looked at
  }

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

TEST_F(DataFolder, KeysInMemoryGetIntoNoCore) {
  ASSERT_EQ(::prctl(PR_GET_DUMPABLE), 1) << "as any program begins";
  const auto prepare_and_end = [this] {
    rlimit limit{.rlim_cur = 1, .rlim_max = 1};
    const bool prepared = prepare(folder).has_value() && ::getrlimit(RLIMIT_CORE, &limit) == 0;
    std::_Exit(prepared && limit.rlim_cur == 0 && limit.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
  };
  // In a process of its own, which cannot take the limit back.
  EXPECT_EXIT(prepare_and_end(), testing::ExitedWithCode(0), "");
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

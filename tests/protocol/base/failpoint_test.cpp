#include "protocol/base/failpoint.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include "tests/where.hpp"

namespace lab {
namespace {

class Failpoints : public ::testing::Test {
 protected:
  void TearDown() override { ASSERT_TRUE(failpoint::arm("")); }
};

// Where each name is used, in the product's sources.
std::map<std::string, int> used_names() {
  std::map<std::string, int> used;
  const std::regex use{R"((?:pass|fails_at)\(\"([a-z.]+)\"\))"};
  for (const char* folder : {"protocol", "coordinator", "lab-node", "instruments", "tools"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path{QLIMS_SOURCE_DIR} / folder)) {
      if (entry.path().extension() != ".cpp") continue;
      std::ifstream in(entry.path());
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      for (std::sregex_iterator at(text.begin(), text.end(), use), end; at != end; ++at) ++used[(*at)[1]];
    }
  }
  return used;
}

TEST_F(Failpoints, TheListIsWhatTheSourcesUseEachOnce) {
  const std::map<std::string, int> used = used_names();
  std::set<std::string> listed;
  for (const char* name : failpoint::names()) {
    EXPECT_TRUE(listed.insert(name).second) << name << " is listed twice";
    EXPECT_TRUE(used.contains(name)) << name << " is listed and not used";
    std::cout << name << "\n";
  }
  for (const auto& [name, times] : used) {
    EXPECT_TRUE(listed.contains(name)) << name << " is used and not listed";
    EXPECT_EQ(times, 1) << name;
  }
  EXPECT_GE(listed.size(), 45U);
}

TEST_F(Failpoints, AreSilentUntilOneIsArmed) {
  EXPECT_FALSE(fails_at("store.commit"));
  ASSERT_TRUE(failpoint::arm(nullptr));
  EXPECT_FALSE(fails_at("store.commit"));
}

TEST_F(Failpoints, AnErrorActsOnceAtTheTimeThatWasAskedFor) {
  ASSERT_TRUE(failpoint::arm("store.commit=error@3;blob.write=error"));
  EXPECT_FALSE(fails_at("store.commit"));
  EXPECT_FALSE(fails_at("store.commit"));
  EXPECT_FALSE(fails_at("blob.flush"));
  EXPECT_TRUE(fails_at("store.commit"));
  EXPECT_FALSE(fails_at("store.commit"));
  EXPECT_THROW(pass("blob.write"), InjectedFailure);
  EXPECT_NO_THROW(pass("blob.write"));
}

TEST_F(Failpoints, ASleepTakesItsTime) {
  ASSERT_TRUE(failpoint::arm("store.commit=sleep:30"));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(fails_at("store.commit"));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds{30});
}

TEST_F(Failpoints, ACrashIsASigkill) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!failpoint::arm("store.commit=crash")) ::_exit(1);
    static_cast<void>(fails_at("store.commit"));
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(Failpoints, WhatCannotBeReadArmsNothing) {
  for (const char* text : {"store.commits=crash", "store.commit", "store.commit=", "store.commit=stop",
                           "store.commit=sleep:", "store.commit=sleep:x", "store.commit=sleep:99999",
                           "store.commit=crash@0", "store.commit=crash@", "blob.write=crash;nonsense"}) {
    const auto armed = failpoint::arm(text);
    ASSERT_FALSE(armed) << text;
    EXPECT_EQ(armed.error().code, ErrorCode::malformed);
    EXPECT_FALSE(fails_at("store.commit"));
  }
}

}  // namespace
}  // namespace lab

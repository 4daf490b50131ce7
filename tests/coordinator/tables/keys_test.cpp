// Two tables under one letter would read each other's records; the compiler does not mind.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <string>

#include "tests/where.hpp"

namespace {

std::string text_of(const char* path) {
  std::ifstream in{std::string{QLIMS_SOURCE_DIR "/"} + path};
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Keys, EveryTableOfTheCoordinatorHasALetterOfItsOwn) {
  const std::string header = text_of("coordinator/tables/keys.hpp") + text_of("coordinator/tables/answers.hpp") +
                             text_of("coordinator/tables/handovers.hpp");
  std::map<std::string, std::string> owner;
  const std::string comment = header.substr(0, header.find("#include"));
  const std::regex quoted{"'(.)'"};
  for (std::sregex_iterator at{comment.begin(), comment.end(), quoted}, end; at != end; ++at) {
    EXPECT_TRUE(owner.emplace((*at)[1], "protocol/session").second) << (*at)[1];
  }
  const std::regex constant{"constexpr char (\\w+) = '(.)';"};
  std::size_t tables = 0;
  for (std::sregex_iterator at{header.begin(), header.end(), constant}, end; at != end; ++at, ++tables) {
    const auto [known, is_new] = owner.emplace((*at)[2], (*at)[1]);
    EXPECT_TRUE(is_new) << (*at)[1] << " has the letter of " << known->second;
  }
  EXPECT_GT(tables, 40U);
}

}  // namespace

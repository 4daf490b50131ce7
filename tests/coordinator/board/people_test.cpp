#include "coordinator/board/people.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "coordinator/board/secret_file.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::board {
namespace {

namespace fs = std::filesystem;

class PeopleFile : public ::testing::Test {
 protected:
  PeopleFile() {
    crypto::start();
    fs::create_directories(folder);
  }
  ~PeopleFile() override { fs::remove_all(folder); }

  fs::path folder = fs::temp_directory_path() / fmt::format("qlims-people-{}", ::getpid());
  fs::path file = folder / "people.json";
};

TEST_F(PeopleFile, KnowsAPersonByTheTokenShownOnce) {
  const auto token = add_person(file, "anna:安娜:coordinator+administrator");
  ASSERT_TRUE(token.has_value());
  ASSERT_TRUE(add_person(file, "bob:Bob:viewer"));
  const auto people = People::load(file);
  ASSERT_TRUE(people.has_value());
  const Person* anna = people->by_token(*token);
  ASSERT_NE(anna, nullptr);
  EXPECT_EQ(anna->name, "安娜");
  EXPECT_TRUE(may(*anna, Action::plan));
  EXPECT_TRUE(may(*anna, Action::manage_nodes));
  EXPECT_EQ(people->by_token("guess"), nullptr);
}

TEST_F(PeopleFile, KeepsOnlyTheHashOfATokenAndIsReadableByItsOwnerOnly) {
  const auto token = add_person(file, "anna:Anna:viewer");
  EXPECT_EQ(read_file(file)->find(*token), Bytes::npos);
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(PeopleFile, AViewerOnlyLooks) {
  const Person viewer{.id = model::PersonId{"v"}, .name = "V", .roles = {Role::viewer}, .token = {}};
  EXPECT_TRUE(may(viewer, Action::look));
  for (const Action action :
       {Action::see_units, Action::export_raw, Action::plan, Action::take_back, Action::set_up, Action::manage_nodes}) {
    EXPECT_FALSE(may(viewer, action));
  }
}

TEST_F(PeopleFile, RefusesWhatIsNoPerson) {
  for (const char* description : {"", "anna", "anna:Anna", "anna:Anna:", "anna:Anna:king", ":Anna:viewer",
                                  "anna::viewer", "an\nna:Anna:viewer", "anna:Anna:viewer+"}) {
    EXPECT_EQ(add_person(file, description).error().code, ErrorCode::malformed) << description;
  }
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(PeopleFile, RefusesASecondPersonOfTheSameId) {
  ASSERT_TRUE(add_person(file, "anna:Anna:viewer"));
  EXPECT_EQ(add_person(file, "anna:Other:viewer").error().code, ErrorCode::conflict);
}

TEST_F(PeopleFile, NamesTheEntryThatCannotBeUsed) {
  std::ofstream{file} << R"([{"id":"anna","name":"Anna","roles":["viewer"],"token_sha256":"12"}])";
  const auto people = People::load(file);
  ASSERT_FALSE(people.has_value());
  EXPECT_NE(people.error().where.find("anna"), std::string::npos);
}

TEST_F(PeopleFile, NoFileIsNobody) { EXPECT_EQ(People::load(file)->by_id("anna"), nullptr); }

}  // namespace
}  // namespace lab::board

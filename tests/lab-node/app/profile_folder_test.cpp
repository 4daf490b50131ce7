#include "lab-node/app/profile_folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <fstream>
#include <string>

namespace lab::node::app {
namespace {

namespace fs = std::filesystem;

class ProfileFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("qlims-profiles-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const char* name, const std::string& text) const { std::ofstream{folder_ / name} << text; }

  static std::string profile(const std::string& name, int version) {
    return R"({"name": ")" + name + R"(", "version": )" + std::to_string(version) +
           R"(, "title": "t", "recognise": [{"is": "A"}], "rows": [{"when": {"is": "A"}, "do": "header",)"
           R"( "table": {"columns": [{"title": "A", "field": "value"}]}}]})";
  }

  fs::path folder_;
};

TEST_F(ProfileFolder, AddsToTheBuiltInProfilesOrReplacesThem) {
  write("ours.json", profile("ours", 1));
  write("aq2.json", profile("seal-aq2", 900));
  write("readme.txt", "not a profile");
  const auto library = load_profiles(folder_);
  ASSERT_TRUE(library) << to_text(library.error());
  EXPECT_EQ(library->all().size(), profiles::built_in().all().size() + 1);
  ASSERT_NE(library->find("ours"), nullptr);
  ASSERT_NE(library->find("seal-aq2/900"), nullptr);
}

TEST_F(ProfileFolder, NamesTheFileAndTheFieldThatAreWrong) {
  write("bad.json", R"({"name": "bad", "version": 0})");
  const auto library = load_profiles(folder_);
  ASSERT_FALSE(library);
  EXPECT_NE(library.error().where.find("bad.json: version"), std::string::npos) << library.error().where;
}

TEST_F(ProfileFolder, MayBeLeftOutButNotBeAbsent) {
  EXPECT_EQ(load_profiles({})->all().size(), profiles::built_in().all().size());
  EXPECT_FALSE(load_profiles(folder_ / "absent"));
}

}  // namespace
}  // namespace lab::node::app

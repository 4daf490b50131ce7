#include "instruments/profiles/profile_json.hpp"

#include <gtest/gtest.h>

#include "tests/instruments/profiles/support.hpp"

namespace lab::profiles {
namespace {

constexpr std::string_view rows =
    R"({"when": {"titles": ["A"]}, "do": "header", "table": {"columns": [{"title": "A", "field": "value"}]}})";

std::string wrong_at(const std::string& json) {
  const auto profile = parse_profile(json);
  return profile ? "" : profile.error().where;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(ProfileJson, IsReadWithItsDigest) {
  const auto profile = parse_profile(profile_with(rows));
  ASSERT_TRUE(profile) << to_text(profile.error());
  EXPECT_EQ(profile->digest.size(), 64U);
  EXPECT_EQ(profile->identity(), "test/1#" + profile->digest.substr(0, 12));
  EXPECT_NE(parse_profile(profile_with(rows) + " ")->digest, profile->digest);
}

TEST(ProfileJson, NamesTheFieldThatIsWrong) {
  const std::string good = profile_with(rows);
  EXPECT_EQ(wrong_at(replaced(good, "\"test\", \"version\"", "\"A b\", \"version\"")), "name");
  EXPECT_EQ(wrong_at(replaced(good, "\"version\": 1", "\"version\": \"1\"")), "version");
  EXPECT_EQ(wrong_at(replaced(good, "\"is\": \"Sample\"", "\"iss\": \"Sample\"")), "recognise[0].iss");
  EXPECT_EQ(wrong_at(replaced(good, "\"do\": \"header\"", "\"do\": \"head\"")), "rows[0].do");
  EXPECT_EQ(wrong_at(replaced(good, "\"field\": \"value\"", "\"field\": \"number\"")),
            "rows[0].table.columns[0].field");
  EXPECT_EQ(wrong_at(replaced(good, "\"title\": \"A\"", "\"tilte\": \"A\"")), "rows[0].table.columns[0].title");
  EXPECT_EQ(wrong_at(replaced(good, "\"field\": \"value\"", "\"field\": \"unit\"")), "rows[0].table.columns");
  EXPECT_EQ(wrong_at(profile_with(rows, R"(, "numbers": {"decimal": "dot"})")), "numbers.decimal");
  EXPECT_EQ(wrong_at(profile_with(rows, R"(, "unique": ["sample"])")), "unique");
  EXPECT_EQ(wrong_at(profile_with(rows, R"(, "colour": 1)")), "colour");
  EXPECT_EQ(wrong_at(profile_with(R"({"do": "data", "table": {"columns": [{"at": 0, "field": "value"}]}})")),
            "rows[0].table.columns[0].at");
  EXPECT_EQ(wrong_at(profile_with(R"({"do": "header", "table": {"columns": [{"title": "A", "field": "wells"}]}})")),
            "rows[0].table.columns[0].field");
  EXPECT_EQ(wrong_at(profile_with(R"({"do": "set", "set": {"field": "well", "cell": 1}})")), "rows[0].set.field");
  EXPECT_EQ(wrong_at(profile_with(
                R"({"do": "header", "table": {"others": {"wells": "titled", "says": {"field": "value"}}}})")),
            "rows[0].table.others.says.field");
  EXPECT_EQ(wrong_at(profile_with(R"({"do": "skip"})")), "rows");
  EXPECT_EQ(wrong_at("[]"), "");
  EXPECT_FALSE(parse_profile("[]"));
  EXPECT_FALSE(parse_profile("{"));
}

TEST(ProfileJson, EveryBuiltInProfileIsSoundAndHasANameOfItsOwn) {
  EXPECT_GE(built_in().all().size(), 30U);
  for (const Profile& profile : built_in().all()) {
    EXPECT_EQ(built_in().find(profile.name), &profile);
    EXPECT_EQ(built_in().find(profile.identity()), &profile);
    EXPECT_FALSE(profile.title.empty());
  }
}

TEST(Library, ANewerProfileReplacesOneOfTheSameName) {
  Library library;
  ASSERT_TRUE(library.add(profile_with(rows)));
  ASSERT_TRUE(library.add(replaced(profile_with(rows), "\"version\": 1", "\"version\": 2")));
  ASSERT_EQ(library.all().size(), 1U);
  EXPECT_EQ(library.find("test/2"), &library.all()[0]);
  EXPECT_EQ(library.find("test/1"), nullptr);
  EXPECT_FALSE(library.add("{}"));
}

}  // namespace
}  // namespace lab::profiles

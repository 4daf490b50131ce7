#include "protocol/service/people.hpp"

#include <gmock/gmock.h>

#include <array>
#include <fstream>

#include "protocol/service/secret_file.hpp"
#include "tests/protocol/service/folder.hpp"

namespace lab::service {
namespace {

constexpr std::array<std::string_view, 2> roles{"viewer", "editor"};
constexpr AccountRules rules{.roles = roles};
constexpr AccountRules signing_rules{.roles = roles, .sign = true};

class PeopleFile : public Folder {
 protected:
  PeopleFile() { crypto::start(); }

  void write(const char* text) const { std::ofstream{file} << text; }

  std::filesystem::path file = folder / "people.json";
};

TEST_F(PeopleFile, KnowsAPersonByTheTokenShownOnce) {
  const auto token = add_person(file, rules, "anna:安娜:viewer+editor");
  ASSERT_TRUE(token.has_value());
  ASSERT_TRUE(add_person(file, rules, "bob:Bob:viewer"));
  const auto people = People::load(file, rules);
  ASSERT_TRUE(people.has_value());
  const Person* anna = people->by_token(*token);
  ASSERT_NE(anna, nullptr);
  EXPECT_EQ(anna->id, model::PersonId{"anna"});
  EXPECT_EQ(anna->name, "安娜");
  EXPECT_TRUE(anna->has("editor"));
  EXPECT_FALSE(people->by_id("bob")->has("editor"));
  EXPECT_EQ(people->by_token("guess"), nullptr);
  EXPECT_EQ(people->by_token(""), nullptr);
}

TEST_F(PeopleFile, KeepsOnlyTheHashOfATokenAndIsReadableByItsOwnerOnly) {
  const auto token = add_person(file, rules, "anna:Anna:viewer");
  EXPECT_EQ(read_file(file)->find(*token), Bytes::npos);
  EXPECT_EQ(mode_of(file), 0600U);
}

TEST_F(PeopleFile, GivesEachASigningKeyOfTheirOwnWherePeopleSign) {
  ASSERT_TRUE(add_person(file, signing_rules, "anna:Anna:viewer"));
  ASSERT_TRUE(add_person(file, signing_rules, "bob:Bob:viewer"));
  const auto people = People::load(file, signing_rules);
  ASSERT_TRUE(people.has_value());
  EXPECT_NE(people->by_id("anna")->signing, crypto::SecretKey{});
  EXPECT_NE(people->by_id("anna")->signing, people->by_id("bob")->signing);
}

TEST_F(PeopleFile, RefusesAPersonWithoutASigningKeyWherePeopleSign) {
  ASSERT_TRUE(add_person(file, rules, "anna:Anna:viewer"));
  EXPECT_THAT(People::load(file, signing_rules).error().message, testing::HasSubstr("signing key"));
}

TEST_F(PeopleFile, RefusesWhatIsNoPerson) {
  for (const char* description :
       {"", "anna", "anna:Anna", "anna:Anna:", "anna:Anna:king", ":Anna:viewer", "anna::viewer", "an\nna:Anna:viewer",
        "anna:An\tna:viewer", "anna:\xFF:viewer", "anna:Anna:viewer+", "anna:Anna:+viewer"}) {
    EXPECT_EQ(add_person(file, rules, description).error().code, ErrorCode::malformed) << description;
  }
  EXPECT_THAT(add_person(file, rules, "anna:Anna:king").error().message, testing::HasSubstr("viewer, editor"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(PeopleFile, RefusesASecondPersonOfTheSameId) {
  ASSERT_TRUE(add_person(file, rules, "anna:Anna:viewer"));
  EXPECT_EQ(add_person(file, rules, "anna:Other:viewer").error().code, ErrorCode::conflict);
}

TEST_F(PeopleFile, NamesTheEntryThatCannotBeUsed) {
  const std::string token(64, 'a');
  for (const std::string& entry : {std::string{R"("id":"anna","roles":["viewer"],"token_sha256":"12")"},
                                   R"("id":"anna","token_sha256":")" + token + '"',
                                   R"("id":"anna","roles":["king"],"token_sha256":")" + token + '"',
                                   R"("id":"anna","roles":[7],"token_sha256":")" + token + '"'}) {
    write(("[{" + entry + "}]").c_str());
    const auto people = People::load(file, rules);
    ASSERT_FALSE(people.has_value()) << entry;
    EXPECT_EQ(people.error().code, ErrorCode::malformed);
    EXPECT_THAT(people.error().where, testing::HasSubstr("people.json: anna"));
  }
}

TEST_F(PeopleFile, RefusesWhatIsNoListOfPeople) {
  for (const char* text : {"", "{}", "[1]", "[{}]", "[", "null"}) {
    write(text);
    EXPECT_EQ(People::load(file, rules).error().code, ErrorCode::malformed) << text;
  }
}

TEST_F(PeopleFile, NoFileIsNobody) { EXPECT_EQ(People::load(file, rules)->by_id("anna"), nullptr); }

}  // namespace
}  // namespace lab::service

#include "protocol/service/people.hpp"

#include <gmock/gmock.h>

#include <array>
#include <fstream>

#include "protocol/service/secret_file.hpp"
#include "tests/protocol/service/folder.hpp"

namespace lab::service {
namespace {

constexpr std::array<std::string_view, 2> roles{"viewer", "editor"};
constexpr AccountRules rules{.roles = roles, .administrator = "editor"};
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
  const PersonPtr anna = people->by_token(*token);
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
                                   R"("id":"anna","roles":[7],"token_sha256":")" + token + '"',
                                   std::string{R"("id":"anna","roles":["viewer"],"token_sha256":7)"},
                                   std::string{R"("id":"anna","roles":["viewer"],"password":"x","active":1)"}}) {
    write(("[{" + entry + "}]").c_str());
    const auto people = People::load(file, rules);
    ASSERT_FALSE(people.has_value()) << entry;
    EXPECT_EQ(people.error().code, ErrorCode::malformed);
    EXPECT_THAT(people.error().where, testing::HasSubstr("people.json: anna"));
  }
}

TEST_F(PeopleFile, RefusesWhatIsNoListOfPeople) {
  for (const char* text : {"", "{}", "[1]", "[{}]", "[", "null", R"({"people":[]})", R"({"people":{},"changes":[]})",
                           R"({"people":[],"changes":[{}]})"}) {
    write(text);
    EXPECT_EQ(People::load(file, rules).error().code, ErrorCode::malformed) << text;
  }
  write("[{}]");
  EXPECT_EQ(People::load(file, rules).error().where, file.string()) << "nobody is named, as there is no id";
}

const model::PersonId boss{"boss"};
const UtcTime noon = *parse_utc("2013-06-03T04:00:00Z");

TEST_F(PeopleFile, AFileOfTheVersionBeforeIsRead) {
  write((R"([{"id":"anna","name":"Anna","roles":["viewer"],"token_sha256":")" + std::string(64, 'a') + "\"}]").c_str());
  auto people = People::load(file, rules);
  ASSERT_TRUE(people.has_value()) << to_text(people.error());
  EXPECT_TRUE(people->by_id("anna")->active);
  ASSERT_TRUE(people->change(model::PersonId{"anna"}, {.name = "An"}, boss, noon));
  EXPECT_EQ(People::load(file, rules)->by_id("anna")->name, "An");
}

TEST_F(PeopleFile, EveryChangeIsKeptWithWhoAndWhen) {
  auto people = People::load(file, rules).value();
  ASSERT_TRUE(people.add({.id = model::PersonId{"anna"}, .name = "Anna", .roles = {"viewer"}}, boss, noon));
  ASSERT_TRUE(people.change(
      model::PersonId{"anna"},
      {.name = "Anna B", .roles = std::vector<std::string>{"viewer", "editor"}, .active = false, .password = "hash"},
      boss, noon + Milliseconds{5}));
  const std::vector<PersonChange> wanted{
      {noon + Milliseconds{5}, boss, model::PersonId{"anna"}, "password", "", ""},
      {noon + Milliseconds{5}, boss, model::PersonId{"anna"}, "active", "yes", "no"},
      {noon + Milliseconds{5}, boss, model::PersonId{"anna"}, "roles", "viewer", "viewer+editor"},
      {noon + Milliseconds{5}, boss, model::PersonId{"anna"}, "name", "Anna", "Anna B"},
      {noon, boss, model::PersonId{"anna"}, "added", "", "viewer"}};
  EXPECT_EQ(people.changes(10), wanted);
  EXPECT_EQ(People::load(file, rules)->changes(10), wanted) << "the file says the same";
  EXPECT_EQ(people.changes(1).size(), 1U);
}

TEST_F(PeopleFile, WhatTheCommandLineAddsMeanwhileIsNotOverwritten) {
  auto people = People::load(file, rules).value();
  ASSERT_TRUE(add_person(file, rules, "bob:Bob:viewer"));
  ASSERT_TRUE(people.add({.id = model::PersonId{"anna"}, .name = "Anna", .roles = {"viewer"}}, boss, noon));
  EXPECT_NE(people.by_id("bob"), nullptr);
  EXPECT_NE(People::load(file, rules)->by_id("bob"), nullptr);
}

TEST_F(PeopleFile, AChangeThatIsRefusedChangesNothing) {
  auto people = People::load(file, rules).value();
  ASSERT_TRUE(people.add_first({.id = boss, .name = "Boss", .roles = {"editor"}, .password = "hash"}, noon));
  const auto refusal = [&](const PersonEdit& edit) { return people.change(boss, edit, boss, noon).error().code; };
  EXPECT_EQ(refusal({.active = false}), ErrorCode::not_allowed) << "nobody would be left";
  EXPECT_EQ(refusal({.roles = std::vector<std::string>{"viewer"}}), ErrorCode::not_allowed);
  EXPECT_EQ(refusal({.roles = std::vector<std::string>{}}), ErrorCode::malformed);
  EXPECT_EQ(refusal({.roles = std::vector<std::string>{"king"}}), ErrorCode::malformed);
  EXPECT_EQ(refusal({.name = "a\nb"}), ErrorCode::malformed);
  EXPECT_EQ(people.change(model::PersonId{"bob"}, {}, boss, noon).error().code, ErrorCode::not_found);
  EXPECT_EQ(people.add({.id = boss, .name = "x", .roles = {"viewer"}}, boss, noon).error().code, ErrorCode::conflict);
  EXPECT_EQ(people.add_first({.id = model::PersonId{"b"}, .name = "x", .roles = {"viewer"}}, noon).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(people.changes(10).size(), 1U);
  EXPECT_TRUE(people.by_id("boss")->active);
}

TEST_F(PeopleFile, ADiskThatRefusesChangesNothing) {
  auto people = People::load(folder / "none" / "people.json", rules).value();
  const auto added = people.add({.id = boss, .name = "x", .roles = {"viewer"}}, boss, noon);
  EXPECT_EQ(added.error().code, ErrorCode::storage);
  EXPECT_EQ(people.by_id("boss"), nullptr);
}

TEST_F(PeopleFile, AnInactivePersonsTokenOpensNothing) {
  const auto token = add_person(file, rules, "anna:Anna:viewer").value();
  auto people = People::load(file, rules).value();
  ASSERT_NE(people.by_token(token), nullptr);
  ASSERT_TRUE(people.change(model::PersonId{"anna"}, {.active = false}, boss, noon));
  EXPECT_EQ(people.by_token(token), nullptr);
}

TEST_F(PeopleFile, AnAccountIsClosedAlsoWhenTheRecordOfChangesIsFull) {
  ASSERT_TRUE(add_person(file, rules, "anna:Anna:viewer"));
  {
    // As a file is that somebody has filled.
    std::string text = read_file(file).value();
    const std::string list = "\"changes\": [";
    const std::size_t at = text.find(list) + list.size();
    std::string lines;
    for (std::size_t i = 1; i < people_changes_max; ++i) {
      lines +=
          R"({"at":"2013-06-03T04:00:00.000Z","by":"boss","person":"anna","what":"name","before":"a","after":"b"},)";
    }
    std::ofstream{file} << text.insert(at, lines);
  }
  auto people = People::load(file, rules).value();
  ASSERT_EQ(people.changes(people_changes_max + 1).size(), people_changes_max);
  const model::PersonId anna{"anna"};
  ASSERT_TRUE(people.change(anna, {.active = false}, boss, noon));
  ASSERT_TRUE(people.change(anna, {.password = "hash"}, boss, noon));
  people = People::load(file, rules).value();
  EXPECT_FALSE(people.by_id("anna")->active);
  EXPECT_EQ(people.changes(people_changes_max + 1).size(), people_changes_max) << "the oldest made room";
  EXPECT_EQ(people.changes(1).front().by, boss);
}

TEST_F(PeopleFile, NobodyFillsTheRecordWithTheirOwnPasswords) {
  ASSERT_TRUE(add_person(file, rules, "anna:Anna:viewer"));
  auto people = People::load(file, rules).value();
  const model::PersonId anna{"anna"};
  ASSERT_TRUE(people.change(anna, {.password = "of somebody else"}, boss, noon));
  for (std::size_t i = 0; i < own_passwords_max + 5; ++i) {
    ASSERT_TRUE(people.change(anna, {.password = std::to_string(i)}, anna, noon + Milliseconds{i}));
  }
  const auto changes = people.changes(people_changes_max);
  ASSERT_EQ(changes.size(), own_passwords_max + 3) << "added, and what somebody else has set and revoked, stay";
  EXPECT_EQ(changes.front().at, noon + Milliseconds{own_passwords_max + 4}) << "the newest are kept";
  EXPECT_EQ(changes.back().what, "added");
}

TEST_F(PeopleFile, AnotherTokenOpensAndTheOneBeforeDoesNotAnyMore) {
  const auto first = add_person(file, rules, "upload:上报:viewer").value();
  auto people = People::load(file, rules).value();
  const auto second = people.new_token(model::PersonId{"upload"}, boss, noon);
  ASSERT_TRUE(second.has_value());
  EXPECT_NE(*second, first);
  EXPECT_EQ(people.by_token(first), nullptr);
  EXPECT_NE(people.by_token(*second), nullptr);
  EXPECT_EQ(people.changes(1).front(), (PersonChange{noon, boss, model::PersonId{"upload"}, "token", "yes", "yes"}));
  const auto third = replace_token(file, rules, "upload");
  people = People::load(file, rules).value();
  EXPECT_EQ(people.by_token(*second), nullptr);
  EXPECT_NE(people.by_token(*third), nullptr);
  EXPECT_EQ(read_file(file)->find(*third), Bytes::npos);
  ASSERT_TRUE(people.change(model::PersonId{"upload"}, {.revoke_token = true}, boss, noon));
  EXPECT_EQ(people.by_token(*third), nullptr);
  EXPECT_EQ(people.by_token(""), nullptr);
  EXPECT_EQ(people.new_token(model::PersonId{"none"}, boss, noon).error().code, ErrorCode::not_found);
  EXPECT_EQ(replace_token(file, rules, "none").error().code, ErrorCode::not_found);
}

TEST_F(PeopleFile, WhatTheCommandLineChangesIsInForceAtOnce) {
  const auto people = People::load(file, rules).value();
  EXPECT_EQ(people.by_id("upload"), nullptr);
  const auto first = add_person(file, rules, "upload:上报:viewer").value();
  EXPECT_NE(people.by_token(first), nullptr) << "added while the program runs";
  const auto second = replace_token(file, rules, "upload").value();
  EXPECT_EQ(people.by_token(first), nullptr) << "revoked while the program runs";
  EXPECT_NE(people.by_token(second), nullptr);
}

TEST_F(PeopleFile, AFileThatHasBecomeUnusableLeavesTheAccountsInForce) {
  const auto token = add_person(file, rules, "upload:上报:viewer").value();
  const auto people = People::load(file, rules).value();
  write("no accounts");
  EXPECT_NE(people.by_token(token), nullptr);
  std::filesystem::remove(file);
  EXPECT_NE(people.by_token(token), nullptr);
  ASSERT_TRUE(add_person(file, rules, "other:别人:viewer"));
  EXPECT_EQ(people.by_token(token), nullptr) << "put right, it counts again";
  EXPECT_NE(people.by_id("other"), nullptr);
}

TEST_F(PeopleFile, NobodyGetsTheTokenOfSomebodyWhoSignsIn) {
  const auto token = add_person(file, rules, "anna:Anna:viewer").value();
  auto people = People::load(file, rules).value();
  const model::PersonId anna{"anna"};
  ASSERT_TRUE(people.change(anna, {.password = "hash"}, anna, noon));
  EXPECT_EQ(people.new_token(anna, boss, noon).error().code, ErrorCode::conflict);
  EXPECT_EQ(people.new_token(anna, anna, noon).error().code, ErrorCode::conflict)
      << "whoever found the browser open could sign for ever";
  EXPECT_NE(people.by_token(token), nullptr) << "a password of one's own revokes nothing";
  ASSERT_TRUE(people.change(anna, {.password = "hash"}, model::PersonId{std::string{command_line}}, noon));
  EXPECT_NE(people.by_token(token), nullptr);
  ASSERT_TRUE(people.change(anna, {.password = "hash"}, boss, noon));
  EXPECT_EQ(people.by_token(token), nullptr) << "set by somebody else";
  EXPECT_TRUE(replace_token(file, rules, "anna").has_value()) << "whoever has the machine has everything";
}

TEST_F(PeopleFile, NoFileIsNobody) { EXPECT_EQ(People::load(file, rules)->by_id("anna"), nullptr); }

}  // namespace
}  // namespace lab::service

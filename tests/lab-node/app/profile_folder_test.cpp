#include "lab-node/app/profile_folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "instruments/profiles/decode.hpp"
#include "lab-node/tables/profiles.hpp"
#include "protocol/journal/store.hpp"

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

class Watching : public ProfileFolder {
 protected:
  void SetUp() override {
    ProfileFolder::SetUp();
    write("ours.json", profile("ours", 1));
    auto loaded = load_profiles(folder_);
    ASSERT_TRUE(loaded);
    in_use_ = std::make_unique<ProfilesInUse>(*std::move(loaded));
    watch_ = std::make_unique<ProfileWatch>(io_, options(), *in_use_);
  }
  ProfileWatch::Options options() {
    return {.folder = folder_,
            .look_every = Milliseconds{20},
            .keep = [this](const profiles::Library& library, const After& after) { return keep(library, after); },
            .on_trouble = [this](const std::string& what) { troubles_.push_back(what); }};
  }
  using After = std::function<void(bool stored)>;

  // Like the node's loop: the input waits for its turn, and is answered after that.
  bool keep(const profiles::Library& library, const After& after) {
    const profiles::Profile* ours = library.find("ours");
    if (!takes_) return false;
    kept_.push_back(ours == nullptr ? 0 : ours->version);
    boost::asio::post(io_, [this, after] { after(stores_); });
    return true;
  }
  void run_for_a_while() {
    run_until([end = std::chrono::steady_clock::now() + std::chrono::milliseconds{200}] {
      return std::chrono::steady_clock::now() > end;
    });
  }
  bool run_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition() && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_for(std::chrono::milliseconds{10});
    }
    return condition();
  }
  [[nodiscard]] unsigned version() const { return in_use_->now().find("ours")->version; }

  boost::asio::io_context io_;
  std::unique_ptr<ProfilesInUse> in_use_;
  std::unique_ptr<ProfileWatch> watch_;
  std::vector<unsigned> kept_;
  std::vector<std::string> troubles_;
  bool takes_ = true;   // the queue has room
  bool stores_ = true;  // and the disk
};

TEST_F(Watching, AChangedProfileIsUsedWithoutAStartAndTheOneBeforeIsStillFoundByItsIdentity) {
  const std::string before = in_use_->now().find("ours")->identity();
  const profiles::Profile* held = in_use_->now().find("ours");
  EXPECT_EQ(kept_, std::vector{1U}) << "what is in use is kept from the beginning";
  write("ours.json", profile("ours", 22));
  ASSERT_TRUE(run_until([&] { return version() == 22; }));
  EXPECT_EQ(kept_, (std::vector{1U, 22U}));
  ASSERT_NE(in_use_->now().find(before), nullptr);
  EXPECT_EQ(in_use_->now().find(before)->version, 1U);
  EXPECT_EQ(in_use_->now().find("ours/1"), nullptr) << "a name and a number may mean several";
  EXPECT_EQ(held->version, 1U) << "who is reading by it goes on";
  fs::remove(folder_ / "ours.json");
  write("other.json", profile("other", 1));
  ASSERT_TRUE(run_until([&] { return in_use_->now().find("ours") == nullptr; }));
  EXPECT_NE(in_use_->now().find(before), nullptr);
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(Watching, AnEmptyFolderIsToldOnceAndTakesNoProfileAway) {
  write("ours.json", profile("ours", 22));
  ASSERT_TRUE(run_until([&] { return version() == 22; }));
  fs::remove(folder_ / "ours.json");
  ASSERT_TRUE(run_until([&] { return !troubles_.empty(); }));
  run_for_a_while();
  ASSERT_EQ(troubles_.size(), 1U);
  EXPECT_NE(troubles_[0].find("没有挂载"), std::string::npos) << troubles_[0];
  EXPECT_EQ(version(), 22U);
  write("ours.json", profile("ours", 333));
  EXPECT_TRUE(run_until([&] { return version() == 333; })) << "it is mounted again";
}

TEST_F(Watching, AChangeBeforeTheFirstLookIsSeen) {
  // The library was loaded, and only then is the folder watched.
  watch_.reset();
  write("ours.json", profile("ours", 22));
  watch_ = std::make_unique<ProfileWatch>(io_, options(), *in_use_);
  EXPECT_TRUE(run_until([&] { return version() == 22; }));
}

TEST_F(Watching, ProfilesThatAreTheSameAreNotKeptAgain) {
  run_for_a_while();
  write("ours.json", profile("ours", 1));
  run_for_a_while();
  EXPECT_EQ(kept_, std::vector{1U});
}

TEST_F(Watching, AFaultyProfileIsToldOnceAndTheOnesBeforeStayInUse) {
  write("another.json", profile("another", 1));
  write("ours.json", R"({"name": "ours", "version": 0})");
  ASSERT_TRUE(run_until([&] { return !troubles_.empty(); }));
  run_for_a_while();
  ASSERT_EQ(troubles_.size(), 1U);
  EXPECT_NE(troubles_[0].find("ours.json: version"), std::string::npos) << troubles_[0];
  EXPECT_EQ(version(), 1U);
  EXPECT_EQ(in_use_->now().find("another"), nullptr) << "all or none";
  write("ours.json", profile("ours", 333));
  ASSERT_TRUE(run_until([&] { return version() == 333; }));
  EXPECT_NE(in_use_->now().find("another"), nullptr);
}

TEST_F(Watching, NoProfileIsUsedThatCouldNotBeKept) {
  for (bool* const fails : {&takes_, &stores_}) {
    *fails = false;
    write("ours.json", profile("ours", 22));
    run_for_a_while();
    EXPECT_EQ(version(), 1U);
    *fails = true;
  }
  EXPECT_TRUE(run_until([&] { return version() == 22; })) << "later";
}

TEST_F(ProfileFolder, WhatTheStoreHasKeptReadsOldResultsAfterAStart) {
  const auto store = journal::make_memory_store();
  const std::string old = profile("ours", 1);
  {
    const auto view = store->read();
    journal::Draft draft{*view};
    for (const std::string& json : {old, profile("ours", 2), old, std::string{R"({"name": "from another program"})"}}) {
      tables::keep_profile(draft, json);
    }
    auto batch = store->write();
    ASSERT_TRUE(journal::apply(draft.take(), *batch));
    ASSERT_TRUE(batch->commit());
  }
  write("ours.json", profile("ours", 2));
  auto library = load_profiles(folder_);
  ASSERT_TRUE(library);
  const std::size_t in_use = library->all().size();
  add_kept_profiles(*store->read(), *library);
  EXPECT_EQ(library->all().size(), in_use) << "earlier ones recognise nothing";
  EXPECT_EQ(library->find("ours")->version, 2U);
  profiles::Library once;
  ASSERT_TRUE(once.add(old));
  const std::string identity = once.find("ours")->identity();
  ASSERT_NE(library->find(identity), nullptr);
  const auto decoding = profiles::decode("A\n0.5\n", {.profile = identity}, *library);
  EXPECT_EQ(decoding.profile, identity) << decoding.refused;
  EXPECT_EQ(decoding.observations.size(), 1U) << decoding.refused;
}

}  // namespace
}  // namespace lab::node::app

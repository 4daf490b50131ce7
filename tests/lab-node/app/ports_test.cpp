// The ports of a node over a folder of exports. Its loop is the test: each input is decided and committed at once.

#include "lab-node/app/ports.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <fstream>

#include "lab-node/app/profile_folder.hpp"
#include "lab-node/desk/permissions.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/rehydration.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node::app {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class OpenPorts : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::start();
    fs::create_directories(exports_);
    ASSERT_TRUE(service::add_person(folder_ / "people.json", desk::accounts, "chen:陈:technician"));
    people_.emplace(service::People::load(folder_ / "people.json", desk::accounts).value());
    auto ports = Ports::open(
        {.io = io_,
         .store = *world_.store,
         .blobs = blobs_,
         .people = *people_,
         .profiles = profiles_,
         .post = [this](const desk::Input& input) { return decide(input); }},
        {.drop_folders = {{.where = exports_.string() + ",stable=1", .instrument = "GC-01", .technician = "chen"}}});
    ASSERT_TRUE(ports) << to_text(ports.error());
    ports_ = std::move(*ports);
  }
  void TearDown() override {
    ports_.reset();
    fs::remove_all(folder_);
  }
  bool decide(const desk::Input& input) {
    auto after = world_.decide([&](journal::Draft& draft) { return input(world_.node, draft, world_.now); });
    boost::asio::post(io_, [after = std::move(after)] { after(true); });
    return true;
  }
  [[nodiscard]] std::string trouble() const { return ports_->status().at(0).trouble; }
  [[nodiscard]] std::string trouble_to_come() {
    for (int turns = 0; trouble().empty() && turns < 500; ++turns) io_.run_for(20ms);
    return trouble();
  }

  fs::path folder_ = fs::temp_directory_path() / ("open-ports-" + std::to_string(::getpid()));
  fs::path exports_ = folder_ / "exports";
  boost::asio::io_context io_{1};
  World world_;
  journal::Blobs blobs_ = journal::Blobs::open(folder_ / "blobs").value();
  std::optional<service::People> people_;
  ProfilesInUse profiles_{load_profiles({}).value()};
  std::unique_ptr<Ports> ports_;
};

// The page used to ask for room on the disk, whatever the reason was.
TEST_F(OpenPorts, WhatTheNodeRefusesForNowIsSaidWithItsReason) {
  world_.decide([](journal::Draft& draft) {
    session::begin_rehydration(draft);
    return true;
  });
  std::ofstream{exports_ / "run-7.csv"} << "Sample,Result\n";
  EXPECT_THAT(trouble_to_come(), HasSubstr("run-7.csv"));
  EXPECT_THAT(trouble(), HasSubstr("正在与省平台核对"));
  EXPECT_THAT(trouble(), Not(HasSubstr("磁盘")));
}

}  // namespace
}  // namespace lab::node::app

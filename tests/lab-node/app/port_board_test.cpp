#include "lab-node/app/port_board.hpp"

#include <gtest/gtest.h>

namespace lab::node::app {
namespace {

class PortsOnTheBoard : public ::testing::Test {
 protected:
  void SetUp() override {
    board.add({.name = "folder", .kind = "drop_folder"});
    board.add({.name = "balance", .kind = "balance"});
  }
  [[nodiscard]] std::string trouble(std::size_t which = 0) const { return board.all().at(which).trouble; }

  PortBoard board;
};

TEST_F(PortsOnTheBoard, WhatComesAgainIsATroubleUntilItIsTaken) {
  board.not_taken("folder", "no room");
  EXPECT_EQ(trouble(), "no room");
  EXPECT_EQ(trouble(1), "");
  board.taken("balance");
  EXPECT_EQ(trouble(), "no room");
  board.taken("folder");
  EXPECT_EQ(trouble(), "");
}

TEST_F(PortsOnTheBoard, AGoodFileDoesNotMendARefusedOne) {
  board.not_taken("folder", "no room");
  board.trouble("folder", "a.csv cannot be read");
  board.taken("folder");
  EXPECT_EQ(trouble(), "a.csv cannot be read");
}

TEST_F(PortsOnTheBoard, ANoteHidesNoTroubleAndMakesRoomForAnother) {
  board.note("folder", "2 remarks");
  EXPECT_EQ(trouble(), "2 remarks");
  board.note("folder", "3 remarks");
  EXPECT_EQ(trouble(), "3 remarks");
  board.trouble("folder", "a.csv cannot be read");
  board.note("folder", "4 remarks");
  EXPECT_EQ(trouble(), "a.csv cannot be read");
}

TEST_F(PortsOnTheBoard, WhatIsSaidIsTidyAndOfPortsItKnows) {
  board.trouble("folder", "a\nb");
  EXPECT_EQ(trouble(), "a b");
  board.trouble("camera", "gone");
  board.taken("camera");
  EXPECT_EQ(board.all().size(), 2U);
}

}  // namespace
}  // namespace lab::node::app

#pragma once
// A coordinator and a lab-node as real processes, enrolled and at work, to be given bad input. What they know of the
// province and of their samples can be taken as a picture before and after.

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/coordinator/app/program.hpp"
#include "tests/lab-node/app/program.hpp"

namespace lab::flow {

class BadInput : public ::testing::Test {
 protected:
  /// One laboratory, one bench with an analyser on TCP and a folder for exports, four samples granted to it.
  void SetUp() override;

  /// Everything the coordinator has counted, planned and kept aside, and who is enrolled.
  [[nodiscard]] nlohmann::json province() const;
  /// Every sample with its results, limits and events, the worklist, and the stream's head.
  [[nodiscard]] nlohmann::json bench() const;
  /// The bench's quarantine, newest last.
  [[nodiscard]] nlohmann::json quarantine() const;
  /// The bench's captures, newest first.
  [[nodiscard]] nlohmann::json captures() const;
  /// What the bench's page says of a port: astm, drop_folder.
  [[nodiscard]] std::string trouble_of(const std::string& kind) const;

  /// Drawn, so that its label may be photographed.
  void draw(const std::string& number);
  /// Drawn and received, so that results may come.
  void receive(const std::string& number);
  /// Of this result, as the bench holds it; empty when there is none.
  [[nodiscard]] std::string value_of(const std::string& number, const std::string& analyte) const;
  /// A name that appears with all its bytes, in the folder the node watches.
  void drop(const std::string& name, const std::string& bytes) const;

  node::app::Program node{"bad-input"};
  coordinator::app::CoordinatorProgram coordinator{node.port(3)};
  std::filesystem::path drop_folder = node.data() / "exports";
  std::vector<std::string> numbers;
};

/// An analyte of the panel of these samples, and one that is in none.
extern const char* const known_analyte;
extern const char* const unknown_analyte;

}  // namespace lab::flow

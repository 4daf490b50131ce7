#include "instruments/label/worker.hpp"

#include <gtest/gtest.h>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "instruments/label/header.hpp"
#include "tests/instruments/label/samples.hpp"
#include "tests/where.hpp"

namespace lab::label {
namespace {

using std::chrono::milliseconds;

WorkerOptions options(std::vector<std::string> arguments = {}) {
  return {.program = QLIMS_BIN_DIR "/qlims-label-worker", .arguments = std::move(arguments)};
}

WorkerOptions faulty(const char* kind) { return options({"--fault", kind, "--on", "TROUBLE"}); }

/// A good label that makes a worker with a fault misbehave.
Bytes trouble() { return some_label(1) + "TROUBLE"; }

/// Ids of running worker programs that are children of this process.
std::vector<pid_t> children() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream stat{entry.path() / "stat"};
    pid_t id = 0;
    std::string name;
    std::string state;
    pid_t parent = 0;
    if (stat >> id >> name >> state >> parent && parent == getpid() && state != "Z") found.push_back(id);
  }
  return found;
}

TEST(LabelWorker, ReadsWhatIsOnTheLabelOnePictureAfterTheOther) {
  Worker worker{options()};
  for (std::uint32_t serial = 1; serial <= 5; ++serial) {
    const auto reading = worker.read(some_photo(serial, serial, 1));
    EXPECT_EQ(reading.number, some_payload(serial).number) << serial;
  }
  EXPECT_EQ(worker.counters().started, 1u);
}

TEST(LabelWorker, HoldsThePrintedNumberAgainstTheCode) {
  auto patient = options();  // a busy machine is no reason to find nothing
  patient.budget = milliseconds{40'000};
  patient.timeout = milliseconds{60'000};
  Worker worker{patient};
  const auto reading = worker.read(some_photo(7, 7, 0));
  EXPECT_EQ(reading.printed_number, (PrintedNumber{some_payload(7).number.text(), Agreement::agree}));
  EXPECT_FALSE(worker.read(lone_code(Symbology::ean13, "4006381333931")).printed_number.has_value());
}

TEST(LabelWorker, MakesThumbnailsBetweenReadings) {
  Worker worker{options()};
  for (std::uint32_t serial = 1; serial <= 3; ++serial) {
    const auto photo = some_photo(serial, serial, 1);
    const auto small = worker.thumbnail(photo);
    ASSERT_TRUE(small.has_value());
    const auto header = check_image(*small);
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ(std::max(header->width, header->height), thumbnail_side_max);
    EXPECT_EQ(worker.read(photo).number, some_payload(serial).number) << serial;
  }
  EXPECT_EQ(worker.thumbnail("hello"), std::nullopt);
  EXPECT_EQ(worker.counters().started, 1u);
}

TEST(LabelWorker, AThumbnailThatIsNoneOrKillsTheProcessIsNoneAndTheNextPictureIsRead) {
  for (const char* kind : {"crash", "exit", "garbage"}) {
    Worker worker{faulty(kind)};
    EXPECT_EQ(worker.thumbnail(trouble()), std::nullopt) << kind;
    EXPECT_EQ(worker.read(some_photo(1, 1, 1)).number, some_payload(1).number) << kind;
  }
}

TEST(LabelWorker, RefusesWhatIsNoPictureWithoutAProcess) {
  Worker worker{options()};
  EXPECT_EQ(worker.read("").unreadable->cause, Cause::refused);
  EXPECT_EQ(worker.read("hello").unreadable->cause, Cause::refused);
  EXPECT_EQ(worker.counters().started, 0u);
}

TEST(LabelWorker, ACrashIsAnAnswerAndTheNextPictureIsRead) {
  for (const char* kind : {"crash", "exit"}) {
    Worker worker{faulty(kind)};
    EXPECT_EQ(worker.read(trouble()).unreadable->cause, Cause::crashed) << kind;
    EXPECT_EQ(worker.read(some_label(2)).number, some_payload(2).number) << kind;
    EXPECT_EQ(worker.read(trouble()).unreadable->cause, Cause::crashed) << kind;
    EXPECT_EQ(worker.counters().crashed, 2u);
    EXPECT_EQ(worker.counters().started, 2u);
  }
}

TEST(LabelWorker, TheReasonOfACrashNamesTheSignal) {
  Worker worker{faulty("crash")};
  EXPECT_NE(worker.read(trouble()).unreadable->reason.find("signal 6"), std::string::npos);
}

TEST(LabelWorker, OneThatHangsIsStoppedInTimeAndReplaced) {
  auto impatient = faulty("hang");
  impatient.timeout = milliseconds{4000};  // a sanitized one on a busy machine starts and reads in 2 s
  Worker worker{impatient};
  const auto reading = worker.read(trouble());
  EXPECT_EQ(reading.unreadable->cause, Cause::timed_out);
  EXPECT_GE(reading.took, milliseconds{4000});
  EXPECT_TRUE(children().empty()) << "the one that hangs is gone, not left behind";
  EXPECT_EQ(worker.read(some_label(2)).number, some_payload(2).number);
  EXPECT_EQ(worker.counters().timed_out, 1u);
}

TEST(LabelWorker, AGarbageAnswerIsNotBelieved) {
  Worker worker{faulty("garbage")};
  EXPECT_EQ(worker.read(trouble()).unreadable->cause, Cause::broken_answer);
  EXPECT_EQ(worker.read(some_label(2)).number, some_payload(2).number);
  EXPECT_EQ(worker.counters().broken, 1u);
}

TEST(LabelWorker, OneKilledInTheMiddleOfAPictureIsReplaced) {
  Worker worker{faulty("hang")};
  LabelReading reading;
  std::thread caller{[&] { reading = worker.read(trouble()); }};
  while (children().empty()) std::this_thread::sleep_for(milliseconds{5});
  std::this_thread::sleep_for(milliseconds{700});  // well into the picture: it hangs there
  for (const auto id : children()) kill(id, SIGKILL);
  caller.join();
  EXPECT_EQ(reading.unreadable->cause, Cause::crashed);
  EXPECT_NE(reading.unreadable->reason.find("signal 9"), std::string::npos) << reading.unreadable->reason;
  EXPECT_EQ(worker.read(some_label(2)).number, some_payload(2).number);
}

TEST(LabelWorker, OneThatDiedWhileIdleIsReplacedWithoutAnyoneNoticing) {
  Worker worker{options()};
  ASSERT_EQ(worker.read(some_label(1)).number, some_payload(1).number);
  for (const auto id : children()) kill(id, SIGKILL);
  while (!children().empty()) std::this_thread::sleep_for(milliseconds{5});
  EXPECT_EQ(worker.read(some_label(2)).number, some_payload(2).number);
  EXPECT_EQ(worker.counters().crashed, 0u);
  EXPECT_EQ(worker.counters().started, 2u);
}

TEST(LabelWorker, AMissingProgramIsAnAnswerThatNamesIt) {
  Worker worker{{.program = "/nowhere/qlims-label-worker", .arguments = {}}};
  const auto reading = worker.read(some_label(1));
  EXPECT_EQ(reading.unreadable->cause, Cause::no_worker);
  EXPECT_NE(reading.unreadable->reason.find("/nowhere"), std::string::npos);
}

TEST(LabelWorker, SeveralThreadsShareAFewProcesses) {
  auto few = options();
  few.processes = 2;
  Worker worker{few};
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> callers;
    for (std::uint32_t serial = 1; serial <= 6; ++serial) {
      callers.emplace_back([&, serial] {
        if (worker.read(some_label(serial)).number == some_payload(serial).number) ++right;
      });
    }
  }
  EXPECT_EQ(right, 6);
  EXPECT_LE(worker.counters().started, 2u);
}

TEST(LabelWorker, TakesItsProcessesAlongWhenItGoes) {
  { Worker{options()}.read(some_label(1)); }
  EXPECT_TRUE(children().empty());
}

TEST(LabelWorker, IsFoundBesideTheRunningProgram) {
  EXPECT_EQ(worker_beside_this_program(), QLIMS_BIN_DIR "/qlims-label-worker");
}

}  // namespace
}  // namespace lab::label

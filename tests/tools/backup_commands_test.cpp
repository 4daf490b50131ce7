// qlims backup, restore, recovery-key and salvage, as a script drives them.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/journal/store.hpp"
#include "tests/protocol/journal/spoil.hpp"
#include "tests/tools/qlims_program.hpp"

namespace lab::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class BackupCommands : public ::testing::Test {
 protected:
  BackupCommands() {
    crypto::start();
    fs::create_directories(data);
    const auto store = *journal::open_lmdb(data / "store");
    const auto batch = store->write();
    for (std::uint64_t sequence = 1; sequence <= 40; ++sequence) {
      const Bytes key = journal::Fields{'e'}.add(std::uint32_t{1}).add(sequence).bytes();
      EXPECT_TRUE(batch->put(key, Bytes(400, static_cast<char>('a' + sequence % 20))));
    }
    EXPECT_TRUE(batch->commit());
    const crypto::KeyPair keys = crypto::make_key_pair();
    signer = to_hex(view_of(keys.public_key));
    std::ofstream{data / "station.json"} << R"({"signing_key":")" << to_hex(view_of(keys.secret_key)) << R"("})";
  }
  [[nodiscard]] std::string path(const char* name) const { return (folder.path() / name).string(); }
  static Answer failing(const std::string& arguments, const std::string& input = {}) {
    Answer answer = run(arguments, input, Errors::among_the_lines);
    EXPECT_EQ(answer.exit_code, 1) << arguments;
    EXPECT_FALSE(answer.lines.empty());
    return answer;
  }

  journal::TestFolder folder;
  fs::path data = folder.path() / "data";
  std::string signer;
};

TEST_F(BackupCommands, ASealedOneNeedsBothHalvesOfItsKey) {
  const Answer halves = run("--json recovery-key --out " + path("recovery.pub"));
  ASSERT_EQ(halves.exit_code, 0);
  const Answer made = run(fmt::format("--json backup --data {} --out {} --recovery-key {}", data.string(),
                                      path("backup"), path("recovery.pub")));
  ASSERT_EQ(made.exit_code, 0);
  EXPECT_EQ(field(made.lines.at(0), "records"), "40");
  EXPECT_EQ(field(made.lines.at(0), "sealed"), "true");
  EXPECT_EQ(field(made.lines.at(0), "signer"), signer);
  EXPECT_EQ(run(fmt::format("backup --check {} --read-data --signer {}", path("backup"), signer)).exit_code, 0);
  const std::string one = field(halves.lines.at(0), "half_1");
  const std::string other = field(halves.lines.at(0), "half_2");
  const std::string restore = fmt::format("--json restore --backup {} --data {}", path("backup"), path("restored"));
  EXPECT_THAT(failing(restore, one + "\n").lines.back(), HasSubstr("both halves of the recovery key are needed"));
  EXPECT_THAT(failing(restore, one + "\n" + one + "\n").lines.back(), HasSubstr("the same half"));
  EXPECT_FALSE(fs::exists(path("restored")));
  std::ofstream{path("half-1")} << one << '\n';
  std::ofstream{path("half-2")} << other << '\n';
  EXPECT_EQ(run(fmt::format("{} --half {} {}", restore, path("half-1"), path("half-2"))).exit_code, 0);
  std::ofstream{path("line-1")} << "half 1: " << one << '\n';
  std::ofstream{path("line-2")} << "half 2: " << other << '\n';
  EXPECT_EQ(run(fmt::format("restore --backup {} --data {} --half {} {}", path("backup"), path("as_printed"),
                            path("line-1"), path("line-2")))
                .exit_code,
            0)
      << "the lines as they were printed";
  EXPECT_TRUE(fs::exists(folder.path() / "restored" / "station.json"));
}

TEST_F(BackupCommands, APlainOneSaysThatItHoldsKeys) {
  const Answer plain =
      run(fmt::format("backup --data {} --out {}", data.string(), path("backup")), {}, Errors::among_the_lines);
  EXPECT_EQ(plain.exit_code, 0);
  EXPECT_THAT(plain.lines, ::testing::Contains(HasSubstr("not sealed")));
}

TEST_F(BackupCommands, SayAFailureAsJsonWhereItWasAskedFor) {
  ASSERT_EQ(run(fmt::format("backup --data {} --out {}", data.string(), path("backup"))).exit_code, 0);
  const std::vector<std::string> commands{
      fmt::format("--json backup --data {} --out {}", data.string(), path("backup")),
      fmt::format("--json backup --check {}", path("nothing")),
      fmt::format("--json restore --backup {} --data {}", path("nothing"), path("new")),
      fmt::format("--json restore --backup {} --data {}", path("backup"), data.string()),
      fmt::format("--json verify --backup {}", path("nothing")),
      fmt::format("--json salvage --data {} --out {}", path("nothing"), path("saved")),
      fmt::format("--json backup --check {} --signer {}", path("backup"), std::string(64, 'a'))};
  for (const std::string& command : commands) {
    const Answer answer = failing(command);
    EXPECT_TRUE(answer.lines.at(0).starts_with("{")) << command << ": " << answer.lines.at(0);
    EXPECT_NE(field(answer.lines.at(0), "code"), "(absent)") << command;
  }
}

TEST_F(BackupCommands, SalvageWritesDownWhatIsWholeAndNamesWhatIsLost) {
  EXPECT_EQ(run(fmt::format("salvage --data {} --out {}", data.string(), path("whole.jsonl"))).exit_code, 0);
  for (const std::uint64_t sequence : {7U, 8U, 23U}) {
    const Bytes key = journal::Fields{'e'}.add(std::uint32_t{1}).add(sequence).bytes();
    ASSERT_GT(journal::spoil_record(data / "store", key), 0);
  }
  const Answer answer =
      run(fmt::format("salvage --data {} --out {}", data.string(), path("saved.jsonl")), {}, Errors::among_the_lines);
  EXPECT_EQ(answer.exit_code, 1) << "something is lost";
  EXPECT_EQ(answer.lines.at(0), "37 records saved, 3 found damaged, 0 not found");
  EXPECT_EQ(answer.lines.at(1), "lost: event of this node 1.7..8");
  EXPECT_EQ(answer.lines.at(2), "lost: event of this node 1.23..23");
  std::ifstream saved{path("saved.jsonl")};
  std::size_t lines = 0;
  for (std::string line; std::getline(saved, line);) ++lines;
  EXPECT_EQ(lines, 37U);
  const Answer as_json = failing(fmt::format("--json salvage --data {} --out {}", data.string(), path("again.jsonl")));
  EXPECT_EQ(field(as_json.lines.at(0), "missing_in_sequences"), "3");
}

}  // namespace
}  // namespace lab::testing

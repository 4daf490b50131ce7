#include "protocol/service/secret_file.hpp"

#include <fstream>

#include "tests/protocol/service/folder.hpp"

namespace lab::service {
namespace {

using SecretFile = Folder;

TEST_F(SecretFile, IsReadableByItsOwnerOnlyAlsoWhenItReplacesAFileThatWasNot) {
  const auto file = folder / "keys.json";
  std::ofstream{file} << "old";
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  ASSERT_TRUE(write_secret_file(file, BytesView{"a\0b", 3}).has_value());
  EXPECT_EQ(read_file(file).value(), (Bytes{"a\0b", 3}));
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_FALSE(std::filesystem::exists(folder / "keys.json.new"));
}

TEST_F(SecretFile, SaysWhichFileCannotBeWritten) {
  const auto written = write_secret_file(folder / "missing" / "keys.json", "x");
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, ErrorCode::storage);
  EXPECT_EQ(written.error().where, (folder / "missing" / "keys.json").string());
}

TEST_F(SecretFile, ThatIsMissingIsNotFound) {
  EXPECT_EQ(read_file(folder / "none").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace lab::service

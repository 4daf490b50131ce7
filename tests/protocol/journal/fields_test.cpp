#include "protocol/journal/fields.hpp"

#include <gtest/gtest.h>

namespace lab::journal {
namespace {

TEST(Fields, AreReadAsTheyWereWritten) {
  const UtcTime time = *parse_utc("2013-06-03T09:00:00.123Z");
  const model::TaskId task{.plan = model::PlanId{3}, .revision = 1, .number = 42};
  const Bytes bytes = Fields{'x'}.add(std::uint16_t{0xABCD}).add(task).add(time).add(BytesView{"end"}).bytes();
  FieldReader fields = FieldReader::of_key(bytes);
  EXPECT_EQ(fields.take<std::uint16_t>(), 0xABCD);
  EXPECT_EQ(fields.take_task(), task);
  EXPECT_EQ(fields.take_time(), time);
  EXPECT_EQ(fields.rest(), "end");
}

// Stores are full of them: whatever a time is in the program, it stays these eight octets.
TEST(Fields, ATimeIsItsMillisecondsSince1970) {
  EXPECT_EQ(Fields{}.add(from_unix_ms(0x0102030405060708)).bytes(), Bytes("\1\2\3\4\5\6\7\10"));
  EXPECT_EQ(Fields{}.add(UtcTime{}).bytes(), Bytes(8, '\0'));
  const UtcTime before_1970 = from_unix_ms(-1);
  EXPECT_EQ(FieldReader{Fields{}.add(before_1970).bytes()}.take_time(), before_1970);
}

}  // namespace
}  // namespace lab::journal

#include "protocol/service/password_rules.hpp"

#include <gtest/gtest.h>

namespace lab::service {
namespace {

TEST(PasswordRules, TakeASentence) {
  for (const char* good : {"correct horse battery", "Tr0ub4dor&3-xyz", "我们实验室的菠菜样品很多很多",
                           "kunqu-opera-1644", "my password is long and odd", "2013 was a wet year"}) {
    EXPECT_EQ(problem_of_password(good, "anna"), std::nullopt) << good;
  }
}

TEST(PasswordRules, RefuseWhatIsGuessedFirst) {
  for (const char* bad :
       {"", "short", "elevenchars", "一二三四五六七八九十一", "aaaaaaaaaaaaaaaa", "abababababababab", "123456789012",
        "098765432109", "password1234", "Password12345678", "qwertyuiop12", "administrator", "Administrator1234",
        "adminadminadmin", "anna12345678", "annaannaannaanna", "qlims-qlims-qlims", "11111122222222"}) {
    EXPECT_NE(problem_of_password(bad, "anna"), std::nullopt) << bad;
  }
  EXPECT_NE(problem_of_password(std::string(2'000, 'x') + "abcdefg", "anna"), std::nullopt);
}

}  // namespace
}  // namespace lab::service

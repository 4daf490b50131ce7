// Bad plan files over HTTP: every row's fault is named, nothing is imported, and a good file goes in afterwards.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "protocol/base/charset.hpp"
#include "tests/flow/bad_input.hpp"

namespace lab::flow {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* header = "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n";
constexpr const char* good_row = "NCP,510100,510105,V1,菠菜,生产基地,2,VEGA,3\n";
constexpr const char* target = "/api/v1/plans?title=2013b&year=2013&due=2013-12-31";

class BadPlan : public BadInput {
 protected:
  json rejected(const std::string& file, int status = 422) const {
    const auto answer = coordinator.post_bytes(target, file);
    EXPECT_EQ(answer.status, status) << answer.body;
    return json::parse(answer.body, nullptr, false);
  }
  // Of the row's only complaint.
  static json complaint_of(const json& answer, int row) {
    json found;
    for (const json& error : answer.at("errors")) {
      if (error.at("row") != row) continue;
      EXPECT_TRUE(found.is_null()) << answer.dump();
      found = error;
    }
    EXPECT_FALSE(found.is_null()) << "row " << row << " in " << answer.dump();
    return found;
  }
  void expect_a_good_plan_goes_in() {
    const auto answer = coordinator.post_bytes(target, std::string{header} + good_row);
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(json::parse(answer.body).at("tasks"), 3);
  }
};

TEST_F(BadPlan, EveryBadRowIsNamedWithItsColumnAndNothingIsImported) {
  const json before = province();
  const std::string file = std::string{header} + good_row +
                           "NCP,519999,510105,V1,菠菜,生产基地,2,VEGA,3\n"
                           "NCP,510100,510304,V1,菠菜,生产基地,2,VEGA,3\n"
                           "NCP,510100,510105,V99,菠菜,生产基地,2,VEGA,3\n"
                           "NCP,510100,510105,V1,菠菜,生产基地,2,NOPE,3\n"
                           "NCP,510100,510105,V1,菠菜,生产基地,3,VEGA,-3\n"
                           "NCP,510100,510105,V1,菠菜,生产基地,4,VEGA,0\n"
                           "QQQ,510100,510105,V1,菠菜,生产基地,1,VEGA,3\n"
                           "NCP,510100,510105,V1,菠菜,生产基地,2,VEGA,9\n";
  const json answer = rejected(file);
  EXPECT_EQ(answer.at("code"), "plan_rejected");
  EXPECT_EQ(answer.at("detail"), "计划有 8 处错误，没有导入；请按 error_file 改正后重试");
  EXPECT_FALSE(answer.at("error_file").get<std::string>().empty());
  struct Expected {
    int row;
    const char* column;
    const char* value;
    const char* message;
  };
  for (const Expected& expected :
       {Expected{3, "市州代码", "519999", "没有这个市州；请写六位代码（如 510100）或全称（如 成都市）"},
        Expected{4, "区县代码", "510304", "这个区县不属于成都市，而属于自贡市；请改正市州或区县"},
        Expected{5, "产品类别", "V99", "类别表里没有这个类别；请写类别代码（如 V3）或名称（如 茄果类蔬菜）"},
        Expected{6, "检测包", "NOPE", "检测包表里没有这个检测包；请改正代码，或先在检测包表里登记"},
        Expected{7, "样品数", "-3", "应为 1 到 9999 的整数，只用半角数字"},
        Expected{8, "样品数", "0", "应为 1 到 9999 的整数，只用半角数字"},
        Expected{9, "项目", "QQQ", "项目表里没有这个项目；请改正代码，或先在项目表里登记"},
        Expected{10, "", "", "与第 2 行重复（仅样品数可能不同）；请合并成一行"}}) {
    const json complaint = complaint_of(answer, expected.row);
    EXPECT_EQ(complaint.at("column"), expected.column) << expected.row;
    EXPECT_EQ(complaint.at("value"), expected.value) << expected.row;
    EXPECT_EQ(complaint.at("message"), expected.message) << expected.row;
  }
  EXPECT_EQ(province(), before);
  expect_a_good_plan_goes_in();
}

TEST_F(BadPlan, OtherCharsetsAndAByteOrderMarkAreReadWithTheSameComplaints) {
  const json before = province();
  const std::string bad = std::string{header} + "NCP,成都府,510105,V1,菠菜,生产基地,2,VEGA,3\n";
  for (const Charset charset : {Charset::gb18030, Charset::utf8_bom, Charset::utf16_le}) {
    const auto encoded = encode_text(bad, charset);
    ASSERT_TRUE(encoded.has_value());
    const json complaint = complaint_of(rejected(*encoded), 2);
    EXPECT_EQ(complaint.at("column"), "市州代码") << name_of(charset);
    EXPECT_EQ(complaint.at("value"), "成都府") << name_of(charset);
  }
  EXPECT_EQ(province(), before);
  int status = 201;
  for (const Charset charset : {Charset::gb18030, Charset::utf8_bom}) {
    const auto encoded = encode_text(std::string{header} + good_row, charset);
    ASSERT_TRUE(encoded.has_value());
    const auto answer = coordinator.post_bytes(target, *encoded);
    EXPECT_EQ(answer.status, status) << name_of(charset) << answer.body;
    EXPECT_EQ(json::parse(answer.body).at("plan"), 2);
    status = 200;  // it is the same plan
  }
}

TEST_F(BadPlan, AFileThatIsNoTableSaysWhatItIsNot) {
  const json before = province();
  struct Case {
    std::string file;
    const char* detail;
  };
  const std::string row = std::string{header} + good_row;
  for (const Case& bad :
       {Case{"", "文件是空的；第一行应为列名"}, Case{header, "列名下面没有数据"},
        Case{row + "\xFF\xFE\x81", "不是 UTF-8、UTF-16 或 GB18030 文本；请在表格软件中另存为 XLSX 或 CSV"},
        Case{std::string("PK\x03\x04\x14\0\x08\0", 8) + std::string(64, '\0'), "文件不完整或不是 xlsx 工作簿"},
        Case{row + "NCP,\"510100,510105\n", "有引号没有配对；请补上缺少的引号"},
        Case{std::string{header}.replace(0, 6, "工程") + good_row, "缺少列“项目”"}}) {
    const json answer = rejected(bad.file);
    ASSERT_TRUE(answer.is_object());
    EXPECT_THAT(answer.dump(), HasSubstr(bad.detail));
    EXPECT_FALSE(answer.at("detail").get<std::string>().empty());
  }
  const json large = rejected(std::string(17 << 20, 'x'), 413);
  EXPECT_EQ(large.at("code"), "body_too_large");
  EXPECT_EQ(province(), before);
  expect_a_good_plan_goes_in();
}

}  // namespace
}  // namespace lab::flow

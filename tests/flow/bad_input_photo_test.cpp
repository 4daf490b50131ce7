// Bad label photos over HTTP: each is refused with what to do next, no sample changes, and a good photo is taken.

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "instruments/label/photo/photo.hpp"
#include "instruments/label/print/print.hpp"
#include "instruments/label/print/symbol.hpp"
#include "tests/flow/bad_input.hpp"

namespace lab::flow {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* target = "/api/v1/receptions?condition=%E5%AE%8C%E5%A5%BD";

class BadPhoto : public BadInput {
 protected:
  void SetUp() override {
    BadInput::SetUp();
    draw(numbers[0]);
  }
  node::app::Answer take(const std::string& file) const { return node.post_bytes("chen", target, file, "image/jpeg"); }
  void expect_refused(const std::string& file, const char* code, const char* detail, int status = 422) const {
    const json before = bench();
    const auto kept_before = photos_kept();
    const auto answer = take(file);
    EXPECT_EQ(answer.status, status) << answer.text;
    EXPECT_EQ(answer.body.at("code"), code) << answer.text;
    EXPECT_THAT(answer.body.at("detail").get<std::string>(), HasSubstr(detail));
    EXPECT_EQ(bench(), before);
    EXPECT_EQ(photos_kept(), kept_before) << "nothing names it";
  }
  std::ptrdiff_t photos_kept() const {
    const std::filesystem::recursive_directory_iterator files{node.data() / "blobs"};
    return std::count_if(begin(files), end(files), [](const auto& file) { return file.is_regular_file(); });
  }
  // As a receptionist takes another picture when one is bad.
  void expect_a_good_photo_is_taken() const {
    const Bytes label = node.get("chen", "/api/v1/samples/" + numbers[0] + "/label.png").text;
    node::app::Answer answer;
    for (std::uint64_t seed = 1; seed <= 5 && answer.status != 200; ++seed) {
      answer = take(label::photograph(label, {.seed = seed, .severity = 0}).value());
    }
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_EQ(node.state_of(numbers[0]), "received");
  }
  static Bytes label_of(const model::SampleNumber& number, const std::string& laboratory) {
    const label::Payload payload{.number = number,
                                 .laboratory = laboratory,
                                 .sampled_on = {std::chrono::year{2013}, std::chrono::June, std::chrono::day{3}}};
    return label::render_png({.payload = payload, .blind_code = "QX7M2K"}).value();
  }
};

// Width and height of a PNG stand in its first chunk.
Bytes promising(Bytes png, std::uint32_t side) {
  for (const std::size_t at : {16, 20}) {
    for (int octet = 0; octet < 4; ++octet) png[at + octet] = static_cast<char>(side >> (24 - 8 * octet));
  }
  return png;
}

TEST_F(BadPhoto, FilesThatAreNoPicturesAreRefusedWithWhatToDo) {
  const Bytes label = node.get("chen", "/api/v1/samples/" + numbers[0] + "/label.png").text;
  const Bytes photo = label::photograph(label, {.seed = 1, .severity = 0}).value();
  expect_refused("", "label_unreadable", "照片文件是空的，请重新拍摄或重新传送");
  expect_refused("样品 " + numbers[0], "label_unreadable", "文件不是 JPEG、PNG 或 WebP 照片");
  expect_refused(photo.substr(0, 40), "label_unreadable", "照片文件已损坏，找不到图像尺寸");
  expect_refused(photo.substr(0, photo.size() / 8), "label_unreadable", "照片文件不完整（传送中断）");
  expect_refused(promising(label, 60'000), "label_unreadable", "照片尺寸 60000x60000 超过上限");
  expect_refused(photo + Bytes(13 << 20, 'x'), "label_unreadable", "请降低相机分辨率后重拍");
  expect_refused(photo + Bytes(17 << 20, 'x'), "body_too_large", "请拆分或缩小后再传", 413);
  expect_a_good_photo_is_taken();
}

TEST_F(BadPhoto, OtherCodesAreNeverTakenForThisBenchesSample) {
  const auto other = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 777);
  expect_refused(label_of(other, "26"), "other_laboratory", "标签上的实验室代码为 26，请转交");
  expect_refused(label::render_symbol_png(label::Symbology::ean13, "6901234567892", 4).value(), "foreign_code",
                 "不是样品标签（可能是商品条码），请对准样品标签重拍");
  // Granted to this bench, and not drawn yet.
  const auto undrawn = model::SampleNumber::parse(numbers[1]);
  ASSERT_TRUE(undrawn.has_value());
  expect_refused(label_of(*undrawn, "1"), "not_sampled", "尚未填写抽样单，请先补填再收样");
  expect_a_good_photo_is_taken();
  const Bytes again = node.get("chen", "/api/v1/samples/" + numbers[0] + "/label.png").text;
  expect_refused(again, "already_received", "请勿重复扫描");
}

}  // namespace
}  // namespace lab::flow

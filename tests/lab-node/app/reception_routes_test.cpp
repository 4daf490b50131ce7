// Handing samples over, with real pictures, over the documented HTTP interface of the real program.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "instruments/label/header.hpp"
#include "instruments/label/photo/photo.hpp"
#include "instruments/label/print/print.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/stream.hpp"
#include "tests/lab-node/app/fake_coordinator.hpp"
#include "tests/lab-node/app/program.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ReceptionRoutes : public testing::Test {
 protected:
  static constexpr std::uint32_t samples = 6;

  ReceptionRoutes() {
    crypto::start();
    program.add_person("chen", "technician");
    program.add_person("zhao", "sampler");
    program.add_person("li", "reviewer");
    auto store = journal::open_lmdb(program.data() / "store");
    EXPECT_TRUE(store.has_value());
    World world{std::move(*store)};
    laboratory = std::to_string(session::identity(*world.store->read())->laboratory.value());
    for (std::uint32_t task = 1; task <= samples; ++task) {
      numbers.push_back(world.grant(task));
      EXPECT_TRUE(world.fill_in(numbers.back()).has_value());
    }
  }

  /// A photograph of the label of one copy.
  Bytes photo_of(const std::string& number, int copy = 1, std::uint64_t seed = 1) const {
    const auto label = label::render_png({.payload = {.number = *model::SampleNumber::parse(number),
                                                      .laboratory = laboratory,
                                                      .sampled_on = *parse_date("2013-06-20"),
                                                      .copy = copy},
                                          .copies = 3,
                                          .blind_code = "QX7M2K"});
    EXPECT_TRUE(label.has_value());
    auto jpeg = label::photograph(*label, {.seed = seed, .severity = 0});
    EXPECT_TRUE(jpeg.has_value());
    return *jpeg;
  }

  Answer receive(const Bytes& photo, const std::string& query = "") const {
    return program.post_bytes("chen", "/api/v1/receptions?" + query, photo, "image/jpeg");
  }
  Answer scan(const json& body) const { return program.post("chen", "/api/v1/receptions/scanned", body); }
  json reception(const std::string& number) const {
    return program.get("chen", "/api/v1/samples/" + number).body.at("reception");
  }
  std::string keep(const Bytes& picture) const {
    const Answer kept = program.post_bytes("chen", "/api/v1/photos", picture, "image/jpeg");
    EXPECT_EQ(kept.status, 200) << kept.text;
    return kept.body.value("photo", "");
  }
  std::size_t blobs() const {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(program.data() / "blobs")) {
      files += entry.is_regular_file();
    }
    return files;
  }

  Program program{"reception"};
  std::string laboratory;
  std::vector<std::string> numbers;
};

TEST_F(ReceptionRoutes, KeepsThePictureItsThumbnailAndWhatWasSaidOfIt) {
  program.start();
  const Bytes photo = photo_of(numbers[0]);
  const Bytes seal = photo_of(numbers[5], 1, 9);  // any picture will do
  const Answer answer = receive(photo, "condition=ok&status=waiting&seal=intact&seal_photo=" + keep(seal) +
                                           "&captured_at=2013-06-21T01:02:03Z&device=phone-3");
  ASSERT_EQ(answer.status, 200) << answer.text;
  EXPECT_EQ(answer.body.at("copy"), 1);
  const json shown = reception(numbers[0]);
  EXPECT_EQ(shown.at("photo"), to_hex(crypto::sha256(photo).view()));
  EXPECT_EQ(shown.at("seal_photo"), to_hex(crypto::sha256(seal).view()));
  EXPECT_EQ(shown.at("receiver"), "chen");
  EXPECT_EQ(shown.at("seal"), "intact");
  EXPECT_EQ(shown.at("status"), "waiting");
  EXPECT_EQ(shown.at("device"), "phone-3");
  EXPECT_EQ(shown.at("captured_at"), "2013-06-21T01:02:03.000Z");
  EXPECT_THAT(shown.at("code").get<std::string>(), HasSubstr("S=" + numbers[0]));
  EXPECT_FALSE(shown.at("reader").get<std::string>().empty());
  EXPECT_EQ(program.get("chen", "/api/v1/photos/" + shown.at("photo").get<std::string>()).text, photo);
  const Answer small = program.get("chen", "/api/v1/photos/" + shown.at("thumbnail").get<std::string>());
  const auto header = label::check_image(small.text);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(std::max(header->width, header->height), label::thumbnail_side_max);
}

TEST_F(ReceptionRoutes, TellsTheReserveFromTheTestSampleByItsCode) {
  program.start();
  ASSERT_EQ(receive(photo_of(numbers[0], 2)).status, 200);
  EXPECT_EQ(program.state_of(numbers[0]), "sampled");
  EXPECT_EQ(receive(photo_of(numbers[0], 2, 2)).body.at("code"), "already_received");
  ASSERT_EQ(receive(photo_of(numbers[0], 1)).status, 200);
  EXPECT_EQ(program.state_of(numbers[0]), "received");
  const Answer again = receive(photo_of(numbers[0], 1, 2));
  EXPECT_EQ(again.body.at("code"), "already_received");
  EXPECT_THAT(again.body.at("detail").get<std::string>(), HasSubstr("检样已由 chen 于 "));
  const json copies = program.get("chen", "/api/v1/samples/" + numbers[0]).body.at("further_copies");
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies.at(0).at("copy"), 2);
}

TEST_F(ReceptionRoutes, DoubtsAreToldTogetherAndKeepNothingUntilAPersonDecides) {
  program.start();
  const std::string said = "seal=broken&status=tested";
  const std::size_t before = blobs();
  const Answer doubted = receive(photo_of(numbers[1]), said);
  EXPECT_EQ(doubted.status, 422);
  EXPECT_EQ(doubted.body.at("code"), "status_differs");
  ASSERT_EQ(doubted.body.at("doubts").size(), 2u);
  EXPECT_EQ(doubted.body.at("doubts").at(1).at("code"), "seal_broken");
  EXPECT_EQ(blobs(), before);
  EXPECT_EQ(receive(photo_of(numbers[1]), said + "&accept=status_differs&reason=checked").body.at("code"),
            "seal_broken");
  ASSERT_EQ(receive(photo_of(numbers[1]), said + "&accept=status_differs,seal_broken&reason=checked").status, 200);
  EXPECT_EQ(reception(numbers[1]).at("accepted"), "status_differs,seal_broken");
  EXPECT_EQ(reception(numbers[1]).at("reason"), "checked");
  const json events = program.get("chen", "/api/v1/samples/" + numbers[1]).body.at("events");
  EXPECT_THAT(events.back().at("what").get<std::string>(),
              HasSubstr("存疑收样（status_differs,seal_broken）：checked"));
}

TEST_F(ReceptionRoutes, TakesWhatAHandScannerTypesHoweverTheKeyboardStood) {
  program.start();
  std::string small = "scqt1;s=" + numbers[2] + ";l=" + laboratory + ";d=20130620;c=1";
  for (char& c : small) c = static_cast<char>(std::tolower(c));
  const Answer answer = scan({{"text", small + "\r\n"}, {"condition", "完好"}});
  ASSERT_EQ(answer.status, 200) << answer.text;
  EXPECT_EQ(answer.body.at("number"), numbers[2]);
  EXPECT_EQ(reception(numbers[2]).at("reader"), "scanner");
  EXPECT_EQ(scan({{"text", "\t" + numbers[2] + "\t"}}).body.at("code"), "already_received");
  // A bare number says nothing of the copy; the person does.
  EXPECT_EQ(scan({{"text", numbers[2]}, {"copy", "2"}}).status, 200);
  EXPECT_EQ(scan({{"text", numbers[2]}, {"copy", "100"}}).status, 400);
  std::string wrong = numbers[3];
  wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(scan({{"text", wrong}}).body.at("code"), "foreign_code");
  EXPECT_EQ(scan({{"text", "6901234567892"}}).body.at("code"), "foreign_code");
  EXPECT_EQ(program.state_of(numbers[3]), "sampled");
}

TEST_F(ReceptionRoutes, OnePictureOfASealServesOneSample) {
  program.start();
  const std::string seal = "seal=intact&seal_photo=" + keep(photo_of(numbers[5], 1, 9));
  ASSERT_EQ(receive(photo_of(numbers[3]), seal).status, 200);
  const Answer again = receive(photo_of(numbers[4]), seal);
  EXPECT_EQ(again.body.at("code"), "photo_reused");
  EXPECT_THAT(again.body.at("detail").get<std::string>(), HasSubstr(numbers[3]));
  EXPECT_EQ(receive(photo_of(numbers[4]), seal + "&accept=photo_reused&reason=one%20bag").status, 200);
}

TEST_F(ReceptionRoutes, RefusesPicturesAndWordsThatAreNone) {
  program.start();
  EXPECT_EQ(program.post_bytes("chen", "/api/v1/photos", "hello", "image/jpeg").body.at("code"), "no_picture");
  EXPECT_EQ(program.post_bytes("li", "/api/v1/photos", photo_of(numbers[0]), "image/jpeg").status, 403);
  // A sampler shows what was found where nothing could be sampled.
  EXPECT_EQ(program.post_bytes("zhao", "/api/v1/photos", photo_of(numbers[0]), "image/jpeg").status, 200);
  const std::string unknown(64, 'a');
  EXPECT_EQ(receive(photo_of(numbers[0]), "seal=intact&seal_photo=" + unknown).body.at("code"), "unknown_photo");
  EXPECT_EQ(receive(photo_of(numbers[0]), "seal=perhaps").status, 400);
  EXPECT_EQ(receive(photo_of(numbers[0]), "status=perhaps").status, 400);
  EXPECT_EQ(receive(photo_of(numbers[0]), "captured_at=yesterday").status, 400);
  EXPECT_EQ(program.get("chen", "/api/v1/photos/" + unknown).status, 404);
  EXPECT_EQ(program.get("chen", "/api/v1/photos/..").status, 400);
  EXPECT_EQ(program.state_of(numbers[0]), "sampled");
}

TEST_F(ReceptionRoutes, ACameraThatIsNotThereIsToldAndHoldsUpNothing) {
  program.start({"--camera", "/dev/no-such-camera=reception"});
  ASSERT_TRUE(wait_until([&] {
    const json ports = program.get("", "/api/v1/status").body.at("ports");
    return ports.size() == 1 && ports.at(0).at("trouble") == "相机 /dev/no-such-camera 没有接上";
  }));
  const Answer none = program.post("chen", "/api/v1/receptions/camera?camera=reception", json::object());
  EXPECT_EQ(none.body.at("code"), "unavailable");
  EXPECT_THAT(none.body.at("detail").get<std::string>(), HasSubstr("没有接上"));
  EXPECT_EQ(program.get("chen", "/api/v1/cameras/kitchen/picture").status, 404);
  EXPECT_EQ(receive(photo_of(numbers[0])).status, 200);
}

// ---- a folder into which a phone puts its pictures

class PhotoFolder : public ReceptionRoutes {
 protected:
  PhotoFolder() { std::filesystem::create_directories(folder); }

  void start() { program.start({"--photo-folder", folder.string() + "=phone-3:chen"}); }
  void put(const std::string& name, const Bytes& bytes) const {
    std::ofstream{folder / (name + ".part"), std::ios::binary} << bytes;
    std::filesystem::rename(folder / (name + ".part"), folder / name);
  }
  json tray() const { return program.get("chen", "/api/v1/tray").body.at("entries"); }
  Answer in_tray(int entry, const std::string& what, const json& body) const {
    return program.post("chen", fmt::format("/api/v1/tray/{}/{}", entry, what), body);
  }

  std::filesystem::path folder = program.data() / "photos";
};

TEST_F(PhotoFolder, TakesInWhatItCanAndKeepsTheFileAndEverythingElseForAPerson) {
  start();
  const Bytes good = photo_of(numbers[0]);
  put("IMG_1.jpg", good);
  put("IMG_2.jpg", "no picture at all");
  ASSERT_TRUE(wait_until([&] { return program.state_of(numbers[0]) == "received" && tray().size() == 1; }))
      << program.log();
  EXPECT_EQ(reception(numbers[0]).at("device"), "phone-3");
  EXPECT_EQ(reception(numbers[0]).at("receiver"), "chen");
  EXPECT_EQ(reception(numbers[0]).at("photo"), to_hex(crypto::sha256(good).view()));
  EXPECT_TRUE(std::filesystem::exists(folder / "IMG_1.jpg"));
  const json entry = tray().at(0);
  EXPECT_EQ(entry.at("code"), "label_unreadable");
  EXPECT_THAT(entry.at("port").get<std::string>(), HasSubstr("IMG_2.jpg"));
  EXPECT_EQ(program.get("", "/api/v1/status").body.at("tray_open"), 1);
  const json port = program.get("", "/api/v1/status").body.at("ports").at(0);
  EXPECT_EQ(port.at("kind"), "photo_folder");
  EXPECT_EQ(port.at("trouble"), "");

  EXPECT_EQ(in_tray(1, "receive", {{"number", numbers[1]}}).body.at("code"), "missing_field");
  ASSERT_EQ(in_tray(1, "receive", {{"number", numbers[1]}, {"reason", "标签浸湿"}, {"condition", "完好"}}).status, 200);
  EXPECT_EQ(program.state_of(numbers[1]), "received");
  EXPECT_EQ(reception(numbers[1]).at("reader"), "typed");
  EXPECT_TRUE(tray().empty());
  const json decided = program.get("chen", "/api/v1/tray?open=0").body.at("entries");
  ASSERT_EQ(decided.size(), 1u);
  EXPECT_EQ(decided.at(0).at("decided_by"), "chen");
}

TEST_F(PhotoFolder, ReadsNothingTwiceAfterARestart) {
  start();
  put("IMG_1.jpg", photo_of(numbers[0]));
  put("IMG_2.jpg", "no picture at all");
  ASSERT_TRUE(wait_until([&] { return program.state_of(numbers[0]) == "received" && tray().size() == 1; }));
  ASSERT_EQ(in_tray(1, "dismiss", {{"reason", "误放"}}).status, 200);
  program.stop();
  start();
  put("IMG_3.jpg", photo_of(numbers[1]));  // comes behind the others
  ASSERT_TRUE(wait_until([&] { return program.state_of(numbers[1]) == "received"; })) << program.log();
  EXPECT_TRUE(tray().empty());
  EXPECT_EQ(program.get("chen", "/api/v1/tray?open=0").body.at("entries").size(), 1u);
}

TEST_F(PhotoFolder, NeedsAPersonWhoMayReceiveSamples) {
  const auto [status, said] = program.run({"--photo-folder", folder.string() + "=phone-3:zhao"});
  EXPECT_NE(status, 0);
  EXPECT_THAT(said, HasSubstr("no such person who may receive samples"));
}

}  // namespace
}  // namespace lab::node::app

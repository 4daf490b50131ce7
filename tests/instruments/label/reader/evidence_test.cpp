#include "instruments/label/reader/evidence.hpp"

#include <gtest/gtest.h>

#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

const std::string number = some_payload(42).number.text();
const std::string other_number = some_payload(43).number.text();

Sighting qr(std::string text) { return {.symbology = "QRCode", .text = std::move(text)}; }
Sighting bars(std::string text, std::string symbology = "Code128") {
  return {.symbology = std::move(symbology), .text = std::move(text), .self_proving = false};
}

TEST(Evidence, OneQrCodeIsProof) {
  Evidence evidence;
  evidence.add_treatment({qr(number)});
  EXPECT_EQ(evidence.number(), some_payload(42).number);
}

TEST(Evidence, OneSightingOfABarCodeIsNoProof) {
  Evidence evidence;
  evidence.add_treatment({bars(number), bars(number)});  // twice in one treatment is still one
  EXPECT_FALSE(evidence.has_sample());
  EXPECT_TRUE(evidence.codes().empty());
}

TEST(Evidence, TwoTreatmentsThatAgreeProveABarCode) {
  Evidence evidence;
  evidence.add_treatment({bars(number)});
  evidence.add_treatment({});
  evidence.add_treatment({bars(number)});
  EXPECT_EQ(evidence.number(), some_payload(42).number);
}

TEST(Evidence, ABarCodeProvenTwiceInOneTreatmentCounts) {
  auto twice = bars(number);
  twice.proofs = 2;
  Evidence evidence;
  evidence.add_treatment({twice});
  EXPECT_EQ(evidence.number(), some_payload(42).number);
  evidence = {};
  evidence.add_treatment({bars(number), twice});  // the stronger of two sightings decides
  EXPECT_EQ(evidence.number(), some_payload(42).number);
}

TEST(Evidence, TwoTreatmentsThatDisagreeProveNothing) {
  Evidence evidence;
  evidence.add_treatment({bars("4006381333931", "EAN13")});
  evidence.add_treatment({bars("4006381333924", "EAN13")});
  EXPECT_TRUE(evidence.codes().empty());
}

TEST(Evidence, TheSameTextInAnotherSymbologyIsAnotherCode) {
  Evidence evidence;
  evidence.add_treatment({bars("12345670", "EAN8")});
  evidence.add_treatment({bars("12345670", "Code128")});
  EXPECT_TRUE(evidence.codes().empty());
}

TEST(Evidence, AForeignCodeIsNamedAndIsNoSample) {
  Evidence evidence;
  evidence.add_treatment({bars("4006381333931", "EAN13"), qr("http://example.org")});
  evidence.add_treatment({bars("4006381333931", "EAN13")});
  EXPECT_FALSE(evidence.has_sample());
  const std::vector<FoundCode> expected{{"EAN13", "4006381333931", false}, {"QRCode", "http://example.org", false}};
  EXPECT_EQ(evidence.codes(), expected);
}

TEST(Evidence, TwoSamplesInOnePictureGiveNoNumber) {
  Evidence evidence;
  evidence.add_treatment({qr(number), qr(other_number)});
  EXPECT_TRUE(evidence.has_sample());
  EXPECT_TRUE(evidence.has_several_samples());
  EXPECT_EQ(evidence.number(), std::nullopt);
  EXPECT_EQ(evidence.codes().size(), 2u);
}

TEST(Evidence, TheSameSampleInTwoCodesIsOneSample) {
  Evidence evidence;
  evidence.add_treatment({qr(code_text(some_payload(42))), qr(number)});
  EXPECT_EQ(evidence.number(), some_payload(42).number);
}

TEST(Evidence, TextsThatAreNotUtf8OrTooLongArePassedOver) {
  Evidence evidence;
  evidence.add_treatment({qr("\xFF\xFE"), qr(std::string(Evidence::text_bytes_max + 1, 'A')), qr("")});
  EXPECT_TRUE(evidence.codes().empty());
}

TEST(Evidence, KeepsNoMoreCodesThanItsLimit) {
  Evidence evidence;
  for (std::size_t i = 0; i < 2 * Evidence::codes_max; ++i) evidence.add_treatment({qr(std::to_string(i))});
  EXPECT_EQ(evidence.codes().size(), Evidence::codes_max);
}

}  // namespace
}  // namespace lab::label

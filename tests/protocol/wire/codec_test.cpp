#include "protocol/wire/codec.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cstring>
#include <random>

namespace lab::wire {
namespace {

using namespace model;

Hash hash_of(std::uint8_t octet) {
  Hash hash;
  hash.octets.fill(octet);
  return hash;
}

SampleNumber number() { return SampleNumber::make(13, ProgrammeCode{"NCP"}, 42); }

ReadValue value(std::string text, std::optional<Decimal> number, Comparator comparator, ValueState state) {
  return {.text = std::move(text), .number = number, .comparator = comparator, .state = state};
}

std::vector<Determination> awkward_determinations() {
  const auto plain = Decimal::parse("0.050");
  const auto wide = Decimal::parse("12345678901234567890123.45600");
  return {
      {.item = 0, .value = value("0.050", plain, Comparator::none, ValueState::numeric), .unit = "mg/kg"},
      {.item = 1,
       .value = value("5E-2", Decimal::parse("5E-2"), Comparator::none, ValueState::numeric),
       .unit = "mg/kg"},
      {.item = 2,
       .value = value("<0.01", Decimal::parse("0.01"), Comparator::less, ValueState::below_lod),
       .unit = "μg/kg"},
      {.item = 3, .value = value("未检出", std::nullopt, Comparator::none, ValueState::below_lod), .unit = ""},
      {.item = 4, .value = value("", std::nullopt, Comparator::none, ValueState::missing), .unit = "mg/kg"},
      {.item = 5, .value = value(wide->to_text(), wide, Comparator::none, ValueState::numeric), .unit = "mg/kg"},
      {.item = 6, .value = value("-7", Decimal::parse("-7"), Comparator::none, ValueState::numeric), .unit = "mg/kg"}};
}

LotOrder lot_order() {
  return {.terms = {.size = 1000, .level = "II", .aql = "1.0"},
          .inspection = "tightened",
          .letter = "J",
          .final_letter = "K",
          .n = 80,
          .ac = 1,
          .re = 2,
          .to_inspect = 79};
}

Received whole_reception() {
  return {.number = number(),
          .photo = hash_of(4),
          .reader = "zxing 1.4",
          .condition = "封条破损",
          .copy = 3,
          .code = "SCQT1;S=SC13NCP00042H;L=12;D=20130603;C=3",
          .printed_is = PrintedNumber::differs,
          .printed = "SC13NCP00043",
          .status = StatusBox::retained,
          .seal = Seal::broken,
          .seal_photo = hash_of(10),
          .thumbnail = hash_of(11),
          .captured = from_unix_ms(1'370'249'000'000),
          .device = "收样室相机",
          .accepted = "number_differs,seal_broken",
          .reason = "已核对实物"};
}

std::vector<Event> one_of_every_kind() {
  const Event base{.node = NodeId{7},
                   .incarnation = 1,
                   .sequence = 9,
                   .previous = hash_of(3),
                   .at = from_unix_ms(1'370'250'000'123),
                   .task = {.plan = PlanId{3}, .revision = 1, .number = 42},
                   .token = {.generation = 2, .counter = 99},
                   .person = PersonId{"zhang"},
                   .what = {}};
  const auto june = *parse_date("2013-06-03");
  const std::vector<Happening> happenings{
      Sampled{number(), june, "芹菜", "2.5 kg", "1 kg", "冷藏", "li"},
      Sampled{number(), june, "芹菜", "2.5 kg", "1 kg", "冷藏", "li", "XBJ13510104463200017"},
      Received{number(), hash_of(4), "zxing 1.4", "封条完好"},
      whole_reception(),
      Measured{number(), hash_of(5), "GC-01", "masshunter-quant/1", awkward_determinations()},
      Measured{number(), hash_of(9), "XPE-01", "mt-sics", {}, "2.5013 g"},
      Measured{number(), hash_of(5), "GC-01", "masshunter-quant/1", awkward_determinations(), "", 2},
      Judged{number(), hash_of(6), june, 1, SampleOutcome::fail, {{2, ItemOutcome::fail, Reason::beyond_limit, 17}}},
      LotInspected{number(), {.inspected = 80, .nonconforming = 3}},
      Judged{number(),
             {},
             june,
             1,
             SampleOutcome::fail,
             {{whole_sample, ItemOutcome::fail, Reason::lot_not_accepted, 0}},
             LotCount{80, 3}},
      Reviewed{number(), hash_of(7), false, "重测"},
      Approved{number(), hash_of(8), PersonId{"wang"}, 1, SampleOutcome::fail, Bytes(64, 's')},
      Sampled{.number = number(),
              .sampled_on = june,
              .sample_name = "芹菜",
              .quantity = "2.5 kg",
              .reserve = "1 kg",
              .storage = "冷藏",
              .second_sampler = "li",
              .fields = {{"lot_number", "20130601"}, {"grade", "一级"}}},
      Declined{"经营者关门拒绝", DeclineKind::refused, "closed_door", "li", {"王五", "赵六"}, {hash_of(1), hash_of(2)}},
      Disposed{number(), 2, DisposalWay::handed_over, "移交复检机构", "li"},
      Amended{number(), hash_of(7), 1, "原始记录抄录有误"},
      Declined{"拒检"},
      Incident{"clock jumped"},
      Renumbered{number(), SampleNumber::make(13, ProgrammeCode{"NCP"}, 501), "标签浸湿"},
      SerialsWanted{{.year = 13, .programme = ProgrammeCode{"NCP"}}, 9, "恢复"},
      KeysReplaced{std::string(40, 'c'), Bytes(32, 's'), Bytes(32, 'f'), Bytes(64, 'p')},
      Forked{.incarnation = 3, .sequence = 17, .hash = hash_of(2), .event = "bytes as they were"},
      RunAssessed{.capture = hash_of(5),
                  .edition = hash_of(6),
                  .instrument = "GCMS-01",
                  .samples = 18,
                  .accepted = false,
                  .checks = {{CheckKind::spike, "NY/T 761-2008", "毒死蜱", "SC13NCP00042K-SP", Finding::failed,
                              CheckReason::outside, "55.00 %", "60-120 %", ""},
                             {CheckKind::control, "GB 5009.12-2010", "铅", "QC-1", Finding::warning,
                              CheckReason::control_warning, "0.221 mg/kg", "0.200 ± 3 × 0.010 mg/kg", "1_2s"}},
                  .shortages = {{CheckKind::blank, "NY/T 761-2008", "毒死蜱", 1, 0}},
                  .unlisted = 3},
      RunDecided{.capture = hash_of(5), .record = hash_of(7), .release = true, .reason = "同批标准物质回收正常"}};
  std::vector<Event> events;
  for (const auto& happening : happenings) {
    events.push_back(base);
    events.back().what = happening;
  }
  return events;
}

TEST(EventCodec, GivesBackEveryKindOfEvent) {
  for (const Event& event : one_of_every_kind()) {
    const auto decoded = decode_event(encode(event));
    ASSERT_TRUE(decoded) << name_of(event.what) << ": " << decoded.error().message;
    EXPECT_EQ(*decoded, event) << name_of(event.what);
  }
}

// Reasons that were added to the list later, `qualitative` and `no_uncertainty`, once could not be read back: the
// coordinator then put the whole verdict into quarantine.
TEST(EventCodec, GivesBackEveryReasonAVerdictCanHave) {
  auto events = one_of_every_kind();
  Event& event = *std::ranges::find_if(events, [](const Event& e) { return std::holds_alternative<Judged>(e.what); });
  for (int reason = 0; reason <= static_cast<int>(reason_last); ++reason) {
    std::get<Judged>(event.what).items = {{2, ItemOutcome::undetermined, static_cast<Reason>(reason), 0}};
    const auto decoded = decode_event(encode(event));
    ASSERT_TRUE(decoded) << reason << ": " << decoded.error().message;
    EXPECT_EQ(*decoded, event) << reason;
  }
}

TEST(EventCodec, GivesBackEveryReasonACheckCanHave) {
  auto events = one_of_every_kind();
  Event& event =
      *std::ranges::find_if(events, [](const Event& e) { return std::holds_alternative<RunAssessed>(e.what); });
  for (int reason = 0; reason <= static_cast<int>(check_reason_last); ++reason) {
    auto& run = std::get<RunAssessed>(event.what);
    run.checks[0].reason = static_cast<CheckReason>(reason);
    run.checks[0].kind = static_cast<CheckKind>(reason % check_kinds);
    const auto decoded = decode_event(encode(event));
    ASSERT_TRUE(decoded) << reason << ": " << decoded.error().message;
    EXPECT_EQ(*decoded, event) << reason;
  }
}

TEST(RecordCodec, GivesBackARunBeforeAndAfterItIsDecided) {
  const auto events = one_of_every_kind();
  RunEntry run{.assessed = std::get<RunAssessed>(events[events.size() - 2].what),
               .analyst = PersonId{"chen"},
               .at = from_unix_ms(1'370'250'000'123),
               .record = hash_of(7)};
  EXPECT_EQ(decode_record<RunEntry>(encode_record(run)).value(), run);
  run.reviewer = PersonId{"li"};
  run.decided = std::get<RunDecided>(events.back().what);
  run.decided_at = from_unix_ms(1'370'250'000'999);
  EXPECT_EQ(decode_record<RunEntry>(encode_record(run)).value(), run);
}

TEST(EventCodec, PackingKeepsTheOctetsThatAreHashed) {
  for (const Event& event : one_of_every_kind()) {
    const Bytes flat = encode(event);
    const auto unpacked = unpack(pack(flat));
    ASSERT_TRUE(unpacked);
    EXPECT_EQ(*unpacked, flat);
  }
}

TEST(EventCodec, FiftyDeterminationsStayWithinAPageOfTheStore) {
  Event event = one_of_every_kind()[4];
  auto& measured = std::get<Measured>(event.what);
  measured.determinations.clear();
  for (std::uint16_t item = 0; item < 50; ++item) {
    const Decimal number{1000 + item, -4};
    measured.determinations.push_back({.item = item,
                                       .value = value(number.to_text(), number, Comparator::none, ValueState::numeric),
                                       .unit = "mg/kg"});
  }
  const Bytes flat = encode(event);
  EXPECT_LE(flat.size(), 1'600u);
  EXPECT_LE(pack(flat).size(), 900u);
}

std::vector<Message> one_of_every_message() {
  const StreamHead head{.incarnation = 1, .sequence = 5, .hash = hash_of(1)};
  const ShownHead tree{.head = {.generation = 2,
                                .base = 17,
                                .size = 4'711,
                                .root = hash_of(8),
                                .at = from_unix_ms(12),
                                .signature = Bytes(64, 'h')},
                       .from = 41,
                       .proof = {hash_of(5), hash_of(6)}};
  return {Hello{.build = "0.1.0",
                .streams = {head},
                .orders = 3,
                .highest_token = {1, 2},
                .generation = 1,
                .reference = hash_of(2),
                .clock = from_unix_ms(5),
                .boot = 77,
                .previous_boot = 76,
                .acknowledged = 4,
                .resync = true,
                .tree = tree.head},
          Events{.incarnation = 1,
                 .first = 4,
                 .events = {Bytes(16, 'a'), Bytes(24, 'b')},
                 .signature = Bytes(64, 'c'),
                 .orders = 3,
                 .tree = 41},
          OrdersAck{12},
          BlobWant{hash_of(2), 128},
          Ping{from_unix_ms(9)},
          Enrol{"TICKET", std::string(40, 'k'), Bytes(32, 'p'), "bench-1"},
          Welcome{.protocol = 1,
                  .generation = 2,
                  .mode = Mode::recovery,
                  .cursors = {head},
                  .reference = hash_of(9),
                  .clock = from_unix_ms(1),
                  .orders_base = 8,
                  .tree = tree},
          Refuse{RefuseReason::resync_needed, "restored"},
          Ack{1, 7, {{6, Disposition::counted}, {7, Disposition::late}}, hash_of(3), 5, true, tree},
          Orders{3, {Bytes(8, 'o')}, Bytes(64, 'x')},
          BlobChunk{hash_of(2), 0, 4, "abcd"},
          Pong{from_unix_ms(10)},
          Enrolled{NodeId{4}, LaboratoryId{2}, "成都", Bytes(32, 'q')},
          ResyncRequest{.incarnation = 2, .from_incarnation = 1, .from_sequence = 257},
          Resync{.incarnation = 2,
                 .seals = {head},
                 .orders = 9,
                 .from_incarnation = 1,
                 .from_sequence = 1,
                 .events = {Bytes(16, 'a')},
                 .notes = {{1, Disposition::counted}}},
          Inventory{.serials = {{{.year = 13, .programme = ProgrammeCode{"NCP"}}, 80}},
                    .blocks = {{.kind = {.year = 13, .programme = ProgrammeCode{"NCP"}}, .first = 51, .count = 30}}}};
}

TEST(MessageCodec, GivesBackEveryKindOfMessage) {
  for (const Message& message : one_of_every_message()) {
    const auto decoded = decode_message(encode(message));
    ASSERT_TRUE(decoded) << name_of(message) << ": " << decoded.error().message;
    EXPECT_EQ(*decoded, message) << name_of(message);
  }
}

TEST(MessageCodec, RefusesAnInventoryOfSerialsThatNoNumberHas) {
  const SerialKind kind{.year = 13, .programme = ProgrammeCode{"NCP"}};
  const auto said = [](const Inventory& inventory) {
    const auto decoded = decode_message(encode(Message{inventory}));
    return decoded ? std::string{} : decoded.error().message;
  };
  EXPECT_EQ(said({.serials = {{kind, 99'999}}, .blocks = {{.kind = kind, .first = 99'999, .count = 1}}}), "");
  for (const std::uint32_t highest : {100'000U, 4'294'967'294U, 4'294'967'295U}) {
    EXPECT_NE(said({.serials = {{kind, highest}}, .blocks = {}}), "") << highest;
  }
  for (const auto& [first, count] : {std::pair{99'999U, 2U}, {1U, 4'294'967'295U}, {100'000U, 1U}, {1U, 0U}}) {
    EXPECT_NE(said({.serials = {}, .blocks = {{.kind = kind, .first = first, .count = count}}}), "") << first;
  }
}

TEST(MessageCodec, NamesTheSessionBesideTheMessage) {
  const auto envelope = decode_envelope(encode(Message{OrdersAck{12}}, 0xFEED'BEEF'0000'0001));
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->session, 0xFEED'BEEF'0000'0001);
  EXPECT_EQ(envelope->message, Message{OrdersAck{12}});
  EXPECT_EQ(decode_envelope(encode(Message{OrdersAck{12}}))->session, 0u);
}

// Frames as a program without tree heads wrote them, octet by octet: HELLO, EVENTS, WELCOME and ACK.
TEST(MessageCodec, ReadsWhatTheVersionBeforeSaid) {
  const auto frame = [](std::string_view hex) {
    std::vector<std::uint8_t> octets(hex.size() / 2);
    EXPECT_TRUE(fill_from_hex(octets, hex));
    return Bytes{view_of(octets)};
  };
  const StreamHead head{.incarnation = 1, .sequence = 5, .hash = hash_of(1)};
  const std::vector<std::pair<Bytes, Message>> said{
      {frame("000000001f000000000000000300010000000000000000000000000000000000090000000000000000000000070004000100"
             "020001000000030000000000000005000000000000004d000000000000004c00000000000000040000000000000001000000"
             "000000000d000000320000000d0000001f00000028000000020000002d00000002010000302e312e30000000040000000200"
             "0100050000000000000001000000000000000100000002010000010101010101010101010101010101010101010101010101"
             "0101010101010101020000000000000001000000000000000202020202020202020202020202020202020202020202020202"
             "020202020202"),
       Hello{.build = "0.1.0",
             .streams = {head},
             .orders = 3,
             .highest_token = {1, 2},
             .generation = 1,
             .reference = hash_of(2),
             .clock = from_unix_ms(5),
             .boot = 77,
             .previous_boot = 76,
             .acknowledged = 4,
             .resync = true}},
      {frame("0000000015000000000000000300010001000000000000000000000000000000090000000000000000000000030002000100"
             "00000000000004000000000000000300000000000000050000000e0000000d00000002020000010000008200000061616161"
             "6161616161616161616161616363636363636363636363636363636363636363636363636363636363636363636363636363"
             "6363636363636363636363636363636363636363636363636363"),
       Events{.incarnation = 1, .first = 4, .events = {Bytes(16, 'a')}, .signature = Bytes(64, 'c'), .orders = 3}},
      {frame("0000000016000000000000000300010006000000000000000000000000000000090000000000000000000000030002000200"
             "01000100000005000000000000000600000000000000050000001f0000002100000002010000040000000200010005000000"
             "0000000001000000000000000100000002010000010101010101010101010101010101010101010101010101010101010101"
             "01010202020202020202020202020202020202020202020202020202020202020202"),
       Welcome{.protocol = 2,
               .generation = 1,
               .mode = Mode::recovery,
               .cursors = {head},
               .reference = hash_of(2),
               .clock = from_unix_ms(5),
               .orders_base = 6}},
      {frame("0000000011000000000000000300010008000000000000000000000000000000090000000000000000000000030002000100"
             "0000010000000500000000000000040000000000000005000000170000000d00000002010000040000000200000005000000"
             "0000000001000000000000000101010101010101010101010101010101010101010101010101010101010101"),
       Ack{.incarnation = 1,
           .upto = 5,
           .notes = {{5, Disposition::counted}},
           .hash = hash_of(1),
           .first = 4,
           .provisional = true}}};
  for (const auto& [bytes, message] : said) {
    const auto envelope = decode_envelope(bytes);
    ASSERT_TRUE(envelope) << name_of(message) << ": " << envelope.error().message;
    EXPECT_EQ(envelope->message, message) << name_of(message);
    EXPECT_EQ(envelope->session, 9U);
  }
}

TEST(MessageCodec, RefusesAProofThatIsTooLongOrOfNoHashes) {
  Ack ack{.incarnation = 1, .upto = 5};
  ack.tree.head.generation = 1;
  ack.tree.proof.assign(tree_proof_max, hash_of(7));
  EXPECT_TRUE(decode_message(encode(Message{ack})));
  ack.tree.proof.push_back(hash_of(7));
  EXPECT_FALSE(decode_message(encode(Message{ack})));
}

TEST(MessageCodec, RefusesEveryTruncation) {
  for (const Message& message : one_of_every_message()) {
    const Bytes flat = encode(message);
    for (std::size_t length = 0; length < flat.size(); ++length) {
      EXPECT_FALSE(decode_message(BytesView{flat}.substr(0, length))) << name_of(message) << " cut at " << length;
    }
  }
}

TEST(MessageCodec, RefusesASegmentTableThatPromisesMoreThanCame) {
  Bytes flat = encode(Message{OrdersAck{12}});
  flat[4] = static_cast<char>(0x7F);
  const auto decoded = decode_message(flat);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::malformed);
  EXPECT_NE(decoded.error().message.find("segment table"), std::string::npos);
}

TEST(MessageCodec, RefusesManySegments) {
  Bytes flat(4096, '\0');
  const std::uint32_t segments_minus_one = 511;
  std::memcpy(flat.data(), &segments_minus_one, sizeof segments_minus_one);
  const auto decoded = decode_message(flat);
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().message.find("segments"), std::string::npos);
}

TEST(MessageCodec, RefusesAFrameAboveTheLimit) {
  const auto decoded = decode_message(Bytes(message_max + 8, '\0'));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::too_large);
}

TEST(MessageCodec, RefusesControlCharactersAndBrokenUtf8) {
  EXPECT_FALSE(decode_message(encode(Message{Refuse{RefuseReason::version, "a\x01"}})));
  EXPECT_FALSE(decode_message(encode(Message{Refuse{RefuseReason::version, "\xC3("}})));
}

TEST(MessageCodec, NeverCrashesOnFlippedBits) {
  std::mt19937_64 random{20130603};
  for (const Message& message : one_of_every_message()) {
    const Bytes flat = encode(message);
    for (int round = 0; round < 2'000; ++round) {
      Bytes damaged = flat;
      for (int flips = 0; flips < 3; ++flips)
        damaged[random() % damaged.size()] ^= static_cast<char>(1 << (random() % 8));
      const auto decoded = decode_message(damaged);
      EXPECT_TRUE(decoded || !decoded.error().message.empty());
    }
  }
}

TEST(Packing, RefusesWhatItDidNotMake) {
  EXPECT_FALSE(unpack(""));
  EXPECT_FALSE(unpack("abc"));
  EXPECT_FALSE(unpack(BytesView{"\xFF\xFF\xFF\xFF", 4}));
  EXPECT_FALSE(unpack(BytesView{"\x08\0\0\0", 4}));
}

TEST(EventCodec, AResultOfNoPortionIsMalformed) {
  Event event = one_of_every_kind()[4];
  std::get<Measured>(event.what).portion = 0;
  EXPECT_FALSE(decode_event(encode(event)));
}

TEST(RecordCodec, GivesBackASampleInEveryStage) {
  Sample sample;
  sample.grant = {.task = {.plan = PlanId{3}, .revision = 1, .number = 42},
                  .token = {1, 9},
                  .number = number(),
                  .blind_code = "K7M2QX4D",
                  .programme = ProgrammeCode{"NCP"},
                  .city = CityCode{510100},
                  .county = CountyCode{510104},
                  .category = CategoryCode{"V1"},
                  .commodity = "芹菜",
                  .stage = Stage::farmers_market,
                  .round = 2,
                  .panel = PanelCode{"VEG13"},
                  .due = *parse_date("2013-12-31")};
  const auto check = [&] {
    const auto decoded = decode_record<Sample>(encode_record(sample));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, sample);
  };
  check();
  sample.grant.retest = Retest{.version = 2, .sampled_on = *parse_date("2013-06-03"), .analytes = {"铅", "涕灭威"}};
  check();
  sample.state = SampleState::sampled;
  sample.sampled = {number(), *parse_date("2013-06-03"), "芹菜", "2.5 kg", "1 kg", "冷藏", "li"};
  sample.sampler = PersonId{"zhao"};
  check();
  sample.received = {number(), hash_of(4), "zxing 1.4", "封条完好"};
  sample.measured.push_back({number(), hash_of(5), "GC-01", "masshunter-quant/1", awkward_determinations()});
  sample.state = SampleState::measuring;
  check();
  sample.judged = {number(), hash_of(6), *parse_date("2013-06-03"), 1, SampleOutcome::pass, {}};
  sample.record = hash_of(9);
  sample.reviewed = {number(), hash_of(9), true, ""};
  sample.disposition = Disposition::counted;
  sample.state = SampleState::approved;
  check();
  sample.grant.lot = lot_order();
  sample.lot = LotCount{80, 1};
  sample.judged.lot = sample.lot;
  check();
  sample.received = whole_reception();
  sample.receiver = PersonId{"qian"};
  sample.received_at = from_unix_ms(1'370'250'000'123);
  sample.further = {{whole_reception(), PersonId{"sun"}, from_unix_ms(1'370'260'000'000)},
                    {{.number = number(), .reader = "scanner", .copy = 2}, PersonId{"qian"}, UtcTime{}}};
  check();
  sample.former = {SampleNumber::make(13, ProgrammeCode{"NCP"}, 7), SampleNumber::make(13, ProgrammeCode{"NCP"}, 8)};
  check();
}

TEST(RecordCodec, GivesBackAPictureInTheTray) {
  TrayEntry entry{.seen = whole_reception(),
                  .laboratory = "12",
                  .code = "number_differs",
                  .detail = "标签上印的编号与条码不一致",
                  .port = "photo_folder /srv/photos/IMG_1.jpg",
                  .at = from_unix_ms(1'370'250'000'123),
                  .person = PersonId{"chen"}};
  EXPECT_EQ(decode_record<TrayEntry>(encode_record(entry)).value(), entry);
  entry.seen = {.photo = hash_of(4), .reader = "reader 1"};
  entry.decided_by = PersonId{"li"};
  entry.decision = "剔除：不是样品";
  EXPECT_EQ(decode_record<TrayEntry>(encode_record(entry)).value(), entry);
}

TEST(RecordCodec, GivesBackATaskAndItsResultWithAndWithoutALot) {
  Task task{.id = {.plan = PlanId{3}, .revision = 1, .number = 42},
            .commodity = "电线",
            .due = *parse_date("2013-12-31"),
            .number = number(),
            .state = TaskState::granted,
            .token = {1, 9}};
  ResultEntry result{.node = NodeId{7}, .judged_for = *parse_date("2013-06-03"), .counted_version = 1, .month = 24'161};
  for (const bool is_lot : {false, true}) {
    if (is_lot) {
      task.lot = lot_order().terms;
      task.series = SeriesId{5};
      task.lot_order = lot_order();
      result.lot = LotCount{80, 0};
    }
    EXPECT_EQ(decode_record<Task>(encode_record(task)).value(), task);
    EXPECT_EQ(decode_record<ResultEntry>(encode_record(result)).value(), result);
  }
}

TEST(OrderCodec, GivesBackAGrantWithAndWithoutALot) {
  Grant grant{.task = {.plan = PlanId{3}, .revision = 1, .number = 42},
              .token = {1, 9},
              .number = number(),
              .commodity = "电线",
              .due = *parse_date("2013-12-31")};
  for (const bool is_lot : {false, true}) {
    if (is_lot) grant.lot = lot_order();
    const Order order{.sequence = 1, .at = from_unix_ms(5), .what = grant};
    EXPECT_EQ(decode_order(encode(order)).value(), order);
  }
}

TEST(OrderCodec, GivesBackAHoldWhichAnOlderNodeTakesForTheEndOfAGrantLongPast) {
  for (const bool held : {true, false}) {
    const Order order{
        .sequence = 2,
        .at = from_unix_ms(5),
        .what = Hold{.task = {.plan = PlanId{3}, .revision = 1, .number = 42}, .held = held, .reason = "异议"}};
    EXPECT_EQ(decode_order(encode(order)).value(), order);
  }
}

TEST(OrderCodec, GivesBackABlockOfSerialsAndRefusesOneNoNumberCanBeMadeOf) {
  SerialBlock block{
      .kind = {.year = 13, .programme = ProgrammeCode{"NCP"}}, .first = 501, .count = 50, .request = hash_of(4)};
  const Order order{.sequence = 2, .at = from_unix_ms(5), .what = block};
  EXPECT_EQ(decode_order(encode(order)).value(), order);
  for (const SerialKind& kind : {SerialKind{.year = 100, .programme = ProgrammeCode{"NCP"}},
                                 SerialKind{.year = 13, .programme = ProgrammeCode{"ncp"}},
                                 SerialKind{.year = 13, .programme = ProgrammeCode{"NC"}}}) {
    block.kind = kind;
    EXPECT_FALSE(decode_order(encode(Order{.sequence = 2, .at = from_unix_ms(5), .what = block})));
  }
}

}  // namespace
}  // namespace lab::wire

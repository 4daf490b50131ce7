// Programs of different versions: which of them work together, and what of a later one is kept by an earlier one.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstring>

#include "protocol/journal/store.hpp"
#include "protocol/session/coordinator_link.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/node_link.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

using ::testing::HasSubstr;

const model::NodeId node_id{5};

// Both ends over two stores. What is said is carried at once, and may be changed on the way into what another version
// would have said.
class Versions : public ::testing::Test {
 protected:
  using Change = std::function<void(model::Message&)>;

  Versions() {
    at_node([&](journal::Draft& draft) {
      set_identity(draft,
                   {.node = node_id, .laboratory = model::LaboratoryId{1}, .coordinator_key = office.public_key});
    });
    said.clear();
  }
  template <class Decide>
  void in(journal::Store& store, Decide decide) {
    auto batch = store.write();
    journal::Draft draft{*batch};
    decide(draft);
    auto rest = journal::apply(draft.take(), *batch);
    ASSERT_TRUE(rest && batch->commit());
    for (auto& effect : *rest) {
      if (auto* send = std::get_if<journal::Send>(&effect)) said.push_back(std::move(*send));
      if (auto* tell = std::get_if<journal::Tell>(&effect)) told += tell->note + "\n";
    }
  }
  template <class Decide>
  void at_node(Decide decide) {
    in(*node_store, decide);
  }
  template <class Decide>
  void at_office(Decide decide) {
    in(*office_store, decide);
  }
  std::vector<journal::Send> take_said() { return std::exchange(said, {}); }
  model::NodeEntry entry() const {
    return {.id = node_id, .signing_key = Bytes{keys.public_key.begin(), keys.public_key.end()}};
  }

  // One round: what each of them has to say, to the other.
  void carry(const Change& by_node, const Change& by_office) {
    at_node([&](journal::Draft& draft) {
      for (auto& effect : node.pump(draft, now)) {
        if (auto* send = std::get_if<journal::Send>(&effect)) said.push_back(std::move(*send));
        if (auto* put = std::get_if<journal::Put>(&effect)) draft.put(put->key, put->record);
      }
    });
    for (auto& one : take_said()) {
      by_node(one.message);
      at_office([&](journal::Draft& draft) { hear(draft, one); });
    }
    auto answers = take_said();
    at_office([&](journal::Draft& draft) {
      for (auto& effect : coordinator.pump(draft, now)) {
        if (auto* send = std::get_if<journal::Send>(&effect)) answers.push_back(std::move(*send));
        if (auto* put = std::get_if<journal::Put>(&effect)) draft.put(put->key, put->record);
      }
    });
    for (auto& one : answers) {
      by_office(one.message);
      at_node([&](journal::Draft& draft) {
        const Delivery delivery = node.on_message(draft, one.message, now, one.session);
        if (const auto* orders = std::get_if<NewOrders>(&delivery)) orders_taken += orders->orders.size();
      });
    }
    now += Milliseconds{400};
  }
  void hear(journal::Draft& draft, const journal::Send& one) {
    // A frame of protocol 1 has no session.
    const std::uint64_t session = names_sessions ? one.session : 0;
    if (const auto* hello = std::get_if<model::Hello>(&one.message)) coordinator.on_hello(draft, *hello, now, session);
    if (const auto* held = std::get_if<model::OrdersAck>(&one.message)) {
      coordinator.on_orders_held(draft, held->upto, now);
    }
    const auto* events = std::get_if<model::Events>(&one.message);
    if (events == nullptr) return;
    const auto taken = take_events(draft, entry(), *events);
    ASSERT_FALSE(std::holds_alternative<model::Refuse>(taken)) << std::get<model::Refuse>(taken).explanation;
    const model::StreamHead held = cursor(draft, node_id, 1);
    draft.send(node_id, model::Ack{.incarnation = 1, .upto = held.sequence, .hash = held.hash, .first = events->first},
               session);
  }
  void link_up() {
    at_node([&](journal::Draft& draft) {
      for (auto& effect : node.on_linked(draft, {}, now)) {
        if (auto* send = std::get_if<journal::Send>(&effect)) draft.send(send->to, send->message, send->session);
        if (auto* put = std::get_if<journal::Put>(&effect)) draft.put(put->key, put->record);
      }
    });
  }
  void work_together(const Change& by_node, const Change& by_office) {
    at_node([&](journal::Draft& draft) {
      for (int i = 0; i < 5; ++i) append(draft, {.what = model::Incident{fmt::format("event {}", i)}}, now);
    });
    at_office([&](journal::Draft& draft) {
      for (int i = 0; i < 3; ++i) append_order(draft, node_id, model::Revocation{.reason = "order"}, now);
    });
    said.clear();
    link_up();
    for (int i = 0; i < 12; ++i) carry(by_node, by_office);
    EXPECT_EQ(cursor(*office_store->read(), node_id, 1).sequence, 5U) << told;
    EXPECT_EQ(acknowledged(*node_store->read()), 5U) << told;
    EXPECT_EQ(orders_taken, 3U) << told;
    EXPECT_EQ(order_progress(*office_store->read(), node_id).acknowledged, 3U);
  }
  static void nothing(model::Message&) {}

  crypto::KeyPair keys = crypto::make_key_pair();
  crypto::KeyPair office = crypto::make_key_pair();
  std::unique_ptr<journal::Store> node_store = journal::make_memory_store();
  std::unique_ptr<journal::Store> office_store = journal::make_memory_store();
  NodeLink node{{.signing_key = keys.secret_key, .build = "test", .boot = 7}};
  CoordinatorLink coordinator{node_id, {.signing_key = office.secret_key, .generation = 1, .reference = {}}};
  UtcTime now = from_unix_ms(1'370'000'000'000);
  std::vector<journal::Send> said;
  std::string told;
  std::size_t orders_taken = 0;
  bool names_sessions = true;
};

TEST_F(Versions, OfOneKindWorkTogether) { work_together(nothing, nothing); }

// It says so in HELLO, and none of its frames names a session.
TEST_F(Versions, ACoordinatorWorksWithANodeOfTheVersionBefore) {
  names_sessions = false;
  work_together(
      [](model::Message& message) {
        if (auto* hello = std::get_if<model::Hello>(&message)) hello->protocol_max = model::protocol_version - 1;
      },
      [](model::Message& message) {
        const auto* welcome = std::get_if<model::Welcome>(&message);
        if (welcome != nullptr) {
          EXPECT_EQ(welcome->protocol, model::protocol_version - 1);
        }
      });
}

// It answers without a session, and knows no tree of events.
TEST_F(Versions, ANodeWorksWithACoordinatorOfTheVersionBefore) {
  names_sessions = false;
  work_together(nothing, [](model::Message& message) {
    if (auto* welcome = std::get_if<model::Welcome>(&message)) {
      welcome->protocol = model::protocol_version - 1;
      welcome->tree = {};
    }
    if (auto* ack = std::get_if<model::Ack>(&message)) ack->tree = {};
  });
}

// A node of the next version speaks this one too: the newest that both know is used.
TEST_F(Versions, ACoordinatorWorksWithANodeOfTheNextVersion) {
  work_together(
      [](model::Message& message) {
        if (auto* hello = std::get_if<model::Hello>(&message)) {
          hello->protocol_min = model::protocol_version;
          hello->protocol_max = model::protocol_version + 1;
        }
      },
      [](model::Message& message) {
        const auto* welcome = std::get_if<model::Welcome>(&message);
        if (welcome != nullptr) {
          EXPECT_EQ(welcome->protocol, model::protocol_version);
        }
      });
}

TEST_F(Versions, ACoordinatorSaysWhichProgramIsToBeReplaced) {
  for (const auto& [least, most] : {std::pair{3, 4}, std::pair{0, 0}, std::pair{9, 9}}) {
    at_office([&, least = least, most = most](journal::Draft& draft) {
      model::Hello hello{.streams = {{1, 0, {}}}, .boot = 7};
      hello.protocol_min = static_cast<std::uint16_t>(least);
      hello.protocol_max = static_cast<std::uint16_t>(most);
      EXPECT_EQ(coordinator.on_hello(draft, hello, now, 11), Admission::refused);
    });
    const auto answers = take_said();
    ASSERT_EQ(answers.size(), 1U);
    const auto& refuse = std::get<model::Refuse>(answers[0].message);
    EXPECT_EQ(refuse.reason, model::RefuseReason::version);
    EXPECT_THAT(refuse.explanation, HasSubstr("protocol 1 to 2"));
    EXPECT_THAT(refuse.explanation, HasSubstr(fmt::format("the node {} to {}", least, most)));
    EXPECT_THAT(refuse.explanation, HasSubstr("the older of the two programs"));
  }
  EXPECT_TRUE(standing(*office_store->read(), node_id).boots.empty()) << "nothing is remembered of it";
}

// Nothing is lost while a laboratory waits for its new program: it writes on, and is not told that it is welcome.
TEST_F(Versions, ANodeDoesNotFollowACoordinatorThatSpeaksWhatItDoesNotKnow) {
  at_node([&](journal::Draft& draft) { append(draft, {.what = model::Incident{"kept"}}, now); });
  for (const int spoken : {3, 0}) {
    said.clear();
    link_up();
    const std::uint64_t session = said.at(0).session;
    at_node([&](journal::Draft& draft) {
      const Delivery delivery = node.on_message(
          draft,
          model::Welcome{
              .protocol = static_cast<std::uint16_t>(spoken), .generation = 4, .cursors = {{1, 0, {}}}, .clock = now},
          now, session);
      EXPECT_FALSE(std::holds_alternative<Welcomed>(delivery));
    });
    EXPECT_FALSE(node.is_welcome());
    EXPECT_THAT(node.refusal(), HasSubstr(fmt::format("protocol {}, this program 1 to 2", spoken)));
    EXPECT_THAT(node.refusal(), HasSubstr("is kept and sent then"));
    EXPECT_EQ(orders_state(*node_store->read()).generation, 0U) << "nothing of it was taken over";
  }
  EXPECT_FALSE(is_rehydrating(*node_store->read()));
  now += std::chrono::minutes{2};
  said.clear();
  for (int i = 0; i < 3; ++i) carry(nothing, nothing);
  EXPECT_TRUE(node.is_welcome()) << "it goes on asking, and the right one answers";
  for (int i = 0; i < 5; ++i) carry(nothing, nothing);
  EXPECT_EQ(cursor(*office_store->read(), node_id, 1).sequence, 1U);
}

// ---- what a later version writes

std::uint64_t word(BytesView flat, std::size_t at) {
  std::uint64_t value = 0;
  std::memcpy(&value, flat.data() + 8 * at, sizeof value);
  return value;
}
void set_word(Bytes& flat, std::size_t at, std::uint64_t value) { std::memcpy(flat.data() + 8 * at, &value, 8); }

// The same structure as a schema with one more field in its root would have written it: its sections stand anew at the
// end, the data one word longer. (Cap'n Proto encoding: one segment, word 0 its table, word 1 the root pointer.)
Bytes with_an_unknown_field(const Bytes& flat) {
  const std::uint64_t root = word(flat, 1);
  const auto old_begin = static_cast<std::size_t>(2 + (static_cast<std::uint32_t>(root) >> 2));
  const auto data = static_cast<std::size_t>((root >> 32) & 0xFFFF);
  const auto pointers = static_cast<std::size_t>(root >> 48);
  const std::size_t begin = flat.size() / 8;
  Bytes grown = flat;
  grown.resize(flat.size() + 8 * (data + 1 + pointers));
  for (std::size_t i = 0; i < data; ++i) set_word(grown, begin + i, word(flat, old_begin + i));
  set_word(grown, begin + data, 0x2B2B2B2B2B2B2B2B);
  for (std::size_t i = 0; i < pointers; ++i) {
    const std::uint64_t pointer = word(flat, old_begin + data + i);
    const auto moved = static_cast<std::int64_t>(begin + 1) - static_cast<std::int64_t>(old_begin);
    const auto offset = static_cast<std::int32_t>(static_cast<std::uint32_t>(pointer)) >> 2;
    const auto kind = static_cast<std::uint32_t>(pointer) & 3U;
    const auto fresh = static_cast<std::uint32_t>(static_cast<std::int32_t>(offset - moved)) << 2 | kind;
    set_word(grown, begin + data + 1 + i, pointer == 0 ? 0 : (pointer >> 32 << 32) | fresh);
  }
  set_word(grown, 0, static_cast<std::uint64_t>(grown.size() / 8 - 1) << 32);
  set_word(grown, 1,
           static_cast<std::uint64_t>(pointers) << 48 | static_cast<std::uint64_t>(data + 1) << 32 |
               static_cast<std::uint64_t>(begin - 2) << 2);
  return grown;
}

// The place of the number that says which kind of event it is: with another one there the event is of no known kind.
Bytes of_an_unknown_kind(const Bytes& flat) {
  for (std::size_t at = 16; at + 2 <= flat.size(); at += 2) {
    Bytes other = flat;
    other[at] = '\xE7';
    other[at + 1] = '\x03';
    const auto read = wire::decode_event(other);
    if (!read && read.error().message.find("newer version") != std::string::npos) return other;
  }
  ADD_FAILURE() << "no place of the kind was found";
  return {};
}

class LaterEvents : public Versions {
 protected:
  Bytes one_event() {
    at_node([&](journal::Draft& draft) {
      append(draft, {.person = model::PersonId{"chen"}, .what = model::Incident{"from a later version"}}, now);
    });
    return *event_bytes(*node_store->read(), 1, 1);
  }
  std::vector<Accepted> take(const Bytes& flat) {
    model::Events events{.incarnation = 1, .first = 1, .events = {flat}};
    const model::StreamHead head{.incarnation = 1, .sequence = 1, .hash = crypto::sha256(flat)};
    const auto signature = crypto::sign(wire::head_to_sign(node_id, head), keys.secret_key);
    events.signature.assign(signature.begin(), signature.end());
    std::vector<Accepted> accepted;
    at_office([&](journal::Draft& draft) { accepted = std::get<0>(take_events(draft, entry(), events)); });
    return accepted;
  }
};

TEST_F(LaterEvents, AnUnknownFieldIsPassedOverAndKeptOctetByOctet) {
  const Bytes known = one_event();
  const Bytes later = with_an_unknown_field(known);
  ASSERT_NE(later, known);
  const auto taken = take(later);
  ASSERT_EQ(taken.size(), 1U);
  ASSERT_TRUE(taken[0].event) << taken[0].problem;
  EXPECT_EQ(*taken[0].event, *wire::decode_event(known)) << "what is known of it is read";
  EXPECT_EQ(held_event(*office_store->read(), node_id, 1, 1), later);
  EXPECT_EQ(taken[0].hash, crypto::sha256(later));
}

TEST_F(LaterEvents, OneOfAnUnknownKindIsKeptOctetByOctetAndSaidToBeFromANewerVersion) {
  const Bytes later = of_an_unknown_kind(one_event());
  const auto taken = take(later);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_FALSE(taken[0].event);
  EXPECT_THAT(taken[0].problem, HasSubstr("newer version"));
  EXPECT_EQ(held_event(*office_store->read(), node_id, 1, 1), later);
  EXPECT_EQ(cursor(*office_store->read(), node_id, 1).sequence, 1U) << "what comes behind it is not held up";
}

}  // namespace
}  // namespace lab::session

#include "tools/verify/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/crypto/crypto.hpp"
#include "protocol/evidence/consistency.hpp"
#include "protocol/evidence/export_file.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "protocol/wire/codec.hpp"
#include "tools/verify/export_reader.hpp"
#include "tools/verify/node_keys.hpp"
#include "tools/verify/recount.hpp"

namespace lab::verify {
namespace {

struct Reached {
  std::uint64_t sequence = 0;
  Hash hash;
  UtcTime at = UtcTime::min();  // of the last event that can be read
};

// One pass over the file.
class Checker {
 public:
  Checker(const Statement& statement, Report& report)
      : statement_(statement), report_(report), recount_(statement), keys_(statement) {}

  void tell(std::string where, std::string what) {
    ++report_.faults_seen;
    if (report_.faults.size() < faults_max) report_.faults.push_back({std::move(where), std::move(what)});
  }

  void orders(const std::string& where, BytesView body) {
    const auto section = read_order_section(body);
    if (!section) return tell(where, "this is no section of orders");
    if (events_begun_ || section->node < last_node_) return tell(where, "it does not stand where it belongs");
    last_node_ = section->node;
    crypto::Signature signature{};
    const bool is_signed =
        fill(signature, section->orders.signature) &&
        crypto::verify(wire::orders_to_sign(model::NodeId{section->node}, section->orders), signature, statement_.key);
    if (!is_signed || section->orders.generation != statement_.head.generation) {
      tell(where, "the coordinator has not signed these orders");
    }
    for (const Bytes& bytes : section->orders.orders) one_order(section->node, bytes);
  }

  void events(const std::string& where, BytesView body) {
    events_begun_ = true;
    const auto section = read_event_section(body);
    if (!section) return tell(where, "this is no section of events");
    if (section->position != leaves_.size()) {
      tell(where, fmt::format("it begins at place {} of the tree, {} events came before it", section->position,
                              leaves_.size()));
    }
    Reached& reached = reached_[{section->node, section->incarnation}];
    if (section->first != reached.sequence + 1) {
      tell(where, fmt::format("event {} of stream {}.{} follows on event {}", section->first, section->node,
                              section->incarnation, reached.sequence));
      reached.sequence = section->first - 1;
    }
    for (const BytesView bytes : section->events) one_event(*section, bytes, reached);
    signature(where, *section, reached);
    keys_.settle();
  }

  void finish(std::span<const model::TreeHead> witnesses) {
    for (const auto& [id, node] : statement_.nodes) {
      const std::uint64_t held = orders_[id];
      if (held != node.orders) {
        tell(fmt::format("node {}", id), fmt::format("{} orders, the statement says {}", held, node.orders));
      }
    }
    compare_streams();
    if (report_.unsigned_stretches != statement_.unsigned_stretches) {
      tell("statement", fmt::format("{} sections without a signature, the statement says {}",
                                    report_.unsigned_stretches, statement_.unsigned_stretches));
    }
    tree_ = evidence::Growth{[](const evidence::TileId&) { return evidence::Tile{}; }, 0};
    for (const Hash& leaf : leaves_) tree_.add(leaf);
    check_head(statement_.head);
    for (const model::TreeHead& witness : witnesses) check_witness(witness);
    for (const auto& [place, disposition] : statement_.exceptions) {
      const auto& [node, incarnation, sequence] = place;
      const auto stream = reached_.find({node, incarnation});
      if (stream == reached_.end() || sequence > stream->second.sequence || sequence == 0) {
        tell(fmt::format("event {}.{}.{}", node, incarnation, sequence), "is an exception, and not in the export");
      }
      ++(disposition == model::Disposition::late ? report_.late : report_.quarantined);
    }
    keys_.finish([this](std::string where, std::string what) { tell(std::move(where), std::move(what)); });
    recount_.compare([this](std::string where, std::string what) { tell(std::move(where), std::move(what)); });
    if (const std::string why = recount_.items_left_out(); !why.empty()) {
      report_.notes.push_back("items were not compared: " + why);
    }
    report_.events = leaves_.size();
    report_.tokens = recount_.tokens;
    report_.verdicts = recount_.verdicts;
    report_.amended = recount_.amended;
    report_.retested = recount_.retested;
    report_.adopted = recount_.adopted;
  }

 private:
  void one_order(std::uint32_t node, const Bytes& bytes) {
    const std::uint64_t number = ++orders_[node];
    ++report_.orders;
    const std::string where = fmt::format("order {}.{}", node, number);
    const auto order = wire::decode_order(bytes);
    if (!order) return tell(where, order.error().message);
    if (order->sequence != number) return tell(where, fmt::format("it says that it is order {}", order->sequence));
    if (std::string why = recount_.order(node, *order); !why.empty()) tell(where, std::move(why));
  }

  void one_event(const EventSection& section, BytesView bytes, Reached& reached) {
    const std::string where = fmt::format("event {}.{}.{}", section.node, section.incarnation, reached.sequence + 1);
    const Hash hash = crypto::sha256(bytes);
    leaves_.push_back(hash);
    const auto event = wire::decode_event(bytes);
    if (!event) {
      // Of a newer version: kept, and quarantined.
      const bool is_exception =
          statement_.exceptions.contains({section.node, section.incarnation, reached.sequence + 1});
      if (!is_exception) tell(where, "cannot be read: " + event.error().message);
    } else if (event->node.value() != section.node || event->incarnation != section.incarnation ||
               event->sequence != reached.sequence + 1) {
      tell(where,
           fmt::format("it says that it is event {}.{}.{}", event->node.value(), event->incarnation, event->sequence));
    } else if (event->previous != reached.hash) {
      tell(where, "its chain does not lead to the event before it");
    } else if (std::string why = recount_.event(*event, hash); !why.empty()) {
      tell(where, std::move(why));
    } else if (std::string wrong = key_change(*event); !wrong.empty()) {
      tell(where, std::move(wrong));
    }
    if (event) reached.at = event->at;
    ++reached.sequence;
    reached.hash = hash;
  }

  std::string key_change(const model::Event& event) {
    const auto* keys = std::get_if<model::KeysReplaced>(&event.what);
    const bool counts =
        keys != nullptr && !statement_.exceptions.contains({event.node.value(), event.incarnation, event.sequence});
    return counts ? keys_.replaced(event, *keys) : std::string{};
  }

  // Over the last event of the section, to which every one before it leads.
  void signature(const std::string& where, const EventSection& section, const Reached& reached) {
    if (section.signature.empty()) {
      ++report_.unsigned_stretches;
      return;
    }
    const auto node = statement_.nodes.find(section.node);
    if (node == statement_.nodes.end())
      return tell(where, fmt::format("node {} is not in the statement", section.node));
    const model::StreamHead head{section.incarnation, reached.sequence, reached.hash};
    if (!keys_.is_signed(section.node, head, section.signature, reached.at)) {
      tell(where, fmt::format("node {} has not signed its stream up to event {}.{}", section.node, section.incarnation,
                              reached.sequence));
    }
  }

  void compare_streams() {
    for (const auto& [place, reached] : reached_) {
      const auto& [node, incarnation] = place;
      const auto stated = statement_.streams.find(place);
      const auto known = statement_.nodes.find(node);
      if (stated == statement_.streams.end() || known == statement_.nodes.end()) {
        tell(fmt::format("stream {}.{}", node, incarnation), "is not in the statement");
        continue;
      }
      if (stated->second.sequence != reached.sequence || stated->second.hash != reached.hash) {
        tell(fmt::format("stream {}.{}", node, incarnation),
             fmt::format("ends at event {}, the statement says {} or another one there", reached.sequence,
                         stated->second.sequence));
      }
      if (incarnation > known->second.incarnation) {
        tell(fmt::format("stream {}.{}", node, incarnation), "is of an incarnation that was never given out");
      }
      report_.streams.push_back({.node = node,
                                 .head = {incarnation, reached.sequence, reached.hash},
                                 .sealed = incarnation < known->second.incarnation});
    }
    for (const auto& [place, stated] : statement_.streams) {
      if (reached_.contains(place)) continue;
      tell(fmt::format("stream {}.{}", place.first, place.second),
           fmt::format("is missing, {} events of it were there", stated.sequence));
    }
  }

  [[nodiscard]] Hash root_at(std::uint64_t size) const {
    return evidence::root_at(
        [this](const evidence::TileId& id) {
          const auto tile = tree_.changed().find(id);
          return tile == tree_.changed().end() ? evidence::Tile{} : tile->second;
        },
        size);
  }

  void check_head(const model::TreeHead& head) {
    if (head.size != leaves_.size()) {
      tell("tree", fmt::format("{} events, the signed head says {}", leaves_.size(), head.size));
    } else if (root_at(head.size) != head.root) {
      tell("tree", "the events do not lead to the root of the signed head");
    }
  }

  void check_witness(const model::TreeHead& witness) {
    const std::string where = fmt::format("witness of {} events, generation {}", witness.size, witness.generation);
    const model::TreeHead& head = statement_.head;
    if (!evidence::is_signed(witness, statement_.key)) {
      return tell(where, "it is signed by another key than the export");
    }
    if (witness.generation > head.generation) return tell(where, "the export is older: of an earlier generation");
    if (witness.generation < head.generation && witness.size > head.base) {
      return tell(where, fmt::format("the coordinator was put back to {} events: {} events known lost then", head.base,
                                     witness.size - head.base));
    }
    if (witness.size > leaves_.size()) {
      return tell(where, fmt::format("the export is older: {} events are missing", witness.size - leaves_.size()));
    }
    if (root_at(witness.size) != witness.root) return tell(where, "the export is another history");
    ++report_.witnesses;
  }

  const Statement& statement_;
  Report& report_;
  Recount recount_;
  NodeKeys keys_;
  std::map<std::uint32_t, std::uint64_t> orders_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Reached> reached_;
  std::vector<Hash> leaves_;
  evidence::Growth tree_{{}, 0};
  std::uint32_t last_node_ = 0;
  bool events_begun_ = false;
};

void read_sections(BytesView file, std::size_t at, Checker& checker) {
  for (std::size_t number = 2; at < file.size(); ++number) {
    const std::string where = fmt::format("section {} at octet {}", number, at);
    Cursor cursor{file.substr(at)};
    const auto kind = static_cast<char>(cursor.u8());
    const BytesView body = cursor.counted();
    if (!cursor.is_good()) return checker.tell(where, "the file is cut off");
    if (kind == evidence::section_orders) {
      checker.orders(where, body);
    } else if (kind == evidence::section_events) {
      checker.events(where, body);
    } else {
      checker.tell(where, "this is no section of an export");
    }
    at = file.size() - cursor.left();
  }
}

}  // namespace

Report check(BytesView file, std::span<const model::TreeHead> witnesses) {
  Report report;
  const auto stop = [&report](std::string where, std::string what) {
    report.faults.push_back({std::move(where), std::move(what)});
    ++report.faults_seen;
    return report;
  };
  if (!file.starts_with(evidence::export_magic)) return stop("file", "this is no evidence export");
  Cursor cursor{file.substr(evidence::export_magic.size())};
  const auto kind = static_cast<char>(cursor.u8());
  const BytesView text = cursor.counted();
  if (!cursor.is_good() || kind != evidence::section_statement) return stop("section 1", "the statement is missing");
  const auto statement = read_statement(text);
  if (!statement) return stop(statement.error().where, statement.error().message);
  report.head = statement->head;
  Checker checker{*statement, report};
  read_sections(file, file.size() - cursor.left(), checker);
  checker.finish(witnesses);
  return report;
}

std::vector<FaultKind> kinds_of(std::span<const Fault> faults) {
  const auto words_of = [](std::string text) {
    std::erase_if(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    return text;
  };
  std::vector<FaultKind> kinds;
  for (const Fault& fault : faults) {
    const auto kind = std::ranges::find_if(
        kinds, [&](const FaultKind& one) { return words_of(one.first.what) == words_of(fault.what); });
    if (kind == kinds.end()) {
      kinds.push_back({.first = fault, .count = 1});
    } else {
      ++kind->count;
    }
  }
  return kinds;
}

}  // namespace lab::verify

#include "coordinator/reports/evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "coordinator/tables/item_counts.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/evidence/export_file.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/standing.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;

std::uint64_t count_unsigned(const journal::View& store) {
  std::uint64_t count = 0;
  session::for_each_stretch(store, 0, [&](const session::Stretch& stretch) {
    count += stretch.signature.empty();
    return true;
  });
  return count;
}

void add_nodes(std::string& text, const journal::View& store) {
  for (const model::NodeEntry& node : tables::nodes(store)) {
    const Bytes& first_key = node.former.empty() ? node.signing_key : node.former.front().signing_key;
    text += fmt::format("node {} {} {} {} {} {} {}\n", node.id.value(), node.laboratory.value(), to_hex(first_key),
                        to_unix_ms(node.enrolled), to_unix_ms(node.revoked),
                        session::standing(store, node.id).incarnation, session::order_progress(store, node.id).last);
    for (std::size_t i = 0; i < node.former.size(); ++i) {
      const model::FormerKeys& former = node.former[i];
      const bool is_last = i + 1 == node.former.size();
      text +=
          fmt::format("key {} {} {} {} {}\n", node.id.value(), former.incarnation, former.sequence,
                      to_hex(is_last ? node.signing_key : node.former[i + 1].signing_key), to_unix_ms(former.until));
    }
  }
  for (const model::NodeEntry& node : tables::nodes(store)) {
    for (const model::StreamHead& head : session::cursors(store, node.id)) {
      text += fmt::format("stream {} {} {} {}\n", node.id.value(), head.incarnation, head.sequence,
                          to_hex(head.hash.view()));
    }
  }
}

void add_exceptions(std::string& text, const journal::View& store) {
  for (const auto disposition : {model::Disposition::late, model::Disposition::quarantined}) {
    tables::for_each_exception(store, disposition, {}, [&](const tables::Exception& one) {
      text += fmt::format("exception {} {} {} {}\n", model::name_of(disposition), one.place.node.value(),
                          one.place.incarnation, one.place.sequence);
      return true;
    });
  }
}

std::string counts_of(const tables::Verdicts& counts) {
  return fmt::format("{} {} {} {}", counts.pass, counts.fail, counts.problem, counts.undetermined);
}

void add_cells(std::string& text, const journal::View& store) {
  tables::for_each_cell_tally(store, [&](const tables::CellKey& cell, const tables::Tally& tally) {
    text += fmt::format("cell {} {} {} {} {} {} {} {}\n", cell.programme.value(), cell.city.value(),
                        cell.category.value(), static_cast<unsigned>(cell.stage), cell.month, cell.laboratory.value(),
                        counts_of(tally.first), counts_of(tally.final));
  });
}

// Not while samples of before items were counted are still to be entered.
bool has_items(const journal::View& store) {
  const auto begun = tables::items_begun(store);
  return begun && !begun->entered;
}

// Of the whole province, set aside or not: by edition, panel and item, with its classes in the order of their numbers.
void add_items(std::string& text, const journal::View& store) {
  std::map<tables::ProfileNumber, tables::ProfileTally> samples;
  tables::for_each_profile_sum(store, std::nullopt,
                               [&](const tables::ProfileCell& where, const tables::ProfileTally& tally) {
                                 samples[where.profile].first += tally.first;
                                 samples[where.profile].final += tally.final;
                               });
  using Counts = std::array<std::uint64_t, tables::item_classes>;
  std::map<std::tuple<Hash, std::string, std::uint16_t>, std::pair<Counts, Counts>> items;
  for (const auto& [number, tally] : samples) {
    const tables::Profile profile = tables::profile(store, number);
    for (const tables::ItemState& state : profile.items) {
      auto& [first, final] = items[{profile.edition, profile.panel.value(), state.item}];
      first.at(static_cast<std::size_t>(state.is)) += tally.first;
      final.at(static_cast<std::size_t>(state.is)) += tally.final;
    }
  }
  for (const auto& [key, counts] : items) {
    const auto& [edition, panel, item] = key;
    text += fmt::format("item {} {} {} {} {}\n", to_hex(edition.view()), to_hex(panel), item,
                        fmt::join(counts.first, " "), fmt::join(counts.second, " "));
  }
}

}  // namespace

Result<Bytes> statement(const journal::View& store, const crypto::KeyPair& keys, UtcTime now) {
  const model::TreeHead head = session::tree_head(store, tables::numbers(store).generation, now, keys.secret_key);
  if (head.generation == 0) return fail(ErrorCode::unavailable, "事件树正在补建，请稍后再试");
  const bool with_items = has_items(store);
  std::string text = fmt::format("{}\nkey {}\n{}\nunsigned {}\n",
                                 with_items ? evidence::statement_magic_with_items : evidence::statement_magic,
                                 to_hex(view_of(keys.public_key)), evidence::to_text(head), count_unsigned(store));
  add_nodes(text, store);
  add_exceptions(text, store);
  add_cells(text, store);
  if (with_items) add_items(text, store);
  const crypto::Signature signature = crypto::sign(text, keys.secret_key);
  return text + fmt::format("signature {}\n", to_hex(view_of(signature)));
}

ExportPage order_sections(const journal::View& store, model::NodeId node, std::uint64_t after, std::uint64_t upto,
                          const crypto::KeyPair& keys) {
  ExportPage page;
  const std::uint32_t generation = tables::numbers(store).generation;
  while (after < upto) {
    if (page.bytes.size() >= export_octets_max) {
      page.next = fmt::format("{}", after);
      break;
    }
    const model::Orders orders = session::orders_between(store, node, after + 1, upto, generation, keys.secret_key);
    if (orders.orders.empty()) break;
    Bytes body;
    evidence::add_u32(body, node.value());
    evidence::add_u32(body, generation);
    body += orders.signature;
    evidence::add_u32(body, static_cast<std::uint32_t>(orders.orders.size()));
    for (const Bytes& order : orders.orders) evidence::add_counted(body, order);
    page.bytes += evidence::section(evidence::section_orders, body);
    after += orders.orders.size();
  }
  return page;
}

ExportPage event_sections(const journal::View& store, std::uint64_t position, std::uint64_t size) {
  ExportPage page;
  session::for_each_stretch(store, position, [&](const session::Stretch& stretch) {
    if (stretch.position < position) return true;
    if (stretch.position >= size) return false;
    if (page.bytes.size() >= export_octets_max) {
      page.next = fmt::format("{}", stretch.position);
      return false;
    }
    Bytes body;
    evidence::add_u64(body, stretch.position);
    evidence::add_u32(body, stretch.node.value());
    evidence::add_u32(body, stretch.incarnation);
    evidence::add_u64(body, stretch.first);
    body += stretch.signature.empty() ? '\0' : '\1';
    body += stretch.signature;
    evidence::add_u32(body, static_cast<std::uint32_t>(stretch.count));
    for (std::uint64_t i = 0; i < stretch.count; ++i) {
      const auto event = session::held_event(store, stretch.node, stretch.incarnation, stretch.first + i);
      if (!event) throw journal::Damage("an event of the tree is not held");
      evidence::add_counted(body, *event);
    }
    page.bytes += evidence::section(evidence::section_events, body);
    return true;
  });
  return page;
}

}  // namespace lab::reports

#include "tests/tools/verify/exported.hpp"

#include "coordinator/reports/evidence.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/evidence/export_file.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/intake.hpp"
#include "tools/verify/export_reader.hpp"

namespace lab::verify::testing {

Bytes exported(const coordinator::testing::World& world) {
  const auto view = world.view();
  const auto text = reports::statement(*view, world.keys, world.now);
  EXPECT_TRUE(text.has_value());
  Bytes file = Bytes{evidence::export_magic} + evidence::section(evidence::section_statement, *text);
  for (const model::NodeEntry& node : coordinator::tables::nodes(*view)) {
    const std::uint64_t last = session::order_progress(*view, node.id).last;
    file += reports::order_sections(*view, node.id, 0, last, world.keys).bytes;
  }
  std::uint64_t position = 0;
  while (true) {
    const auto page = reports::event_sections(*view, position, session::tree_state(*view).size);
    file += page.bytes;
    if (page.next.empty()) return file;
    position = std::stoull(page.next);
  }
}

model::TreeHead head_of(const coordinator::testing::World& world) {
  return session::tree_head(*world.view(), 1, world.now, world.keys.secret_key);
}

std::vector<Section> sections_of(BytesView file) {
  std::vector<Section> sections;
  Cursor cursor{file.substr(evidence::export_magic.size())};
  while (!cursor.is_at_end() && cursor.is_good()) {
    const auto kind = static_cast<char>(cursor.u8());
    sections.push_back({kind, Bytes{cursor.counted()}});
  }
  return sections;
}

Bytes file_of(const std::vector<Section>& sections) {
  Bytes file{evidence::export_magic};
  for (const Section& section : sections) file += evidence::section(section.kind, section.body);
  return file;
}

}  // namespace lab::verify::testing

// Every tampering with an export is found, given one head that a laboratory kept: a changed, missing, added or
// exchanged octet, section or event, an end cut off, everything signed anew with other keys, an older export.
// QLIMS_TAMPERINGS sets how many are tried; the full size is 12,000.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "protocol/evidence/export_file.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/support/miniature.hpp"
#include "tests/tools/verify/exported.hpp"
#include "tools/verify/export_reader.hpp"
#include "tools/verify/verify.hpp"

namespace lab::verify {
namespace {

using namespace coordinator::testing;
using namespace verify::testing;

struct Exports {
  Exports() {
    crypto::start();
    Miniature province{3};
    for (int i = 0; i < 4; ++i) {
      province.live(25);
      older.push_back(exported(province.world));
    }
    province.live(25);
    newest = exported(province.world);
    witness = head_of(province.world);
  }
  std::vector<Bytes> older;
  Bytes newest;
  model::TreeHead witness;
};

const Exports& exports() {
  static const Exports made;
  return made;
}

class Tampering {
 public:
  explicit Tampering(std::uint64_t seed) : random_(seed) {}

  // What became of the newest export; equal to it when the change happened to change nothing.
  Bytes tampered(std::size_t kind) {
    Bytes file = exports().newest;
    const std::size_t at = below(file.size());
    switch (kind) {
      case 0:  // one octet becomes another one
        file[at] = static_cast<char>(static_cast<unsigned char>(file[at]) ^ (1 + below(255)));
        return file;
      case 1:  // octets are taken out
        return file.erase(at, 1 + below(3));
      case 2:  // or put in
        return file.insert(at, 1, static_cast<char>(below(256)));
      case 3:  // the end is cut off
        return file.substr(0, at);
      case 4:  // two octets are exchanged
        std::swap(file[at], file[below(file.size())]);
        return file;
      case rolled_back:
        return exports().older[below(exports().older.size())];
      case 6:
        return with_sections();
      case 7:
        return with_events();
      default:
        return signed_anew();
    }
  }
  static constexpr std::size_t rolled_back = 5;
  static constexpr std::array names{"octet changed", "octets removed", "octet added",
                                    "truncated",     "octets swapped", "rolled back",
                                    "section moved", "event moved",    "signed by another key"};

 private:
  std::size_t below(std::size_t end) { return random_() % end; }

  // A section is removed, repeated, exchanged with another one, or replaced by that of an older export.
  Bytes with_sections() {
    auto sections = sections_of(exports().newest);
    const std::size_t one = below(sections.size());
    const std::size_t other = below(sections.size());
    const auto place = [](std::size_t i) { return static_cast<std::ptrdiff_t>(i); };
    switch (below(4)) {
      case 0:
        sections.erase(sections.begin() + place(one));
        break;
      case 1:
        sections.insert(sections.begin() + place(other), Section{sections[one]});
        break;
      case 2:
        std::swap(sections[one], sections[other]);
        break;
      default: {
        const auto before = sections_of(exports().older[below(exports().older.size())]);
        sections[one] = before[below(before.size())];
      }
    }
    return file_of(sections);
  }

  // Within a section of events: one is removed, repeated, or exchanged with another one.
  Bytes with_events() {
    auto sections = sections_of(exports().newest);
    std::size_t at = below(sections.size());
    while (sections[at].kind != evidence::section_events) at = below(sections.size());
    const auto section = read_event_section(sections[at].body);
    std::vector<Bytes> events(section->events.begin(), section->events.end());
    const std::size_t one = below(events.size());
    switch (below(3)) {
      case 0:
        events.erase(events.begin() + static_cast<std::ptrdiff_t>(one));
        break;
      case 1:
        events.push_back(events[one]);
        break;
      default:
        std::swap(events[one], events[below(events.size())]);
    }
    sections[at].body = body_of(*section, events, section->signature);
    return file_of(sections);
  }

  static Bytes body_of(const EventSection& section, const std::vector<Bytes>& events, const Bytes& signature) {
    Bytes body;
    evidence::add_u64(body, section.position);
    evidence::add_u32(body, section.node);
    evidence::add_u32(body, section.incarnation);
    evidence::add_u64(body, section.first);
    body += signature.empty() ? '\0' : '\1';
    body += signature;
    evidence::add_u32(body, static_cast<std::uint32_t>(events.size()));
    for (const Bytes& event : events) evidence::add_counted(body, event);
    return body;
  }

  // Somebody without the coordinator's key signs all that it signed with a key of their own, over a history they made
  // shorter: the export is whole in itself, and only the witness knows.
  Bytes signed_anew() {
    const crypto::KeyPair keys = crypto::make_key_pair();
    const Bytes& base = below(2) == 0 ? exports().newest : exports().older[below(exports().older.size())];
    auto sections = sections_of(base);
    sections.front().body = statement_signed_by(keys, sections.front().body);
    for (Section& section : sections) {
      if (section.kind == evidence::section_orders) section.body = orders_signed_by(keys, section.body);
    }
    Bytes file = file_of(sections);
    EXPECT_TRUE(check(file, {}).is_good());  // or this test would find nothing but a clumsy forger
    return file;
  }

  static Bytes statement_signed_by(const crypto::KeyPair& keys, const Bytes& text) {
    std::string changed;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      std::string line = text.substr(at, end - at);
      at = end + 1;
      if (line.starts_with("key ")) line = "key " + to_hex(view_of(keys.public_key));
      if (auto head = evidence::parse_head(line)) {
        evidence::sign(*head, keys.secret_key);
        line = evidence::to_text(*head);
      }
      if (line.starts_with("signature ")) {
        const auto signature = crypto::sign(changed, keys.secret_key);
        line = "signature " + to_hex(view_of(signature));
      }
      changed += line + "\n";
    }
    return changed;
  }

  static Bytes orders_signed_by(const crypto::KeyPair& keys, const Bytes& body) {
    const auto section = read_order_section(body);
    const auto signature =
        crypto::sign(wire::orders_to_sign(model::NodeId{section->node}, section->orders), keys.secret_key);
    Bytes changed = body;
    return changed.replace(8, signature.size(), view_of(signature));
  }

  std::mt19937_64 random_;
};

std::uint64_t tamperings() {
  const char* const asked = std::getenv("QLIMS_TAMPERINGS");  // NOLINT(concurrency-mt-unsafe): one thread
  return asked == nullptr ? 1'800 : std::strtoull(asked, nullptr, 10);
}

TEST(Tampering, IsFoundEveryTimeWithOneHeadThatALaboratoryKept) {
  const std::vector witnesses{exports().witness};
  const Report honest = check(exports().newest, witnesses);
  ASSERT_TRUE(honest.is_good()) << honest.faults.front().where << ": " << honest.faults.front().what;
  std::array<std::uint64_t, Tampering::names.size()> tried{};
  std::uint64_t missed = 0;
  std::uint64_t without_witness = 0;
  for (std::uint64_t seed = 0; seed < tamperings(); ++seed) {
    Tampering tampering{seed};
    const std::size_t kind = seed % Tampering::names.size();
    const Bytes file = tampering.tampered(kind);
    if (file == exports().newest) continue;
    ++tried[kind];
    // Only these two are whole in themselves; all others are found without a witness as well.
    const bool is_whole = kind == Tampering::rolled_back || kind == Tampering::names.size() - 1;
    without_witness += is_whole && check(file, {}).is_good();
    if (!check(file, witnesses).is_good()) continue;
    ++missed;
    ADD_FAILURE() << "not found: " << Tampering::names[kind] << ", seed " << seed;
  }
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < tried.size(); ++i) {
    fmt::print("  {:<24}{:>8}\n", Tampering::names[i], tried[i]);
    EXPECT_GT(tried[i], 0U);
    all += tried[i];
  }
  fmt::print("{} tamperings, {} missed; {} of them nobody could find without a witness; {} octets, {} events\n", all,
             missed, without_witness, exports().newest.size(), honest.events);
  EXPECT_EQ(missed, 0U);
  EXPECT_GT(without_witness, 0U);
}

TEST(Tampering, OfEveryOctetOfAShortExportIsFound) {
  World world;
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  world.dispatched_plan({cell(1)});
  bench.conclude(world.grants_of(bench).front(), model::SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  const Bytes file = exported(world);
  ASSERT_TRUE(check(file, {}).is_good());
  for (std::size_t at = 0; at < file.size(); ++at) {
    Bytes changed = file;
    changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << (at % 8)));
    EXPECT_FALSE(check(changed, {}).is_good()) << "octet " << at;
    EXPECT_FALSE(check(file.substr(0, at), {}).is_good()) << "cut at " << at;
  }
}

}  // namespace
}  // namespace lab::verify

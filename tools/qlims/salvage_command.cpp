// qlims salvage: what can still be read of a store that its program refuses as damaged.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/journal/salvage.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/failure.hpp"

namespace lab::qlims {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct SalvageOptions {
  std::string data;
  std::string out;
};

// A table whose keys end in a number that grows by one: a gap is something that was lost.
struct Sequence {
  char table;
  std::size_t prefix;  // octets between the table's letter and the number
  const char* name;
};
// Of either program; a table that the other one has under that letter has keys of another length.
constexpr Sequence sequences[]{{'e', 4, "event of this node"},
                               {'e', 8, "event of a node"},
                               {'q', 4, "order to a node"},
                               {'y', 0, "entry of the diary"},
                               {'#', 0, "entry of the security log"}};
constexpr std::size_t gaps_shown = 1'000;

struct Gap {
  std::string what;
  std::string stream;  // "5.1": node and incarnation, or empty
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

class Losses {
 public:
  void look_at(BytesView key) {
    ++tables_[key.front()];
    for (const Sequence& one : sequences) {
      constexpr std::size_t number_octets = 8;
      if (key.front() != one.table || key.size() != 1 + one.prefix + number_octets) continue;
      const std::string stream = stream_of(key.substr(1, one.prefix));
      const auto number = journal::FieldReader{key.substr(1 + one.prefix)}.take<std::uint64_t>();
      std::uint64_t& last = streams_[{one.name, stream}];
      if (last != 0 && number > last + 1) note({one.name, stream, last + 1, number - 1});
      // The security log drops its oldest entries, so that it need not begin with the first.
      if (last == 0 && number > 1 && one.table != '#') note({one.name, stream, 1, number - 1});
      last = number;
    }
  }
  [[nodiscard]] const std::vector<Gap>& gaps() const { return gaps_; }
  [[nodiscard]] std::uint64_t missing() const { return missing_; }
  [[nodiscard]] const std::map<char, std::uint64_t>& tables() const { return tables_; }

 private:
  static std::string stream_of(BytesView prefix) {
    std::string text;
    for (journal::FieldReader fields{prefix}; !fields.rest().empty();) {
      text += (text.empty() ? "" : ".") + fmt::format("{}", fields.take<std::uint32_t>());
    }
    return text;
  }
  void note(Gap gap) {
    missing_ += gap.last - gap.first + 1;
    if (gaps_.size() < gaps_shown) gaps_.push_back(std::move(gap));
  }

  std::map<std::pair<std::string, std::string>, std::uint64_t> streams_;  // the last number seen
  std::map<char, std::uint64_t> tables_;
  std::vector<Gap> gaps_;
  std::uint64_t missing_ = 0;
};

json to_json(const Gap& gap) {
  return {{"what", gap.what}, {"stream", gap.stream}, {"first", gap.first}, {"last", gap.last}};
}

void print(const journal::Salvaged& found, const Losses& losses, bool as_json) {
  const std::uint64_t unseen =
      found.counted > found.records + found.damaged ? found.counted - found.records - found.damaged : 0;
  if (as_json) {
    json gaps = json::array();
    for (const Gap& gap : losses.gaps()) gaps.push_back(to_json(gap));
    json tables = json::object();
    for (const auto& [table, records] : losses.tables()) tables[std::string(1, table)] = records;
    return fmt::print("{}\n", json{{"records", found.records},
                                   {"damaged", found.damaged},
                                   {"not_found", unseen},
                                   {"missing_in_sequences", losses.missing()},
                                   {"gaps", std::move(gaps)},
                                   {"tables", std::move(tables)}}
                                  .dump());
  }
  fmt::print("{} records saved, {} found damaged, {} not found\n", found.records, found.damaged, unseen);
  for (const Gap& gap : losses.gaps()) {
    fmt::print("lost: {} {}{}{}..{}\n", gap.what, gap.stream, gap.stream.empty() ? "" : ".", gap.first, gap.last);
  }
}

void salvage(const SalvageOptions& options, bool as_json) {
  if (fs::exists(options.out)) fail_command({ErrorCode::conflict, "there is such a file already", options.out});
  std::ofstream out{options.out, std::ios::binary};
  Losses losses;
  const auto found = journal::salvage(fs::path{options.data} / "store", [&](BytesView key, BytesView record) {
    losses.look_at(key);
    out << json{{"key", to_hex(key)}, {"record", to_hex(record)}}.dump() << '\n';
    return out.good();
  });
  out.close();
  if (!found) fail_command(found.error());
  if (!out) fail_command({ErrorCode::storage, "the file cannot be written", options.out});
  print(*found, losses, as_json);
  const bool is_whole = found->damaged == 0 && losses.missing() == 0 && found->records == found->counted;
  if (!is_whole) throw CLI::RuntimeError(1);
}

}  // namespace

void add_salvage_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "salvage", "Write down every readable record of a damaged store, and name what is lost; changes nothing");
  auto options = std::make_shared<SalvageOptions>();
  command->add_option("--data", options->data, "data folder of a coordinator or a node that does not run")->required();
  command->add_option("--out", options->out, "new file: a JSON object a line, key and record in hexadecimal")
      ->required();
  command->footer(
      "Example:\n  qlims salvage --data /var/lib/qlims --out saved.jsonl\nEnds with 1 when something is lost. A "
      "laboratory gets back what the coordinator holds by being enrolled or restored, and the other way round.");
  command->callback([command, options] {
    crypto::start();
    salvage(*options, wants_json(*command));
  });
}

}  // namespace lab::qlims

#include "tests/oracle/recount.hpp"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <sodium.h>
#include <algorithm>
#include <cstring>
#include <ctime>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

#include "protocol/wire/lab.capnp.h"

namespace oracle {
namespace {

namespace schema = lab::wire::schema;

using TokenKey = std::pair<std::uint32_t, std::uint64_t>;

// How a lot was to be inspected.
struct Lot {
  std::uint64_t to_inspect = 0;
  std::uint32_t ac = 0;
  bool several_per_item = false;  // above AQL 10 nonconformities are counted, not items
};

// A grant to a second laboratory, which decides a dispute about the first verdict. Streams are read one after the
// other, so it is the version of its verdict that says what the first laboratory sent too late: what counted before
// the dispute has a lower one, and everything else of that laboratory came after the order.
struct Regranted {
  std::uint32_t node = 0;
  TokenKey token;
  std::uint16_t version = 0;
};

struct Granted {
  std::uint32_t node = 0;
  TokenKey token;
  std::string programme;
  std::uint32_t city = 0;
  std::uint32_t county = 0;
  std::string category;
  std::uint8_t stage = 0;
  std::uint8_t round = 0;
  std::string panel;
  std::string number;
  std::optional<Lot> lot;
  Regranted retest{};            // no node: none was ordered
  std::set<TokenKey> revoked{};  // taken back: only what has no verdict is, so none under it counts
};

struct Item {
  std::uint8_t outcome = 0;
  std::uint8_t reason = 0;
};

struct Record {
  std::uint8_t outcome = 0;
  std::int32_t day = 0;
  std::string analyst;
  std::set<std::string> reviewers;  // who agreed to it
  bool has_count = false;           // of a lot
  std::uint64_t inspected = 0;
  std::uint64_t nonconforming = 0;
  std::map<std::uint16_t, Item> items;
};

struct Counted {
  std::uint16_t version = 0;
  std::map<std::uint16_t, Item> items;
  Cell cell;
  std::uint8_t outcome = 0;
};

std::string month_of(std::int32_t day) {
  const std::time_t seconds = std::time_t{day} * 86'400;
  std::tm date{};
  gmtime_r(&seconds, &date);
  char text[8];
  std::strftime(text, sizeof text, "%Y-%m", &date);
  return text;
}

std::string sha256(std::string_view bytes) {
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return hash;
}

std::string text_of(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }

std::string hex(capnp::Data::Reader data) {
  std::string text(data.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), data.begin(), data.size());
  text.pop_back();
  return text;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool at_end() const { return at_ == bytes_.size(); }
  std::uint32_t number() {
    std::uint32_t value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view take(std::size_t count) {
    if (count > bytes_.size() - at_) throw std::runtime_error("the export is cut off at byte " + std::to_string(at_));
    const auto taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

template <class Use>
void with_message(std::string_view bytes, Use use) {
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  std::memcpy(static_cast<void*>(words.data()), bytes.data(), words.size() * sizeof(capnp::word));
  capnp::FlatArrayMessageReader reader(kj::arrayPtr(words.data(), words.size()));
  use(reader);
}

void tally(Tally& to, std::uint8_t outcome, std::int64_t by) {
  std::uint64_t* const counts[] = {&to.undetermined, &to.pass, &to.fail, &to.problem};
  *counts[outcome] += static_cast<std::uint64_t>(by);
}

class Counter {
 public:
  void order(std::uint32_t node, std::string_view bytes) {
    with_message(bytes, [&](capnp::MessageReader& reader) {
      const auto order = reader.getRoot<schema::Order>();
      if (order.isRevocation()) return revocation(order.getRevocation());
      if (!order.isGrant()) return;
      const auto grant = order.getGrant();
      const auto id = grant.getTask();
      const TokenKey token{grant.getToken().getGeneration(), grant.getToken().getCounter()};
      Granted& known = granted_[{id.getPlan(), id.getRevision(), id.getNumber()}];
      if (grant.hasRetest()) {
        if (known.retest.token < token) known.retest = {node, token, grant.getRetest().getVersion()};
        return;
      }
      if (token < known.token) return;
      known = {node,
               token,
               grant.getProgramme(),
               grant.getCity(),
               grant.getCounty(),
               grant.getCategory(),
               grant.getStage(),
               grant.getRound(),
               grant.getPanel(),
               grant.getNumber(),
               std::nullopt,
               known.retest,
               known.revoked};
      if (!grant.hasLot()) return;
      const auto lot = grant.getLot();
      known.lot = Lot{lot.getToInspect(), lot.getAc(), std::stod(std::string{lot.getTerms().getAql()}) > 10};
    });
  }

  void event(std::string_view bytes) {
    ++result_.events;
    const std::string hash = sha256(bytes);
    with_message(bytes, [&](capnp::MessageReader& reader) {
      const auto event = reader.getRoot<schema::Event>();
      std::string& previous = heads_[{event.getNode(), event.getIncarnation()}];
      if (text_of(event.getPrevious()) != previous) ++result_.broken_chains;
      previous = hash;
      if (event.isMeasured() && event.getMeasured().getReading().size() > 0) {
        result_.weighings.emplace_back(event.getMeasured().getNumber(), event.getMeasured().getReading());
      }
      if (event.isRunAssessed() && !event.getRunAssessed().getAccepted()) {
        result_.failed_runs.insert(hex(event.getRunAssessed().getCapture()));
      }
      if (event.isRunDecided()) run_decided(event.getRunDecided());
      if (event.isJudged()) judged(event, hash);
      if (event.isReviewed() && event.getReviewed().getAgreed()) {
        records_[text_of(event.getReviewed().getRecord())].reviewers.insert(event.getPerson());
      }
      if (event.isApproved() && !is_of_retest(event)) approved(event);
      if (event.isApproved() && is_of_retest(event)) of_retests_.emplace_back(bytes);
    });
  }

  // Streams are read one after the other, and a retest decides about a verdict that may stand in a later one.
  Recount take() {
    for (const std::string& bytes : of_retests_) {
      with_message(bytes, [this](capnp::MessageReader& reader) { approved(reader.getRoot<schema::Event>()); });
    }
    return std::move(result_);
  }

 private:
  void judged(schema::Event::Reader event, const std::string& hash) {
    Record& record = records_[hash];
    record.outcome = event.getJudged().getOutcome();
    record.day = event.getJudged().getJudgedFor();
    record.analyst = event.getPerson().cStr();
    for (const auto item : event.getJudged().getItems()) {
      record.items[item.getItem()] = {item.getOutcome(), item.getReason()};
    }
    record.has_count = event.getJudged().hasLot();
    if (!record.has_count) return;
    record.inspected = event.getJudged().getLot().getInspected();
    record.nonconforming = event.getJudged().getLot().getNonconforming();
  }

  // A lot passes when no more items are nonconforming than its order accepts, and fails otherwise; there is nothing
  // else.
  static bool follows_the_order(const Record& record, const std::optional<Lot>& lot) {
    if (!lot) return !record.has_count;
    const std::uint8_t due = record.nonconforming <= lot->ac ? 1 : 2;
    const bool possible = lot->several_per_item || record.nonconforming <= record.inspected;
    return record.has_count && record.inspected == lot->to_inspect && possible && record.outcome == due;
  }

  void run_decided(schema::RunDecided::Reader decided) {
    const std::string capture = hex(decided.getCapture());
    if (decided.getRelease()) {
      result_.released_runs[capture] = decided.getReason();
    } else {
      result_.released_runs.erase(capture);
    }
  }

  // What is left of the first verdict when the retest has replaced the disputed items it decided. Both laboratories
  // judged by one edition, and no item is for reference only: so the files the tests export.
  static std::uint8_t combined(std::map<std::uint16_t, Item>& items, const std::map<std::uint16_t, Item>& retested) {
    constexpr std::uint8_t undetermined = 0, pass = 1, fail = 2, problem = 3;                // of a sample
    constexpr std::uint8_t item_undetermined = 0, item_fail = 2, item_conditional_fail = 4;  // of an item
    constexpr std::uint8_t no_basis = 4, part_of_sum = 23;
    bool failed = false, conditional = false, open = false, judged = false;
    for (auto& [number, item] : items) {
      const auto again = retested.find(number);
      const bool disputed = item.outcome == item_fail || item.outcome == item_conditional_fail;
      if (disputed && again != retested.end() && again->second.outcome != item_undetermined) item = again->second;
      if (item.reason == no_basis || item.reason == part_of_sum) continue;
      judged = true;
      failed = failed || item.outcome == item_fail;
      conditional = conditional || item.outcome == item_conditional_fail;
      open = open || item.outcome == item_undetermined;
    }
    if (failed) return fail;
    if (conditional) return problem;
    return open || !judged ? undetermined : pass;
  }

  static Items classes(const std::map<std::uint16_t, Item>& items) {
    constexpr std::uint8_t no_basis = 4, part_of_sum = 23;
    constexpr std::uint8_t of_outcome[] = {0, 1, 2, 1, 3};  // undetermined, pass, fail, conditional pass and fail
    Items found;
    for (const auto& [number, item] : items) {
      if (item.reason == part_of_sum) continue;
      found[number] = item.outcome == 0 && item.reason == no_basis ? 4 : of_outcome[item.outcome];
    }
    return found;
  }

  bool has_three_people(const Record& record, const std::string& reviewer, const std::string& approver) const {
    return record.reviewers.contains(reviewer) && reviewer != approver && record.analyst != reviewer &&
           record.analyst != approver;
  }

  void revocation(schema::Revocation::Reader revocation) {
    const auto id = revocation.getTask();
    granted_[{id.getPlan(), id.getRevision(), id.getNumber()}].revoked.emplace(revocation.getToken().getGeneration(),
                                                                               revocation.getToken().getCounter());
  }

  // Under a grant to decide a dispute that nobody has taken back.
  bool is_of_retest(schema::Event::Reader event) const {
    const auto grant = granted_.find({event.getPlan(), event.getRevision(), event.getTask()});
    if (grant == granted_.end()) return false;
    const TokenKey token{event.getGeneration(), event.getToken()};
    const Granted& known = grant->second;
    return known.retest.node == event.getNode() && known.retest.token == token && !known.revoked.contains(token);
  }

  void approved(schema::Event::Reader event) {
    const TaskKey task{event.getPlan(), event.getRevision(), event.getTask()};
    const auto grant = granted_.find(task);
    const TokenKey token{event.getGeneration(), event.getToken()};
    if (grant == granted_.end()) {
      ++result_.late;
      return;
    }
    const Granted& known = grant->second;
    const auto approval = event.getApproved();
    Counted& counted = counted_[task];
    const bool is_disputed = known.retest.node != 0 && approval.getVersion() >= known.retest.version;
    const bool is_first =
        known.node == event.getNode() && known.token == token && !known.revoked.contains(token) && !is_disputed;
    const bool is_retest = counted.version > 0 && is_of_retest(event);
    if (!is_first && !is_retest) {
      ++result_.late;
      return;
    }
    const auto record = records_.find(text_of(approval.getRecord()));
    if (record == records_.end() || record->second.outcome != approval.getOutcome() ||
        !has_three_people(record->second, approval.getReviewer(), event.getPerson()) ||
        !follows_the_order(record->second, grant->second.lot)) {
      ++result_.unsupported;
      return;
    }
    if (approval.getVersion() <= counted.version) return;
    auto items = is_retest ? counted.items : record->second.items;
    const std::uint8_t outcome = is_retest ? combined(items, record->second.items) : approval.getOutcome();
    const Cell cell{known.programme, known.city, known.category, known.stage, month_of(record->second.day), known.node};
    if (counted.version == 0) {
      ++result_.counted;
      tally(result_.first[cell], outcome, 1);
    } else {
      tally(result_.final[counted.cell], counted.outcome, -1);
    }
    tally(result_.final[cell], outcome, 1);
    const CountedItems found{cell, known.county, known.round, known.panel, classes(items)};
    if (counted.version == 0) result_.first_items[task] = found;
    result_.final_items[task] = found;
    counted = {approval.getVersion(), std::move(items), cell, outcome};
    constexpr std::uint8_t fail = 2;
    if (outcome == fail) {
      result_.failed[known.number] = "fail";
    } else {
      result_.failed.erase(known.number);
    }
  }

  std::map<TaskKey, Granted> granted_;
  std::map<std::string, Record> records_;  // by hash of the Judged event
  std::map<TaskKey, Counted> counted_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> heads_;
  std::vector<std::string> of_retests_;  // approvals, as they came
  Recount result_;
};

}  // namespace

Recount recount(std::string_view orders, std::string_view events) {
  Counter counter;
  for (Reader reader{orders}; !reader.at_end();) {
    const std::uint32_t node = reader.number();
    counter.order(node, reader.take(reader.number()));
  }
  for (Reader reader{events}; !reader.at_end();) counter.event(reader.take(reader.number()));
  return counter.take();
}

}  // namespace oracle

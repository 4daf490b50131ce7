#include "tests/oracle/recount.hpp"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <sodium.h>
#include <cstring>
#include <ctime>
#include <set>
#include <stdexcept>
#include <vector>

#include "protocol/wire/lab.capnp.h"

namespace oracle {
namespace {

namespace schema = lab::wire::schema;

using TaskKey = std::tuple<std::uint32_t, std::uint16_t, std::uint32_t>;
using TokenKey = std::pair<std::uint32_t, std::uint64_t>;

struct Granted {
  std::uint32_t node = 0;
  TokenKey token;
  std::string programme;
  std::uint32_t city = 0;
  std::string category;
  std::uint8_t stage = 0;
  std::string number;
};

struct Record {
  std::uint8_t outcome = 0;
  std::int32_t day = 0;
  std::string analyst;
  std::set<std::string> reviewers;  // who agreed to it
};

struct Counted {
  std::uint16_t version = 0;
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
      if (!order.isGrant()) return;
      const auto grant = order.getGrant();
      const auto id = grant.getTask();
      const TokenKey token{grant.getToken().getGeneration(), grant.getToken().getCounter()};
      Granted& known = granted_[{id.getPlan(), id.getRevision(), id.getNumber()}];
      if (token < known.token) return;
      known = {
          node, token, grant.getProgramme(), grant.getCity(), grant.getCategory(), grant.getStage(), grant.getNumber()};
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
      if (event.isApproved()) approved(event);
    });
  }

  Recount take() { return std::move(result_); }

 private:
  void judged(schema::Event::Reader event, const std::string& hash) {
    Record& record = records_[hash];
    record.outcome = event.getJudged().getOutcome();
    record.day = event.getJudged().getJudgedFor();
    record.analyst = event.getPerson().cStr();
  }

  void run_decided(schema::RunDecided::Reader decided) {
    const std::string capture = hex(decided.getCapture());
    if (decided.getRelease()) {
      result_.released_runs[capture] = decided.getReason();
    } else {
      result_.released_runs.erase(capture);
    }
  }

  bool has_three_people(const Record& record, const std::string& reviewer, const std::string& approver) const {
    return record.reviewers.contains(reviewer) && reviewer != approver && record.analyst != reviewer &&
           record.analyst != approver;
  }

  void approved(schema::Event::Reader event) {
    const TaskKey task{event.getPlan(), event.getRevision(), event.getTask()};
    const auto grant = granted_.find(task);
    const TokenKey token{event.getGeneration(), event.getToken()};
    if (grant == granted_.end() || grant->second.node != event.getNode() || grant->second.token != token) {
      ++result_.late;
      return;
    }
    const auto approval = event.getApproved();
    const auto record = records_.find(text_of(approval.getRecord()));
    if (record == records_.end() || record->second.outcome != approval.getOutcome() ||
        !has_three_people(record->second, approval.getReviewer(), event.getPerson())) {
      ++result_.unsupported;
      return;
    }
    Counted& counted = counted_[task];
    if (approval.getVersion() <= counted.version) return;
    const Granted& known = grant->second;
    const Cell cell{known.programme, known.city, known.category, known.stage, month_of(record->second.day), known.node};
    if (counted.version == 0) {
      ++result_.counted;
      tally(result_.first[cell], approval.getOutcome(), 1);
    } else {
      tally(result_.final[counted.cell], counted.outcome, -1);
    }
    tally(result_.final[cell], approval.getOutcome(), 1);
    counted = {approval.getVersion(), cell, approval.getOutcome()};
    constexpr std::uint8_t fail = 2;
    if (approval.getOutcome() == fail) {
      result_.failed[known.number] = "fail";
    } else {
      result_.failed.erase(known.number);
    }
  }

  std::map<TaskKey, Granted> granted_;
  std::map<std::string, Record> records_;  // by hash of the Judged event
  std::map<TaskKey, Counted> counted_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> heads_;
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

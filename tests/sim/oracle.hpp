#pragma once
// Looks at both sides from outside and says what is wrong. It reads raw events, orders and rows, keeps its own books
// over every life of every store, and takes no count or cursor of the product for true. Which verdicts count it decides
// from orders and tokens by itself as long as the coordinator was never put back; afterwards that depends on whom the
// coordinator heard first, and it checks that what the product has ruled adds up and breaks no invariant.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "protocol/journal/view.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"
#include "tests/sim/reference.hpp"
#include "tests/sim/station.hpp"

namespace lab::sim {

/// An invariant of sync.md section 7 does not hold.
class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Samples of that programme as bags, which no store forgets.
struct Bags {
  std::uint64_t drawn = 0;
  std::uint64_t moved = 0;  // drawn, and given to another laboratory with its reserve: one sample at another place
  // Of these in no cell's count, because nothing could have prevented a second one:
  std::uint64_t before_heard = 0;  // by a store that was set back and had not been heard since
  std::uint64_t at_copies = 0;     // while two machines spoke with one key
  std::uint64_t unaware = 0;       // under a grant of a coordinator that could not know that it was put back
  std::uint64_t forgotten = 0;     // no store holds any more that it was granted or drawn
};

class Oracle {
 public:
  /// What happens to tasks, line by line, for who reads one history.
  void narrate(std::function<void(const std::string& line)> tell) { tell_ = std::move(tell); }

  // ---- the coordinator
  void on_office_committed(const journal::View& store);
  void on_office_said(const journal::View& store, model::NodeId node, const model::Envelope& envelope,
                      const Bytes& frame);
  void on_office_heard(const Bytes& frame);
  /// It is about to be put back: what its tree has behind the backup is what nodes may have seen of it.
  void on_office_to_be_put_back(const journal::View& store, const std::vector<Station>& stations);
  /// Its store is another one from now on. What nobody holds any more is declared lost.
  /// When the coordinator itself could not notice, it may give tokens anew until somebody tells it.
  void on_office_put_back(const journal::View& store, const std::vector<Station>& stations, bool noticed);
  /// Two people go on without this node: what it has and the coordinator has forgotten need not count any more.
  void on_node_waived(const journal::View& office, model::NodeId node);
  /// A person asked for it; whether it was done is seen in the store.
  void on_cancel_asked(const model::TaskId& task) { cancel_asked_.insert(task); }
  /// Aggregates, states and rows, from raw events.
  void recount(const journal::View& store) const;

  // ---- the nodes
  void on_station_committed(const Station& station, const journal::View& office, const std::vector<Station>& stations);
  void on_station_put_back(const Station& station, const journal::View& office, const std::vector<Station>& stations);
  /// It is gone for good, or there are two of it.
  void on_station_lost(const journal::View& office, const std::vector<Station>& stations);

  // ---- the end
  void check_end(const journal::View& office, const std::vector<Station>& stations);
  /// Heads of the tree of events that nodes have kept.
  void check_trees(const journal::View& office, const std::vector<Station>& stations);

  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t counted() const { return counted_.size(); }
  [[nodiscard]] std::uint64_t declared_lost() const { return lost_.size(); }
  /// Of these, at one of two machines that speak with one key to a coordinator that has forgotten both.
  [[nodiscard]] std::uint64_t contested() const { return contested_; }
  /// Losses that the coordinator's status tells at the end, and those of which it tells one number.
  [[nodiscard]] std::uint64_t losses_told() const { return losses_told_; }
  [[nodiscard]] std::uint64_t losses_exact() const { return losses_exact_; }
  /// Losses behind which the coordinator had grown unaware before a node could tell: no head reaches behind its base.
  [[nodiscard]] std::uint64_t silent_losses() const { return silent_losses_; }
  [[nodiscard]] std::uint64_t evidence() const { return evidence_; }
  /// Verdicts on tasks of plans that were imported after the backup the coordinator was put back from.
  [[nodiscard]] std::uint64_t orphaned() const { return orphaned_; }
  [[nodiscard]] std::uint64_t heads_compared() const { return heads_compared_; }
  /// Heads that nodes keep as evidence that the coordinator had forgotten something.
  [[nodiscard]] std::uint64_t departures() const { return departures_; }
  /// Verdicts that had counted, of a node that two people went on without.
  [[nodiscard]] std::uint64_t done_without() const { return done_without_; }
  /// Verdicts that had counted, on tasks that were given away before anybody could tell the coordinator.
  [[nodiscard]] std::uint64_t given_unaware() const { return given_unaware_; }
  /// Numbers on two labels, of which nobody held any more that the first had been given.
  [[nodiscard]] std::uint64_t numbers_forgotten() const { return numbers_forgotten_; }
  /// Tokens given twice, of which the first had never left a coordinator that could not know that it was put back.
  [[nodiscard]] std::uint64_t given_anew() const { return given_anew_; }
  /// Tokens given twice, of which the first had left, before anybody who knew of it was heard.
  [[nodiscard]] std::uint64_t given_unheard() const { return given_unheard_; }
  [[nodiscard]] const Bags& bags() const { return bag_counts_; }
  [[nodiscard]] bool has_bag(const model::TaskId& task, model::NodeId node) const;
  /// Samples that another one of their batch counts for.
  [[nodiscard]] std::uint64_t repeated_batches() const { return repeated_batches_; }
  [[nodiscard]] std::uint64_t cancelled() const { return cancelled_.size(); }
  /// What a person had cancelled and the backup did not know of.
  [[nodiscard]] std::uint64_t cancellations_forgotten() const { return cancellations_forgotten_; }
  /// A word that must never reach a laboratory.
  static constexpr const char* canary = "成都金丝雀食品厂";

 private:
  struct Place {
    std::uint32_t node = 0;
    std::uint32_t incarnation = 1;
    std::uint64_t sequence = 0;
    auto operator<=>(const Place&) const = default;
  };
  struct Head {
    std::uint64_t sequence = 0;
    Hash hash;
  };

  void tell_order(model::NodeId node, const model::Order& order) const;
  void tell_event(const char* where, const Place& place, const model::Event& event) const;
  void tell_notes(model::NodeId node, const model::Ack& ack, const journal::View& store) const;

  struct Verdicts;
  static Verdicts read_verdicts(const journal::View& store);
  static std::set<model::TaskId> recount_cells(const journal::View& store);
  static void recount_from_bytes(const journal::View& store, std::size_t judged);
  static void recount_states(const journal::View& store, const std::set<model::TaskId>& judged);
  static std::optional<Bytes> event_at_office(const journal::View& store, const Place& place);
  static std::optional<Bytes> event_at_station(const Station& station, const Place& place);
  void read_new_events(const journal::View& store);
  void read_new_orders(const journal::View& store);
  void check_grant(model::NodeId node, const model::Grant& grant);
  void check_token(const model::Grant& grant);
  void check_welcome(const journal::View& store, model::NodeId node, std::uint64_t session) const;
  [[nodiscard]] bool is_unaware(const journal::View& store) const;
  void check_cancelled(const journal::View& store);
  void forget_cancellations(const journal::View& store);
  void note_said(const model::Orders& orders);
  void forget_unsaid_tokens(const journal::View& store);
  /// One life of the coordinator, when it ended: its tree, and how far each station had seen it.
  struct Life {
    std::uint32_t generation = 1;
    std::vector<std::pair<Place, Hash>> leaves;
    std::map<std::size_t, std::uint64_t> heads_kept;
  };
  static std::uint64_t missing_of(const Life& life, std::uint64_t count, const journal::View& office);
  void check_losses(const journal::View& office, const std::vector<Station>& stations);
  void check_batches(const journal::View& office);
  void check_blindness(const journal::View& office, const std::vector<Station>& stations) const;
  void declare_lost(const journal::View& office, const std::vector<Station>& stations);
  /// A number on a label, and the event that says so.
  struct Label {
    model::TaskId task;
    Place place;
    Hash event;
  };
  void take_number(const Station& station, const std::string& number, const Label& label,
                   const std::function<bool(const Label&)>& is_held);

  /// An event that says that there is a bag. After two stores were put back another one says it of the same bag.
  struct Form {
    Place place;
    Hash event;
  };
  struct Bag {
    std::vector<Form> forms;
    bool is_excused = false;
  };
  void note_bag(const Station& station, const Label& label, const model::Event& event,
                const std::vector<Station>& stations);
  void check_bags(const model::TaskId& task) const;
  static bool knows_bag(const journal::View& office, const Bag& bag);
  static bool knows_bag(const Station& station, const model::TaskId& task, std::uint32_t node, const Bag& bag);
  void move_bag(const journal::View& store, model::NodeId node, const model::Grant& grant);
  void forget_bags(const journal::View& office, const std::vector<Station>& stations);

  std::map<model::TaskId, std::string> cell_of_;                     // of tasks in escrow, by what was ordered
  std::map<model::TaskId, std::map<std::uint32_t, Bag>> by_node_;    // their bags
  std::set<std::pair<model::Token, model::NodeId>> unaware_grants_;  // of tasks in escrow
  Bags bag_counts_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Head> heads_;  // of the coordinator's streams, in this life
  std::map<std::uint32_t, std::uint64_t> orders_;                  // read so far, in this life
  std::map<model::TaskId, model::Token> newest_token_;             // in all lives
  std::map<model::Token, model::TaskId> tokens_;                   // in all lives
  model::Token last_token_;                                        // in this life
  std::map<std::uint64_t, model::Token> hello_tokens_;             // highest that each HELLO named, by session
  std::set<model::Token> said_;                                    // in a message that left
  std::set<model::Token> unsaid_;                                  // lost with the store, and nobody knows of them
  struct Acked {
    Hash hash;
    std::uint32_t life = 0;  // of the coordinator that said so last
  };
  std::map<Place, Acked> acked_;
  std::uint32_t life_ = 0;  // how often the coordinator was put back
  std::vector<Life> lives_;
  bool is_noticed_ = true;                  // when it was put back last
  std::map<model::TaskId, Place> counted_;  // acknowledged as counted
  std::set<model::TaskId> cancel_asked_;    // in all lives
  std::set<model::TaskId> cancelled_;       // in this life
  std::set<Place> lost_;
  std::map<std::pair<std::size_t, std::uint32_t>, std::uint64_t> seen_at_station_;
  std::map<std::string, Label> numbers_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t evidence_ = 0;
  std::uint64_t orphaned_ = 0;
  std::uint64_t heads_compared_ = 0;
  std::uint64_t departures_ = 0;
  std::uint64_t cancellations_forgotten_ = 0;
  std::uint64_t repeated_batches_ = 0;
  std::uint64_t contested_ = 0;
  std::uint64_t losses_told_ = 0;
  std::uint64_t losses_exact_ = 0;
  std::uint64_t silent_losses_ = 0;
  std::uint64_t given_anew_ = 0;
  std::uint64_t given_unheard_ = 0;
  std::uint64_t done_without_ = 0;
  std::uint64_t given_unaware_ = 0;
  std::uint64_t numbers_forgotten_ = 0;
  bool reading_anew_ = false;
  bool was_put_back_ = false;
  std::optional<std::uint32_t> unaware_;  // the generation of a coordinator that cannot know that it was put back
  std::function<void(const std::string&)> tell_;
};

}  // namespace lab::sim

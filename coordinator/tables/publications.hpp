#pragma once
// Credit classes on their way to the public: proposed by one person, confirmed by another, and taken back in the same
// way. Nothing gets here by itself, and nothing leaves.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/tables/enterprises.hpp"

namespace lab::coordinator::tables {

using PublicationId = StrongId<struct PublicationTag, std::uint32_t>;

/// Stored as its number: append only.
enum class PublicationState : std::uint8_t {
  none,  // before it is proposed
  proposed,
  refused,
  published,
  withdrawal_proposed,  // still published
  withdrawn,
  superseded,  // another one of the same enterprise was published
};

enum class PublicationAction : std::uint8_t { propose, confirm, refuse, withdraw, confirm_withdrawal, keep, supersede };

const char* name_of(PublicationState state);
const char* name_of(PublicationAction action);
bool is_public(PublicationState state);

struct PublicationMove {
  PublicationAction action;
  PublicationState from;
  PublicationState to;
  bool by_another;  // than who made the proposal it decides
};
std::span<const PublicationMove> publication_moves();
/// Nothing when the action is not allowed in that state.
const PublicationMove* publication_move(PublicationAction action, PublicationState from);

/// Verdicts that a record names; where the rule rests on more, the others are in the history.
constexpr std::size_t publication_verdicts_max = 50;

/// What a person said, and when.
struct Saying {
  model::PersonId person;
  UtcTime at{};
  std::string reason;

  bool operator==(const Saying&) const = default;
};

struct Publication {
  PublicationId id;
  EnterpriseId enterprise;
  PublicationState state = PublicationState::proposed;
  std::string credit_class;
  bool blacklisted = false;
  std::string rule;  // of the file of rules that has this hash
  Hash rules;
  std::vector<model::TaskId> verdicts;  // that led to it
  Saying proposed;
  Saying decided;             // confirmed or refused
  Saying withdrawal;          // proposed
  Saying withdrawal_decided;  // confirmed or not

  bool operator==(const Publication&) const = default;
};

std::optional<Publication> publication(const journal::View& store, PublicationId id);
PublicationId add_publication(journal::Draft& draft, Publication publication);
void put_publication(journal::Draft& draft, const Publication& publication);
/// Of one entry, the oldest first.
std::vector<Publication> publications_of(const journal::View& store, EnterpriseId id);
/// After `after`, until `visit` returns false.
void for_each_publication(const journal::View& store, PublicationId after,
                          const std::function<bool(const Publication& publication)>& visit);

}  // namespace lab::coordinator::tables

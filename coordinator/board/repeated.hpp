#pragma once
// Requests that name an Idempotency-Key, because their program cannot know how far the first one came (decision 0060).
// Private to this folder.

#include <optional>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/recovery.hpp"
#include "protocol/http/message.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::board {

/// A larger answer is not kept; who asks again is told that it was done.
constexpr std::size_t kept_answer_max = 512 * 1024;
constexpr std::size_t repetition_key_max = 128;

/// One request of one person under one key. Nothing of the key itself is stored.
struct Once {
  Hash id;                 // of person and key
  Hash request;            // of method, address and body
  crypto::StreamKey seal;  // what the answer is kept under: a ticket is told to who has the key, and to no reader of
                           // the store
};

/// Nothing when the request names no key or changes nothing. Malformed: a key that is none.
Result<std::optional<Once>> once_of(const http::Request& request, const model::PersonId& person);

/// The answer that the same request got; a refusal when another one had this key. Nothing: it is new.
std::optional<http::Response> answered_before(const journal::View& store, const Once& once);

/// In the draft of what was done.
void keep(journal::Draft& draft, const Once& once, const http::Response& response, UtcTime now);

}  // namespace lab::board

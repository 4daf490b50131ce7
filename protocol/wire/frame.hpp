#pragma once
// Between Cap'n Proto messages and bytes; private to this folder.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <functional>
#include <stdexcept>

#include "protocol/base/result.hpp"
#include "protocol/wire/codec.hpp"
#include "protocol/wire/lab.capnp.h"

namespace lab::wire {

/// Thrown by readers inside this folder when a field is not what it may be; becomes an Error at the folder's edge.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Bytes flatten(capnp::MessageBuilder& builder);

/// Checks the segment table, copies to aligned words and hands `use` a bounded reader. Whatever goes wrong is an Error.
Result<void> with_reader(BytesView flat, const char* what, const std::function<void(capnp::MessageReader&)>& use);

}  // namespace lab::wire

#pragma once
// Every reader of foreign text and octets by a short name, each as a function from the input to what it says of it.

#include <map>
#include <string>

#include "protocol/base/bytes.hpp"

namespace lab::malformed {

/// The exact words of the refusal; empty when the input is taken. A reader that only says yes or no says "refused".
using Reader = std::string (*)(BytesView input);

const std::map<std::string, Reader>& readers();

}  // namespace lab::malformed

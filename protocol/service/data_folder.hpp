#pragma once
// What a daemon prepares before it opens anything.

#include <filesystem>

#include "protocol/base/result.hpp"

namespace lab::service {

/// Makes the folder of the store, keys and accounts when it is not there, and the process fit to work in it: new files
/// are this user's only, no core of its memory is ever written and nobody but root may read it, a peer that goes away
/// is an error of that write and not the end of the program, and the machine's randomness is at hand. Once, first thing
/// in main; storage when the folder cannot be made, unavailable when the system does not protect the memory.
Result<void> prepare(const std::filesystem::path& data_folder);

}  // namespace lab::service

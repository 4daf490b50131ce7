#pragma once
// Profiles of instruments that this laboratory has written itself: *.json in a folder, read at the start.

#include <filesystem>

#include "instruments/profiles/library.hpp"
#include "protocol/base/result.hpp"

namespace lab::node::app {

/// The built-in profiles and those of the folder, in the order of their names; one of the folder replaces a built-in
/// one of its name. An empty path is no folder. Malformed, with file and field, when one cannot be used: a node that
/// started without it would read its instrument's files differently.
Result<profiles::Library> load_profiles(const std::filesystem::path& folder);

}  // namespace lab::node::app

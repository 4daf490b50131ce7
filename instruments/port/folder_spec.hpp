#pragma once
// How a folder is watched, as people write it behind its path: "/srv/export,profile=agilent-spectraa,stable=10".

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::port {

struct FolderSpec {
  std::string folder;
  std::string profile{};          // how its files are read; empty: found for each by its content
  Milliseconds stable_for{2000};  // how long a file must not have changed before it is read
};

/// "FOLDER[,profile=NAME][,stable=SECONDS]", the seconds from 1 to 3600. A comma that neither of these stands behind
/// belongs to the folder's name. Malformed without a folder, and for an option without its value.
Result<FolderSpec> parse_folder_spec(std::string_view text);

}  // namespace lab::port

#pragma once
// A stored capture as it came, and which decoders could read it. Private to this folder.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "instruments/profiles/decode.hpp"
#include "lab-node/desk/desk.hpp"
#include "lab-node/tables/tables.hpp"

namespace lab::desk {

struct StoredFile {
  node::tables::StoredCapture capture;
  Bytes bytes;
  std::string name;  // as the capture was called
};

/// A capture, or the one that the address names by {capture}; or what to answer instead.
tl::expected<StoredFile, http::Response> file_of(const Office& office, std::uint64_t capture);
tl::expected<StoredFile, http::Response> file_of(const Office& office, const http::Request& request);

/// How these octets are read, for a look and for a replay: with the format that is asked for; without one, with the
/// format they were taken by, as it is now; when that is no longer known, or they were refused, with whatever is chosen
/// by content.
profiles::Decoded read_again(const StoredFile& file, const std::string& wanted, const profiles::Library& library);

/// Formats that recognise the octets, when it is more than one and so none was chosen: [{name, title, reason}].
nlohmann::json candidates_of(BytesView bytes, const profiles::Library& library);

/// The first lines of what a person should know; the rest mostly follow from them.
nlohmann::json diagnostics_of(const model::Decoding& decoding);

/// Every format that can be named: [{name, version, title, kind}].
nlohmann::json profile_list(const profiles::Library& library);

}  // namespace lab::desk

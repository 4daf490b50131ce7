#pragma once
// The one entry for captures of all kinds: the drivers that are written in C++ and the profiles that are data.

#include <string>
#include <string_view>
#include <vector>

#include "instruments/profiles/library.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::profiles {

struct DecodeRequest {
  std::string_view profile{};    // a driver or a profile by name; empty: chosen by content
  std::string_view file_name{};  // as the capture was called, if it was a file
};

struct Decoded {
  model::Decoding decoding;
  std::string reason;  // why this profile, for people; empty when it was named or none was found
};

/// Reads a capture. Refused, with the reason and what to do: an empty capture, an unknown name, a capture that no
/// driver and no profile recognises, one that several recognise (their names and reasons are told, one must be named),
/// and what the driver or profile refuses. Pure, from any thread; takes a second for 100 MB.
Decoded decode_and_explain(BytesView capture, const DecodeRequest& request, const Library& library = built_in());

/// The same without the reason.
model::Decoding decode(BytesView capture, const DecodeRequest& request = {}, const Library& library = built_in());

/// A format that recognises a capture.
struct Fit {
  std::string name;                  // as a request may name it
  const Profile* profile = nullptr;  // of the library; null: a driver
  std::string reason;                // for people
};

/// What decode_and_explain() chooses from: every driver and profile that recognises the capture, and of a text also
/// those that say it is of another charset than it seems. Nothing for one that is empty or too large.
std::vector<Fit> fitting_formats(BytesView capture, const Library& library = built_in());

/// Whether a request may name this profile: a driver, or a profile of the library by name, version or identity.
bool is_known_name(std::string_view name, const Library& library = built_in());

/// Names of all drivers and profiles, for messages and help.
std::vector<std::string> known_names(const Library& library = built_in());

}  // namespace lab::profiles
